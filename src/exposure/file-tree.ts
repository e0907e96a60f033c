import { fileNameOf, folderOf, pathIn } from '../formats/paths.ts';
import type { FileSystem } from '../layers/squash.ts';
import type { FileTree } from './model.ts';

const NO_NAMES: readonly string[] = [];

/**
 * The squashed file system by names; folders are listed when the first of them is asked for.
 * Long because it is an object: its methods close over what was asked before.
 */
export function fileTree(files: FileSystem): FileTree {
  let listing: Map<string, string[]> | undefined;
  const listed = (): Map<string, string[]> => {
    if (listing !== undefined) return listing;
    listing = new Map();
    const put = putInto(listing);
    for (const { path } of files.entries()) put(path);
    return listing;
  };
  // Of most folders nobody wants to know what lies in them.
  const inOrder = new Set<string[]>();
  const sorted = (names: string[] | undefined): readonly string[] => {
    if (names === undefined) return NO_NAMES;
    if (!inOrder.has(names)) inOrder.add(names.sort());
    return names;
  };
  // Questions come again and again: of each name in each folder of a search path, and of the folders.
  const known = new Map<string, string | undefined>();
  const knownFolders = new Map<string, string | undefined>([['', '']]);
  const realFolder = (folder: string): string | undefined => {
    if (knownFolders.has(folder)) return knownFolders.get(folder);
    const target = files.real(folder);
    knownFolders.set(folder, target);
    return target;
  };
  const listedFolder = (path: string): string | undefined => {
    const folder = realFolder(path);
    return folder !== undefined && listed().has(folder) ? folder : undefined;
  };
  const followed = (path: string): string | undefined => {
    const target = files.resolve(path);
    return target?.found.type === 'file' ? target.path : undefined;
  };
  // The links of a folder are followed once: what is asked for is mostly not there.
  const real = (path: string): string | undefined => {
    const name = fileNameOf(path);
    if (!isPlain(name)) return followed(path);
    const folder = realFolder(folderOf(path));
    const place = folder === undefined ? undefined : pathIn(folder, name);
    const entry = place === undefined ? undefined : files.find(place);
    if (place === undefined || entry === undefined) return undefined;
    return entry.type === 'file' ? place : followed(place);
  };
  return {
    real(path) {
      if (known.has(path)) return known.get(path);
      const target = real(path);
      known.set(path, target);
      return target;
    },
    isFolder: (path) => listedFolder(path) !== undefined,
    realFolder: listedFolder,
    list(path) {
      const folder = realFolder(path);
      return sorted(folder === undefined ? undefined : listed().get(folder));
    },
    *paths() {
      for (const [folder, names] of listed())
        for (const name of sorted(names)) yield folder === '' ? name : `${folder}/${name}`;
    },
  };
}

/** A name of a file, not a way to another folder. */
const isPlain = (name: string): boolean => name !== '' && name !== '.' && name !== '..';

/** Adds paths, and the folders they lie in where these have no entry of their own. They come folder by folder: the last one is at hand. */
function putInto(listing: Map<string, string[]>): (path: string) => void {
  let recent = { folder: '', names: undefined as string[] | undefined };
  return (path) => {
    for (let at = path; at !== ''; ) {
      const slash = at.lastIndexOf('/');
      const name = at.slice(slash + 1);
      if (slash === recent.folder.length && recent.names !== undefined && at.startsWith(recent.folder)) {
        if (at === path || !recent.names.includes(name)) recent.names.push(name);
        return;
      }
      const folder = slash < 0 ? '' : at.slice(0, slash);
      const names = listing.get(folder);
      if (names !== undefined) {
        if (at === path || !names.includes(name)) names.push(name);
        if (at === path) recent = { folder, names };
        return;
      }
      listing.set(folder, [name]);
      at = folder;
    }
  };
}
