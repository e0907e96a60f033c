import { withoutUndefined } from '../collections.ts';
import type { PackageFact } from './analyzer.ts';

/** A package fact whose optional parts may be missing; `withValues` leaves those out, since an absent key is not an empty one. */
type PartialFact = {
  readonly [Key in keyof PackageFact]: PackageFact[Key] | undefined;
} & Pick<PackageFact, 'type' | 'name' | 'version'>;

/** Drops undefined parts. */
export function withValues(fact: PartialFact): PackageFact {
  return withoutUndefined(fact);
}

/** Properties without those that are undefined or empty; undefined when none remain. */
export function properties(
  values: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> | undefined {
  const kept = Object.entries(values).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '',
  );
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}
