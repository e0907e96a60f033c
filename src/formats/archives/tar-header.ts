/**
 * The 512-byte tar header in all its dialects (v7, ustar, GNU, PAX), read the way Go's archive/tar reads it: that is the reader
 * of every container engine, and a scanner that disagrees with the engine about where an entry ends can be lied to.
 * https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html
 * https://www.gnu.org/software/tar/manual/html_node/Standard.html
 */

import { pathOfBytes } from '../path-bytes.ts';

export const TAR_BLOCK = 512;

/** What a header block says, before extension headers are applied. */
export interface TarHeader {
  readonly name: string;
  readonly link: string;
  /** One character as it stands there, NUL for a regular file of v7. */
  readonly typeflag: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly mtime: number;
}

const SPACE = 0x20;

/** True for a block of 512 zero bytes. */
export function isZeroBlock(block: Buffer): boolean {
  for (let index = 0; index < TAR_BLOCK; index += 1) if (block[index] !== 0) return false;
  return true;
}

/**
 * Reads one header block of 512 bytes. Returns a sentence that says what is wrong instead of throwing:
 * the caller knows where it stands.
 */
export function parseTarHeader(block: Buffer): TarHeader | string {
  const claimed = numeric(block, 148, 8);
  const { unsigned, signed } = checksums(block);
  if (claimed !== unsigned && claimed !== signed) return 'header checksum does not match';
  const magic = block.toString('latin1', 257, 265);
  const posix = magic.startsWith('ustar\0');
  const gnu = magic === 'ustar  \0';
  let name = text(block, 0, 100);
  const prefix = posix ? text(block, 345, isStar(block) ? 131 : 155) : gnu ? misplacedPrefix(block) : '';
  if (prefix !== '') name = `${prefix}/${name}`;
  const size = numeric(block, 124, 12);
  if (size === undefined || size < 0 || !Number.isSafeInteger(size)) return 'size field is not a number';
  return {
    name,
    link: text(block, 157, 100),
    typeflag: String.fromCharCode(block[156] as number),
    mode: (numeric(block, 100, 8) ?? 0) & 0o7777,
    uid: unsignedField(block, 108, 8),
    gid: unsignedField(block, 116, 8),
    size,
    mtime: numeric(block, 136, 12) ?? 0,
  };
}

/** Schilling's tar ends the prefix earlier, to make room for two dates. */
const isStar = (block: Buffer): boolean => block.toString('latin1', 508, 512) === 'tar\0';

/**
 * GNU keeps two dates where POSIX has the prefix. Where these are no numbers, Go takes the field for a prefix all the same
 * (its own writer once made such archives), and so a name may hide there.
 */
function misplacedPrefix(block: Buffer): string {
  const broken = [345, 357].some((at) => block[at] !== 0 && numeric(block, at, 12) === undefined);
  const prefix = broken ? text(block, 345, 155) : '';
  return /^[\0-\x7f]*$/.test(prefix) ? prefix : '';
}

/** PAX records `"%d key=value\n"`. Returns undefined when they are malformed (Go refuses such an archive). */
export function parsePaxRecords(body: Buffer): Map<string, string> | undefined {
  const records = new Map<string, string>();
  let at = 0;
  while (at < body.length) {
    const space = body.indexOf(SPACE, at);
    if (space < 0 || space === at || space - at > 9) return undefined;
    const digits = body.toString('latin1', at, space);
    if (!/^[0-9]+$/.test(digits)) return undefined;
    const end = at + Number(digits);
    if (end > body.length || end <= space + 1 || body[end - 1] !== 0x0a) return undefined;
    const equals = body.indexOf(0x3d, space + 1);
    if (equals < 0 || equals >= end) return undefined;
    records.set(pathOfBytes(body.subarray(space + 1, equals)), pathOfBytes(body.subarray(equals + 1, end - 1)));
    at = end;
  }
  return records;
}

function checksums(block: Buffer): { unsigned: number; signed: number } {
  let unsigned = 8 * SPACE;
  let high = 0;
  for (let index = 0; index < 148; index += 1) {
    const byte = block[index] as number;
    unsigned += byte;
    high += byte >> 7;
  }
  for (let index = 156; index < TAR_BLOCK; index += 1) {
    const byte = block[index] as number;
    unsigned += byte;
    high += byte >> 7;
  }
  return { unsigned, signed: unsigned - high * 256 };
}

function text(block: Buffer, offset: number, length: number): string {
  let end = offset;
  let seen = 0;
  while (end < offset + length && block[end] !== 0) {
    seen |= block[end] as number;
    end += 1;
  }
  if (end === offset) return '';
  return seen < 0x80 ? block.toString('latin1', offset, end) : pathOfBytes(block.subarray(offset, end));
}

/** Octal text, or base-256 where the first bit is set (GNU, star). Empty is 0. */
function numeric(block: Buffer, offset: number, length: number): number | undefined {
  const first = block[offset] as number;
  if (first & 0x80) return base256(block, offset, length);
  let start = offset;
  let end = offset + length;
  while (start < end && (block[start] === SPACE || block[start] === 0)) start += 1;
  while (end > start && (block[end - 1] === SPACE || block[end - 1] === 0)) end -= 1;
  let value = 0;
  for (let index = start; index < end; index += 1) {
    const digit = (block[index] as number) - 0x30;
    // A NUL within the field ends it, as in C.
    if (block[index] === 0) break;
    if (digit < 0 || digit > 7) return undefined;
    value = value * 8 + digit;
  }
  return value;
}

function base256(block: Buffer, offset: number, length: number): number {
  const negative = ((block[offset] as number) & 0x40) !== 0;
  let value = negative ? -1 : 0;
  for (let index = 0; index < length; index += 1) {
    const byte = block[offset + index] as number;
    const bits = index === 0 ? (negative ? byte | 0x80 : byte & 0x7f) : byte;
    value = index === 0 ? (negative ? bits - 256 : bits) : value * 256 + bits;
  }
  return value;
}

function unsignedField(block: Buffer, offset: number, length: number): number {
  const value = numeric(block, offset, length) ?? 0;
  return value >= 0 && value <= 0xffff_ffff ? value : 0;
}
