/**
 * What is sent to Clair, Quay, Harbor, GitHub, GitLab, Google and Azure, and what our doubles of them answer, held to the descriptions that these publish of their
 * interfaces: methods, paths, members. The fixture names its sources; AWS stands in contracts.test.ts.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { cloudWorld } from '../../../test/cloud.ts';
import { startDeck } from '../../../test/e2e/deck.ts';
import { image, layer } from '../../../test/image.ts';
import { type JsonAnswer, type JsonServer, jsonServer } from '../../../test/json-server.ts';
import { type SeenRequest, startRegistry, type TestRegistry } from '../../../test/registry.ts';
import { GITLAB_REPORT, gitlabJob, quayRefusal, quayScanned } from '../../../test/service-answers.ts';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { imageBlobs } from '../files/memory.ts';
import { fetchFindings } from './index.ts';

interface Shape {
  readonly required: readonly string[];
  readonly members: readonly string[];
  readonly enums?: Readonly<Record<string, readonly string[]>>;
}
interface Operation {
  readonly method: string;
  readonly path: string;
  readonly query: readonly string[];
  readonly headers: readonly string[];
  readonly accept?: readonly string[];
}
const published = JSON.parse(readFileSync(new URL('fixtures/published.json', import.meta.url), 'utf8')) as {
  readonly operations: Readonly<Record<string, Operation>>;
  readonly bodies: Readonly<Record<string, Shape>>;
  readonly answers: Readonly<Record<string, Shape>>;
};

/** `/v1/{+parent}/occurrences` as an expression; `{+x}` may hold slashes. */
const pattern = (path: string): RegExp =>
  new RegExp(
    `^${path
      .replace(/[.*+?^$()|[\]\\]/g, (entry) => (entry === '+' ? entry : `\\${entry}`))
      .replace(/\{\+[^}]+\}/g, '.+')
      .replace(/\{[^}]+\}/g, '[^/]+')}$`,
  );

/** The operation that a request is, with what is sent beyond it. */
function held({ line, headers }: SeenRequest): {
  readonly name: string | undefined;
  readonly unknown: readonly string[];
} {
  const [method = '', target = ''] = line.split(' ');
  const url = new URL(target, 'http://service');
  const entry = Object.entries(published.operations).find(
    ([, operation]) => operation.method === method && pattern(operation.path).test(url.pathname),
  );
  const unknown = [...url.searchParams.keys()].filter((name) => !entry?.[1].query.includes(name));
  const accepts = entry?.[1].accept;
  const wants = headers.accept ?? '*/*';
  return {
    name: entry?.[0],
    unknown: [
      ...unknown,
      ...(accepts && !wants.includes('*') && !accepts.some((accept) => wants.includes(accept)) ? [wants] : []),
    ],
  };
}

const offences = (value: object, { required, members, enums = {} }: Shape): readonly string[] => [
  ...required.filter((name) => !(name in value)),
  ...Object.entries(value)
    .filter(([name, sample]) => !members.includes(name) || (enums[name] !== undefined && !enums[name].includes(sample)))
    .map(([name]) => name),
];
const shape = (name: string): Shape => published.bodies[name] ?? published.answers[name]!;

const closing: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const entry of closing.splice(0)) await entry.close();
});
async function double(answer: (request: SeenRequest) => JsonAnswer | undefined): Promise<JsonServer> {
  const made = await jsonServer(answer);
  closing.push(made);
  return made;
}

let registry: TestRegistry;
let digest: string;
let registryManifest: string;
beforeAll(async () => {
  registry = await startRegistry({});
  digest = registry.push('team/model', '1', imageBlobs(image(layer({ 'etc/os-release': 'ID=debian\n' }))));
  const headers = { accept: 'application/vnd.oci.image.manifest.v1+json' };
  registryManifest = await (await fetch(`http://${registry.host}/v2/team/model/manifests/1`, { headers })).text();
  return () => registry.close();
});

/** Fetches; what comes of it does not matter here. */
async function fetched(
  target: string,
  environment: Readonly<Record<string, string>>,
  startScan = false,
): Promise<void> {
  const { progress, environment: all } = cloudWorld(environment, environment.HOME);
  await fetchFindings(target, { environment: all, progress, signal: new AbortController().signal, startScan });
}

/** Each request has to be of an operation, and to hold nothing that this does not know. */
function expectHeld(seen: readonly SeenRequest[], names: readonly string[]): void {
  const all = seen.map(held);
  expect(all.flatMap(({ name, unknown }) => (name === undefined ? ['none'] : unknown))).toEqual([]);
  expect(new Set(all.map(({ name }) => name))).toEqual(new Set(names));
}

describe('what is sent', () => {
  it('to Clair is what its description has', async () => {
    const index = { manifest_hash: digest, state: 'IndexFinished', success: true };
    expect(offences(index, shape('clair index_report'))).toEqual([]);
    const service = await double(({ line }) => ({
      body: line.includes('/matcher/') ? { manifest_hash: digest } : index,
    }));
    await fetched(`clair:${registry.host}/team/model:1`, { CLAIR_API: service.url }, true);
    expectHeld(service.seen, ['clair Index', 'clair GetIndexReport', 'clair GetVulnerabilityReport']);
    const sent = JSON.parse(service.seen.find(({ line }) => line.startsWith('POST'))?.body ?? '');
    expect(offences(sent, shape('clair manifest'))).toEqual([]);
    for (const layer of sent.layers) expect(offences(layer, shape('clair layer'))).toEqual([]);
  });

  it('to Harbor is what its description has', async () => {
    const overview = { scan_status: 'Success' };
    expect(offences(overview, shape('harbor summary'))).toEqual([]);
    const service = await double(({ line }) => {
      if (line.endsWith('/scan')) return { status: 202, body: {} };
      if (line.endsWith('/additions/vulnerabilities'))
        return { body: { 'application/vnd.security.vulnerability.report; version=1.1': { vulnerabilities: [] } } };
      return { body: { digest, scan_overview: { report: overview } } };
    });
    await fetched(`harbor:${service.url.slice('http://'.length)}/library/model:1`, {}, true);
    expectHeld(service.seen, ['harbor scanArtifact', 'harbor getArtifact', 'harbor getVulnerabilitiesAddition']);
    for (const { headers } of service.seen.filter(({ line }) => /with_scan_overview|additions/.test(line)))
      expect(published.operations['harbor getArtifact']!.headers.filter((name) => name in headers)).toEqual([
        'x-accept-vulnerabilities',
      ]);
  });

  it("to Quay is what its description has, and so are the double's answers", async () => {
    const scanned = quayScanned(digest);
    const service = await double(({ line }) =>
      line.includes('/manifests/')
        ? { body: registryManifest, headers: { 'content-type': 'application/vnd.oci.image.manifest.v1+json' } }
        : { body: line.includes('/security') ? scanned : {} },
    );
    await fetched(`quay:${service.url.slice('http://'.length)}/team/model:1`, {});
    const asked = service.seen.filter(({ line }) => !line.startsWith('GET /v2/'));
    expectHeld(asked, ['quay getRepoManifestSecurity']);
    expect(offences(scanned, shape('quay SecurityScanResult'))).toEqual([]);
    expect(offences(scanned.data, shape('quay SecurityInformation'))).toEqual([]);
    expect(offences(scanned.data.Layer, shape('quay Layer'))).toEqual([]);
    for (const feature of scanned.data.Layer.Features) {
      expect(offences(feature, shape('quay Feature'))).toEqual([]);
      for (const row of feature.Vulnerabilities) {
        expect(offences(row, shape('quay Vulnerability'))).toEqual([]);
        expect(offences(row.Metadata, shape('quay VulnerabilityMetadata'))).toEqual([]);
      }
    }
    expect(offences(quayRefusal('expired_token', 401, 'x'), shape('quay ApiException'))).toEqual([]);
  });

  it.each(shape('quay SecurityScanResult').enums!.status!)(
    'to Quay brings findings in the state %s only where that is "scanned"',
    async (status) => {
      let asked = 0;
      const service = await double(({ line }) => {
        if (line.includes('/manifests/'))
          return { body: registryManifest, headers: { 'content-type': 'application/vnd.oci.image.manifest.v1+json' } };
        if (!line.includes('/security')) return { body: {} };
        asked += 1;
        // One that is queued is scanned at the second look.
        return { body: status === 'scanned' || asked > 1 ? quayScanned(digest) : { status, data: null } };
      });
      const outcome = fetched(`quay:${service.url.slice('http://'.length)}/team/model:1`, {});
      if (['scanned', 'queued'].includes(status)) await outcome;
      else await expect(outcome).rejects.toMatchObject({ code: 'unsupported' });
    },
  );

  it("to GitLab is what its interface has, and the double's report is one by its schema", async () => {
    const service = await double(({ line }) => {
      if (line.includes('/pipelines/latest')) return { body: { id: 7 } };
      return { body: line.includes('/pipelines/7/jobs') ? [gitlabJob(12, 'scan')] : GITLAB_REPORT };
    });
    await fetched('gitlab:group/sub/model@main', { GITLAB_HOST: service.url, GITLAB_TOKEN: 't' });
    expectHeld(service.seen, ['gitlab latest pipeline', 'gitlab pipeline jobs', 'gitlab artifact file']);
    for (const artifact of gitlabJob(12, 'scan').artifacts)
      expect(offences(artifact, shape('gitlab artifact'))).toEqual([]);
    expect(offences(GITLAB_REPORT, shape('gitlab report'))).toEqual([]);
    const { scan, vulnerabilities } = GITLAB_REPORT;
    expect(offences(scan, shape('gitlab scan'))).toEqual([]);
    for (const tool of [scan.scanner, scan.analyzer]) expect(offences(tool, shape('gitlab tool'))).toEqual([]);
    // The schema's own pattern: UTC without a letter for it.
    for (const moment of [scan.start_time, scan.end_time])
      expect(moment).toMatch(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/);
    for (const row of vulnerabilities) {
      expect(offences(row, shape('gitlab vulnerability'))).toEqual([]);
      for (const identifier of row.identifiers) expect(offences(identifier, shape('gitlab identifier'))).toEqual([]);
      expect(offences(row.location, shape('gitlab location'))).toEqual([]);
      expect(offences(row.location.dependency, shape('gitlab dependency'))).toEqual([]);
    }
  });

  it("to GitHub is what its description has, and an analysis of the double's is one", async () => {
    const analysis = {
      ...{ ref: 'refs/heads/main', commit_sha: 'a', analysis_key: 'k', environment: '{}', error: '', warning: '' },
      ...{ created_at: '2026-11-01T00:00:00Z', results_count: 0, rules_count: 0, id: 7, url: 'u', sarif_id: 's' },
      ...{ tool: { name: 'Trivy' }, deletable: true },
    };
    expect(offences(analysis, shape('github analysis'))).toEqual([]);
    const sarif = { version: '2.1.0', runs: [{ tool: { driver: { name: 'Trivy' } }, results: [] }] };
    const service = await double(({ line }) => ({ body: line.includes('/analyses/7') ? sarif : [analysis] }));
    const host = service.url.slice('http://'.length);
    await fetched(`github:${host}/team/model@main`, { GH_HOST: host, GH_ENTERPRISE_TOKEN: 't' });
    // A server of one's own has the same interface below /api/v3.
    const seen = service.seen.map((request) => ({ ...request, line: request.line.replace(' /api/v3/', ' /') }));
    expectHeld(seen, ['github code-scanning/list-recent-analyses', 'github code-scanning/get-analysis']);
  });

  it('to Azure is what its description has', async () => {
    const data = { type: 'microsoft.security/assessments/subassessments', properties: {} };
    const service = await double(({ line }) =>
      line.includes('/oauth2/') ? { body: { access_token: 't', expires_in: 3600 } } : { body: { data: [data] } },
    );
    const environment = {
      ...{ AZURE_TENANT_ID: 'tenant', AZURE_CLIENT_ID: 'c', AZURE_CLIENT_SECRET: 's' },
      ...{ AZURE_AUTHORITY_HOST: service.url, AZURE_RESOURCE_MANAGER_ENDPOINT: service.url },
    };
    await fetched(`azure:${registry.host}/team/model:1`, environment).catch(() => {});
    const asked = service.seen.filter(({ line }) => !line.includes('/oauth2/'));
    expectHeld(asked, ['azure resources']);
    for (const { body } of asked) {
      const sent = JSON.parse(body);
      expect(offences(sent, shape('azure QueryRequest'))).toEqual([]);
      expect(offences(sent.options, shape('azure QueryRequestOptions'))).toEqual([]);
    }
  });

  it('to Google for a scan on demand is what its discovery document has', async () => {
    const service = await double(({ line }) =>
      line === 'POST /token' ? { body: { access_token: 't', expires_in: 3600 } } : { body: { occurrences: [] } },
    );
    const home = temporaryFolder();
    mkdirSync(join(home, '.config', 'gcloud'), { recursive: true });
    const file = { type: 'authorized_user', client_id: 'i', client_secret: 'c', refresh_token: 'r' };
    writeFileSync(
      join(home, '.config', 'gcloud', 'application_default_credentials.json'),
      JSON.stringify({ ...file, token_uri: `${service.url}/token` }),
    );
    await fetched('gar:projects/team/locations/europe/scans/7', {
      ...{ HOME: home, PATH: '', CLOUDSDK_API_ENDPOINT_OVERRIDES_ONDEMANDSCANNING: service.url },
    });
    expectHeld(
      service.seen.filter(({ line }) => line.startsWith('GET')),
      ['google ondemandscanning.projects.locations.scans.vulnerabilities.list'],
    );
  });
});

describe("what the deck's doubles answer", () => {
  const FOUND = {
    ...{ id: 'CVE-2023-0464', type: 'deb', source: 'openssl', version: '1.1.1n', packages: ['libssl1.1'] },
    ...{ severity: 'HIGH', fixed: '1.1.1n-0+deb11u5' },
  };
  const IMAGE = { registry: '127.0.0.1:5000', repository: 'team/model', tag: '1', digest: `sha256:${'a'.repeat(64)}` };

  it('is what Grafeas has in the discovery document, and what Clair has in its schemas', async () => {
    const deck = await startDeck(IMAGE, { ecr: [], gcp: [FOUND], clair: [FOUND] }, temporaryFolder());
    closing.push(deck);
    const google = deck.environment.CLOUDSDK_API_ENDPOINT_OVERRIDES_CONTAINERANALYSIS;
    const uri = `https://${IMAGE.registry}/${IMAGE.repository}@${IMAGE.digest}`;
    const ask = async (path: string): Promise<Record<string, never[]>> => {
      const headers = { authorization: 'Bearer google-token-of-the-deck' };
      return (await (await fetch(`${google}v1/projects/team/occurrences${path}`, { headers })).json()) as never;
    };
    const filter = encodeURIComponent(`resourceUrl="${uri}"`);
    const list = await ask(`?filter=${filter}`);
    expect(offences(list, shape('google ListOccurrencesResponse'))).toEqual([]);
    const [occurrence] = list.occurrences as unknown as [
      { vulnerability: { packageIssue: { affectedVersion: object }[] } },
    ];
    expect(offences(occurrence, shape('google Occurrence'))).toEqual([]);
    expect(offences(occurrence.vulnerability, shape('google VulnerabilityOccurrence'))).toEqual([]);
    for (const issue of occurrence.vulnerability.packageIssue) {
      expect(offences(issue, shape('google PackageIssue'))).toEqual([]);
      expect(offences(issue.affectedVersion, shape('google Version'))).toEqual([]);
    }
    const discovery = await ask(`?filter=${encodeURIComponent(`kind="DISCOVERY" AND resourceUrl="${uri}"`)}`);
    const [state] = discovery.occurrences as unknown as [{ discovery: object }];
    expect(offences(state.discovery, shape('google DiscoveryOccurrence'))).toEqual([]);
    const summary = await ask(`:vulnerabilitySummary?filter=${filter}`);
    for (const count of summary.counts!) expect(offences(count, shape('google FixableTotalByDigest'))).toEqual([]);

    const clair = (await (
      await fetch(`${deck.environment.CLAIR_API}/matcher/api/v1/vulnerability_report/${IMAGE.digest}`)
    ).json()) as Record<string, object>;
    expect(offences(clair, shape('clair vulnerability_report'))).toEqual([]);
    const make = (name: string): object[] => Object.values(clair[name]!);
    for (const entry of make('packages')) expect(offences(entry, shape('clair package'))).toEqual([]);
    for (const entry of make('distributions')) expect(offences(entry, shape('clair distribution'))).toEqual([]);
    for (const entry of make('environments').flat()) expect(offences(entry, shape('clair environment'))).toEqual([]);
    const core = shape('clair vulnerability_core');
    const own = shape('clair vulnerability');
    for (const entry of make('vulnerabilities'))
      expect(
        offences(entry, { required: [...core.required, ...own.required], members: [...core.members, ...own.members] }),
      ).toEqual([]);
  });
});
