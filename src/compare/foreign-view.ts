import type { AdvisoryStore } from '../advisories/store/index.ts';
import { type Finding, type Report, SEVERITIES, type Severity } from '../model.ts';
import { lensOf } from '../scanners/index.ts';
import type { ScannerReport } from '../scanners/scanner.ts';
import type { LensDecision } from './lens-decision.ts';
import { replay } from './replay.ts';

/** Rows of a report before a filter that it does not state is concluded from what all of them have. */
const ENOUGH = 20;

/** What another scanner would say of an image that it did not look at, by its rules. */
export interface ForeignView {
  /** Why it would not report a finding of ours: a rule, or how it was set up. Undefined for what it would report. */
  whyUntold(finding: Finding): string | undefined;
  /** What it would report. */
  readonly report: ScannerReport;
}

/**
 * What the scanner of an earlier report would say of the image of today: by the lens of its version, and as it was set up. What it would not report may have
 * been there before as well, and did not come with a change because an earlier report lacks it; what it would report still is not gone for those who ask it.
 * Undefined for a scanner whose rules are not known.
 */
export function foreignView(
  earlier: ScannerReport,
  now: Pick<Report, 'packages' | 'os'>,
  store: AdvisoryStore,
): ForeignView | undefined {
  const lens = lensOf(earlier);
  if (lens === undefined) return undefined;
  const os = now.os === undefined ? {} : { os: now.os };
  const { verdicts: all, report } = replay(lens, { packages: now.packages, ...os }, store);
  const verdicts = new Map(all.map((verdict) => [key(verdict.candidate.id, verdict.candidate.package), verdict]));
  const setUp = settingsOf(earlier);
  return {
    report,
    whyUntold: (finding) => {
      const verdict = verdicts.get(key(finding.id, finding.package));
      return verdict?.dropped === undefined ? setUp(finding, verdict) : verdict.dropped.says;
    },
  };
}

/** One package may lie in several places, and be judged otherwise in each. */
const key = (id: string, { type, name, version, purl, evidence }: Finding['package']): string =>
  [id, type, name, version, purl, ...evidence.map(({ path }) => path)].join('\n');

type Left = (finding: Finding, verdict: LensDecision | undefined) => string | undefined;

/** What a report was told to leave out: as it states it, else as all of its many rows show it. */
function settingsOf({ settings, findings, rows }: ScannerReport): Left {
  const counted = findings.filter(({ suppressed }) => suppressed === undefined);
  const unfixed = counted.some(({ fix: { state } }) => state !== 'fixed');
  const fixed = counted.some(({ fix: { state } }) => state === 'fixed');
  const present = new Set(counted.map(({ severity }) => severity));
  const lowest = SEVERITIES.findIndex((severity) => present.has(severity));
  const many = rows >= ENOUGH;
  const listed = settings?.severities?.map((word) => word.toUpperCase());
  // That a report has no row of one severity is common; only one that begins at MEDIUM shows that those below were left out.
  const floor = many && lowest >= SEVERITIES.indexOf('MEDIUM') ? lowest : 0;
  return (finding, verdict) => {
    const state = verdict?.fix?.state ?? finding.fix.state;
    const severity: Severity = verdict?.rated?.severity ?? finding.severity;
    if ((settings?.only === 'fixed' || many) && !unfixed && state !== 'fixed' && state !== 'unknown')
      return settings?.only === 'fixed'
        ? 'It was told to report only what has a fix'
        : `None of its ${rows} rows is without a fix: it was told to report only what has one`;
    if (settings?.only === 'not-fixed' && !fixed && state === 'fixed') return 'It was told to leave out what has a fix';
    if (listed !== undefined && !listed.includes(severity) && !present.has(severity))
      return `It was restricted to ${listed.join(', ')}`;
    if (SEVERITIES.indexOf(severity) < floor)
      return `None of its ${rows} rows is below ${SEVERITIES[lowest]}: it was restricted to certain severities`;
    return undefined;
  };
}
