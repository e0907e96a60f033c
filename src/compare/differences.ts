import type { Severity } from '../model.ts';
import { causeSentence } from '../scanners/causes.ts';
import type { Lens, RatingStep } from '../scanners/lens.ts';
import type { ForeignFinding, ScannerReport } from '../scanners/scanner.ts';
import type { AlignedRow } from './align.ts';
import type { Reduction } from './bridge.ts';
import { duplicateCause } from './bridge.ts';
import type { CauseEvidence, CauseFound, Difference } from './comparison.ts';
import { plainVersion } from './package-names.ts';
import { applies } from './rate.ts';
import type { Verdict } from './replay.ts';
import { basisOf, type SeverityBasis, severityCause } from './severity-cause.ts';
import type { Universe } from './universe.ts';

/** One report with all that explains it. */
export interface Side {
  readonly name: string;
  readonly index: number;
  readonly report: ScannerReport;
  readonly lens: Lens | undefined;
  readonly reduction: Reduction;
  /** Its lens's decision at a key. */
  verdict(key: string): Verdict | undefined;
  /** Its lens's decision on one package at a key. */
  verdictOf(key: string, name: string): Verdict | undefined;
  /** Why it does not have a row. */
  absence(row: AlignedRow): CauseFound;
  /** No row of it says anything of fixes: there is nothing to differ on. */
  readonly silentOnFixes: boolean;
  /** Its format writes several severities as LOW. */
  readonly coarse: boolean;
}

/** All differences of two reports at one row of the table. */
export function differencesAt(row: AlignedRow, a: Side, b: Side, universe: Universe): readonly Difference[] {
  const left = row.cells[a.index]?.findings;
  const right = row.cells[b.index]?.findings;
  if (left === undefined && right === undefined) return [];
  const between = [a.name, b.name] as const;
  if (left === undefined || right === undefined) {
    const cause = left === undefined ? a.absence(row) : b.absence(row);
    const values = [a.reduction.severity(row.key) ?? null, b.reduction.severity(row.key) ?? null] as const;
    return [{ key: row.key, kind: 'present', between, values, causes: [cause] }];
  }
  const found: Difference[] = [];
  const [severityA, severityB] = [a.reduction.severity(row.key)!, b.reduction.severity(row.key)!];
  if (severityA !== severityB)
    found.push({
      key: row.key,
      kind: 'severity',
      between,
      values: [severityA, severityB],
      causes: [severityDifference(row, a, b, universe)],
    });
  const fix = fixDifference(row.key, left, right, a, b);
  if (fix !== undefined)
    found.push({ key: row.key, kind: 'fix', between, values: [fixText(left), fixText(right)], causes: [fix] });
  const [countA, countB] = [a.reduction.count(row.key), b.reduction.count(row.key)];
  if (countA !== countB)
    found.push({
      key: row.key,
      kind: 'count',
      between,
      values: [String(countA), String(countB)],
      causes: countA > countB ? countCauses(row, a, b) : countCauses(row, b, a),
    });
  return found;
}

function severityDifference(row: AlignedRow, a: Side, b: Side, universe: Universe): CauseFound {
  const [left, right] = [severityBasis(row, a, universe), severityBasis(row, b, universe)];
  if (
    a.report.scanner === b.report.scanner &&
    a.report.format !== b.report.format &&
    a.report.version === b.report.version
  ) {
    const says = `The same scanner wrote it into ${a.report.format} and ${b.report.format}, and they do not have the same words`;
    return { code: 'report.parse', says, evidence: [] };
  }
  const code = severityCause(left, right, stepsOf(row, a, universe), stepsOf(row, b, universe));
  const evidence = (
    [
      [a, left],
      [b, right],
    ] as const
  ).flatMap(([side, basis]): CauseEvidence[] =>
    basis === undefined
      ? [{ kind: 'report', text: `${side.name}: what its severity rests on is not known` }]
      : [
          { kind: 'rule', text: `${side.name}: ${basis.says}`, cite: basis.cite },
          { kind: 'record', text: `${side.name} read ${basis.on}` },
        ],
  );
  const told =
    left !== undefined && right !== undefined
      ? `${a.name} ${left.severity} (${left.on}); ${b.name} ${right.severity} (${right.on})`
      : causeSentence(code);
  return { code, says: told, evidence };
}

/** The steps that a side's lens takes for the package of a row. */
function stepsOf(row: AlignedRow, side: Side, universe: Universe): readonly RatingStep[] {
  const candidate = side.verdict(row.key)?.candidate;
  return side.lens?.rates.filter((step) => candidate === undefined || applies(step, candidate, universe)) ?? [];
}

function severityBasis(row: AlignedRow, side: Side, universe: Universe): SeverityBasis | undefined {
  const severity = side.reduction.severity(row.key)!;
  const stated = row.cells[side.index]!.findings.find((finding) => finding.severity === severity)?.severitySource;
  const verdict = side.verdict(row.key);
  return basisOf(
    { severity, coarse: side.coarse, ...(stated !== undefined && { source: stated }) },
    verdict?.rated,
    side.lens,
    verdict?.candidate,
    universe,
  );
}

function fixDifference(
  key: string,
  left: readonly ForeignFinding[],
  right: readonly ForeignFinding[],
  a: Side,
  b: Side,
): CauseFound | undefined {
  if (a.silentOnFixes || b.silentOnFixes) return undefined;
  const [stateA, stateB] = [fixState(left), fixState(right)];
  if (stateA === stateB && (stateA !== 'fixed' || sameVersions(left, right))) return undefined;
  const statusEvidence = (side: Side, findings: readonly ForeignFinding[]): CauseEvidence => ({
    kind: 'report',
    text: `${side.name}: ${findings.find((one) => one.status !== undefined)?.status ?? fixText(findings)}`,
  });
  const evidence = [statusEvidence(a, left), statusEvidence(b, right)];
  if (stateA !== 'fixed' && stateB !== 'fixed') {
    const rules = [a, b].flatMap((side): CauseEvidence[] =>
      side.lens === undefined
        ? []
        : [{ kind: 'rule', text: `${side.name}: ${side.lens.fix.says}`, cite: side.lens.fix.cite }],
    );
    return {
      code: 'fix.status-semantics',
      says: `${a.name} says ${stateA}, ${b.name} says ${stateB}: neither names a fixed version`,
      evidence: [...evidence, ...rules],
    };
  }
  const predicted = [a.verdict(key)?.fix?.state, b.verdict(key)?.fix?.state];
  if (predicted[0] === stateA && predicted[1] === stateB && stateA !== stateB)
    return { code: 'fix.status-semantics', says: 'Their rules read the same statement differently', evidence };
  const [dateA, dateB] = [a, b].map((side) => (side.report.database?.date ?? side.report.created)?.slice(0, 10));
  if (dateA !== undefined && dateB !== undefined && dateA !== dateB)
    return { code: 'feed.age', says: `${a.name}'s data is of ${dateA}, ${b.name}'s of ${dateB}`, evidence };
  if (
    stateA === 'fixed' &&
    stateB === 'fixed' &&
    a.lens !== undefined &&
    b.lens !== undefined &&
    a.lens.reads !== b.lens.reads &&
    !left.some((one) => one.type === 'deb' || one.type === 'apk' || one.type === 'rpm')
  ) {
    return {
      code: 'feed.coverage',
      says: `${fixText(left)} by ${a.name}'s sources, ${fixText(right)} by ${b.name}'s`,
      evidence,
    };
  }
  return { code: 'unexplained', says: `${fixText(left)} and ${fixText(right)}`, evidence };
}

function fixState(findings: readonly ForeignFinding[]): string {
  return findings.some((one) => one.fix.state === 'fixed') ? 'fixed' : findings[0]!.fix.state;
}

function sameVersions(left: readonly ForeignFinding[], right: readonly ForeignFinding[]): boolean {
  const versions = (all: readonly ForeignFinding[]): ReadonlySet<string> =>
    new Set(all.flatMap((one) => one.fix.versions.map((version) => plainVersion(version).replace(/^v/, ''))));
  const [a, b] = [versions(left), versions(right)];
  return a.size === 0 || b.size === 0 || [...a].some((version) => b.has(version));
}

function fixText(findings: readonly ForeignFinding[]): string {
  const versions = [...new Set(findings.flatMap((one) => one.fix.versions))];
  return versions.length > 0 ? `fixed in ${versions.slice(0, 4).join(', ')}` : fixState(findings);
}

/** Why one has more rows at a key: packages that the other left out by a rule, else what each counts. */
function countCauses(row: AlignedRow, more: Side, less: Side): readonly CauseFound[] {
  const lacking = lackingAt(row, more, less);
  if (lacking.length > 0) return lacking;
  const findings = row.cells[more.index]!.findings;
  const seen: ForeignFinding[] = [];
  const codes = new Set<CauseFound['code']>();
  for (const finding of findings) {
    if (seen.length > 0 && !seen.some((other) => other.row === finding.row)) codes.add(duplicateCause(finding, seen));
    seen.push(finding);
  }
  const packages = [...new Set(findings.map((one) => one.package))];
  return [...codes].map((code) => ({
    code,
    says: `${more.name} has a row for each of ${packages.slice(0, 6).join(', ')}${packages.length > 6 ? ', ...' : ''}`,
    evidence: more.lens === undefined ? [] : [{ kind: 'rule', text: more.lens.unit.says, cite: more.lens.unit.cite }],
  }));
}

/** Packages that both would count and only one has at a row, each with the rule that took it out of the other. */
export function lackingAt(row: AlignedRow, more: Side, less: Side): readonly CauseFound[] {
  if (more.lens?.unit.per !== 'binary' || less.lens?.unit.per !== 'binary') return [];
  const names = (side: Side): readonly string[] => [
    ...new Set(row.cells[side.index]?.findings.map((one) => one.package.toLowerCase()) ?? []),
  ];
  const there = new Set(names(less));
  return names(more)
    .filter((name) => !there.has(name))
    .map((name): CauseFound => {
      const dropped = less.verdictOf(row.key, name)?.dropped;
      if (dropped === undefined) {
        return { code: 'unexplained', says: `${less.name} counts packages and lacks ${name}`, evidence: [] };
      }
      return {
        code: dropped.code,
        says: dropped.says,
        evidence: [
          { kind: 'rule', text: `${less.name}: ${dropped.says}`, cite: dropped.cite },
          ...(dropped.on === undefined ? [] : [{ kind: 'record' as const, text: dropped.on }]),
        ],
      };
    });
}

/** Rows by (severity here, severity there). */
export function severityPair(row: AlignedRow, a: Side, b: Side): readonly [Severity | null, Severity | null] {
  return [a.reduction.severity(row.key) ?? null, b.reduction.severity(row.key) ?? null];
}
