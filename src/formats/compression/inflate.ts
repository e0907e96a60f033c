// Long because it is one state machine: its parts share every variable.
import { tick } from '../../work.ts';
import { type Cursor, fill, remaining, type Steps } from '../cursor.ts';

/**
 * DEFLATE (RFC 1951), pulled from a cursor and pushed to a sink, in 100 KiB of memory.
 * Node's zlib has no synchronous streaming; analyzers are synchronous and bodies may be any size.
 * https://www.rfc-editor.org/rfc/rfc1951
 */

/** How a decompression ended. `enough`: the sink wanted no more. */
export type DecompressEnd = 'end' | 'enough' | 'truncated' | 'broken';

/** Takes decompressed bytes, valid only during the call; true: it has seen enough. */
export type Sink = (chunk: Buffer) => boolean;

const WINDOW = 32 * 1024;
const OUT = 3 * WINDOW;
const LONGEST_COPY = 258;
/** Bytes after which the sink is asked for the first time. */
const FIRST = 1024;
/** The same for a look. */
const FIRST_LOOKED_AT = 16;
const LENGTH_BASE = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
];
const LENGTH_EXTRA = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const DISTANCE_BASE = [
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145,
  8193, 12289, 16385, 24577,
];
const DISTANCE_EXTRA = [
  0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
];
const CODE_LENGTH_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/**
 * A Huffman code. `table` has `symbol << 4 | length` by the next `bits` bits; 0 where none stands or a longer one begins. Those are rare,
 * and found bit by bit: most bodies are only looked at, and a table of all fifteen bits takes longer to fill than they take to read.
 */
interface Code {
  readonly bits: number;
  readonly table: Uint16Array;
  /** How many codes there are of each length, and the symbols in the order of their codes. */
  readonly counts: Uint16Array;
  readonly symbols: Uint16Array;
}

const TABLE_BITS = 10;
/** For a look at a few bytes: filling tables would take most of its time. */
const NO_TABLE = 0;
const LONGEST_CODE = 15;

/** Bits read ahead and bytes written, shared by the steps below. */
interface Inflation {
  readonly cursor: Cursor;
  out: Buffer;
  /** Where the sink is next given something: early at first, since it may only want to know what this is. */
  full: number;
  /** Bytes of `out` that are written, and of those, given to the sink. */
  at: number;
  given: number;
  bits: number;
  count: number;
  /** No more input will come: missing bits are no longer waited for. */
  last: boolean;
  readonly tableBits: number;
}

/** Large buffers of streams that have ended: thousands of little archives share one. */
const spare: Buffer[] = [];
const SPARE = 4;
const EMPTY = Buffer.alloc(0);

/**
 * Inflates from where the cursor stands to the end of the stream, and leaves the cursor behind its last byte. `isLook`: a few bytes will be
 * enough for the sink, which hears of them at once; more of them take longer than without.
 */
export function* inflate(cursor: Cursor, sink: Sink, isLook = false): Steps<DecompressEnd> {
  const first = isLook ? FIRST_LOOKED_AT : FIRST;
  const state: Inflation = {
    cursor,
    tableBits: isLook ? NO_TABLE : TABLE_BITS,
    out: Buffer.allocUnsafe(first + 2 * LONGEST_COPY),
    full: first,
    at: 0,
    given: 0,
    bits: 0,
    count: 0,
    last: false,
  };
  try {
    return yield* inflated(state, sink);
  } finally {
    if (state.out.length === OUT && spare.length < SPARE) spare.push(state.out);
  }
}

function* inflated(state: Inflation, sink: Sink): Steps<DecompressEnd> {
  for (;;) {
    tick();
    if (!(yield* need(state, 3))) return 'truncated';
    const final = take(state, 1) === 1;
    const type = take(state, 2);
    const end = type === 0 ? yield* stored(state, sink) : type === 3 ? 'broken' : yield* compressed(state, sink, type);
    if (end !== 'end') {
      // Whoever goes on behind the stream must not begin among bytes that were read ahead.
      if (end === 'enough') putBack(state);
      else flush(state, sink);
      return end;
    }
    if (final) break;
  }
  putBack(state);
  return flush(state, sink) ? 'enough' : 'end';
}

/** Waits until `count` bits (at most 25) are there. */
function* need(state: Inflation, count: number): Steps<boolean> {
  for (;;) {
    refill(state);
    if (state.count >= count) return true;
    putBack(state);
    const missing = Math.ceil((count - state.count) / 8);
    if (yield* fill(state.cursor, missing)) continue;
    // Near the end: what there is may still hold a shorter code.
    if (remaining(state.cursor) < missing) yield* fill(state.cursor, remaining(state.cursor));
    refill(state);
    return false;
  }
}

/** Reads ahead whole bytes, as far as they are at hand. */
function refill(state: Inflation): void {
  const { cursor } = state;
  while (state.count <= 24 && cursor.at < cursor.end) {
    state.bits |= (cursor.bytes[cursor.at] as number) << state.count;
    cursor.at += 1;
    state.count += 8;
  }
}

/** Returns the bytes that were read ahead: a cursor's bytes do not survive a wait. */
function putBack(state: Inflation): void {
  const bytes = state.count >> 3;
  state.cursor.at -= bytes;
  state.count &= 7;
  state.bits &= (1 << state.count) - 1;
}

function take(state: Inflation, count: number): number {
  const value = state.bits & ((1 << count) - 1);
  state.bits >>>= count;
  state.count -= count;
  return value;
}

/** Gives what is written to the sink and keeps the window; true when the sink has seen enough. */
function flush(state: Inflation, sink: Sink): boolean {
  const enough = state.at > state.given && sink(state.out.subarray(state.given, state.at));
  if (state.out.length < OUT) {
    // Most bodies are only looked at, and never need more than the first little buffer.
    const whole = enough ? EMPTY : (spare.pop() ?? Buffer.allocUnsafe(OUT));
    state.out.copy(whole, 0, 0, state.at);
    state.out = whole;
  } else if (state.at > WINDOW) {
    state.out.copyWithin(0, state.at - WINDOW, state.at);
    state.at = WINDOW;
  }
  state.given = state.at;
  state.full = OUT - LONGEST_COPY;
  return enough;
}

function* stored(state: Inflation, sink: Sink): Steps<DecompressEnd> {
  const { cursor } = state;
  putBack(state);
  state.bits = 0;
  state.count = 0;
  if (!(yield* fill(cursor, 4))) return 'truncated';
  let left = cursor.bytes.readUInt16LE(cursor.at);
  if ((left ^ 0xffff) !== cursor.bytes.readUInt16LE(cursor.at + 2)) return 'broken';
  cursor.at += 4;
  while (left > 0) {
    if (!(yield* fill(cursor, 1))) return 'truncated';
    if (state.at > state.full && flush(state, sink)) return 'enough';
    const part = Math.min(left, cursor.end - cursor.at, state.full + 1 - state.at);
    cursor.bytes.copy(state.out, state.at, cursor.at, cursor.at + part);
    cursor.at += part;
    state.at += part;
    left -= part;
  }
  return 'end';
}

function* compressed(state: Inflation, sink: Sink, type: number): Steps<DecompressEnd> {
  const codes = type === 1 ? FIXED : yield* readCodes(state);
  if (typeof codes === 'string') return codes;
  state.last = false;
  for (;;) {
    const stop = decodeSymbols(state, codes);
    if (stop === 'end' || stop === 'broken') return stop;
    if (stop === 'full') {
      if (flush(state, sink)) return 'enough';
      continue;
    }
    if (state.last) return 'truncated';
    putBack(state);
    // Sixteen bytes are more than one symbol can take; near the end there may be fewer.
    yield* fill(state.cursor, Math.min(SYMBOL_BYTES, remaining(state.cursor)));
    state.last = state.cursor.end - state.cursor.at < SYMBOL_BYTES;
  }
}

const SYMBOL_BYTES = 16;

interface Codes {
  readonly literals: Code;
  readonly distances: Code;
}

/**
 * Decodes symbols until the block ends, the output is full, or the input may not suffice for another symbol.
 * Long because it is one loop over variables of its own: every byte that comes out of an archive passes here.
 */
function decodeSymbols(state: Inflation, { literals, distances }: Codes): 'end' | 'broken' | 'full' | 'input' {
  const { cursor, out, full, last } = state;
  const { bytes, end } = cursor;
  const [literalTable, literalMask] = [literals.table, (1 << literals.bits) - 1];
  const [distanceTable, distanceMask] = [distances.table, (1 << distances.bits) - 1];
  let { at, bits, count } = state;
  let from = cursor.at;
  let stop: 'end' | 'broken' | 'full' | 'input';
  for (;;) {
    if (at > full) {
      stop = 'full';
      break;
    }
    if (!last && end - from < SYMBOL_BYTES) {
      stop = 'input';
      break;
    }
    for (; count <= 24 && from < end; count += 8) bits |= (bytes[from++] as number) << count;
    const entry = (literalTable[bits & literalMask] as number) || longEntry(literals, bits);
    const used = entry & 15;
    if (used === 0) {
      stop = last && count < 15 ? 'input' : 'broken';
      break;
    }
    if (used > count) {
      stop = 'input';
      break;
    }
    bits >>>= used;
    count -= used;
    const symbol = entry >> 4;
    if (symbol < 256) {
      out[at++] = symbol;
      continue;
    }
    if (symbol === 256) {
      stop = 'end';
      break;
    }
    const base = LENGTH_BASE[symbol - 257];
    if (base === undefined) {
      stop = 'broken';
      break;
    }
    const lengthBits = LENGTH_EXTRA[symbol - 257] as number;
    const length = base + (bits & ((1 << lengthBits) - 1));
    bits >>>= lengthBits;
    count -= lengthBits;
    if (count < 0) {
      stop = 'input';
      break;
    }
    for (; count <= 24 && from < end; count += 8) bits |= (bytes[from++] as number) << count;
    const place = (distanceTable[bits & distanceMask] as number) || longEntry(distances, bits);
    if ((place & 15) === 0) {
      stop = last && count < 15 ? 'input' : 'broken';
      break;
    }
    bits >>>= place & 15;
    count -= place & 15;
    const distanceBase = DISTANCE_BASE[place >> 4];
    if (count < 0 || distanceBase === undefined) {
      stop = count < 0 ? 'input' : 'broken';
      break;
    }
    for (; count <= 24 && from < end; count += 8) bits |= (bytes[from++] as number) << count;
    const distanceBits = DISTANCE_EXTRA[place >> 4] as number;
    const distance = distanceBase + (bits & ((1 << distanceBits) - 1));
    bits >>>= distanceBits;
    count -= distanceBits;
    if (count < 0 || distance > at) {
      stop = count < 0 ? 'input' : 'broken';
      break;
    }
    for (const copied = at + length; at < copied; at += 1) out[at] = out[at - distance] as number;
  }
  state.at = at;
  state.bits = bits;
  state.count = count;
  cursor.at = from;
  return stop;
}

function* readCodes(state: Inflation): Steps<Codes | 'truncated' | 'broken'> {
  if (!(yield* need(state, 14))) return 'truncated';
  const literals = take(state, 5) + 257;
  const distances = take(state, 5) + 1;
  const orders = take(state, 4) + 4;
  const order = new Uint8Array(19);
  for (let index = 0; index < orders; index += 1) {
    refill(state);
    if (state.count < 3 && !(yield* need(state, 3))) return 'truncated';
    order[CODE_LENGTH_ORDER[index] as number] = take(state, 3);
  }
  const code = buildCode(order, TABLE_BITS);
  if (!code) return 'broken';
  const lengths = new Uint8Array(literals + distances);
  for (let index = 0; index < lengths.length; ) {
    // A code of up to seven bits and its repeat count; near the end of the stream there may be fewer.
    refill(state);
    if (state.count < 14 && !(yield* need(state, 14)) && state.count === 0) return 'truncated';
    const entry = entryOf(code, state.bits);
    if ((entry & 15) === 0) return 'broken';
    take(state, entry & 15);
    if (state.count < 0) return 'truncated';
    const symbol = entry >> 4;
    if (symbol < 16) {
      lengths[index] = symbol;
      index += 1;
      continue;
    }
    const times = symbol === 16 ? 3 + take(state, 2) : symbol === 17 ? 3 + take(state, 3) : 11 + take(state, 7);
    if (state.count < 0) return 'truncated';
    if ((symbol === 16 && index === 0) || index + times > lengths.length) return 'broken';
    lengths.fill(symbol === 16 ? (lengths[index - 1] as number) : 0, index, index + times);
    index += times;
  }
  const literalCode = buildCode(lengths.subarray(0, literals), state.tableBits);
  const distanceCode = buildCode(lengths.subarray(literals), state.tableBits);
  return literalCode && distanceCode ? { literals: literalCode, distances: distanceCode } : 'broken';
}

/** The canonical code with these lengths; undefined when it is over-subscribed. */
function buildCode(lengths: Uint8Array, tableBits: number): Code | undefined {
  const counts = new Uint16Array(LONGEST_CODE + 1);
  for (const length of lengths) counts[length] = (counts[length] as number) + 1;
  counts[0] = 0;
  const next = new Uint32Array(LONGEST_CODE + 2);
  const place = new Uint16Array(LONGEST_CODE + 2);
  let longest = 1;
  let left = 1;
  for (let length = 1; length <= LONGEST_CODE; length += 1) {
    const count = counts[length] as number;
    left = left * 2 - count;
    if (left < 0) return undefined;
    if (count > 0) longest = length;
    next[length + 1] = ((next[length] as number) + count) << 1;
    place[length + 1] = (place[length] as number) + count;
  }
  const bits = Math.min(longest, tableBits);
  const table = new Uint16Array(1 << bits);
  const symbols = new Uint16Array(place[LONGEST_CODE + 1] as number);
  for (let symbol = 0; symbol < lengths.length; symbol += 1) {
    const length = lengths[symbol] as number;
    if (length === 0) continue;
    symbols[place[length] as number] = symbol;
    place[length] = (place[length] as number) + 1;
    if (length > bits) continue;
    const code = reverse(next[length] as number, length);
    next[length] = (next[length] as number) + 1;
    for (let slot = code; slot < table.length; slot += 1 << length) table[slot] = (symbol << 4) | length;
  }
  return { bits, table, counts, symbols };
}

/** The entry of the code that the next bits are, the longer ones included; 0 where none is. */
function entryOf(code: Code, bits: number): number {
  return (code.table[bits & ((1 << code.bits) - 1)] as number) || longEntry(code, bits);
}

function longEntry({ counts, symbols, bits: looked }: Code, bits: number): number {
  let code = 0;
  let first = 0;
  let index = 0;
  for (let length = 1; length <= LONGEST_CODE; length += 1) {
    code |= (bits >>> (length - 1)) & 1;
    const count = counts[length] as number;
    if (code - first < count) return length > looked ? ((symbols[index + code - first] as number) << 4) | length : 0;
    index += count;
    first = (first + count) << 1;
    code <<= 1;
  }
  return 0;
}

function reverse(code: number, length: number): number {
  let result = 0;
  for (let bit = 0; bit < length; bit += 1) result |= ((code >> bit) & 1) << (length - 1 - bit);
  return result;
}

const FIXED: Codes = {
  literals: buildCode(
    Uint8Array.from({ length: 288 }, (_, symbol) => (symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8)),
    TABLE_BITS,
  ) as Code,
  distances: buildCode(new Uint8Array(30).fill(5), TABLE_BITS) as Code,
};
