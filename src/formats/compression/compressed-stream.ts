import { type Cursor, fill, type Steps, Truncated, take } from '../cursor.ts';
import { beginsWith } from '../magic.ts';
import { bunzip } from './bunzip.ts';
import { type DecompressEnd, inflate, type Sink } from './inflate.ts';
import { decodeLz4 } from './lz4.ts';
import { unlzma, unxz } from './xz.ts';

/** How a body is compressed as a whole, by its first bytes. */
export type Compression = 'zlib' | 'gzip' | 'bzip2' | 'xz' | 'lzma' | 'lz4' | 'zstd' | '7z';

const MAGICS: readonly (readonly [Compression, Buffer])[] = [
  ['gzip', Buffer.from([0x1f, 0x8b, 0x08])],
  ['bzip2', Buffer.from('BZh', 'latin1')],
  ['xz', Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00])],
  ['lz4', Buffer.from([0x04, 0x22, 0x4d, 0x18])],
  ['zstd', Buffer.from([0x28, 0xb5, 0x2f, 0xfd])],
  ['7z', Buffer.from([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c])],
];

/** https://www.rfc-editor.org/rfc/rfc1950 for zlib's two bytes. */
export function compressionOf(head: Buffer): Compression | undefined {
  for (const [how, magic] of MAGICS) if (beginsWith(head, magic)) return how;
  if (beginsLikeLzma(head)) return 'lzma';
  const [method = 0, flags = 0] = head;
  return (method & 15) === 8 && method >> 4 <= 7 && (method * 256 + flags) % 31 === 0 && (flags & 32) === 0
    ? 'zlib'
    : undefined;
}

/** The first bytes that `compressionOf` knows something by: of the magics, of lzma, and of zlib with every size of window. */
export const COMPRESSED_BEGINS: readonly number[] = [
  ...MAGICS.map(([, magic]) => magic[0] as number),
  0x5d,
  ...Array.from({ length: 8 }, (_, window) => window * 16 + 8),
];

/** The properties that every writer uses, a dictionary of whole pages, and a length that is unknown or possible. */
function beginsLikeLzma(head: Buffer): boolean {
  if (head[0] !== 0x5d || head[1] !== 0 || head.length < 13) return false;
  const length = head.readBigUInt64LE(5);
  return length === 0xffffffffffffffffn || length < 1n << 40n;
}

/** Decompresses from where the cursor stands into a sink; undefined where there is no decoder for it. `isLook`: see `inflate`. */
export function decompress(
  cursor: Cursor,
  how: Compression,
  sink: Sink,
  isLook = false,
): Steps<DecompressEnd> | undefined {
  if (how === 'zlib') return zlib(cursor, sink, isLook);
  if (how === 'gzip') return gzip(cursor, sink, isLook);
  if (how === 'lz4') return decodeLz4(cursor, sink);
  if (how === 'bzip2') return bunzip(cursor, sink);
  if (how === 'xz') return unxz(cursor, sink);
  if (how === 'lzma') return unlzma(cursor, sink);
  return undefined;
}

function* zlib(cursor: Cursor, sink: Sink, isLook: boolean): Steps<DecompressEnd> {
  if (!(yield* fill(cursor, 2))) return 'truncated';
  cursor.at += 2;
  return yield* inflate(cursor, sink, isLook);
}

/** Members behind each other are one stream. https://www.rfc-editor.org/rfc/rfc1952 */
function* gzip(cursor: Cursor, sink: Sink, isLook: boolean): Steps<DecompressEnd> {
  try {
    for (;;) {
      yield* gzipHeader(cursor);
      const end = yield* inflate(cursor, sink, isLook);
      if (end !== 'end') return end;
      yield* take(cursor, 8, 'the gzip trailer');
      if (!(yield* fill(cursor, 10)) || cursor.bytes.readUInt16BE(cursor.at) !== 0x1f8b) return 'end';
    }
  } catch (error) {
    if (error instanceof Truncated) return 'truncated';
    throw error;
  }
}

function* gzipHeader(cursor: Cursor): Steps<void> {
  const flags = (yield* take(cursor, 10, 'the gzip header'))[3] as number;
  if (flags & 4) yield* take(cursor, (yield* take(cursor, 2, 'the gzip header')).readUInt16LE(0), 'the gzip header');
  for (const flag of [8, 16]) {
    if (!(flags & flag)) continue;
    while ((yield* take(cursor, 1, 'the gzip header'))[0] !== 0);
  }
  if (flags & 2) yield* take(cursor, 2, 'the gzip header');
}
