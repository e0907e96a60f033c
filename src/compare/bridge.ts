import { SEVERITIES, type Severity } from '../model.ts';
import { type Cause, causeSentence } from '../scanners/causes.ts';
import type { ForeignFinding } from '../scanners/scanner.ts';
import type { AlignedRow } from './align.ts';
import type { Bridge } from './comparison.ts';

/** Rows gained or lost at one severity by one cause. */
interface Step {
  readonly code: Cause;
  readonly severity: Severity;
  readonly delta: number;
  /** One half of a change of severity: the other half cancels it out in the total. */
  readonly move?: true;
}

/** One report, reduced from its rows to the keys of the table: how many rows each cause takes away or adds. */
export interface Reduction {
  /** Rows by severity. */
  readonly rows: Readonly<Record<Severity, number>>;
  /** From rows to keys: rows that speak of several. */
  readonly spans: readonly Step[];
  /** From rows to keys: further rows of a key. */
  duplicates(key: string): readonly Step[];
  /** The severity that the report gives a key; undefined: not reported. */
  severity(key: string): Severity | undefined;
  /** Rows of the report at a key. */
  count(key: string): number;
  readonly keys: number;
}

/** Counts by severity, all zero. */
export function noCounts(): Record<Severity, number> {
  return Object.fromEntries(SEVERITIES.map((severity) => [severity, 0])) as Record<Severity, number>;
}

const worst = (severities: readonly Severity[]): Severity =>
  severities.reduce((a, b) => (SEVERITIES.indexOf(b) > SEVERITIES.indexOf(a) ? b : a), 'UNKNOWN');

/**
 * Reduces a report's rows to keys. A row may speak of several keys (one occurrence for several packages), a key may have
 * several rows (one for each binary): keys = rows + additional keys of rows - additional rows of keys, exactly.
 */
export function reduce(table: readonly AlignedRow[], index: number): Reduction {
  const spans: Step[] = [];
  const rowFindings = new Map<number, ForeignFinding[]>();
  const rowKeys = new Map<number, Set<string>>();
  for (const row of table) {
    for (const finding of row.cells[index]?.findings ?? []) {
      push(rowFindings, finding.row, finding);
      const keys = rowKeys.get(finding.row) ?? new Set<string>();
      keys.add(row.key);
      rowKeys.set(finding.row, keys);
    }
  }
  const severityOfRow = new Map(
    [...rowFindings].map(([row, findings]) => [row, worst(findings.map((one) => one.severity))]),
  );
  const rows = noCounts();
  for (const [row, severity] of severityOfRow) {
    rows[severity] += 1;
    // One row about several packages or vulnerabilities: several keys.
    const more = rowKeys.get(row)!.size - 1;
    if (more > 0) spans.push({ code: spanCause(rowFindings.get(row)!), severity, delta: more });
  }
  const severities = new Map<string, Severity>();
  const counts = new Map<string, number>();
  const duplicates = new Map<string, readonly Step[]>();
  for (const row of table) {
    const findings = row.cells[index]?.findings;
    if (findings === undefined) continue;
    const keySeverity = worst(findings.map((one) => one.severity));
    severities.set(row.key, keySeverity);
    const further: Step[] = [];
    counts.set(row.key, addDuplicates(further, findings, keySeverity, severityOfRow));
    duplicates.set(row.key, further);
  }
  return {
    rows,
    spans,
    duplicates: (key) => duplicates.get(key) ?? [],
    severity: (key) => severities.get(key),
    count: (key) => counts.get(key) ?? 0,
    keys: severities.size,
  };
}

/** Adds the steps that leave one row of a key; gives the number of rows it had. */
function addDuplicates(
  steps: Step[],
  findings: readonly ForeignFinding[],
  keySeverity: Severity,
  severityOfRow: ReadonlyMap<number, Severity>,
): number {
  const byRow = new Map<number, ForeignFinding>();
  for (const finding of findings) if (!byRow.has(finding.row)) byRow.set(finding.row, finding);
  const all = [...byRow];
  const primary = all.find(([row]) => severityOfRow.get(row) === keySeverity) ?? all[0]!;
  const primarySeverity = severityOfRow.get(primary[0])!;
  const seen: ForeignFinding[] = [primary[1]];
  for (const [row, finding] of all) {
    if (row === primary[0]) continue;
    steps.push({ code: duplicateCause(finding, seen), severity: severityOfRow.get(row)!, delta: -1 });
    seen.push(finding);
  }
  if (primarySeverity !== keySeverity) {
    // A row rated by another key that it also speaks of.
    steps.push(
      { code: 'unit.binary-vs-source', severity: primarySeverity, delta: -1, move: true },
      { code: 'unit.binary-vs-source', severity: keySeverity, delta: 1, move: true },
    );
  }
  return byRow.size;
}

/** Why a second row of the same key is a row of its own. */
export function duplicateCause(finding: ForeignFinding, others: readonly ForeignFinding[]): Cause {
  const same = others.filter((other) => other.package.toLowerCase() === finding.package.toLowerCase());
  if (same.length === 0) return 'unit.binary-vs-source';
  if (same.every((other) => other.id !== finding.id)) return 'id.alias';
  const place = (one: ForeignFinding): string => [...one.locations].sort().join('|') + (one.layer ?? '');
  const apart = same.filter((other) => other.id === finding.id);
  if (apart.every((other) => place(other) !== place(finding))) return 'unit.location-copy';
  if (apart.every((other) => other.version !== finding.version || other.purl !== finding.purl))
    return 'unit.binary-vs-source';
  return 'report.parse';
}

function spanCause(findings: readonly ForeignFinding[]): Cause {
  const packages = new Set(findings.map((one) => one.package));
  return packages.size > 1 ? 'unit.binary-vs-source' : 'id.alias';
}

/** What each key costs or adds on the way from one report to the other. */
export interface KeyCauses {
  /** The key is in the first only, or in the second only. */
  present(key: string): Cause;
  /** Both report it, with different severities. */
  severity(key: string): Cause;
  /**
   * Both report it and count packages, and one lacks packages that the other has there: why, package by package.
   * Empty where they count different things: then that is the cause.
   */
  lacking(key: string, side: 'from' | 'to'): readonly Cause[];
}

/**
 * The bridge from one total to the other, and one for each severity. Each step is a sum over single rows and keys, so
 * start + sum of the steps = end holds by construction; a difference that no rule predicts is a step of its own.
 */
export function bridge(
  from: string,
  to: string,
  a: Reduction,
  b: Reduction,
  table: readonly AlignedRow[],
  causes: KeyCauses,
): readonly Bridge[] {
  const steps: Step[] = [...a.spans, ...reversed(b.spans)];
  for (const { key } of table) {
    const left = a.severity(key);
    const right = b.severity(key);
    const further = furtherRows(a.duplicates(key), b.duplicates(key), () => causes.severity(key));
    steps.push(...(left === undefined || right === undefined ? further : attributed(further, key, causes)));
    if (left !== undefined && right === undefined) steps.push({ code: causes.present(key), severity: left, delta: -1 });
    else if (left === undefined && right !== undefined)
      steps.push({ code: causes.present(key), severity: right, delta: 1 });
    else if (left !== undefined && right !== undefined && left !== right) {
      const code = causes.severity(key);
      steps.push({ code, severity: left, delta: -1, move: true }, { code, severity: right, delta: 1, move: true });
    }
  }
  const sum = (counts: Readonly<Record<Severity, number>>): number =>
    SEVERITIES.reduce((total, severity) => total + counts[severity], 0);
  const total: Bridge = {
    from,
    to,
    start: sum(a.rows),
    steps: gather(steps.filter((step) => !step.move)),
    end: sum(b.rows),
  };
  const each = [...SEVERITIES].reverse().map(
    (severity): Bridge => ({
      from,
      to,
      severity,
      start: a.rows[severity],
      steps: gather(steps.filter((step) => step.severity === severity)),
      end: b.rows[severity],
    }),
  );
  return [total, ...each.filter((one) => one.start !== 0 || one.end !== 0 || one.steps.length > 0)];
}

const reversed = (steps: readonly Step[]): readonly Step[] => steps.map((step) => ({ ...step, delta: -step.delta }));

/** Further rows that both have for the same cause are no step; what is rated differently among them moves. */
function furtherRows(left: readonly Step[], right: readonly Step[], severityCause: () => Cause): readonly Step[] {
  const open = [...right];
  const steps: Step[] = [];
  for (const step of left) {
    const twin = step.move
      ? -1
      : open.findIndex((other) => !other.move && other.code === step.code && other.severity === step.severity);
    const partner = twin >= 0 || step.move ? twin : open.findIndex((other) => !other.move && other.code === step.code);
    if (partner < 0) {
      steps.push(step);
      continue;
    }
    const [other] = open.splice(partner, 1);
    if (other!.severity === step.severity) continue;
    const code = severityCause();
    steps.push(
      { code, severity: step.severity, delta: -1, move: true },
      { code, severity: other!.severity, delta: 1, move: true },
    );
  }
  return [...steps, ...reversed(open)];
}

/** Where one of them lacks packages that it would count, the rule that took these out is the cause, not the unit. */
function attributed(steps: readonly Step[], key: string, causes: KeyCauses): readonly Step[] {
  if (steps.length === 0) return steps;
  const open = { from: [...causes.lacking(key, 'from')], to: [...causes.lacking(key, 'to')] };
  return steps.map((step) => {
    if (step.move || step.code !== 'unit.binary-vs-source') return step;
    return { ...step, code: open[step.delta < 0 ? 'to' : 'from'].shift() ?? step.code };
  });
}

/** One step for each cause and direction: what is taken away and what is added are shown apart, so that nothing cancels out unseen. */
function gather(steps: readonly Step[]): Bridge['steps'] {
  const sums = new Map<string, { code: Cause; count: number }>();
  for (const { code, delta } of steps) {
    const key = `${code} ${Math.sign(delta)}`;
    const found = sums.get(key) ?? { code, count: 0 };
    sums.set(key, { code, count: found.count + delta });
  }
  return [...sums.values()]
    .filter((step) => step.count !== 0)
    .sort((a, b) => order(a.code) - order(b.code) || a.count - b.count)
    .map(({ code, count }) => ({ code, count, says: causeSentence(code) }));
}

/** Units first, then what one has and the other has not, the unexplained last. */
function order(code: Cause): number {
  if (code === 'unexplained') return 3;
  return code.startsWith('unit.') || code === 'id.alias' ? 0 : code.startsWith('severity.') ? 2 : 1;
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
