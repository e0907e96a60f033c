import { addTo } from '../collections.ts';
import type { Candidate, OperatingSystem, Package } from '../model.ts';
import type { Lens, RatingStep } from '../scanners/lens.ts';
import type { ForeignFinding, ScannerReport } from '../scanners/scanner.ts';
import type { AlignedRow } from './align.ts';
import { type Dropped, decide, type LensDecision } from './lens-decision.ts';
import { applies } from './rate.ts';
import { type Reduction, reduce } from './reduction.ts';
import { type ReportFacts, reportFacts } from './report-facts.ts';
import type { Universe } from './universe.ts';
import { better } from './verdicts.ts';

/** One report of a pair, with all that explains it. Nothing in it depends on reports outside the pair. */
export interface Side {
  readonly name: string;
  /** Its place among the cells of a row. */
  readonly index: number;
  readonly report: ScannerReport;
  readonly lens: Lens | undefined;
  /** A replay, not a report. */
  readonly isLens: boolean;
  readonly reduction: Reduction;
  readonly facts: ReportFacts;
  /** The system that the report is about, by its own word where it has one: `debian:12`. */
  readonly system: string | undefined;
  /** Its lens's decision at a row: shown when any of its packages is, with the worst rating among those. */
  verdict(row: AlignedRow): LensDecision | undefined;
  /** Its lens's decision on one package at a row, by its name in lower case. */
  verdictOf(row: AlignedRow, name: string): LensDecision | undefined;
  /** The steps that its lens takes for the package of a row. */
  steps(row: AlignedRow): readonly RatingStep[];
  /** Why it holds back a finding of a row, in its own words; of one package, where a name is given. */
  heldBack(row: AlignedRow, name?: string): string | undefined;
  /** Whether it has a row at the place of a finding. */
  reports(finding: ForeignFinding): boolean;
  /** Rows of the table that it has and that pass a test, counted once for each name. */
  count(name: string, test: (row: AlignedRow) => boolean): number;
  /** Ids of the rows that it has and another has not. */
  idsWithout(other: Side): ReadonlySet<string>;
  /** No row of it says anything of fixes: there is nothing to differ on. */
  readonly silentOnFixes: boolean;
  /** Findings of it that tell whether there is a fix, and those without one or without a word on it. */
  readonly fixes: { readonly telling: number; readonly unfixed: number };
  /** Its format writes several severities as LOW. */
  readonly coarse: boolean;
}

/** What a side is made of. */
interface SideParts {
  readonly report: ScannerReport;
  readonly index: number;
  readonly name: string;
  readonly lens: Lens | undefined;
  readonly table: readonly AlignedRow[];
  readonly keyOf: (finding: ForeignFinding) => string;
  readonly os: OperatingSystem | undefined;
  readonly universe: Universe;
  readonly decided: Map<string, WeakMap<Candidate, LensDecision>>;
  /** Everything that may be reported at a row, from the image and the database, else from the two reports themselves. */
  readonly candidates: (row: AlignedRow) => readonly Candidate[];
}

/** `debian:12` of a system. */
export function systemName(os: OperatingSystem | undefined): string | undefined {
  return os === undefined ? undefined : `${os.id}:${os.versionId ?? ''}`;
}

function decisions({ lens, os, decided, report }: SideParts): WeakMap<Candidate, LensDecision> {
  const key = `${lens?.name}${report.settings?.folder === true ? ' in a folder' : ''} ${systemName(os)}`;
  const known = decided.get(key) ?? new WeakMap<Candidate, LensDecision>();
  decided.set(key, known);
  return known;
}

/** Puts a side together. Verdicts are worked out for the rows that are asked about only. */
export function sideOf(parts: SideParts): Side {
  const { report, index, name, lens, table, keyOf, os } = parts;
  const universe = os === undefined ? parts.universe : { ...parts.universe, os };
  const decided = decisions(parts);
  let last: { readonly row: AlignedRow; readonly verdicts: readonly LensDecision[] } | undefined;
  const verdicts = (row: AlignedRow): readonly LensDecision[] => {
    if (lens === undefined) return [];
    if (last?.row === row) return last.verdicts;
    const decisions = parts.candidates(row).map((candidate) => {
      const known = decided.get(candidate) ?? decide(lens, candidate, universe);
      // What only a report speaks of is made anew for each row, and asked about while that row is looked at.
      if (candidate.considered.length > 0) decided.set(candidate, known);
      return report.format === 'lens' ? known : decideAsReported(known, lens, universe, facts, row.cells[index]);
    });
    last = { row, verdicts: decisions };
    return decisions;
  };
  const facts = reportFacts(report, os);
  const fixes = { telling: 0, unfixed: 0 };
  for (const { fix } of report.findings) {
    if (fix.state !== 'unknown') fixes.telling += 1;
    if (fix.state !== 'fixed') fixes.unfixed += 1;
  }
  const held = new Map<string, ForeignFinding[]>();
  let places: Set<string> | undefined;
  for (const finding of report.suppressed) {
    const key = keyOf(finding);
    addTo(held, key, finding);
  }
  return {
    name,
    index,
    report,
    lens,
    isLens: report.format === 'lens',
    reduction: reduce(table, index, (row) => row.cells.every((cell) => cell !== undefined)),
    facts,
    system: systemName(os),
    verdict: (row) =>
      verdicts(row).reduce<LensDecision | undefined>((a, b) => (a !== undefined && !better(b, a) ? a : b), undefined),
    verdictOf: (row, package_) =>
      verdicts(row).find((decision) => decision.candidate.package.name.toLowerCase() === package_),
    steps(row) {
      const candidate = parts.candidates(row)[0];
      return lens?.rates.filter((step) => candidate === undefined || applies(step, candidate, universe)) ?? [];
    },
    heldBack: (row, package_) =>
      held.get(row.key)?.find((finding) => package_ === undefined || finding.package.toLowerCase() === package_)
        ?.suppressed,
    reports(finding) {
      places ??= new Set(table.filter((row) => row.cells[index] !== undefined).map(({ key }) => key));
      return places.has(keyOf(finding));
    },
    ...askedOfAll(table, index),
    silentOnFixes: fixes.telling === 0,
    fixes,
    coarse: report.notes.some((note) => note.code === 'coarse'),
  };
}

/**
 * The decision without the rules on packages that the report's own rows refute: behind such a rule stands another reason, or none that is
 * known. Where none is, of a row that it lacks, the refuted rule stays, so that it can be told.
 */
function decideAsReported(
  decision: LensDecision,
  lens: Lens,
  universe: Universe,
  facts: ReportFacts,
  cell: unknown,
): LensDecision {
  const { candidate } = decision;
  let [last, rules] = [decision, lens];
  while (last.dropped?.packages !== undefined && refutes(facts, last.dropped, candidate.package)) {
    const refuted = last.dropped.packages;
    const without = <Rule>(all: readonly Rule[]): readonly Rule[] => all.filter((rule) => rule !== refuted);
    rules = { ...rules, leavesOut: without(rules.leavesOut), hides: without(rules.hides) };
    last = decide(rules, candidate, universe);
  }
  return last.shown && cell === undefined ? decision : last;
}

/** Whether rows of the report show that a rule leaves out neither packages of this kind nor this package. */
export function refutes(
  facts: ReportFacts,
  { effect, packages }: Pick<Dropped, 'effect' | 'packages'>,
  installed: Package,
): boolean {
  if (packages === undefined) return false;
  // What is hidden for its state or severity is hidden row by row: another row of the package says nothing of it.
  return effect === 'hidden'
    ? !byRow(packages.when) && facts.lists(installed)
    : facts.against(packages, installed.type) !== undefined || facts.lists(installed);
}

const byRow = (when: object): boolean => 'states' in when || 'severities' in when;

/** What is asked of all rows of a table, each question once. */
function askedOfAll(table: readonly AlignedRow[], index: number): Pick<Side, 'count' | 'idsWithout'> {
  const counts = new Map<string, number>();
  const alone = new Map<number, ReadonlySet<string>>();
  return {
    count(name, test) {
      const known = counts.get(name) ?? table.filter((row) => row.cells[index] !== undefined && test(row)).length;
      counts.set(name, known);
      return known;
    },
    idsWithout({ index: other }) {
      const rows = alone.has(other)
        ? []
        : table.filter(({ cells }) => cells[index] !== undefined && cells[other] === undefined);
      const ids = alone.get(other) ?? new Set(rows.map(({ id }) => id));
      alone.set(other, ids);
      return ids;
    },
  };
}
