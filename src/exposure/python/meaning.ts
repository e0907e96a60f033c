import type { Edge, ReachedAs } from '../model.ts';
import { CONVENTION_DEPTH } from './known-modules.ts';
import type { ModulePlaces } from './opened-libraries.ts';
import { pluginsOf } from './plugins.ts';
import type { Module } from './statements.ts';
import type { Name } from './whose.ts';

/** What a module's texts mean is asked of where modules lie, and of whom they are. */
export interface Around extends ModulePlaces {
  /** The edges to a module and to the packages it lies in. */
  readonly edges: (module: string, reach: ReachedAs, how: string) => Iterable<Edge>;
  /** Functions of a module are called by who names it. */
  readonly calls: (module: string, functions: readonly string[]) => void;
}

/** How deep a package that is gone through is followed. */
const WALK_DEPTH = 2;
/** Tests are imported by who runs tests, and import what nothing else does. */
export const TESTS = /^(?:tests?|testing|conftest|test_.*|.*_tests?)$/;

/** `..a` in `b.c.d` is `b.a`. */
export function absolute(module: string, { module: here, isPackage }: Name): string | undefined {
  const dots = /^\.*/.exec(module)?.[0].length ?? 0;
  if (dots === 0) return module;
  const packages = here.split('.');
  const up = isPackage ? dots - 1 : dots;
  if (here === '' || up > packages.length) return undefined;
  const base = packages.slice(0, packages.length - up).join('.');
  const rest = module.slice(dots);
  return base === '' ? undefined : rest === '' ? base : `${base}.${rest}`;
}

/**
 * The modules that names and texts mean without importing them: packages that are gone through, beginnings of names, strings, plug-ins.
 * Long because it is an object: its methods close over one process.
 */
export function meaning({ finder, owner, world, sites, edges, calls }: Around) {
  let plugins: ReadonlyMap<string, readonly string[]> | undefined;
  return { isPackage, mainOf, isOwn, longest, begun, walked, below, starred, meant };

  function isPackage(module: string): boolean {
    const place = finder.find(module);
    return place !== undefined && place !== 'built-in' && place.folders.length > 0;
  }

  /** What is run of a module that is run as a program: of a package its `__main__`. */
  function mainOf(module: string): string {
    return isPackage(module) ? `${module}.__main__` : module;
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

  /** Whether the program's own code has a module of that name. */
  function isOwn(module: string): boolean {
    const place = finder.find(module);
    if (place === undefined || place === 'built-in') return false;
    return owner.whose({ module, isPackage: place.folders.length > 0, isMain: false }) === 'own';
  }

  /** Every module whose name begins so. */
  function* begun(beginning: string): Generator<Edge> {
    const dot = beginning.lastIndexOf('.');
    const package_ = beginning.slice(0, dot);
    for (const submodule of finder.submodules(package_))
      if (submodule.startsWith(beginning.slice(dot + 1)))
        yield* edges(`${package_}.${submodule}`, 'importable', `import ${beginning}*`);
  }

  /** The modules of a package that is gone through, by its name as the module has it. */
  function* walked(package_: string, name: Name): Generator<Edge> {
    const own = name.isPackage ? name.module : name.module.slice(0, Math.max(0, name.module.lastIndexOf('.')));
    if (package_ === '.') yield* below(name.module, WALK_DEPTH);
    else if (isPackage(package_)) yield* below(package_, WALK_DEPTH);
    else if (own !== '') yield* below(`${own}.${package_}`, WALK_DEPTH);
  }

  /** The modules in a package, and in the packages in it. */
  function* below(package_: string, depth: number): Generator<Edge> {
    for (const submodule of finder.submodules(package_)) {
      if (TESTS.test(submodule)) continue;
      const module = `${package_}.${submodule}`;
      yield* edges(module, 'importable', `names ${package_}`);
      if (depth > 1 && isPackage(module)) yield* below(module, depth - 1);
    }
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
    plugins ??= pluginsOf(sites, world);
    // Groups are called after who asks for them, who puts their names together: `spacy_loggers`.
    if (name.isPackage && !name.module.includes('.') && owner.whose(name) === 'installed')
      for (const [group, modules] of plugins)
        if (group.startsWith(name.module) && /^[._-]/.test(group.slice(name.module.length)))
          for (const module of modules) yield* edges(module, 'importable', `plug-in of ${group}`);
    for (const text of strings) {
      for (const module of plugins.get(text) ?? []) yield* edges(module, 'importable', `plug-in of ${text}`);
      const colon = text.indexOf(':');
      const dotted = colon < 0 ? text : text.slice(0, colon);
      const candidates = [
        dotted.startsWith('.') ? absolute(dotted, name) : dotted.includes('.') ? dotted : undefined,
        byName && package_ !== '' && !dotted.startsWith('.') ? `${package_}.${dotted}` : undefined,
      ];
      // `uvicorn.run("main:app")`, `wsgi_app = "wsgi:application"`
      if (colon > 0 && !dotted.includes('.') && isOwn(dotted)) yield* edges(dotted, 'importable', `names ${text}`);
      for (const candidate of candidates) {
        const module = candidate === undefined ? undefined : longest(candidate);
        if (module === undefined || module === package_) continue;
        for (const edge of edges(module, 'importable', `names ${text}`)) if (!done.has(edge.to)) yield edge;
        // `"shop.app:create"` is called by its name, and a module that is named may be run: `[python, "-m", "shop.worker"]`.
        if (module === candidate) calls(module, [colon < 0 ? 'main' : text.slice(colon + 1)]);
        // Frameworks load by convention what lies in a package that their settings name: `apps`, `models`, `templatetags`.
        if (!dotted.startsWith('.') && colon < 0 && isPackage(module)) yield* below(module, CONVENTION_DEPTH);
      }
    }
  }
}
