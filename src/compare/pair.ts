import { maven } from '../ecosystems/maven.ts';
import type { CandidateSource } from '../matching/candidates.ts';
import type { Candidate, Inventory, OperatingSystem, Severity } from '../model.ts';
import type { Lens } from '../scanners/lens.ts';
import type { ForeignFinding, ScannerReport } from '../scanners/scanner.ts';
import { type AlignedRow, type Alignment, align, type Knowledge } from './align.ts';
import { asFinding, candidatesByKey } from './as-finding.ts';
import { bridge, turned, unexplainedRows, weakest } from './bridge.ts';
import {
  type Bridge,
  type CauseFound,
  type Difference,
  PROOFS,
  type Proof,
  type ProofTally,
  type SeverityMatrix,
} from './comparison.ts';
import { lackingAt } from './counts.ts';
import { differencesAt, type Pair, presenceAt, severityAt } from './differences.ts';
import type { LensDecision } from './lens-decision.ts';
import { systemSaid } from './report-facts.ts';
import type { reportedAt } from './reported.ts';
import { type Side, sideOf } from './side.ts';
import { twoFormats } from './two-formats.ts';
import type { Universe } from './universe.ts';

/** One report or replay that is compared. */
export interface ComparedSide {
  readonly name: string;
  readonly report: ScannerReport;
  readonly lens: Lens | undefined;
}

/** What is known beyond the two of a pair. */
export interface Ground {
  /** What the image and the database hold, and for replays what all reports name. */
  universe(pair: readonly ComparedSide[]): Universe;
  readonly inventory: Pick<Inventory, 'packages' | 'os'> | undefined;
  readonly source: CandidateSource | undefined;
  readonly knowledge: Knowledge;
  readonly reported: ReturnType<typeof reportedAt>;
  /** The images of two are known to differ. */
  otherImage(a: ComparedSide, b: ComparedSide): boolean;
  /** Decisions of a lens on what is known, by lens and system: worked out once for all pairs. */
  readonly decided: Map<string, WeakMap<Candidate, LensDecision>>;
  /** The table of all, where all are two: its columns are in the order in which they were given. */
  readonly table?: Alignment;
  /** The name of a row in the comparison of all. */
  keyOf(finding: ForeignFinding): string;
}

/** What a pair comes to. */
export interface PairResult {
  readonly differences: readonly Difference[];
  readonly bridges: readonly Bridge[];
  readonly matrix: SeverityMatrix;
  readonly tally: ProofTally & { readonly from: string; readonly to: string };
}

/**
 * Compares two. Nothing else that is compared has a part in it: with a third report, or in the other order, the causes are
 * the same. So the work is always done in one order, and turned for those who asked for the other.
 */
export function comparePair(first: ComparedSide, second: ComparedSide, ground: Ground): PairResult {
  const swapped = orderOf(first) > orderOf(second);
  return swapped ? turn(inOrder(second, first, ground, [1, 0])) : inOrder(first, second, ground, [0, 1]);
}

/** A name of a report by what is in it, not by where it was given: the order in which work is done. */
export function orderOf(entry: ComparedSide): string {
  const known = orders.get(entry) ?? madeOf(entry);
  orders.set(entry, known);
  return known;
}

const orders = new WeakMap<ComparedSide, string>();

function madeOf({ report, lens }: ComparedSide): string {
  let sum = 7;
  const add = (text: string): void => {
    for (let index = 0; index < text.length; index += 1) sum = (Math.imul(sum, 31) + text.charCodeAt(index)) | 0;
  };
  for (const finding of report.findings) {
    add(finding.id);
    add(finding.package);
    add(finding.version);
    add(finding.severity);
  }
  return [report.scanner, report.format, report.version, lens?.name, report.rows, report.created, sum].join('\n');
}

function turn({ differences, bridges, matrix, tally }: PairResult): PairResult {
  return {
    differences: differences.map((difference) => ({
      ...difference,
      between: [difference.between[1], difference.between[0]],
      values: [difference.values[1], difference.values[0]],
    })),
    bridges: turned(bridges),
    matrix: {
      from: matrix.to,
      to: matrix.from,
      cells: matrix.cells.map(({ from, to, count }) => ({ from: to, to: from, count })),
    },
    tally: { ...tally, from: tally.to, to: tally.from },
  };
}

/** `columns`: where the two stand in the table of all. */
function inOrder(
  first: ComparedSide,
  second: ComparedSide,
  ground: Ground,
  columns: readonly [number, number],
): PairResult {
  const universe = ground.universe([first, second]);
  // Where these two are all that is compared, they are laid side by side already.
  const table =
    ground.table ??
    align([first.report, second.report], ground.knowledge, { known: universe.candidates.map(asFinding) });
  const { rows } = table;
  const candidates = candidatesOfRows(
    universe.candidates,
    table,
    ground,
    systemOfPair(first, second, ground),
    ground.table === undefined ? [0, 1] : columns,
  );
  const side = (entry: ComparedSide, at: 0 | 1): Side =>
    sideOf({
      ...entry,
      index: ground.table === undefined ? at : columns[at],
      table: rows,
      keyOf: table.keyOf,
      os: systemOfPair(entry, at === 0 ? second : first, ground),
      universe,
      decided: ground.decided,
      candidates,
    });
  const [a, b] = [side(first, 0), side(second, 1)];
  return resultOf(
    rows,
    {
      a,
      b,
      universe,
      otherImage: ground.otherImage(first, second),
      formats: twoFormats(a, b),
      between: [a.name, b.name],
    },
    ground,
  );
}

function resultOf(rows: readonly AlignedRow[], pair: Pair, ground: Ground): PairResult {
  const { a, b } = pair;
  const differences: Difference[] = [];
  const booked = bridge(a.name, b.name, a.reduction, b.reduction);
  const proofs = new Map<Proof, number>();
  const matrix = matrixOf(a, b);
  for (const row of rows) {
    // Alone, the table's own key is the name of the row.
    const key = ground.table === undefined ? ground.keyOf((row.cells[0] ?? row.cells[1])!.findings[0]!) : row.key;
    const here = differencesAt(row, key, pair);
    let proof: Proof | undefined;
    for (const difference of here) {
      differences.push(difference);
      for (const cause of difference.causes) proof = weakest(proof ?? 'stated', cause.proof);
    }
    if (proof !== undefined) proofs.set(proof, (proofs.get(proof) ?? 0) + 1);
    matrix.add(row);
    const told = (kind: Difference['kind']): CauseFound | undefined =>
      here.find((difference) => difference.kind === kind)?.causes[0];
    booked.add(row, {
      present: () => told('present') ?? presenceAt(row, pair),
      severity: () => told('severity') ?? severityAt(row, pair),
      lacking: (from) => (pair.formats ? [] : from === 'from' ? lackingAt(row, b, a) : lackingAt(row, a, b)),
    });
  }
  const bridges = booked.end();
  return {
    differences,
    bridges,
    matrix: matrix.end(),
    tally: { from: a.name, to: b.name, ...tallied(proofs, unexplainedRows(bridges)) },
  };
}

/** Places by the weakest proof among their causes. */
export function tallyOf(proofs: Iterable<Proof>, rows: number): ProofTally {
  const counts = new Map<Proof, number>();
  for (const proof of proofs) counts.set(proof, (counts.get(proof) ?? 0) + 1);
  return tallied(counts, rows);
}

function tallied(counts: ReadonlyMap<Proof, number>, rows: number): ProofTally {
  const of = (proof: Proof): number => counts.get(proof) ?? 0;
  return {
    places: PROOFS.reduce((sum, proof) => sum + of(proof), 0),
    stated: of('stated'),
    replayed: of('replayed'),
    inferred: of('inferred'),
    unexplained: of('none'),
    unexplainedRows: rows,
  };
}

/** The system that a report is about: by the image, by its own word, by the other's. */
function systemOfPair(
  { report }: ComparedSide,
  { report: other }: ComparedSide,
  { inventory }: Ground,
): OperatingSystem | undefined {
  if (inventory?.os !== undefined) return inventory.os;
  return systemSaid(report.subject.os ?? other.subject.os);
}

/** What may be reported at a row: what image and database hold, else what the two reports name there. */
function candidatesOfRows(
  known: readonly Candidate[],
  { keyOf, names: packages }: Alignment,
  { reported }: Ground,
  os: OperatingSystem | undefined,
  columns: readonly [number, number],
): (row: AlignedRow) => readonly Candidate[] {
  const byKey = candidatesByKey(known, keyOf);
  let last: { readonly row: AlignedRow; readonly candidates: readonly Candidate[] } | undefined;
  return (row) => {
    if (last?.row === row) return last.candidates;
    const here = byKey.get(row.key) ?? [];
    const names = new Set(here.map((candidate) => candidate.package.name.toLowerCase()));
    // In the order in which the work is done, not that in which they were given.
    const both = columns.flatMap((column) => row.cells[column]?.findings ?? []);
    const groups = groupsOf(both);
    const others = both
      .filter(
        (finding) => !names.has(finding.package.toLowerCase()) && (here.length === 0 || finding.kind !== 'source'),
      )
      .map((finding) => {
        // SARIF names binaries only; the statements of a distribution are on sources.
        const source = packages.sourceOf(finding);
        return source === undefined ? withGroup(finding, groups) : { ...finding, source };
      });
    const candidates = others.length === 0 ? here : [...here, ...reported(row.id, others, os)];
    last = { row, candidates };
    return candidates;
  };
}

/** Packages of Java as they are named with their group, by the name alone; undefined where two groups have one. */
function groupsOf(findings: readonly ForeignFinding[]): ReadonlyMap<string, string | undefined> {
  const groups = new Map<string, string | undefined>();
  for (const { type, package: name } of findings) {
    const colon = type === maven.type ? name.lastIndexOf(':') : -1;
    if (colon < 0) continue;
    const artifact = name.slice(colon + 1).toLowerCase();
    groups.set(artifact, groups.has(artifact) && groups.get(artifact) !== name ? undefined : name);
  }
  return groups;
}

/** A package of Java that is named without its group (SARIF of Grype), as the other report names it in this row: statements are on both parts. */
function withGroup(finding: ForeignFinding, groups: ReadonlyMap<string, string | undefined>): ForeignFinding {
  const named = finding.type === maven.type ? groups.get(finding.package.toLowerCase()) : undefined;
  return named === undefined ? finding : { ...finding, package: named };
}

function matrixOf(a: Side, b: Side): { add(row: AlignedRow): void; end(): SeverityMatrix } {
  const counts = new Map<Severity | null, Map<Severity | null, number>>();
  return {
    add(row) {
      const [from, to] = [a.reduction.severity(row) ?? null, b.reduction.severity(row) ?? null];
      const line = counts.get(from) ?? new Map<Severity | null, number>();
      counts.set(from, line);
      line.set(to, (line.get(to) ?? 0) + 1);
    },
    end: () => ({
      from: a.name,
      to: b.name,
      cells: [...counts].flatMap(([from, line]) => [...line].map(([to, count]) => ({ from, to, count }))),
    }),
  };
}
