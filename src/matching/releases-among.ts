import type { Package } from '../model.ts';

/** The oldest and the newest of the nearest releases, and one on either side. */
const RELEASES = 4;

/**
 * A package whose release could not be told, as each of the releases that it lies among (`properties.among`), the newest first: wrong with it is what is
 * wrong with all of them. None where its version is known.
 */
export function releasesAmong(asked: Package): readonly Package[] {
  const { among } = asked.properties ?? {};
  if (among === undefined || asked.version !== '') return [];
  const versions = among.split(' ', RELEASES).reverse();
  return versions.map((version) => ({ ...asked, version }));
}
