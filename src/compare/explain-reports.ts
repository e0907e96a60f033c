import { sourceOf } from '../ecosystems/source-package.ts';
import type { Candidate } from '../model.ts';
import { lensOf } from '../scanners/index.ts';
import type { Lens } from '../scanners/lens.ts';
import type { ForeignFinding, ScannerReport } from '../scanners/scanner.ts';
import { fixInWords } from './fixes.ts';
import { decide } from './lens-decision.ts';
import { plainVersion } from './package-names.ts';
import type { Universe } from './universe.ts';

/** What one report says of one vulnerability in one package. */
interface ReportedBy {
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

/** A report that does not name a vulnerability in a package, and what the rules of its scanner make of that. */
interface SilentReport {
  readonly title: string;
  readonly where: string;
  /** Absent: no rules of its scanner are known, or the database has nothing to run them over. */
  readonly lens?: ReportedBy['lens'];
}

/** What the reports say of a candidate, and which of them say nothing of it. */
export interface Told {
  /** Who reports it, in the report's own words. */
  readonly reported: readonly ReportedBy[];
  /** Reports on this system that do not have it. */
  readonly silent: readonly SilentReport[];
}

/** Finds what reports say of a candidate: by id or alias, package and version. A report on another system says nothing by saying nothing. */
export function reportsAbout(
  reports: readonly ScannerReport[],
  candidates: readonly Candidate[],
): (candidate: Candidate, universe: Universe) => Told {
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
    const versions = [pkg.version, sourceOf(pkg).version].map(plainVersion);
    const reported: ReportedBy[] = [];
    const silent: SilentReport[] = [];
    for (const { report, lens, findings } of told) {
      const named = findings.find(
        (finding) =>
          (finding.package.toLowerCase() === pkg.name.toLowerCase() ||
            (finding.kind === 'source' && finding.package.toLowerCase() === pkg.source?.name.toLowerCase())) &&
          versions.includes(plainVersion(finding.version)),
      );
      if (named !== undefined) reported.push(reportedBy(report, named, lens, candidate, universe));
      else if (universe.proven && isOnThisSystem(report, universe))
        silent.push(silentOf(report, lens, candidate, universe));
    }
    return { reported, silent };
  };
}

const isOnThisSystem = ({ subject: { os } }: ScannerReport, universe: Universe): boolean =>
  os === undefined || universe.os === undefined || os.startsWith(`${universe.os.id}:`);

/** What a lens makes of a candidate that its scanner's report does not have. */
function silentOf(
  { title, where }: ScannerReport,
  lens: Lens | undefined,
  candidate: Candidate,
  universe: Universe,
): SilentReport {
  if (lens === undefined || candidate.considered.length === 0) return { title, where };
  const verdict = decide(lens, candidate, universe);
  const predicts = verdict.shown
    ? (verdict.rated?.severity ?? 'UNKNOWN').toLowerCase()
    : `nothing (${verdict.dropped?.code})`;
  return { title, where, lens: { name: lens.name, predicts, agrees: !verdict.shown } };
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
    fix: finding.fix.versions.length > 0 ? fixInWords(finding.fix) : (finding.status ?? finding.fix.state),
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
