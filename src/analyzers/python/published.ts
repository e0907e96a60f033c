import { LIMITS } from '../../limits.ts';
import { analyzer } from '../analyzer.ts';
import { isSearched, SECRET_FILE_BYTES } from '../secrets/index.ts';

const ALGORITHM = 'sha256=';
/** Base64url of 32 bytes, without padding. */
const DIGEST_LENGTH = 43;
/** Most digests that one list tells. */
const DIGESTS = 20_000;

/**
 * Digests of the files that a wheel brought, as its list states them: what is the same byte for byte is the publisher's, wherever it lies.
 * Only lists outside the folders that nobody searches for secrets, and of them only files that are searched.
 * https://packaging.python.org/en/latest/specifications/recording-installed-packages/#the-record-file
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
    for (const line of file.text().split('\n')) {
      // The path comes first and is quoted where it holds a comma.
      const [size = '', stated = '', ...path] = line.trimEnd().split(',').reverse();
      const digest = stated.startsWith(ALGORITHM) ? stated.slice(ALGORITHM.length) : '';
      if (digest.length !== DIGEST_LENGTH || Number(size) > SECRET_FILE_BYTES) continue;
      if (!isSearched(root + path.reverse().join(',').replaceAll('"', ''), Number(size))) continue;
      digests.push(digest);
      if (digests.length >= DIGESTS) break;
    }
    if (digests.length > 0) yield { kind: 'published', digests: digests.join(' ') };
  },
});
