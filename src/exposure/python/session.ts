// Long because following a module is one search, in which its cases share what was found.
import { folderOf, pathIn } from '../../formats/paths.ts';
import { pythonImports } from '../../formats/python/index.ts';
import type { Edge, Language, Note, Process, ReachedAs, Session, World } from '../model.ts';
import { commandText, isUntold } from '../programs.ts';
import { configuredBy, ENABLED } from './configured.ts';
import { type Found, moduleFinder } from './finder.ts';
import { type Interpreter, interpreterOf, isPython } from './interpreter.ts';
import { AT_START, BUILD_DATA, BY_NAME, CONVENTION_DEPTH, LIBRARIES, VENDORS, WITH_SITE } from './known-modules.ts';
import { fromRoot } from './paths.ts';
import { entryPointOf, pluginsOf } from './plugins.ts';
import { namedModules } from './runners.ts';
import { searchPathOf } from './search-path.ts';
import { startedProgram } from './started.ts';
import { type Import, importsOf, type Module } from './statements.ts';

/** CPython: what it loads when it starts, and what each module imports. */
export const python: Language = {
  name: 'python',
  begin(process, world, note) {
    const interpreter = interpreterOf(process, world);
    if (interpreter !== undefined) return session(interpreter, process, world, note);
    if (isPython(process) && !process.arguments.some((word) => ASKS_ONLY.test(word)))
      note({
        message: `${process.program} is started, whose standard library is not found: what it imports is not known`,
        widens: 'all',
      });
    return undefined;
  },
};

/** Options that only ask the interpreter about itself. */
const ASKS_ONLY = /^(?:-V+|-h|-\?|--version|--help(?:-\w+)?)$/;

interface Name {
  readonly module: string;
  readonly isPackage: boolean;
  readonly isMain: boolean;
}

/** Long because it is an object: its methods close over the modules of one process. */
function session(interpreter: Interpreter, process: Process, world: World, note: (note: Note) => void): Session {
  const { command, version } = interpreter;
  const given = namedModules(interpreter, process);
  const path = searchPathOf(interpreter, process, world, given.folders);
  const finder = moduleFinder(world.tree, path.folders, version);
  const names = new Map<string, Name>();
  /** Functions that the program itself imports, by their module: it is there to call them. */
  const called = new Map<Name, string[]>();
  let plugins: ReadonlyMap<string, readonly string[]> | undefined;

  return { starts: starts(), follow: (file) => follow(file.path) };

  function* starts(): Generator<Edge> {
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
        for (const edge of followed(line.text, name)) yield { ...edge, how: `${edge.how} (${line.path})` };
      }
    }
    yield* main();
    // `uvicorn "$APP"`: where an installed program is told of no application, that may be the word that is not known.
    const isTold = given.modules.length + given.scripts.length > 0;
    const isOther = command.kind === 'module' || (command.kind === 'script' && isInstalled(command.what));
    if (isOther && !isTold && command.arguments.some(isUntold))
      for (const below of path.sites)
        note({
          message: `${commandText([command.what])} is given words that cannot be told; anything in /${below} may be meant`,
          widens: { below },
        });
    for (const { module, how } of given.modules) {
      const named = module.includes('.') ? longest(module) : module;
      if (named !== undefined) yield* edges(named, 'loaded', how);
    }
    for (const script of given.scripts) yield* run(fromRoot(script, process.folder), `runs ${script}`);
  }

  function* main(): Generator<Edge> {
    if (command.kind !== 'nothing' && (isUntold(command.what) || command.what.trim() === ''))
      return note({ message: 'what Python is given to run cannot be told', widens: 'all' });
    if (command.kind === 'text')
      yield* followed(pythonImports(Buffer.from(command.what)), { module: '__main__', isPackage: false, isMain: true });
    else if (command.kind === 'script') yield* run(fromRoot(command.what, process.folder), `python ${command.what}`);
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
    } else if (!process.arguments.some((word) => ASKS_ONLY.test(word))) yield* prompt();
  }

  /** Whoever types at a prompt may import what is installed, and call any program; text from elsewhere may do anything. */
  function* prompt(): Generator<Edge> {
    if (process.isAttached !== true || process.arguments.includes('-'))
      return note({
        message: 'Python is started without a program: what it is given to run is not known',
        widens: 'all',
      });
    const message = 'Python waits for commands: whoever types there may import what is installed, and call any program';
    for (const below of [...path.sites, ...interpreter.library]) note({ message, widens: { below }, as: 'importable' });
    note({ message, widens: 'all', as: 'callable' });
    for (const file of world.tree.paths())
      if (NATIVE.test(file) && path.sites.some((site) => file.startsWith(`${site}/`)))
        yield { to: file, reach: 'importable', how: 'may be imported at the prompt' };
  }

  function* run(script: string, how: string): Generator<Edge> {
    const file = world.tree.isFolder(script) ? pathIn(script, '__main__.py') : script;
    const real = world.tree.real(file);
    if (real === undefined)
      return note({ message: `${file} is to be run by Python and is not there`, widens: 'all', isAbsent: true });
    names.set(real, { module: '__main__', isPackage: false, isMain: true });
    yield { to: real, reach: 'loaded', how };
    yield* entryPoint(world.code(real, 'script') ?? '', how);
  }

  /**
   * The script that setuptools writes for a distribution that was installed by `setup.py`: it looks its entry point up by name.
   * https://setuptools.pypa.io/en/latest/userguide/entry_point.html
   */
  function* entryPoint(script: string, how: string): Generator<Edge> {
    const [, distribution = '', group = '', name = ''] = ENTRY_POINT.exec(script) ?? [];
    const point = name === '' ? undefined : entryPointOf({ distribution, group, name }, path.sites, world);
    if (point === undefined) return;
    yield* edges(point.module, 'loaded', how);
    calls(point.module, point.functions);
  }

  /** A module and the packages it lies in. */
  function* edges(module: string, reach: ReachedAs, how: string, isMain = false): Generator<Edge> {
    const own = finder.find('distutils');
    if (module.startsWith('distutils') && own !== 'built-in' && own?.path?.includes('/setuptools/'))
      yield* edges('setuptools._distutils', reach, how);
    // What `extern` finds lies in `_vendor`, and that is a package too.
    const vendor = /^(.+)\.extern\./.exec(module)?.[1];
    if (vendor !== undefined && finder.find(`${vendor}._vendor`) !== undefined)
      yield* edges(`${vendor}._vendor`, reach, how);
    for (let dot = module.indexOf('.'); ; dot = module.indexOf('.', dot + 1)) {
      const name = dot < 0 ? module : module.slice(0, dot);
      const place = finder.find(name);
      if (place === undefined || place === 'built-in') return;
      if (place.path !== undefined) {
        if (!names.has(place.path))
          names.set(place.path, { module: name, isPackage: place.folders.length > 0, isMain: isMain && dot < 0 });
        yield { to: place.path, reach, how };
      }
      if (dot < 0) return;
    }
  }

  function* follow(file: string): Generator<Edge> {
    const name = names.get(file);
    if (name === undefined) return;
    const text = world.code(file, 'python');
    if (text !== undefined) yield* file.endsWith('.so') ? compiled(text, name) : followed(text, name);
    const source = file.endsWith('.so') ? sourceOf(file) : undefined;
    if (source !== undefined) yield* followed(source, name);
    for (const module of BY_NAME.get(name.module) ?? []) yield* edges(module, 'importable', `used by ${name.module}`);
    const configured = configuredBy(name.module, interpreter, process, world);
    for (const { module, file } of configured?.modules ?? []) {
      yield* edges(module, 'loaded', `enabled by /${file}`);
      calls(module, ENABLED);
    }
    if (configured?.isCut)
      note({ message: `more extensions of ${name.module} are switched on than are looked at`, widens: 'all' });
    for (const script of configured?.scripts ?? []) yield* run(script, `read by ${name.module}`);
    if (name.module === 'sysconfig')
      for (const folder of interpreter.library)
        for (const data of world.tree.list(folder))
          if (BUILD_DATA.test(data)) yield* edges(data.replace(/\.py$/, ''), 'importable', 'used by sysconfig');
  }

  /** What a module imports that was compiled from Python (Cython, mypyc) stands in the source beside it, where the wheel brings that. */
  function sourceOf(file: string): string | undefined {
    const dot = file.indexOf('.', file.lastIndexOf('/') + 1);
    const source = world.tree.real(`${file.slice(0, dot)}.py`);
    return source === undefined ? undefined : world.code(source, 'python');
  }

  /** A compiled module imports from C: its own package's modules at once as a rule, others when they are needed. */
  function* compiled(text: string, name: Name): Generator<Edge> {
    const top = name.module.split('.')[0] as string;
    for (const module of text.slice('names '.length).split(' ')) {
      const whole = finder.find(module) !== undefined ? module : module.slice(0, module.lastIndexOf('.'));
      if (whole === top || finder.find(whole) === undefined) continue;
      const isNear = whole.startsWith(`${top}.`) || module.endsWith('_CAPI') || module === '_cffi_backend';
      yield* edges(whole, isNear ? 'loaded' : 'importable', `names ${module}`);
    }
  }

  function* followed(text: string, name: Name): Generator<Edge> {
    const known = { version, isMain: name.isMain };
    const own = name.isMain ? ['main'] : (called.get(name) ?? []);
    const module = importsOf(text, known, own, (item) =>
      modulesOf(item, name).every((member) => finder.find(member) !== undefined),
    );
    const done = new Map<string, ReachedAs>();
    for (const item of module.imports) {
      for (const edge of imported(item, name)) {
        if (done.get(edge.to) === edge.reach || done.get(edge.to) === 'loaded') continue;
        done.set(edge.to, edge.reach);
        yield edge;
      }
    }
    yield* meant(module, name, done);
  }

  /** The modules that an import names for sure. */
  function modulesOf(item: Omit<Import, 'reach'>, name: Name): string[] {
    if (item.kind === 'import') return item.names.map((member) => vendored(member, name));
    if (!HAS_MODULE.has(item.kind) || item.module === '?' || item.module.endsWith('*')) return [];
    const module = absolute(item.module, name);
    return module === undefined ? [] : [vendored(module, name)];
  }

  /** setuptools puts the folder of what it brings along at the end of its search path. */
  function vendored(module: string, { module: here }: Name): string {
    if (!VENDORS.has(here.split('.')[0] as string) || finder.find(module) !== undefined) return module;
    const brought = `setuptools._vendor.${module}`;
    return finder.find(brought) === undefined ? module : brought;
  }

  /** `..a` in `b.c.d` is `b.a`. */
  function absolute(module: string, { module: here, isPackage }: Name): string | undefined {
    const dots = /^\.*/.exec(module)?.[0].length ?? 0;
    if (dots === 0) return module;
    const packages = here.split('.');
    const up = isPackage ? dots - 1 : dots;
    if (here === '' || up >= packages.length + (isPackage ? 0 : 0) + 1) return undefined;
    const base = packages.slice(0, packages.length - up).join('.');
    const rest = module.slice(dots);
    return base === '' ? undefined : rest === '' ? base : `${base}.${rest}`;
  }

  function* imported(item: Import, name: Name): Generator<Edge> {
    if (item.kind === 'library' && item.module !== '?') return yield* library(item, name);
    if (item.kind === 'unpickles') return yield* unpickled(name);
    if (item.kind === 'starts' || item.kind === 'finds') return yield* programs(item, name);
    if (item.kind === 'library') return computed(name, OPENS);
    if (item.kind === 'runs') return computed(name, RUNS);
    if (item.module === '?') {
      // A package that works out names does so of its own modules first: `cv2` looks what lies in its folder.
      if (name.isPackage) yield* below(name.module, 1);
      return computed(name, COMPUTED);
    }
    if (item.isMissed) missed(item, name);
    if (item.kind === 'call' && item.module.endsWith('*')) return yield* begun(item.module.slice(0, -1));
    for (const module of modulesOf(item, name)) {
      yield* edges(module, item.reach, `import ${module}`);
      if (item.kind !== 'from') continue;
      if (name.isMain && item.reach === 'loaded') calls(module, item.names);
      for (const member of item.names) {
        if (member === '*') yield* starred(module, item.reach);
        else if (isPackage(module)) yield* edges(`${module}.${member}`, item.reach, `from ${module} import ${member}`);
      }
    }
  }

  /** Programs that are started; the standard library starts them for those that ask it to. */
  function* programs(item: Import, name: Name): Generator<Edge> {
    const top = name.module.split('.')[0] as string;
    const folder = isProgram(name) ? undefined : foldersIn(finder.find(top))[0];
    const isIn = (sites: readonly string[]): boolean => sites.some((site) => `${folder}/`.startsWith(`${site}/`));
    if (top === '') return;
    // What the standard library works out is for those who ask it to.
    if (item.module === '?' && isIn(interpreter.library) && !isIn(path.sites)) return;
    const isOwn = !isIn(path.sites) && !isIn(interpreter.library) && !(isProgram(name) && isInstalled(command.what));
    if (item.module === '?') {
      const who = isProgram(name) && command.kind === 'script' ? command.what : name.module;
      const message = `${who}: starts programs whose names are worked out when it runs`;
      // As with names that are known: what need not run may be called.
      if (isOwn) note({ message, widens: 'all', ...(item.reach !== 'loaded' && { as: 'callable' }) });
      return;
    }
    const edge = startedProgram(item, process, world, isOwn);
    if (edge !== undefined) yield edge;
  }

  /** What a program imports by name, it calls: `from celery.__main__ import main`. */
  function calls(module: string, functions: readonly string[]): void {
    const place = finder.find(module);
    const name =
      place === undefined || place === 'built-in' || place.path === undefined ? undefined : names.get(place.path);
    if (name !== undefined) called.set(name, [...(called.get(name) ?? []), ...functions]);
  }

  /** Every module whose name begins so. */
  function* begun(beginning: string): Generator<Edge> {
    const dot = beginning.lastIndexOf('.');
    const package_ = beginning.slice(0, dot);
    for (const submodule of finder.submodules(package_))
      if (submodule.startsWith(beginning.slice(dot + 1)))
        yield* edges(`${package_}.${submodule}`, 'importable', `import ${beginning}*`);
  }

  /** The modules in a package, and in the packages in it. */
  function* below(package_: string, depth: number): Generator<Edge> {
    for (const submodule of finder.submodules(package_)) {
      // Tests are imported by who runs tests, and import what nothing else does.
      if (TESTS.test(submodule)) continue;
      const module = `${package_}.${submodule}`;
      yield* edges(module, 'importable', `names ${package_}`);
      if (depth > 1 && isPackage(module)) yield* below(module, depth - 1);
    }
  }

  function isPackage(module: string): boolean {
    const place = finder.find(module);
    return place !== undefined && place !== 'built-in' && place.folders.length > 0;
  }

  /** `from package import *` imports the modules that its `__all__` names. */
  function* starred(module: string, reach: ReachedAs): Generator<Edge> {
    const place = finder.find(module);
    if (place === undefined || place === 'built-in' || place.path === undefined || place.folders.length === 0) return;
    const all = /^all (.*)$/m.exec(world.code(place.path, 'python') ?? '')?.[1];
    for (const member of all?.split(' ') ?? []) yield* edges(`${module}.${member}`, reach, `from ${module} import *`);
  }

  /** Modules that strings of a module name, and plug-ins of the groups they name. */
  function* meant(
    { strings, lazy, imports }: Module,
    name: Name,
    done: ReadonlyMap<string, ReachedAs>,
  ): Generator<Edge> {
    // A package's list of its own modules is there to be imported: `_plugins = ["BmpImagePlugin", ...]`.
    const byName =
      name.isPackage || lazy || imports.some(({ kind, module }) => kind === 'call' && /[?*]$/.test(module));
    const package_ = name.isPackage ? name.module : name.module.slice(0, Math.max(0, name.module.lastIndexOf('.')));
    for (const text of strings) {
      plugins ??= pluginsOf(path.sites, world);
      for (const module of plugins.get(text) ?? []) yield* edges(module, 'importable', `plug-in of ${text}`);
      const colon = text.indexOf(':');
      const dotted = colon < 0 ? text : text.slice(0, colon);
      const candidates = [
        dotted.startsWith('.') ? absolute(dotted, name) : dotted.includes('.') ? dotted : undefined,
        byName && package_ !== '' && !dotted.startsWith('.') ? `${package_}.${dotted}` : undefined,
      ];
      for (const candidate of candidates) {
        const module = candidate === undefined ? undefined : longest(candidate);
        if (module === undefined || module === package_) continue;
        for (const edge of edges(module, 'importable', `names ${text}`)) if (!done.has(edge.to)) yield edge;
        // Frameworks load by convention what lies in a package that their settings name: `apps`, `models`, `templatetags`.
        if (!dotted.startsWith('.') && colon < 0 && isPackage(module)) yield* below(module, CONVENTION_DEPTH);
      }
    }
  }

  /** The module that a dotted name ends in, or of which it names a class: `a.b.C` is in `a.b`. Never less than two names. */
  function longest(dotted: string): string | undefined {
    let module = dotted;
    for (let left = 2; left > 0 && module.includes('.'); left -= 1) {
      if (finder.find(module) !== undefined) return module;
      module = module.slice(0, module.lastIndexOf('.'));
    }
    return module.includes('.') && finder.find(module) !== undefined ? module : undefined;
  }

  /** A library that is opened by name: beside the module, in its package, where the loader looks. */
  function* library({ module, reach }: Import, name: Name): Generator<Edge> {
    const at = finder.find(name.module);
    const near = foldersIn(at);
    for (const folder of [...near, ...near.map((near) => `${near}/lib`), ...LIBRARIES]) {
      const file = world.tree.real(module.startsWith('/') ? module.slice(1) : `${folder}/${module}`);
      if (file === undefined) continue;
      yield { to: file, reach: reach === 'loaded' ? 'loaded' : 'importable', how: `opens ${module}` };
      return;
    }
  }

  /** A package's folders, or the one that a module lies in. */
  function foldersIn(place: Found | 'built-in' | undefined): readonly string[] {
    if (place === undefined || place === 'built-in') return [];
    return place.folders.length > 0 ? place.folders : place.path === undefined ? [] : [folderOf(place.path)];
  }

  /**
   * What is named when the program runs: by the program's own code that may be anything that is installed, by a library what it says it needs.
   * The standard library does it for those that ask it to.
   */
  function computed(name: Name, how: string): void {
    const top = name.module.split('.')[0] as string;
    const folder = top === '__main__' ? undefined : foldersIn(finder.find(top))[0];
    const isIn = (sites: readonly string[]): boolean => sites.some((site) => `${folder}/`.startsWith(`${site}/`));
    if (folder !== undefined && isIn(path.sites)) {
      // A module of its own has no folder of its own.
      const own = path.sites.includes(folder) ? `${folder}/${top}.py` : folder;
      note({ who: top, message: `${how}; ${NEEDS}`, widens: { needsOf: own } });
    } else if (!isIn(interpreter.library) && !(top === '' || (isProgram(name) && isInstalled(command.what))))
      ownCode(name, how);
  }

  /** Whatever is installed may be meant. */
  function ownCode(name: Name, how: string): void {
    const who = isProgram(name)
      ? command.kind === 'script'
        ? command.what
        : 'the program'
      : commandText([name.module]);
    for (const below of path.sites)
      note({ message: `${who}: ${how}; anything in /${below} may be meant`, widens: { below } });
  }

  /** The program cannot do without a module that is nowhere: it comes from a volume, or from a folder that is searched when it runs. */
  function missed(item: Import, name: Name): void {
    const module = modulesOf(item, name).find((module) => finder.find(module) === undefined);
    const top = name.module.split('.')[0] as string;
    const folder = isProgram(name) ? undefined : foldersIn(finder.find(top))[0];
    const isOwn = ![...path.sites, ...interpreter.library].some((site) => `${folder}/`.startsWith(`${site}/`));
    if (module === undefined || !isOwn || top === '' || (isProgram(name) && isInstalled(command.what))) return;
    ownCode(name, `imports ${commandText([module])}, which is not found`);
  }

  /** What is read names modules: those that pickles of the image name, and any where there are none. */
  function* unpickled(name: Name): Generator<Edge> {
    const top = name.module.split('.')[0] as string;
    const folder = isProgram(name) ? undefined : foldersIn(finder.find(top))[0];
    const isOwn = ![...path.sites, ...interpreter.library].some((site) => `${folder}/`.startsWith(`${site}/`));
    if (!isOwn || top === '') return;
    let isNamed = false;
    for (const file of world.tree.paths()) {
      if (!PICKLE.test(file)) continue;
      const modules = world.code(file, 'pickle');
      if (modules === undefined) continue;
      isNamed = true;
      for (const module of modules.split(' '))
        if (module === '?') ownCode(name, UNPICKLES);
        else if (finder.find(module) !== undefined) yield* edges(module, 'importable', `named in /${file}`);
    }
    if (!isNamed) ownCode(name, UNPICKLES);
  }

  /** A console script says no more than which module to call. */
  function isInstalled(script: string): boolean {
    return /(?:^|\/)s?bin\//.test(fromRoot(script, process.folder));
  }
}

/** `load_entry_point('supervisor==4.2.5', 'console_scripts', 'supervisord')` */
const ENTRY_POINT =
  /\bload_entry_point\(\s*["']([\w.-]{1,200})(?:==[^"']{1,100})?["'],\s*["']([\w.]{1,100})["'],\s*["']([\w.-]{1,200})["']/;
/** Modules that are compiled. */
const NATIVE = /\.(?:cpython-[\w-]+|abi3)\.so$/;
const TESTS = /^(?:tests?|testing|conftest|test_.*|.*_tests?)$/;
const COMPUTED = 'names of modules are worked out when it runs';
const RUNS = 'text or files are run that are chosen when it runs';
const OPENS = 'libraries are opened by names that are worked out when it runs';
/** What names modules, and not something else. */
const HAS_MODULE: ReadonlySet<Import['kind']> = new Set(['import', 'from', 'call']);
const isProgram = ({ module }: Name): boolean => module === '__main__';
/** Names of files that Python's pickles go by. */
const PICKLE = /\.(?:pkl|pickle|pckl|joblib|dill|cloudpickle|sav)$/;
const UNPICKLES = 'a pickle is read that names modules itself';
const NEEDS = 'anything in the package and in what that depends on may be meant';
