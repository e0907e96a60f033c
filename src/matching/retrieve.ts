import type { AdvisoryStore } from '../advisories/store/index.ts';
import type { Ecosystem } from '../ecosystems/ecosystem.ts';
import { ecosystemNamed } from '../ecosystems/index.ts';
import { lookupsOf } from '../inventory/lookups.ts';
import type { Package, Reason, Statement } from '../model.ts';

/** What was asked of the database, and what it answered. */
export interface Retrieved {
  readonly searched: Extract<Reason, { step: 'searched' }>;
  readonly ecosystem: Ecosystem;
  /** The version that the answers speak of: the source's where the source was asked for. */
  readonly version: string;
  readonly advisories: readonly Statement[];
}

/**
 * Second question: what does the database say? Distributions publish by source package, so a binary is looked up under its
 * source's name and judged by its source's version; what binNMUs and renamed versions make of the binary's does not matter.
 */
export function retrieve(candidate: Package, store: AdvisoryStore): readonly Retrieved[] {
  return lookupsOf(candidate, undefined, candidate.ecosystem).flatMap(({ ecosystem: namespace, name, by, version }) => {
    const ecosystem = ecosystemNamed(namespace);
    if (!ecosystem || !store.covers(namespace)) return [];
    const searched = { step: 'searched' as const, ecosystem: namespace, name, by };
    return [{ searched, ecosystem, version, advisories: store.advisories(namespace, name) }];
  });
}
