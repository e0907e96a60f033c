import { fileNameOf, folderOf } from '../formats/paths.ts';
import { type RNames, rNames } from '../formats/scripts/index.ts';
import { LIMITS } from '../limits.ts';
import type { Edge, Language, Note, Process, ReachedAs, Session, World } from './model.ts';
import { isUntold, pathFrom, started } from './programs.ts';
import { rVariables } from './r-variables.ts';
import { absentScript, givenNothing, isCalled, saidOfCode, unreadPart, unreadScript } from './scripts.ts';
import { programsOf } from './started-programs.ts';

/** What R attaches when it starts, with what holds its own code. https://stat.ethz.ch/R-manual/R-devel/library/base/html/Startup.html */
const DEFAULT_PACKAGES = ['base', 'methods', 'datasets', 'utils', 'grDevices', 'graphics', 'stats'];
/** What R holds its own code in, whatever is attached. */
const ALWAYS = ['base'];
/** The names in `R_DEFAULT_PACKAGES`, or what is attached where that is not set; `NULL` is none. */
const attached = (named: string | undefined): readonly string[] =>
  named === undefined || named === ''
    ? DEFAULT_PACKAGES
    : [...ALWAYS, ...named.split(',', LIMITS.searchFolders).map((name) => name.trim())];
/** Programs that it runs by itself: `Sys.which` asks `which`, and its temporary folder is removed by `rm`. https://stat.ethz.ch/R-manual/R-devel/library/base/html/Sys.which.html */
const PROGRAMS = ['which', 'rm'];

/**
 * R: its front ends, its script, and the packages that this and they name, with their compiled code. What a text works out is not followed: the
 * rest of R's folders is unknown (`others.ts`).
 */
export const r: Language = {
  name: 'R',
  begin(process, world, note) {
    const called = process.calledAs ?? process.program;
    if (isCalled(process, /^Rscript$/)) return ofScript(process, called, world);
    // The front end is a script of a shell, which puts the words for the program together.
    const [script = '', ...words] = process.arguments;
    if (fileNameOf(script) === 'R' && script.startsWith('/') && /^(?:ba|da|a)?sh$/.test(fileNameOf(called)))
      return { starts: interpreter(script, words, process, world), follow: () => [] };
    const home = /^(.{0,2000})\/bin\/exec(?:\/\w{1,20})?\/R$/.exec(process.program)?.[1];
    return home === undefined ? undefined : session(home, process, world, note);
  },
};

/** `Rscript a.R b` is `R --no-echo --no-restore --file=a.R --args b`. https://stat.ethz.ch/R-manual/R-devel/library/utils/html/Rscript.html */
function ofScript(process: Process, called: string, world: World): Session {
  const { arguments: words } = process;
  const text = words.indexOf('-e');
  const at = text >= 0 ? -1 : words.findIndex((word) => !word.startsWith('-'));
  const given = at < 0 ? words : [`--file=${words[at]}`, '--args', ...words.slice(at + 1)];
  const homes = homesOf(called);
  const front = [...homes.map((home) => `${home}/bin/R`), `${folderOf(called)}/R`].find(
    (path) => world.tree.real(path) !== undefined,
  );
  const edge = started(
    [front === undefined ? 'R' : `/${front}`, '--no-echo', '--no-restore', ...given],
    { ...process, world },
    'loaded',
    'R',
  );
  return { starts: edge === undefined ? [] : [edge], follow: () => [] };
}

/** Installations that a front end may be of, its own first. */
function homesOf(front: string): string[] {
  const prefix = folderOf(folderOf(front.replace(/^\//, '')));
  return [`${prefix}/lib/R`, `${prefix}/lib64/R`, prefix, 'usr/lib/R', 'usr/lib64/R', 'usr/local/lib/R'].filter(
    (home) => home !== '',
  );
}

/** The program behind the front end. */
function interpreter(front: string, words: readonly string[], process: Process, world: World): Edge[] {
  const program = homesOf(front)
    .map((home) => `${home}/bin/exec/R`)
    .find((path) => world.tree.real(path) !== undefined);
  // `R CMD BATCH model.R`
  const given =
    words[0] === 'CMD' && words[1] === 'BATCH'
      ? words.slice(2).map((word) => (/\.[rR]$/.test(word) ? `--file=${word}` : word))
      : words;
  const edge =
    program === undefined || words.includes('--version')
      ? undefined
      : started([`/${program}`, ...given], { ...process, world }, 'loaded', 'R');
  return edge === undefined ? [] : [edge];
}

/** What R is given to run. https://stat.ethz.ch/R-manual/R-devel/library/utils/html/Rscript.html */
const GIVEN = /^(?:-f$|--file=|-e|--e=|CMD$)/;

/** Long because it is an object: its methods close over the packages of one process. */
function session(home: string, process: Process, world: World, note: (note: Note) => void): Session {
  const { folder } = process;
  const environment = rVariables(home, process, world, note);
  const named = ['R_LIBS', 'R_LIBS_USER', 'R_LIBS_SITE'].flatMap((name) =>
    (environment.get(name) ?? '').split(':', LIMITS.searchFolders),
  );
  const libraries = [
    ...named.filter((path) => path !== '').map((path) => pathFrom(folder, path)),
    'usr/local/lib/R/site-library',
    `${home}/site-library`,
    'usr/lib/R/site-library',
    `${home}/library`,
  ];
  /** The files of scripts, and those that say what a package is. */
  const texts = new Set<string>();
  const said = saidOfCode<RNames>(world, 'r');
  return { starts: starts(), follow };

  function* starts(): Generator<Edge> {
    for (const name of attached(environment.get('R_DEFAULT_PACKAGES')))
      yield* edges(name, 'loaded', `attaches ${name}`);
    for (const name of world.tree.list(`${home}/modules`))
      yield { to: `${home}/modules/${name}`, reach: 'importable', how: 'opened by R when it is asked for' };
    for (const name of PROGRAMS) {
      const edge = started([name], { ...process, world, isAttached: false }, 'importable', `R calls ${name}`);
      if (edge !== undefined) yield edge;
    }
    for (const path of [
      `${home}/etc/Rprofile.site`,
      'etc/R/Rprofile.site',
      `${home}/library/base/R/Rprofile`,
      pathFrom(folder, '.Rprofile'),
      // https://stat.ethz.ch/R-manual/R-devel/library/base/html/Startup.html
      ...['R_PROFILE', 'R_PROFILE_USER'].flatMap((name) => {
        const path = environment.get(name) ?? '';
        return path === '' ? [] : [pathFrom(folder, path)];
      }),
    ])
      yield* script(path, 'loaded', 'read at the start');
    const { arguments: words } = process;
    if (!words.some((word) => GIVEN.test(word))) for (const told of givenNothing(process)) note(told);
    for (const [at, word] of words.entries()) {
      const path = word.startsWith('--file=')
        ? word.slice('--file='.length)
        : /^-f$/.test(word)
          ? words[at + 1]
          : undefined;
      if (path !== undefined && !isUntold(path)) {
        const file = world.tree.real(pathFrom(folder, path));
        if (file === undefined) note(absentScript(pathFrom(folder, path), process));
        else if (said(file) === undefined) note(unreadScript(file, process));
        yield* script(pathFrom(folder, path), 'loaded', 'the script it runs');
      }
      const text =
        word === '-e' ? words[at + 1] : /^(?:-e|--e=).+/s.test(word) ? word.replace(/^(?:-e|--e=)/, '') : undefined;
      if (text !== undefined) yield* told(rNames(text.slice(0, LIMITS.codeTextBytes), false), '');
    }
  }

  function* script(path: string, reach: ReachedAs, how: string): Generator<Edge> {
    const to = world.tree.real(path);
    if (to === undefined) return;
    texts.add(to);
    yield { to, reach, how };
  }

  function* follow({ path }: { readonly path: string }): Generator<Edge> {
    const code = texts.has(path) ? said(path) : undefined;
    if (code !== undefined) yield* told(code, path);
  }

  /** What a text leads to: of a file, or of the command line. */
  function* told(code: RNames, path: string): Generator<Edge> {
    const { uses, mentions, sources } = code;
    for (const name of uses) yield* edges(name, 'loaded', `uses ${name}`);
    for (const name of mentions) yield* edges(name, 'importable', `names ${name}`);
    for (const named of sources) {
      const file = world.tree.real(pathFrom(folder, named));
      if (file !== undefined && !/\.r$/i.test(file) && said(file) === undefined)
        note(unreadPart(file, 'importable', process));
      yield* script(pathFrom(folder, named), 'importable', `source ${named}`);
    }
    yield* programsOf(code, path, { process, world, note });
  }

  /** A package that is installed: what it is made of, and what says what it needs. */
  function* edges(name: string, reach: ReachedAs, how: string): Generator<Edge> {
    const place = libraries.map((library) => `${library}/${name}`).find((path) => world.tree.isFolder(path));
    if (place === undefined) return;
    for (const file of world.tree.list(`${place}/libs`).slice(0, LIMITS.startedPrograms))
      yield { to: `${place}/libs/${file}`, reach, how };
    for (const file of [`R/${name}`, `R/${name}.rdb`, 'R/sysdata.rdb', 'NAMESPACE', 'DESCRIPTION']) {
      const to = world.tree.real(`${place}/${file}`);
      if (to === undefined) continue;
      if (!file.includes('/')) texts.add(to);
      yield { to, reach, how };
    }
  }
}
