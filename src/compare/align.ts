import { isCve } from '../advisories/ids.ts';
import type { ForeignFinding, ScannerReport } from '../scanners/scanner.ts';
import { type PackageNames, packageNames } from './package-names.ts';
import { vulnerabilityNames } from './vulnerability-names.ts';

/** One report's findings at one key. */
interface AlignedCell {
  readonly findings: readonly ForeignFinding[];
}

/** One vulnerability in one source package in one version: what reports can agree or differ on. */
export interface AlignedRow {
  /** `id source@version`, stable and unique within a comparison. */
  readonly key: string;
  readonly id: string;
  readonly aliases: readonly string[];
  readonly package: string;
  readonly version: string;
  readonly type: string | undefined;
  /** By index of the report; undefined where it does not report it. */
  readonly cells: readonly (AlignedCell | undefined)[];
}

/** All reports in one table. */
export interface Alignment {
  readonly rows: readonly AlignedRow[];
  /** The row of a finding, for findings that are reported or held back. */
  keyOf(finding: ForeignFinding): string;
  readonly names: PackageNames;
}

/** What is known beyond the reports: aliases from a database, sources and versions from an inventory. */
export interface Knowledge {
  aliases?(id: string): readonly string[];
  /** The source package of a binary, as the image's own package database states it. */
  source?(
    type: string | undefined,
    name: string,
    version: string,
  ): { readonly name: string; readonly version: string } | undefined;
  /** Whether the vulnerability of a row is one of a language's package of that name, where the row does not say what kind it is. */
  isLanguages?(finding: ForeignFinding): boolean;
}

/**
 * Puts the findings of all reports into one table. Different names of one vulnerability, a binary and its source,
 * `+` and `%2B`, an epoch written or not, a binary-only rebuild (`+b1`) and several paths are no differences here;
 * what they do to the totals is counted by the bridge.
 */
export function align(
  reports: readonly Pick<ScannerReport, 'findings' | 'suppressed'>[],
  knowledge: Knowledge = {},
  { known = [], order = reports.map((_, index) => index) }: AlignOptions = {},
): Alignment {
  const sorted = order.map((index) => ({ index, report: reports[index]! }));
  const all = sorted.flatMap(({ report }) =>
    report.suppressed.length === 0 ? [report.findings] : [report.findings, report.suppressed],
  );
  const everything = [...all, known].flat();
  const classes = vulnerabilityNames(everything, knowledge.aliases);
  const names = packageNames(everything, classes.of, knowledge.source, knowledge.isLanguages);
  const table = new Map<string, Cells>();
  const keyOf = (finding: ForeignFinding): string => {
    const { name, version } = names.of(finding);
    return `${classes.of(finding)} ${name}@${version}`;
  };
  for (const { index, report } of sorted) {
    for (const finding of report.findings) {
      const key = keyOf(finding);
      let cells = table.get(key);
      if (cells === undefined) {
        cells = new Array<MutableCell | undefined>(reports.length).fill(undefined);
        table.set(key, cells);
      }
      const cell = cells[index];
      if (cell === undefined) cells[index] = { findings: [finding] };
      else cell.findings.push(finding);
    }
  }
  const beside = besideRows(known, table, keyOf);
  const rows: AlignedRow[] = [];
  for (const [key, cells] of table) {
    const findings = order.flatMap((index) => cells[index]?.findings ?? NO_FINDINGS);
    const first = findings[0]!;
    const id = classes.of(first);
    const { name, version } = names.of(first);
    const more = beside.get(key) ?? NO_FINDINGS;
    const type = typeOf(findings) ?? typeOf(more);
    rows.push({
      key,
      id,
      aliases: aliasesBeside(id, findings, more),
      package: name,
      version,
      type,
      cells,
    });
  }
  rows.sort((a, b) => (a.package < b.package ? -1 : a.package > b.package ? 1 : a.key < b.key ? -1 : 1));
  return { rows, keyOf, names };
}

/** How rows are laid out. */
interface AlignOptions {
  /** Findings that give rows their names, types and aliases beside the reports, and are reported by nobody. */
  readonly known?: readonly ForeignFinding[];
  /** The order in which reports are gone through, by index: what decides where several answers are as good. */
  readonly order?: readonly number[];
}

/** What is known beside the reports, by row; what no report has a row for is left out. */
function besideRows(
  known: readonly ForeignFinding[],
  table: ReadonlyMap<string, unknown>,
  keyOf: (finding: ForeignFinding) => string,
): ReadonlyMap<string, readonly ForeignFinding[]> {
  const beside = new Map<string, ForeignFinding[]>();
  for (const finding of known) {
    const key = keyOf(finding);
    if (!table.has(key)) continue;
    const list = beside.get(key);
    if (list === undefined) beside.set(key, [finding]);
    else list.push(finding);
  }
  return beside;
}

interface MutableCell {
  readonly findings: ForeignFinding[];
}
type Cells = (MutableCell | undefined)[];

const NO_FINDINGS: readonly ForeignFinding[] = [];

function typeOf(findings: readonly ForeignFinding[]): string | undefined {
  for (const { type } of findings) if (type !== undefined) return type;
  return undefined;
}

const NO_ALIASES: readonly string[] = [];

/** Other ids of a row's findings. Most have none: then all share one empty list. */
function aliasesBeside(id: string, ...all: readonly (readonly ForeignFinding[])[]): readonly string[] {
  let aliases: Set<string> | undefined;
  const add = (alias: string): void => {
    if (alias === id || (isCve(alias) && isCve(id))) return;
    aliases ??= new Set();
    aliases.add(alias);
  };
  for (const findings of all)
    for (const finding of findings) {
      add(finding.id);
      for (const alias of finding.aliases) add(alias);
    }
  return aliases === undefined ? NO_ALIASES : [...aliases].sort();
}
