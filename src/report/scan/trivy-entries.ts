import { isCve } from '../../advisories/ids.ts';
import { isSystemType } from '../../ecosystems/index.ts';
import {
  type Evidence,
  type Finding,
  type Package,
  type Rating,
  type Severity,
  type StatementState,
  severityRank,
} from '../../model.ts';
import { fixedVersion, isFixable, titleLine } from './groups.ts';

/** Trivy knows five severities; numbers stand in VendorSeverity. */
const SEVERITY: Readonly<Record<Severity, { readonly name: string; readonly number: number }>> = {
  UNKNOWN: { name: 'UNKNOWN', number: 0 },
  NEGLIGIBLE: { name: 'LOW', number: 1 },
  LOW: { name: 'LOW', number: 1 },
  MEDIUM: { name: 'MEDIUM', number: 2 },
  HIGH: { name: 'HIGH', number: 3 },
  CRITICAL: { name: 'CRITICAL', number: 4 },
};

/** A severity as Trivy calls it. */
export const trivySeverity = (severity: Severity): string => SEVERITY[severity].name;

/** Its words for a publisher's state, where there is no fix. */
const STATUS: Readonly<Record<StatementState, string>> = {
  open: 'affected',
  // Fixed elsewhere: whoever reads `fixed` looks for the version beside it.
  fixed: 'affected',
  'not-affected': 'not_affected',
  unimportant: 'affected',
  'no-dsa': 'affected',
  ignored: 'will_not_fix',
  postponed: 'fix_deferred',
  'end-of-life': 'end_of_life',
  undetermined: 'under_investigation',
  'will-not-fix': 'will_not_fix',
  deferred: 'fix_deferred',
  withdrawn: 'not_affected',
};

/** Publishers by our name for them: Trivy's id, name and address. */
const DATA_SOURCES: ReadonlyMap<string, { ID: string; Name: string; URL: string }> = new Map([
  [
    'debian',
    {
      ID: 'debian',
      Name: 'Debian Security Tracker',
      URL: 'https://salsa.debian.org/security-tracker-team/security-tracker',
    },
  ],
  ['ubuntu', { ID: 'ubuntu', Name: 'Ubuntu CVE Tracker', URL: 'https://git.launchpad.net/ubuntu-cve-tracker' }],
  ['alpine', { ID: 'alpine', Name: 'Alpine Secdb', URL: 'https://secdb.alpinelinux.org/' }],
  ['ghsa', { ID: 'ghsa', Name: 'GitHub Security Advisory', URL: 'https://github.com/advisories' }],
  ['pysec', { ID: 'osv', Name: 'Python Packaging Advisory Database', URL: 'https://github.com/pypa/advisory-db' }],
]);

/** One of `Results[].Vulnerabilities[]`, its keys in Trivy's order. */
export function vulnerabilityEntry(finding: Finding, at: Evidence | undefined): Record<string, unknown> {
  const pkg = finding.package;
  const publisher = finding.statements[0]?.source;
  const dataSource =
    publisher === undefined ? undefined : (DATA_SOURCES.get(publisher) ?? { ID: publisher, Name: publisher, URL: '' });
  const vendorIds = vendorIdsOf(finding);
  return {
    VulnerabilityID: finding.id,
    ...(vendorIds.length === 0 ? {} : { VendorIDs: vendorIds }),
    PkgID: `${pkg.name}@${pkg.version}`,
    PkgName: pkg.name,
    ...(isSystemType(pkg.type) || at === undefined ? {} : { PkgPath: at.path }),
    PkgIdentifier: { PURL: pkg.purl },
    InstalledVersion: pkg.version,
    ...(fixedVersion(finding) === undefined ? {} : { FixedVersion: fixedVersion(finding) }),
    Status: isFixable(finding) ? 'fixed' : STATUS[finding.state],
    Layer: layer(at),
    ...(finding.severitySource === 'none' ? {} : { SeveritySource: finding.severitySource }),
    ...(finding.url === undefined ? {} : { PrimaryURL: finding.url }),
    ...(dataSource === undefined ? {} : { DataSource: dataSource }),
    ...(titleLine(finding) === '' ? {} : { Title: titleLine(finding) }),
    ...(finding.description === undefined ? {} : { Description: finding.description }),
    Severity: SEVERITY[finding.severity].name,
    ...listed('CweIDs', finding.cwes),
    ...keyed('VendorSeverity', vendorSeverity(finding.ratings)),
    ...keyed('CVSS', cvss(finding.ratings)),
    ...listed('References', finding.references),
    ...(finding.published === undefined ? {} : { PublishedDate: finding.published }),
    ...(finding.modified === undefined ? {} : { LastModifiedDate: finding.modified }),
  };
}

/**
 * What it is called besides: the bulletins that announce it, and the ids of its publishers (Trivy 0.74 writes `["PYSEC-2022-43012", "GHSA-r9hx-vwmv-q579"]`
 * beside CVE-2022-40897). A CVE has no other CVE; what goes by a publisher's id may name one, and nobody could tell which is meant without it.
 */
function vendorIdsOf({ id, aliases, statements }: Finding): string[] {
  const bulletins = statements.flatMap((statement) => statement.bulletin ?? []);
  return [...new Set([...bulletins, ...aliases.filter((alias) => !isCve(alias) || !isCve(id))])];
}

/** One of `Results[].Packages[]`. */
export function packageEntry(pkg: Package, at: Evidence | undefined): Record<string, unknown> {
  return {
    ID: `${pkg.name}@${pkg.version}`,
    Name: pkg.name,
    Identifier: { PURL: pkg.purl },
    Version: pkg.version,
    ...(pkg.architecture === undefined ? {} : { Arch: pkg.architecture }),
    ...(pkg.source === undefined ? {} : { SrcName: pkg.source.name, SrcVersion: pkg.source.version }),
    ...listed('Licenses', pkg.licenses),
    ...(pkg.maintainer === undefined ? {} : { Maintainer: pkg.maintainer }),
    Layer: layer(at),
    ...(isSystemType(pkg.type) || at === undefined ? {} : { FilePath: at.path }),
  };
}

function layer(at: Evidence | undefined): Record<string, string> {
  if (at === undefined) return {};
  return at.digest === undefined ? { DiffID: at.diffID } : { Digest: at.digest, DiffID: at.diffID };
}

const listed = (key: string, values: readonly string[] | undefined): Record<string, unknown> =>
  values === undefined || values.length === 0 ? {} : { [key]: values };
const keyed = (key: string, values: ReadonlyMap<string, unknown>): Record<string, unknown> =>
  values.size === 0 ? {} : { [key]: Object.fromEntries(values) };

function vendorSeverity(ratings: readonly Rating[]): Map<string, number> {
  const worst = new Map<string, Severity>();
  for (const { source, severity } of ratings) {
    if (severity !== 'UNKNOWN' && severityRank(severity) > severityRank(worst.get(source) ?? 'UNKNOWN'))
      worst.set(source, severity);
  }
  return new Map([...worst].map(([source, severity]) => [source, SEVERITY[severity].number]));
}

/** CVSS by source: `V2Vector`, `V3Vector`, `V40Vector` and their scores. */
function cvss(ratings: readonly Rating[]): Map<string, Record<string, unknown>> {
  const versions = new Map<string, Map<string, Rating>>();
  for (const rating of ratings) {
    const version = /^CVSS:([234])/.exec(rating.method)?.[1];
    if (version === undefined || rating.vector === undefined) continue;
    const known = versions.get(rating.source) ?? new Map<string, Rating>();
    known.set(version, rating);
    versions.set(rating.source, known);
  }
  return new Map(
    [...versions].map(([source, known]) => [
      source,
      { ...cvssMembers(known, 'Vector'), ...cvssMembers(known, 'Score') },
    ]),
  );
}

function cvssMembers(known: ReadonlyMap<string, Rating>, part: 'Vector' | 'Score'): Record<string, unknown> {
  const members: Record<string, unknown> = {};
  for (const [version, name] of [
    ['2', 'V2'],
    ['3', 'V3'],
    ['4', 'V40'],
  ] as const) {
    const rating = known.get(version);
    const value = part === 'Vector' ? rating?.vector : rating?.score;
    if (value !== undefined) members[`${name}${part}`] = value;
  }
  return members;
}
