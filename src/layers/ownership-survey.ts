import { fileNameOf } from '../formats/paths.ts';
import {
  type HashedFolder,
  hashedFolder,
  type Listing,
  type Owner,
  type OwnershipTable,
  searchIn,
  sizesOf,
  waysToFolders,
} from './ownership.ts';
import type { FileSystem } from './squash.ts';

/** A listing of a package database, held against the files of the final image. */
interface SurveyedListing extends Owner {
  /** The file that lists what the package owns, and its layer. */
  readonly path: string;
  readonly layer: number;
  /** Whether that file is part of the final image. */
  readonly visible: boolean;
  /** Paths that it lists, folders included. */
  readonly listed: number;
  /** Files of the final image among them; for a listing that is hidden, those that no visible one lists, and that are more than documentation. */
  readonly present: number;
  /** Of a visible listing's those that more listings name than packages ever share a file (`SHARED_BY`). */
  readonly shared: number;
  /** How many of the present files each layer has, of those that are more than documentation and settings. */
  readonly code: ReadonlyMap<number, number>;
}

/** Which files of an image its package databases know. */
export interface OwnershipSurvey {
  readonly listings: readonly SurveyedListing[];
  /** Files that a visible listing names, and files in all. */
  readonly owned: number;
  readonly files: number;
  /** Shared libraries in the folders that distributions have for them, and how many of these a visible listing names. */
  readonly libraries: { readonly owned: number; readonly all: number };
  /** Loaders of programs, wherever they lie. */
  readonly loaders: readonly string[];
}

/** Packages share a file with those of other architectures, rpm's with a few more that have the very same one. */
const SHARED_BY = 8;

/** What may stay when a package goes, or is never there: documentation, configuration, what it wrote when it ran. */
const LEFT_BEHIND = /^(?:etc|var|run|usr\/share\/(?:doc|man|locale|info|lintian|bug|menu|doc-base))\//;

const OF_LIBRARIES = /^(?:usr\/)?lib(?:64)?(?:\/[\w-]{1,40}-linux-\w{1,20})?$/;
const LIBRARY = /^lib[^/]{1,200}\.so[.\d]*$/;

/** https://refspecs.linuxfoundation.org/LSB_5.0.0/LSB-Core-generic/LSB-Core-generic/baselib.html, and musl's */
const LOADER = /\/ld-(?:linux|musl)[\w.-]{1,40}\.so\.\d$/;

/** Hears of every file, folder by folder. */
export interface FileVisitor {
  /** The files that follow lie right in this folder; it may come more than once. */
  enter(folder: string): void;
  /** `isOwned`: a visible listing names it. */
  meet(path: string, isOwned: boolean): void;
}

/**
 * Holds what all package databases list, those that upper layers hide too, against the final files: one walk over the files, two hashes and a
 * search in each table for every path. What a folder tells of all files in it is asked once for the folder. `visitor` is told along.
 * Long because it is one walk: whoever asks a file has to see what its folder said.
 */
export function ownershipSurvey(
  files: FileSystem,
  tables: readonly OwnershipTable[],
  visitor: FileVisitor,
  /** Lists that nobody goes by any more, which count as hidden. */
  isFormer: (path: string) => boolean = () => false,
): OwnershipSurvey {
  const surveyed = tables.map((table, layer) => surveyedListings(table, layer, files, isFormer));
  const asked = tables.flatMap((table, layer) => (table.listings.length > 0 ? [{ table, of: surveyed[layer]! }] : []));
  const waysTo = waysToFolders(files);
  let [owned, count] = [0, 0];
  const libraries = { owned: 0, all: 0 };
  const loaders: string[] = [];
  /** The file that is asked about, and what was heard of it. */
  const file = { isOwned: false, hidden: new Set<Mutable>(), visible: [] as Mutable[] };
  /** The folder that it lies in: its number in the table of its layer, the length of its path, and what is true of all files in it. */
  const folder = { layer: -1, number: -1, length: 0, isLeft: false, isOfLibraries: false };
  const heardIn =
    (of: readonly Mutable[]) =>
    (_: Listing, number: number): boolean => {
      const entry = of[number]!;
      if (entry.visible) {
        entry.present += 1;
        if (!folder.isLeft) entry.inLayer += 1;
        file.isOwned = true;
        file.visible.push(entry);
      } else file.hidden.add(entry);
      return false; // every listing that names it counts
    };
  const searched = asked.map(({ table, of }) => ({
    table,
    search: searchIn(table),
    heard: heardIn(of),
    folders: [] as HashedFolder[],
  }));
  /** Files come layer by layer: what one holds of each listing is kept when it has passed by. */
  const leave = (layer: number): void => {
    for (const entry of surveyed.flat()) {
      if (entry.inLayer > 0) entry.code.set(layer, entry.inLayer);
      entry.inLayer = 0;
    }
  };
  const enter = (layer: number, number: number): void => {
    if (layer !== folder.layer) leave(folder.layer);
    const path = files.layers[layer]!.folder(number);
    folder.layer = layer;
    folder.number = number;
    folder.length = path.length;
    folder.isLeft = LEFT_BEHIND.test(`${path}/`);
    folder.isOfLibraries = OF_LIBRARIES.test(path);
    visitor.enter(path);
    if (searched.length === 0) return;
    const ways = waysTo(path);
    for (const search of searched) search.folders = ways.map((way) => hashedFolder(search.table, way));
  };
  for (const { path, found: place } of files.entries()) {
    if (place.type === 'directory' || place.type === 'other') continue;
    count += 1;
    const { layer } = place;
    const number = files.layers[layer]!.folderOf(place.row);
    if (number !== folder.number || layer !== folder.layer) enter(layer, number);
    const isLibrary = folder.isOfLibraries && LIBRARY.test(fileNameOf(path));
    if (isLibrary) libraries.all += 1;
    if (path.startsWith('/ld-', folder.length) && LOADER.test(path)) loaders.push(path);
    file.isOwned = false;
    if (file.hidden.size > 0) file.hidden.clear();
    if (file.visible.length > 0) file.visible.length = 0;
    for (const { search, heard, folders } of searched)
      for (const begun of folders) search(path, heard, begun, folder.length);
    if (file.visible.length > SHARED_BY) for (const entry of file.visible) entry.shared += 1;
    visitor.meet(path, file.isOwned);
    if (file.isOwned && isLibrary) libraries.owned += 1;
    if (file.isOwned) owned += 1;
    else if (!folder.isLeft)
      for (const entry of file.hidden) {
        entry.present += 1;
        entry.inLayer += 1;
      }
  }
  leave(folder.layer);
  return { listings: surveyed.flat(), owned, files: count, libraries, loaders };
}

type Mutable = { -readonly [Key in keyof SurveyedListing]: SurveyedListing[Key] } & {
  readonly code: Map<number, number>;
  /** Of `code`, those of the layer that passes by. */
  inLayer: number;
};

function surveyedListings(
  table: OwnershipTable,
  layer: number,
  files: FileSystem,
  isFormer: (path: string) => boolean,
): Mutable[] {
  const sizes = sizesOf(table);
  const places = new Map<string, boolean>();
  const isVisible = (path: string): boolean => {
    const known = places.get(path) ?? (!isFormer(path) && files.find(path)?.layer === layer);
    places.set(path, known);
    return known;
  };
  return table.listings.map((listing, number) => ({
    ...listing,
    layer,
    visible: isVisible(listing.path),
    listed: sizes[number] ?? 0,
    present: 0,
    shared: 0,
    code: new Map(),
    inLayer: 0,
  }));
}
