import type { PackageFact } from '../../analyzers/analyzer.ts';
import type { VisibleFact } from '../../layers/read-image.ts';

/** A package that a list names. */
export type ListedPackage = VisibleFact & { readonly fact: PackageFact };

/** Packages that are listed and of which nothing else is there. */
export interface Inflation {
  readonly phantoms: readonly ListedPackage[];
  /** What was seen, in a sentence. */
  readonly message: string;
  /** Where, or which; the first ones are told. */
  readonly named: readonly string[];
}

/** Fewer packages without files than this part of all are what people leave who delete files by hand. */
export const PHANTOM_SHARE = 0.3;
