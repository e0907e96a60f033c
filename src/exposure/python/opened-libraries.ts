import { folderOf } from '../../formats/paths.ts';
import { librariesLike, ownLibraries } from '../library-names.ts';
import type { Edge, World } from '../model.ts';
import type { moduleFinder } from './finder.ts';
import { LIBRARIES } from './known-modules.ts';
import type { Import } from './statements.ts';
import { type CodeOwners, foldersIn, isProgram, type Name, topOf } from './whose.ts';

/** Where the modules of one process lie, and whose they are. */
export interface ModulePlaces {
  readonly finder: ReturnType<typeof moduleFinder>;
  readonly owner: CodeOwners;
  readonly world: World;
  /** Folders of installed packages. */
  readonly sites: readonly string[];
}

/** Copies of a library that are taken for what a name means. */
const LIBRARIES_LIKE = 8;

/** The libraries that modules open by themselves (`ctypes.CDLL("libx.so")`), and where a module's package lies. */
export function openedLibraries({ finder, owner, world, sites }: ModulePlaces) {
  return { library, broughtLibraries, ownFolder, named };

  /** Libraries of which a pattern is written down: which of them it opens, and where it looks for them, is worked out when it runs. */
  function* named(patterns: Iterable<string>): Generator<Edge> {
    for (const pattern of patterns)
      for (const to of librariesLike(pattern, world).slice(0, LIBRARIES_LIKE))
        yield { to, reach: 'importable', how: `names ${pattern}` };
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

  /** Where the files of a module's package are, whatever link is searched: a virtual environment has `lib64` beside `lib`. */
  function ownFolder(name: Name): string | undefined {
    const place = isProgram(name) ? undefined : finder.find(topOf(name));
    const init =
      place === undefined || place === 'built-in' || place.path === undefined ? undefined : world.tree.real(place.path);
    return init?.endsWith('/__init__.py') ? folderOf(init) : owner.folder(name);
  }

  /** Which library it opens is worked out when it runs: one that its own package brings, as a rule. */
  function* broughtLibraries(name: Name): Generator<Edge> {
    if (owner.whose(name) !== 'installed') return;
    const folder = ownFolder(name);
    // A module that lies beside the packages has no folder of its own.
    if (folder === undefined || sites.includes(folder)) return;
    for (const to of ownLibraries(folder, world))
      yield { to, reach: 'importable', how: 'opens libraries of its package' };
  }
}
