import { type Report, SEVERITIES, type Severity } from '../model.ts';

/** What `--severity` and `--fixable` let through. */
export interface Filter {
  readonly severity?: readonly Severity[];
  readonly fixable?: boolean;
  /** The reader has Ubuntu Pro: what only that fixes is fixable. */
  readonly pro?: boolean;
}

/** The report with only the findings that pass; how many were kept back is said in it. */
export function filterReport(whole: Report, { severity, fixable, pro }: Filter): Report {
  const report = pro ? withSubscriptions(whole) : whole;
  const kept = report.findings.filter(
    (finding) => (!severity || severity.includes(finding.severity)) && (!fixable || finding.fix.state === 'fixed'),
  );
  return {
    ...report,
    findings: kept,
    filtered: {
      ...(severity ? { severity } : {}),
      ...(fixable ? { fixable } : {}),
      hidden: report.filtered.hidden + report.findings.length - kept.length,
    },
  };
}

/** Whether any finding is as bad as `level` or worse. */
export function worstReaches(report: Report, level: Severity): boolean {
  const rank = SEVERITIES.indexOf(level);
  return report.findings.some((finding) => SEVERITIES.indexOf(finding.severity) >= rank);
}

/** The report as it is for who has subscribed: what only a subscription fixes is fixable. */
function withSubscriptions(report: Report): Report {
  const findings = report.findings.map((finding) =>
    finding.fix.state === 'subscription' ? { ...finding, fix: { ...finding.fix, state: 'fixed' as const } } : finding,
  );
  return { ...report, findings };
}
