import { type Compression, type DecompressEnd, decompress } from '../../formats/compression/index.ts';
import { type Cursor, drive, type Steps } from '../../formats/cursor.ts';
import { LIMITS } from '../../limits.ts';
import { expanded } from '../../work.ts';

/**
 * What `read` makes of a body that is compressed as a whole, and how its compressed bytes ended. The decompressed bytes go straight into
 * the reader, `LIMITS.decompressedBytes` of them at most; none are kept. Undefined where there is no decoder.
 */
export function* readCompressed<Result>(
  cursor: Cursor,
  how: Compression,
  read: (cursor: Cursor) => Steps<Result>,
): Steps<{ readonly result: Result; readonly end: DecompressEnd } | undefined> {
  const reader = drive(read);
  let at = 0;
  const steps = decompress(cursor, how, (chunk) => {
    expanded(chunk.length);
    const enough = at > LIMITS.decompressedBytes || reader.push(chunk, at) === Number.POSITIVE_INFINITY;
    at += chunk.length;
    return enough;
  });
  if (!steps) return undefined;
  const end = yield* steps;
  return { result: reader.end(), end };
}
