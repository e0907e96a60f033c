import {
  COMPRESSED_BEGINS,
  type Compression,
  compressionOf,
  decompressedStart,
} from '../../formats/compression/index.ts';
import { LIMITS } from '../../limits.ts';
import { analyzer } from '../analyzer.ts';
import { driven } from '../driven.ts';
import { MODEL_ARCHIVE, MODEL_NAME, mayBeModel, modelKind, readCompressedModel } from './body.ts';
import { nemoComponent } from './component.ts';

/**
 * Models compressed as a whole: `joblib.dump(..., compress=...)` writes zlib, gzip, bz2, lzma, xz or lz4; and compressed tars that are
 * deployed as a model.
 */
export const compressedModel = analyzer({
  name: 'compressed-model',
  version: 11,
  begins: COMPRESSED_BEGINS,
  magic(head, entry) {
    const how = compressionOf(head);
    if (!how) return false;
    const deployed = MODEL_ARCHIVE.test(entry.path.slice(-LIMITS.pathBytes));
    if (EARLY.has(how)) return beginsLikeModel(head, how, deployed);
    return LATE.has(how) ? deployed || !ARCHIVE_NAME.test(entry.path) : deployed || MODEL_NAME.test(entry.path);
  },
  stream: ({ path, size }) =>
    driven(
      (cursor) => readCompressedModel(cursor, { depth: 0, path }),
      size,
      ({ facts }) => [...nemoComponent(path), ...facts],
    ),
});

/** Compressions whose first bytes are enough to see what comes out. */
const EARLY: ReadonlySet<Compression> = new Set(['zlib', 'gzip', 'xz', 'lzma']);
/** Those of which a whole block has to be read for that. */
const LATE: ReadonlySet<Compression> = new Set(['bzip2', 'lz4']);
/** Package managers keep hundreds of these, and what is in them is a tar. */
const ARCHIVE_NAME = /\.(?:tar\.[a-z0-9]{2,4}|tbz2?)$/i;

function beginsLikeModel(head: Buffer, how: Compression, deployed: boolean): boolean {
  // Most are manual pages and lists of changes: their first bytes tell, in a third of the time.
  if (!deployed && !mayBeModel(decompressedStart(head, how, 16))) return false;
  const kind = modelKind(decompressedStart(head, how, 512).subarray(0, 512), false);
  return kind !== undefined && (kind !== 'tar' || deployed);
}
