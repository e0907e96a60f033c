import { isEarlierRelease } from '../versions/releases.ts';
import type { PackageFact } from './analyzer.ts';

/** A version that something of a package has beside its metadata, and what: `its file is called log4j-core-2.14.1.jar`. */
export type Word = NonNullable<PackageFact['disputed']>;

/**
 * The words on a package that name an earlier release than its metadata does, as the earliest of them: somebody raised the version in one place and left
 * it in others. One that names a later release hides nothing, and what only writes the same release in another way (`31.1.0.jre`) is none.
 */
export function disputedBy(version: string, words: Iterable<Word | undefined>): Pick<PackageFact, 'disputed'> {
  let disputed: Word | undefined;
  for (const word of words)
    if (word !== undefined && isEarlierRelease(word.version, disputed?.version ?? version)) disputed = word;
  return disputed === undefined ? {} : { disputed };
}
