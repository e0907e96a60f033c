import { LIMITS } from '../../limits.ts';
import { tick } from '../../work.ts';
import { type Cursor, fill, position, type Steps, skip, Truncated, take } from '../cursor.ts';
import { beginsWith } from '../magic.ts';
import type { DecompressEnd, Sink } from './inflate.ts';
import { LzmaDecoder, lzmaProperties } from './lzma.ts';

/** A `.lzma` file: properties, dictionary size, length (or all ones), data. */
export function* unlzma(cursor: Cursor, sink: Sink): Steps<DecompressEnd> {
  return yield* guarded(function* () {
    const header = yield* take(cursor, 13, 'the header');
    const properties = lzmaProperties(header[0] as number);
    const size = header.readBigUInt64LE(5);
    const decoder = new LzmaDecoder(cursor, sink, header.readUInt32LE(1));
    if (!properties) return 'broken';
    decoder.resetState(properties);
    if (!(yield* decoder.start())) return 'broken';
    const end = yield* decoder.decode(size > 2n ** 53n ? Number.POSITIVE_INFINITY : Number(size));
    return decoder.finish() ? 'enough' : end;
  });
}

/** The body of a zip's member with method 14: a version, the length of the properties, the properties, data with an end marker. */
export function* unzipLzma(cursor: Cursor, sink: Sink): Steps<DecompressEnd> {
  return yield* guarded(function* () {
    const header = yield* take(cursor, 9, 'the header');
    const properties = lzmaProperties(header[4] as number);
    const decoder = new LzmaDecoder(cursor, sink, header.readUInt32LE(5));
    if (!properties || header.readUInt16LE(2) !== 5) return 'broken';
    decoder.resetState(properties);
    if (!(yield* decoder.start())) return 'broken';
    const end = yield* decoder.decode(Number.POSITIVE_INFINITY);
    if (decoder.finish()) return 'enough';
    // Without a marker the data ends where the member does.
    return end === 'truncated' ? 'end' : end;
  });
}

/**
 * Streams of an `.xz` file behind each other, with zeros between them, whose blocks use LZMA2 alone; checks are passed over.
 * What follows and begins no stream is left. https://tukaani.org/xz/xz-file-format.txt
 */
export function* unxz(cursor: Cursor, sink: Sink): Steps<DecompressEnd> {
  return yield* guarded(function* () {
    do {
      const end = yield* oneStream(cursor, sink);
      if (end !== 'end') return end;
    } while (yield* anotherStream(cursor));
    return 'end';
  });
}

function* oneStream(cursor: Cursor, sink: Sink): Steps<DecompressEnd> {
  const flags = (yield* take(cursor, 12, 'the header'))[7] as number;
  for (let blocks = 0; blocks < LIMITS.xzBlocks; blocks += 1) {
    tick();
    const from = position(cursor);
    const size = (yield* take(cursor, 1, 'a block'))[0] as number;
    // A zero stands for the index, which follows the last block.
    if (size === 0) return yield* passIndex(cursor, from);
    const dictionary = dictionaryOf(yield* take(cursor, size * 4 + 3, 'a block header'));
    if (dictionary === undefined) return 'broken';
    const end = yield* chunks(new LzmaDecoder(cursor, sink, dictionary), cursor);
    if (end !== 'end') return end;
    yield* passPadding(cursor, from);
    yield* skip(cursor, CHECK_BYTES[flags & 15] ?? 0);
  }
  return 'broken';
}

/** The index behind its first byte: a count, two numbers for each block, padding, a check; then the stream's footer. */
function* passIndex(cursor: Cursor, from: number): Steps<DecompressEnd> {
  const count = yield* indexNumber(cursor);
  if (count > LIMITS.xzBlocks) return 'broken';
  for (let numbers = 0; numbers < 2 * count; numbers += 1) yield* indexNumber(cursor);
  yield* passPadding(cursor, from);
  const footer = yield* take(cursor, 4 + 12, 'the footer');
  return footer.toString('latin1', 14) === 'YZ' ? 'end' : 'broken';
}

/** Seven bits a byte, the lowest first. */
function* indexNumber(cursor: Cursor): Steps<number> {
  let value = 0;
  for (let place = 0; place < 9; place += 1) {
    const byte = (yield* take(cursor, 1, 'the index'))[0] as number;
    value += (byte & 127) * 128 ** place;
    if (byte < 128) break;
  }
  return value;
}

function* passPadding(cursor: Cursor, from: number): Steps<void> {
  yield* skip(cursor, (4 - ((position(cursor) - from) % 4)) % 4);
}

function* anotherStream(cursor: Cursor): Steps<boolean> {
  while (yield* fill(cursor, 4)) {
    tick();
    if (cursor.bytes.readUInt32LE(cursor.at) !== 0) break;
    cursor.at += 4;
  }
  return (yield* fill(cursor, 6)) && beginsWith(cursor.bytes.subarray(cursor.at), MAGIC);
}

const MAGIC = Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]);
const CHECK_BYTES = [0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64];
const LZMA2 = 0x21;

/** The dictionary size in a block header behind its first byte; undefined with any filter but LZMA2. */
function dictionaryOf(header: Buffer): number | undefined {
  const flags = header[0] as number;
  let at = 1;
  const passNumber = (): void => {
    while ((header[at] as number) >= 128) at += 1;
    at += 1;
  };
  if (flags & 0x40) passNumber();
  if (flags & 0x80) passNumber();
  const bits = header[at + 2];
  if ((flags & 3) !== 0 || header[at] !== LZMA2 || header[at + 1] !== 1 || bits === undefined || bits > 40)
    return undefined;
  return bits === 40 ? 0xffffffff : (2 | (bits & 1)) * 2 ** (Math.floor(bits / 2) + 11);
}

/** LZMA2: chunks that are compressed or not, and say what they reset. */
function* chunks(decoder: LzmaDecoder, cursor: Cursor): Steps<DecompressEnd> {
  for (;;) {
    tick();
    const control = (yield* take(cursor, 1, 'a chunk'))[0] as number;
    if (control === 0) return decoder.finish() ? 'enough' : 'end';
    if (control === 1 || control >= 0xe0) decoder.resetDictionary();
    let end: DecompressEnd;
    if (control < 3) {
      end = yield* decoder.copy((yield* take(cursor, 2, 'a chunk')).readUInt16BE(0) + 1);
    } else if (control < 0x80) return 'broken';
    else {
      const head = Buffer.from(yield* take(cursor, 4, 'a chunk'));
      const size = ((control & 31) << 16) + head.readUInt16BE(0) + 1;
      if (control >= 0xc0) {
        const properties = lzmaProperties((yield* take(cursor, 1, 'a chunk'))[0] as number);
        if (!properties) return 'broken';
        decoder.resetState(properties);
      } else if (control >= 0xa0) decoder.resetState();
      if (!(yield* decoder.start())) return 'broken';
      end = yield* decoder.decode(size);
    }
    if (end !== 'end') return decoder.finish() ? 'enough' : end;
  }
}

function* guarded(steps: () => Steps<DecompressEnd>): Steps<DecompressEnd> {
  try {
    return yield* steps();
  } catch (error) {
    if (error instanceof Truncated) return 'truncated';
    throw error;
  }
}
