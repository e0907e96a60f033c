import { isObject, readJson } from '../../formats/json-values.ts';
import { folderOf } from '../../formats/paths.ts';
import type { Process, World } from '../model.ts';
import { condaActivation, condaFolders, isUntold, pathFrom, untold } from '../programs.ts';

/** What a wrapper starts: the words of the command line, and what it changes before. */
export interface Wrapped {
  readonly words: readonly string[];
  readonly environment?: readonly (readonly [string, string])[];
  readonly folder?: string;
}

/** Of a wrapper's own arguments: what it starts. */
type Unwrap = (words: readonly string[], process: Process, world: World) => readonly Wrapped[];

/**
 * The rest after options. `valued` are options whose value is a word of its own; `skip` words that come before the command, as a user's
 * name; `VAR=value` is understood where `variables` says so.
 */
const after =
  ({
    valued = [],
    skip = 0,
    variables = false,
  }: {
    valued?: readonly string[];
    skip?: number;
    variables?: boolean;
  } = {}): Unwrap =>
  (words) => {
    const environment: [string, string][] = [];
    let left = skip;
    for (let at = 0; at < words.length; at += 1) {
      const word = words[at] as string;
      const variable = variables ? /^([A-Za-z_]\w*)=(.*)$/s.exec(word) : null;
      if (word === '--') return [{ words: words.slice(at + 1 + left), environment }];
      if (valued.includes(word)) at += 1;
      else if (variable) environment.push([variable[1] as string, variable[2] as string]);
      else if (word.startsWith('-') && word.length > 1) continue;
      else if (left > 0) left -= 1;
      else return [{ words: words.slice(at), environment }];
    }
    return [];
  };

/** `env -S "a b" c`: the text is split first. https://www.gnu.org/software/coreutils/manual/html_node/env-invocation.html */
const env: Unwrap = (words, process, world) => {
  const split = words.flatMap((word, at) => {
    const attached = /^(?:-\w{0,8}S|--split-string=)(.+)$/s.exec(word)?.[1];
    if (attached !== undefined) return attached.trim().split(/\s+/);
    if (word === '-S' || word === '--split-string' || /^-\w+S$/.test(word)) return [];
    return /^(?:-S|--split-string|-\w+S)$/.test(words[at - 1] ?? '') ? word.trim().split(/\s+/) : [word];
  });
  const [wrapped] = after({ valued: ['-u', '--unset', '-C', '--chdir'], variables: true })(split, process, world);
  const at = split.findIndex((word) => /^(?:-C|--chdir(?:=.*)?)$/.test(word));
  const folder = at < 0 ? undefined : (/^--chdir=(.*)$/.exec(split[at] ?? '')?.[1] ?? split[at + 1]);
  if (wrapped === undefined) return [];
  return [folder === undefined ? wrapped : { ...wrapped, folder: pathFrom(process.folder, folder) }];
};

/** `su user -c "..."`: a shell with that text. */
const su: Unwrap = (words) => {
  const at = words.findIndex((word) => word === '-c' || word === '--command');
  const text = words[at + 1];
  return at < 0 || text === undefined ? [{ words: ['sh'] }] : [{ words: ['sh', '-c', text] }];
};

/** What a program runs with words that it reads: `xargs`, `parallel`. https://www.gnu.org/software/findutils/manual/html_node/find_html/Invoking-xargs.html */
const withMore =
  (valued: readonly string[]): Unwrap =>
  (words, process, world) =>
    after({ valued })(words, process, world).map(({ words: own, ...rest }) => ({
      ...rest,
      words: own.length === 0 ? own : [...own, untold('what it reads')],
    }));

/** `find . -exec cmd {} ;`: each of its commands. https://www.gnu.org/software/findutils/manual/html_node/find_html/Run-Commands.html */
const find: Unwrap = (words) =>
  words.flatMap((word, at): Wrapped[] => {
    if (!/^-(?:exec|execdir|ok|okdir)$/.test(word)) return [];
    const rest = words.slice(at + 1);
    const end = rest.findIndex((part) => part === ';' || part === '\\;' || part === '+');
    return [
      { words: rest.slice(0, end < 0 ? undefined : end).map((part) => (part.includes('{}') ? untold(part) : part)) },
    ];
  });

/** `script -c text file`, `flock file -c text`: a shell with that text; else what stands behind. */
const orText =
  (option: RegExp, otherwise: Unwrap): Unwrap =>
  (words, process, world) => {
    const at = words.findIndex((word) => option.test(word));
    const text = words[at + 1];
    return at < 0 || text === undefined ? otherwise(words, process, world) : [{ words: ['sh', '-c', text] }];
  };

/** `watch cmd`: what it is given is one text for a shell. */
const watch: Unwrap = (words, process, world) =>
  after({ valued: ['-n', '--interval'] })(words, process, world).map(({ words: own }) => ({
    words: own.some(isUntold) ? ['sh', '-c', untold('what it watches')] : ['sh', '-c', own.join(' ')],
  }));

/** https://manpages.debian.org/start-stop-daemon : `--exec path -- words`, `--startas path`. */
const daemon: Unwrap = (words) => {
  const at = Math.max(...['-a', '--startas', '-x', '--exec'].map((option) => words.indexOf(option)));
  const behind = words.indexOf('--');
  const program = words[at + 1];
  return at < 0 || program === undefined ? [] : [{ words: [program, ...(behind < 0 ? [] : words.slice(behind + 1))] }];
};

/** `sudo -u user VAR=1 cmd`, `doas`. https://www.sudo.ws/docs/man/sudo.man/ */
const sudo = after({ valued: ['-u', '-g', '-h', '-p', '-C', '-r', '-t', '--user', '--group'], variables: true });

/** `conda run -n env cmd`. https://docs.conda.io/projects/conda/en/stable/commands/run.html */
const conda: Unwrap = (words, process, world) => {
  if (words[0] !== 'run') return [];
  const named = words.findIndex((word) => /^(?:-n|--name|-p|--prefix)$/.test(word));
  const inline = words.map((word) => /^--(?:name|prefix)=(.+)$/.exec(word)?.[1]).find((name) => name !== undefined);
  const name = inline ?? (named < 0 ? 'base' : (words[named + 1] ?? 'base'));
  const programs = condaFolders(process.environment, world, name);
  const path =
    programs === undefined ? [] : ([['PATH', `/${programs}:${process.environment.get('PATH') ?? ''}`]] as const);
  const [wrapped] = after({ valued: ['-n', '--name', '-p', '--prefix', '--cwd'] })(words.slice(1), process, world);
  if (wrapped === undefined) return [];
  const scripts = programs === undefined ? [] : condaActivation(folderOf(programs), world);
  if (scripts.length === 0) return [{ ...wrapped, environment: path }];
  // A shell reads them into itself before it starts the command.
  const text = `${scripts.map((script) => `. '/${script}'`).join('\n')}\nexec "$@"`;
  const prefix = ['CONDA_PREFIX', `/${folderOf(programs as string)}`] as const;
  return [{ ...wrapped, words: ['bash', '-c', text, 'bash', ...wrapped.words], environment: [...path, prefix] }];
};

/** `poetry run`, `uv run`: with the virtual environment beside the project. */
const project: Unwrap = (words, process, world) => {
  if (words[0] !== 'run') return [];
  const programs = pathFrom(process.folder, '.venv/bin');
  const path = world.tree.isFolder(programs)
    ? ([['PATH', `/${programs}:${process.environment.get('PATH') ?? ''}`]] as const)
    : [];
  const [wrapped] = after({ valued: ['--with', '--extra', '--group', '-p', '--python', '--project', '--directory'] })(
    words.slice(1),
    process,
    world,
  );
  return wrapped === undefined ? [] : [{ ...wrapped, environment: path }];
};

/**
 * `npm start`, `npm run serve`, `yarn serve`: a script of package.json, by a shell, with the programs of its packages on PATH.
 * https://docs.npmjs.com/cli/commands/npm-run
 */
const script: Unwrap = (words, { folder, environment }, world) => {
  const options = /^--?(?:prefix|dir|cwd|C|w|workspace|filter)$/;
  const plain = words.filter((word, at) => !word.startsWith('-') && !options.test(words[at - 1] ?? ''));
  const given = words.findIndex((word) => /^(?:--prefix|--dir|--cwd|-C)$/.test(word));
  const own = given < 0 ? folder : pathFrom(folder, words[given + 1] ?? '.');
  const [verb, name] = plain;
  const wanted = verb === 'run' || verb === 'run-script' ? name : verb;
  const path = [['PATH', `/${pathFrom(own, 'node_modules/.bin')}:${environment.get('PATH') ?? ''}`]] as const;
  if (wanted === undefined) return [];
  if (verb === 'exec' || verb === 'x' || verb === 'dlx')
    return [
      { words: words.slice(words.indexOf(verb) + 1).filter((word) => word !== '--'), environment: path, folder: own },
    ];
  const scripts = scriptsOf(world.code(pathFrom(own, 'package.json'), 'package'));
  return [`pre${wanted}`, wanted, `post${wanted}`].flatMap((name) => {
    const text =
      scripts.get(name) ??
      (name === 'start' && world.tree.real(pathFrom(own, 'server.js')) ? 'node server.js' : undefined);
    return text === undefined ? [] : [{ words: ['sh', '-c', text], environment: path, folder: own }];
  });
};

function scriptsOf(text: string | undefined): ReadonlyMap<string, string> {
  try {
    const value: unknown = readJson(text ?? '{}');
    const scripts = isObject(value) && isObject(value.scripts) ? value.scripts : {};
    return new Map(Object.entries(scripts).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
  } catch {
    return new Map();
  }
}

/** `npx prog`: out of the packages here. */
const packageProgram: Unwrap = (words, { folder, environment }) => {
  const at = words.findIndex((word) => !word.startsWith('-'));
  const path = [['PATH', `/${pathFrom(folder, 'node_modules/.bin')}:${environment.get('PATH') ?? ''}`]] as const;
  return at < 0 ? [] : [{ words: words.slice(at), environment: path }];
};

/** `pm2-runtime start app.js`, `nodemon app.js`: Node with that script, where it is one. */
const keeper: Unwrap = (words) => {
  const at = words.findIndex((word) => /\.[cm]?js$/.test(word));
  return at < 0 ? [] : [{ words: ['node', ...words.slice(at)] }];
};

/** `jupyter server`, `jupyter-server`'s longer name. https://docs.jupyter.org/en/latest/use/using/command-line.html */
const jupyter: Unwrap = (words, { arguments: [script = ''], calledAs, program, environment }) => {
  const at = words.findIndex((word) => !word.startsWith('-'));
  const name = words[at];
  if (name === undefined || isUntold(name)) return [];
  // It looks beside itself first.
  const own = folderOf(script.startsWith('/') ? script : `/${calledAs ?? program}`);
  const path = [['PATH', `${own}:${environment.get('PATH') ?? ''}`]] as const;
  return [{ words: [`jupyter-${name}`, ...words.slice(at + 1)], environment: path }];
};

/** The rest after options, none of which has a value of its own word. */
const plain = after();

/** By the program's name. Each is documented by its own manual page. */
const WRAPPERS: ReadonlyMap<string, Unwrap> = new Map<string, Unwrap>([
  ['tini', after({ valued: ['-p', '-e'] })],
  ['tini-static', after({ valued: ['-p', '-e'] })],
  ['docker-init', after({ valued: ['-p', '-e'] })],
  ['dumb-init', after({ valued: ['-r', '--rewrite'] })],
  ['catatonit', plain],
  ['pid1', plain],
  ['gosu', after({ skip: 1 })],
  ['su-exec', after({ skip: 1 })],
  ['chpst', after({ valued: ['-u', '-U', '-e', '-n', '-m', '-d', '-o', '-p', '-f', '-c', '-/'] })],
  ['setpriv', after({ valued: ['--reuid', '--regid', '--groups', '--inh-caps', '--bounding-set', '--ambient-caps'] })],
  ['s6-setuidgid', after({ skip: 1 })],
  ['s6-applyuidgid', after({ valued: ['-u', '-g', '-G'] })],
  [
    'runuser',
    (words, process, world) =>
      words.includes('-c') ? su(words, process, world) : after({ valued: ['-u'] })(words, process, world),
  ],
  ['su', su],
  ['sudo', sudo],
  ['doas', sudo],
  ['env', env],
  ['nice', after({ valued: ['-n'] })],
  ['ionice', after({ valued: ['-c', '-n'] })],
  ['chrt', after({ skip: 1 })],
  ['taskset', after({ skip: 1 })],
  ['numactl', plain],
  ['timeout', after({ valued: ['-s', '-k', '--signal', '--kill-after'], skip: 1 })],
  ['nohup', plain],
  ['setsid', plain],
  ['stdbuf', after({ valued: ['-i', '-o', '-e'] })],
  ['unbuffer', plain],
  ['catchsegv', plain],
  ['time', plain],
  ['strace', after({ valued: ['-e', '-o', '-p', '-s'] })],
  ['xvfb-run', after({ valued: ['-s', '-n', '-e', '-f', '-w', '-p', '--server-args', '--server-num', '--auth-file'] })],
  ['with-contenv', plain],
  ['mpirun', after({ valued: ['-np', '-n', '-N', '--hostfile', '-x', '--host', '-H'] })],
  ['mpiexec', after({ valued: ['-np', '-n', '-N', '--hostfile', '-x', '--host', '-H'] })],
  ['conda', conda],
  ['mamba', conda],
  ['micromamba', conda],
  ['jupyter', jupyter],
  ['npm', script],
  ['yarn', script],
  ['pnpm', script],
  ['npx', packageProgram],
  ['pm2-runtime', keeper],
  ['nodemon', keeper],
  [
    'xargs',
    withMore(['-n', '-I', '-L', '-P', '-s', '-d', '-a', '-E', '--max-args', '--max-procs', '--replace', '--delimiter']),
  ],
  [
    'parallel',
    withMore(['-j', '-N', '-n', '-a', '--jobs', '--arg-file', '--joblog', '--delay', '--timeout', '--colsep']),
  ],
  ['find', find],
  [
    'flock',
    orText(/^(?:-c|--command)$/, after({ valued: ['-w', '--timeout', '-E', '--conflict-exit-code'], skip: 1 })),
  ],
  ['script', orText(/^(?:-\w*c|--command)$/, () => [])],
  ['watch', watch],
  ['start-stop-daemon', daemon],
  ['prlimit', plain],
  ['eatmydata', plain],
  ['fakeroot', plain],
  ['dbus-run-session', plain],
  ['faketime', after({ skip: 1 })],
  ['setarch', after({ skip: 1 })],
  ['linux32', plain],
  ['unshare', plain],
  ['valgrind', plain],
  ['ltrace', after({ valued: ['-e', '-o', '-p', '-s', '-l'] })],
  ['cross-env', after({ variables: true })],
  ['poetry', project],
  ['pipenv', project],
  ['uv', project],
]);

/** How the arguments of that program are read, where it is a wrapper that is known. */
export const unwrapOf = (program: string): Unwrap | undefined => WRAPPERS.get(program);
