import { withoutUndefined } from '../../collections.ts';
import { sourceOf } from '../../ecosystems/source-package.ts';
import { type Finding, type Package, type Report, type Risk, severityRank } from '../../model.ts';
import type { ScannerReport } from '../../scanners/scanner.ts';
import type { DiffSide, FindingState } from './noun.ts';
import { packageKey } from './packages.ts';

/** One vulnerability in one source package, whoever says so. */
export interface SideFinding extends FindingState {
  readonly id: string;
  readonly aliases: readonly string[];
  readonly title?: string;
  readonly type: string;
  readonly name: string;
}

/** A result as it is held against another. */
export interface DiffInput {
  readonly about: DiffSide;
  readonly findings: readonly SideFinding[];
  readonly risks: readonly Risk[];
  readonly packages?: readonly Package[];
  /** Why nothing found in it proves nothing; absent: all was judged, or another program did it. */
  readonly unjudged?: readonly string[];
  /** What exceptions took out of the count. */
  readonly excepted: readonly Pick<SideFinding, 'id' | 'aliases' | 'type' | 'name'>[];
}

/** A result of ours. */
export function sideOfReport(report: Report): DiffInput {
  const { subject, database, created, packages, risks } = report;
  const all = report.findings.map(fromFinding);
  const findings = joined(all);
  const oldest = report.needed?.[0]?.dataDate ?? (database.built === '' ? undefined : database.built);
  return {
    about: {
      reference: subject.reference,
      ...withoutUndefined({ digest: subject.digest ?? subject.imageId, created }),
      database: withoutUndefined({ digest: database.digest, date: oldest }),
      ...counted(all),
      packages: packages.length,
    },
    findings,
    risks,
    packages,
    excepted: (report.suppressed ?? []).flatMap(({ finding }) => (finding ? [fromFinding(finding)] : [])),
  };
}

/** What another program reports; it lists no packages. */
export function sideOfForeign({ title, subject, created, database, findings, where }: ScannerReport): DiffInput {
  const all = findings.map(
    (finding): SideFinding => ({
      id: finding.id,
      aliases: finding.aliases,
      type: finding.type ?? '',
      name: finding.source?.name ?? finding.package,
      versions: [finding.source?.version ?? finding.version],
      severity: finding.severity,
      fix: { state: finding.fix.state, ...withoutUndefined({ version: finding.fix.versions[0] }) },
      ...withoutUndefined({ title: finding.title }),
    }),
  );
  return {
    about: {
      reference: subject.name ?? where,
      scanner: title,
      ...withoutUndefined({ digest: subject.digest, created }),
      ...(database === undefined ? {} : { database: withoutUndefined({ date: database.date }) }),
      ...counted(all),
    },
    findings: joined(all),
    risks: [],
    excepted: [],
  };
}

function fromFinding({ id, aliases, package: pkg, severity, fix, exploited, title }: Finding): SideFinding {
  return {
    id,
    aliases,
    type: pkg.type,
    name: sourceOf(pkg).name,
    versions: [sourceOf(pkg).version],
    severity,
    fix: { state: fix.state, ...withoutUndefined({ version: fix.version }) },
    ...withoutUndefined({ exploited, title }),
  };
}

/** The key of a finding's package. */
export const keyOf = ({ type, name }: Pick<SideFinding, 'type' | 'name'>): string => packageKey(type, name);

const vulnerability = (finding: SideFinding): string => `${keyOf(finding)}\0${finding.id}`;

/** One entry for each vulnerability in each source package (or whatever `keyed` tells apart): the worst of its binaries and copies, with all their versions. */
function joined(all: readonly SideFinding[], keyed = vulnerability): SideFinding[] {
  const byKey = new Map<string, SideFinding>();
  for (const finding of all) {
    const key = keyed(finding);
    const known = byKey.get(key);
    if (known === undefined) byKey.set(key, finding);
    else {
      const worse = severityRank(finding.severity) > severityRank(known.severity) ? finding : known;
      const fix = known.fix.state === 'fixed' ? known.fix : finding.fix;
      byKey.set(key, { ...worse, fix, versions: [...new Set([...known.versions, ...finding.versions])].sort() });
    }
  }
  return [...byKey.values()];
}

/** As a scan counts them: every installed version of a source package apart. */
function counted(all: readonly SideFinding[]): Pick<DiffSide, 'severities' | 'total' | 'fixable'> {
  const findings = joined(all, (finding) => `${vulnerability(finding)}\0${finding.versions.join('\0')}`);
  const severities = { UNKNOWN: 0, NEGLIGIBLE: 0, LOW: 0, MEDIUM: 0, HIGH: 0, CRITICAL: 0 };
  for (const { severity } of findings) severities[severity] += 1;
  const fixable = findings.filter(({ fix }) => fix.state === 'fixed').length;
  return { severities, total: findings.length, fixable };
}
