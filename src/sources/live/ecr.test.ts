import { afterEach, describe, expect, it } from 'vitest';
import { cloudWorld } from '../../../test/cloud.ts';
import { type JsonAnswer, type JsonServer, jsonServer } from '../../../test/json-server.ts';
import { readReport, reportBytes } from '../../scanners/read.ts';
import { ecr } from './ecr.ts';
import { liveImage } from './index.ts';
import { inspector } from './inspector.ts';
import type { LiveSource } from './live-source.ts';
import { securityHub } from './security-hub.ts';

const servers: JsonServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

const finding = (name: string): unknown => ({
  name,
  severity: 'HIGH',
  uri: `https://security-tracker.debian.org/tracker/${name}`,
  attributes: [
    { key: 'package_name', value: 'openssl' },
    { key: 'package_version', value: '1.1.1n-0+deb11u3' },
  ],
});

const page = (names: readonly string[], more: object = {}): JsonAnswer => ({
  body: {
    registryId: '123456789012',
    repositoryName: 'team/model',
    imageId: { imageDigest: `sha256:${'a'.repeat(64)}`, imageTag: '1' },
    imageScanStatus: { status: 'COMPLETE' },
    imageScanFindings: {
      findings: names.map(finding),
      findingSeverityCounts: { HIGH: 3 },
      imageScanCompletedAt: 1698000000,
    },
    ...more,
  },
});

const environmentOf = (aws: JsonServer) => ({
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'A',
  AWS_SECRET_ACCESS_KEY: 'S',
  AWS_ENDPOINT_URL: aws.url,
});

async function fetched(
  target: string,
  answer: (input: Record<string, unknown>, operation: string) => JsonAnswer,
  startScan = false,
  source: LiveSource = ecr,
) {
  const aws = await jsonServer(({ line, headers, body }) =>
    answer(JSON.parse(body), String(headers['x-amz-target']).split('.')[1] ?? line),
  );
  servers.push(aws);
  const environment = environmentOf(aws);
  const { where, bytes } = await source.fetch(target, { ...cloudWorld(environment), startScan });
  return { report: await readReport(reportBytes(bytes, where)), seen: aws.seen.map(({ body }) => JSON.parse(body)) };
}

describe('findings of ECR', () => {
  it('come from all pages, as one report', async () => {
    const { report, seen } = await fetched('team/model:1', ({ nextToken }) =>
      nextToken === 'two' ? page(['CVE-2023-3']) : page(['CVE-2023-1', 'CVE-2023-2'], { nextToken: 'two' }),
    );
    expect(report).toMatchObject({ scanner: 'ecr-basic', rows: 3, subject: { name: 'team/model:1' } });
    expect(report.notes, 'the summary counts what came').toEqual([]);
    expect(report.findings.map(({ id }) => id)).toEqual(['CVE-2023-1', 'CVE-2023-2', 'CVE-2023-3']);
    expect(seen[0]).toEqual({ repositoryName: 'team/model', imageId: { imageTag: '1' }, maxResults: 1000 });
  });

  it('are asked of the account and region that the registry names, by digest where there is one', async () => {
    const digest = `sha256:${'b'.repeat(64)}`;
    const { seen } = await fetched(`123456789012.dkr.ecr.eu-central-1.amazonaws.com/team/model:1@${digest}`, () =>
      page([]),
    );
    expect(seen[0]).toMatchObject({ registryId: '123456789012', imageId: { imageDigest: digest } });
  });

  it('of Inspector are read as such', async () => {
    const enhancedFindings = [
      {
        type: 'PACKAGE_VULNERABILITY',
        severity: 'MEDIUM',
        status: 'ACTIVE',
        packageVulnerabilityDetails: {
          vulnerabilityId: 'CVE-2023-0464',
          vulnerablePackages: [{ name: 'openssl', version: '1.1.1n', release: '0+deb11u3', packageManager: 'OS' }],
        },
      },
    ];
    const { report } = await fetched('team/model:1', () =>
      page([], { imageScanStatus: { status: 'ACTIVE' }, imageScanFindings: { enhancedFindings } }),
    );
    expect(report).toMatchObject({ scanner: 'ecr-enhanced', rows: 1 });
  });

  it.each([
    ['FAILED', 'the scan failed: UnsupportedImageError'],
    ['UNSUPPORTED_IMAGE', 'ECR cannot scan this image'],
    ['FINDINGS_UNAVAILABLE', 'not available'],
  ])('of a scan that is %s are an error and never a bare zero', async (status, said) => {
    const failing = fetched('team/model:1', () =>
      page([], {
        imageScanStatus: { status, ...(status === 'FAILED' ? { description: 'UnsupportedImageError' } : {}) },
        imageScanFindings: undefined,
      }),
    );
    await expect(failing).rejects.toThrow(said);
  });

  it('of an image that was never scanned say how to have it scanned', async () => {
    const failing = fetched('team/model:1', () => ({
      status: 400,
      body: { __type: 'ScanNotFoundException', message: 'x' },
    }));
    await expect(failing).rejects.toMatchObject({ code: 'not-found', hint: expect.stringContaining('--start-scan') });
  });

  it('are fetched after a scan where one is wanted, also where ECR had one today', async () => {
    const asked: string[] = [];
    const { report } = await fetched(
      'team/model:1',
      (_, operation) => {
        asked.push(operation);
        return operation === 'StartImageScan'
          ? { status: 400, body: { __type: 'LimitExceededException', message: 'once a day' } }
          : page(['CVE-2023-1']);
      },
      true,
    );
    expect(report.rows).toBe(1);
    expect(asked).toEqual(['StartImageScan', 'DescribeImageScanFindings']);
  });

  it('are not asked for with pages that go in a circle, nor of another registry', async () => {
    await expect(fetched('team/model:1', () => page(['CVE-2023-1'], { nextToken: 'same' }))).rejects.toThrow(
      'in a circle',
    );
    await expect(fetched('ghcr.io/team/model:1', () => page([]))).rejects.toThrow('no private registry of ECR');
    await expect(fetched('TEAM/model:1', () => page([]))).rejects.toMatchObject({
      line: 'the image reference has upper-case letters (TEAM/model:1); image names are lower-case: team/model:1',
    });
  });
});

const DIGEST = `sha256:${'c'.repeat(64)}`;
const described: JsonAnswer = {
  body: { imageDetails: [{ registryId: '123456789012', imageDigest: DIGEST, imageTags: ['1'] }] },
};
const openssl = { name: 'openssl', version: '1.1.1n', release: '0+deb11u3', packageManager: 'OS' };

describe('findings on an image in ECR', () => {
  it('come from Inspector by the digest that the tag has now, all pages', async () => {
    const of = (id: string): unknown => ({
      findingArn: `arn:${id}`,
      type: 'PACKAGE_VULNERABILITY',
      severity: 'HIGH',
      status: 'ACTIVE',
      packageVulnerabilityDetails: { vulnerabilityId: id, vulnerablePackages: [openssl] },
      resources: [{ details: { awsEcrContainerImage: { imageHash: DIGEST, repositoryName: 'team/model' } } }],
    });
    const { report, seen } = await fetched(
      'team/model:1',
      ({ nextToken }, operation) =>
        operation === 'DescribeImages'
          ? described
          : nextToken === undefined
            ? { body: { findings: [of('CVE-2023-1')], nextToken: 'n' } }
            : { body: { findings: [of('CVE-2023-2')] } },
      false,
      inspector,
    );
    expect(report).toMatchObject({ scanner: 'ecr-enhanced', rows: 2, subject: { digest: DIGEST } });
    expect(seen[1].filterCriteria.ecrImageHash).toEqual([{ comparison: 'EQUALS', value: DIGEST }]);
  });

  it('come from Security Hub by the ARN of the image', async () => {
    const arn = `arn:aws:ecr:eu-west-1:123456789012:repository/team/model/${DIGEST}`;
    const asff = {
      SchemaVersion: '2018-10-08',
      ProductArn: 'arn:aws:securityhub:eu-west-1::product/aws/inspector',
      Severity: { Label: 'HIGH' },
      Resources: [{ Id: arn, Type: 'AwsEcrContainerImage' }],
      Vulnerabilities: [
        {
          Id: 'CVE-2023-0464',
          VulnerablePackages: [{ Name: 'openssl', Version: '1.1.1n', Release: '0+deb11u3', PackageManager: 'OS' }],
        },
      ],
    };
    const { report, seen } = await fetched(
      'team/model:1',
      (_, operation) => (operation === 'DescribeImages' ? described : { body: { Findings: [asff] } }),
      false,
      securityHub,
    );
    expect(report).toMatchObject({ rows: 1, subject: { name: 'team/model', digest: DIGEST } });
    expect(seen[1].Filters.ResourceId).toEqual([{ Comparison: 'EQUALS', Value: arn }]);
  });

  it('that Inspector does not have are none of an image that it scans, and an error of any other', async () => {
    const none = (statusCode: string, reason: string) =>
      fetched(
        'team/model:1',
        (_, operation) =>
          operation === 'DescribeImages'
            ? described
            : operation.endsWith('/coverage/list')
              ? { body: { coveredResources: [{ scanStatus: { statusCode, reason } }] } }
              : { body: { findings: [] } },
        false,
        inspector,
      );
    expect((await none('ACTIVE', 'SUCCESSFUL')).report).toMatchObject({
      rows: 0,
      where: 'inspector:team/model:1 in eu-west-1',
    });
    await expect(none('INACTIVE', 'SCAN_ELIGIBILITY_EXPIRED')).rejects.toThrow(
      'does not scan this image: SCAN_ELIGIBILITY_EXPIRED',
    );
  });
});

it('names an image as the registry has it, also without saying which registry', async () => {
  const aws = await jsonServer(() => ({
    body: { authorizationData: [{ proxyEndpoint: 'https://123456789012.dkr.ecr.eu-west-1.amazonaws.com' }] },
  }));
  servers.push(aws);
  const environment = environmentOf(aws);
  const named = (text: string) => liveImage(text, async () => cloudWorld(environment));
  expect(await named('ecr:team/model:1')).toBe('123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/model:1');
  expect(await named('ecr:210987654321.dkr.ecr.us-east-1.amazonaws.com/a:1')).toBe(
    '210987654321.dkr.ecr.us-east-1.amazonaws.com/a:1',
  );
  expect(await named('gcr:project/model:1')).toBe('gcr.io/project/model:1');
  await expect(named('inspector:team/model:1')).rejects.toThrow('has findings, and no images');
  expect(await named('ecr:1'), 'an image called ecr').toBeUndefined();
});
