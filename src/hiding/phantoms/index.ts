import type { OwnershipSurvey } from '../../layers/ownership-survey.ts';
import type { ReadImage } from '../../layers/read-image.ts';
import { isReadInPart } from '../read-in-part.ts';
import type { Inflation, ListedPackage } from './inflation.ts';
import { phantomsOfLanguages } from './languages.ts';
import { phantomsOfDatabases } from './systems.ts';

export type { Inflation } from './inflation.ts';

/**
 * What is listed, with packages marked (`phantom`) and less sure of which nothing but the list is there, where there are too many of them for an
 * accident. Who has lists inflated drowns what is there; who deletes files without the package manager leaves such lists as well. Each is
 * judged all the same: a package that is said to be there is not left out for want of its files. Ordinary images have some (metapackages,
 * starters, what a slim image lacks of documentation), and none of those is marked.
 * `modules`: import packages and modules of Python that are there, as `folder\0name`.
 */
export function heldToFiles(
  read: ReadImage,
  listed: readonly ListedPackage[],
  survey: OwnershipSurvey,
  modules: ReadonlyMap<string, unknown>,
): { readonly items: readonly ListedPackage[]; readonly inflated: readonly Inflation[] } {
  const inflated = [...phantomsOfDatabases(read, listed, survey), ...phantomsOfLanguages(read, listed, modules)];
  // Of what was not read nothing follows.
  if (inflated.length === 0 || isReadInPart(read)) return { items: listed, inflated };
  const phantoms = new Set(inflated.flatMap(({ phantoms: those }) => those));
  return {
    items: listed.map((item) =>
      phantoms.has(item) ? { ...item, fact: { ...item.fact, certainty: 'name', phantom: true } } : item,
    ),
    inflated,
  };
}
