import { isEarlierRelease } from '../versions/releases.ts';
import type { Dispute, PackageFact } from './analyzer.ts';

/**
 * The words on a package that name an earlier release than its metadata does, as the earliest of them: somebody raised the version in one place and left
 * it in others. One that names a later release hides nothing, and what only writes the same release in another way (`31.1.0.jre`) is none.
 */
export function disputedBy(version: string, words: Iterable<Dispute | undefined>): Pick<PackageFact, 'disputed'> {
  let disputed: Dispute | undefined;
  for (const word of words)
    if (word !== undefined && isEarlierRelease(word.version, disputed?.version ?? version)) disputed = word;
  return disputed === undefined ? {} : { disputed };
}
