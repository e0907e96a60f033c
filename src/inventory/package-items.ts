import type { PackageFact } from '../analyzers/analyzer.ts';
import type { VisibleFact } from '../layers/read-image.ts';
import { LIMITS } from '../limits.ts';
import type { Unknown } from '../model.ts';

/** A package fact that is visible in the final image. */
export type PackageItem = VisibleFact & { readonly fact: PackageFact };

const isPackage = (fact: VisibleFact['fact']): fact is PackageFact =>
  fact.kind === undefined || fact.kind === 'package';

/** The packages that files name, `most` of them at most; how many are left out is a problem of the image, and never silent. */
export function packageItems(
  facts: readonly VisibleFact[],
  most: number = LIMITS.factsPerImage,
): { readonly facts: PackageItem[]; readonly problems: Unknown[] } {
  const all = facts.filter((item): item is PackageItem => isPackage(item.fact));
  const left = all.length - most;
  const reason = `more than ${most} packages: ${left} are not listed`;
  return { facts: all.slice(0, most), problems: left > 0 ? [{ path: '', analyzer: 'layers', reason }] : [] };
}
