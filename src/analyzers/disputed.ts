import type { Recovery } from '../model.ts';
import { isEarlierRelease } from '../versions/releases.ts';
import type { PackageFact } from './analyzer.ts';

/** A word against the version that a package's metadata has: one of the two was edited. It is weighed where all that is listed is known (`hiding/edited.ts`). */
export interface VersionDispute {
  readonly version: string;
  /** `its folder is called pip-9.0.1.dist-info`. */
  readonly because: string;
  /** Absent: by a trace. */
  readonly by?: Recovery;
  /** Builders leave such behind as well. */
  readonly isLight?: true;
  /** No less speaks for the metadata: it is told, and does not decide. */
  readonly isKept?: true;
}

/**
 * The words on a package that name an earlier release than its metadata does, as the earliest of them: somebody raised the version in one place and left
 * it in others. One that names a later release hides nothing, and what only writes the same release in another way (`31.1.0.jre`) is none.
 */
export function disputedBy(
  version: string,
  words: Iterable<VersionDispute | undefined>,
): Pick<PackageFact, 'disputed'> {
  let disputed: VersionDispute | undefined;
  for (const word of words)
    if (word !== undefined && isEarlierRelease(word.version, disputed?.version ?? version)) disputed = word;
  return disputed === undefined ? {} : { disputed };
}
