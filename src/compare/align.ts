import { isCve } from '../scanners/names.ts';
import type { ForeignFinding, ScannerReport } from '../scanners/scanner.ts';
import { type PackageNames, packageNames } from './package-names.ts';
import { vulnerabilityNames } from './vulnerability-names.ts';

/** One report's findings at one key. */
export interface AlignedCell {
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
  const table = new Map<string, { first: ForeignFinding; ids: Set<string>; cells: ForeignFinding[][] }>();
  const keyOf = (finding: ForeignFinding): string => {
    const { name, version } = names.of(finding);
    return `${classes.of(finding)} ${name}@${version}`;
  };
  for (const [index, report] of reports.entries()) {
    for (const finding of report.findings) {
      const key = keyOf(finding);
      let row = table.get(key);
      if (row === undefined) {
        row = { first: finding, ids: new Set(), cells: reports.map(() => []) };
        table.set(key, row);
      }
      for (const id of [finding.id, ...finding.aliases]) row.ids.add(id);
      row.cells[index]!.push(finding);
    }
  }
  const rows = [...table].map(([key, { first, ids, cells }]): AlignedRow => {
    const id = classes.of(first);
    const { name, version } = names.of(first);
    const type = cells.flat().find((finding) => finding.type !== undefined)?.type;
    return {
      key,
      id,
      aliases: [...ids].filter((alias) => alias !== id && (!isCve(alias) || !isCve(id))).sort(),
      package: name,
      version,
      ...(type !== undefined && { type }),
      cells: cells.map((findings) => (findings.length === 0 ? undefined : { findings })),
    };
  });
  rows.sort((a, b) => (a.package < b.package ? -1 : a.package > b.package ? 1 : a.key < b.key ? -1 : 1));
  return { rows, keyOf, names };
}
