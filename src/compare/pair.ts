import type { CandidateSource } from '../matching/candidates.ts';
import type { Candidate, Inventory, OperatingSystem } from '../model.ts';
import type { Lens } from '../scanners/lens.ts';
import type { ForeignFinding, ScannerReport } from '../scanners/scanner.ts';
import { type AlignedRow, type Alignment, align, type Knowledge } from './align.ts';
import { asFinding } from './as-finding.ts';
import { bridge, turned, unexplainedRows, weakest } from './bridge.ts';
import type { Bridge, CauseFound, Difference, Proof, ProofTally, SeverityMatrix } from './comparison.ts';
import { lackingAt } from './counts.ts';
import { differencesAt, type Pair, presenceAt, severityAt } from './differences.ts';
import type { LensDecision } from './replay.ts';
import type { reportedAt } from './reported.ts';
import { type Side, sideOf } from './side.ts';
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
  /** The table of all, where it is the one of these two. */
  table?(pair: readonly [ComparedSide, ComparedSide]): Alignment | undefined;
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
  const found = inOrder(swapped ? second : first, swapped ? first : second, ground);
  return swapped ? turn(found) : found;
}

/** A name of a report by what is in it, not by where it was given: the order in which work is done. */
export function orderOf({ report, lens }: ComparedSide): string {
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

function inOrder(first: ComparedSide, second: ComparedSide, ground: Ground): PairResult {
  const universe = ground.universe([first, second]);
  // Where these two are all that is compared, they are laid side by side already.
  const table =
    ground.table?.([first, second]) ??
    align(
      [first.report, second.report, { findings: universe.candidates.map(asFinding), suppressed: [] }],
      ground.knowledge,
    );
  // The last column is what is known: it gave its candidates their keys, and is no report.
  const rows = table.rows
    .filter((row) => row.cells[0] !== undefined || row.cells[1] !== undefined)
    .map((row): AlignedRow => (row.cells.length === 2 ? row : { ...row, cells: row.cells.slice(0, 2) }));
  const candidates = candidatesOf(universe.candidates, table.keyOf, ground, systemOf(first, second, ground));
  const side = (entry: ComparedSide, index: number): Side =>
    sideOf({
      ...entry,
      index,
      table: rows,
      keyOf: table.keyOf,
      os: systemOf(entry, index === 0 ? second : first, ground),
      universe,
      decided: ground.decided,
      candidates,
    });
  const [a, b] = [side(first, 0), side(second, 1)];
  return resultOf(
    rows,
    { a, b, universe, otherImage: ground.otherImage(first, second), twoFormats: twoFormats(first, second) },
    ground,
  );
}

function resultOf(rows: readonly AlignedRow[], pair: Pair, ground: Ground): PairResult {
  const { a, b } = pair;
  const differences: Difference[] = [];
  const present = new Map<AlignedRow, CauseFound>();
  const severity = new Map<AlignedRow, CauseFound>();
  const proofs: Proof[] = [];
  for (const row of rows) {
    const found = differencesAt(row, ground.keyOf((row.cells[0] ?? row.cells[1])!.findings[0]!), pair);
    let proof: Proof | undefined;
    for (const difference of found) {
      differences.push(difference);
      if (difference.kind === 'present') present.set(row, difference.causes[0]!);
      if (difference.kind === 'severity') severity.set(row, difference.causes[0]!);
      for (const cause of difference.causes) proof = weakest(proof ?? 'stated', cause.proof);
    }
    if (proof !== undefined) proofs.push(proof);
  }
  const lacking = (row: AlignedRow, from: boolean): readonly CauseFound[] =>
    pair.twoFormats ? [] : from ? lackingAt(row, b, a) : lackingAt(row, a, b);
  const bridges = bridge(a.name, b.name, a.reduction, b.reduction, rows, {
    present: (row) => present.get(row) ?? presenceAt(row, pair),
    severity: (row) => severity.get(row) ?? severityAt(row, pair),
    lacking: (row, side) => lacking(row, side === 'from'),
  });
  return {
    differences,
    bridges,
    matrix: matrixOf(rows, a, b),
    tally: { from: a.name, to: b.name, ...tallyOf(proofs, unexplainedRows(bridges)) },
  };
}

/** Places by the weakest proof among their causes. */
export function tallyOf(proofs: Iterable<Proof>, rows: number): ProofTally {
  const count = { stated: 0, replayed: 0, inferred: 0, none: 0 };
  let places = 0;
  for (const proof of proofs) {
    count[proof] += 1;
    places += 1;
  }
  const { none, ...known } = count;
  return { places, ...known, unexplained: none, unexplainedRows: rows };
}

/** One scan in two formats, by all that the reports say. */
function twoFormats({ report: a }: ComparedSide, { report: b }: ComparedSide): boolean {
  return (
    a.scanner === b.scanner &&
    a.format !== b.format &&
    a.format !== 'lens' &&
    b.format !== 'lens' &&
    (a.version === undefined || b.version === undefined || a.version === b.version)
  );
}

/** The system that a report is about: by the image, by its own word, by the other's. */
function systemOf(
  { report: one }: ComparedSide,
  { report: other }: ComparedSide,
  { inventory }: Ground,
): OperatingSystem | undefined {
  if (inventory?.os !== undefined) return inventory.os;
  const said = one.subject.os ?? other.subject.os;
  if (said === undefined || said === '') return undefined;
  const [id = '', versionId = ''] = said.split(':');
  return { id, name: said, ...(versionId !== '' && { versionId }) };
}

/** What may be reported at a row: what image and database hold, else what the two reports name there. */
function candidatesOf(
  known: readonly Candidate[],
  keyOf: (finding: ForeignFinding) => string,
  { reported }: Ground,
  os: OperatingSystem | undefined,
): (row: AlignedRow) => readonly Candidate[] {
  const byKey = new Map<string, Candidate[]>();
  for (const candidate of known) {
    const key = keyOf(asFinding(candidate));
    const list = byKey.get(key);
    if (list === undefined) byKey.set(key, [candidate]);
    else list.push(candidate);
  }
  let last: { readonly row: AlignedRow; readonly candidates: readonly Candidate[] } | undefined;
  return (row) => {
    if (last?.row === row) return last.candidates;
    const here = byKey.get(row.key) ?? [];
    const names = new Set(here.map((candidate) => candidate.package.name.toLowerCase()));
    const others = row.cells
      .flatMap((cell) => cell?.findings ?? [])
      .filter(
        (finding) => !names.has(finding.package.toLowerCase()) && (here.length === 0 || finding.kind !== 'source'),
      );
    const candidates = others.length === 0 ? here : [...here, ...reported(row.id, others, os)];
    last = { row, candidates };
    return candidates;
  };
}

function matrixOf(rows: readonly AlignedRow[], a: Side, b: Side): SeverityMatrix {
  const counts = new Map<string, SeverityMatrix['cells'][number]>();
  for (const row of rows) {
    const [from, to] = [a.reduction.severity(row) ?? null, b.reduction.severity(row) ?? null];
    const key = `${from} ${to}`;
    counts.set(key, { from, to, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  return { from: a.name, to: b.name, cells: [...counts.values()] };
}
