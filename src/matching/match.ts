import type { Scheme } from '../advisories/ratings/index.ts';
import type { AdvisoryStore } from '../advisories/store/index.ts';
import { type Candidate, type Finding, type NoInterest, type Package, SEVERITIES } from '../model.ts';
import { candidateSource } from './candidates.ts';
import { verdictOf } from './finding.ts';

/** What matching found, and what it could not or need not look at. */
export interface Matched {
  readonly findings: readonly Finding[];
  /** Packages that were not compared with advisories, by why. */
  readonly passed: ReadonlyMap<NoInterest, readonly Package[]>;
  /** Statements that say "not yet determined": no findings, but worth a word. */
  readonly undetermined: number;
}

/** Matches every package with the advisories: interest, retrieval, judgement, then one finding for each vulnerability of each package. */
export function match(packages: readonly Package[], store: AdvisoryStore, scheme?: Scheme): Matched {
  const source = candidateSource(store);
  const findings: Finding[] = [];
  const passed = new Map<NoInterest, Package[]>();
  const asked = new Set<string>();
  /** By what was considered: candidates of packages that asked the same share it. */
  const verdicts = new Map<Candidate['considered'], Omit<Finding, 'package'>>();
  let undetermined = 0;
  for (const found of packages) {
    const retrieved = source.of(found);
    if (retrieved.passed !== undefined) {
      const others = passed.get(retrieved.passed);
      if (others) others.push(found);
      else passed.set(retrieved.passed, [found]);
      if (retrieved.passed !== 'unknown-version') continue;
    }
    if (!asked.has(retrieved.key)) undetermined += retrieved.undetermined;
    asked.add(retrieved.key);
    for (const candidate of retrieved.candidates) {
      let verdict = verdicts.get(candidate.considered);
      if (verdict === undefined) {
        verdict = verdictOf(candidate, scheme);
        verdicts.set(candidate.considered, verdict);
      }
      findings.push({ ...verdict, package: found });
    }
  }
  return { findings: findings.sort(byImportance), passed, undetermined };
}

/** Worst first, then by package and id: the order of every output. */
function byImportance(a: Finding, b: Finding): number {
  const rank = SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity);
  return rank || text(a.package.name, b.package.name) || text(a.package.version, b.package.version) || text(a.id, b.id);
}

function text(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
