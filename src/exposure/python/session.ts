import { folderOf } from '../../formats/paths.ts';
import { archiveOf } from '../archives.ts';
import type { Edge, Language, Note, Process, ReachedAs, Session, World } from '../model.ts';
import { untold as notTold, started } from '../programs.ts';
import { unreadScript } from '../scripts.ts';
import { programStarted, WORKED_OUT } from '../started-programs.ts';
import { withBundle } from './bundles.ts';
import { configuredBy, ENABLED } from './configured.ts';
import { moduleFinder } from './finder.ts';
import { interpreterOf, isPython } from './interpreter.ts';
import { kernelsOf } from './kernels.ts';
import { BY_NAME, buildData, STARTS_BY_NAME, VENDORS } from './known-modules.ts';
import { absolute, meaning, TESTS } from './meaning.ts';
import { programsNamed } from './named-programs.ts';
import { openedLibraries } from './opened-libraries.ts';
import { fromRoot } from './paths.ts';
import { migrations, runFiles, scriptsWithin } from './run-files.ts';
import { namedModules } from './runners.ts';
import { searchChanges } from './search-changes.ts';
import { searchPathOf } from './search-path.ts';
import { startedProgram } from './started.ts';
import { ASKS_ONLY, scriptEdges, startEdges } from './starts.ts';
import { type Import, importsOf, type Module } from './statements.ts';
import { unpickled } from './unpickled.ts';
import { COMPUTED, OPENS, RUNS, untoldOf } from './untold.ts';
import { codeOwners, isProgram, type Name, withinLibraries } from './whose.ts';

/** CPython: what it loads when it starts, and what each module imports. */
export const python: Language = {
  name: 'python',
  begin(process, world, note) {
    const interpreter = interpreterOf(process, world);
    if (interpreter !== undefined) return session(withBundle(interpreter, process, world), process, world, note);
    if (isPython(process) && !process.arguments.some((word) => ASKS_ONLY.test(word)))
      note({
        message: `${process.program} is started, whose standard library is not found: what it imports is not known`,
        widens: 'all',
      });
    return undefined;
  },
};

/** Long because it is an object: its methods close over the modules of one process. */
function session(
  interpreter: ReturnType<typeof withBundle>,
  process: Process,
  world: World,
  note: (note: Note) => void,
): Session {
  const { command, version } = interpreter;
  const given = namedModules(interpreter, process);
  const path = searchPathOf(interpreter, process, world, given.folders);
  const finder = moduleFinder(world.tree, path.folders, version, interpreter.bundle?.root);
  const owner = codeOwners(interpreter, process, path, finder, world);
  const untold = untoldOf(interpreter, path.sites, owner, world.tree, note);
  const script = command.kind === 'script' ? fromRoot(command.what, process.folder) : undefined;
  const changes = searchChanges({ script, process, world }, finder, owner, note);
  const scripts = scriptsWithin(world);
  const onPath = programsNamed(process, world);
  const names = new Map<string, Name>(); // of files that are found and not followed yet
  /** Functions that the program itself imports, by their module: it is there to call them. */
  const called = new Map<Name, string[]>();
  const around = { finder, owner, world, sites: path.sites, edges, calls };
  const { isPackage, mainOf, isOwn, longest, begun, walked, below, starred, meant } = meaning(around);
  const { library, broughtLibraries, ownFolder, named } = openedLibraries(around);
  const filesRun = runFiles({ script, process, world, finder, owner, untold, names, note });
  const start = { interpreter, process, world, path, given, finder, owner, note };
  const search = { edges, followed, script: run, calls, longest, isOwn };
  const within = withinLibraries(names, owner);
  return { starts: startEdges(start, search), follow: ({ path, reach }) => within(path, follow(path, reach)) };

  /** A script that is run; it is the module `__main__`. */
  function* run(file: string, how: string, module = '__main__'): Generator<Edge> {
    names.set(file, { module, isPackage: false, isMain: true });
    yield { to: file, reach: 'loaded', how };
  }

  /** A module and the packages it lies in. */
  function* edges(module: string, reach: ReachedAs, how: string, isMain = false): Generator<Edge> {
    const own = finder.find('distutils');
    if (module.startsWith('distutils') && own !== 'built-in' && own?.path?.includes('/setuptools/'))
      yield* edges('setuptools._distutils', reach, how);
    // What `extern` finds lies in `_vendor`, and that is a package too.
    const vendor = module.includes('.extern.') ? /^(.+)\.extern\./.exec(module)?.[1] : undefined;
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
        const archive = archiveOf(place.path);
        if (archive !== undefined) yield { to: archive, reach, how };
      }
      for (const folder of changes.broughtAlong) {
        const to = finder.inFolder(folder, name);
        if (to === undefined || to === place.path) continue;
        if (!names.has(to)) names.set(to, { module: name, isPackage: place.folders.length > 0, isMain: false });
        yield { to, reach: 'importable', how };
      }
      if (dot < 0) return;
    }
  }

  function* follow(file: string, reached: ReachedAs): Generator<Edge> {
    const name = names.get(file);
    if (name === undefined) return;
    const text = world.code(file, 'python');
    if (text === undefined && name.isMain && !file.endsWith('.py')) note(unreadScript(file, process));
    if (text !== undefined) yield* file.endsWith('.so') ? compiled(text, name) : followed(text, name);
    const source = file.endsWith('.so') ? sourceOf(file) : undefined;
    if (source !== undefined) yield* followed(source, name);
    if (name.module === 'alembic')
      for (const to of migrations(world)) {
        if (!names.has(to)) names.set(to, { module: '', isPackage: false, isMain: false });
        yield { to, reach: reached === 'loaded' ? 'importable' : 'loaded', how: 'a migration of alembic' };
      }
    for (const module of BY_NAME.get(name.module) ?? []) yield* edges(module, 'importable', `used by ${name.module}`);
    const words = STARTS_BY_NAME.get(name.module)?.map((word) => word.replace(/^\.\//, `/${folderOf(file)}/`));
    const asked = words && programStarted(words, 'importable', { process, world, isOwn: false });
    if (asked !== undefined) yield asked;
    const configured = configuredBy(name.module, file, interpreter, process, world);
    for (const { module, file, isNamed } of configured?.modules ?? []) {
      if (isNamed) {
        const meant = longest(module);
        if (meant !== undefined) yield* edges(meant, 'importable', `named in /${file}`);
        continue;
      }
      yield* edges(module, 'loaded', `enabled by /${file}`);
      calls(module, ENABLED);
    }
    if (configured?.isCut)
      note({ message: `more extensions of ${name.module} are switched on than are looked at`, widens: 'all' });
    for (const script of configured?.scripts ?? []) yield* scriptEdges(start, search, script, `read by ${name.module}`);
    yield* kernelsOf(name.module, interpreter, process, world, note);
    if (name.module === 'sysconfig')
      for (const data of buildData(interpreter.library, world)) yield* edges(data, 'importable', 'used by sysconfig');
    names.delete(file);
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
    const package_ = name.module.slice(0, Math.max(0, name.module.lastIndexOf('.')));
    for (const module of text.slice('names '.length).split(' ')) {
      // Of its own package it takes modules by their last names: `from package import module`.
      if (module === package_) yield* below(module, 1);
      const whole = finder.find(module) !== undefined ? module : module.slice(0, module.lastIndexOf('.'));
      if (whole === top || finder.find(whole) === undefined) continue;
      const isNear = whole.startsWith(`${top}.`) || module.endsWith('_CAPI') || module === '_cffi_backend';
      yield* edges(whole, isNear ? 'loaded' : 'importable', `names ${module}`);
    }
    yield* compiledBeside(package_);
  }

  /** Compiled modules of one package use each other under names without a dot, which no text tells from others: `from . import _typedefs`. */
  function* compiledBeside(package_: string): Generator<Edge> {
    if (package_ === '') return;
    for (const submodule of finder.submodules(package_)) {
      const place = finder.find(`${package_}.${submodule}`);
      if (place === undefined || place === 'built-in' || place.path?.endsWith('.so') !== true) continue;
      if (!TESTS.test(submodule)) yield* edges(`${package_}.${submodule}`, 'importable', `lies in ${package_}`);
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
    yield* ownScripts(module, name);
    yield* named(module.libraries);
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

  function* imported(item: Import, name: Name): Generator<Edge> {
    if (item.kind === 'library' && item.module !== '?') return yield* library(item, name);
    if (item.kind === 'searches') return changes.searched(item.module, name);
    if (item.kind === 'walks') return yield* walked(item.module, name);
    if (item.kind === 'unpickles') return yield* unpickled(name, around, untold);
    if (item.kind === 'starts' || item.kind === 'finds') return yield* programs(item, name);
    if (item.kind === 'library') {
      yield* broughtLibraries(name);
      return untold.computed(name, OPENS);
    }
    if (item.kind === 'runs') return untold.computed(name, RUNS);
    if (item.kind === 'script') return yield* filesRun(item, name);
    if (item.kind === 'main') return yield* edges(mainOf(item.module), item.reach, `runs ${item.module}`, true);
    if (item.kind === 'unread') return untold.unread(name);
    if (item.module === '?') {
      // A package that works out names does so of its own modules first: `cv2` looks what lies in its folder.
      if (name.isPackage) yield* below(name.module, 1);
      return untold.computed(name, COMPUTED);
    }
    const missing = item.isMissed
      ? modulesOf(item, name).find((module) => finder.find(module) === undefined)
      : undefined;
    if (missing !== undefined) {
      untold.missed(name, missing);
      changes.missed(name, missing);
    }
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
    const whose = owner.whose(name);
    if (whose === 'none') return;
    if (item.module === '?') {
      // What the standard library works out is for those who ask it to.
      if (whose !== 'own' && whose !== 'wrapper') return;
      const who = isProgram(name) && command.kind === 'script' ? command.what : name.module;
      const isBound = item.reach !== 'loaded'; // as with names that are known: what need not run may be called
      return note({ message: `${who}: ${WORKED_OUT}`, widens: 'all', ...(isBound && { as: 'callable' }) });
    }
    const edge = startedProgram(item, process, world, whose === 'own');
    if (edge !== undefined) yield edge;
  }

  /** What a program imports by name, and what a text names, is called: `from celery.__main__ import main`. */
  function calls(module: string, functions: readonly string[]): void {
    const place = finder.find(module);
    const name =
      place === undefined || place === 'built-in' || place.path === undefined ? undefined : names.get(place.path);
    if (name !== undefined)
      called.set(name, [...new Set([...(called.get(name) ?? []), ...functions])].slice(0, CALLED));
  }

  /** Scripts of an installed package that a module of it names, where it starts programs whose words are put together. */
  function* ownScripts({ imports, strings, brought, programs }: Module, name: Name): Generator<Edge> {
    if (owner.whose(name) !== 'installed') return;
    yield* onPath(programs);
    const top = ownFolder(name);
    if (top === undefined) return;
    if (!imports.some(({ kind, module }) => kind === 'starts' && /^\?$|null|sys\.executable/.test(module))) return;
    for (const text of strings)
      if (text.endsWith('.py'))
        for (const file of scripts(top, text)) yield* edges(moduleAt(file, top), 'importable', `names ${text}`);
    for (const text of brought) {
      const file = world.tree.real(fromRoot(text, top));
      if (file === undefined || !file.startsWith(`${top}/`)) continue;
      const around = { ...process, world, isAttached: false };
      const edge = started([`/${file}`, notTold('what is worked out')], around, 'callable', `starts ${text}`);
      if (edge !== undefined) yield edge;
    }
  }

  /** `.../site-packages/ray/dashboard/agent.py`, of `.../site-packages/ray`, is `ray.dashboard.agent`. */
  function moduleAt(file: string, top: string): string {
    return file.slice(folderOf(top).length + 1, -'.py'.length).replaceAll('/', '.');
  }
}

const HAS_MODULE: ReadonlySet<Import['kind']> = new Set(['import', 'from', 'call']); // those that name modules
const CALLED = 64; // functions of one module that are known to be called from outside
