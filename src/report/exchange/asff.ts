import { createHash } from 'node:crypto';
import { coverageStatement } from '../../coverage/assessment.ts';
import { sourceOf } from '../../ecosystems/source-package.ts';
import { printable } from '../../errors.ts';
import type { Finding, Report, Risk, Severity } from '../../model.ts';
import { riskPlace } from '../../policy/risk-place.ts';
import { reportFormat } from '../report-format.ts';
import {
  fixedVersion,
  type GroupedFinding,
  jsonPieces,
  proofMarks,
  stateInWords,
  titleLine,
  worstAndNearest,
} from '../scan/index.ts';
import { isWebAddress } from '../web-address.ts';

/**
 * AWS Security Finding Format, for `aws securityhub batch-import-findings` (100 at a time). Account and region are those of an
 * ECR reference; of any other image nobody tells them, and zeros stand in their place.
 * https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format.html
 */
export const asffReport = reportFormat({
  name: 'asff',
  extension: 'json',
  mediaType: 'application/json',
  description: 'AWS Security Finding Format, for Security Hub',
  render: (report) => jsonPieces([['Findings', asffFindings(report)]]),
});

/** AWS's words; what nobody rated is information here. https://docs.aws.amazon.com/securityhub/latest/userguide/asff-required-attributes.html#Severity */
export const SECURITY_HUB_WORDS: Readonly<Record<Severity, string>> = {
  CRITICAL: 'CRITICAL',
  HIGH: 'HIGH',
  MEDIUM: 'MEDIUM',
  LOW: 'LOW',
  NEGLIGIBLE: 'INFORMATIONAL',
  UNKNOWN: 'INFORMATIONAL',
};

/** Whose the findings are. */
interface Owner {
  readonly account: string;
  readonly region: string;
  /** Default: `aws`. */
  readonly partition?: string;
}

const ECR = /^(\d{12})\.dkr\.ecr(?:-fips)?\.([a-z0-9-]+)\.amazonaws\.com/;

/** The findings of a report; `owner` where it is known better than by the image's name. */
export function* asffFindings(report: Report, owner: Owner = ownerNamed(report)): Generator<Record<string, unknown>> {
  for (const grouped of worstAndNearest(report.findings)) yield vulnerability(grouped, report, owner);
  for (const risk of report.risks) yield riskFinding(risk, report, owner);
  if (report.assessment?.complete === false) yield incomplete(report, owner);
}

function ownerNamed({ subject }: Report): Owner {
  const known = ECR.exec(subject.name);
  return { account: known?.[1] ?? '000000000000', region: known?.[2] ?? 'us-east-1' };
}

/** What every finding has. */
function common(
  report: Report,
  { account, region, partition = 'aws' }: Owner,
  id: readonly string[],
  severity: Severity,
): Record<string, unknown> {
  const statement = coverageStatement(report);
  const hash = createHash('sha256')
    .update([report.subject.name, ...id].join('\0'))
    .digest('hex')
    .slice(0, 40);
  return {
    SchemaVersion: '2018-10-08',
    Id: `plimsoll/${hash}`,
    ProductArn: `arn:${partition}:securityhub:${region}:${account}:product/${account}/default`,
    GeneratorId: printable(`plimsoll/${id[0]}`, 512),
    AwsAccountId: account,
    CreatedAt: report.created,
    UpdatedAt: report.created,
    Severity: { Label: SECURITY_HUB_WORDS[severity] },
    ProductFields: {
      'Product Name': 'Plimsoll',
      'plimsoll/severity': severity,
      ...(statement === undefined ? {} : { 'plimsoll/assessment': printable(statement, 2_048) }),
    },
    RecordState: 'ACTIVE',
  };
}

function resource({ subject }: Report, other: Readonly<Record<string, string>>): Record<string, unknown>[] {
  const image = {
    ...(subject.imageId === undefined ? {} : { ImageId: subject.imageId }),
    ImageName: printable(subject.name, 1_024),
  };
  const details = Object.fromEntries(Object.entries(other).map(([key, value]) => [key, printable(value, 1_024)]));
  return [
    {
      Type: 'Container',
      Id: printable(subject.name, 512),
      Partition: 'aws',
      Details: { Container: image, Other: details },
    },
  ];
}

function vulnerability({ finding, packages }: GroupedFinding, report: Report, owner: Owner): Record<string, unknown> {
  const { package: pkg } = finding;
  const url = isWebAddress(finding.url) ? finding.url : undefined;
  const fixed = fixedVersion(finding);
  const name = sourceOf(pkg).name;
  const { recovered, phantom } = proofMarks(packages);
  return {
    ...common(report, owner, [finding.id, pkg.type, name], finding.severity),
    Types: ['Software and Configuration Checks/Vulnerabilities/CVE'],
    Title: printable(`${finding.id} in ${name}: ${titleLine(finding)}`, 256),
    Description: printable(finding.description ?? finding.title ?? finding.id, 1_024),
    Remediation: {
      Recommendation: {
        Text: printable(fixed === undefined ? stateInWords(finding) : `Upgrade ${name} to ${fixed}`, 512),
        ...(url === undefined ? {} : { Url: printable(url, 2_083) }),
      },
    },
    Vulnerabilities: [
      {
        Id: printable(finding.id, 512),
        ...related(finding),
        VulnerablePackages: packages.slice(0, 20).map((pkg) => ({
          Name: printable(pkg.name, 512),
          Version: printable(pkg.version, 512),
          ...(fixed === undefined ? {} : { FixedInVersion: printable(fixed, 512) }),
          PackageManager: pkg.type,
        })),
        Cvss: finding.ratings
          .filter((rating) => rating.score !== undefined)
          .slice(0, 10)
          .map((rating) => ({
            Version: rating.method.replace('CVSS:', ''),
            BaseScore: rating.score,
            ...(rating.vector === undefined ? {} : { BaseVector: rating.vector }),
            Source: rating.source,
          })),
        ...(url === undefined ? {} : { ReferenceUrls: [url] }),
        FixAvailable: fixed === undefined ? 'NO' : 'YES',
      },
    ],
    Resources: resource(report, {
      'CVE ID': finding.id,
      PkgName: name,
      'Installed Package': pkg.version,
      'Patched Package': fixed ?? '',
      ...(recovered === undefined ? {} : { Recovered: recovered }),
      ...(phantom === undefined ? {} : { Phantom: 'true' }),
    }),
  };
}

/** Its other names. */
function related({ aliases }: Finding): Record<string, unknown> {
  const named = aliases.filter((alias) => alias.trim() !== '').slice(0, 20);
  return named.length === 0 ? {} : { RelatedVulnerabilities: named.map((alias) => printable(alias, 512)) };
}

function riskFinding(risk: Risk, report: Report, owner: Owner): Record<string, unknown> {
  const secret = risk.category === 'secret';
  return {
    ...common(report, owner, [risk.rule, risk.evidence.path, risk.at ?? ''], risk.severity),
    Types: [
      secret
        ? 'Sensitive Data Identifications/Passwords'
        : 'Software and Configuration Checks/AWS Security Best Practices',
    ],
    Title: printable(`${risk.title}: ${riskPlace(risk)}`, 256),
    Description: printable([risk.title, risk.detail, risk.at].filter((part) => part !== undefined).join('; '), 1_024),
    Remediation: { Recommendation: { Text: 'Look at the file before the image is used.' } },
    Resources: resource(report, { Filename: risk.evidence.path, Rule: risk.rule }),
  };
}

/** What was not looked at, as a remark of its own: an image about which nothing was found imports nothing else. */
function incomplete(report: Report, owner: Owner): Record<string, unknown> {
  return {
    ...common(report, owner, ['assessment'], 'NEGLIGIBLE'),
    Types: ['Software and Configuration Checks'],
    Title: 'The assessment of this image is incomplete',
    Description: printable(coverageStatement(report) ?? '', 1_024),
    Remediation: { Recommendation: { Text: 'See what the JSON report says was not assessed.' } },
    Resources: resource(report, {}),
  };
}
