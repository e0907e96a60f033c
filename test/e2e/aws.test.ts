import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Comparison } from '../../src/compare/comparison.ts';
import { daemon, freePort, plimsoll, scratch, titled } from './machine.ts';

/*
 * ECR and Security Hub beside moto's server, which checks real signatures and IAM policies over real HTTP; the AWS command line puts images,
 * scans and users there. Both come from PyPI (`pip install 'moto[server]' awscli`); E2E_MOTO_BIN names the folder of their programs.
 */

const path = [process.env.E2E_MOTO_BIN, process.env.PATH].filter(Boolean).join(delimiter);
const absent = ['moto_server', 'aws'].filter(
  (program) => !path.split(delimiter).some((folder) => existsSync(join(folder, program))),
);
const reason = absent.length > 0 ? `${absent.join(' and ')} from PyPI not there: E2E_MOTO_BIN names them` : undefined;

const POLICY = {
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Action: ['ecr:DescribeImageScanFindings', 'ecr:GetAuthorizationToken'], Resource: '*' },
  ],
};
const finding = (name: string, severity: string): unknown => ({
  ...{ name, severity, uri: `https://security-tracker.debian.org/tracker/${name}` },
  attributes: [
    { key: 'package_name', value: 'openssl' },
    { key: 'package_version', value: '1.1.1n-0+deb11u3' },
  ],
});

describe.skipIf(reason !== undefined)(titled('AWS, beside moto', reason), () => {
  const work = reason === undefined ? scratch() : { path: '', remove: (): void => {} };
  const other = join(work.path, 'trivy.json');
  let url = '';
  let server: { stop(): Promise<void> } | undefined;
  let keys: Record<string, string> = {};

  /** The AWS command line, as the root of the account. */
  const aws = (...args: readonly string[]): Record<string, never> => {
    const env = { PATH: path, HOME: work.path, AWS_ACCESS_KEY_ID: 'root', AWS_SECRET_ACCESS_KEY: 'root' };
    const settings = { AWS_DEFAULT_REGION: 'eu-west-1', AWS_ENDPOINT_URL: url, AWS_PAGER: '' };
    const { status, stdout, stderr } = spawnSync('aws', [...args, '--output', 'json'], {
      encoding: 'utf8',
      env: { ...env, ...settings },
    });
    expect(status, stderr).toBe(0);
    return stdout.trim() === '' ? {} : JSON.parse(stdout);
  };

  const told = (args: readonly string[], more: Readonly<Record<string, string>> = {}) =>
    plimsoll(args, {
      home: work.path,
      env: { ...keys, AWS_REGION: 'eu-west-1', AWS_ENDPOINT_URL: url, AWS_EC2_METADATA_DISABLED: 'true', ...more },
    });

  beforeAll(async () => {
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    const ready = async (): Promise<boolean> =>
      (await fetch(`${url}/moto-api/data.json`).catch(() => undefined))?.ok === true;
    server = await daemon('moto_server', ['-H', '127.0.0.1', '-p', String(port)], ready, { PATH: path });
    aws('ecr', 'create-repository', '--repository-name', 'team/model');
    const config = {
      mediaType: 'application/vnd.docker.container.image.v1+json',
      size: 7023,
      digest: `sha256:${'b'.repeat(64)}`,
    };
    const mediaType = 'application/vnd.docker.distribution.manifest.v2+json';
    const manifest = JSON.stringify({ schemaVersion: 2, mediaType, config, layers: [] });
    for (const tag of ['1', 'unscanned'])
      aws(
        'ecr',
        'put-image',
        '--repository-name',
        'team/model',
        '--image-tag',
        tag,
        '--image-manifest',
        manifest.replace('7023', tag === '1' ? '7023' : '7024'),
      );
    aws('ecr', 'start-image-scan', '--repository-name', 'team/model', '--image-id', 'imageTag=1');
    aws('iam', 'create-user', '--user-name', 'reader');
    aws(
      'iam',
      'put-user-policy',
      '--user-name',
      'reader',
      '--policy-name',
      'p',
      '--policy-document',
      JSON.stringify(POLICY),
    );
    const created = aws('iam', 'create-access-key', '--user-name', 'reader') as { AccessKey?: Record<string, string> };
    const { AccessKeyId = '', SecretAccessKey = '' } = created.AccessKey ?? {};
    keys = { AWS_ACCESS_KEY_ID: AccessKeyId, AWS_SECRET_ACCESS_KEY: SecretAccessKey };
    const findings = [finding('CVE-2023-0464', 'HIGH'), finding('CVE-2023-2650', 'MEDIUM')];
    const results = [
      {
        imageScanFindings: { findings, findingSeverityCounts: { HIGH: 1, MEDIUM: 1 } },
        imageScanStatus: { status: 'COMPLETE' },
        imageId: { imageTag: '1' },
        repositoryName: 'team/model',
      },
    ];
    const json = { 'content-type': 'application/json' };
    await fetch(`${url}/moto-api/static/ecr/scan-finding-results`, {
      method: 'POST',
      headers: json,
      body: JSON.stringify({ results, region: 'eu-west-1' }),
    });
    // From now on signatures and policies are checked.
    await fetch(`${url}/moto-api/reset-auth`, { method: 'POST', headers: { 'content-type': 'text/plain' }, body: '0' });
    const vulnerability = {
      VulnerabilityID: 'CVE-2023-0464',
      PkgName: 'libssl1.1',
      InstalledVersion: '1.1.1n-0+deb11u3',
      Severity: 'HIGH',
    };
    const result = { Target: 'x', Class: 'os-pkgs', Type: 'debian', Vulnerabilities: [vulnerability] };
    writeFileSync(other, JSON.stringify({ SchemaVersion: 2, ArtifactName: 'team/model:1', Results: [result] }));
  });

  afterAll(async () => {
    await server?.stop();
    work.remove();
  });

  it('gives out the findings of a scan for a request that is signed right and allowed', async () => {
    const { code, stdout, stderr } = await told(['compare', '-f', 'json', 'ecr:team/model:1', other]);
    expect(code, stderr).toBe(0);
    const { reports } = JSON.parse(stdout) as Comparison;
    expect(reports.map(({ scanner, rows }) => [scanner, rows])).toEqual([
      ['ecr-basic', 2],
      ['trivy', 1],
    ]);
  });

  it.each([
    [
      'a wrong secret',
      ['compare', 'ecr:team/model:1', 'OTHER'],
      { AWS_SECRET_ACCESS_KEY: 'wrong' },
      'SignatureDoesNotMatch',
    ],
    [
      'an unknown key',
      ['compare', 'ecr:team/model:1', 'OTHER'],
      { AWS_ACCESS_KEY_ID: 'AKIANOBODY' },
      'does not know the keys',
    ],
    [
      'a missing permission',
      ['compare', '--start-scan', 'ecr:team/model:1', 'OTHER'],
      {},
      'the missing permission is ecr:StartImageScan',
    ],
    ['an image without a scan', ['compare', 'ecr:team/model:unscanned', 'OTHER'], {}, '--start-scan asks for it'],
    ['a repository that is not there', ['compare', 'ecr:team/other:1', 'OTHER'], {}, 'RepositoryNotFoundException'],
  ] as const)('says what is wrong in one line: %s', async (_, args, environment, said) => {
    const { code, stderr } = await told(
      args.map((argument) => (argument === 'OTHER' ? other : argument)),
      environment,
    );
    expect(code).not.toBe(0);
    expect(stderr).toContain(said);
    expect(stderr).not.toContain(keys.AWS_SECRET_ACCESS_KEY);
  });
});
