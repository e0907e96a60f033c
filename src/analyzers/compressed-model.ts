import { type Compression, compressionOf, decompress } from '../formats/compressed-stream.ts';
import { drive, readWhole } from '../formats/cursor.ts';
import { analyzer } from './analyzer.ts';
import { modelKind, readCompressedModel } from './model-body.ts';

/** Models compressed as a whole: `joblib.dump(..., compress=...)` writes zlib, gzip, bz2, lzma, xz or lz4. */
export const compressedModel = analyzer({
  name: 'compressed-model',
  version: 1,
  magic(head, entry) {
    const how = compressionOf(head);
    if (!how) return false;
    return DECODED.has(how) ? beginsLikeModel(head, how) : MODEL_NAME.test(entry.path);
  },
  stream(entry) {
    const reader = drive((cursor) => readCompressedModel(cursor, { depth: 0 }), entry.size);
    return { push: (chunk, offset) => reader.push(chunk, offset), end: () => reader.end().facts };
  },
});

/** Compressions whose first bytes are enough to see what comes out. */
const DECODED: ReadonlySet<Compression> = new Set(['zlib', 'gzip']);

/** Where the first bytes do not suffice, the name has to say that it is a model. */
const MODEL_NAME = /\.(?:joblib|pkl|pickle|sav|model|pt|pth|ckpt|npy|npz|7z)(?:\.[a-z0-9]{1,4})?$/i;

function beginsLikeModel(head: Buffer, how: Compression): boolean {
  const parts: Buffer[] = [];
  let size = 0;
  readWhole(head, function* (cursor) {
    const steps = decompress(cursor, how, (chunk) => {
      parts.push(Buffer.from(chunk));
      size += chunk.length;
      return size >= 512;
    });
    if (steps) yield* steps;
  });
  return modelKind(Buffer.concat(parts).subarray(0, 512), false) !== undefined;
}
