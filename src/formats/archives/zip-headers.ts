import { LIMITS } from '../../limits.ts';
import { type Cursor, fill, position, type Steps, skip, take } from '../cursor.ts';

/** What a local header says of a member. */
export interface LocalZipMember {
  readonly name: string;
  /** Of its local header, in the body. */
  readonly offset: number;
  /** 0 stored, 8 deflated. */
  readonly method: number;
  /** Bit 0: encrypted; bit 3: sizes stand behind the data. */
  readonly flags: number;
  /** Absent when only the data descriptor behind the data says. */
  readonly compressedSize?: number;
  readonly size?: number;
  readonly crc?: number;
}

/** What the central directory says of a member. */
export interface CentralEntry {
  readonly name: string;
  readonly offset: number;
  readonly method: number;
  readonly flags: number;
  readonly compressedSize: number;
}

const HAS_DESCRIPTOR = 8;
const UTF8_NAME = 0x800;
const UNKNOWN_SIZE = 0xffffffff;

/** Reads a local header; undefined where the four bytes of its signature were a coincidence. Throws `Truncated`. */
export function* readLocalHeader(cursor: Cursor): Steps<LocalZipMember | undefined> {
  const offset = position(cursor);
  if (!(yield* fill(cursor, 30))) return undefined;
  const { bytes, at } = cursor;
  const flags = bytes.readUInt16LE(at + 6);
  const method = bytes.readUInt16LE(at + 8);
  const crc = bytes.readUInt32LE(at + 14);
  const compressed = bytes.readUInt32LE(at + 18);
  const size = bytes.readUInt32LE(at + 22);
  const nameLength = bytes.readUInt16LE(at + 26);
  const extraLength = bytes.readUInt16LE(at + 28);
  if (nameLength === 0 || method > 99) return undefined;
  cursor.at += 30;
  const name = decode(yield* take(cursor, nameLength, 'a member name'), flags);
  const sizes = zip64Values(yield* take(cursor, extraLength, 'a member header'), [size, compressed]);
  const base = { name, offset, method, flags };
  // With the descriptor flag the header's sizes are zero, or right: some writers know them beforehand.
  if (flags & HAS_DESCRIPTOR && compressed === 0) return base;
  return { ...base, crc, size: sizes[0] as number, compressedSize: sizes[1] as number };
}

/** Reads an entry of the central directory. Throws `Truncated`. */
export function* readCentralEntry(cursor: Cursor): Steps<CentralEntry> {
  const fixed = Buffer.from(yield* take(cursor, 46, 'the directory'));
  const flags = fixed.readUInt16LE(8);
  const name = decode(yield* take(cursor, fixed.readUInt16LE(28), 'the directory'), flags);
  const written = [fixed.readUInt32LE(24), fixed.readUInt32LE(20), fixed.readUInt32LE(42)];
  const [, compressedSize, offset] = zip64Values(yield* take(cursor, fixed.readUInt16LE(30), 'the directory'), written);
  yield* skip(cursor, fixed.readUInt16LE(32));
  return {
    name,
    flags,
    method: fixed.readUInt16LE(10),
    compressedSize: compressedSize as number,
    offset: offset as number,
  };
}

/** Reads the end record; `offset`: where it says that the directory begins. */
export function* readEndRecord(cursor: Cursor): Steps<{ readonly offset: number }> {
  const bytes = yield* take(cursor, 22, 'the end record');
  const offset = bytes.readUInt32LE(16);
  yield* skip(cursor, bytes.readUInt16LE(20));
  return { offset };
}

function decode(bytes: Buffer, flags: number): string {
  return bytes.toString(flags & UTF8_NAME ? 'utf8' : 'latin1', 0, LIMITS.pathBytes);
}

/** Replaces the values that are 0xffffffff by those of the zip64 extra field, which has them in this order. */
function zip64Values(extra: Buffer, values: readonly number[]): readonly number[] {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue;
    const end = Math.min(extra.length, at + 4 + extra.readUInt16LE(at + 2));
    let field = at + 4;
    return values.map((value) => {
      if (value !== UNKNOWN_SIZE || field + 8 > end) return value;
      field += 8;
      return Number(extra.readBigUInt64LE(field - 8));
    });
  }
  return values;
}

/** The name of the first member, by the first bytes of an archive; '' where they are none. https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT (4.3.7) */
export function firstZipMember(head: Buffer): string {
  if (head.length < 30 || head.toString('latin1', 0, 4) !== 'PK\x03\x04') return '';
  return head.toString('latin1', 30, 30 + head.readUInt16LE(26));
}
