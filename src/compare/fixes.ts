import { publisherOfFeed } from '../advisories/publishers.ts';
import { isSystemType } from '../ecosystems/index.ts';
import type { ForeignFinding } from '../scanners/scanner.ts';
import type { AlignedRow } from './align.ts';
import type { CauseEvidence, CauseFound, ComparedCell } from './comparison.ts';
import { plainVersion } from './package-names.ts';
import type { Side } from './side.ts';

/**
 * Where two sides say different things of a fix: a fixed version or none, other versions, or two words for an unfixed
 * state. A word that one format cannot write is no difference.
 */
export function fixDifference(
  row: AlignedRow,
  left: readonly ForeignFinding[],
  right: readonly ForeignFinding[],
  a: Side,
  b: Side,
): CauseFound | undefined {
  if (a.silentOnFixes || b.silentOnFixes) return undefined;
  const [stateA, stateB] = [fixState(left), fixState(right)];
  if (stateA === 'unknown' || stateB === 'unknown') return undefined;
  if (stateA === stateB && (stateA !== 'fixed' || sameVersions(left, right))) return undefined;
  const evidence = [statusOf(a, left), statusOf(b, right)];
  if (stateA !== 'fixed' && stateB !== 'fixed') return unfixed(left, right, a, b, evidence);
  const replayed = byReplay(row, [a, stateA], [b, stateB], evidence);
  if (replayed !== undefined) return replayed;
  const coming = stateA === stateB ? undefined : comingFix(row, [a, left], [b, right], evidence);
  if (coming !== undefined) return coming;
  const [dayA, dayB] = [a.facts.dataDay, b.facts.dataDay];
  // A fix comes: what older data knows and newer data does not is no matter of days.
  const grown = stateA === stateB || (stateA === 'fixed') === (dayA ?? '') > (dayB ?? '');
  if (dayA !== undefined && dayB !== undefined && dayA !== dayB && grown)
    return {
      code: 'feed.age',
      proof: 'inferred',
      says: `${fixText(left)} by ${a.name}'s data of ${dayA}, ${fixText(right)} by ${b.name}'s of ${dayB}`,
      evidence,
    };
  // Of one database: they read the statements of different publishers.
  if (a.isLens && b.isLens && a.lens !== b.lens)
    return {
      code: 'feed.coverage',
      proof: 'replayed',
      says: `${fixText(left)} by ${a.name}'s sources, ${fixText(right)} by ${b.name}'s`,
      evidence,
    };
  const [feedA, feedB] = [feedOf(left), feedOf(right)];
  if (
    feedA !== undefined &&
    feedB !== undefined &&
    feedA !== feedB &&
    !left.some((finding) => isSystemType(finding.type))
  )
    return {
      code: 'feed.coverage',
      proof: 'stated',
      says: `${fixText(left)} by ${feedA}, ${fixText(right)} by ${feedB}`,
      evidence,
    };
  return { code: 'unexplained', proof: 'none', says: `${fixText(left)} and ${fixText(right)}`, evidence };
}

/** Two words for what has no fix, where both reports have a word. */
function unfixed(
  left: readonly ForeignFinding[],
  right: readonly ForeignFinding[],
  a: Side,
  b: Side,
  evidence: readonly CauseEvidence[],
): CauseFound | undefined {
  const [wordA, wordB] = [left, right].map((all) => all.find((finding) => finding.status !== undefined)?.status);
  if (wordA === undefined || wordB === undefined) return undefined;
  const rules = [a, b].flatMap((side): CauseEvidence[] =>
    side.lens === undefined
      ? []
      : [{ kind: 'rule', text: `${side.name}: ${side.lens.fix.says}`, cite: side.lens.fix.cite }],
  );
  return {
    code: 'fix.status-semantics',
    proof: a.isLens || b.isLens ? 'replayed' : 'stated',
    says: `${a.name} says ${wordA}, ${b.name} says ${wordB}: neither names a fixed version`,
    evidence: [...evidence, ...rules],
  };
}

function byReplay(
  row: AlignedRow,
  ...both: readonly [
    readonly [side: Side, state: string],
    readonly [side: Side, state: string],
    readonly CauseEvidence[],
  ]
): CauseFound | undefined {
  const [[a, stateA], [b, stateB], evidence] = both;
  if (stateA === stateB) return undefined;
  const verdicts = [a.verdict(row), b.verdict(row)];
  if (verdicts.some((decision) => decision === undefined || decision.candidate.considered.length === 0))
    return undefined;
  if (verdicts[0]!.fix?.state !== stateA || verdicts[1]!.fix?.state !== stateB) return undefined;
  return {
    code: 'fix.status-semantics',
    proof: 'replayed',
    says: otherBranch([a, stateA], [b, stateB], row) ?? 'Their rules read the same statement differently',
    evidence,
  };
}

/** What a record says of branches that are not installed is a fix to one of them. */
function otherBranch(
  ...both: readonly [readonly [Side, string], readonly [Side, string], AlignedRow]
): string | undefined {
  const [a, b, row] = both;
  const [[taker, takes], [other]] = a[1] === 'fixed' ? [a, b] : [b, a];
  const fix = taker.verdict(row)?.fix;
  if (takes !== 'fixed' || taker.lens?.fix.branches !== 'all' || other.lens?.fix.branches === 'all') return undefined;
  if (fix?.versions === undefined || other.verdict(row)?.fix?.version !== undefined) return undefined;
  const versions = fix.versions.slice(0, 4).join(', ');
  return `the record names ${versions} for other branches, or as the end of what is known to be affected, and no fix for the installed one: ${taker.name} lists that, ${other.name} does not`;
}

type Told = readonly [side: Side, findings: readonly ForeignFinding[]];

/** The distribution calls it open and names the version of a fix to come: one takes that for the fix. */
function comingFix(row: AlignedRow, a: Told, b: Told, evidence: readonly CauseEvidence[]): CauseFound | undefined {
  const [[taker, findings], [other]] = fixState(a[1]) === 'fixed' ? [a, b] : [b, a];
  const versions = new Set(findings.flatMap(({ fix }) => fix.versions.map(plainVersion)));
  const statement = [a[0], b[0]]
    .flatMap((side) => side.verdict(row)?.candidate.statements ?? [])
    .find(
      ({ state, ranges }) =>
        state !== 'fixed' && ranges.some(({ limit }) => limit !== undefined && versions.has(plainVersion(limit))),
    );
  if (statement === undefined) return undefined;
  return {
    code: 'fix.status-semantics',
    proof: 'replayed',
    says: `${statement.source} calls it open (${statement.state}) and names the version of a fix to come: ${taker.name} takes that for the fix, ${other.name} does not`,
    evidence,
  };
}

/** Whose records they were found in, as both scanners may name them: Grype's `github:language:python` is Trivy's `ghsa`. */
function feedOf(findings: readonly ForeignFinding[]): string | undefined {
  const named = findings.find((finding) => finding.feed !== undefined)?.feed;
  return named === undefined ? undefined : publisherOfFeed(named);
}

const statusOf = (side: Side, findings: readonly ForeignFinding[]): CauseEvidence => ({
  kind: 'report',
  text: `${side.name}: ${findings.find((finding) => finding.status !== undefined)?.status ?? fixText(findings)}`,
});

/** The best that is said of any package of a row. */
function fixState(findings: readonly ForeignFinding[]): string {
  const told = (state: string): boolean => findings.some((finding) => finding.fix.state === state);
  return ['fixed', 'subscription'].find(told) ?? findings[0]!.fix.state;
}

function sameVersions(left: readonly ForeignFinding[], right: readonly ForeignFinding[]): boolean {
  const versions = (all: readonly ForeignFinding[]): ReadonlySet<string> =>
    new Set(all.flatMap((finding) => finding.fix.versions.map((version) => plainVersion(version).replace(/^v/, ''))));
  const [a, b] = [versions(left), versions(right)];
  return a.size === 0 || b.size === 0 || [...a].some((version) => b.has(version));
}

/** `fixed in 1.2, 1.3`, or the state. */
export function fixText(findings: readonly ForeignFinding[]): string {
  const versions = [...new Set(findings.flatMap((finding) => finding.fix.versions))];
  return fixInWords({ state: fixState(findings), versions: versions.slice(0, 4) });
}

/** `fixed in 1.2, 1.3`, `fixed for subscribers in 1.2+esm1`, or the state where no version is known. */
export function fixInWords({ state, versions }: ForeignFinding['fix'] | ComparedCell['fix']): string {
  if (versions.length === 0) return state;
  return `${state === 'subscription' ? 'fixed for subscribers' : 'fixed'} in ${versions.join(', ')}`;
}
