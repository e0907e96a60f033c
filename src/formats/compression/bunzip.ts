// Long because it is one decoder: its parts share the bits of one stream.
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

/**
 * A canonical code by its lengths: for each length the first code behind it, and where its symbols stand. `table` has `symbol << 5 | length` by
 * the next ten bits, 0 where a longer code begins.
 */
interface Code {
  readonly table: Uint16Array;
  readonly limits: Int32Array;
  readonly offsets: Int32Array;
  readonly symbols: Uint16Array;
}

/** A block that is being decoded: what came out of it, and the first run-length coding under way. */
interface BlockState {
  readonly last: Uint32Array;
  readonly blockBytes: number;
  readonly counts: Uint32Array;
  /** The bytes that occur, the one of last time first. */
  readonly front: Uint8Array;
  length: number;
  run: number;
  weight: number;
}

function* block(bits: Bits, blockBytes: number, sink: Sink): Steps<boolean> {
  // Blocks were once randomised; no writer of this century does it.
  if ((yield* take(bits, 1)) === 1) throw new Damaged();
  const origin = yield* take(bits, 24);
  const used = yield* usedBytes(bits);
  const { selectors, tables } = yield* readCodes(bits, used.length + 2);
  const counts = new Uint32Array(256);
  const memory = spare.pop() ?? { last: new Uint32Array(LARGEST_BLOCK), out: Buffer.allocUnsafe(OUT_BYTES) };
  const state: BlockState = {
    ...{ last: memory.last, blockBytes, counts, length: 0, run: 0, weight: 1 },
    front: Uint8Array.from(used),
  };
  try {
    const { cursor } = bits;
    for (let group = 0; ; group += 1) {
      const code = tables[selectors[group] ?? 255];
      if (!code) throw new Damaged();
      let left = GROUP;
      while (left > 0) {
        // What fifty symbols can take is nearly always at hand; near the end of a chunk or of the file they are read one by one.
        if (cursor.end - cursor.at < GROUP_BYTES) {
          if (bits.count < LONGEST_CODE) yield* refill(bits, 1);
          left = symbols(bits, code, 1, state) < 0 ? -1 : left - 1;
        } else left = symbols(bits, code, left, state);
      }
      if (left < 0) return emit(state, memory.out, origin, sink);
    }
  } finally {
    if (spare.length < SPARE) spare.push(memory);
  }
}

/** What fifty symbols take at most, and the bytes that are read ahead of them. */
const GROUP_BYTES = Math.ceil((GROUP * LONGEST_CODE) / 8) + 4;
const LARGEST_BLOCK = 900_000;
const OUT_BYTES = 256 * 1024;
/** Four megabytes for each stream that is read at a time: made anew for each block they would be all that is collected. */
const spare: { readonly last: Uint32Array; readonly out: Buffer }[] = [];
const SPARE = 2;

/**
 * Decodes `count` symbols of a block from bits that are at hand; 0, or -1 where the block has ended.
 * Long because it is one loop, whose state lies in variables: in objects it takes twice as long.
 */
function symbols(bits: Bits, code: Code, count: number, state: BlockState): number {
  const { cursor } = bits;
  const { bytes, end: stop } = cursor;
  const { last, blockBytes, counts, front } = state;
  const { table } = code;
  const end = front.length + 1;
  let { bits: ahead, count: have } = bits;
  let { at } = cursor;
  let { length, run, weight } = state;
  try {
    for (let left = count; left > 0; left -= 1) {
      for (; have <= 24 && at < stop; have += 8) {
        ahead = (ahead << 8) | (bytes[at] as number);
        at += 1;
      }
      const entry = have < TABLE_BITS ? 0 : (table[(ahead >>> (have - TABLE_BITS)) & TABLE_MASK] as number);
      let symbol = entry >> 5;
      if (entry !== 0) have -= entry & 31;
      else {
        bits.bits = ahead;
        bits.count = have;
        symbol = nextSymbol(bits, code);
        have = bits.count;
      }
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
        run = 0;
      }
      weight = 1;
      if (symbol === end) return -1;
      const byte = front[symbol - 1] as number;
      if (symbol > FAR) front.copyWithin(1, 0, symbol - 1);
      else for (let place = symbol - 1; place > 0; place -= 1) front[place] = front[place - 1] as number;
      front[0] = byte;
      if (length >= blockBytes) throw new Damaged();
      last[length] = byte;
      counts[byte] = (counts[byte] as number) + 1;
      length += 1;
    }
    return 0;
  } finally {
    bits.bits = ahead;
    bits.count = have;
    cursor.at = at;
    state.length = length;
    state.run = run;
    state.weight = weight;
  }
}

/** So many bytes are moved sooner by a call than one by one. */
const FAR = 24;

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
  const table = new Uint16Array(1 << TABLE_BITS);
  let code = 0;
  let filled = 0;
  for (let length = 1; length <= LONGEST_CODE; length += 1) {
    offsets[length] = filled - code;
    for (let symbol = 0; symbol < lengths.length; symbol += 1) {
      if (lengths[symbol] !== length) continue;
      symbols[filled] = symbol;
      filled += 1;
      const from = code << (TABLE_BITS - length);
      if (length <= TABLE_BITS) table.fill((symbol << 5) | length, from, from + (1 << (TABLE_BITS - length)));
      code += 1;
    }
    limits[length] = code;
    code <<= 1;
  }
  return { table, limits, offsets, symbols };
}

const TABLE_BITS = 10;
const TABLE_MASK = (1 << TABLE_BITS) - 1;

function nextSymbol(bits: Bits, code: Code): number {
  if (bits.count >= TABLE_BITS) {
    const entry = code.table[(bits.bits >>> (bits.count - TABLE_BITS)) & TABLE_MASK] as number;
    if (entry !== 0) {
      bits.count -= entry & 31;
      return entry >> 5;
    }
  }
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

/** A block's bytes on their way out: the next one's place, and the run-length coding under way. */
interface Order {
  next: number;
  left: number;
  equal: number;
  previous: number;
}

/**
 * Undoes the transform and the first run-length coding: four equal bytes are followed by a count of more. Begins with a small piece, since most of
 * what is asked is what a file begins with.
 */
function emit({ last, length, counts }: BlockState, out: Buffer, origin: number, sink: Sink): boolean {
  if (origin >= length) {
    if (length === 0) return false;
    throw new Damaged();
  }
  const starts = new Uint32Array(256);
  for (let byte = 1; byte < 256; byte += 1) starts[byte] = (starts[byte - 1] as number) + (counts[byte - 1] as number);
  for (let from = 0; from < length; from += PORTION) link(last, starts, from, Math.min(length, from + PORTION));
  const order: Order = { next: (last[origin] as number) >>> 8, left: length, equal: 0, previous: -1 };
  for (let piece = out.subarray(0, FIRST_BYTES); order.left > 0; piece = out) {
    const filled = inOrder(last, order, piece);
    if (filled > 0 && sink(piece.subarray(0, filled))) return true;
  }
  return false;
}

/** The first piece of a block that is handed on. */
const FIRST_BYTES = 8 * 1024;
/** Entries of a block that are looked at in one call: only from the next one on code runs that was compiled meanwhile. */
const PORTION = 32 * 1024;

/** Notes beside each byte, in the order of bytes, where the one behind it stands. */
function link(last: Uint32Array, starts: Uint32Array, from: number, to: number): void {
  for (let index = from; index < to; index += 1) {
    const byte = (last[index] as number) & 255;
    const place = starts[byte] as number;
    starts[byte] = place + 1;
    last[place] = (last[place] as number) | (index << 8);
  }
}

/** Goes from byte to byte until a piece is full, or the block at its end; returns how many there are. */
function inOrder(last: Uint32Array, order: Order, out: Buffer): number {
  let { next, left, equal, previous } = order;
  let at = 0;
  const full = out.length - 256;
  for (; left > 0 && at <= full; left -= 1) {
    const entry = last[next] as number;
    const byte = entry & 255;
    next = entry >>> 8;
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
  order.next = next;
  order.left = left;
  order.equal = equal;
  order.previous = previous;
  return at;
}
