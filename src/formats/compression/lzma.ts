// Long because it is one state machine: its parts share every variable.
import { LIMITS } from '../../limits.ts';
import { type Cursor, fill, remaining, type Steps } from '../cursor.ts';
import type { DecompressEnd, Sink } from './inflate.ts';

/**
 * LZMA's decoder, on its own (`.lzma`) and in LZMA2's chunks (`.xz`), pulled from a cursor.
 * https://www.7-zip.org/sdk.html (lzma-specification.txt), https://tukaani.org/xz/xz-file-format.txt
 */

const HALF = 1024;
const MATCH_MIN = 2;
/** More than one symbol can take from the range coder. */
const SYMBOL_BYTES = 48;
/** What the sink is given at a time, and what it is given first, to see what this is. */
const PORTION = 64 * 1024;
const FIRST = 1024;

interface LzmaProperties {
  readonly literalContext: number;
  readonly literalPosition: number;
  readonly position: number;
}

/** lc, lp and pb from their byte; undefined where it is none. */
export function lzmaProperties(byte: number): LzmaProperties | undefined {
  if (byte >= 225) return undefined;
  return { literalContext: byte % 9, literalPosition: Math.floor(byte / 9) % 5, position: Math.floor(byte / 45) };
}

const probabilities = (count: number): Uint16Array => new Uint16Array(count).fill(HALF);

/** Lengths of matches: 2 to 9 and 10 to 17 by position, 18 to 273 for all. */
class LengthCoder {
  readonly choice = probabilities(2);
  readonly low = probabilities(16 << 3);
  readonly middle = probabilities(16 << 3);
  readonly high = probabilities(256);
}

/** A decoder whose dictionary outlives the chunks of LZMA2. */
export class LzmaDecoder {
  private readonly cursor: Cursor;
  private readonly sink: Sink;
  private readonly dictionary: number;
  private out: Buffer = Buffer.allocUnsafe(4 * PORTION);
  private readonly largest: number;
  private at = 0;
  private given = 0;
  private portion = FIRST;
  /** Bytes that may be referred to. */
  private reachable = 0;
  private range = 0;
  private code = 0;
  private short = false;
  private state = 0;
  private reps = [0, 0, 0, 0];
  private properties: LzmaProperties = { literalContext: 3, literalPosition: 0, position: 2 };
  private literals = probabilities(0);
  private isMatch = probabilities(0);
  private isRep = probabilities(0);
  private isRepG0 = probabilities(0);
  private isRepG1 = probabilities(0);
  private isRepG2 = probabilities(0);
  private isRep0Long = probabilities(0);
  private slots = probabilities(0);
  private special = probabilities(0);
  private align = probabilities(0);
  private lengths = new LengthCoder();
  private repLengths = new LengthCoder();

  constructor(cursor: Cursor, sink: Sink, dictionary: number) {
    this.cursor = cursor;
    this.sink = sink;
    this.dictionary = Math.min(Math.max(dictionary, 4096), LIMITS.lzmaDictionary);
    this.largest = this.dictionary + Math.max(this.dictionary, PORTION) + 512;
  }

  resetDictionary(): void {
    this.reachable = 0;
  }

  resetState(properties = this.properties): void {
    this.properties = properties;
    this.state = 0;
    this.reps = [0, 0, 0, 0];
    this.literals = probabilities(0x300 << (properties.literalContext + properties.literalPosition));
    this.isMatch = probabilities(12 << 4);
    this.isRep = probabilities(12);
    this.isRepG0 = probabilities(12);
    this.isRepG1 = probabilities(12);
    this.isRepG2 = probabilities(12);
    this.isRep0Long = probabilities(12 << 4);
    this.slots = probabilities(4 << 6);
    this.special = probabilities(128);
    this.align = probabilities(16);
    this.lengths = new LengthCoder();
    this.repLengths = new LengthCoder();
  }

  /** Starts the range coder on the next five bytes. */
  *start(): Steps<boolean> {
    if (!(yield* fill(this.cursor, 5))) return false;
    const { bytes, at } = this.cursor;
    if (bytes[at] !== 0) return false;
    this.range = 0xffffffff;
    this.code = bytes.readUInt32BE(at + 1);
    this.cursor.at += 5;
    return true;
  }

  /** Bytes that are not compressed. */
  *copy(count: number): Steps<DecompressEnd> {
    for (let left = count; left > 0; ) {
      if (!(yield* fill(this.cursor, 1))) return 'truncated';
      const part = Math.min(left, this.cursor.end - this.cursor.at, PORTION);
      if (!this.room(part)) return 'enough';
      this.cursor.bytes.copy(this.out, this.at, this.cursor.at, this.cursor.at + part);
      this.at += part;
      this.reachable += part;
      this.cursor.at += part;
      left -= part;
    }
    return 'end';
  }

  /** Decodes `count` bytes, or to the end marker. */
  *decode(count: number): Steps<DecompressEnd> {
    for (let left = count; left > 0; ) {
      const { cursor } = this;
      if (cursor.end - cursor.at < SYMBOL_BYTES) yield* fill(cursor, Math.min(SYMBOL_BYTES, remaining(cursor)));
      if (!this.room(300)) return 'enough';
      const written = this.symbol(left);
      if (this.short) return 'truncated';
      if (written < 0) return written === END_MARKER ? 'end' : 'broken';
      left -= written;
      this.reachable += written;
    }
    return 'end';
  }

  /** Gives the sink what is left. */
  finish(): boolean {
    return this.at > this.given && this.sink(this.out.subarray(this.given, this.at));
  }

  /** Makes room for so many bytes; false when the sink has seen enough. */
  private room(count: number): boolean {
    if (this.at - this.given >= this.portion) {
      this.portion = PORTION;
      const enough = this.sink(this.out.subarray(this.given, this.at));
      this.given = this.at;
      if (enough) return false;
    }
    if (this.at + count > this.out.length) {
      // A header may claim any dictionary: the buffer grows with what is really there.
      if (this.out.length < this.largest) return this.grow();
      if (this.at > this.given && this.sink(this.out.subarray(this.given, this.at))) return false;
      this.out.copyWithin(0, this.at - this.dictionary, this.at);
      this.at = this.dictionary;
      this.given = this.at;
    }
    return true;
  }

  private grow(): boolean {
    const larger = Buffer.allocUnsafe(Math.min(this.largest, this.out.length * 4));
    this.out.copy(larger, 0, 0, this.at);
    this.out = larger;
    return this.room(0);
  }

  private normalize(): void {
    if (this.range >= 0x1000000) return;
    const { cursor } = this;
    if (cursor.at >= cursor.end) this.short = true;
    const byte = cursor.at < cursor.end ? (cursor.bytes[cursor.at] as number) : 0;
    cursor.at += cursor.at < cursor.end ? 1 : 0;
    this.range = (this.range << 8) >>> 0;
    this.code = ((this.code << 8) | byte) >>> 0;
  }

  private bit(table: Uint16Array, index: number): number {
    const probability = table[index] as number;
    const bound = (this.range >>> 11) * probability;
    if (this.code < bound) {
      this.range = bound;
      table[index] = probability + ((2048 - probability) >> 5);
      this.normalize();
      return 0;
    }
    this.range -= bound;
    this.code -= bound;
    table[index] = probability - (probability >> 5);
    this.normalize();
    return 1;
  }

  private direct(count: number): number {
    let value = 0;
    for (let index = 0; index < count; index += 1) {
      this.range >>>= 1;
      const bit = this.code >= this.range;
      if (bit) this.code -= this.range;
      value = value * 2 + (bit ? 1 : 0);
      this.normalize();
    }
    return value;
  }

  private tree(table: Uint16Array, offset: number, bits: number): number {
    let node = 1;
    for (let index = 0; index < bits; index += 1) node = (node << 1) | this.bit(table, offset + node);
    return node - (1 << bits);
  }

  private reverseTree(table: Uint16Array, offset: number, bits: number): number {
    let node = 1;
    let value = 0;
    for (let index = 0; index < bits; index += 1) {
      const bit = this.bit(table, offset + node);
      node = (node << 1) | bit;
      value |= bit << index;
    }
    return value;
  }

  private length(coder: LengthCoder, positionState: number): number {
    if (this.bit(coder.choice, 0) === 0) return this.tree(coder.low, positionState << 3, 3);
    if (this.bit(coder.choice, 1) === 0) return 8 + this.tree(coder.middle, positionState << 3, 3);
    return 16 + this.tree(coder.high, 0, 8);
  }

  /** One literal or match; how many bytes it wrote, or why it wrote none. */
  private symbol(left: number): number {
    const positionState = this.reachable & ((1 << this.properties.position) - 1);
    const index = (this.state << 4) + positionState;
    if (this.bit(this.isMatch, index) === 0) {
      this.literal();
      return 1;
    }
    let length: number;
    if (this.bit(this.isRep, this.state) === 0) {
      this.reps = [0, this.reps[0] as number, this.reps[1] as number, this.reps[2] as number];
      length = this.length(this.lengths, positionState);
      this.state = this.state < 7 ? 7 : 10;
      const distance = this.distance(length);
      if (distance === 0xffffffff) return END_MARKER;
      this.reps[0] = distance;
    } else {
      if (this.reachable === 0) return DAMAGED;
      if (this.bit(this.isRepG0, this.state) === 0) {
        if (this.bit(this.isRep0Long, index) === 0) {
          this.state = this.state < 7 ? 9 : 11;
          return this.match(this.reps[0] as number, 1);
        }
      } else this.rotate();
      length = this.length(this.repLengths, positionState);
      this.state = this.state < 7 ? 8 : 11;
    }
    return this.match(this.reps[0] as number, Math.min(length + MATCH_MIN, left));
  }

  /** Brings the second, third or fourth of the last distances to the front. */
  private rotate(): void {
    const [a = 0, b = 0, c = 0, d = 0] = this.reps;
    if (this.bit(this.isRepG1, this.state) === 0) this.reps = [b, a, c, d];
    else if (this.bit(this.isRepG2, this.state) === 0) this.reps = [c, a, b, d];
    else this.reps = [d, a, b, c];
  }

  private literal(): void {
    const { literalContext, literalPosition } = this.properties;
    const previous = this.reachable > 0 ? (this.out[this.at - 1] as number) : 0;
    const place = this.reachable & ((1 << literalPosition) - 1);
    const offset = 0x300 * ((place << literalContext) + (previous >> (8 - literalContext)));
    let symbol = 1;
    const distance = (this.reps[0] as number) + 1;
    if (this.state >= 7 && distance <= this.reachable && distance <= this.at) {
      let match = this.out[this.at - distance] as number;
      do {
        const bit = match >> 7;
        match = (match << 1) & 255;
        const got = this.bit(this.literals, offset + ((1 + bit) << 8) + symbol);
        symbol = (symbol << 1) | got;
        if (bit !== got) break;
      } while (symbol < 256);
    }
    while (symbol < 256) symbol = (symbol << 1) | this.bit(this.literals, offset + symbol);
    this.out[this.at] = symbol & 255;
    this.at += 1;
    this.state = this.state < 4 ? 0 : this.state < 10 ? this.state - 3 : this.state - 6;
  }

  private distance(length: number): number {
    const slot = this.tree(this.slots, Math.min(length, 3) << 6, 6);
    if (slot < 4) return slot;
    const bits = (slot >> 1) - 1;
    const base = (2 | (slot & 1)) * 2 ** bits;
    if (slot < 14) return base + this.reverseTree(this.special, base - slot, bits);
    return base + this.direct(bits - 4) * 16 + this.reverseTree(this.align, 0, 4);
  }

  private match(distance: number, length: number): number {
    if (distance >= this.reachable || distance >= this.at || distance >= this.dictionary) return DAMAGED;
    for (let index = 0; index < length; index += 1, this.at += 1) {
      this.out[this.at] = this.out[this.at - distance - 1] as number;
    }
    return length;
  }
}

const DAMAGED = -1;
const END_MARKER = -2;
