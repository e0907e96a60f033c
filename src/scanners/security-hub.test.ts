import { describe, expect, it } from 'vitest';
import { readReport } from './read.ts';
import type { ScannerReport } from './scanner.ts';

const read = (document: unknown): Promise<ScannerReport> =>
  readReport({
    where: 'findings.json',
    async *open() {
      yield Buffer.from(JSON.stringify(document));
    },
  });

const DIGEST = `sha256:${'ab'.repeat(32)}`;

/** A finding as Security Hub has it of a product. https://docs.aws.amazon.com/securityhub/latest/userguide/asff-required-attributes.html */
const finding = (product: string, company: string, generator: string, more: object = {}): object => ({
  SchemaVersion: '2018-10-08',
  ProductArn: `arn:aws:securityhub:eu-west-1::product/${company}/${product.toLowerCase().replaceAll(' ', '-')}`,
  ProductName: product,
  GeneratorId: generator,
  Severity: { Label: 'HIGH' },
  Resources: [
    { Type: 'AwsEcrContainerImage', Id: `arn:aws:ecr:eu-west-1:123456789012:repository/team/model/${DIGEST}` },
  ],
  ...more,
});

const onPackage = (id: string, name: string, version: string): object => ({
  Vulnerabilities: [{ Id: id, VulnerablePackages: [{ Name: name, Version: version, PackageManager: 'OS' }] }],
});

const inspector = finding('Inspector', 'aws', 'AWSInspector', onPackage('CVE-2023-0464', 'openssl', '1.1.1n'));
const guardDuty = finding('GuardDuty', 'aws', 'arn:aws:guardduty:eu-west-1:123456789012:detector/1', {
  Resources: [{ Type: 'AwsEc2Instance', Id: 'arn:aws:ec2:eu-west-1:123456789012:instance/i-1' }],
});
const control = finding('Security Hub', 'aws', 'aws-foundational-security-best-practices/v/1.0.0/ECR.1', {
  Compliance: { Status: 'FAILED' },
});
const prisma = finding(
  'Prisma Cloud Compute',
  'paloalto',
  'twistlock',
  onPackage('CVE-2023-0464', 'openssl', '1.1.1n'),
);
/** As Trivy's template writes it: as the account's own product. */
const trivy = finding('Default', '123456789012', 'Trivy/CVE-2023-0286', {
  ProductFields: { 'Product Name': 'Trivy' },
  Resources: [
    {
      Type: 'Container',
      Id: 'team/model:1 (debian 11.6)',
      Details: { Other: { 'CVE ID': 'CVE-2023-0286', PkgName: 'libssl1.1', 'Installed Package': '1.1.1n-0+deb11u3' } },
    },
  ],
});

const told = async (...findings: readonly object[]): Promise<unknown[]> => {
  const { scanner, title, rows, subject, notes } = await read({ Findings: findings });
  return [scanner, title, rows, subject.name, notes.map(({ code, message, count }) => `${code} ${count}: ${message}`)];
};

describe('findings in Security Hub are those of their product', () => {
  it('controls and threats are no report without findings: it says whose they are', async () => {
    expect(await told(guardDuty, control, control)).toEqual([
      'unknown',
      'AWS Security Hub',
      0,
      'team/model',
      ['other-findings 3: no finding on a vulnerable package: 3 of GuardDuty, Security Hub'],
    ]);
  });

  it("the packages of a product that is not known here are not Inspector's", async () => {
    expect(await told(prisma)).toEqual(['unknown', 'Prisma Cloud Compute (Security Hub)', 1, 'team/model', []]);
  });

  it('of several products the one with most to say is read, the others are counted; the image is not that of the first finding', async () => {
    const more = finding('Inspector', 'aws', 'AWSInspector', onPackage('CVE-2022-3715', 'bash', '5.1'));
    expect(await told(guardDuty, trivy, inspector, control, more)).toEqual([
      'ecr-enhanced',
      'Amazon Inspector (Security Hub)',
      2,
      'team/model',
      ['other-findings 3: findings of other products are left out: of Trivy, GuardDuty, Security Hub'],
    ]);
    expect((await told(guardDuty, trivy)).slice(0, 4)).toEqual(['trivy', 'Trivy (Security Hub)', 1, 'team/model:1']);
  });

  it('what was sent there from here comes back as ours, with our severities', async () => {
    const ours = finding('Default', '123456789012', 'plimsoll/CVE-2023-0464', {
      ...onPackage('CVE-2023-0464', 'libssl1.1', '1.1.1n-0+deb11u3'),
      Severity: { Label: 'INFORMATIONAL' },
      ProductFields: { 'Product Name': 'Plimsoll', 'plimsoll/severity': 'UNKNOWN' },
      Resources: [{ Type: 'Container', Id: 'team/model:1', Details: { Container: { ImageName: 'team/model:1' } } }],
    });
    const report = await read([ours]);
    expect([report.scanner, report.title, report.subject.name, report.findings[0]?.severity]).toEqual([
      'plimsoll',
      'Plimsoll (Security Hub)',
      'team/model:1',
      'UNKNOWN',
    ]);
  });
});
