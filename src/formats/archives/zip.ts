import { inflateRawSync } from 'node:zlib';
import { LIMITS } from '../../limits.ts';
import { expanded, tick } from '../../work.ts';

/** One member of a zip archive as the central directory describes it. */
export interface ZipMember {
  readonly name: string;
  /** 0 stored, 8 deflated; everything else cannot be read here. */
  readonly method: number;
  readonly compressedSize: number;
  readonly size: number;
  readonly crc32: number;
  /** Offset of the local header within the archive's bytes (after anything prepended to it). */
  readonly offset: number;
  readonly encrypted: boolean;
}

const END = 0x06054b50;
const END64 = 0x06064b50;
const LOCATOR64 = 0x07064b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;

/**
 * Lists a zip archive held in memory (jar, egg, whl, npz...) by its central directory, which is what Java and Python read.
 * Bytes prepended to the archive (self-extracting stubs) are allowed for. Yields at most `LIMITS.zipEntries` members.
 * Throws an `Error` when there is no central directory. https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */
export function* zipMembers(bytes: Buffer): Generator<ZipMember> {
  const end = endOfCentralDirectory(bytes);
  if (end === undefined) throw new Error('not a zip archive: no end of central directory');
  const { size, offset, entries, at } = zip64Directory(bytes, end) ?? end;
  const start = at - size;
  if (start < 0) throw new Error('the central directory lies outside the archive');
  const shift = start - offset;
  let position = start;
  for (let index = 0; index < Math.min(entries, LIMITS.zipEntries); index++) {
    tick();
    if (position + 46 > bytes.length || bytes.readUInt32LE(position) !== CENTRAL) return;
    const nameLength = bytes.readUInt16LE(position + 28);
    const extraLength = bytes.readUInt16LE(position + 30);
    const next = position + 46 + nameLength + extraLength + bytes.readUInt16LE(position + 32);
    if (next > bytes.length) return;
    const member = {
      name: bytes.toString('utf8', position + 46, position + 46 + nameLength),
      method: bytes.readUInt16LE(position + 10),
      crc32: bytes.readUInt32LE(position + 16),
      compressedSize: bytes.readUInt32LE(position + 20),
      size: bytes.readUInt32LE(position + 24),
      offset: bytes.readUInt32LE(position + 42),
      encrypted: (bytes.readUInt16LE(position + 8) & 1) === 1,
    };
    const extra = bytes.subarray(position + 46 + nameLength, position + 46 + nameLength + extraLength);
    const wide = withZip64(member, extra);
    yield { ...wide, offset: wide.offset + shift };
    position = next;
  }
}

/**
 * The uncompressed body of a member, at most `maxBytes` (default `LIMITS.fileBytes`) long; CRC is not checked, since
 * loaders that matter here do not either. Throws an `Error` when it is encrypted, larger, truncated or of another method.
 */
export function zipBody(bytes: Buffer, member: ZipMember, maxBytes: number = LIMITS.fileBytes): Buffer {
  if (member.encrypted) throw new Error(`zip member is encrypted: ${member.name}`);
  const at = member.offset;
  if (at < 0 || at + 30 > bytes.length || bytes.readUInt32LE(at) !== LOCAL)
    throw new Error(`zip member has no local header: ${member.name}`);
  const begin = at + 30 + bytes.readUInt16LE(at + 26) + bytes.readUInt16LE(at + 28);
  const body = bytes.subarray(begin, begin + member.compressedSize);
  if (body.length < member.compressedSize) throw new Error(`zip member is truncated: ${member.name}`);
  return inflateMember(member.name, member.method, body, maxBytes);
}

/** Undoes the compression of a member's bytes, stored or deflated, with a bound on what comes out. */
export function inflateMember(name: string, method: number, body: Buffer, maxBytes: number): Buffer {
  if (method === 0) {
    if (body.length > maxBytes) throw new Error(`zip member is larger than ${maxBytes} bytes: ${name}`);
    return body;
  }
  let inflated: Buffer;
  if (method !== 8) throw new Error(`zip member has compression method ${method}: ${name}`);
  try {
    inflated = inflateRawSync(body, { maxOutputLength: maxBytes });
  } catch (error) {
    throw new Error(`zip member cannot be inflated (${error instanceof Error ? error.message : error}): ${name}`);
  }
  expanded(inflated.length);
  return inflated;
}

/** How many members the end of the archive promises; undefined where there is no end. */
export function promisedMembers(bytes: Buffer): number | undefined {
  const end = endOfCentralDirectory(bytes);
  return end === undefined ? undefined : (zip64Directory(bytes, end) ?? end).entries;
}

interface Directory {
  readonly size: number;
  readonly offset: number;
  readonly entries: number;
  /** Where the directory ends: the end record begins there. */
  readonly at: number;
}

/** The last end record whose comment reaches exactly to the end, else the last one at all; 64 KiB of comment at most. */
function endOfCentralDirectory(bytes: Buffer): Directory | undefined {
  const lowest = Math.max(0, bytes.length - 22 - 0xffff);
  let fallback: Directory | undefined;
  for (let at = bytes.length - 22; at >= lowest; at--) {
    if (bytes[at] !== 0x50 || bytes.readUInt32LE(at) !== END) continue;
    const directory = {
      entries: bytes.readUInt16LE(at + 10),
      size: bytes.readUInt32LE(at + 12),
      offset: bytes.readUInt32LE(at + 16),
      at,
    };
    if (at + 22 + bytes.readUInt16LE(at + 20) === bytes.length) return directory;
    fallback ??= directory;
  }
  return fallback;
}

function zip64Directory(bytes: Buffer, end: Directory): Directory | undefined {
  const locator = end.at - 20;
  if (locator < 0 || bytes.readUInt32LE(locator) !== LOCATOR64) return undefined;
  // The record itself precedes the locator; its stated offset is wrong when something was prepended.
  for (const at of [Number(bytes.readBigUInt64LE(locator + 8)), locator - 56]) {
    if (at < 0 || at + 56 > bytes.length || bytes.readUInt32LE(at) !== END64) continue;
    return {
      entries: Number(bytes.readBigUInt64LE(at + 32)),
      size: Number(bytes.readBigUInt64LE(at + 40)),
      offset: Number(bytes.readBigUInt64LE(at + 48)),
      at,
    };
  }
  return undefined;
}

/** Fields that read 0xffffffff stand in the zip64 extra field (id 1), in this order, only those that overflowed. */
function withZip64(member: ZipMember, extra: Buffer): ZipMember {
  const full = 0xffffffff;
  if (member.size !== full && member.compressedSize !== full && member.offset !== full) return member;
  for (let at = 0; at + 4 <= extra.length; ) {
    const length = extra.readUInt16LE(at + 2);
    if (extra.readUInt16LE(at) === 1) {
      let field = at + 4;
      const limit = Math.min(extra.length, field + length);
      const wide = (value: number): number => {
        if (value !== full || field + 8 > limit) return value;
        field += 8;
        return Number(extra.readBigUInt64LE(field - 8));
      };
      return {
        ...member,
        size: wide(member.size),
        compressedSize: wide(member.compressedSize),
        offset: wide(member.offset),
      };
    }
    at += 4 + length;
  }
  return member;
}
