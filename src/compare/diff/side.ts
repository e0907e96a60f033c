import { type Finding, type Package, type Report, type Risk, SEVERITIES, type Severity } from '../../model.ts';
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
  /** What exceptions took out of the count. */
  readonly excepted: readonly Pick<SideFinding, 'id' | 'aliases' | 'type' | 'name'>[];
}

/** A result of ours. */
export function sideOfReport(report: Report): DiffInput {
  const { subject, database, created, packages, risks } = report;
  const findings = joined(report.findings.map(fromFinding));
  const oldest = report.needed?.[0]?.dataDate ?? (database.built === '' ? undefined : database.built);
  return {
    about: {
      reference: subject.reference,
      ...named({ digest: subject.digest ?? subject.imageId, created }),
      database: named({ digest: database.digest, date: oldest }),
      ...counted(findings),
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
  const known = joined(
    findings.map((one) => ({
      id: one.id,
      aliases: one.aliases,
      type: one.type ?? '',
      name: one.source?.name ?? one.package,
      versions: [one.source?.version ?? one.version],
      severity: one.severity,
      fix: { state: one.fix.state, ...named({ version: one.fix.versions[0] }) },
      ...named({ title: one.title }),
    })),
  );
  return {
    about: {
      reference: subject.name ?? where,
      scanner: title,
      ...named({ digest: subject.digest, created }),
      ...(database === undefined ? {} : { database: named({ date: database.date }) }),
      ...counted(known),
    },
    findings: known,
    risks: [],
    excepted: [],
  };
}

function fromFinding({ id, aliases, package: pkg, severity, fix, exploited, title }: Finding): SideFinding {
  return {
    id,
    aliases,
    type: pkg.type,
    name: pkg.source?.name ?? pkg.name,
    versions: [pkg.source?.version ?? pkg.version],
    severity,
    fix: { state: fix.state, ...named({ version: fix.version }) },
    ...named({ exploited, title }),
  };
}

/** The key of a finding's package. */
export const keyOf = ({ type, name }: Pick<SideFinding, 'type' | 'name'>): string => packageKey(type, name);

/** One entry for each vulnerability in each source package: the worst of its binaries and copies, with all their versions. */
function joined(all: readonly SideFinding[]): SideFinding[] {
  const found = new Map<string, SideFinding>();
  for (const one of all) {
    const key = `${keyOf(one)}\0${one.id}`;
    const known = found.get(key);
    if (known === undefined) found.set(key, one);
    else {
      const worse = severityRank(one.severity) > severityRank(known.severity) ? one : known;
      const fix = known.fix.state === 'fixed' ? known.fix : one.fix;
      found.set(key, { ...worse, fix, versions: [...new Set([...known.versions, ...one.versions])].sort() });
    }
  }
  return [...found.values()];
}

/** 0 for UNKNOWN up to 5 for CRITICAL. */
export const severityRank = (severity: Severity): number => SEVERITIES.indexOf(severity);

function counted(findings: readonly SideFinding[]): Pick<DiffSide, 'severities' | 'total' | 'fixable'> {
  const severities = { UNKNOWN: 0, NEGLIGIBLE: 0, LOW: 0, MEDIUM: 0, HIGH: 0, CRITICAL: 0 };
  for (const { severity } of findings) severities[severity] += 1;
  const fixable = findings.filter(({ fix }) => fix.state === 'fixed').length;
  return { severities, total: findings.length, fixable };
}

/** The members that have a value. */
function named<T extends Record<string, string | undefined>>(members: T): { [K in keyof T]?: string } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: string;
  };
}
