import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { PlimsollError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { fileSource } from './byte-source.ts';
import { gunzip } from './gunzip.ts';
import { unpackRare } from './rare-compression.ts';
import { freshRoom, intoRooms, type Room } from './room.ts';
import { unzstd } from './zstd.ts';

type Compression = 'none' | 'gzip' | 'zstd' | 'bzip2' | 'xz';

const MAGIC: readonly { readonly compression: Compression; readonly bytes: readonly number[] }[] = [
  { compression: 'gzip', bytes: [0x1f, 0x8b] },
  { compression: 'zstd', bytes: [0x28, 0xb5, 0x2f, 0xfd] },
  { compression: 'bzip2', bytes: [0x42, 0x5a, 0x68] },
  { compression: 'xz', bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00] },
];

/**
 * What the first bytes of a layer or an archive say; media types lie often enough. A zstd stream may begin with a skippable frame
 * (0x184D2A50 to 5F). bzip2 and xz are none of OCI's, but `docker load` and Podman unpack both, so a container can be of them.
 */
export function layerCompression(head: Uint8Array): Compression {
  if (
    head.length >= 4 &&
    ((head[0] as number) & 0xf0) === 0x50 &&
    head[1] === 0x2a &&
    head[2] === 0x4d &&
    head[3] === 0x18
  )
    return 'zstd';
  return MAGIC.find(({ bytes }) => bytes.every((byte, index) => head[index] === byte))?.compression ?? 'none';
}

/** The first bytes of a region of a file. */
export async function fileHead(path: string, offset: number, length: number): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const wanted = Math.min(16, length);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(wanted), 0, wanted, offset);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** A region of a file as a stream. */
export function fileStream(path: string, offset: number, length: number): AsyncIterable<Buffer> {
  if (length === 0) return Readable.from([]);
  return createReadStream(path, { start: offset, end: offset + length - 1, highWaterMark: LIMITS.readChunkBytes });
}

/** The same for a thread that has nothing else to do: it waits for the disk, and a chunk is valid until the next. */
export async function* fileChunks(path: string, offset: number, length: number): AsyncGenerator<Buffer> {
  const source = fileSource(path, offset, length, LIMITS.readChunkBytes);
  try {
    for (;;) {
      const chunk = await source.chunk(LIMITS.readChunkBytes);
      if (chunk.length === 0) return;
      yield chunk;
    }
  } finally {
    source.close();
  }
}

/** Digest and size of what flowed through `metered`. */
interface Meter {
  readonly bytes: number;
  /** `sha256:...` or `sha512:...`; undefined when it was told not to hash. */
  digest(): string | undefined;
}

/** The hash algorithm of a digest, where it is one that the image specification registers. */
export function algorithmOf(digest: string | undefined): 'sha256' | 'sha512' | undefined {
  const name = digest?.slice(0, digest.indexOf(':'));
  return name === 'sha256' || name === 'sha512' ? name : undefined;
}

/** Lets a stream through, counts and hashes it. */
export function metered(
  bytes: AsyncIterable<Uint8Array>,
  algorithm: 'sha256' | 'sha512' | undefined,
): { stream: AsyncGenerator<Uint8Array>; meter: Meter } {
  const state: { bytes: number; hash: Hash | undefined } = {
    bytes: 0,
    hash: algorithm ? createHash(algorithm) : undefined,
  };
  async function* stream(): AsyncGenerator<Uint8Array> {
    for await (const chunk of bytes) {
      state.bytes += chunk.length;
      state.hash?.update(chunk);
      yield chunk;
    }
  }
  return {
    stream: stream(),
    meter: {
      get bytes() {
        return state.bytes;
      },
      digest: () => (state.hash ? `${algorithm}:${state.hash.copy().digest('hex')}` : undefined),
    },
  };
}

/**
 * The uncompressed bytes of a stored layer, whatever its compression; with `room`, all in the rooms it gives, which are full but for the last.
 * Throws `corrupt` on damage and `limit` on a decompression bomb: too much output for the input, or too much at all.
 */
export async function* decompressed(
  bytes: AsyncIterable<Uint8Array>,
  where: string,
  room?: Room,
): AsyncGenerator<Uint8Array> {
  const iterator = bytes[Symbol.asyncIterator]();
  try {
    const first = await firstBytesOf(iterator);
    let input = 0;
    const rest = async function* (): AsyncGenerator<Uint8Array> {
      input += first.length;
      if (first.length > 0) yield first;
      for (;;) {
        const next = await iterator.next();
        if (next.done) return;
        input += next.value.length;
        yield next.value;
      }
    };
    const compression = layerCompression(first);
    if (compression === 'none') return yield* room ? intoRooms(rest(), room) : rest();
    let output = 0;
    const rooms = room ?? freshRoom(LIMITS.readChunkBytes);
    for await (const chunk of unpack(compression, rest(), where, rooms)) {
      output += chunk.length;
      checkRatio(output, input, where);
      yield chunk;
    }
  } finally {
    await iterator.return?.();
  }
}

function unpack(
  compression: Exclude<Compression, 'none'>,
  packed: AsyncIterable<Uint8Array>,
  where: string,
  room: Room,
): AsyncGenerator<Uint8Array> {
  if (compression === 'gzip') return gunzip(packed, where, room);
  return compression === 'zstd' ? unzstd(packed, where, room) : unpackRare(compression, packed, where, room);
}

function checkRatio(output: number, input: number, where: string): void {
  if (output > LIMITS.ratioFloor && output > input * LIMITS.compressionRatio) {
    throw new PlimsollError(
      'limit',
      `the layer unpacks to more than ${LIMITS.compressionRatio} times its size: a decompression bomb`,
      { where },
    );
  }
  if (output > LIMITS.layerBytes) {
    throw new PlimsollError('limit', `the layer unpacks to more than ${LIMITS.layerBytes} bytes`, { where });
  }
}

async function firstBytesOf(iterator: AsyncIterator<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let have = 0;
  while (have < 6) {
    const next = await iterator.next();
    if (next.done) break;
    have += next.value.length;
    // A copy where more is asked for: the next chunk may come in the same memory.
    parts.push(have < 6 ? Buffer.from(next.value) : next.value);
  }
  return Buffer.concat(parts);
}
