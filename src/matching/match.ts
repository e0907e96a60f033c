import type { Scheme } from '../advisories/ratings/index.ts';
import type { AdvisoryStore } from '../advisories/store/index.ts';
import { type Finding, type NoInterest, type Package, SEVERITIES } from '../model.ts';
import { candidateSource } from './candidates.ts';
import { verdictOf } from './finding.ts';

/** What matching found, and what it could not or need not look at. */
export interface Matched {
  readonly findings: readonly Finding[];
  /** Packages that were not compared with advisories, by why. */
  readonly passed: ReadonlyMap<NoInterest, readonly Package[]>;
  /** Statements that say "not yet determined": no findings, but worth a word. */
  readonly undetermined: number;
  /** Statements that name no version and are much older than what is installed: kept apart from findings. */
  readonly undecidable: number;
}

/** Matches every package with the advisories: interest, retrieval, judgement, then one finding for each vulnerability of each package. */
export function match(packages: readonly Package[], store: AdvisoryStore, scheme?: Scheme): Matched {
  const source = candidateSource(store);
  const findings: Finding[] = [];
  const passed = new Map<NoInterest, Package[]>();
  /** By what is asked: the binaries of one source share the answer. */
  const verdicts = new Map<string, readonly Omit<Finding, 'package'>[]>();
  let undetermined = 0;
  let undecidable = 0;
  const pass = (reason: NoInterest, asked: Package): void => {
    const others = passed.get(reason);
    if (others) others.push(asked);
    else passed.set(reason, [asked]);
  };
  for (const asked of packages) {
    const interest = source.interest(asked);
    if (interest.passed !== undefined) {
      pass(interest.passed, asked);
      continue;
    }
    if (!interest.comparable) pass('unknown-version', asked);
    let answer = verdicts.get(interest.key);
    if (answer === undefined) {
      const retrieved = source.of(asked);
      undetermined += retrieved.undetermined;
      undecidable += retrieved.undecidable;
      answer = retrieved.candidates.map((candidate) => verdictOf(candidate, scheme));
      verdicts.set(interest.key, answer);
    }
    for (const verdict of answer) findings.push({ ...verdict, package: asked });
  }
  return { findings: findings.sort(byImportance), passed, undetermined, undecidable };
}

/** Worst first, then by package and id: the order of every output. */
function byImportance(a: Finding, b: Finding): number {
  const rank = SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity);
  return rank || text(a.package.name, b.package.name) || text(a.package.version, b.package.version) || text(a.id, b.id);
}

function text(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
