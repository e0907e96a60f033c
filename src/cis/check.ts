/** A check of the benchmark is a value: what it is, what to do, and a function from facts to a verdict. */
import { LIMITS } from '../limits.ts';
import type { Facts } from './facts.ts';
import type { Missed, Reading } from './reading.ts';

/**
 * `pass` and `warn` count for the score. `info`: worth knowing, a person decides; `note`: nothing here can test it;
 * `not-applicable`: what it is about does not exist here; `could-not-read`: it exists and could not be looked at.
 */
export const BENCH_RESULTS = ['pass', 'warn', 'info', 'note', 'not-applicable', 'could-not-read'] as const;
export type BenchResult = (typeof BENCH_RESULTS)[number];

/** One piece of evidence. */
export interface BenchItem {
  /** A container, image, path, network, user...: what the evidence is about. */
  readonly subject: string;
  readonly detail?: string;
  /** A file of the host or of an image, where the evidence stands in one. */
  readonly path?: string;
  /** Line of `path`, from 1. */
  readonly line?: number;
}

/** The outcome of a check. */
export interface CheckVerdict {
  readonly result: BenchResult;
  /** One line, no full stop. */
  readonly summary?: string;
  readonly items: readonly BenchItem[];
}

/** One recommendation of the benchmark, or one of ours in its shape. */
export interface Check {
  /** As in CIS Docker Benchmark 1.6.0 (`5.10`), `C.` for Docker Bench's community checks, `P.` for ours. */
  readonly id: string;
  readonly title: string;
  /** 1: sensible everywhere; 2: for those who need more and accept that something may stop working. */
  readonly level: 1 | 2;
  readonly scoring: 'automated' | 'manual';
  /** What is read to decide. */
  readonly looksAt: string;
  readonly remediation: string;
  /** What the remediation may cost. */
  readonly impact: string;
  /** What Docker Bench Security does for this check. */
  readonly peer: string;
  /** May throw `Unreadable` through `need`; whatever else it throws becomes `could-not-read` too. */
  run(facts: Facts): CheckVerdict | Promise<CheckVerdict>;
}

/** Types the value; no registration. */
export const check = (value: Check): Check => value;

/** Something a check cannot do without could not be read; the runner makes a verdict of it. */
export class Unreadable extends Error {
  readonly why: Missed;

  constructor(why: Missed, reason: string) {
    super(reason);
    this.name = 'Unreadable';
    this.why = why;
  }
}

/** What the check is about does not exist here; the runner makes `not-applicable` of it. */
export class Inapplicable extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'Inapplicable';
  }
}

/** The value of a reading; ends the check as `could-not-read` where there is none. */
export function need<T>(reading: Reading<T>): T {
  if (reading.ok) return reading.value;
  throw new Unreadable(reading.why, reading.reason);
}

const verdict =
  (result: BenchResult) =>
  (summary?: string, items: readonly BenchItem[] = []): CheckVerdict => ({
    result,
    ...(summary === undefined ? {} : { summary }),
    items: items.slice(0, LIMITS.benchItems),
  });

export const pass = verdict('pass');
export const warn = verdict('warn');
export const info = verdict('info');
export const note = verdict('note');
export const notApplicable = verdict('not-applicable');
export const couldNotRead = verdict('could-not-read');

/** Warns with the items, or passes where there are none. */
export const warnAbout = (items: readonly BenchItem[], bad: string, good: string): CheckVerdict =>
  items.length > 0 ? warn(bad, items) : pass(good);

/** Informs with the items, or passes where there are none. */
export const informAbout = (items: readonly BenchItem[], bad: string, good: string): CheckVerdict =>
  items.length > 0 ? info(bad, items) : pass(good);

/** From bad to good: what several subjects come to together. */
const WORST: readonly BenchResult[] = ['warn', 'could-not-read', 'info', 'note', 'pass', 'not-applicable'];

/** One verdict for several subjects: the worst result, with the items of all that have it or are worse than `pass`. */
export function together(verdicts: readonly CheckVerdict[], nothing: CheckVerdict): CheckVerdict {
  const result = WORST.find((word) => verdicts.some((verdict) => verdict.result === word));
  if (result === undefined) return nothing;
  const telling = result === 'pass' || result === 'not-applicable' ? [result] : WORST.slice(0, WORST.indexOf('pass'));
  const kept = verdicts.filter((verdict) => telling.includes(verdict.result));
  const summaries = [
    ...new Set(kept.filter((verdict) => verdict.result === result).flatMap((verdict) => verdict.summary ?? [])),
  ];
  return {
    result,
    ...(summaries.length === 0 ? {} : { summary: summaries.slice(0, 3).join('; ') }),
    items: kept.flatMap((verdict) => verdict.items).slice(0, LIMITS.benchItems),
  };
}
