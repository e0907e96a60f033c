import { SEVERITIES, type Severity } from '../model.ts';
import type { AlignedRow } from './align.ts';
import type { CauseFound, Difference } from './comparison.ts';
import { countCauses } from './counts.ts';
import { fixDifference, fixText } from './fixes.ts';
import { absence } from './presence.ts';
import { severityDifference } from './severity-cause.ts';
import type { Side } from './side.ts';
import type { Universe } from './universe.ts';

/** Two sides, and what is known of them together. */
export interface Pair {
  readonly a: Side;
  readonly b: Side;
  readonly universe: Universe;
  /** The images are known to differ. */
  readonly otherImage: boolean;
  /** The same scan in two formats, and what that is the cause of. */
  readonly twoFormats: boolean;
  readonly formats: CauseFound;
  /** Their names, for all differences. */
  readonly between: readonly [string, string];
}

/** Lists of one cause: of what is not known, half a million rows share it. */
const alone = new WeakMap<CauseFound, readonly CauseFound[]>();

function only(cause: CauseFound): readonly CauseFound[] {
  const known = alone.get(cause) ?? [cause];
  alone.set(cause, known);
  return known;
}

/** All differences of a pair at one row of its table. `key` is the row's name in the comparison. */
export function differencesAt(row: AlignedRow, key: string, pair: Pair): readonly Difference[] {
  const { a, b } = pair;
  const left = row.cells[a.index]?.findings;
  const right = row.cells[b.index]?.findings;
  const { between } = pair;
  const values = severities(a.reduction.severity(row) ?? null, b.reduction.severity(row) ?? null);
  if (left === undefined || right === undefined)
    return [{ key, kind: 'present', between, values, causes: only(presenceAt(row, pair)) }];
  const differences: Difference[] = [];
  if (values[0] !== values[1])
    differences.push({ key, kind: 'severity', between, values, causes: only(severityAt(row, pair)) });
  const fix = fixDifference(row, left, right, a, b);
  if (fix !== undefined)
    differences.push({
      key,
      kind: 'fix',
      between,
      values: [fixText(left), fixText(right)],
      causes: only(pair.twoFormats ? pair.formats : fix),
    });
  const [countA, countB] = [a.reduction.count(row), b.reduction.count(row)];
  if (countA !== countB)
    differences.push({
      key,
      kind: 'count',
      between,
      values: [String(countA), String(countB)],
      causes: pair.twoFormats ? only(pair.formats) : countA > countB ? countCauses(row, a, b) : countCauses(row, b, a),
    });
  return differences;
}

/** Why only one of a pair has a row. */
export function presenceAt(row: AlignedRow, pair: Pair): CauseFound {
  const { a, b, universe, otherImage, twoFormats } = pair;
  if (twoFormats) return pair.formats;
  const [has, lacks] = row.cells[a.index] === undefined ? [b, a] : [a, b];
  return absence({ row, has, lacks, universe, otherImage });
}

/** Why a pair rates a row differently. */
export function severityAt(row: AlignedRow, pair: Pair): CauseFound {
  return pair.twoFormats ? pair.formats : severityDifference(row, pair.a, pair.b);
}

/** Of a pair that is one scan in two formats: what differs is what they can say. */
export function formatsCause(a: Side, b: Side): CauseFound {
  return {
    code: 'report.parse',
    proof: 'stated',
    says: `The same scanner wrote it into ${a.report.format} and ${b.report.format}, and they do not have the same words`,
    evidence: [],
  };
}

type Values = readonly [Severity | null, Severity | null];
const VALUES: ReadonlyMap<Severity | null, ReadonlyMap<Severity | null, Values>> = new Map(
  [null, ...SEVERITIES].map((left) => [left, new Map([null, ...SEVERITIES].map((right) => [right, [left, right]]))]),
);

/** Two severities, each pair of them once for all rows. */
const severities = (left: Severity | null, right: Severity | null): Values => VALUES.get(left)!.get(right)!;
