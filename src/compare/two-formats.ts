import type { CauseFound } from './comparison.ts';
import type { Side } from './side.ts';

/** Two reports of one scanner in two formats. What their formats are the cause of has to be shown; that both are one scanner's shows nothing. */
export interface TwoFormats {
  /** One run wrote both, by what they say. */
  readonly oneRun: boolean;
  /** What is named where it is a matter of the format. */
  readonly cause: CauseFound;
}

/** Undefined where they are of two scanners, versions of one, or in one format. */
export function twoFormats(a: Side, b: Side): TwoFormats | undefined {
  if (!sameScanner(a, b) || a.report.format === b.report.format) return undefined;
  const wrote = `The same scanner wrote ${a.report.format} and ${b.report.format}`;
  const oneRun = isOneRun(a, b);
  return {
    oneRun,
    cause: {
      code: 'report.parse',
      proof: oneRun ? 'stated' : 'inferred',
      says: `${wrote}${oneRun ? ' of one scan' : ''}, and they do not have the same words`,
      evidence: oneRun ? [{ kind: 'report', text: `both of ${a.report.created}` }] : [],
    },
  };
}

/** Two reports, not replays, of one version of a scanner as far as they say: its rules are the same in both. */
export function sameScanner(a: Side, b: Side): boolean {
  const [versionA, versionB] = [a.report.version, b.report.version];
  return (
    a.report.scanner === b.report.scanner &&
    !a.isLens &&
    !b.isLens &&
    (versionA === undefined || versionB === undefined || versionA === versionB)
  );
}

/** Written in one second: a report that was turned into another format keeps the time of its scan. */
function isOneRun({ report: a }: Side, { report: b }: Side): boolean {
  const [left, right] = [second(a.created), second(b.created)];
  return left !== undefined && left === right;
}

function second(time: string | undefined): number | undefined {
  // A day alone is the day of many scans.
  const at = time === undefined || !time.includes(':') ? Number.NaN : Date.parse(time);
  return Number.isNaN(at) ? undefined : Math.floor(at / 1000);
}
