import type { Candidate } from '../model.ts';
import type { ForeignFinding } from '../scanners/scanner.ts';

/** A candidate as a finding, so that it gets the key that a report's finding of it gets. */
export function asFinding(candidate: Candidate): ForeignFinding {
  const { package: pkg } = candidate;
  return {
    row: -1,
    id: candidate.id,
    aliases: candidate.aliases,
    package: pkg.name,
    kind: pkg.source?.name === pkg.name && pkg.evidence.length === 0 ? 'source' : 'binary',
    ...(pkg.source !== undefined && { source: pkg.source }),
    version: pkg.version,
    ...(pkg.type !== 'unknown' && { type: pkg.type }),
    severity: 'UNKNOWN',
    ratings: [],
    fix: { state: 'unknown', versions: [] },
    locations: pkg.evidence.map((evidence) => evidence.path),
  };
}
