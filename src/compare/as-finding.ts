import type { Candidate } from '../model.ts';
import type { ForeignFinding } from '../scanners/scanner.ts';

/** A candidate as a finding, so that it gets the key that a report's finding of it gets. */
export function asFinding(candidate: Candidate): ForeignFinding {
  const { package: found } = candidate;
  return {
    row: -1,
    id: candidate.id,
    aliases: candidate.aliases,
    package: found.name,
    kind: found.source?.name === found.name && found.evidence.length === 0 ? 'source' : 'binary',
    ...(found.source !== undefined && { source: found.source }),
    version: found.version,
    ...(found.type !== 'unknown' && { type: found.type }),
    severity: 'UNKNOWN',
    ratings: [],
    fix: { state: 'unknown', versions: [] },
    locations: found.evidence.map((one) => one.path),
  };
}
