import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { PlimsollError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import { tick } from '../../work.ts';

/** A key of a bucket with its value, or with the bucket inside it. */
type BoltEntry = { readonly key: string } & ({ readonly value: Buffer } | { readonly bucket: BoltBucket });

/** A bucket: keys in order, some of which are buckets themselves. */
export interface BoltBucket {
  entries(): Generator<BoltEntry>;
}

/** A BoltDB file, opened for reading only. */
interface BoltFile {
  readonly root: BoltBucket;
  close(): void;
}

const MAGIC = 0xed0cdaed;
const PAGE_HEADER = 16;
const ELEMENT = 16;
const IS_BRANCH = 0x01;
const IS_LEAF = 0x02;
const IS_BUCKET = 0x01;
/** Levels of one tree, and buckets within buckets: real files have 3 of each. */
const DEPTH = 32;
/** Times the whole of a file may be walked: for its version, for its list of sources, for all of it. */
const PASSES = 8;

/**
 * Opens a BoltDB (bbolt) file, as Trivy's database is one. Nothing is written and no lock is taken: copy a file that another
 * program writes to. Throws `corrupt` for what is no such file or does not hang together.
 * https://github.com/etcd-io/bbolt/blob/main/internal/common/page.go
 */
export function openBolt(path: string): BoltFile {
  const file = openSync(path, 'r');
  try {
    const size = fstatSync(file).size;
    const { pageSize, root } = meta(file, size, path);
    const reader = { file, size, pageSize, path, pages: 0, bytes: 0 };
    return { root: bucketAt(reader, root, undefined, 0), close: () => closeSync(file) };
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

interface Reader {
  readonly file: number;
  readonly size: number;
  readonly pageSize: number;
  readonly path: string;
  /** Pages read so far: a tree that loops would read for ever. */
  pages: number;
  /** Bytes of keys and values so far: such that lie over each other would come to the square of the file. */
  bytes: number;
}

function damaged(path: string, what: string): PlimsollError {
  return new PlimsollError('corrupt', `not a whole BoltDB file: ${what}`, { where: path });
}

/** Two meta pages: the one of the later transaction counts. The page size stands in them; 4 KiB nearly everywhere. */
function meta(file: number, size: number, path: string): { pageSize: number; root: number } {
  let best: { pageSize: number; root: number; transaction: bigint } | undefined;
  for (const pageSize of [4_096, 16_384, 65_536, 8_192, 1_024]) {
    for (const at of [0, pageSize]) {
      if (at + 80 > size) continue;
      const page = Buffer.alloc(80);
      readSync(file, page, 0, 80, at);
      if (page.readUInt32LE(PAGE_HEADER) !== MAGIC || page.readUInt32LE(PAGE_HEADER + 8) !== pageSize) continue;
      const header = {
        pageSize,
        root: Number(page.readBigUInt64LE(PAGE_HEADER + 16)),
        transaction: page.readBigUInt64LE(PAGE_HEADER + 48),
      };
      if (best === undefined || header.transaction > best.transaction) best = header;
    }
    if (best) return best;
  }
  throw damaged(path, 'no meta page');
}

function bucketAt(reader: Reader, root: number, inline: Buffer | undefined, depth: number): BoltBucket {
  return { entries: () => walk(reader, inline ?? root, depth, 0) };
}

function* walk(reader: Reader, page: number | Buffer, depth: number, level: number): Generator<BoltEntry> {
  if (depth > DEPTH || level > DEPTH) throw damaged(reader.path, 'buckets or pages within each other without end');
  const bytes = typeof page === 'number' ? readPage(reader, page) : page;
  if (bytes.length < PAGE_HEADER) throw damaged(reader.path, 'a page without a header');
  const flags = bytes.readUInt16LE(8);
  const count = bytes.readUInt16LE(10);
  if (PAGE_HEADER + count * ELEMENT > bytes.length)
    throw damaged(reader.path, 'a page that says it holds more than fits');
  for (let index = 0; index < count; index += 1) {
    const at = PAGE_HEADER + index * ELEMENT;
    if (flags & IS_LEAF) yield leaf(reader, bytes, at, depth);
    else if (flags & IS_BRANCH) yield* walk(reader, Number(bytes.readBigUInt64LE(at + 8)), depth, level + 1);
    else throw damaged(reader.path, 'a page of another kind in a tree');
  }
}

function leaf(reader: Reader, bytes: Buffer, at: number, depth: number): BoltEntry {
  const begin = at + bytes.readUInt32LE(at + 4);
  const keyEnd = begin + bytes.readUInt32LE(at + 8);
  const end = keyEnd + bytes.readUInt32LE(at + 12);
  if (end > bytes.length) throw damaged(reader.path, 'a value outside its page');
  reader.bytes += end - begin;
  if (reader.bytes > reader.size * PASSES) throw damaged(reader.path, 'keys and values that lie over each other');
  const key = bytes.toString('utf8', begin, keyEnd);
  const value = bytes.subarray(keyEnd, end);
  if (!(bytes.readUInt32LE(at) & IS_BUCKET)) return { key, value };
  if (value.length < 16) throw damaged(reader.path, 'a bucket without a root');
  const root = Number(value.readBigUInt64LE(0));
  // A small bucket lies inside its value, as a page of its own.
  return { key, bucket: bucketAt(reader, root, root === 0 ? value.subarray(16) : undefined, depth + 1) };
}

function readPage(reader: Reader, number: number): Buffer {
  const { file, size, pageSize, path } = reader;
  reader.pages += 1;
  tick();
  if (reader.pages > LIMITS.boltPages)
    throw new PlimsollError('limit', `more than ${LIMITS.boltPages} pages`, { where: path });
  if (reader.pages * pageSize > size * PASSES) throw damaged(path, 'pages that are named again and again');
  const at = number * pageSize;
  if (number < 2 || at + PAGE_HEADER > size) throw damaged(path, `page ${number} is not in it`);
  const head = Buffer.alloc(PAGE_HEADER);
  readSync(file, head, 0, PAGE_HEADER, at);
  const length = (head.readUInt32LE(12) + 1) * pageSize;
  if (length > LIMITS.feedRecordBytes || at + length > size) throw damaged(path, `page ${number} is cut off`);
  const page = Buffer.alloc(length);
  readSync(file, page, 0, length, at);
  return page;
}
