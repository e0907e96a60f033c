import { tick } from '../../work.ts';
import { type Cursor, fill, type Steps, skip, Truncated, take } from '../cursor.ts';
import type { DecompressEnd, Sink } from './inflate.ts';

/**
 * LZ4 frames, as joblib writes them. https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md and lz4_Block_format.md
 */

const MAGIC = 0x184d2204;
const WINDOW = 64 * 1024;
/** The largest block a frame may have. */
const LARGEST_BLOCK = 4 * 1024 * 1024;

/** Decompresses frames behind each other into a sink. */
export function* decodeLz4(cursor: Cursor, sink: Sink): Steps<DecompressEnd> {
  try {
    for (;;) {
      const end = yield* decodeFrame(cursor, sink);
      if (end !== 'end') return end;
      if (!(yield* fill(cursor, 4)) || cursor.bytes.readUInt32LE(cursor.at) !== MAGIC) return 'end';
    }
  } catch (error) {
    if (error instanceof Truncated) return 'truncated';
    throw error;
  }
}

function* decodeFrame(cursor: Cursor, sink: Sink): Steps<DecompressEnd> {
  const flags = (yield* take(cursor, 6, 'the frame header'))[4] as number;
  const extra = (flags & 8 ? 8 : 0) + (flags & 1 ? 4 : 0) + 1;
  yield* skip(cursor, extra);
  /** The window and one block behind it. */
  let output: Buffer = Buffer.alloc(0);
  for (;;) {
    tick();
    const word = (yield* take(cursor, 4, 'a block')).readUInt32LE(0);
    if (word === 0) break;
    const size = word & 0x7fffffff;
    if (size > LARGEST_BLOCK) return 'broken';
    const block = yield* take(cursor, size, 'a block');
    const history = output.subarray(Math.max(0, output.length - WINDOW));
    const decoded = word >>> 31 ? Buffer.from(block) : decodeBlock(block, history);
    if (!decoded) return 'broken';
    if (sink(decoded)) return 'enough';
    output = Buffer.concat([history, decoded]);
    if (flags & 16) yield* skip(cursor, 4);
  }
  if (flags & 4) yield* skip(cursor, 4);
  return 'end';
}

/** One block, whose matches may reach back into `history`; undefined when it is damaged. */
function decodeBlock(block: Buffer, history: Buffer): Buffer | undefined {
  const out = Buffer.allocUnsafe(history.length + LARGEST_BLOCK);
  history.copy(out);
  let written = history.length;
  let at = 0;
  const length = (nibble: number): number => {
    let total = nibble;
    if (nibble < 15) return total;
    for (let byte = 255; byte === 255 && at < block.length; at += 1) {
      byte = block[at] as number;
      total += byte;
    }
    return total;
  };
  while (at < block.length) {
    const token = block[at] as number;
    at += 1;
    const literals = length(token >> 4);
    if (at + literals > block.length || written + literals > out.length) return undefined;
    block.copy(out, written, at, at + literals);
    at += literals;
    written += literals;
    if (at >= block.length) break;
    if (at + 2 > block.length) return undefined;
    const distance = block.readUInt16LE(at);
    at += 2;
    const match = length(token & 15) + 4;
    if (distance === 0 || distance > written || written + match > out.length) return undefined;
    for (let from = written - distance, stop = from + match; from < stop; from += 1, written += 1) {
      out[written] = out[from] as number;
    }
  }
  return out.subarray(history.length, written);
}
