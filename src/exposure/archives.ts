import type { PythonArchive } from '../analyzers/code/index.ts';
import { addTo } from '../collections.ts';
import { pypi } from '../ecosystems/pypi.ts';
import { fileNameOf, folderOf, pathIn } from '../formats/paths.ts';
import type { Package } from '../model.ts';
import type { FileTree, World } from './model.ts';

/** An archive that was opened, as a folder. */
interface Opened {
  readonly isCut: boolean | undefined;
  readonly files: ReadonlyMap<string, readonly (readonly [language: string, text: string])[]>;
  readonly folders: ReadonlyMap<string, readonly string[]>;
}
const NOTHING: readonly never[] = [];

/**
 * A world in which archives of Python are folders as well, once somebody has asked for what is in one (`code(path, 'python-archive')`): what `x.pyz` holds lies
 * below `x.pyz!`, as it does for whoever searches modules, libraries and metadata.
 */
export function withArchives({ tree, code }: World): {
  readonly world: World;
  /** Archives that were opened and could not be read to their end. */
  readonly cut: () => readonly string[];
} {
  const opened = new Map<string, Opened>();

  /** The archive that a path leads into, and where in it; undefined: into none. */
  function within(path: string): readonly [Opened, string, string] | undefined {
    if (opened.size === 0) return undefined;
    const at = path.indexOf('!');
    const next = path[at + 1];
    if (at < 0 || (next !== undefined && next !== '/')) return undefined;
    const real = tree.real(path.slice(0, at));
    const archive = real === undefined ? undefined : opened.get(real);
    return archive === undefined ? undefined : [archive, path.slice(at + 2), `${real}!`];
  }

  const archives: FileTree = {
    real(path) {
      const inside = within(path);
      if (inside === undefined) return tree.real(path);
      const [{ files }, inner, archive] = inside;
      return files.has(inner) ? `${archive}/${inner}` : undefined;
    },
    isFolder(path) {
      const inside = within(path);
      return inside === undefined ? tree.isFolder(path) : inside[0].folders.has(inside[1]);
    },
    realFolder(path) {
      const inside = within(path);
      if (inside === undefined) return tree.realFolder(path);
      const [{ folders }, inner, archive] = inside;
      return folders.has(inner) ? pathIn(archive, inner) : undefined;
    },
    list(path) {
      const inside = within(path);
      return inside === undefined ? tree.list(path) : (inside[0].folders.get(inside[1]) ?? NOTHING);
    },
    *paths(below) {
      const inside = below === undefined ? undefined : within(below);
      if (inside === undefined) return yield* tree.paths(below);
      const [{ files }, inner, archive] = inside;
      for (const path of files.keys()) if (inner === '' || path.startsWith(`${inner}/`)) yield `${archive}/${path}`;
    },
  };

  const world: World = {
    tree: archives,
    code(path, language) {
      const inside = within(path);
      if (inside !== undefined) return inside[0].files.get(inside[1])?.find(([of]) => of === language)?.[1];
      const text = code(path, language);
      const real = language === 'python-archive' && text !== undefined ? tree.real(path) : undefined;
      if (real !== undefined && text !== undefined && !opened.has(real)) opened.set(real, asFolder(JSON.parse(text)));
      return text;
    },
  };
  return { world, cut: () => [...opened].flatMap(([path, { isCut }]) => (isCut ? [path] : [])) };
}

function asFolder({ names, facts, isCut }: PythonArchive): Opened {
  const files = new Map<string, (readonly [string, string])[]>(names.map((name) => [name, []]));
  for (const [at, language, text] of facts) files.get(names[at] ?? '')?.push([language, text]);
  const folders = new Map<string, string[]>([['', []]]);
  for (const name of files.keys())
    for (let path = name; path !== ''; path = folderOf(path)) {
      const folder = folderOf(path);
      const isKnown = folders.has(folder);
      addTo(folders, folder, fileNameOf(path));
      if (isKnown) break;
    }
  return { files, folders, isCut };
}

/** Where the code lies that a path names: in a folder, or in an archive, which is one; undefined: it is neither. */
export function codeFolder(path: string, { tree, code }: World): string | undefined {
  if (tree.isFolder(path)) return path;
  const real = tree.real(path);
  return real !== undefined && code(real, 'python-archive') !== undefined ? `${real}!` : undefined;
}

/** The archive that a file lies in; undefined: in none. */
export const archiveOf = (path: string): string | undefined => {
  const at = path.indexOf('!/');
  return at < 0 ? undefined : path.slice(0, at);
};

/** The files that prove a package; of one in an archive of Java or Python the way in it too. */
export function evidencePaths({ evidence, properties, name, version }: Package, world: World): string[] {
  const { inside } = properties ?? {};
  if (inside === undefined) return evidence.map(({ path }) => path);
  return evidence.map(({ path }) => {
    const first = `${path}!/${inside}`;
    if (!world.tree.isFolder(`${path}!`) || world.tree.real(first) !== undefined || world.tree.isFolder(first))
      return first;
    // Several archives have it, each in a place of its own; the package names that in the first.
    return distributionsIn(`${path}!`, world).get(distributionKey(name, version)) ?? first;
  });
}

const distributionKey = (name: string, version: string): string => `${pypi.normalize(name)} ${version}`;
const inArchives = new WeakMap<World, Map<string, ReadonlyMap<string, string>>>();

/** Metadata of the distributions in an archive of Python that was opened, by name and version. */
function distributionsIn(archive: string, world: World): ReadonlyMap<string, string> {
  const known = inArchives.get(world) ?? new Map<string, ReadonlyMap<string, string>>();
  inArchives.set(world, known);
  const before = known.get(archive);
  if (before !== undefined) return before;
  const places = new Map<string, string>();
  for (const path of world.tree.paths(archive)) {
    const folder = fileNameOf(folderOf(path));
    if (fileNameOf(path) !== 'METADATA' || !folder.endsWith('.dist-info')) continue;
    const dash = folder.lastIndexOf('-', folder.length - '.dist-info'.length - 1);
    if (dash > 0)
      places.set(distributionKey(folder.slice(0, dash), folder.slice(dash + 1, -'.dist-info'.length)), path);
  }
  known.set(archive, places);
  return places;
}
