import { LIMITS } from '../../limits.ts';
import { tick } from '../../work.ts';
import type { SqliteLog } from './sqlite-log.ts';

/** A value as SQLite stores it. Integers beyond 2^53 lose precision; none that matters here is that large. */
type SqliteValue = null | number | string | Buffer;

/** A table by its name in `sqlite_master`. */
interface SqliteTable {
  readonly name: string;
  readonly rootPage: number;
}

/** A SQLite database held in memory, read without SQLite: nothing from an image reaches native code or the disk. */
interface SqliteDatabase {
  readonly tables: readonly SqliteTable[];
  /** Rows of a rowid table in key order, each with its rowid; `null` stands in an INTEGER PRIMARY KEY column. */
  rows(table: SqliteTable): Generator<{ readonly rowid: number; readonly values: readonly SqliteValue[] }>;
}

const MAGIC = Buffer.from('SQLite format 3\0');

/** True for the first bytes of a SQLite 3 database file. */
export const isSqlite = (head: Buffer): boolean =>
  head[0] === MAGIC[0] && head.length >= 16 && head.compare(MAGIC, 0, 16, 0, 16) === 0;

/**
 * Opens the bytes of a database file, with what a write-ahead log beside it holds in a newer state.
 * Throws an `Error` for what is no database; damage inside a table ends that table's rows with an `Error`.
 * https://www.sqlite.org/fileformat2.html
 */
export function sqlite(bytes: Buffer, log?: SqliteLog): SqliteDatabase {
  const newer = log !== undefined && log.count > 0 ? log : undefined;
  const head = newer?.pages.get(1) ?? bytes;
  if (!isSqlite(head) || head.length < 100) throw new Error('not a SQLite database');
  const stated = head.readUInt16BE(16);
  const pageSize = stated === 1 ? 65_536 : stated;
  if (pageSize < 512 || (pageSize & (pageSize - 1)) !== 0) throw new Error(`SQLite page size ${pageSize}`);
  if (newer !== undefined && newer.pageSize !== pageSize)
    throw new Error('the log of SQLite has pages of another size');
  const encoding = head.readUInt32BE(56) === 1 || head.readUInt32BE(56) === 0 ? 'utf8' : 'utf16le';
  const most = bytes.length + (newer?.pages.size ?? 0) * pageSize;
  const file: Pages = { bytes, newer, pageSize, usable: pageSize - (head[20] ?? 0), encoding, most, passed: 0 };
  if (file.usable < 480) throw new Error('SQLite pages leave no room');
  const tables: SqliteTable[] = [];
  for (const { values } of rows(file, 1)) {
    const [type, name, , rootPage] = values;
    if (type === 'table' && typeof name === 'string' && typeof rootPage === 'number' && rootPage > 0)
      tables.push({ name, rootPage });
  }
  return { tables, rows: (table) => rows(file, table.rootPage) };
}

interface Pages {
  readonly bytes: Buffer;
  readonly newer: SqliteLog | undefined;
  readonly pageSize: number;
  readonly usable: number;
  /** Bytes of all pages there are. */
  readonly most: number;
  readonly encoding: 'utf8' | 'utf16le';
  /** Bytes of all records so far. */
  passed: number;
}

/** Records fill a file once; those that lie over each other would come to its square. */
const PASSES = 2;

/** Walks the b-tree with an explicit stack; each page may be visited once, so a loop in hostile pages ends. */
function* rows(file: Pages, root: number): Generator<{ rowid: number; values: SqliteValue[] }> {
  const visited = new Set<number>();
  const stack = [root];
  while (stack.length > 0) {
    const number = stack.pop()!;
    if (visited.has(number)) throw new Error(`SQLite page ${number} is linked twice`);
    visited.add(number);
    tick();
    const page = pageAt(file, number);
    const header = number === 1 ? 100 : 0;
    const type = page[header];
    const cells = page.readUInt16BE(header + 3);
    if (type === 0x05) stack.push(...interior(page, header, cells));
    else if (type === 0x0d) {
      for (let index = 0; index < cells; index++) yield leafCell(file, page, cellPointer(page, header + 8, index));
    } else throw new Error(`SQLite page ${number} has type ${type}`);
  }
}

function pageAt(file: Pages, number: number): Buffer {
  const newer = file.newer?.pages.get(number);
  if (newer !== undefined) return newer;
  const start = (number - 1) * file.pageSize;
  if (number < 1 || start + file.pageSize > file.bytes.length) throw new Error(`SQLite page ${number} is missing`);
  return file.bytes.subarray(start, start + file.pageSize);
}

/** Children of an interior page in reverse, so that the stack gives them in key order. */
function interior(page: Buffer, header: number, cells: number): number[] {
  const children = [page.readUInt32BE(header + 8)];
  for (let index = cells - 1; index >= 0; index--) {
    const at = cellPointer(page, header + 12, index);
    if (at + 4 > page.length) throw new Error('SQLite cell lies outside its page');
    children.push(page.readUInt32BE(at));
  }
  return children;
}

function cellPointer(page: Buffer, array: number, index: number): number {
  const at = array + index * 2;
  if (at + 2 > page.length) throw new Error('SQLite cell pointer lies outside its page');
  return page.readUInt16BE(at);
}

function leafCell(file: Pages, page: Buffer, at: number): { rowid: number; values: SqliteValue[] } {
  const [length, afterLength] = varint(page, at);
  const [rowid, body] = varint(page, afterLength);
  return { rowid, values: record(payload(file, page, body, length), file.encoding) };
}

/** A cell's payload: what fits is in the page, the rest on a chain of overflow pages. Section 1.6 of the format. */
function payload(file: Pages, page: Buffer, at: number, length: number): Buffer {
  if (length > LIMITS.rpmHeaderBytes) throw new Error(`SQLite record of ${length} bytes`);
  tick();
  file.passed += length;
  if (file.passed > file.most * PASSES) throw new Error('SQLite records that lie over each other');
  const largest = file.usable - 35;
  if (length <= largest) return page.subarray(at, at + length);
  const smallest = Math.floor(((file.usable - 12) * 32) / 255) - 23;
  const fits = smallest + ((length - smallest) % (file.usable - 4));
  const local = fits <= largest ? fits : smallest;
  if (at + local + 4 > page.length) throw new Error('SQLite cell lies outside its page');
  const parts = [page.subarray(at, at + local)];
  let missing = length - local;
  let next = page.readUInt32BE(at + local);
  while (missing > 0) {
    // Ends in any case: every page of the chain takes from `missing`.
    tick();
    const overflow = pageAt(file, next);
    const part = overflow.subarray(4, 4 + Math.min(missing, file.usable - 4));
    parts.push(part);
    missing -= part.length;
    next = overflow.readUInt32BE(0);
  }
  return Buffer.concat(parts, length);
}

function record(bytes: Buffer, encoding: 'utf8' | 'utf16le'): SqliteValue[] {
  const values: SqliteValue[] = [];
  let [headerLength, at] = varint(bytes, 0);
  headerLength = Math.min(headerLength, bytes.length);
  let body = headerLength;
  while (at < headerLength) {
    const [type, next] = varint(bytes, at);
    at = next;
    const width = type >= 12 ? Math.floor((type - 12) / 2) : (WIDTHS[type] ?? 0);
    if (body + width > bytes.length) throw new Error('SQLite record is truncated');
    values.push(value(bytes, type, body, width, encoding));
    body += width;
  }
  return values;
}

/** Bytes of the serial types 0 to 11. */
const WIDTHS = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0];

function value(bytes: Buffer, type: number, at: number, width: number, encoding: 'utf8' | 'utf16le'): SqliteValue {
  if (type === 0 || type === 10 || type === 11) return null;
  if (type <= 5) return bytes.readIntBE(at, width);
  if (type === 6) return Number(bytes.readBigInt64BE(at));
  if (type === 7) return bytes.readDoubleBE(at);
  if (type <= 9) return type - 8;
  return type % 2 === 0 ? bytes.subarray(at, at + width) : bytes.toString(encoding, at, at + width);
}

/** A big-endian base-128 integer of one to nine bytes, and the offset behind it. */
function varint(bytes: Buffer, at: number): [number, number] {
  let result = 0;
  for (let index = 0; index < 9; index++) {
    const byte = bytes[at + index];
    if (byte === undefined) throw new Error('SQLite integer is truncated');
    if (index === 8) return [result * 256 + byte, at + 9];
    result = result * 128 + (byte & 0x7f);
    if (byte < 0x80) return [result, at + index + 1];
  }
  return [result, at + 9];
}
