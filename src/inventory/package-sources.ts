import type { VisibleFact } from '../layers/read-image.ts';
import { LIMITS } from '../limits.ts';
import type { PackageSource } from '../model.ts';

/** What the settings of package managers name, each once. */
export function namedSources(facts: readonly VisibleFact[]): PackageSource[] {
  const sources = facts.flatMap(({ fact }) => {
    if (fact.kind !== 'package-source') return [];
    const { kind: _, ...source } = fact;
    return [[`${source.manager} ${source.label} ${source.address}`, source] as const];
  });
  return [...new Map(sources.slice(0, LIMITS.packageSources)).values()];
}
