import { kindsOf, typeNamed } from '../../ecosystems/index.ts';
import { grouped } from '../../formats/grouped.ts';
import {
  type ExposureClass,
  type Package,
  type Report,
  type RiskCategory,
  type Severity,
  WORST_FIRST,
} from '../../model.ts';
import { isNotLinked, isSeen } from '../../policy/exposure.ts';
import { type GroupedFinding, groupFindings, isFixable, isForSubscribers } from './groups.ts';

export type Counts = Readonly<Record<Severity, number>>;

/** One row of the summary: a kind of package. */
export interface KindSummary {
  /** `os`, `python`, `conda`, ... */
  readonly kind: string;
  readonly label: string;
  readonly packages: number;
  /** Packages that no feed in the database speaks of: their findings are not zero but unknown. */
  readonly notAssessed: number;
  readonly severities: Counts;
  readonly total: number;
  readonly fixable: number;
}

/** Dangerous things that are no packages, by category. */
interface RiskSummary {
  readonly category: RiskCategory;
  readonly severities: Counts;
  readonly total: number;
}

/** What a report comes down to. One finding is one vulnerability in one source package; `installed` counts as other scanners do. */
export interface Summary {
  readonly kinds: readonly KindSummary[];
  readonly severities: Counts;
  readonly total: number;
  readonly fixable: number;
  /** Findings that only a subscription fixes (Ubuntu Pro): not among the fixable ones. */
  readonly forSubscribers: number;
  /** Counted once for each installed (binary) package, as Trivy and Grype do. */
  readonly installed: { readonly severities: Counts; readonly total: number; readonly fixable: number };
  /** Different vulnerability ids. */
  readonly vulnerabilities: number;
  readonly packages: number;
  readonly notAssessed: number;
  readonly risks: readonly RiskSummary[];
  /** Findings by how far their package is from what the container runs; absent where that is not known. */
  readonly exposure?: Readonly<Record<ExposureClass, number>>;
  /** Findings that gates and goals on loaded code judge: those loaded, and those of which it is not known that they are not; absent where nothing is. */
  readonly mayBeLoaded?: number;
  /** Findings whose advisory names code that no program holds; absent: none is known to be. */
  readonly notLinked?: number;
  /** Findings in packages of which a running process has a file; only where running processes were looked at. */
  readonly seen?: number;
}

/** Zero everywhere. */
function noCounts(): Record<Severity, number> {
  return { CRITICAL: 0, HIGH: 0, MEDIUM: 0, LOW: 0, NEGLIGIBLE: 0, UNKNOWN: 0 };
}

function count(severities: Iterable<Severity>): Record<Severity, number> {
  const counts = noCounts();
  for (const severity of severities) counts[severity]++;
  return counts;
}

/** The numbers of a report. */
export function summarize(report: Report): Summary {
  const assessed = assessor(report);
  const rows = groupFindings(report.findings).flatMap((group) => group.findings);
  const worst = rows.map(({ finding }) => finding);
  const types = [...report.packages, ...report.findings.map((finding) => finding.package)].map(({ type }) => type);
  const kinds = kindsOf(types).map(({ kind, label }): KindSummary => {
    const findings = worst.filter((finding) => typeNamed(finding.package.type).kind === kind);
    const packages = report.packages.filter((pkg) => typeNamed(pkg.type).kind === kind);
    return {
      kind,
      label,
      packages: packages.length,
      notAssessed: packages.filter((pkg) => !assessed(pkg)).length,
      severities: count(findings.map((finding) => finding.severity)),
      total: findings.length,
      fixable: findings.filter(isFixable).length,
    };
  });
  const notLinked = worst.filter(isNotLinked).length;
  return {
    kinds,
    severities: count(worst.map((finding) => finding.severity)),
    total: worst.length,
    fixable: worst.filter(isFixable).length,
    forSubscribers: worst.filter(isForSubscribers).length,
    installed: {
      severities: count(report.findings.map((finding) => finding.severity)),
      total: report.findings.length,
      fixable: report.findings.filter(isFixable).length,
    },
    vulnerabilities: new Set(worst.map((finding) => finding.id)).size,
    packages: report.packages.length,
    notAssessed: kinds.reduce((sum, kind) => sum + kind.notAssessed, 0),
    risks: riskSummaries(report),
    ...(report.start === undefined || report.start.by === 'nobody'
      ? {}
      : { exposure: byExposure(rows), mayBeLoaded: rows.filter(({ mayBeLoaded }) => mayBeLoaded).length }),
    ...(notLinked > 0 ? { notLinked } : {}),
    ...(report.start?.live === undefined ? {} : { seen: rows.filter(({ packages }) => packages.some(isSeen)).length }),
  };
}

/** That gates on loaded code judge more than what is known to be loaded; empty where they do not. */
export function judgedAsLoadedInWords({ exposure, mayBeLoaded = 0 }: Summary): string {
  const loaded = exposure?.loaded ?? 0;
  return exposure === undefined || mayBeLoaded <= loaded
    ? ''
    : `Gates and goals on loaded code judge ${grouped(mayBeLoaded)}: those, and those of which nobody knows whether they are loaded.`;
}

function byExposure(rows: readonly GroupedFinding[]): Record<ExposureClass, number> {
  const counts = { loaded: 0, importable: 0, callable: 0, present: 0, 'not-code': 0, unknown: 0 };
  for (const { exposure } of rows) counts[exposure?.class ?? 'unknown'] += 1;
  return counts;
}

/** Whether somebody speaks of a package: it has a namespace, and the database holds a feed of it as far as the report says. */
function assessor(report: Report): (pkg: Package) => boolean {
  const gaps = new Set(
    (report.coverage ?? [])
      // A reason speaks of other packages of the kind: those declared without an exact version.
      .filter(({ assessed, reason }) => !assessed && reason === undefined)
      .map((coverage) => `${coverage.type}\0${coverage.namespace ?? ''}`),
  );
  return (pkg) => pkg.namespace !== undefined && !gaps.has(`${pkg.type}\0${pkg.namespace}`);
}

function riskSummaries(report: Report): RiskSummary[] {
  const categories: readonly RiskCategory[] = ['model', 'notebook', 'secret', 'configuration'];
  return categories.flatMap((category) => {
    const risks = report.risks.filter((risk) => risk.category === category);
    return risks.length === 0
      ? []
      : [{ category, severities: count(risks.map((risk) => risk.severity)), total: risks.length }];
  });
}

/** `3 HIGH, 1 MEDIUM`; worst first, what there is none of left out. */
export function countsInWords(counts: Counts): string {
  return WORST_FIRST.filter((severity) => counts[severity] > 0)
    .map((severity) => `${counts[severity]} ${severity}`)
    .join(', ');
}

/** Counts of any findings, for a part of a report. */
export function countSeverities(findings: Iterable<{ readonly severity: Severity }>): Counts {
  return count([...findings].map((finding) => finding.severity));
}
