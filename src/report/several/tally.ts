import type { PlimsollError } from '../../errors.ts';
import type { Report } from '../../model.ts';
import { type Counts, countSeverities, scanVerdict, summarize } from '../scan/index.ts';

/** What became of one of several targets, and the exit code that it would have had alone. */
export type Scanned = { readonly target: string; readonly exit: number } & (
  | { readonly report: Report }
  | { readonly error: PlimsollError }
);

/** What is kept of a target once its report is written: a line of the summary. */
export interface Tally {
  readonly target: string;
  readonly exit: number;
  /** Why it was not scanned. */
  readonly error?: PlimsollError;
  /** Of one that was: the word of its verdict, and how it counts. */
  readonly scanned?: {
    readonly word: ReturnType<typeof scanVerdict>['word'];
    readonly heading: string;
    readonly severities: Counts;
    readonly total: number;
    readonly fixable: number;
    readonly risks: number;
    readonly shut: boolean;
  };
}

/** All targets of a run together. */
export interface Together {
  readonly images: number;
  /** Targets that could not be scanned. */
  readonly failed: number;
  /** Targets whose gate is shut. */
  readonly shut: number;
  readonly severities: Counts;
  readonly total: number;
  readonly fixable: number;
  readonly risks: number;
  /** Different ids in all of them. */
  readonly vulnerabilities: number;
  readonly exit: number;
}

/** Exit codes, the worst first: a defect, what could not be read, wrong usage, a shut gate, an incomplete assessment. */
const WORST = [5, 3, 2, 1, 4, 0];

/** The exit code of a run by those of its targets. */
const worstExit = (codes: readonly number[]): number => WORST.find((code) => codes.includes(code)) ?? 0;

/** What a run comes to, added up while its targets go by; of the reports only ids and counts are kept. */
export class Tallies {
  readonly lines: Tally[] = [];
  readonly #ids = new Set<string>();

  /** Counts one target. */
  add(scanned: Scanned): void {
    const { target, exit } = scanned;
    if ('error' in scanned) {
      this.lines.push({ target, exit, error: scanned.error });
      return;
    }
    const { report } = scanned;
    const summary = summarize(report);
    const { word, heading } = scanVerdict(report, summary);
    for (const { id } of report.findings) this.#ids.add(id);
    const { severities, total, fixable } = summary;
    const [risks, shut] = [report.risks.length, report.gate?.passed === false];
    this.lines.push({ target, exit, scanned: { word, heading, severities, total, fixable, risks, shut } });
  }

  /** What all that were counted come to. */
  together(): Together {
    const scanned = this.lines.flatMap((line) => line.scanned ?? []);
    const sum = (of: (image: NonNullable<Tally['scanned']>) => number): number =>
      scanned.reduce((all, image) => all + of(image), 0);
    const levels = Object.keys(countSeverities([])) as (keyof Counts)[];
    return {
      images: this.lines.length,
      failed: this.lines.length - scanned.length,
      shut: scanned.filter(({ shut }) => shut).length,
      severities: Object.fromEntries(levels.map((level) => [level, sum((image) => image.severities[level])])) as Counts,
      total: sum(({ total }) => total),
      fixable: sum(({ fixable }) => fixable),
      risks: sum(({ risks }) => risks),
      vulnerabilities: this.#ids.size,
      exit: worstExit(this.lines.map(({ exit }) => exit)),
    };
  }
}
