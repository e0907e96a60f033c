import { constants, gunzipSync, inflateSync } from 'node:zlib';
import { LIMITS } from '../../limits.ts';
import { readWhole } from '../cursor.ts';
import { type Compression, decompress } from './compressed-stream.ts';

/** Up to so many bytes, what begins sooner is done before what goes on faster. */
const LOOK = 64;

/** So much of a few bytes zlib may make before ours, which stops where it is told to, has a look. */
const PLENTY = 64 * 1024;

/** What compressed bytes become, up to about `most` bytes: less where they are damaged, or there is no decoder. */
export function decompressedStart(bytes: Buffer, how: Compression, most: number): Buffer {
  return (
    (most <= LIMITS.magicBytes && bytes.length <= LIMITS.magicBytes ? byZlib(bytes, how) : undefined) ??
    byOurs(bytes, how, most)
  );
}

/** A third of the time of ours, of the first bytes of an undamaged file: images have thousands of them. */
function byZlib(bytes: Buffer, how: Compression): Buffer | undefined {
  if (how !== 'gzip' && how !== 'zlib') return undefined;
  const options = { finishFlush: constants.Z_SYNC_FLUSH, chunkSize: 2048, maxOutputLength: PLENTY };
  try {
    return how === 'gzip' ? gunzipSync(bytes, options) : inflateSync(bytes, options);
  } catch {
    return undefined;
  }
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
