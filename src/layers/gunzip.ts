import { Readable } from 'node:stream';
import { constants, createGunzip } from 'node:zlib';
import { PlimsollError } from '../errors.ts';
import { openHandle } from '../formats/compression/index.ts';
import { LIMITS } from '../limits.ts';
import { intoRooms, type Room } from './room.ts';

/**
 * Inflates gzip, members one after another included (RFC 1952), on this thread and straight into the rooms it is given: Node's streams
 * hop to another thread for each chunk and need new memory for what comes of it, a quarter of the time.
 * Throws `corrupt` on damage and where it ends too early. Zeros behind the last member are passed over, as `gzip` does.
 */
export async function* gunzip(
  compressed: AsyncIterable<Uint8Array>,
  where: string,
  room: Room,
): AsyncGenerator<Uint8Array> {
  const inflater = openHandle(createGunzip());
  if (inflater === undefined) return yield* intoRooms(streamed(compressed, where), room);
  let output = await room();
  let filled = 0;
  /** Bytes of the input used up; stops where the room is full. */
  const step = (flush: number, input: Uint8Array, from: number): number => {
    const { used, made, failure } = inflater.step(flush, input, from, output, filled);
    if (failure !== undefined) throw damaged(failure, where);
    filled += made;
    return used;
  };
  try {
    let ended = false;
    for await (const input of compressed) {
      // Read on, for what reads along: the digest is that of all stored bytes.
      if (ended) continue;
      let at = 0;
      for (;;) {
        at += step(constants.Z_NO_FLUSH, input, at);
        if (filled < output.length) break;
        yield output;
        output = await room();
        filled = 0;
      }
      ended = at < input.length;
    }
    while (!ended) {
      step(constants.Z_FINISH, NOTHING, 0);
      ended = filled < output.length;
      if (ended) break;
      yield output;
      output = await room();
      filled = 0;
    }
    if (filled > 0) yield output.subarray(0, filled);
  } finally {
    inflater.close();
  }
}

const NOTHING = Buffer.alloc(0);

/** The same by Node's own stream, for one that keeps its inflater to itself. */
export async function* streamed(compressed: AsyncIterable<Uint8Array>, where: string): AsyncGenerator<Uint8Array> {
  const inflate = createGunzip({ chunkSize: LIMITS.readChunkBytes });
  const source = Readable.from(copies(compressed), { objectMode: false, highWaterMark: LIMITS.readChunkBytes });
  // pipe() does not carry errors over, and pipeline() would hide ours behind "premature close".
  source.once('error', (error) => inflate.destroy(error));
  source.pipe(inflate);
  try {
    for await (const chunk of inflate) yield chunk as Buffer;
  } catch (error) {
    throw isZlibError(error) ? damaged(error.message, where) : error;
  } finally {
    source.destroy();
    inflate.destroy();
  }
}

/** A stream keeps what it is given. */
async function* copies(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) yield Buffer.from(chunk);
}

const isZlibError = (error: unknown): error is Error =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');

function damaged(detail: string, where: string): PlimsollError {
  return new PlimsollError('corrupt', `the gzip stream is damaged: ${detail}`, {
    where,
    hint: 'pull or save the image again',
  });
}
