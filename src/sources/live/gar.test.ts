import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { cloudWorld } from '../../../test/cloud.ts';
import { image, layer } from '../../../test/image.ts';
import { type JsonAnswer, type JsonServer, jsonServer } from '../../../test/json-server.ts';
import { startRegistry, type TestRegistry } from '../../../test/registry.ts';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { readReport, reportBytes } from '../../scanners/read.ts';
import { imageBlobs } from '../files/memory.ts';
import { gar } from './gar.ts';

/** A double of Grafeas v1: occurrences are filtered by kind and resource and given out in pages. */

const closing: { close(): Promise<void> }[] = [];
let registry: TestRegistry;
let digest: string;
const home = temporaryFolder();
beforeAll(async () => {
  registry = await startRegistry({});
  digest = registry.push('project/repo/model', '1', imageBlobs(image(layer({ 'etc/os-release': 'ID=debian\n' }))));
  const folder = join(home, '.config', 'gcloud');
  mkdirSync(folder, { recursive: true });
  return () => registry.close();
});
afterEach(async () => {
  for (const entry of closing.splice(0)) await entry.close();
});

const uri = (): string => `https://${registry.host}/project/repo/model@${digest}`;
const discovery = (state: object): unknown => ({
  kind: 'DISCOVERY',
  name: 'projects/project/occurrences/d',
  noteName: 'projects/goog-analysis/notes/PACKAGE_VULNERABILITY',
  resourceUri: uri(),
  discovery: { continuousAnalysis: 'ACTIVE', lastScanTime: '2026-11-01T00:00:00Z', ...state },
});
const vulnerability = (id: string, effectiveSeverity = 'HIGH'): unknown => ({
  kind: 'VULNERABILITY',
  name: `projects/project/occurrences/${id}`,
  noteName: `projects/goog-vulnz/notes/${id}`,
  resourceUri: uri(),
  vulnerability: {
    severity: 'CRITICAL',
    effectiveSeverity,
    packageIssue: [
      {
        affectedPackage: 'openssl',
        affectedCpeUri: 'cpe:/o:debian:debian_linux:11',
        affectedVersion: { name: '1.1.1n', revision: '0+deb11u3', fullName: '1.1.1n-0+deb11u3', kind: 'NORMAL' },
        fixedVersion: { kind: 'MAXIMUM' },
        packageType: 'OS',
        effectiveSeverity,
      },
    ],
  },
});

interface Fetching {
  readonly discoveries?: readonly unknown[];
  readonly vulnerabilities?: readonly unknown[];
  readonly refuse?: (line: string, count: number) => JsonAnswer | undefined;
  readonly target?: string;
}

async function fetched({
  discoveries = [discovery({ analysisStatus: 'FINISHED_SUCCESS' })],
  vulnerabilities = [],
  refuse,
  target,
}: Fetching) {
  let tokens = 0;
  const google: JsonServer = await jsonServer(({ line }, count) => {
    if (line === 'POST /token') return { body: { access_token: `token-${++tokens}`, expires_in: 3600 } };
    const refused = refuse?.(line, count);
    if (refused !== undefined) return refused;
    const url = new URL(line.split(' ')[1] ?? '', 'http://x');
    const filter = url.searchParams.get('filter') ?? '';
    if (url.pathname.endsWith(':vulnerabilitySummary'))
      return {
        body: { counts: [{ resourceUri: uri(), severity: 'HIGH', totalCount: String(vulnerabilities.length) }] },
      };
    if (url.pathname.endsWith('/vulnerabilities')) return { body: { occurrences: vulnerabilities } };
    if (!url.pathname.startsWith('/v1/projects/project/occurrences') || !filter.includes(`resourceUrl="${uri()}"`))
      return undefined;
    const all = filter.includes('kind="DISCOVERY"') ? discoveries : vulnerabilities;
    const from = Number(url.searchParams.get('pageToken') ?? 0);
    return {
      body: {
        occurrences: all.slice(from, from + 2),
        ...(from + 2 < all.length ? { nextPageToken: String(from + 2) } : {}),
      },
    };
  });
  closing.push(google);
  const file = {
    type: 'authorized_user',
    client_id: 'i',
    client_secret: 'c',
    refresh_token: 'r',
    token_uri: `${google.url}/token`,
    quota_project_id: 'payer',
  };
  writeFileSync(join(home, '.config', 'gcloud', 'application_default_credentials.json'), JSON.stringify(file));
  const world = cloudWorld(
    {
      PATH: '',
      CLOUDSDK_API_ENDPOINT_OVERRIDES_CONTAINERANALYSIS: google.url,
      CLOUDSDK_API_ENDPOINT_OVERRIDES_ONDEMANDSCANNING: `${google.url}/`,
    },
    home,
  );
  const { where, bytes } = await gar.fetch(target ?? `${registry.host}/project/repo/model:1`, {
    ...world,
    startScan: false,
  });
  return { report: await readReport(reportBytes(bytes, where)), seen: google.seen, said: world.said };
}

describe('findings of Artifact Analysis', () => {
  it('are all occurrences of the image that the tag names now, page by page', async () => {
    const ids = ['CVE-2023-1', 'CVE-2023-2', 'CVE-2023-3', 'CVE-2023-4', 'CVE-2023-5'];
    const { report, seen, said } = await fetched({ vulnerabilities: ids.map((id) => vulnerability(id)) });
    expect(report).toMatchObject({ scanner: 'gcp', rows: 5, created: '2026-11-01T00:00:00Z' });
    expect(report.subject.digest).toBe(digest);
    expect(report.findings.map(({ id }) => id)).toEqual(ids);
    expect(report.notes).toEqual([]);
    expect(said, 'the summary counts as many').toEqual([]);
    const first = seen.find(({ line }) => line.includes('/occurrences?'));
    expect(first?.headers).toMatchObject({ authorization: 'Bearer token-1', 'x-goog-user-project': 'payer' });
  });

  it('are none where the analysis succeeded and found nothing', async () => {
    const { report } = await fetched({});
    expect(report).toMatchObject({ scanner: 'gcp', rows: 0, subject: { digest } });
  });

  it.each([
    ['FINISHED_UNSUPPORTED', 'cannot read this image: no such system'],
    ['FINISHED_FAILED', 'the analysis failed: no such system'],
  ])('of an analysis that is %s are an error', async (analysisStatus, said) => {
    const failing = fetched({
      discoveries: [discovery({ analysisStatus, analysisStatusError: { message: 'no such system' } })],
    });
    await expect(failing).rejects.toThrow(said);
  });

  it('of an image that was never analysed are an error, and an old analysis is told', async () => {
    await expect(fetched({ discoveries: [] })).rejects.toThrow('has not looked at this image');
    const { said } = await fetched({
      discoveries: [discovery({ analysisStatus: 'FINISHED_SUCCESS', continuousAnalysis: 'INACTIVE' })],
    });
    expect(said).toEqual([expect.stringContaining('the findings are those of 2026-11-01')]);
  });

  it('are asked for with a new token where the first ran out in the middle', async () => {
    let refusals = 0;
    const { report, seen } = await fetched({
      vulnerabilities: ['CVE-2023-1', 'CVE-2023-2', 'CVE-2023-3'].map((id) => vulnerability(id)),
      refuse: (line) =>
        line.includes('pageToken=2') && refusals++ === 0
          ? { status: 401, body: { error: { code: 401, message: 'expired' } } }
          : undefined,
    });
    expect(report.rows).toBe(3);
    expect(seen.at(-1)?.headers.authorization).toBe('Bearer token-2');
  });

  it('that the account may not see name the permission', async () => {
    const failing = fetched({
      refuse: () => ({ status: 403, body: { error: { message: 'Permission denied', status: 'PERMISSION_DENIED' } } }),
    });
    await expect(failing).rejects.toMatchObject({
      code: 'unauthorized',
      hint: 'the missing permission is containeranalysis.occurrences.list',
    });
  });

  it('of a scan on demand are named by its resource', async () => {
    const target = 'projects/project/locations/us/scans/0b2f';
    const { report } = await fetched({ target, vulnerabilities: [vulnerability('CVE-2023-1')] });
    expect(report).toMatchObject({ scanner: 'gcp', rows: 1 });
    await expect(fetched({ target: 'projects/../x' })).rejects.toThrow('names no scan');
  });

  it('that Google counts otherwise are told', async () => {
    const { said } = await fetched({
      vulnerabilities: [vulnerability('CVE-2023-1')],
      refuse: (line) => (line.includes('Summary') ? { body: { counts: [{ totalCount: '7' }] } } : undefined),
    });
    expect(said).toEqual([expect.stringContaining('the summary counts 7 findings, and 1 came')]);
  });
});
