import { recordedFiles } from '../../formats/python/index.ts';
import { LIMITS } from '../../limits.ts';
import { analyzer } from '../analyzer.ts';
import { isSearched, SECRET_FILE_BYTES } from '../secrets/index.ts';

/** Most digests that one list tells. */
const DIGESTS = 20_000;

/**
 * Digests of the files that a wheel brought, as its list states them: what is the same byte for byte is the publisher's, wherever it lies.
 * Only lists outside the folders that nobody searches for secrets, and of them only files that are searched.
 */
export const pythonPublished = analyzer({
  name: 'python-published',
  version: 1,
  files: ['**/*.dist-info/RECORD'],
  maxBytes: LIMITS.recordBytes,
  *read(file) {
    const root = file.path.slice(0, file.path.lastIndexOf('/', file.path.length - '/RECORD'.length - 1) + 1);
    if (!isSearched(`${root}x.pem`, 1_000)) return;
    const digests: string[] = [];
    for (const { path, digest, size } of recordedFiles(file.text())) {
      if (size > SECRET_FILE_BYTES || !isSearched(root + path, size)) continue;
      digests.push(digest);
      if (digests.length >= DIGESTS) break;
    }
    if (digests.length > 0) yield { kind: 'published', digests: digests.join(' ') };
  },
});
