import { isCve } from '../advisories/ids.ts';
import { addTo } from '../collections.ts';
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

/** Further CVEs of a candidate: those that statements of its own are on. One that a record only mentions is another flaw. */
export const otherCves = ({ id, considered }: Candidate): readonly string[] =>
  considered.length < 2
    ? []
    : [...new Set(considered.map(({ statement }) => statement.id))].filter((other) => other !== id && isCve(other));

/**
 * Candidates by the rows of a table. One record may give a flaw several CVEs, and a scan counts it once: a row of any of them is that
 * candidate, where none goes by that name itself.
 */
export function candidatesByKey(
  candidates: readonly Candidate[],
  keyOf: (finding: ForeignFinding) => string,
): ReadonlyMap<string, readonly Candidate[]> {
  const keyed = new Map<string, Candidate[]>();
  const add = (key: string, candidate: Candidate): void => {
    addTo(keyed, key, candidate);
  };
  const namesakes: [key: string, candidate: Candidate][] = [];
  for (const candidate of candidates) {
    const finding = asFinding(candidate);
    add(keyOf(finding), candidate);
    for (const id of otherCves(candidate)) namesakes.push([keyOf({ ...finding, id, aliases: [] }), candidate]);
  }
  const own = new Set(keyed.keys());
  for (const [key, candidate] of namesakes) if (!own.has(key)) add(key, candidate);
  return keyed;
}
