import { fileNameOf, folderOf, pathIn } from '../formats/paths.ts';
import type { FileSystem } from '../layers/squash.ts';
import { LIMITS } from '../limits.ts';
import type { FileTree } from './model.ts';

const NO_NAMES: readonly string[] = [];

/**
 * The squashed file system by names; folders are put in order when the first of them is asked for.
 * Long because it is an object: its methods close over what was asked before.
 */
export function fileTree(files: FileSystem, keptLookups: number = LIMITS.keptLookups): FileTree {
  // Of most folders nobody wants to know what lies in them.
  const listed = new Map<string, readonly string[]>();
  const inFolder = (folder: string): readonly string[] => {
    const known = listed.get(folder);
    if (known !== undefined) return known;
    const names = files.byFolder().names(folder)?.sort() ?? NO_NAMES;
    listed.set(folder, names);
    return names;
  };
  // Questions come again and again: of each name in each folder of a search path, and of the folders.
  const known = new Map<string, string | undefined>();
  const knownFolders = new Map<string, string | undefined>([['', '']]);
  const realFolder = (folder: string): string | undefined => {
    if (knownFolders.has(folder)) return knownFolders.get(folder);
    const target = files.real(folder);
    if (knownFolders.size >= keptLookups) knownFolders.clear();
    knownFolders.set(folder, target);
    return target;
  };
  const listedFolder = (path: string): string | undefined => {
    const folder = realFolder(path);
    return folder !== undefined && files.byFolder().has(folder) ? folder : undefined;
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
    if (entry.type !== 'file') return followed(place);
    // The same text, where it is: both are kept, of each file that is asked for.
    return place === path ? path : place;
  };
  return {
    real(path) {
      if (known.has(path)) return known.get(path);
      const target = real(path);
      // Names that are nowhere, in each folder of a search path, are more than memory holds.
      if (known.size >= keptLookups) known.clear();
      known.set(path, target);
      return target;
    },
    isFolder: (path) => listedFolder(path) !== undefined,
    realFolder: listedFolder,
    list(path) {
      const folder = realFolder(path);
      return folder === undefined ? NO_NAMES : inFolder(folder);
    },
    *paths(below) {
      for (const folder of files.byFolder().folders())
        if (below === undefined || folder === below || folder.startsWith(`${below}/`))
          for (const name of inFolder(folder)) yield pathIn(folder, name);
    },
  };
}

/** A name of a file, not a way to another folder. */
const isPlain = (name: string): boolean => name !== '' && name !== '.' && name !== '..';
