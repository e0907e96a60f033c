import { coverageStatement } from '../../coverage/assessment.ts';
import { findingExposure } from '../../matching/nearest-first.ts';
import type { Finding, Report, Risk } from '../../model.ts';
import { csvText } from '../escape.ts';
import { reportFormat } from '../report-format.ts';
import { fixedVersion, proofInWords } from '../scan/index.ts';

/** A table for spreadsheets (RFC 4180, with plain line ends): a row for each vulnerability in each installed package, for each risk, and one that says how much was assessed; no cell is a formula. */
export const csvReport = reportFormat({
  name: 'csv',
  extension: 'csv',
  mediaType: 'text/csv; charset=utf-8',
  description: 'CSV for spreadsheets: vulnerabilities and risks',
  render: csv,
});

const COLUMNS = [
  'kind',
  'id',
  'severity',
  'severity by',
  'score',
  'package',
  'version',
  'type',
  'source package',
  'state',
  'fixed version',
  'exploited since',
  'epss',
  'layer',
  'path',
  'purl',
  'aliases',
  'title',
  'target',
  'exposure',
  'proof',
] as const;

function* csv(report: Report): Generator<string> {
  yield line(COLUMNS);
  for (const finding of report.findings)
    yield line([
      ...findingCells(finding),
      report.subject.name,
      findingExposure(finding)?.class,
      proofInWords([finding.package]).join('; '),
    ]);
  for (const risk of report.risks) yield line([...riskCells(risk), report.subject.name, undefined, undefined]);
  // A sheet without vulnerabilities is nothing without how much was looked at.
  const statement = coverageStatement(report);
  if (statement !== undefined)
    yield line(
      COLUMNS.map(
        (column) => ({ kind: 'assessment', title: statement, target: report.subject.name })[column as string],
      ),
    );
}

const line = (cells: readonly (string | number | undefined)[]): string =>
  `${cells.map((cell) => (cell === undefined ? '' : csvText(String(cell)))).join(',')}\n`;

function findingCells(finding: Finding): (string | number | undefined)[] {
  const { package: pkg } = finding;
  const place = pkg.evidence[0];
  const score = finding.ratings.find((rating) => rating.source === finding.severitySource)?.score;
  return [
    'vulnerability',
    finding.id,
    finding.severity,
    finding.severitySource,
    score,
    pkg.name,
    pkg.version,
    pkg.type,
    pkg.source?.name,
    finding.state,
    fixedVersion(finding),
    finding.exploited,
    finding.epss,
    place === undefined || place.diffID === '' ? undefined : place.layer + 1,
    place?.path,
    pkg.purl,
    finding.aliases.join(' '),
    finding.title,
  ];
}

function riskCells(risk: Risk): (string | number | undefined)[] {
  const { evidence } = risk;
  const layer = evidence.diffID === '' ? undefined : evidence.layer + 1;
  const none = Array.from({ length: 9 }, () => undefined);
  const title = [risk.title, risk.detail, risk.at].filter((part) => part !== undefined).join('; ');
  return [
    `risk: ${risk.category}`,
    risk.rule,
    risk.severity,
    'plimsoll',
    ...none,
    layer,
    evidence.path,
    undefined,
    undefined,
    title,
  ];
}
