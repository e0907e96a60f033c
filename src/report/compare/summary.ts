import type {
  Bridge,
  ComparedReport,
  ComparedRow,
  Comparison,
  Difference,
  ProofTally,
} from '../../compare/comparison.ts';
import { grouped } from '../../formats/grouped.ts';
import { type Severity, WORST_FIRST } from '../../model.ts';
import type { Cause } from '../../scanners/causes.ts';

/** Differences of one kind with one cause, between two reports. */
interface CauseGroup {
  readonly between: readonly [string, string];
  readonly kind: Difference['kind'];
  readonly code: Cause;
  readonly differences: readonly Difference[];
}

const KINDS: readonly Difference['kind'][] = ['present', 'severity', 'fix', 'count'];

/** All differences by pair, kind and first cause; of each kind what is unexplained first, then what changes most. */
export function causeGroups({ differences }: Comparison): readonly CauseGroup[] {
  const groups = new Map<
    string,
    { between: readonly [string, string]; kind: Difference['kind']; code: Cause; differences: Difference[] }
  >();
  for (const difference of differences) {
    const code = difference.causes[0]?.code ?? 'unexplained';
    const key = `${difference.between.join('|')} ${difference.kind} ${code}`;
    const group = groups.get(key) ?? { between: difference.between, kind: difference.kind, code, differences: [] };
    group.differences.push(difference);
    groups.set(key, group);
  }
  const pairs = [...new Set([...groups.values()].map(({ between }) => between.join('|')))];
  const pairOf = ({ between }: CauseGroup): number => pairs.indexOf(between.join('|'));
  return [...groups.values()].sort(
    (a, b) =>
      pairOf(a) - pairOf(b) ||
      KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) ||
      Number(b.code === 'unexplained') - Number(a.code === 'unexplained') ||
      b.differences.length - a.differences.length,
  );
}

/** The bridges of all rows. */
export function totalBridges({ bridges }: Comparison): readonly Bridge[] {
  return bridges.filter((bridge) => bridge.severity === undefined);
}

/** Whether the two ends of a bridge have the same rows, severity by severity, and nothing differs between them. */
export function isSame({ from, to, start, end, steps }: Bridge, { tallies }: Comparison): boolean {
  const tally = tallies.find((proof) => proof.from === from && proof.to === to);
  return start === end && start > 0 && steps.length === 0 && tally?.places === 0;
}

/** The severities that any report has rows of, most severe first. */
export function usedSeverities({ reports }: Comparison): readonly Severity[] {
  return WORST_FIRST.filter((severity) => reports.some((report) => report.severities[severity] > 0));
}

/** `19 critical, 235 high`: a report's headline in its own words. */
export function headline(report: ComparedReport): string {
  const named = report.words
    .filter(([severity]) => report.severities[severity] > 0)
    .map(([severity, word]) => `${thousands(report.severities[severity])} ${word}`);
  const unnamed = (Object.keys(report.severities) as Severity[]).filter(
    (severity) => report.severities[severity] > 0 && !report.words.some(([level]) => level === severity),
  );
  return (
    [
      ...named,
      ...unnamed.map((severity) => `${thousands(report.severities[severity])} ${severity.toLowerCase()}`),
    ].join(', ') || 'nothing'
  );
}

/** Rows that the same reports have, and how many of them files and advisories bear out. */
interface Combination {
  readonly reports: readonly string[];
  readonly rows: readonly ComparedRow[];
  readonly evidence: Readonly<Record<ComparedRow['evidence'], number>>;
}

/** Rows of the table by who reports them, the most first. Each row is looked at once: there may be half a million. */
export function combinations({ rows }: Comparison): readonly Combination[] {
  const groups = new Map<string, { rows: ComparedRow[]; evidence: Record<ComparedRow['evidence'], number> }>();
  for (const row of rows) {
    const key = row.reportedBy.map((cell) => cell.report).join('\n');
    let group = groups.get(key);
    if (group === undefined) {
      group = { rows: [], evidence: { confirmed: 0, contradicted: 0, undecidable: 0 } };
      groups.set(key, group);
    }
    group.rows.push(row);
    group.evidence[row.evidence] += 1;
  }
  return [...groups]
    .map(([key, group]) => ({ reports: key.split('\n'), ...group }))
    .sort((a, b) => b.rows.length - a.rows.length);
}

/** The sentence the whole comparison comes down to: how many places differ, and how their causes are known. */
export function comparisonVerdict(comparison: Comparison): string {
  const unread = comparison.reports.flatMap(({ name, notes }) => {
    const count = notes.reduce((sum, note) => sum + (note.code === 'unreadable-row' ? note.count : 0), 0);
    return count === 0 ? [] : [`${thousands(count)} of ${titleOf(name, comparison)}`];
  });
  const besides = unread.length === 0 ? '' : `. Besides, rows could not be read: ${unread.join(', ')}`;
  return `${differencesInWords(comparison)}${besides}`;
}

function differencesInWords(comparison: Comparison): string {
  const { reports, rows, tally } = comparison;
  const empty = reports.filter((report) => report.rows === 0);
  if (empty.length === reports.length) return 'None of them has a finding';
  const without = empty.map(({ name }) => titleOf(name, comparison)).join(' and ');
  const lead = empty.length === 0 ? '' : `${without} ${empty.length === 1 ? 'has' : 'have'} no findings. `;
  if (tally.places === 0) return `${lead}They agree on everything`;
  return `${lead}They differ at ${thousands(tally.places)} of ${thousands(rows.length)} places: ${proofWords(tally)}`;
}

/** `71 stated, 40 replayed, 6 unexplained (4 rows)`. */
export function proofWords(tally: ProofTally): string {
  const parts = [
    [tally.stated, 'stated'],
    [tally.replayed, 'replayed'],
    [tally.inferred, 'inferred'],
  ] as const;
  const known = parts.filter(([count]) => count > 0).map(([count, word]) => `${thousands(count)} ${word}`);
  const rows = tally.unexplainedRows === 0 ? '' : ` (${numberOf(tally.unexplainedRows, 'row')})`;
  return [
    ...known,
    tally.unexplained === 0 ? 'none unexplained' : `${thousands(tally.unexplained)} unexplained${rows}`,
  ].join(', ');
}

/** `1 row`, `1,234 rows`. */
export const numberOf = (count: number, noun: string): string => `${thousands(count)} ${noun}${count === 1 ? '' : 's'}`;

/** `1234` as `1,234`. */
export function thousands(count: number): string {
  return grouped(count);
}

/** `+218`, `-131`. */
export function signed(count: number): string {
  return count < 0 ? `-${thousands(-count)}` : `+${thousands(count)}`;
}

/** A report's title, with its name in the comparison where several share the title; of a lens among reports that it is rules only. */
export function titleOf(name: string, { reports }: Pick<Comparison, 'reports'>): string {
  const report = reports.find((report) => report.name === name);
  if (report === undefined) return name;
  const isLens = ({ format }: ComparedReport): boolean => format === 'lens';
  if (isLens(report) && !reports.every(isLens)) return `${report.title} (rules)`;
  const twin = reports.some((other) => other !== report && other.title === report.title && !isLens(other));
  return twin ? `${report.title} (${report.name})` : report.title;
}
