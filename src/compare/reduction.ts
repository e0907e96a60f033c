import { SEVERITIES, type Severity } from '../model.ts';
import type { Cause } from '../scanners/causes.ts';
import type { ForeignFinding } from '../scanners/scanner.ts';
import type { AlignedRow } from './align.ts';

/** Rows that a key has beyond one, or lacks. */
export interface RowStep {
  readonly code: Cause;
  readonly severity: Severity;
  readonly delta: number;
  /** One half of a change of severity: the other half cancels it out in the total. */
  readonly move?: true;
}

/** One report, reduced from its rows to the keys of the table. */
export interface Reduction {
  /** Rows by severity. */
  readonly rows: Readonly<Record<Severity, number>>;
  /** From the rows of a key to one row of the key's severity: further rows, or the one that it has only together with another key. */
  steps(row: AlignedRow): readonly RowStep[];
  /** The severity that the report gives a key; undefined: not reported. */
  severity(row: AlignedRow): Severity | undefined;
  /** Rows that speak of a key. */
  count(row: AlignedRow): number;
  /** Severities of the rows that count at this key; a row that speaks of several keys counts at one of them. */
  rowsOf(row: AlignedRow): readonly Severity[];
  readonly keys: number;
}

/** Counts by severity, all zero. */
function noCounts(): Record<Severity, number> {
  return Object.fromEntries(SEVERITIES.map((severity) => [severity, 0])) as Record<Severity, number>;
}

const worse = (a: Severity, b: Severity): Severity =>
  a !== b && SEVERITIES.indexOf(b) > SEVERITIES.indexOf(a) ? b : a;

/**
 * Reduces a report's rows to keys. A row may speak of several keys (one occurrence for several packages): it counts at the
 * first that passes `preferred`, so that what only this report has takes no row from what both have. A key may have
 * several rows (one for each binary), or none of its own.
 */
export function reduce(
  table: readonly AlignedRow[],
  index: number,
  preferred: (row: AlignedRow) => boolean = () => true,
): Reduction {
  // By number of the row: they are counted from zero.
  const severities: Severity[] = [];
  const keys: string[] = [];
  let present = 0;
  for (const first of [true, false]) {
    for (const row of table) {
      if (preferred(row) !== first) continue;
      const findings = row.cells[index]?.findings;
      if (findings !== undefined) present += 1;
      for (const finding of findings ?? []) {
        severities[finding.row] = worse(severities[finding.row] ?? 'UNKNOWN', finding.severity);
        keys[finding.row] ??= row.key;
      }
    }
  }
  const rows = noCounts();
  severities.forEach((severity) => {
    rows[severity] += 1;
  });
  const severity = (row: AlignedRow): Severity | undefined => {
    const findings = row.cells[index]?.findings;
    if (findings === undefined) return undefined;
    let worst: Severity = 'UNKNOWN';
    for (const finding of findings) worst = worse(worst, finding.severity);
    return worst;
  };
  const own = (row: AlignedRow): readonly Own[] =>
    rowsAt(row.cells[index]?.findings)
      .filter((finding) => keys[finding.row] === row.key)
      .map((finding) => [finding, severities[finding.row]!]);
  return {
    rows,
    steps(row) {
      const findings = row.cells[index]?.findings ?? [];
      // Nearly all keys have one row of their own: then there is nothing to take away.
      if (
        findings.length === 1 &&
        keys[findings[0]!.row] === row.key &&
        severities[findings[0]!.row] === findings[0]!.severity
      )
        return NO_STEPS;
      return rowSteps(findings, severity(row) ?? 'UNKNOWN', own(row));
    },
    severity,
    count: (row) => rowsAt(row.cells[index]?.findings).length,
    rowsOf: (row) => own(row).map(([, of]) => of),
    keys: present,
  };
}

const NO_STEPS: readonly RowStep[] = [];

/** The first finding of each row among those of a key. */
function rowsAt(findings: readonly ForeignFinding[] = []): readonly ForeignFinding[] {
  if (findings.length < 2) return findings;
  const seen = new Set<number>();
  return findings.filter(({ row }) => !seen.has(row) && seen.add(row));
}

/** A row that counts at a key: what it says there, and its severity. */
type Own = readonly [finding: ForeignFinding, severity: Severity];

/** The steps that leave one row of a key, of the key's severity. Linear: what is already there is asked by what decides. */
function rowSteps(findings: readonly ForeignFinding[], severity: Severity, own: readonly Own[]): readonly RowStep[] {
  if (own.length === 0) return [{ code: spanCause(findings), severity, delta: 1 }];
  const primary = own.find(([, of]) => of === severity) ?? own[0]!;
  const known = seenRows();
  known.add(primary[0]);
  const steps: RowStep[] = [];
  for (const part of own) {
    if (part === primary) continue;
    steps.push({ code: known.cause(part[0]), severity: part[1], delta: -1 });
    known.add(part[0]);
  }
  if (primary[1] !== severity) {
    // A row rated by another key that it also speaks of.
    steps.push(
      { code: 'unit.binary-vs-source', severity: primary[1], delta: -1, move: true },
      { code: 'unit.binary-vs-source', severity, delta: 1, move: true },
    );
  }
  return steps;
}

/** Rows of one key seen so far, and why one more is a row of its own. */
interface SeenRows {
  add(finding: ForeignFinding): void;
  cause(finding: ForeignFinding): Cause;
}

/** Begins with none. */
export function seenRows(): SeenRows {
  const names = new Set<string>();
  const ids = new Set<string>();
  const places = new Set<string>();
  const twins = new Set<string>();
  // A conda package and the Python distribution in it are two packages of one name.
  const name = (finding: ForeignFinding): string => `${finding.type ?? ''} ${finding.package.toLowerCase()}`;
  const id = (finding: ForeignFinding): string => `${name(finding)}\n${finding.id}`;
  const place = (finding: ForeignFinding): string =>
    `${id(finding)}\n${[...finding.locations].sort().join('|')}${finding.layer ?? ''}`;
  const twin = (finding: ForeignFinding): string => `${place(finding)}\n${finding.version}\n${finding.purl ?? ''}`;
  return {
    add(finding) {
      names.add(name(finding));
      ids.add(id(finding));
      places.add(place(finding));
      twins.add(twin(finding));
    },
    cause(finding) {
      if (!names.has(name(finding))) return 'unit.binary-vs-source';
      if (!ids.has(id(finding))) return 'id.alias';
      if (!places.has(place(finding))) return 'unit.location-copy';
      return twins.has(twin(finding)) ? 'report.parse' : 'unit.binary-vs-source';
    },
  };
}

function spanCause(findings: readonly ForeignFinding[]): Cause {
  return new Set(findings.map((finding) => finding.package)).size > 1 ? 'unit.binary-vs-source' : 'id.alias';
}
