import { folderOf } from '../layers/image-path.ts';
import type { FileSystem } from '../layers/squash.ts';
import type { FileTree } from './model.ts';

const NO_NAMES: readonly string[] = [];

/** The squashed file system by names; folders are listed when the first of them is asked for. */
export function fileTree(files: FileSystem): FileTree {
  let listing: Map<string, string[]> | undefined;
  const listed = (): Map<string, string[]> => {
    if (listing !== undefined) return listing;
    listing = new Map();
    for (const { path } of files.entries()) put(listing, path);
    for (const names of listing.values()) names.sort();
    return listing;
  };
  const realFolder = (folder: string): string | undefined => (folder === '' ? '' : files.real(folder));
  // Questions come again and again: of each name in each folder of a search path.
  const known = new Map<string, string | undefined>();
  const real = (path: string): string | undefined => {
    const target = files.resolve(path);
    return target?.found.type === 'file' ? target.path : undefined;
  };
  return {
    real(path) {
      if (known.has(path)) return known.get(path);
      const target = real(path);
      known.set(path, target);
      return target;
    },
    isFolder(path) {
      const folder = realFolder(path);
      return folder !== undefined && listed().has(folder);
    },
    list(path) {
      const folder = realFolder(path);
      return (folder === undefined ? undefined : listed().get(folder)) ?? NO_NAMES;
    },
    *paths() {
      for (const [folder, names] of listed())
        for (const name of names) yield folder === '' ? name : `${folder}/${name}`;
    },
  };
}

/** Adds a path, and the folders it lies in where they have no entry of their own. */
function put(listing: Map<string, string[]>, path: string): void {
  for (let at = path; at !== ''; ) {
    const folder = folderOf(at);
    const name = folder === '' ? at : at.slice(folder.length + 1);
    const names = listing.get(folder);
    if (names !== undefined) {
      if (at === path || !names.includes(name)) names.push(name);
      return;
    }
    listing.set(folder, [name]);
    at = folder;
  }
}
