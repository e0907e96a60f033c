import { LIMITS } from '../../limits.ts';
import { tick } from '../../work.ts';
import { type Cursor, fill, type Steps, skip, Truncated, take } from '../cursor.ts';

/** `RDX3` and the like before the formats of `save`; X: big endian, B: little endian, A: text. */
const HEADER = /^(?:RD[XAB][23]\n)?([XAB])\n/;

/** Whether bytes begin like an object that R serialized, once they are decompressed. */
export const beginsLikeRObject = (start: Buffer): boolean => HEADER.test(start.toString('latin1', 0, 16));

/** Types of items, as R's own source names them. https://cran.r-project.org/doc/manuals/r-release/R-ints.html#Serialization-Formats */
export const R_TYPES = {
  SYM: 1,
  LIST: 2,
  CLO: 3,
  ENV: 4,
  PROM: 5,
  LANG: 6,
  SPECIAL: 7,
  BUILTIN: 8,
  CHAR: 9,
  LGL: 10,
  INT: 13,
  REAL: 14,
  CPLX: 15,
  STR: 16,
  DOT: 17,
  VEC: 19,
  EXPR: 20,
  BCODE: 21,
  EXTPTR: 22,
  WEAKREF: 23,
  RAW: 24,
  S4: 25,
  ALTREP: 238,
  ATTRLIST: 239,
  ATTRLANG: 240,
  BCREPREF: 243,
  BCREPDEF: 244,
  PERSIST: 247,
  PACKAGE: 248,
  NAMESPACE: 249,
  UNBOUND: 252,
  REF: 255,
} as const;

/** Marks among an item's flags. */
export const HAS_ATTRIBUTES = 1 << 9;
export const HAS_TAG = 1 << 10;

/** What was read is no object of R's, or one of a kind that nobody here knows. */
export class NoRObject extends Error {}

/** The primitives that the three formats write in ways of their own. */
export interface RWords {
  int(): Steps<number>;
  /** A text of so many bytes. */
  text(length: number): Steps<string>;
  /** Passes over numbers: so many, of so many bytes, or words of the text format. */
  pass(count: number, bytes: number, words: number): Steps<void>;
}

/** Opens an object: what its numbers and texts are read by, which then stands before its first item. Throws `NoRObject` and `Truncated`. */
export function* openRObject(cursor: Cursor): Steps<RWords> {
  const words = yield* openWords(cursor);
  const version = yield* words.int();
  // The versions of R that wrote it, and that can read it; the third form says in which letters its texts are.
  yield* words.int();
  yield* words.int();
  if (version === 3) yield* words.text(yield* words.int());
  else if (version !== 2) throw new NoRObject(`its version is ${version}`);
  return words;
}

function* openWords(cursor: Cursor): Steps<RWords> {
  yield* fill(cursor, 16);
  const start = cursor.bytes.toString('latin1', cursor.at, Math.min(cursor.end, cursor.at + 16));
  const header = HEADER.exec(start);
  if (!header) throw new NoRObject('it does not begin like an object of R');
  cursor.at += header[0].length;
  return header[1] === 'A' ? asText(cursor) : asBytes(cursor, header[1] === 'X');
}

const asBytes = (cursor: Cursor, isBigEndian: boolean): RWords => ({
  *int() {
    const bytes = yield* take(cursor, 4, 'the object');
    return isBigEndian ? bytes.readInt32BE(0) : bytes.readInt32LE(0);
  },
  *text(length) {
    if (length < 0) return '';
    const kept = Math.min(length, LIMITS.rNameBytes);
    const text = (yield* take(cursor, kept, 'the object')).toString('utf8');
    yield* passed(cursor, length - kept);
    return text;
  },
  *pass(count, bytes) {
    yield* passed(cursor, count * bytes);
  },
});

function* passed(cursor: Cursor, count: number): Steps<void> {
  if (count > 0 && !(yield* skip(cursor, count))) throw new Truncated('the object');
}

function asText(cursor: Cursor): RWords {
  /** The next word, at most so long; what is longer is passed over. */
  function* word(): Steps<string> {
    const bytes: number[] = [];
    for (;;) {
      if (cursor.at >= cursor.end && !(yield* fill(cursor, 1))) {
        if (bytes.length > 0) break;
        throw new Truncated('the object');
      }
      const byte = cursor.bytes[cursor.at++]!;
      if (byte > 0x20) {
        if (bytes.length < LIMITS.rNameBytes) bytes.push(byte);
      } else if (bytes.length > 0) break;
    }
    return Buffer.from(bytes).toString('latin1');
  }
  return {
    *int() {
      const text = yield* word();
      if (text === 'NA') return -1;
      if (!/^-?\d{1,10}$/.test(text)) throw new NoRObject('a number is none');
      return Number(text);
    },
    *text(length) {
      if (length <= 0) return '';
      const escaped = yield* word();
      return escaped.replace(/\\([0-7]{3}|.)/g, (_, what: string) =>
        what.length === 3 ? String.fromCharCode(Number.parseInt(what, 8)) : what,
      );
    },
    *pass(count, _, words) {
      for (let at = 0; at < count * words; at++) {
        tick();
        yield* word();
      }
    },
  };
}
