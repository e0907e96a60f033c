import { SEVERITIES, type Severity } from '../model.ts';
import type { ForeignFinding } from '../scanners/scanner.ts';
import type { AlignedRow } from './align.ts';
import type { CauseFound, Difference } from './comparison.ts';
import { countCauses } from './counts.ts';
import { fixDifference, fixText } from './fixes.ts';
import { guessedBeside } from './guesses.ts';
import { absence } from './presence.ts';
import { severityDifference } from './severity-cause.ts';
import type { Side } from './side.ts';
import type { TwoFormats } from './two-formats.ts';
import type { Universe } from './universe.ts';

/** Two sides, and what is known of them together. */
export interface Pair {
  readonly a: Side;
  readonly b: Side;
  readonly universe: Universe;
  /** The images are known to differ. */
  readonly otherImage: boolean;
  /** One scanner's, in two formats. */
  readonly formats: TwoFormats | undefined;
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
      causes: only(fixAt(left, right, fix, pair)),
    });
  const [countA, countB] = [a.reduction.count(row), b.reduction.count(row)];
  if (countA !== countB)
    differences.push({
      key,
      kind: 'count',
      between,
      values: [String(countA), String(countB)],
      causes: countsAt(row, pair, countA > countB),
    });
  return differences;
}

/** Why only one of a pair has a row. */
export function presenceAt(row: AlignedRow, pair: Pair): CauseFound {
  const { a, b, universe, otherImage, formats } = pair;
  const [has, lacks] = row.cells[a.index] === undefined ? [b, a] : [a, b];
  return absence({ row, has, lacks, universe, otherImage, ...(formats && { formats }) });
}

/** Why a pair counts a row differently. `first`: the first counts more. */
function countsAt(row: AlignedRow, { a, b, formats }: Pair, first: boolean): readonly CauseFound[] {
  const guessed = formats?.oneRun ? undefined : guessedBeside(row, a, b, 'count');
  const [more, less] = first ? [a, b] : [b, a];
  if (guessed === undefined && (formats === undefined || recordsApart(row, more, less)))
    return countCauses(row, more, less);
  return only(guessed ?? formats!.cause);
}

/** One has a row for each record of a vulnerability; the other goes by the vulnerability, and lists those records (`--by-cve`). */
function recordsApart({ cells }: AlignedRow, more: Side, less: Side): boolean {
  const [many, few] = [cells[more.index]!.findings, cells[less.index]!.findings];
  const ids = new Set(many.map(({ id }) => id));
  const listed = new Set(few.flatMap(({ id, aliases }) => [id, ...aliases]));
  return ids.size > 1 && new Set(few.map(({ id }) => id)).size < ids.size && [...ids].every((id) => listed.has(id));
}

/** Why a pair rates a row differently. */
export function severityAt(row: AlignedRow, { a, b, formats }: Pair): CauseFound {
  if (formats?.oneRun) return formats.cause;
  const told = guessedBeside(row, a, b, 'severity') ?? severityDifference(row, a, b);
  if (formats === undefined || told.code === 'match.method') return told;
  // One scanner asks the same sources for both: only what both state, or days of their data, can part them beside the format.
  const sources = [a, b].map((side) => row.cells[side.index]!.findings.find((finding) => finding.severitySource));
  const [left, right] = sources.map((finding) => finding?.severitySource);
  if (told.code === 'feed.age' || (left !== undefined && right !== undefined && left !== right)) return told;
  if (roughly(row, a, b) || roughly(row, b, a) || namesBoth(row, a, b) || namesBoth(row, b, a)) return formats.cause;
  return { ...told, code: 'unexplained', proof: 'none' };
}

/** One writes as LOW what the other calls negligible or unknown. */
function roughly(row: AlignedRow, coarse: Side, other: Side): boolean {
  const severity = other.reduction.severity(row);
  return (
    coarse.coarse && coarse.reduction.severity(row) === 'LOW' && (severity === 'NEGLIGIBLE' || severity === 'UNKNOWN')
  );
}

/** One lists several ratings without a word on which of them counts, and the other's severity is among them. */
function namesBoth({ cells }: AlignedRow, { index }: Side, { index: other }: Side): boolean {
  const shown = new Set(cells[other]!.findings.map(({ severity }) => severity));
  return cells[index]!.findings.some(
    ({ severitySource, ratings }) =>
      severitySource === undefined && ratings.length > 1 && ratings.some(({ severity }) => shown.has(severity)),
  );
}

/** Why a pair says different things of a fix: versions that both name are no matter of a format. */
function fixAt(
  left: readonly ForeignFinding[],
  right: readonly ForeignFinding[],
  fix: CauseFound,
  { formats }: Pair,
): CauseFound {
  if (formats === undefined) return fix;
  const named = [left, right].every((findings) => findings.some((finding) => finding.fix.versions.length > 0));
  return !formats.oneRun && (named || fix.code === 'feed.age') ? fix : formats.cause;
}

type Values = readonly [Severity | null, Severity | null];
const VALUES: ReadonlyMap<Severity | null, ReadonlyMap<Severity | null, Values>> = new Map(
  [null, ...SEVERITIES].map((left) => [left, new Map([null, ...SEVERITIES].map((right) => [right, [left, right]]))]),
);

/** Two severities, each pair of them once for all rows. */
const severities = (left: Severity | null, right: Severity | null): Values => VALUES.get(left)!.get(right)!;
