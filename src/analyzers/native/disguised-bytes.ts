import { constants, inflateRawSync } from 'node:zlib';
import { isElf } from '../../formats/executables/index.ts';
import { LIMITS } from '../../limits.ts';

/** The first bytes of a 64-bit ELF file for Linux on today's processors, where they are the same in all; -1 elsewhere. */
const ELF_START: readonly number[] = [
  ...[0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, -1, 0, 0, 0, 0, 0, 0, 0, 0],
  ...[-1, 0, -1, 0, 1, 0, 0, 0, -1, -1, -1, -1, 0, 0, 0, 0],
  // Where the program headers are.
  ...[64, 0, 0, 0, 0, 0, 0, 0],
];
const LONGEST_KEY = 16;
/** Positions that a key has to be right at, beside those that it was taken from. */
const AGREEING = 8;

/** Two bytes that a key turns by the same one, and what they differ in without it; for each length of a key where they stand, one behind the other. */
interface Pairs {
  readonly length: number;
  readonly first: readonly number[];
  readonly second: readonly number[];
  readonly differ: readonly number[];
}

const PAIRS: readonly Pairs[] = Array.from({ length: LONGEST_KEY }, (_, at) => pairsOf(at + 1)).filter(
  ({ first }) => first.length >= AGREEING,
);

function pairsOf(length: number): Pairs {
  const before = new Map<number, number>();
  const pairs = { length, first: [] as number[], second: [] as number[], differ: [] as number[] };
  for (const [at, plain] of ELF_START.entries()) {
    if (plain < 0) continue;
    const last = before.get(at % length);
    before.set(at % length, at);
    if (last === undefined) continue;
    pairs.first.push(last);
    pairs.second.push(at);
    pairs.differ.push((ELF_START[last] as number) ^ plain);
  }
  return pairs;
}

/** A program under a mask: every byte turned by one and the same key, of up to 16 bytes. */
export function isMaskedProgram(head: Buffer): boolean {
  if (head.length < ELF_START.length) return false;
  for (const { length, first, second, differ } of PAIRS) {
    let at = 0;
    // The first pair says of nearly every file that it is none.
    while (at < differ.length && ((head[first[at]!] as number) ^ (head[second[at]!] as number)) === differ[at]) at += 1;
    if (at === differ.length) return isTurned(head, length);
  }
  return false;
}

/** Whether any byte of the key changes what it turns: a program without a mask is none under one. */
function isTurned(head: Buffer, length: number): boolean {
  const seen = new Set<number>();
  return ELF_START.some((plain, at) => {
    if (plain < 0 || seen.has(at % length)) return false;
    seen.add(at % length);
    return head[at] !== plain;
  });
}

/** What those who compress begin a long stream with: a block that is not the last, whose codes stand before it. */
const FIRST_BLOCK = 0b100;
/** Random bytes are now and then the beginning of a stream, of a few bytes, and never one that tells this much. */
const TELLING_BYTES = 600;

/** Codes that a block may have of letters and of distances, beyond the least number. */
const MOST_CODES = 29;

/**
 * Whether this can begin a block whose codes stand before it: the lengths of the codes that tell those codes have to make up a whole code, as a stream
 * of zlib's has to be. Of a thousand files that begin with these bits a few do, and of the others no inflater need be made.
 * https://www.rfc-editor.org/rfc/rfc1951 (3.2.7)
 */
function beginsDeflated(head: Buffer): boolean {
  if (((head[0] as number) & 0b111) !== FIRST_BLOCK) return false;
  const bits = (from: number, count: number): number =>
    (((head[from >> 3] as number) | ((head[(from >> 3) + 1] as number) << 8)) >> (from & 7)) & ((1 << count) - 1);
  if (bits(3, 5) > MOST_CODES || bits(8, 5) > MOST_CODES) return false;
  let whole = 0;
  for (let code = 0; code < bits(13, 4) + 4; code += 1) {
    const length = bits(17 + 3 * code, 3);
    if (length > 0) whole += 128 >> length;
  }
  return whole === 128;
}

/** What bytes become that are the beginning of a stream of deflate without a header; undefined where they are none, or become nothing that is known. */
export function rawInflated(head: Buffer): Buffer | undefined {
  if (head.length < LIMITS.magicBytes || !beginsDeflated(head)) return undefined;
  let start: Buffer;
  try {
    start = inflateRawSync(head, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: LIMITS.fileBytes });
  } catch {
    return undefined;
  }
  if (isElf(start)) return start;
  const isKnown = start.toString('latin1', 0, 4) === 'PK\x03\x04' || start.toString('latin1', 257, 262) === 'ustar';
  return isKnown || (start.length >= TELLING_BYTES && isPrintable(start)) ? start : undefined;
}

/** Whether bytes are text. */
const isPrintable = (bytes: Buffer): boolean => !/[\0-\x08\x0e-\x1f\x7f]/.test(bytes.toString('latin1'));

/** Of 512 random bytes 221 differ, by 5 more or fewer; of weights of a model some 200. */
const EVEN = 210;

/** Whether the first bytes of a file are as even as compressed or encrypted ones. */
export function isEven(head: Buffer): boolean {
  const seen = new Uint8Array(256);
  let different = 0;
  for (let at = 0; at < LIMITS.magicBytes; at += 1) {
    const byte = head[at] as number;
    if (seen[byte] === 0) different += 1;
    seen[byte] = 1;
    // Of 64 random bytes 57 differ.
    if (at === 63 && different < 45) return false;
  }
  return different >= EVEN;
}

/** Sources of Python: methods, in lines of their own or as JSON writes lines. */
const METHOD = Buffer.from('\n    def ', 'latin1');
const ESCAPED_METHOD = Buffer.from('\\n    def ', 'latin1');
/** More than one module has of these, where a library is. */
export const MANY = 20;

/** Whether this stands there often. */
function hasMany(bytes: Buffer, mark: Buffer): boolean {
  let count = 0;
  for (let at = bytes.indexOf(mark); at >= 0 && count < MANY; at = bytes.indexOf(mark, at + mark.length)) count += 1;
  return count === MANY;
}

/** Of the letters of a text that tells something a few are most; base64 has 65, and basE91 and what somebody makes up have more. https://base91.sourceforge.net/ */
const OWN_ALPHABET = 75;
const OFTEN = 0.003;

/** Text without a blank in which more letters and signs come alike often than any usual encoding has. */
export function isOwnAlphabet(bytes: Buffer): boolean {
  if (bytes.includes(' ') || bytes.length < LIMITS.closedBytes) return false;
  const counts = new Uint32Array(256);
  for (const byte of bytes) counts[byte] = (counts[byte] as number) + 1;
  return counts.subarray(0x21, 0x7f).filter((count) => count > bytes.length * OFTEN).length >= OWN_ALPHABET;
}

/** Whether data hold the sources of a library. */
export const holdsSources = (bytes: Buffer): boolean => hasMany(bytes, METHOD) || hasMany(bytes, ESCAPED_METHOD);
