import { constants, createGunzip, createInflate } from 'node:zlib';
import { LIMITS } from '../../limits.ts';
import { readWhole } from '../cursor.ts';
import { type Compression, decompress } from './compressed-stream.ts';
import { openHandle, type ZlibStepper } from './zlib-handle.ts';

/** Up to so many bytes, what begins sooner is done before what goes on faster. */
const LOOK = 64;

/** What compressed bytes become, up to about `most` bytes: less where they are damaged, or there is no decoder. */
export function decompressedStart(bytes: Buffer, how: Compression, most: number): Buffer {
  return (
    (most <= LIMITS.magicBytes && bytes.length <= LIMITS.magicBytes ? byZlib(bytes, how, most) : undefined) ??
    byOurs(bytes, how, most)
  );
}

/** What begins compressed is asked of the same inflaters in a whole image: to make one takes longer than to use it. */
const inflaters = new Map<Compression, ZlibStepper | undefined>();

function inflaterOf(how: 'gzip' | 'zlib'): ZlibStepper | undefined {
  if (!inflaters.has(how)) inflaters.set(how, openHandle(how === 'gzip' ? createGunzip() : createInflate()));
  return inflaters.get(how);
}

/** A tenth of the time of ours, of the first bytes of an undamaged file: images have thousands of them. */
function byZlib(bytes: Buffer, how: Compression, most: number): Buffer | undefined {
  const inflater = how === 'gzip' || how === 'zlib' ? inflaterOf(how) : undefined;
  if (inflater === undefined) return undefined;
  const start = Buffer.allocUnsafe(most);
  const { made, failure } = inflater.step(constants.Z_SYNC_FLUSH, bytes, 0, start, 0);
  inflater.reset();
  return failure === undefined ? start.subarray(0, made) : undefined;
}

function byOurs(bytes: Buffer, how: Compression, most: number): Buffer {
  const parts: Buffer[] = [];
  let size = 0;
  readWhole(bytes, function* (cursor) {
    const steps = decompress(
      cursor,
      how,
      (chunk) => {
        parts.push(Buffer.from(chunk));
        size += chunk.length;
        return size >= most;
      },
      most <= LOOK,
    );
    if (steps) yield* steps;
  });
  return Buffer.concat(parts);
}
