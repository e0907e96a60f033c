import type { Candidate } from '../model.ts';
import { lensOf } from '../scanners/index.ts';
import type { Lens } from '../scanners/lens.ts';
import type { ForeignFinding, ScannerReport } from '../scanners/scanner.ts';
import { plainVersion } from './package-names.ts';
import { decide } from './replay.ts';
import type { Universe } from './universe.ts';

/** What one report says of one vulnerability in one package. */
export interface ReportedBy {
  /** `Trivy 0.42.1`, and the file. */
  readonly title: string;
  readonly where: string;
  readonly id: string;
  /** The scanner's own word for the severity, and whose it is by the report. */
  readonly severity: string;
  readonly severitySource?: string;
  readonly vendorWord?: string;
  readonly fix: string;
  readonly feed?: string;
  readonly heldBack?: string;
  /** The lens that its differences are explained by, and what it predicts; agrees: as the report has it. */
  readonly lens?: { readonly name: string; readonly predicts: string; readonly agrees: boolean };
}

/** Finds what reports say of a candidate: by id or alias, package and version. */
export function reportsAbout(
  reports: readonly ScannerReport[],
  candidates: readonly Candidate[],
): (candidate: Candidate, universe: Universe) => readonly ReportedBy[] {
  const names = new Set(candidates.flatMap(({ id, aliases }) => [id, ...aliases]).map((id) => id.toUpperCase()));
  const told = reports.map((report) => ({
    report,
    lens: lensOf(report),
    findings: [...report.findings, ...report.suppressed].filter((finding) =>
      [finding.id, ...finding.aliases].some((id) => names.has(id.toUpperCase())),
    ),
  }));
  return (candidate, universe) => {
    const { package: pkg } = candidate;
    const versions = [pkg.version, pkg.source?.version ?? pkg.version].map(plainVersion);
    return told.flatMap(({ report, lens, findings }) =>
      findings
        .filter(
          (finding) =>
            (finding.package.toLowerCase() === pkg.name.toLowerCase() ||
              (finding.kind === 'source' && finding.package.toLowerCase() === pkg.source?.name.toLowerCase())) &&
            versions.includes(plainVersion(finding.version)),
        )
        .slice(0, 1)
        .map((finding) => reportedBy(report, finding, lens, candidate, universe)),
    );
  };
}

function reportedBy(
  report: ScannerReport,
  finding: ForeignFinding,
  lens: Lens | undefined,
  candidate: Candidate,
  universe: Universe,
): ReportedBy {
  const { severitySource, vendorWord, feed, suppressed } = finding;
  // Without a statement of the database the rules had nothing of their own to go by.
  const verdict =
    lens === undefined || candidate.considered.length === 0 ? undefined : decide(lens, candidate, universe);
  const predicts =
    verdict === undefined
      ? undefined
      : verdict.shown
        ? (verdict.rated?.severity ?? 'UNKNOWN').toLowerCase()
        : `nothing (${verdict.dropped?.code})`;
  return {
    title: report.title,
    where: report.where,
    id: finding.id,
    severity: finding.severityOriginal ?? finding.severity.toLowerCase(),
    fix:
      finding.fix.versions.length > 0
        ? `fixed in ${finding.fix.versions.join(', ')}`
        : (finding.status ?? finding.fix.state),
    ...(severitySource !== undefined && { severitySource }),
    ...(vendorWord !== undefined && { vendorWord }),
    ...(feed !== undefined && { feed }),
    ...(suppressed !== undefined && { heldBack: suppressed }),
    ...(predicts !== undefined && {
      lens: {
        name: lens!.name,
        predicts,
        agrees: suppressed === undefined && verdict!.shown && verdict!.rated?.severity === finding.severity,
      },
    }),
  };
}
