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
  readonly type?: string;
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
}

/**
 * Puts the findings of all reports into one table. Different names of one vulnerability, a binary and its source,
 * `+` and `%2B`, an epoch written or not, a binary-only rebuild (`+b1`) and several paths are no differences here;
 * what they do to the totals is counted by the bridge.
 */
export function align(
  reports: readonly Pick<ScannerReport, 'findings' | 'suppressed'>[],
  knowledge: Knowledge = {},
): Alignment {
  const all = reports.flatMap((report) => [...report.findings, ...report.suppressed]);
  const classes = vulnerabilityNames(all, knowledge.aliases);
  const names = packageNames(all, classes.of, knowledge.source);
  const table = new Map<string, (ForeignFinding[] | undefined)[]>();
  const keyOf = (finding: ForeignFinding): string => {
    const { name, version } = names.of(finding);
    return `${classes.of(finding)} ${name}@${version}`;
  };
  for (const [index, report] of reports.entries()) {
    for (const finding of report.findings) {
      const key = keyOf(finding);
      let cells = table.get(key);
      if (cells === undefined) {
        cells = new Array<ForeignFinding[] | undefined>(reports.length).fill(undefined);
        table.set(key, cells);
      }
      const cell = cells[index];
      if (cell === undefined) cells[index] = [finding];
      else cell.push(finding);
    }
  }
  const rows: AlignedRow[] = [];
  for (const [key, cells] of table) {
    const first = cells.find((findings) => findings !== undefined)![0]!;
    const id = classes.of(first);
    const { name, version } = names.of(first);
    const type = typeOf(cells);
    rows.push({
      key,
      id,
      aliases: aliasesBeside(id, cells),
      package: name,
      version,
      ...(type !== undefined && { type }),
      cells: cells.map((findings) => (findings === undefined ? undefined : { findings })),
    });
  }
  rows.sort((a, b) => (a.package < b.package ? -1 : a.package > b.package ? 1 : a.key < b.key ? -1 : 1));
  return { rows, keyOf, names };
}

type Cells = readonly (readonly ForeignFinding[] | undefined)[];

function typeOf(cells: Cells): string | undefined {
  for (const findings of cells) for (const { type } of findings ?? []) if (type !== undefined) return type;
  return undefined;
}

const NO_ALIASES: readonly string[] = [];

/** Other ids of a row's findings. Most have none: then all share one empty list. */
function aliasesBeside(id: string, cells: Cells): readonly string[] {
  const found = new Set<string>();
  for (const findings of cells)
    for (const finding of findings ?? [])
      for (const alias of [finding.id, ...finding.aliases])
        if (alias !== id && (!isCve(alias) || !isCve(id))) found.add(alias);
  return found.size === 0 ? NO_ALIASES : [...found].sort();
}
