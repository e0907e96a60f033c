// Long because it is one packed table: who reads a column has to see who wrote it.
import { randomBytes } from 'node:crypto';
import { pathIn } from '../formats/paths.ts';
import type { Entry, EntryType } from '../model.ts';

/**
 * The entries of one layer, packed: about 45 bytes and the name for each, no objects, so that an image of a million files
 * fits into memory. Folder names are kept once. A path added twice keeps its last meaning, as in a tar.
 */
export interface PathTable {
  readonly size: number;
  /** Row of a path, or -1. */
  find(path: string): number;
  path(row: number): string;
  /** The last name of a path. */
  name(row: number): string;
  /** The bytes of all names (UTF-8), and which of them are a row's: for who asks each of a million without a text being made of it. */
  readonly names: Uint8Array;
  nameStart(row: number): number;
  nameLength(row: number): number;
  /** How many folders have numbers. */
  readonly folders: number;
  /** The number of the folder that a row lies in, and the path of the folder with such a number. */
  folderOf(row: number): number;
  folder(number: number): string;
  type(row: number): EntryType;
  mode(row: number): number;
  uid(row: number): number;
  gid(row: number): number;
  bytes(row: number): number;
  /** Target of a link. */
  link(row: number): string | undefined;
  /** Whether any entry (a whiteout too) lies in this folder or below it by name. */
  hasFolder(path: string): boolean;
  /** False: no entry lies right in the folder whose path has this hash (see `folderWay`). True: one may. */
  mayHold(hash: number): boolean;
}

export interface PathTableBuilder extends PathTable {
  /** Returns the row. */
  add(entry: TableEntry): number;
  /** Bytes of all names and folders so far. */
  readonly nameBytes: number;
  /** What `readPathTable` reads, in pieces that go one after another: views of this table, not copies. */
  serialize(): readonly Buffer[];
}

type TableEntry = Pick<Entry, 'path' | 'type' | 'mode' | 'uid' | 'gid' | 'size' | 'link'>;

const TYPES: readonly EntryType[] = ['file', 'directory', 'symlink', 'hardlink', 'whiteout', 'opaque', 'other'];
const TYPE_NUMBERS = new Map(TYPES.map((type, index) => [type, index]));

/** Columns of the table; grown together by doubling. */
interface Columns {
  folder: Uint32Array;
  nameStart: Uint32Array;
  uid: Uint32Array;
  gid: Uint32Array;
  bytes: Float64Array;
  mode: Uint16Array;
  nameLength: Uint16Array;
  type: Uint8Array;
}

const columns = (capacity: number): Columns => ({
  folder: new Uint32Array(capacity),
  nameStart: new Uint32Array(capacity),
  uid: new Uint32Array(capacity),
  gid: new Uint32Array(capacity),
  bytes: new Float64Array(capacity),
  mode: new Uint16Array(capacity),
  nameLength: new Uint16Array(capacity),
  type: new Uint8Array(capacity),
});

function enlarged(old: Columns, capacity: number): Columns {
  const next = columns(capacity);
  for (const key of Object.keys(next) as (keyof Columns)[]) next[key].set(old[key] as never);
  return next;
}

/** Unknown to whoever made the image, the same for all tables of this process. */
const PATH_SEED = randomBytes(4).readInt32LE();
const hashStep = (hash: number, code: number): number => Math.imul(hash ^ code, 16_777_619);

/** A hash of a path that can be gone on with, character by character. */
function pathHash(path: string): number {
  let hash = PATH_SEED;
  for (let at = 0; at < path.length; at += 1) hash = hashStep(hash, path.charCodeAt(at));
  return hash;
}

/** A folder and all those it lies in, from the root down: where each ends in the text, and its hash. */
export interface FolderWay {
  readonly folder: string;
  readonly ends: readonly number[];
  readonly hashes: readonly number[];
}

/** The way to a folder, in one pass over its path: a path of 4 KiB has 2,000 folders, and their names together 4 MiB. */
export function folderWay(folder: string): FolderWay {
  const ends = [0];
  const hashes = [PATH_SEED];
  if (folder === '') return { folder, ends, hashes };
  let hash = PATH_SEED;
  for (let at = 0; at < folder.length; at += 1) {
    const code = folder.charCodeAt(at);
    if (code === SLASH) {
      ends.push(at);
      hashes.push(hash);
    }
    hash = hashStep(hash, code);
  }
  ends.push(folder.length);
  hashes.push(hash);
  return { folder, ends, hashes };
}

const SLASH = 0x2f;

/** An empty table. */
export function pathTable(): PathTableBuilder {
  return table({
    folders: [],
    rows: columns(1024),
    count: 0,
    names: Buffer.allocUnsafe(32 * 1024),
    nameEnd: 0,
    links: new Map(),
    seed: newSeed(),
    slots: new Int32Array(0),
  });
}

interface State {
  readonly folders: string[];
  rows: Columns;
  count: number;
  names: Buffer;
  nameEnd: number;
  readonly links: Map<number, string>;
  /** Unknown to whoever made the image: names that all fall into one slot would make reading a layer quadratic. */
  readonly seed: number;
  /** Hash table over the rows: row + 1, or 0 where a slot is free. Empty: still to be made. */
  slots: Int32Array;
}

/** Long because it is an object: its methods close over one state. */
function table(state: State): PathTableBuilder {
  const folderIds = new Map<string, number>(state.folders.map((folder, id) => [folder, id]));
  let folderBytes = state.folders.reduce((sum, folder) => sum + folder.length, 0);
  /** In order, so that what lies below a folder is found by its beginning; made when that was asked more than a few times. */
  let sorted: string[] | undefined;
  let asked = 0;
  /** The folder of the entry that was added last: archives are written folder by folder. */
  let recent = { folder: '', id: -1 };
  /** Of the folders; made when first asked for. */
  let folderHashes: Set<number> | undefined;
  let scratch: Buffer = Buffer.allocUnsafe(4096);

  const encode = (name: string): Buffer => {
    if (name.length * 3 > scratch.length) scratch = Buffer.allocUnsafe(name.length * 3);
    return scratch.subarray(0, scratch.write(name, 'utf8'));
  };
  const slotOf = (folder: number, name: Buffer): number => {
    const { slots } = state;
    const mask = slots.length - 1;
    let slot = hash(state.seed, folder, name) & mask;
    for (;;) {
      const row = (slots[slot] as number) - 1;
      if (row < 0 || isRow(row, folder, name)) return slot;
      slot = (slot + 1) & mask;
    }
  };
  const isRow = (row: number, folder: number, name: Buffer): boolean => {
    const { rows, names } = state;
    if (rows.folder[row] !== folder || rows.nameLength[row] !== name.length) return false;
    const start = rows.nameStart[row] as number;
    return name.compare(names, start, start + name.length) === 0;
  };
  const nameOf = (row: number): Buffer => {
    const start = state.rows.nameStart[row] as number;
    return state.names.subarray(start, start + (state.rows.nameLength[row] as number));
  };
  const nameAt = (row: number): string => {
    const start = state.rows.nameStart[row] as number;
    return state.names.toString('utf8', start, start + (state.rows.nameLength[row] as number));
  };
  const reindex = (capacity: number): void => {
    state.slots = new Int32Array(capacity);
    for (let row = 0; row < state.count; row += 1)
      state.slots[slotOf(state.rows.folder[row] as number, nameOf(row))] = row + 1;
  };
  const folderId = (folder: string): number => {
    if (recent.id >= 0 && recent.folder === folder) return recent.id;
    let id = folderIds.get(folder);
    if (id === undefined) {
      id = state.folders.length;
      state.folders.push(folder);
      folderIds.set(folder, id);
      folderBytes += folder.length;
      sorted = undefined;
      folderHashes = undefined;
    }
    recent = { folder, id };
    return id;
  };
  const storeName = (name: Buffer): number => {
    if (state.nameEnd + name.length > state.names.length) {
      const larger = Buffer.allocUnsafe(Math.max(state.names.length * 2, state.nameEnd + name.length));
      state.names.copy(larger, 0, 0, state.nameEnd);
      state.names = larger;
    }
    name.copy(state.names, state.nameEnd);
    state.nameEnd += name.length;
    return state.nameEnd - name.length;
  };
  if (state.slots.length === 0) reindex(2048);

  return {
    get size() {
      return state.count;
    },
    get nameBytes() {
      return state.nameEnd + folderBytes;
    },
    add(entry) {
      const [folderName, name] = split(entry.path);
      const folder = folderId(folderName);
      const encoded = encode(name);
      const slot = slotOf(folder, encoded);
      let row = (state.slots[slot] as number) - 1;
      if (row < 0) {
        row = state.count;
        if (row === state.rows.type.length) state.rows = enlarged(state.rows, row * 2);
        state.rows.folder[row] = folder;
        state.rows.nameStart[row] = storeName(encoded);
        state.rows.nameLength[row] = encoded.length;
        state.count += 1;
        state.slots[slot] = row + 1;
      }
      const { rows } = state;
      rows.type[row] = TYPE_NUMBERS.get(entry.type) as number;
      rows.mode[row] = entry.mode;
      rows.uid[row] = entry.uid;
      rows.gid[row] = entry.gid;
      rows.bytes[row] = entry.size;
      if (entry.link === undefined) state.links.delete(row);
      else state.links.set(row, entry.link);
      if (state.count * 2 > state.slots.length) reindex(state.slots.length * 2);
      return row;
    },
    find(path) {
      const [folderName, name] = split(path);
      const folder = folderIds.get(folderName);
      if (folder === undefined) return -1;
      return (state.slots[slotOf(folder, encode(name))] as number) - 1;
    },
    path: (row) => pathIn(state.folders[state.rows.folder[row] as number] as string, nameAt(row)),
    name: nameAt,
    get names() {
      return state.names.subarray(0, state.nameEnd);
    },
    nameStart: (row) => state.rows.nameStart[row] as number,
    nameLength: (row) => state.rows.nameLength[row] as number,
    get folders() {
      return state.folders.length;
    },
    folderOf: (row) => state.rows.folder[row] as number,
    folder: (number) => state.folders[number] as string,
    type: (row) => TYPES[state.rows.type[row] as number] as EntryType,
    mode: (row) => state.rows.mode[row] as number,
    uid: (row) => state.rows.uid[row] as number,
    gid: (row) => state.rows.gid[row] as number,
    bytes: (row) => state.rows.bytes[row] as number,
    link: (row) => state.links.get(row),
    mayHold(hash) {
      folderHashes ??= new Set(state.folders.map(pathHash));
      return folderHashes.has(hash);
    },
    hasFolder(path) {
      if (folderIds.has(path)) return true;
      const below = path === '' ? '' : `${path}/`;
      asked += 1;
      if (asked <= FEW_QUESTIONS) return state.folders.some((folder) => folder.startsWith(below));
      sorted ??= [...state.folders].sort();
      return sorted[firstNotBefore(sorted, below)]?.startsWith(below) ?? false;
    },
    serialize: () => serialize(state),
  };
}

/** Putting a million folders in order takes as long as looking through them so often. */
const FEW_QUESTIONS = 16;

/** Index of the first text that does not sort before `text`. */
function firstNotBefore(sorted: readonly string[], text: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as string) < text) low = middle + 1;
    else high = middle;
  }
  return low;
}

function split(path: string): [folder: string, name: string] {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? ['', path] : [path.slice(0, slash), path.slice(slash + 1)];
}

const newSeed = (): number => randomBytes(4).readUInt32LE();

/** FNV-1a over the name, begun with the seed and the folder. */
function hash(seed: number, folder: number, name: Buffer): number {
  let value = (seed ^ Math.imul(folder + 1, 0x9e3779b1)) >>> 0;
  for (let index = 0; index < name.length; index += 1) {
    value = Math.imul(value ^ (name[index] as number), 16_777_619);
  }
  value ^= value >>> 15;
  return Math.imul(value, 0x2c1b3c6d) >>> 0;
}

/** Columns one after another behind a JSON head; the machine's byte order, since a cache never leaves its machine. */
function serialize(state: State): readonly Buffer[] {
  const { count, rows } = state;
  const parts = (Object.keys(rows) as (keyof Columns)[]).map((key) => {
    const used = rows[key].subarray(0, count);
    return Buffer.from(used.buffer, used.byteOffset, used.byteLength);
  });
  const head = Buffer.from(
    JSON.stringify({
      count,
      nameEnd: state.nameEnd,
      folders: state.folders,
      links: [...state.links],
      seed: state.seed,
      slots: state.slots.length,
    }),
    'utf8',
  );
  const size = Buffer.alloc(8);
  size.writeUInt32LE(head.length, 0);
  const slots = Buffer.from(state.slots.buffer, state.slots.byteOffset, state.slots.byteLength);
  return [size, head, ...parts, slots, state.names.subarray(0, state.nameEnd)];
}

/** The reverse of `serialize`. Throws a RangeError or SyntaxError on bytes that `serialize` did not write. */
export function readPathTable(bytes: Buffer): PathTable {
  const headLength = bytes.readUInt32LE(0);
  const head = JSON.parse(bytes.toString('utf8', 8, 8 + headLength)) as {
    count: number;
    nameEnd: number;
    folders: string[];
    links: [number, string][];
    seed: number;
    slots: number;
  };
  let at = 8 + headLength;
  const copy = (into: ArrayBufferLike, length: number): void => {
    if (at + length > bytes.length) throw new RangeError('path table is cut short');
    new Uint8Array(into, 0, length).set(bytes.subarray(at, at + length));
    at += length;
  };
  const rows = columns(Math.max(1, head.count));
  for (const key of Object.keys(rows) as (keyof Columns)[]) {
    const column = rows[key];
    const length = head.count * column.BYTES_PER_ELEMENT;
    copy(column.buffer, length);
  }
  // A table without a free slot would be searched for ever.
  if (head.slots <= head.count || (head.slots & (head.slots - 1)) !== 0) throw new RangeError('path table is damaged');
  const slots = new Int32Array(head.slots);
  copy(slots.buffer, slots.byteLength);
  const names = bytes.subarray(at, at + head.nameEnd);
  if (names.length < head.nameEnd) throw new RangeError('path table is cut short');
  return table({
    folders: head.folders,
    rows,
    count: head.count,
    names,
    nameEnd: head.nameEnd,
    links: new Map(head.links),
    seed: head.seed,
    slots,
  });
}
