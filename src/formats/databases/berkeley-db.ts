import { LIMITS } from '../../limits.ts';
import { tick } from '../../work.ts';

/**
 * Berkeley DB hash files (rpm's `Packages` up to RHEL 8, Amazon Linux 2, CentOS, Fedora 32), either byte order.
 * Page layouts: https://github.com/berkeleydb/libdb/blob/master/src/dbinc/db_page.h
 */
const HASH_MAGIC = 0x061561;
const HASH_META = 8;
const HASH_UNSORTED = 2;
const HASH = 13;
const OVERFLOW = 7;
const PAGE_HEADER = 26;
const KEYDATA = 1;
const OFFPAGE = 3;

interface Pages {
  readonly bytes: Buffer;
  readonly pageSize: number;
  readonly u16: (page: Buffer, at: number) => number;
  readonly u32: (page: Buffer, at: number) => number;
  /** Bytes of all items on pages of their own so far. */
  passed: number;
}

/** Items fill a file once; those that lie over each other would come to its square. */
const PASSES = 2;

/** True for the first bytes of a Berkeley DB hash database in either byte order. */
export function isBerkeleyHash(head: Buffer): boolean {
  if (head[25] !== HASH_META) return false;
  return head.readUInt32LE(12) === HASH_MAGIC || head.readUInt32BE(12) === HASH_MAGIC;
}

/** One key and its value. */
interface BerkeleyPair {
  readonly key: Buffer;
  readonly value: Buffer;
}

/**
 * All pairs, page by page (the order means nothing). Pages are looked at whether or not a bucket links to them, as free
 * pages have another type. Throws an `Error` for what is no such file or has a damaged page.
 */
export function* berkeleyHashValues(bytes: Buffer): Generator<BerkeleyPair> {
  if (!isBerkeleyHash(bytes)) throw new Error('not a Berkeley DB hash database');
  const little = bytes.readUInt32LE(12) === HASH_MAGIC;
  const u16 = (page: Buffer, at: number): number => (little ? page.readUInt16LE(at) : page.readUInt16BE(at));
  const u32 = (page: Buffer, at: number): number => (little ? page.readUInt32LE(at) : page.readUInt32BE(at));
  const pageSize = u32(bytes, 20);
  if (pageSize < 512 || pageSize > 65_536 || (pageSize & (pageSize - 1)) !== 0)
    throw new Error(`Berkeley DB page size ${pageSize}`);
  if (bytes[24] !== 0) throw new Error('the Berkeley DB file is encrypted');
  const file: Pages = { bytes, pageSize, u16, u32, passed: 0 };
  // Every item costs at least one index entry of its page, so the work is bounded by the file's size.
  for (let start = pageSize; start + pageSize <= bytes.length; start += pageSize) {
    tick();
    const page = bytes.subarray(start, start + pageSize);
    if (page[25] === HASH || page[25] === HASH_UNSORTED) yield* pairs(file, page);
  }
}

function* pairs(file: Pages, page: Buffer): Generator<BerkeleyPair> {
  const entries = file.u16(page, 20);
  if (PAGE_HEADER + entries * 2 > page.length) throw new Error('a Berkeley DB page claims too many entries');
  let end = page.length;
  for (let index = 0; index + 1 < entries; index += 2) {
    const keyAt = file.u16(page, PAGE_HEADER + index * 2);
    const valueAt = file.u16(page, PAGE_HEADER + index * 2 + 2);
    // Items grow down from the page's end: each reaches to where the one before begins.
    const key = item(file, page, keyAt, end);
    const value = item(file, page, valueAt, keyAt);
    end = valueAt;
    if (key !== undefined && value !== undefined) yield { key, value };
  }
}

function item(file: Pages, page: Buffer, at: number, end: number): Buffer | undefined {
  if (at < PAGE_HEADER || at >= page.length) throw new Error('a Berkeley DB item lies outside its page');
  if (page[at] === KEYDATA) return page.subarray(at + 1, Math.max(at + 1, end));
  if (page[at] !== OFFPAGE || at + 12 > page.length) return undefined; // duplicates: rpm's Packages has none
  return overflow(file, file.u32(page, at + 4), file.u32(page, at + 8));
}

/** A value on a chain of overflow pages; `length` shrinks with every page, so the chain ends. */
function overflow(file: Pages, first: number, length: number): Buffer {
  if (length > LIMITS.rpmHeaderBytes || length > file.bytes.length)
    throw new Error(`Berkeley DB item of ${length} bytes`);
  file.passed += length;
  if (file.passed > file.bytes.length * PASSES) throw new Error('Berkeley DB items that lie over each other');
  const parts: Buffer[] = [];
  let missing = length;
  let number = first;
  while (missing > 0) {
    tick();
    const start = number * file.pageSize;
    if (number === 0 || start + file.pageSize > file.bytes.length)
      throw new Error('a Berkeley DB overflow page is missing');
    const page = file.bytes.subarray(start, start + file.pageSize);
    if (page[25] !== OVERFLOW) throw new Error(`Berkeley DB page ${number} is no overflow page`);
    // On overflow pages this field is the number of bytes held.
    const held = Math.min(file.u16(page, 22), missing, page.length - PAGE_HEADER);
    if (held === 0) throw new Error('a Berkeley DB overflow page is empty');
    parts.push(page.subarray(PAGE_HEADER, PAGE_HEADER + held));
    missing -= held;
    number = file.u32(page, 16);
  }
  return Buffer.concat(parts, length);
}
