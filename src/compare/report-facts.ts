import { isCve } from '../advisories/ids.ts';
import { addTo } from '../collections.ts';
import type { OperatingSystem, Package } from '../model.ts';
import type { PackageRule } from '../scanners/lens.ts';
import type { ForeignFinding, ScannerReport } from '../scanners/scanner.ts';
import { packageMatches, UNTYPED } from './lens-tests.ts';
import { plainVersion } from './package-names.ts';
import { packageOfRow } from './reported.ts';

/** How a vulnerability is named: by its CVE, or by a record that stands for one. */
type IdKind = 'CVE' | 'record';

/** Records of vulnerabilities that have a CVE of their own more often than not. Bulletins stand for several, and are none. */
const RECORD = /^(?:GHSA|PYSEC|GO|RUSTSEC|BIT|SNYK)-/i;

/** The kind of a finding's id, where nothing in it is of the other kind. */
export function idAlone({ id, aliases }: Pick<ForeignFinding, 'id' | 'aliases'>): IdKind | undefined {
  const all = [id, ...aliases];
  const [cve, record] = [all.some(isCve), all.some((id) => RECORD.test(id))];
  return cve === record ? undefined : cve ? 'CVE' : 'record';
}

/** What a report shows of how it was made, beyond the row in question. */
export interface ReportFacts {
  /** Versions in which it names a package or its source, lower case. */
  versions(name: string): ReadonlySet<string>;
  /** Whether it has a row of this very package: its own name and version, and its type where the row says one. */
  lists(installed: Pick<Package, 'type' | 'name' | 'version'>): boolean;
  /** Types of the packages, whatever they are called, of which it has a row about one of these ids. */
  typesOf(ids: readonly string[]): ReadonlySet<string>;
  /** Its rows of packages of this name, whatever the version. */
  rowsOf(name: string): readonly ForeignFinding[];
  /** Kinds of ids by which it names vulnerabilities of a version of a package, where no row gives the other kind's as an alias. */
  idsAlone(name: string, version: string): ReadonlySet<IdKind>;
  /** A row of a package of this type that a rule would have left out: the rule does not hold for this report. */
  against(rule: Pick<PackageRule, 'when' | 'unless'>, type: string): ForeignFinding | undefined;
  /** A row that passes a test. The test's name is asked once. */
  row(name: string, test: (finding: ForeignFinding) => boolean): ForeignFinding | undefined;
  /** Day of its data: no later publication can be in it. */
  readonly day: string | undefined;
  /** The day of its data, where the report says it: that a report was written on another day says nothing of its data. */
  readonly dataDay: string | undefined;
}

/** Looks a report over when asked, each question once. */
export function reportFacts(report: ScannerReport, os: OperatingSystem | undefined): ReportFacts {
  let names: Map<string, Set<string>> | undefined;
  let alone: Map<string, Set<IdKind>> | undefined;
  let listed: Map<string, Set<string>> | undefined;
  let byId: Map<string, Set<string>> | undefined;
  let byName: Map<string, ForeignFinding[]> | undefined;
  const answers = new Map<string, ForeignFinding | undefined>();
  const find = (key: string, test: (finding: ForeignFinding) => boolean): ForeignFinding | undefined => {
    if (!answers.has(key)) answers.set(key, report.findings.find(test));
    return answers.get(key);
  };
  const rules = new Map<unknown, number>();
  const number = (rule: unknown): number => {
    const known = rules.get(rule) ?? rules.size;
    rules.set(rule, known);
    return known;
  };
  return {
    versions(name) {
      names ??= versionsByName(report.findings);
      return names.get(name.toLowerCase()) ?? NONE;
    },
    lists(installed) {
      listed ??= typesBy(report.findings, (finding) => [packageKey({ ...finding, name: finding.package })]);
      const types = listed.get(packageKey(installed));
      return types !== undefined && (types.has(installed.type) || types.has(UNTYPED));
    },
    typesOf(ids) {
      byId ??= typesBy(report.findings, ({ id, aliases }) => [id, ...aliases]);
      return new Set(ids.flatMap((id) => [...(byId!.get(id) ?? [])]));
    },
    rowsOf(name) {
      byName ??= rowsByName(report.findings);
      return byName.get(name.toLowerCase()) ?? [];
    },
    idsAlone(name, version) {
      alone ??= idsByPackage(report.findings);
      return alone.get(`${name.toLowerCase()}@${version}`) ?? NO_IDS;
    },
    // Who owns a file and what it is made of, a report does not say: such rules are not refuted by it.
    against: (rule, type) =>
      rule.when.owned !== undefined || rule.when.certainties !== undefined || rule.when.roles !== undefined
        ? undefined
        : find(`rule ${number(rule)} ${type}`, (finding) => ruledOut(rule, packageOfRow(finding, os), type, os)),
    row: find,
    day: (report.database?.date ?? report.created)?.slice(0, 10),
    dataDay: report.database?.date?.slice(0, 10),
  };
}

const NONE: ReadonlySet<string> = new Set();
const NO_IDS: ReadonlySet<IdKind> = new Set();

function idsByPackage(findings: readonly ForeignFinding[]): Map<string, Set<IdKind>> {
  const ids = new Map<string, Set<IdKind>>();
  for (const finding of findings) {
    const kind = idAlone(finding);
    if (kind === undefined) continue;
    const key = `${finding.package.toLowerCase()}@${plainVersion(finding.version)}`;
    const known = ids.get(key);
    if (known === undefined) ids.set(key, new Set([kind]));
    else known.add(kind);
  }
  return ids;
}

function typesBy(
  findings: readonly ForeignFinding[],
  keysOf: (finding: ForeignFinding) => readonly string[],
): Map<string, Set<string>> {
  const types = new Map<string, Set<string>>();
  for (const finding of findings)
    for (const key of keysOf(finding)) {
      const known = types.get(key);
      if (known === undefined) types.set(key, new Set([finding.type ?? UNTYPED]));
      else known.add(finding.type ?? UNTYPED);
    }
  return types;
}

function rowsByName(findings: readonly ForeignFinding[]): Map<string, ForeignFinding[]> {
  const rows = new Map<string, ForeignFinding[]>();
  for (const finding of findings) addTo(rows, finding.package.toLowerCase(), finding);
  return rows;
}

const packageKey = ({ name, version }: Pick<Package, 'name' | 'version'>): string =>
  `${name.toLowerCase()}@${plainVersion(version)}`;

function ruledOut(
  { when, unless }: Pick<PackageRule, 'when' | 'unless'>,
  pkg: Package,
  type: string,
  os: OperatingSystem | undefined,
): boolean {
  return (
    pkg.type === type && packageMatches(when, pkg, os) && !(unless !== undefined && packageMatches(unless, pkg, os))
  );
}

function versionsByName(findings: readonly ForeignFinding[]): Map<string, Set<string>> {
  const names = new Map<string, Set<string>>();
  for (const { package: name, source, version } of findings) {
    const plain = plainVersion(version);
    for (const spelling of new Set([name.toLowerCase(), source?.name.toLowerCase() ?? name.toLowerCase()])) {
      const known = names.get(spelling);
      if (known === undefined) names.set(spelling, new Set([plain]));
      else known.add(plain);
    }
  }
  return names;
}

/** The system that a report names: `debian:12`. */
export function systemSaid(said: string | undefined): OperatingSystem | undefined {
  if (said === undefined || said === '') return undefined;
  const [id = '', versionId = ''] = said.split(':');
  return { id, name: said, ...(versionId !== '' && { versionId }) };
}
