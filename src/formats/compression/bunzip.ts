import { LIMITS } from '../../limits.ts';
import { tick } from '../../work.ts';
import { type Cursor, fill, remaining, type Steps } from '../cursor.ts';
import type { DecompressEnd, Sink } from './inflate.ts';

/**
 * bzip2, pulled from a cursor: streams of blocks of at most 900 kB, each a Burrows-Wheeler transform.
 * https://sourceware.org/bzip2/ has no text of the format; this follows https://github.com/dsnet/compress/blob/master/doc/bzip2-format.pdf
 */

const BLOCK = 0x314159;
const BLOCK_REST = 0x265359;
const END = 0x177245;
const END_REST = 0x385090;
const GROUP = 50;
const LONGEST_CODE = 20;

/** Bits, most significant first. */
interface Bits {
  readonly cursor: Cursor;
  bits: number;
  count: number;
}

class Damaged extends Error {}
class Short extends Error {}

/** Decompresses streams behind each other into a sink. */
export function* bunzip(cursor: Cursor, sink: Sink): Steps<DecompressEnd> {
  try {
    while (yield* fill(cursor, 4)) {
      const level = (cursor.bytes[cursor.at + 3] as number) - 0x30;
      if (cursor.bytes.toString('latin1', cursor.at, cursor.at + 3) !== 'BZh' || level < 1 || level > 9) break;
      cursor.at += 4;
      if (yield* stream({ cursor, bits: 0, count: 0 }, level * 100_000, sink)) return 'enough';
    }
    return 'end';
  } catch (error) {
    if (error instanceof Damaged) return 'broken';
    if (error instanceof Short) return 'truncated';
    throw error;
  }
}

/** One stream; true when the sink has seen enough. */
function* stream(bits: Bits, blockBytes: number, sink: Sink): Steps<boolean> {
  for (;;) {
    tick();
    const kind = yield* take(bits, 24);
    const rest = yield* take(bits, 24);
    yield* take(bits, 16);
    yield* take(bits, 16);
    if (kind === END && rest === END_REST) break;
    if (kind !== BLOCK || rest !== BLOCK_REST) throw new Damaged();
    if (yield* block(bits, blockBytes, sink)) return true;
  }
  // The rest of the last byte is padding.
  bits.cursor.at -= bits.count >> 3;
  bits.count = 0;
  return false;
}

/** `count` bits, at most 24. */
function* take(bits: Bits, count: number): Steps<number> {
  if (bits.count < count) yield* refill(bits, count);
  bits.count -= count;
  return (bits.bits >>> bits.count) & ((1 << count) - 1);
}

/** Reads ahead until `count` bits are there; what was read ahead before is returned first, since a wait ends its life. */
function* refill(bits: Bits, count: number): Steps<void> {
  const { cursor } = bits;
  if (cursor.end - cursor.at < 4) {
    cursor.at -= bits.count >> 3;
    const kept = bits.count & 7;
    bits.bits = kept === 0 ? 0 : (bits.bits >>> (bits.count - kept)) & ((1 << kept) - 1);
    bits.count = kept;
    yield* fill(cursor, Math.min(4, remaining(cursor)));
  }
  while (bits.count <= 24 && cursor.at < cursor.end) {
    bits.bits = (bits.bits << 8) | (cursor.bytes[cursor.at] as number);
    cursor.at += 1;
    bits.count += 8;
  }
  if (bits.count < count) throw new Short();
}

/** A canonical code by its lengths: for each length the first code behind it, and where its symbols stand. */
interface Code {
  readonly limits: Int32Array;
  readonly offsets: Int32Array;
  readonly symbols: Uint16Array;
}

function* block(bits: Bits, blockBytes: number, sink: Sink): Steps<boolean> {
  // Blocks were once randomised; no writer of this century does it.
  if ((yield* take(bits, 1)) === 1) throw new Damaged();
  const origin = yield* take(bits, 24);
  const used = yield* usedBytes(bits);
  const codes = yield* readCodes(bits, used.length + 2);
  const { selectors, tables } = codes;
  const end = used.length + 1;
  const last = new Uint32Array(blockBytes);
  const counts = new Uint32Array(256);
  const front = Uint8Array.from(used);
  let length = 0;
  let run = 0;
  let weight = 1;
  for (let group = 0; ; group += 1) {
    const code = tables[selectors[group] ?? 255];
    if (!code) throw new Damaged();
    for (let index = 0; index < GROUP; index += 1) {
      if (bits.count < LONGEST_CODE) yield* refill(bits, 1);
      const symbol = decode(bits, code);
      if (symbol < 2) {
        run += weight << symbol;
        weight *= 2;
        if (run > blockBytes) throw new Damaged();
        continue;
      }
      if (run > 0) {
        const byte = front[0] as number;
        if (length + run > blockBytes) throw new Damaged();
        last.fill(byte, length, length + run);
        counts[byte] = (counts[byte] as number) + run;
        length += run;
      }
      run = 0;
      weight = 1;
      if (symbol === end) return emit(last, length, counts, origin, sink);
      const byte = front[symbol - 1] as number;
      front.copyWithin(1, 0, symbol - 1);
      front[0] = byte;
      if (length >= blockBytes) throw new Damaged();
      last[length] = byte;
      counts[byte] = (counts[byte] as number) + 1;
      length += 1;
    }
  }
}

function* usedBytes(bits: Bits): Steps<number[]> {
  const ranges = yield* take(bits, 16);
  const used: number[] = [];
  for (let range = 0; range < 16; range += 1) {
    if (!(ranges & (0x8000 >> range))) continue;
    const map = yield* take(bits, 16);
    for (let index = 0; index < 16; index += 1) if (map & (0x8000 >> index)) used.push(range * 16 + index);
  }
  if (used.length === 0) throw new Damaged();
  return used;
}

function* readCodes(
  bits: Bits,
  size: number,
): Steps<{ readonly selectors: Uint8Array; readonly tables: readonly Code[] }> {
  const groups = yield* take(bits, 3);
  const count = yield* take(bits, 15);
  if (groups < 2 || groups > 6 || count === 0) throw new Damaged();
  const order = Array.from({ length: groups }, (_, index) => index);
  const selectors = new Uint8Array(count);
  for (let index = 0; index < count; index += 1) {
    let place = 0;
    while ((yield* take(bits, 1)) === 1) if (++place >= groups) throw new Damaged();
    const [moved = 0] = order.splice(place, 1);
    order.unshift(moved);
    selectors[index] = moved;
  }
  const tables: Code[] = [];
  for (let group = 0; group < groups; group += 1) {
    const lengths = new Uint8Array(size);
    let length = yield* take(bits, 5);
    for (let symbol = 0; symbol < size; symbol += 1) {
      while ((yield* take(bits, 1)) === 1) length += (yield* take(bits, 1)) === 1 ? -1 : 1;
      if (length < 1 || length > LONGEST_CODE) throw new Damaged();
      lengths[symbol] = length;
    }
    tables.push(buildCode(lengths));
  }
  return { selectors, tables };
}

function buildCode(lengths: Uint8Array): Code {
  const limits = new Int32Array(LONGEST_CODE + 1).fill(-1);
  const offsets = new Int32Array(LONGEST_CODE + 1);
  const symbols = new Uint16Array(lengths.length);
  let code = 0;
  let filled = 0;
  for (let length = 1; length <= LONGEST_CODE; length += 1) {
    offsets[length] = filled - code;
    for (let symbol = 0; symbol < lengths.length; symbol += 1) {
      if (lengths[symbol] !== length) continue;
      symbols[filled] = symbol;
      filled += 1;
      code += 1;
    }
    limits[length] = code;
    code <<= 1;
  }
  return { limits, offsets, symbols };
}

function decode(bits: Bits, code: Code): number {
  for (let length = 1; length <= LONGEST_CODE; length += 1) {
    if (bits.count < length) throw new Short();
    const value = (bits.bits >>> (bits.count - length)) & ((1 << length) - 1);
    if (value >= (code.limits[length] as number)) continue;
    bits.count -= length;
    const symbol = code.symbols[value + (code.offsets[length] as number)];
    if (symbol === undefined) break;
    return symbol;
  }
  throw new Damaged();
}

/** Undoes the transform and the first run-length coding: four equal bytes are followed by a count of more. */
function emit(last: Uint32Array, length: number, counts: Uint32Array, origin: number, sink: Sink): boolean {
  if (origin >= length) {
    if (length === 0) return false;
    throw new Damaged();
  }
  const starts = new Uint32Array(256);
  for (let byte = 1; byte < 256; byte += 1) starts[byte] = (starts[byte - 1] as number) + (counts[byte - 1] as number);
  for (let index = 0; index < length; index += 1) {
    const byte = (last[index] as number) & 255;
    const place = starts[byte] as number;
    starts[byte] = place + 1;
    last[place] = (last[place] as number) | (index << 8);
  }
  const out = Buffer.allocUnsafe(LIMITS.readChunkBytes);
  let at = 0;
  let next = (last[origin] as number) >>> 8;
  let equal = 0;
  let previous = -1;
  for (let index = 0; index < length; index += 1) {
    const entry = last[next] as number;
    const byte = entry & 255;
    next = entry >>> 8;
    if (at + 256 > out.length) {
      if (sink(out.subarray(0, at))) return true;
      at = 0;
    }
    if (equal === 4) {
      out.fill(previous, at, at + byte);
      at += byte;
      equal = 0;
      previous = -1;
      continue;
    }
    equal = byte === previous ? equal + 1 : 1;
    previous = byte;
    out[at] = byte;
    at += 1;
  }
  return at > 0 && sink(out.subarray(0, at));
}
