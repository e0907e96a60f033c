import { coverageStatement } from '../../coverage/assessment.ts';
import { repositoryIn } from '../../ecosystems/oci.ts';
import { sourceOf } from '../../ecosystems/source-package.ts';
import { before } from '../../formats/ends.ts';
import type { Report, Severity } from '../../model.ts';
import { reportFormat } from '../report-format.ts';
import { fixedVersion, type GroupedFinding, jsonPieces, worstAndNearest } from '../scan/index.ts';
import { isWebAddress } from '../web-address.ts';
import { SECURITY_HUB_WORDS } from './asff.ts';

/**
 * What `aws ecr describe-image-scan-findings` answers for basic scanning: counts by severity, and a finding for each
 * vulnerability of each source package. https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeImageScanFindings.html
 */
export const ecrReport = reportFormat({
  name: 'ecr',
  extension: 'json',
  mediaType: 'application/json',
  description: 'as Amazon ECR counts and lists findings (basic scanning)',
  leavesOut: ['risks'],
  render: (report) => jsonPieces(ecrDocument(report)),
});

const SEVERITIES: Readonly<Record<Severity, string>> = {
  ...SECURITY_HUB_WORDS,
  UNKNOWN: 'UNDEFINED',
};

function* ecrDocument(report: Report): Generator<readonly [string, unknown]> {
  const findings = worstAndNearest(report.findings).map(entry);
  const counts = new Map<string, number>();
  for (const { severity } of findings) counts.set(severity, (counts.get(severity) ?? 0) + 1);
  const { subject, database } = report;
  yield [
    'imageScanFindings',
    {
      findings,
      imageScanCompletedAt: report.created,
      ...(database.built === '' ? {} : { vulnerabilitySourceUpdatedAt: database.built }),
      findingSeverityCounts: Object.fromEntries(counts),
    },
  ];
  const statement = coverageStatement(report);
  const plain = before(subject.name, '@');
  yield ['repositoryName', repositoryIn(plain).replace(/^\d{12}\.dkr\.ecr[^/]*\//, '')];
  const tag = /:([^:/]+)$/.exec(plain)?.[1];
  yield [
    'imageId',
    {
      ...(subject.digest === undefined ? {} : { imageDigest: subject.digest }),
      ...(tag === undefined ? {} : { imageTag: tag }),
    },
  ];
  yield [
    'imageScanStatus',
    { status: 'COMPLETE', description: ['The scan was completed successfully', statement].filter(Boolean).join(': ') },
  ];
}

interface EcrFinding {
  readonly name: string;
  readonly severity: string;
  readonly [key: string]: unknown;
}

function entry({ finding }: GroupedFinding): EcrFinding {
  const { package: pkg } = finding;
  const rating = finding.ratings.find((rating) => rating.vector !== undefined && /^CVSS:3/.test(rating.method));
  const attributes = [
    ['package_version', sourceOf(pkg).version],
    ['package_name', sourceOf(pkg).name],
    ...(rating?.vector === undefined ? [] : [['CVSS3_VECTOR', rating.vector]]),
    ...(rating?.score === undefined ? [] : [['CVSS3_SCORE', String(rating.score)]]),
    ...(fixedVersion(finding) === undefined ? [] : [['patched_versions', fixedVersion(finding)]]),
  ];
  return {
    name: finding.id,
    ...(finding.description === undefined ? {} : { description: finding.description }),
    ...(isWebAddress(finding.url) ? { uri: finding.url } : {}),
    severity: SEVERITIES[finding.severity],
    attributes: attributes.map(([key, value]) => ({ key, value })),
  };
}
