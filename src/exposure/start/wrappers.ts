import { fileNameOf } from '../../formats/paths.ts';
import type { Edge, Language, Note, Process, World } from '../model.ts';
import { commandText, isUntold, started } from '../programs.ts';
import { supervisors } from './supervisors.ts';
import { type Unwrap, unwraps, type Wrapped } from './unwrap.ts';

const {
  after,
  conda,
  daemon,
  env,
  find,
  keeper,
  orText,
  packageProgram,
  plain,
  project,
  script,
  su,
  sudo,
  watch,
  withMore,
} = unwraps;

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
  ['catchsegv', plain],
  ['valgrind', plain],
  ['ltrace', after({ valued: ['-e', '-o', '-p', '-s', '-l'] })],
  ['cross-env', after({ variables: true })],
  ['poetry', project],
  ['pipenv', project],
  ['uv', project],
]);

/** Programs that start another one: init programs, those that change the user, the limits or the environment, and supervisors. */
export const wrappers: Language = {
  name: 'a wrapper',
  begin(process, world, note) {
    const { name, words } = named(process);
    const supervised = supervisors(name, words, process, world, note);
    const unwrap = WRAPPERS.get(name);
    const wrapped =
      unwrap === undefined
        ? []
        : unwrap(words, process, world).flatMap((command) => edgesOf(command, process, world, note));
    const starts = [...supervised, ...wrapped];
    return starts.length === 0 ? undefined : { starts, follow: () => [] };
  },
};

/** The name by which a wrapper is known: of a script in another language its own, not its interpreter's. */
function named({ program, calledAs = program, arguments: words }: Process): { name: string; words: readonly string[] } {
  const [first = '', ...rest] = words;
  if (
    /^(?:(?:python|pypy|perl|ruby|node|execlineb|s6-)[\w.-]*|sh|bash|dash|ash)$/.test(fileNameOf(calledAs)) &&
    first.startsWith('/')
  )
    return { name: fileNameOf(first), words: rest };
  const own = fileNameOf(calledAs);
  // busybox is what its first word says; called by a link, what the link is called.
  if (own === 'busybox') return { name: first, words: rest };
  return { name: own, words };
}

function edgesOf(
  { words, environment = [], folder }: Wrapped,
  process: Process,
  world: World,
  note: (note: Note) => void,
): Edge[] {
  if (words.length === 0) return [];
  const around = {
    world,
    environment: new Map([...process.environment, ...environment]),
    folder: folder ?? process.folder,
    isAttached: process.isAttached === true,
  };
  const edge = started(words, around, 'loaded', commandText(words));
  if (edge !== undefined) return [edge];
  if (isUntold(words[0])) {
    note({ message: `a program is run whose name cannot be told: ${commandText(words.slice(0, 1))}`, widens: 'all' });
    return [];
  }
  note({
    message: `${commandText(words.slice(0, 1))} is to be run, which the image does not have`,
    widens: 'all',
    isAbsent: true,
  });
  return [];
}
