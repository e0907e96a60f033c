// Long because it is one packed table: who searches it has to see how its numbers were made.
import { randomBytes } from 'node:crypto';
import type { OwnershipFact } from '../analyzers/analyzer.ts';
import { folderOf } from '../formats/paths.ts';
import { LIMITS } from '../limits.ts';
import { formerDatabase } from './former-database.ts';
import type { LayerFact } from './layer-index.ts';
import type { FileSystem } from './squash.ts';

/** The OS package that owns a file. */
export interface Owner {
  readonly type: string;
  readonly name: string;
}

/** A package of a layer's package database, and the file that lists what it owns. */
interface Listing extends Owner {
  readonly path: string;
}

/**
 * Whose a listing is, given what else is visible: that of an installed package; undefined for one that does not count. A list is left
 * behind when a package is removed, and anybody can write one. The lists of distroless images lie beside the file that says which
 * package is installed, and bear the name of that file.
 */
export function installedOwner(facts: Iterable<LayerFact>): (listing: Listing) => Owner | undefined {
  const names = new Set<string>();
  const places = new Map<string, Owner>();
  const known = [...facts];
  const isFormer = formerDatabase(known);
  for (const { fact, path } of known) {
    if (fact.kind !== undefined && fact.kind !== 'package') continue;
    // A log or a note can be planted more easily than a database, and would make everything a package's own.
    if (fact.recovered === 'trace' || fact.recovered === 'code') continue;
    if (isFormer(path)) continue;
    names.add(`${fact.type} ${fact.name}`);
    if (path.includes('/status.d/')) places.set(path, { type: fact.type, name: fact.name });
  }
  return ({ type, name, path }) =>
    places.get(path.replace(/\.md5sums$/, '')) ?? (names.has(`${type} ${name}`) ? { type, name } : undefined);
}

/**
 * Which files a layer's package databases say they own, packed: eight bytes for each path instead of the path. Images list a
 * hundred thousand of them and ask about a few hundred.
 */
export interface OwnershipTable {
  readonly listings: readonly Listing[];
  /** Unknown to whoever made the image: paths that pose as others, or all fall on one number, cannot be prepared. */
  readonly seed: number;
  /** Paths that were too many and are left out. */
  readonly dropped: number;
  /** Sorted, each once: 32 bits of a path's hash, 12 of another, and 20 of the listing's number. */
  readonly entries: BigUint64Array;
}

const LISTING_BITS = 20;
const LISTING_MASK = 2 ** LISTING_BITS - 1;
/** Where the higher half of an entry stands in memory. */
const HIGH = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 1 : 0;
const LOW = 1 - HIGH;

/** Packs what the facts of a layer say of ownership. One in some ten thousand images may take one path for another. */
export function ownershipTable(facts: Iterable<LayerFact>): OwnershipTable {
  const listings: Listing[] = [];
  let words = new Uint32Array(2048);
  let count = 0;
  let dropped = 0;
  const seed = randomBytes(4).readUInt32LE();
  for (const { fact, path } of facts) {
    if (fact.kind !== 'owns' || listings.length > LISTING_MASK) continue;
    const number = listings.push({ type: fact.type, name: fact.name, path }) - 1;
    eachLine(fact, seed, (first, second) => {
      if (count >= LIMITS.ownedPaths) {
        dropped += 1;
        return;
      }
      if (count * 2 === words.length) {
        const larger = new Uint32Array(words.length * 2);
        larger.set(words);
        words = larger;
      }
      words[count * 2 + HIGH] = first;
      words[count * 2 + LOW] = ((second & ~LISTING_MASK) | number) >>> 0;
      count += 1;
    });
  }
  const sorted = new BigUint64Array(words.buffer, 0, count).sort();
  return { listings, seed, dropped, entries: sorted.filter((entry, at) => at === 0 || entry !== sorted[at - 1]) };
}

/** Two hashes (FNV-1a, and one of another kind) of every line, without a text being made of it. */
function eachLine(
  { paths }: Pick<OwnershipFact, 'paths'>,
  seed: number,
  hit: (first: number, second: number) => void,
): void {
  for (let start = 0; start <= paths.length; ) {
    const end = paths.indexOf('\n', start);
    const stop = end < 0 ? paths.length : end;
    if (stop > start) hit(firstHash(paths, start, stop, FIRST ^ seed), secondHash(paths, start, stop, SECOND ^ seed));
    start = stop + 1;
  }
}

/** `begun` is the hash of what stands before `start`. */
function firstHash(text: string, start: number, stop: number, begun: number): number {
  let hash = begun;
  for (let at = start; at < stop; at += 1) hash = firstStep(hash, text.charCodeAt(at));
  return hash >>> 0;
}

function secondHash(text: string, start: number, stop: number, begun: number): number {
  let hash = begun;
  for (let at = start; at < stop; at += 1) hash = secondStep(hash, text.charCodeAt(at));
  return hash >>> 0;
}

const firstStep = (hash: number, letter: number): number => Math.imul(hash ^ letter, 16_777_619);
const secondStep = (hash: number, letter: number): number =>
  Math.imul((hash << 5) ^ (hash >>> 27) ^ letter, 0x9e3779b1);

const FIRST = 0x811c9dc5;
const SECOND = 0x2545f491;

/** A table as it is searched: its numbers in halves, and a bit for each first hash, which most paths of an image fall through at once. */
interface Searched {
  readonly words: Uint32Array;
  readonly bits: Uint32Array;
  readonly mask: number;
  /** Where the entries begin whose first hash has these upper bits, and behind them where all end: a few entries are left to search. */
  readonly starts: Uint32Array;
  readonly shift: number;
}

const searches = new WeakMap<OwnershipTable, Searched>();

function searchOf(table: OwnershipTable): Searched {
  const known = searches.get(table);
  if (known !== undefined) return known;
  const { entries } = table;
  const words = new Uint32Array(entries.buffer, entries.byteOffset, entries.length * 2);
  const size = 2 ** Math.ceil(Math.log2(Math.max(32, entries.length * 8)));
  const bits = new Uint32Array(size / 32);
  for (let at = HIGH; at < words.length; at += 2) setBit(bits, (words[at] as number) & (size - 1));
  const made = { words, bits, mask: size - 1, ...startsOf(words, entries.length) };
  searches.set(table, made);
  return made;
}

/** Hashes are even, whatever the paths: their upper bits tell where one is, but for a few entries. */
function startsOf(words: Uint32Array, count: number): Pick<Searched, 'starts' | 'shift'> {
  const upperBits = Math.max(1, Math.ceil(Math.log2(Math.max(1, count))) - 2);
  const shift = 32 - upperBits;
  const starts = new Uint32Array(2 ** upperBits + 1);
  let begun = 0;
  for (let at = 0; at < count; at += 1) {
    const bucket = (words[at * 2 + HIGH] as number) >>> shift;
    while (begun < bucket) {
      begun += 1;
      starts[begun] = at;
    }
  }
  starts.fill(count, begun + 1);
  return { starts, shift };
}

function setBit(bits: Uint32Array, bit: number): void {
  bits[bit >>> 5] = (bits[bit >>> 5] as number) | (1 << (bit & 31));
}

/** How many paths each listing of a table names, in their order. */
export function sizesOf(table: OwnershipTable): Uint32Array {
  const { words } = searchOf(table);
  const sizes = new Uint32Array(table.listings.length);
  for (let at = LOW; at < words.length; at += 2) {
    const number = (words[at] as number) & LISTING_MASK;
    sizes[number] = (sizes[number] as number) + 1;
  }
  return sizes;
}

/** What all paths in a folder begin with, as a table hashes it: of many files in one folder it is done once. */
export interface HashedFolder {
  readonly first: number;
  readonly second: number;
}

/** See `HashedFolder`; '' is the root. */
export const hashedFolder = ({ seed }: OwnershipTable, folder: string): HashedFolder => ({
  first: firstHash(folder, 0, folder.length, FIRST ^ seed),
  second: secondHash(folder, 0, folder.length, SECOND ^ seed),
});

/** Asks a table about paths in a folder. */
type PathSearch = (
  path: string,
  shown: (listing: Listing) => boolean,
  folder: HashedFolder,
  from: number,
) => Listing | undefined;

/** Finds the last of the shown listings that name the path which begins with a folder and goes on as this one does from `from` on. */
function searchIn(table: OwnershipTable): PathSearch {
  const { listings, entries } = table;
  if (entries.length === 0) return () => undefined;
  const searched = searchOf(table);
  const { words } = searched;
  return (path, shown, folder, from) => {
    const first = firstHash(path, from, path.length, folder.first);
    if (!mayName(searched, first)) return undefined;
    const wanted = (secondHash(path, from, path.length, folder.second) & ~LISTING_MASK) >>> 0;
    for (let at = lastEntry(searched, first, wanted); isEntry(words, at, first, wanted); at -= 1) {
      const listing = listings[numberAt(words, at)];
      if (listing && shown(listing)) return listing;
    }
    return undefined;
  };
}

/** Asks a table about a name in a folder: of the letters given those from `start` up to `stop`. */
type NameSearch = (
  letters: Uint8Array | Uint16Array,
  start: number,
  stop: number,
  /** Hashed with the `/` behind it. */
  folder: HashedFolder,
) => void;

/**
 * Tells the number of every listing that names a file in a folder. No text is made of the name: the bytes of one that is all ASCII are its letters,
 * of others whoever asks has to take the letters apart.
 */
export function listingsNaming(table: OwnershipTable, heard: (listing: number) => void): NameSearch {
  if (table.entries.length === 0) return () => {};
  const searched = searchOf(table);
  const { words } = searched;
  return (letters, start, stop, folder) => {
    let first = folder.first;
    for (let at = start; at < stop; at += 1) first = firstStep(first, letters[at] as number);
    first >>>= 0;
    if (!mayName(searched, first)) return;
    let second = folder.second;
    for (let at = start; at < stop; at += 1) second = secondStep(second, letters[at] as number);
    const wanted = (second & ~LISTING_MASK) >>> 0;
    for (let at = lastEntry(searched, first, wanted); isEntry(words, at, first, wanted); at -= 1)
      heard(numberAt(words, at));
  };
}

/** Whether a path with this hash may be named at all. */
function mayName({ bits, mask }: Searched, first: number): boolean {
  const bit = first & mask;
  return ((bits[bit >>> 5] as number) & (1 << (bit & 31))) !== 0;
}

/** The last entry that does not sort behind those of a path: its own, where it is named. */
function lastEntry({ words, starts, shift }: Searched, first: number, wanted: number): number {
  const bucket = first >>> shift;
  let low = starts[bucket] as number;
  let high = starts[bucket + 1] as number;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = words[middle * 2 + HIGH] as number;
    if (other < first || (other === first && keyAt(words, middle) <= wanted)) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

const isEntry = (words: Uint32Array, at: number, first: number, wanted: number): boolean =>
  at >= 0 && words[at * 2 + HIGH] === first && keyAt(words, at) === wanted;

const numberAt = (words: Uint32Array, at: number): number => (words[at * 2 + LOW] as number) & LISTING_MASK;

/** The second hash of an entry, with zeros where the listing's number stands. */
const keyAt = (words: Uint32Array, at: number): number => ((words[at * 2 + LOW] as number) & ~LISTING_MASK) >>> 0;

/**
 * Who owns which of the given files. Package databases list a file under the path it was installed to, which may lead through
 * a link (`/lib` is `/usr/lib`): both ways of writing it are compared. A listing counts while its own file is visible, and while
 * `ownerOf` knows whose it is (`installedOwner`). `newest` is what was read when all layers were known; it goes before.
 * With `hidden`, listings that an upper layer hides count as well: for packages that only a lower layer lists.
 */
export function ownersOf(
  paths: Iterable<string>,
  tables: readonly OwnershipTable[],
  files: FileSystem,
  ownerOf: (listing: Listing) => Owner | undefined,
  knowledge: OwnershipKnowledge = {},
): Map<string, Owner> {
  const askOwner = ownerAsker(tables, files, ownerOf, knowledge);
  const owners = new Map<string, Owner>();
  for (const path of new Set(paths)) {
    const owner = askOwner(path);
    if (owner) owners.set(path, owner);
  }
  return owners;
}

interface OwnershipKnowledge {
  readonly hidden?: boolean;
  readonly newest?: OwnershipTable;
}

/** The same for whoever asks about file by file, of which there may be a million. Questions had best come folder by folder. */
export function ownerAsker(
  tables: readonly OwnershipTable[],
  files: FileSystem,
  ownerOf: (listing: Listing) => Owner | undefined,
  { hidden = false, newest }: OwnershipKnowledge = {},
): (path: string) => Owner | undefined {
  const ofLayers = tables
    .map((table, layer) => {
      const places = new Set(table.listings.map(({ path }) => path));
      for (const path of places) if (!hidden && files.find(path)?.layer !== layer) places.delete(path);
      const heard = new Set(
        table.listings.filter((listing) => places.has(listing.path) && ownerOf(listing) !== undefined),
      );
      return { table, shown: (listing: Listing): boolean => heard.has(listing) };
    })
    .reverse();
  const shown = (listing: Listing): boolean => ownerOf(listing) !== undefined;
  // What an upper layer says goes before. Nobody is asked who lists nothing, as most layers do.
  const upperFirst = (newest === undefined ? ofLayers : [{ table: newest, shown }, ...ofLayers])
    .filter(({ table }) => table.entries.length > 0)
    .map((asked) => ({ ...asked, search: searchIn(asked.table), folders: [] as readonly HashedFolder[] }));
  const waysTo = waysToFolders(files);
  // Whose a listing is, is asked once, and not of each of its thousands of files.
  const known = new Map<Listing, Owner | undefined>();
  const knownOwner = (listing: Listing): Owner | undefined => {
    const owner = known.get(listing) ?? ownerOf(listing);
    known.set(listing, owner);
    return owner;
  };
  let last: string | undefined;
  if (upperFirst.length === 0) return () => undefined;
  return (path) => {
    const folder = folderOf(path);
    if (folder !== last) {
      last = folder;
      const ways = waysTo(folder);
      for (const asked of upperFirst) asked.folders = ways.map((way) => hashedFolder(asked.table, way));
    }
    const listing = listingIn(upperFirst, path, folder.length);
    return listing && knownOwner(listing);
  };
}

/** What the first table says that names a path, in any of the ways to its folder. */
function listingIn(
  asked: readonly {
    readonly search: PathSearch;
    readonly shown: (listing: Listing) => boolean;
    readonly folders: readonly HashedFolder[];
  }[],
  path: string,
  from: number,
): Listing | undefined {
  for (const { search, shown, folders } of asked)
    for (const folder of folders) {
      const listing = search(path, shown, folder, from);
      if (listing !== undefined) return listing;
    }
  return undefined;
}

/**
 * Every way in which a package database may write a folder that lies behind linked ones (`lib` where that leads to `usr/lib`, `usr/lib/python3/dist-packages`
 * where that leads to `usr/share/py3`), itself first, `LIMITS.waysToPath` at most: what stands before `/` and the name of a file in it, or before the
 * name alone in the root.
 */
export function waysToFolders(files: FileSystem): (folder: string) => readonly string[] {
  const links = files.folderLinks();
  const covered = files.coveredLinks();
  if (links.size === 0 && covered.size === 0) return (folder) => [folder];
  const isPlain = (way: string): boolean => !links.has(way) && !covered.has(way);
  /** Ways to folders that were asked about: to one that no link leads to and that is none, they are those to the folder around it. */
  const known = new Map<string, readonly string[]>();
  return (folder) => {
    const slash = folder.lastIndexOf('/');
    const around = slash < 0 ? undefined : known.get(folder.slice(0, slash));
    const below = around?.map((way) => way + folder.slice(slash));
    const ways = below?.every(isPlain) ? below : waysToFolder(folder, links, covered);
    if (known.size >= KEPT_WAYS) known.clear();
    known.set(folder, ways);
    return ways;
  };
}

/** Folders whose ways are kept: more than lie open at once where folders come one within the other. */
const KEPT_WAYS = 1_000;

/** All ways to a folder, itself first, then those over one link. */
function waysToFolder(
  folder: string,
  links: ReadonlyMap<string, readonly string[]>,
  covered: ReadonlyMap<string, string>,
): readonly string[] {
  const ways = [folder];
  const goOn = (instead: string, rest: string): void => {
    const other = instead + rest;
    if (ways.length < LIMITS.waysToPath && !ways.includes(other)) ways.push(other);
  };
  for (let at = 0; at < ways.length; at += 1) {
    const way = ways[at] as string;
    for (let end = way.length; end > 0; end = way.lastIndexOf('/', end - 1)) {
      const start = way.slice(0, end);
      const before = links.get(start);
      if (before !== undefined) for (const instead of before) goOn(instead, way.slice(end));
      const target = covered.size === 0 ? undefined : covered.get(start);
      if (target !== undefined) goOn(target, way.slice(end));
      if (ways.length >= LIMITS.waysToPath) return ways;
    }
  }
  return ways;
}
