import { readWhole } from '../cursor.ts';
import { type Compression, decompress } from './compressed-stream.ts';

/** Up to so many bytes, what begins sooner is done before what goes on faster. */
const LOOK = 64;

/** What compressed bytes become, up to about `most` bytes: less where they are damaged, or there is no decoder. */
export function decompressedStart(bytes: Buffer, how: Compression, most: number): Buffer {
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
