import { isAscii } from 'node:buffer';
import {
  type HashedFolder,
  hashedFolder,
  listingsNaming,
  type Owner,
  type OwnershipTable,
  sizesOf,
  waysToFolders,
} from './ownership.ts';
import type { PathTable } from './path-table.ts';
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
  /**
   * Of those that are more than documentation and settings: of a visible listing without a package, those that the listing of a package names as well; of a
   * hidden one, those that another package's hidden one names, and those that were `claimed`.
   */
  readonly contested: number;
  /**
   * Of a visible listing without a package: those that the listing of a package names as well which came after the file, and which no list of
   * that package spoke of before. A package manager writes files and lists in one go: whoever wrote that list only wants them to be another's.
   */
  readonly claimed: number;
  /** How many of the present files each layer has, of those that are more than documentation and settings. */
  readonly code: ReadonlyMap<number, number>;
}

/** Which files of an image its package databases know. */
export interface OwnershipSurvey {
  readonly listings: readonly SurveyedListing[];
  /** Files that a visible listing names. */
  readonly owned: number;
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
  /** `isOwned`: a visible listing names it. Its last letter says of most files that nobody need ask for the whole path. */
  meet(file: MetFile, isOwned: boolean): void;
}

/** The file that is met: one object for all of them. */
interface MetFile {
  /** The last byte of its name, which is a letter where the name is ASCII. */
  readonly lastByte: number;
  /** Its path, a text of which is made when it is asked for. */
  path(): string;
}

/**
 * Holds what all package databases list, those that upper layers hide too, against the final files: one walk over the files, two hashes and a
 * search in each table for every name. What a folder tells of all files in it is asked once for the folder, and of most files no text is made and no
 * object: an image may have a million. `visitor` is told along.
 * Long because it is one walk: whoever asks a file has to see what its folder said.
 */
export function ownershipSurvey(
  files: FileSystem,
  tables: readonly OwnershipTable[],
  visitor: FileVisitor,
  /** Lists that nobody goes by any more, which count as hidden. */
  isFormer: (path: string) => boolean = () => false,
  /** Whether the databases of the final image list the package of a listing: a list of files alone may have been left, or planted. */
  isListed: (owner: Owner) => boolean = () => true,
): OwnershipSurvey {
  const surveyed = tables.map((table, layer) => surveyedListings(table, layer, files, isFormer));
  const ofPackage = (entry: Mutable): boolean => {
    entry.isListed ??= isListed(entry);
    return entry.isListed;
  };
  const asked = tables.flatMap((table, layer) => (table.listings.length > 0 ? [{ table, of: surveyed[layer]! }] : []));
  const waysTo = waysToFolders(files);
  let owned = 0;
  const libraries = { owned: 0, all: 0 };
  const loaders: string[] = [];
  /** The file that is asked about, and what was heard of it. */
  const file = { layer: 0, isOwned: false, hidden: new Set<Mutable>(), visible: [] as Mutable[] };
  /** The folder that it lies in: its number in the table of its layer, and what is true of all files in it. */
  const folder = { number: -1, isRoot: false, isLeft: false, isOfLibraries: false };
  const heardIn =
    (of: readonly Mutable[]) =>
    (number: number): void => {
      const entry = of[number]!;
      if (entry.visible) {
        entry.present += 1;
        if (!folder.isLeft) entry.inLayer += 1;
        file.isOwned = true;
        file.visible.push(entry);
      } else file.hidden.add(entry);
    };
  const searched = asked.map(({ table, of }) => ({
    table,
    search: listingsNaming(table, heardIn(of)),
    folders: [] as HashedFolder[],
  }));
  /** Files come layer by layer: what one holds of each listing is kept when it has passed by. */
  const leave = (layer: number): void => {
    for (const entry of surveyed.flat()) {
      if (entry.inLayer > 0) entry.code.set(layer, entry.inLayer);
      entry.inLayer = 0;
    }
  };
  const enter = (path: string): void => {
    folder.isRoot = path === '';
    folder.isLeft = LEFT_BEHIND.test(`${path}/`);
    folder.isOfLibraries = OF_LIBRARIES.test(path);
    visitor.enter(path);
    if (searched.length === 0) return;
    const ways = folder.isRoot ? [''] : waysTo(path).map((way) => `${way}/`);
    for (const search of searched) search.folders = ways.map((way) => hashedFolder(search.table, way));
  };
  const search = (letters: Uint8Array | Uint16Array, start: number, stop: number): void => {
    for (const { search, folders } of searched) for (const begun of folders) search(letters, start, stop, begun);
  };
  /** What several packages name: a package's own listing goes before one that was left, unless it came later than the file. */
  const contest = (): void => {
    const before = new Set<string>();
    for (const entry of file.hidden) if (entry.layer <= file.layer) before.add(keyOf(entry));
    const ofPackages = file.visible.filter(ofPackage);
    if (ofPackages.length === 0) return;
    const isClaimed = ofPackages.every((entry) => entry.layer > file.layer && !before.has(keyOf(entry)));
    for (const entry of file.visible)
      if (!ofPackage(entry)) {
        if (isClaimed) entry.claimed += 1;
        else entry.contested += 1;
      }
    if (!isClaimed) return;
    const now = new Set(file.visible.map(keyOf));
    for (const entry of file.hidden) {
      if (entry.layer > file.layer || now.has(keyOf(entry))) continue;
      entry.present += 1;
      entry.inLayer += 1;
      entry.contested += 1;
    }
  };
  const close = (): void => {
    if (file.visible.length > SHARED_BY) for (const entry of file.visible) entry.shared += 1;
    if (file.isOwned) {
      owned += 1;
      // Nearly every file is of one listing, or of one package that lower layers list as well.
      if (!folder.isLeft && (file.visible.length > 1 || isNamedOtherwise(file))) contest();
    } else if (!folder.isLeft) {
      const isContested = file.hidden.size > 1 && new Set([...file.hidden].map(({ name }) => name)).size > 1;
      for (const entry of file.hidden) {
        entry.present += 1;
        entry.inLayer += 1;
        if (isContested) entry.contested += 1;
      }
    }
  };
  const ask = (met: MetRow, names: Uint8Array, isPlain: boolean): void => {
    const start = met.table.nameStart(met.row);
    const stop = start + met.table.nameLength(met.row);
    file.isOwned = false;
    if (file.hidden.size > 0) file.hidden.clear();
    if (file.visible.length > 0) file.visible.length = 0;
    if (isPlain || isAscii(names.subarray(start, stop))) search(names, start, stop);
    else {
      const name = met.table.name(met.row);
      search(
        Uint16Array.from({ length: name.length }, (_, at) => name.charCodeAt(at)),
        0,
        name.length,
      );
    }
    met.lastByte = names[stop - 1] ?? 0;
    visitor.meet(met, file.isOwned);
    close();
    // Both kinds of name begin with this letter.
    if (names[start] !== LETTER_L) return;
    if (folder.isOfLibraries && LIBRARY.test(met.table.name(met.row))) {
      libraries.all += 1;
      if (file.isOwned) libraries.owned += 1;
    }
    if (names[start + 1] === LETTER_D && !folder.isRoot && LOADER.test(met.path())) loaders.push(met.path());
  };
  for (let layer = files.layers.length - 1; layer >= 0; layer -= 1) {
    const table = files.layers[layer]!;
    const { names } = table;
    const isPlain = isAscii(names);
    const met: MetRow = { table, row: 0, lastByte: 0, path: () => files.path(layer, met.row) };
    folder.number = -1;
    file.layer = layer;
    for (const row of files.showing(layer)) {
      const type = table.type(row);
      if (type === 'directory' || type === 'other') continue;
      const number = table.folderOf(row);
      if (number !== folder.number) {
        folder.number = number;
        enter(table.folder(number));
      }
      met.row = row;
      ask(met, names, isPlain);
    }
    leave(layer);
  }
  return { listings: surveyed.flat(), owned, libraries, loaders };
}

/** How package databases call a package. */
const keyOf = ({ type, name }: Owner): string => `${type}\0${name}`;

/** Whether a lower layer lists a file as another package's than the only one that lists it now. */
function isNamedOtherwise({
  hidden,
  visible,
}: {
  readonly hidden: Iterable<Owner>;
  readonly visible: readonly Owner[];
}): boolean {
  const owner = visible[0];
  for (const { type, name } of hidden) if (name !== owner?.name || type !== owner.type) return true;
  return false;
}

const [LETTER_D, LETTER_L] = ['d', 'l'].map((letter) => letter.charCodeAt(0)) as [number, number];

/** A file by its row in the table of its layer. */
interface MetRow extends MetFile {
  readonly table: PathTable;
  row: number;
  lastByte: number;
}

type Mutable = { -readonly [Key in keyof SurveyedListing]: SurveyedListing[Key] } & {
  readonly code: Map<number, number>;
  /** Of `code`, those of the layer that passes by. */
  inLayer: number;
  isListed?: boolean;
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
    contested: 0,
    claimed: 0,
    code: new Map(),
    inLayer: 0,
  }));
}
