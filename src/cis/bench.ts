/** Runs checks over facts and collects what they say. */
import { PlimsollError, printable } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { VERSION } from '../version.ts';
import {
  type BenchItem,
  type BenchResult,
  type Check,
  type CheckVerdict,
  couldNotRead,
  Inapplicable,
  notApplicable,
  Unreadable,
} from './check.ts';
import { sections } from './checks/index.ts';
import type { Facts } from './facts.ts';
import { witnessed } from './witness.ts';

/** A check with its outcome, as every report format shows it. */
export interface BenchFinding {
  readonly id: string;
  readonly title: string;
  readonly level: 1 | 2;
  readonly scoring: 'automated' | 'manual';
  readonly looksAt: string;
  readonly result: BenchResult;
  readonly summary?: string;
  readonly items: readonly BenchItem[];
  readonly remediation: string;
  readonly impact: string;
}

/** One section of the report; sections of which no check ran are left out. */
interface BenchSection {
  readonly id: string;
  readonly title: string;
  readonly findings: readonly BenchFinding[];
}

/** The result of a benchmark: the only input of its output formats. */
export interface BenchReport {
  readonly schemaVersion: 1;
  readonly tool: { readonly name: 'plimsoll'; readonly version: string };
  readonly benchmark: 'CIS Docker Benchmark 1.6.0';
  /** ISO 8601. */
  readonly started: string;
  readonly finished: string;
  /** What was judged: an Engine's address, an image, a Dockerfile. */
  readonly target: string;
  readonly sections: readonly BenchSection[];
  readonly counts: Readonly<Record<BenchResult, number>>;
  /** One for each pass, minus one for each warning, as Docker Bench Security counts; our own checks (`P.`) are not in it. */
  readonly score: number;
  readonly notices: readonly string[];
}

interface BenchOptions {
  readonly target: string;
  readonly notices?: readonly string[];
  /** Is told before each check. */
  readonly onCheck?: (check: Check) => void;
  readonly clock?: () => Date;
}

/** Runs the checks one after another. What goes wrong in one is its result; only an interruption ends the run. */
export async function runBench(checks: readonly Check[], facts: Facts, options: BenchOptions): Promise<BenchReport> {
  const clock = options.clock ?? (() => new Date());
  const started = clock().toISOString();
  const findings = new Map<string, BenchFinding>();
  for (const check of checks) {
    options.onCheck?.(check);
    findings.set(check.id, finding(check, await judgeCheck(check, facts)));
  }
  const shown = sections.flatMap(({ id, title, checks: all }) => {
    const shown = all.flatMap((check) => findings.get(check.id) ?? []);
    return shown.length === 0 ? [] : [{ id, title, findings: shown }];
  });
  const counts = countResults([...findings.values()]);
  return {
    schemaVersion: 1,
    tool: { name: 'plimsoll', version: VERSION },
    benchmark: 'CIS Docker Benchmark 1.6.0',
    started,
    finished: clock().toISOString(),
    target: options.target,
    sections: shown,
    counts,
    score: scoreOf([...findings.values()]),
    notices: options.notices ?? [],
  };
}

function scoreOf(findings: readonly BenchFinding[]): number {
  const theirs = countResults(findings.filter(({ id }) => !id.startsWith('P.')));
  return theirs.pass - theirs.warn;
}

/** How often each result occurs. */
function countResults(findings: readonly BenchFinding[]): Record<BenchResult, number> {
  const counts = { pass: 0, warn: 0, info: 0, note: 0, 'not-applicable': 0, 'could-not-read': 0 };
  for (const finding of findings) counts[finding.result]++;
  return counts;
}

/**
 * Runs one check. A pass is only one with what was looked at listed, and only where all of it could be seen: whatever else
 * a check makes of what is missing, it does not make a pass. Throws only where the run was interrupted.
 */
export async function judgeCheck(check: Check, facts: Facts): Promise<CheckVerdict> {
  const witness = witnessed(facts);
  const verdict = await outcome(check, witness.facts);
  if (verdict.result !== 'pass') return verdict;
  const [first, ...others] = witness.missing();
  const seen = verdict.summary === undefined ? '' : `; as far as could be seen: ${verdict.summary}`;
  if (first !== undefined)
    return couldNotRead(
      `${first}${seen}`,
      [first, ...others].map((subject) => ({ subject })),
    );
  const evidence = verdict.items.length > 0 ? verdict.items : witness.seen().slice(0, LIMITS.benchEvidence);
  return evidence.length > 0 ? { ...verdict, items: evidence } : couldNotRead('nothing was there to be looked at');
}

async function outcome(check: Check, facts: Facts): Promise<CheckVerdict> {
  try {
    return await check.run(facts);
  } catch (error) {
    if (error instanceof PlimsollError && error.code === 'interrupted') throw error;
    if (error instanceof Inapplicable) return notApplicable(error.message);
    if (error instanceof Unreadable) return couldNotRead(error.message);
    // An Engine may answer what nobody expects: one check less, not one report less.
    return couldNotRead(`unexpected data: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Names come from containers and images: made safe for terminals here, once, for every format. */
function finding(check: Check, { result, summary, items }: CheckVerdict): BenchFinding {
  const { id, title, level, scoring, looksAt, remediation, impact } = check;
  return {
    id,
    title,
    level,
    scoring,
    looksAt,
    result,
    ...(summary === undefined ? {} : { summary: printable(summary) }),
    items: items.map((item) => ({
      subject: printable(item.subject),
      ...(item.detail === undefined ? {} : { detail: printable(item.detail) }),
      ...(item.path === undefined ? {} : { path: printable(item.path) }),
      ...(item.line === undefined || item.line < 1 ? {} : { line: item.line }),
    })),
    remediation,
    impact,
  };
}
