import { fileNameOf, folderOf, pathIn } from '../../formats/paths.ts';
import type { Edge, Process, World } from '../model.ts';
import type { Found, moduleFinder } from './finder.ts';
import type { Interpreter } from './interpreter.ts';
import { fromRoot } from './paths.ts';
import type { searchPathOf } from './search-path.ts';

/** A module that is followed. */
export interface Name {
  /** Empty for a line of a `.pth` file. */
  readonly module: string;
  readonly isPackage: boolean;
  readonly isMain: boolean;
}

/**
 * Whose code a module is: the program's `own`, an `installed` package's, the standard `library`'s; a `wrapper` is a console script, which says no more
 * than which module to call; `none`: a line of a `.pth` file.
 */
type Whose = 'own' | 'installed' | 'library' | 'wrapper' | 'none';

/** Says whose code modules of a process are. */
export interface CodeOwners {
  whose(name: Name): Whose;
  /** The folder of the package that a module is of, or in which the module itself lies; undefined for the program. */
  folder(name: Name): string | undefined;
  /** Whether a script lies where installers put programs. */
  isInstalled(script: string): boolean;
}

/** The name before the first dot. */
export const topOf = ({ module }: Pick<Name, 'module'>): string => module.split('.', 1)[0] as string;

/** Whether it is what the interpreter was told to run. */
export const isProgram = ({ module }: Pick<Name, 'module'>): boolean => module === '__main__';

/** A package's folders, or the one that a module lies in. */
export function foldersIn(place: Found | 'built-in' | undefined): readonly string[] {
  if (place === undefined || place === 'built-in') return [];
  return place.folders.length > 0 ? place.folders : place.path === undefined ? [] : [folderOf(place.path)];
}

/** Whose code it is by where it lies: what is on the search path besides packages and the standard library is the program's own. */
export function codeOwners(
  { command, library }: Interpreter,
  process: Process,
  { sites }: Pick<ReturnType<typeof searchPathOf>, 'sites'>,
  finder: ReturnType<typeof moduleFinder>,
  world: World,
): CodeOwners {
  const placed = listedBy(world);
  const isInstalled = (script: string): boolean => /(?:^|\/)s?bin\//.test(fromRoot(script, process.folder));
  const folder = (name: Name): string | undefined =>
    isProgram(name) ? undefined : foldersIn(finder.find(topOf(name)))[0];
  const isIn = (path: string | undefined, folders: readonly string[]): boolean =>
    path !== undefined && folders.some((outer) => `${path}/`.startsWith(`${outer}/`));
  return {
    isInstalled,
    folder,
    whose(name) {
      if (name.module === '') return 'none';
      if (isProgram(name)) return isInstalled(command.what) ? 'wrapper' : 'own';
      // Whoever puts these among packages has Python run them before anything else. https://docs.python.org/3/library/site.html
      if (name.module === 'sitecustomize' || name.module === 'usercustomize') return 'own';
      const at = folder(name);
      // Folders of packages lie within the library's: `lib/python3.9/site-packages`.
      if (isIn(at, sites)) return 'installed';
      if (isIn(at, library)) return 'library';
      // `pip install --target`: an installer put it among the program's own code, and its metadata beside it.
      const place = finder.find(topOf(name));
      const path = place === undefined || place === 'built-in' ? undefined : (place.folders[0] ?? place.path);
      return path !== undefined && placed(path) ? 'installed' : 'own';
    },
  };
}

/** By the image, what lists in a folder name: it is the same for all its processes. */
const listed = new WeakMap<World, Map<string, ReadonlySet<string>>>();

/** Whether a list of a distribution that lies beside a package, or a module of its own, names it. */
function listedBy(world: World): (path: string) => boolean {
  const { tree, code } = world;
  const known = listed.get(world) ?? new Map<string, ReadonlySet<string>>();
  listed.set(world, known);
  return (path) => {
    const folder = folderOf(path);
    let names = known.get(folder);
    if (names === undefined) {
      const lists = tree.list(folder).filter((name) => name.endsWith('.dist-info'));
      names = new Set(lists.flatMap((name) => (code(pathIn(folder, `${name}/RECORD`), 'owned') ?? '').split('\n')));
      known.set(folder, names);
    }
    return names.has(fileNameOf(path));
  };
}

/** Says of what a file leads to whether it stays within the installed library that the file is of. */
export const withinLibraries = (names: ReadonlyMap<string, Name>, { whose }: Pick<CodeOwners, 'whose'>) =>
  function* (file: string, edges: Iterable<Edge>): Generator<Edge> {
    const name = names.get(file);
    const library = name === undefined || whose(name) !== 'installed' ? undefined : topOf(name);
    for (const edge of edges) {
      const to = library !== undefined && edge.reach === 'importable' ? names.get(edge.to) : undefined;
      yield to !== undefined && topOf(to) === library ? { ...edge, isWithin: true } : edge;
    }
  };
