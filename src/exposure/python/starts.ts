import { pathIn } from '../../formats/paths.ts';
import { pythonImports } from '../../formats/python/index.ts';
import { archiveOf, codeFolder } from '../archives.ts';
import type { Edge, Note, Process, ReachedAs, World } from '../model.ts';
import { commandText, isUntold } from '../programs.ts';
import { type Bundle, missingEntry } from './bundles.ts';
import type { moduleFinder } from './finder.ts';
import { environmentValue, type Interpreter } from './interpreter.ts';
import { AT_START, WITH_SITE } from './known-modules.ts';
import { fromRoot } from './paths.ts';
import { entryPointOf } from './plugins.ts';
import type { namedModules } from './runners.ts';
import type { searchPathOf } from './search-path.ts';
import { RUNS } from './untold.ts';
import { type CodeOwners, type Name, topOf } from './whose.ts';

/** An interpreter as it starts, and what is known of it. */
interface Start {
  readonly interpreter: Interpreter & { readonly bundle?: Bundle };
  readonly process: Process;
  readonly world: World;
  readonly path: ReturnType<typeof searchPathOf>;
  /** What words of the command name. */
  readonly given: ReturnType<typeof namedModules>;
  readonly finder: ReturnType<typeof moduleFinder>;
  readonly owner: CodeOwners;
  readonly note: (note: Note) => void;
}

/** The search through modules that a start begins. */
interface Search {
  /** A module and the packages it lies in. */
  edges(module: string, reach: ReachedAs, how: string, isMain?: boolean): Generator<Edge>;
  /** What a text imports, condensed as modules are. */
  followed(text: string, name: Name): Generator<Edge>;
  /** A script, and the module that it is where it is none of the program's own. */
  script(file: string, how: string, module?: string): Generator<Edge>;
  calls(module: string, functions: readonly string[]): void;
  longest(dotted: string): string | undefined;
  /** Whether the program's own code has a module of that name. */
  isOwn(module: string): boolean;
}

/** Options that only ask the interpreter about itself. */
export const ASKS_ONLY = /^(?:-V+|-h|-\?|--version|--help(?:-\w+)?)$/;

/** What the start of an interpreter leads to: its own modules, lines of `.pth` files, what it is told to run, and modules that words of its command name. */
export function* startEdges(start: Start, search: Search): Generator<Edge> {
  const { interpreter, process, path, given, owner, note } = start;
  const { command } = interpreter;
  const { edges, followed, longest, isOwn } = search;
  if (path.isCut)
    note({
      message: "Python's search path, or what .pth files add to it, is longer than is followed",
      widens: 'all',
    });
  for (const module of AT_START) yield* edges(module, 'loaded', 'start of the interpreter');
  if (!command.withoutSite) {
    for (const module of WITH_SITE) yield* edges(module, 'loaded', 'start of the interpreter');
    for (const line of path.lines) {
      const name: Name = { module: '', isPackage: false, isMain: false };
      // No line that a package manager writes does so.
      if (/^ *(?:runs|call \?|script .*)$/m.test(line.text))
        for (const below of path.sites)
          note({ message: `/${line.path}: ${RUNS}; anything in /${below} may be meant`, widens: { below } });
      for (const edge of followed(line.text, name)) yield { ...edge, how: `${edge.how} (${line.path})` };
    }
  }
  yield* main(start, search);
  // `breakpoint()` of any module calls what this names. https://docs.python.org/3/using/cmdline.html#envvar-PYTHONBREAKPOINT
  const caller = environmentValue(process, command, 'PYTHONBREAKPOINT') ?? '';
  if (caller.includes('.')) yield* edges(caller.slice(0, caller.lastIndexOf('.')), 'importable', 'PYTHONBREAKPOINT');
  // `uvicorn "$APP"`: where an installed program is told of no application, that may be the word that is not known.
  const isTold = given.modules.length + given.scripts.length > 0;
  const isOther = command.kind === 'module' || (command.kind === 'script' && owner.isInstalled(command.what));
  if (isOther && !isTold && command.arguments.some(isUntold))
    for (const below of path.sites)
      note({
        message: `${commandText([command.what])} is given words that cannot be told; anything in /${below} may be meant`,
        widens: { below },
      });
  for (const { module, how, onlyOwn } of given.modules) {
    // `jobs.Settings` is of the module `jobs`; a name of somebody else's is none that ends there.
    const top = topOf({ module });
    const named = onlyOwn === true && !isOwn(top) ? undefined : (longest(module) ?? (isOwn(top) ? top : undefined));
    if (named !== undefined) yield* edges(named, 'loaded', how);
    else if (onlyOwn !== true && !module.includes('.')) yield* edges(module, 'loaded', how);
  }
  for (const script of given.scripts)
    yield* scriptEdges(start, search, fromRoot(script, process.folder), `runs ${script}`);
}

function* main(start: Start, search: Search): Generator<Edge> {
  const { interpreter, process, finder, note } = start;
  const { command } = interpreter;
  const { edges, followed } = search;
  if (command.kind !== 'nothing' && (isUntold(command.what) || command.what.trim() === ''))
    return note({ message: 'what Python is given to run cannot be told', widens: 'all' });
  if (command.kind === 'text')
    yield* followed(pythonImports(Buffer.from(command.what)), { module: '__main__', isPackage: false, isMain: true });
  else if (command.kind === 'script')
    yield* scriptEdges(start, search, fromRoot(command.what, process.folder), `python ${command.what}`);
  else if (command.kind === 'module') {
    yield* edges('runpy', 'loaded', 'python -m');
    const place = finder.find(command.what);
    if (place === undefined)
      note({
        message: `Python is to run the module ${command.what}, which is not found`,
        widens: 'all',
        isAbsent: true,
      });
    const isPackage = place !== undefined && place !== 'built-in' && place.folders.length > 0;
    const module = isPackage ? `${command.what}.__main__` : command.what;
    yield* edges(module, 'loaded', `python -m ${command.what}`, true);
  } else if (!process.arguments.some((word) => ASKS_ONLY.test(word))) {
    yield* prompt(start);
    const script = environmentValue(process, command, 'PYTHONSTARTUP');
    if (script !== undefined && process.isAttached === true)
      yield* scriptEdges(start, search, fromRoot(script, process.folder), 'PYTHONSTARTUP');
  }
}

/** Whoever types at a prompt may import what is installed, and call any program; text from elsewhere may do anything. */
function* prompt({ interpreter, process, world, path, note }: Start): Generator<Edge> {
  if (process.isAttached !== true || process.arguments.includes('-'))
    return note({
      message: 'Python is started without a program: what it is given to run is not known',
      widens: 'all',
    });
  const message = 'Python waits for commands: whoever types there may import what is installed, and call any program';
  for (const below of [...path.sites, ...interpreter.library]) note({ message, widens: { below }, as: 'importable' });
  note({ message, widens: 'all', as: 'callable' });
  for (const site of path.sites)
    for (const file of world.tree.paths(site))
      if (NATIVE.test(file)) yield { to: file, reach: 'importable', how: 'may be imported at the prompt' };
}

/** A script that is run, or the folder or archive whose `__main__.py` is. */
export function* scriptEdges(start: Start, search: Search, path: string, how: string): Generator<Edge> {
  const { world, note, interpreter } = start;
  const folder = codeFolder(path, world);
  const file = folder === undefined ? path : pathIn(folder, '__main__.py');
  const real = world.tree.real(file);
  const archive = archiveOf(file);
  if (archive !== undefined) yield { to: archive, reach: 'loaded', how };
  if (folder !== undefined) yield* search.edges('runpy', 'loaded', how);
  if (real === undefined)
    return note({ message: `${file} is to be run by Python and is not there`, widens: 'all', isAbsent: true });
  const bundle = interpreter.bundle?.root === folder ? interpreter.bundle : undefined;
  yield* search.script(real, how, bundle?.launcher);
  if (bundle?.missing !== undefined) note(missingEntry(bundle));
  if (bundle?.entry !== undefined) {
    yield* search.edges(bundle.entry.module, 'loaded', `started by /${path}`);
    search.calls(bundle.entry.module, bundle.entry.functions);
  }
  yield* entryPoint(start, search, world.code(real, 'script') ?? '', how);
}

/**
 * The script that setuptools writes for a distribution that was installed by `setup.py`: it looks its entry point up by name.
 * https://setuptools.pypa.io/en/latest/userguide/entry_point.html
 */
function* entryPoint({ path, world }: Start, { edges, calls }: Search, script: string, how: string): Generator<Edge> {
  const [, distribution = '', group = '', name = ''] = ENTRY_POINT.exec(script) ?? [];
  const point = name === '' ? undefined : entryPointOf({ distribution, group, name }, path.sites, world);
  if (point === undefined) return;
  yield* edges(point.module, 'loaded', how);
  calls(point.module, point.functions);
}

/** `load_entry_point('supervisor==4.2.5', 'console_scripts', 'supervisord')` */
const ENTRY_POINT =
  /\bload_entry_point\(\s*["']([\w.-]{1,200})(?:==[^"']{1,100})?["'],\s*["']([\w.]{1,100})["'],\s*["']([\w.-]{1,200})["']/;
/** Modules that are compiled. */
const NATIVE = /\.(?:cpython-[\w-]+|abi3)\.so$/;
