import type { AdvisoryStore } from '../advisories/store.ts';
import { ecosystemNamed } from '../ecosystems/index.ts';
import type { Advisory, Package, Reason } from '../model.ts';

/** What was asked of the database, and what it answered. */
export interface Retrieved {
  readonly searched: Extract<Reason, { step: 'searched' }>;
  /** The version that the answers speak of: the source's where the source was asked for. */
  readonly version: string;
  readonly advisories: readonly Advisory[];
}

/**
 * Second question: what does the database say? Distributions publish by source package, so a binary is looked up under its
 * source's name and judged by its source's version; what binNMUs and renamed versions make of the binary's does not matter.
 */
export function retrieve(candidate: Package, store: AdvisoryStore): Retrieved {
  const ecosystem = candidate.ecosystem as string;
  const normalize = ecosystemNamed(ecosystem)?.normalize ?? ((name: string) => name);
  const name = normalize(candidate.source?.name ?? candidate.name);
  return {
    searched: { step: 'searched', ecosystem, name, by: candidate.source ? 'source' : 'name' },
    version: candidate.source?.version ?? candidate.version,
    advisories: store.advisories(ecosystem, name),
  };
}
