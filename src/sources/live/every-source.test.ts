/**
 * What holds for every service that has findings, one row of a table for each: pages to the end, patience where it is asked too often, credentials
 * that run out in the middle, a scan that is under way, an image without a scan, and what a refusal names. A source without a row fails.
 */
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { cloudWorld } from '../../../test/cloud.ts';
import { image, layer } from '../../../test/image.ts';
import { type JsonAnswer, jsonServer } from '../../../test/json-server.ts';
import { type SeenRequest, startRegistry, type TestRegistry } from '../../../test/registry.ts';
import { GITLAB_REPORT, gitlabJob, quayScanned } from '../../../test/service-answers.ts';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import type { PlimsollError } from '../../errors.ts';
import { readReport, reportBytes } from '../../scanners/read.ts';
import { imageBlobs } from '../files/memory.ts';
import { liveSources } from './index.ts';

// Waiting is what the services ask for here, again and again.
vi.mock('../../network/retry.ts', async (original) => ({
  ...(await original<typeof import('../../network/retry.ts')>()),
  pause: async () => {},
}));

let registry: TestRegistry;
let digest: string;
let manifest: string;
beforeAll(async () => {
  registry = await startRegistry({});
  digest = registry.push('team/model', '1', imageBlobs(image(layer({ 'etc/os-release': 'ID=debian\n' }))));
  const headers = { accept: 'application/vnd.oci.image.manifest.v1+json' };
  manifest = await (await fetch(`http://${registry.host}/v2/team/model/manifests/1`, { headers })).text();
  return () => registry.close();
});
const closing: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const entry of closing.splice(0)) await entry.close();
});

/** Where a double is, and a home for the user's files. */
interface Place {
  readonly url: string;
  readonly host: string;
  readonly home: string;
}
interface Row {
  readonly target: (place: Place) => string;
  readonly settings: (place: Place) => Readonly<Record<string, string>>;
  /** The answer to a question where all is well. */
  readonly answer: (request: SeenRequest, place: Place) => JsonAnswer | undefined;
  /** What is no question to the service itself: tokens, the registry. */
  readonly beside?: RegExp;
  /** Findings over all pages. */
  readonly rows: number;
  /** Pages that are asked for; 1 for a service that answers in one document. */
  readonly pages: number;
  readonly throttled?: JsonAnswer;
  /** How it says that credentials are over. */
  readonly over?: JsonAnswer;
  /** True where others can be had; else the login that is named. */
  readonly renewed: true | string;
  readonly denied?: JsonAnswer;
  /** The permission that a refusal names, as docs/live.md has it. */
  readonly permission: string;
  /** The first answer while a scan is under way, and its word; the reason, where a service has no such state. */
  readonly underWay: readonly [question: RegExp, answer: () => JsonAnswer, word: string] | string;
  /** Answers without findings: each an error. */
  readonly without: readonly (readonly [question: RegExp, answer: () => JsonAnswer, code: string])[] | string;
}

const ONE_DOCUMENT = 1;
const AWS_KEYS = { AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'A', AWS_SECRET_ACCESS_KEY: 'S' };
const awsSettings = ({ url }: Place) => ({ ...AWS_KEYS, AWS_ENDPOINT_URL: url });
const aws = {
  settings: awsSettings,
  // AWS says so with a code of its own and status 400.
  throttled: { status: 400, body: { __type: 'ThrottlingException', message: 'Rate exceeded' } },
  over: { status: 400, body: { __type: 'ExpiredTokenException', message: 'The security token is expired' } },
  renewed: true,
  denied: { status: 400, body: { __type: 'AccessDeniedException', message: 'not authorized' } },
} as const;
const inTurn = (items: readonly unknown[], from: unknown): { items: unknown[]; next?: string } => {
  const at = Number(from ?? 0);
  return { items: items.slice(at, at + 1), ...(at + 1 < items.length ? { next: String(at + 1) } : {}) };
};
const THREE = ['CVE-2023-0464', 'CVE-2023-0465', 'CVE-2023-0466'];
const imageDetails = (): JsonAnswer => ({
  body: { imageDetails: [{ registryId: '123456789012', imageDigest: digest, imageTags: ['1'] }] },
});
const ecrPage = (input: { nextToken?: string }): JsonAnswer => {
  const { items, next } = inTurn(THREE, input.nextToken);
  const attributes = [
    { key: 'package_name', value: 'openssl' },
    { key: 'package_version', value: '1.1.1n-0+deb11u3' },
  ];
  const findings = items.map((name) => ({ name, severity: 'HIGH', attributes }));
  return {
    body: {
      ...{ registryId: '123456789012', repositoryName: 'team/model', imageId: { imageDigest: digest, imageTag: '1' } },
      ...{ imageScanStatus: { status: 'COMPLETE' }, imageScanFindings: { findings } },
      ...(next === undefined ? {} : { nextToken: next }),
    },
  };
};
const inspected = (vulnerabilityId: unknown): object => ({
  ...{ type: 'PACKAGE_VULNERABILITY', severity: 'MEDIUM', status: 'ACTIVE' },
  packageVulnerabilityDetails: {
    ...{ vulnerabilityId, vulnerablePackages: [{ name: 'openssl', version: '1.1.1n', packageManager: 'OS' }] },
  },
});
const nothing = (statusCode: string, reason: string): JsonAnswer => ({
  body: { findings: [], coveredResources: [{ scanStatus: { statusCode, reason } }] },
});
const asff = (Id: unknown): object => ({
  ...{ Id, SchemaVersion: '2018-10-08', ProductArn: 'arn:aws:securityhub:::product/aws/inspector', Title: Id },
  ...{ Severity: { Label: 'HIGH' }, Types: ['Software and Configuration Checks/Vulnerabilities/CVE'] },
  Vulnerabilities: [{ Id, VulnerablePackages: [{ Name: 'openssl', Version: '1.1.1n' }] }],
  Resources: [{ Type: 'AwsEcrContainerImage', Id: 'arn' }],
});

const googleSettings = ({ url, home }: Place) => {
  mkdirSync(join(home, '.config', 'gcloud'), { recursive: true });
  const file = {
    type: 'authorized_user',
    client_id: 'i',
    client_secret: 'c',
    refresh_token: 'r',
    token_uri: `${url}/token`,
  };
  writeFileSync(join(home, '.config', 'gcloud', 'application_default_credentials.json'), JSON.stringify(file));
  return {
    ...{ PATH: '', CLOUDSDK_API_ENDPOINT_OVERRIDES_CONTAINERANALYSIS: url },
    CLOUDSDK_API_ENDPOINT_OVERRIDES_ONDEMANDSCANNING: url,
  };
};
const occurrence = (id: unknown): object => ({
  ...{ kind: 'VULNERABILITY', name: `projects/p/occurrences/${id}`, noteName: `projects/goog-vulnz/notes/${id}` },
  vulnerability: {
    ...{ severity: 'HIGH', effectiveSeverity: 'HIGH' },
    packageIssue: [
      {
        ...{ affectedPackage: 'openssl', affectedCpeUri: 'cpe:/o:debian:debian_linux:11', packageType: 'OS' },
        ...{ affectedVersion: { fullName: '1.1.1n-0+deb11u3', kind: 'NORMAL' }, fixedVersion: { kind: 'MAXIMUM' } },
      },
    ],
  },
});
const analysis = (analysisStatus?: string): JsonAnswer => ({
  body: { occurrences: analysisStatus === undefined ? [] : [{ kind: 'DISCOVERY', discovery: { analysisStatus } }] },
});
const grafeas = ({ line }: SeenRequest): JsonAnswer | undefined => {
  if (line === 'POST /token') return { body: { access_token: 'token', expires_in: 3600 } };
  const url = new URL(line.split(' ')[1] ?? '', 'http://x');
  if (url.pathname.endsWith(':vulnerabilitySummary'))
    return { status: 403, body: { error: { message: 'no summary' } } };
  if (url.searchParams.get('filter')?.includes('DISCOVERY')) return analysis('FINISHED_SUCCESS');
  const { items, next } = inTurn(THREE, url.searchParams.get('pageToken') ?? undefined);
  return { body: { occurrences: items.map(occurrence), ...(next === undefined ? {} : { nextPageToken: next }) } };
};
const google = {
  settings: googleSettings,
  answer: grafeas,
  beside: /^POST \/token|vulnerabilitySummary/,
  rows: 3,
  pages: 3,
  renewed: true,
  denied: { status: 403, body: { error: { code: 403, message: 'denied', status: 'PERMISSION_DENIED' } } },
} as const;

const indexReport = (state: string, more: object = {}): JsonAnswer => ({
  body: { manifest_hash: digest, state, ...more },
});
const clairReport = (): JsonAnswer => ({
  body: {
    ...{ manifest_hash: digest, packages: { 1: { id: '1', name: 'libssl1.1', version: '1.1.1n', kind: 'binary' } } },
    ...{
      distributions: { 1: { did: 'debian', version_id: '11' } },
      environments: { 1: [{ package_db: 'var/lib/dpkg/status' }] },
    },
    vulnerabilities: {
      9: { id: '9', name: 'CVE-2023-0464', updater: 'debian/updater', normalized_severity: 'Medium' },
    },
    package_vulnerabilities: { 1: ['9'] },
  },
});
/** A registry and an interface behind one host. */
const registryOf = ({ line }: SeenRequest): JsonAnswer | undefined => {
  if (!line.startsWith('GET /v2/')) return undefined;
  if (!line.includes('/manifests/')) return { body: {} };
  return { body: manifest, headers: { 'content-type': 'application/vnd.oci.image.manifest.v1+json' } };
};
const quayState =
  (status: string): (() => JsonAnswer) =>
  () => ({ body: { status, data: null } });
const harborReport = {
  ...{ generated_at: '2026-11-01T00:00:00Z', scanner: { name: 'Trivy', version: 'v0.58.0' }, severity: 'High' },
  vulnerabilities: [{ id: 'CVE-2023-0464', package: 'libssl1.1', version: '1.1.1n', severity: 'High', links: [] }],
};
const HARBOR_KEY = 'application/vnd.security.vulnerability.report; version=1.1';
const harborState =
  (scan_status?: string): (() => JsonAnswer) =>
  () => ({
    body: { digest, scan_overview: scan_status === undefined ? undefined : { [HARBOR_KEY]: { scan_status } } },
  });
const linked = (line: string, base: string, items: readonly unknown[]): JsonAnswer => {
  const page = Number(/[?&]page=(\d+)/.exec(line)?.[1] ?? 1);
  const link = (at: number, rel: string): string => `<http://elsewhere.example${base}?page=${at}>; rel="${rel}"`;
  // The page before stands first, as both write it.
  const links = [
    ...(page > 1 ? [link(page - 1, 'prev')] : []),
    ...(page < items.length ? [link(page + 1, 'next')] : []),
  ];
  return { body: [items[page - 1]], headers: { link: links.join(', ') } };
};
const SARIF = {
  version: '2.1.0',
  runs: [
    {
      tool: {
        driver: { name: 'Trivy', version: '0.58.0', rules: [{ id: 'CVE-2023-0464', name: 'OsPackageVulnerability' }] },
      },
      results: [
        {
          ruleId: 'CVE-2023-0464',
          message: {
            text: 'Package: libssl1.1\nInstalled Version: 1.1.1n\nVulnerability CVE-2023-0464\nSeverity: HIGH\nFixed Version: ',
          },
        },
      ],
    },
  ],
};
const analysisOf = (id: number, name: string): object => ({ id, created_at: `2026-11-0${id}`, tool: { name } });
const defender = (cveId: unknown): object => ({
  type: 'microsoft.security/assessments/subassessments',
  properties: {
    ...{ id: cveId, status: { code: 'Unhealthy', severity: 'High' } },
    additionalData: {
      assessedResourceType: 'AzureContainerRegistryVulnerability',
      artifactDetails: { repositoryName: 'team/model', digest, tags: ['1'] },
      softwareDetails: {
        category: 'OS',
        packageName: 'openssl',
        version: '1',
        osDetails: { osVersion: 'debian_linux_11' },
      },
      vulnerabilityDetails: { cveId },
    },
  },
});
const NO_SCAN_STATE = 'it keeps what others brought: there is no scan of its own';

/** Trivy as a client of a server: what the program says decides. */
const trivyProgram = ({ home }: Place): string => {
  writeFileSync(
    join(home, 'trivy'),
    `#!/bin/sh\n[ -e "${home}/says" ] && { cat "${home}/says" >&2; exit 1; }\necho '{"SchemaVersion":2,"ArtifactName":"model:1","Results":[]}'\n`,
  );
  chmodSync(join(home, 'trivy'), 0o755);
  return `${home}:/usr/bin:/bin`;
};

const TABLE: Readonly<Record<string, Row>> = {
  ecr: {
    ...aws,
    ...{ target: () => 'team/model:1', rows: 3, pages: 3, permission: 'ecr:DescribeImageScanFindings' },
    answer: ({ body }) => ecrPage(JSON.parse(body)),
    underWay: [/./, () => ({ body: { imageScanStatus: { status: 'IN_PROGRESS' } } }), 'IN_PROGRESS'],
    without: [
      [
        /./,
        () => ({ body: { imageScanStatus: { status: 'FAILED', description: 'UnsupportedImageError' } } }),
        'unsupported',
      ],
      [/./, () => ({ body: { imageScanStatus: { status: 'UNSUPPORTED_IMAGE' } } }), 'unsupported'],
      [/./, () => ({ status: 400, body: { __type: 'ScanNotFoundException', message: 'none' } }), 'not-found'],
    ],
  },
  inspector: {
    ...aws,
    ...{ target: () => 'team/model:1', rows: 3, pages: 3, permission: 'inspector2:ListFindings' },
    answer: ({ line, body }) => {
      if (line === 'POST /coverage/list') return nothing('ACTIVE', 'SUCCESSFUL');
      if (line !== 'POST /findings/list') return imageDetails();
      const { items, next } = inTurn(THREE, JSON.parse(body).nextToken);
      return { body: { findings: items.map(inspected), ...(next === undefined ? {} : { nextToken: next }) } };
    },
    beside: /^POST \/$/,
    underWay: [/findings|coverage/, () => nothing('ACTIVE', 'PENDING_INITIAL_SCAN'), 'PENDING_INITIAL_SCAN'],
    without: [
      [/findings|coverage/, () => nothing('INACTIVE', 'UNSUPPORTED_OS'), 'unsupported'],
      [/findings|coverage/, () => nothing('ACTIVE', 'INTERNAL_ERROR'), 'unsupported'],
      [/findings|coverage/, () => ({ body: { findings: [], coveredResources: [] } }), 'unsupported'],
    ],
  },
  'security-hub': {
    ...aws,
    ...{ target: () => 'team/model:1', rows: 3, pages: 3, permission: 'securityhub:GetFindings' },
    answer: ({ line, body }) => {
      if (line !== 'POST /findings') return imageDetails();
      const { items, next } = inTurn(THREE, JSON.parse(body).NextToken);
      return { body: { Findings: items.map(asff), ...(next === undefined ? {} : { NextToken: next }) } };
    },
    beside: /^POST \/$/,
    underWay: NO_SCAN_STATE,
    without: NO_SCAN_STATE,
  },
  gar: {
    ...google,
    target: () => `${registry.host}/team/model:1`,
    permission: 'containeranalysis.occurrences.list',
    underWay: [/DISCOVERY/, () => analysis('SCANNING'), 'SCANNING'],
    without: [
      [/DISCOVERY/, () => analysis('FINISHED_FAILED'), 'unsupported'],
      [/DISCOVERY/, () => analysis('FINISHED_UNSUPPORTED'), 'unsupported'],
      [/DISCOVERY/, () => analysis(), 'not-found'],
    ],
  },
  // The same code by the other prefix: here a scan on demand, whose result is there once it has an id.
  gcr: {
    ...google,
    target: () => 'projects/team/locations/europe/scans/7',
    permission: 'ondemandscanning.scans.listVulnerabilities',
    underWay: 'a scan on demand is named by what ends it',
    without: 'a scan on demand is named by what ends it',
  },
  clair: {
    target: () => `${registry.host}/team/model:1`,
    settings: ({ url, home }) => {
      const conf = join(home, 'clair.yaml');
      writeFileSync(conf, `auth:\n  psk:\n    key: ${Buffer.from('key').toString('base64')}\n    iss: [me]\n`);
      return { CLAIR_API: url, CLAIR_CONF: conf };
    },
    answer: ({ line }) =>
      line.includes('/matcher/') ? clairReport() : indexReport('IndexFinished', { success: true }),
    ...{ rows: 1, pages: ONE_DOCUMENT, renewed: true, permission: 'shared key' },
    underWay: [/index_report/, () => indexReport('ScanLayers'), 'ScanLayers'],
    without: [
      [/index_report/, () => indexReport('IndexError', { err: 'no such layer' }), 'unsupported'],
      [/index_report/, () => ({ status: 404, body: { code: 'not-found' } }), 'not-found'],
    ],
  },
  quay: {
    target: ({ host }) => `${host}/team/model:1`,
    settings: ({ host }) => ({ QUAY_HOST: host, QUAY_OAUTH_TOKEN: 'token' }),
    answer: (request) => registryOf(request) ?? { body: quayScanned(digest) },
    beside: /^GET \/v2\//,
    ...{ rows: 1, pages: ONE_DOCUMENT, renewed: 'QUAY_OAUTH_TOKEN', permission: 'repo:read' },
    underWay: [/security/, quayState('queued'), 'queued'],
    without: ['failed', 'unsupported', 'manifest_layer_too_large'].map(
      (status) => [/security/, quayState(status), 'unsupported'] as const,
    ),
  },
  harbor: {
    target: ({ host }) => `${host}/team/model:1`,
    settings: ({ host, home }) => {
      mkdirSync(join(home, '.docker'));
      const auth = Buffer.from('robot:secret').toString('base64');
      writeFileSync(join(home, '.docker', 'config.json'), JSON.stringify({ auths: { [host]: { auth } } }));
      return {};
    },
    answer: ({ line }) =>
      line.includes('/additions/') ? { body: { [HARBOR_KEY]: harborReport } } : harborState('Success')(),
    ...{ rows: 1, pages: ONE_DOCUMENT, renewed: 'docker login', permission: 'artifact-addition: read' },
    underWay: [/with_scan_overview/, harborState('Running'), 'Running'],
    without: [
      [/with_scan_overview/, harborState('Error'), 'unsupported'],
      [/with_scan_overview/, harborState('Stopped'), 'unsupported'],
      [/with_scan_overview/, harborState(), 'not-found'],
    ],
  },
  gitlab: {
    target: () => 'group/model',
    settings: ({ url }) => ({ GITLAB_HOST: url, GITLAB_TOKEN: 'token' }),
    answer: ({ line }) => {
      if (line.includes('/pipelines/latest')) return { body: { id: 7 } };
      if (!line.includes('/jobs?')) return { body: GITLAB_REPORT };
      return linked(line, '/jobs', [
        gitlabJob(10, 'build', 'trace'),
        gitlabJob(11, 'sast', 'sast'),
        gitlabJob(12, 'scan'),
      ]);
    },
    ...{ rows: 1, pages: 3, renewed: 'GITLAB_TOKEN', permission: 'read_api' },
    underWay: NO_SCAN_STATE,
    without: [
      [/jobs\?/, () => ({ body: [gitlabJob(10, 'build', 'trace')] }), 'not-found'],
      [/artifacts/, () => ({ status: 404, body: { message: '404 Not Found' } }), 'not-found'],
    ],
  },
  github: {
    target: ({ host }) => `${host}/owner/model`,
    settings: ({ host }) => ({ GH_HOST: host, GH_ENTERPRISE_TOKEN: 'token' }),
    answer: ({ line }) =>
      line.includes('/analyses/')
        ? { body: SARIF }
        : linked(line, '/analyses', [analysisOf(1, 'CodeQL'), analysisOf(2, 'CodeQL'), analysisOf(3, 'Trivy')]),
    // GitHub's allowance that is spent: 403.
    throttled: { status: 429, headers: { 'retry-after': '0' }, body: { message: 'secondary rate limit' } },
    ...{ rows: 1, pages: 3, renewed: 'GH_ENTERPRISE_TOKEN', permission: 'code scanning alerts' },
    underWay: NO_SCAN_STATE,
    without: [[/analyses\?/, () => ({ body: [analysisOf(1, 'CodeQL')] }), 'not-found']],
  },
  azure: {
    target: () => `${registry.host}/team/model:1`,
    settings: ({ url }) => ({
      ...{ AZURE_TENANT_ID: 'tenant', AZURE_CLIENT_ID: 'c', AZURE_CLIENT_SECRET: 's' },
      ...{ AZURE_AUTHORITY_HOST: url, AZURE_RESOURCE_MANAGER_ENDPOINT: url },
    }),
    answer: ({ line, body }) => {
      if (line.includes('/oauth2/')) return { body: { access_token: 'token', expires_in: 3600 } };
      const { items, next } = inTurn(THREE, JSON.parse(body).options.$skipToken);
      return { body: { data: items.map(defender), ...(next === undefined ? {} : { $skipToken: next }) } };
    },
    beside: /oauth2/,
    ...{ rows: 3, pages: 3, renewed: true, permission: 'Microsoft.Security/assessments/read' },
    underWay: 'Resource Graph lists what is known: a scan that is not done lists nothing, and is then an error',
    without: [[/resources/, () => ({ body: { data: [] } }), 'not-found']],
  },
};

/** What happens at a question to the service: its number from 0, and which it is. */
type Meddle = (request: SeenRequest, count: number) => JsonAnswer | undefined;

async function fetched(name: string, meddle: Meddle = () => undefined) {
  const row = TABLE[name]!;
  const source = liveSources.find((source) => source.name === name)!;
  const home = temporaryFolder();
  const asked: SeenRequest[] = [];
  const server = await jsonServer((request) => {
    if (row.beside?.test(request.line)) return row.answer(request, place);
    asked.push(request);
    return meddle(request, asked.length - 1) ?? row.answer(request, place);
  });
  closing.push(server);
  const place: Place = { url: server.url, host: server.url.slice('http://'.length), home };
  const world = cloudWorld(row.settings(place), home);
  try {
    const { where, bytes } = await source.fetch(row.target(place), { ...world, startScan: false });
    return { report: await readReport(reportBytes(bytes, where)), asked, said: world.said };
  } catch (error) {
    return { error: error as PlimsollError, asked, said: world.said };
  }
}
const refused = async (name: string, meddle: Meddle): Promise<PlimsollError> => {
  const { error, report } = await fetched(name, meddle);
  expect(report, 'no report').toBeUndefined();
  return error!;
};

it('has a row for every source that there is', () => {
  expect([...Object.keys(TABLE), 'trivy-server'].sort()).toEqual(liveSources.map(({ name }) => name).sort());
});

const page = readFileSync(new URL('../../../docs/live.md', import.meta.url), 'utf8').split('\n');

describe.each(Object.entries(TABLE))('%s', (name, row) => {
  it('is read to the last page', async () => {
    const { report, asked, error } = await fetched(name);
    expect(error).toBeUndefined();
    expect(report?.rows).toBe(row.rows);
    expect(asked.length).toBeGreaterThanOrEqual(row.pages);
  });

  it('gets the patience that it asks for, at each question', async () => {
    const { asked } = await fetched(name);
    for (const at of asked.keys()) {
      const once = row.throttled ?? { status: 429, headers: { 'retry-after': '0' }, body: {} };
      const { report, error } = await fetched(name, (_, count) => (count === at ? once : undefined));
      expect(error).toBeUndefined();
      expect(report?.rows).toBe(row.rows);
    }
  });

  it('is told to be asked too often where its patience ends', async () => {
    const never = { status: 429, headers: { 'retry-after': '900' }, body: {} };
    expect(await refused(name, () => never)).toMatchObject({ code: 'rate-limited' });
    if (row.throttled !== undefined)
      expect(await refused(name, () => row.throttled)).toMatchObject({ code: 'rate-limited' });
  });

  it(`${row.renewed === true ? 'gets new credentials' : 'names the login'} where they run out at any question`, async () => {
    const over = row.over ?? { status: 401, body: { message: 'expired' } };
    const { asked } = await fetched(name);
    for (const at of asked.keys()) {
      let ended = 0;
      const { report, error } = await fetched(name, (_, count) => {
        if (row.renewed === true) return count === at ? over : undefined;
        // No others can be had, so that it says the same of the second question.
        ended += count >= at ? 1 : 0;
        return count >= at ? over : undefined;
      });
      if (row.renewed === true) {
        expect(error).toBeUndefined();
        expect(report?.rows).toBe(row.rows);
      } else {
        expect(error).toMatchObject({ code: 'unauthorized', hint: expect.stringContaining(row.renewed) });
        expect(ended, 'asked again once').toBe(2);
      }
    }
  });

  it('is told with the permission that is missing, which its page names', async () => {
    const denied = row.denied ?? { status: 403, body: { message: 'denied' } };
    const errors: string[] = [];
    const { asked } = await fetched(name);
    for (const at of asked.keys()) {
      const error = await refused(name, (_, count) => (count === at ? denied : undefined));
      expect(error.code).toBe('unauthorized');
      errors.push(error.line);
    }
    expect(errors.join('\n')).toContain(row.permission);
    const prefix = name === 'gcr' ? 'gar:' : `${name}:`;
    const described = page.find((line) => line.startsWith('|') && line.includes(`\`${prefix}`));
    expect(described, 'its row in docs/live.md').toContain(row.permission);
  });

  const { underWay, without } = row;
  if (typeof underWay !== 'string')
    it('is waited for while a scan is under way, which is said', async () => {
      const [question, answer, word] = underWay;
      let looks = 0;
      const { report, said, error } = await fetched(name, ({ line, body }) =>
        question.test(`${line} ${decodeURIComponent(line)} ${body}`) && looks++ < 2 ? answer() : undefined,
      );
      expect(error).toBeUndefined();
      expect(report?.rows).toBe(row.rows);
      expect(said.join('\n')).toContain(`the scan is ${word}`);
    });

  if (typeof without !== 'string')
    it('is never taken to have found nothing where it did not look', async () => {
      for (const [question, answer, code] of without) {
        const error = await refused(name, ({ line, body }) =>
          question.test(`${line} ${decodeURIComponent(line)} ${body}`) ? answer() : undefined,
        );
        expect(error.code).toBe(code);
        expect(error.hint, 'what can be done').toMatch(/\w+ \w+/);
      }
    });

  it('is told to be out of order, and a page to log in is no answer', async () => {
    expect(await refused(name, () => ({ status: 500, body: {} }))).toMatchObject({ code: 'registry' });
    const html = { headers: { 'content-type': 'text/html' }, body: '<html>log in</html>' };
    expect((await refused(name, () => html)).code).toBe('corrupt');
  });
});

describe('trivy-server, which the installed Trivy asks', () => {
  const at = async (says?: string) => {
    const home = temporaryFolder();
    const place = { url: '', host: '', home };
    if (says !== undefined) writeFileSync(join(home, 'says'), says);
    const world = cloudWorld({ PATH: trivyProgram(place), TRIVY_SERVER: 'http://127.0.0.1:1', TRIVY_TOKEN: 't' }, home);
    const source = liveSources.find(({ name }) => name === 'trivy-server')!;
    return source.fetch('team/model:1', { ...world, startScan: false });
  };
  it.each([
    ['twirp error unauthenticated: invalid token', 'unsupported'],
    ['twirp error resource_exhausted: too many requests', 'unsupported'],
    ['twirp error unavailable: connection refused', 'unsupported'],
  ])('says what Trivy said: %s', async (says, code) => {
    await expect(at(`FATAL\t${says}\n`)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(says),
      hint: expect.stringContaining('token'),
    });
  });
  it('is read where it answers', async () => {
    expect(JSON.parse(Buffer.from((await at()).bytes).toString())).toMatchObject({ ArtifactName: 'model:1' });
  });
});
