import { tick } from '../../work.ts';

/** The pages of a database that its write-ahead log holds in a newer state. */
export interface SqliteLog {
  /** Bytes of a page. */
  readonly pageSize: number;
  /** Pages as the last whole transaction left them, by number from 1. */
  readonly pages: ReadonlyMap<number, Buffer>;
  /** Pages of the database after that transaction; 0: the log holds no whole transaction. */
  readonly count: number;
  /** Frames of this log behind the last whole transaction: one that was being written, or one that is damaged. */
  readonly left: number;
}

const HEADER = 32;
const FRAME = 24;

/**
 * Reads a write-ahead log as SQLite recovers one: frames count as long as their salts are the header's and the running checksum
 * agrees, and of those only what a commit ends. Undefined where SQLite would take the log for empty: no header, or one that its own
 * checksum contradicts. https://www.sqlite.org/fileformat2.html#walformat
 */
export function sqliteLog(bytes: Buffer): SqliteLog | undefined {
  if (bytes.length < HEADER) return undefined;
  const magic = bytes.readUInt32BE(0);
  if (magic !== 0x377f0682 && magic !== 0x377f0683) return undefined;
  if (bytes.readUInt32BE(4) !== 3_007_000) return undefined;
  const pageSize = bytes.readUInt32BE(8);
  if (pageSize < 512 || pageSize > 65_536 || (pageSize & (pageSize - 1)) !== 0) return undefined;
  const sum = checksum(magic === 0x377f0683);
  let running = sum(bytes.subarray(0, 24), [0, 0]);
  if (!isSum(bytes, 24, running)) return undefined;
  const pages = new Map<number, Buffer>();
  const pending = new Map<number, Buffer>();
  let count = 0;
  let left = 0;
  let at = HEADER;
  for (; at + FRAME + pageSize <= bytes.length; at += FRAME + pageSize) {
    tick();
    const number = bytes.readUInt32BE(at);
    // Another pair of salts: what an earlier log left behind.
    if (bytes.compare(bytes, 16, 24, at + 8, at + 16) !== 0) break;
    left += 1;
    const page = bytes.subarray(at + FRAME, at + FRAME + pageSize);
    running = sum(page, sum(bytes.subarray(at, at + 8), running));
    if (number === 0 || !isSum(bytes, at + 16, running)) break;
    pending.set(number, page);
    const committed = bytes.readUInt32BE(at + 4);
    if (committed === 0) continue;
    for (const [which, content] of pending) pages.set(which, content);
    pending.clear();
    count = committed;
    left = 0;
  }
  // A frame that was being written when the image was made is cut off.
  const begun = at + FRAME <= bytes.length && at + FRAME + pageSize > bytes.length;
  if (begun && bytes.compare(bytes, 16, 24, at + 8, at + 16) === 0) left += 1;
  return { pageSize, pages, count, left };
}

type Sum = readonly [number, number];

const isSum = (bytes: Buffer, at: number, [first, second]: Sum): boolean =>
  bytes.readUInt32BE(at) === first && bytes.readUInt32BE(at + 4) === second;

/** The running sum over pairs of 32-bit words, in the byte order that the magic number tells. */
function checksum(bigEndian: boolean): (bytes: Buffer, from: Sum) => Sum {
  return (bytes, [from0, from1]) => {
    let first = from0;
    let second = from1;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let at = 0; at + 8 <= bytes.length; at += 8) {
      first = (first + view.getUint32(at, !bigEndian) + second) >>> 0;
      second = (second + view.getUint32(at + 4, !bigEndian) + first) >>> 0;
    }
    return [first, second];
  };
}
