import { createHmac } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { cloudWorld } from '../../../test/cloud.ts';
import { image, layer } from '../../../test/image.ts';
import { type JsonAnswer, type JsonServer, jsonServer } from '../../../test/json-server.ts';
import { startRegistry, type TestRegistry } from '../../../test/registry.ts';
import { quayRefusal, quayScanned } from '../../../test/service-answers.ts';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { reportOf } from '../../application/report-target.ts';
import { silent } from '../../progress.ts';
import { readReport, reportBytes } from '../../scanners/read.ts';
import { imageBlobs } from '../files/memory.ts';
import { hostPlatform } from '../platform.ts';
import { clair } from './clair.ts';
import { harborFindings } from './harbor.ts';
import type { LiveSource } from './live-source.ts';
import { quay } from './quay.ts';
import { trivyServer } from './trivy-server.ts';

const closing: { close(): Promise<void> }[] = [];
let registry: TestRegistry;
let digest: string;
beforeAll(async () => {
  registry = await startRegistry({});
  digest = registry.push('team/model', '1', imageBlobs(image(layer({ 'etc/os-release': 'ID=debian\n' }))));
  return () => registry.close();
});
afterEach(async () => {
  for (const entry of closing.splice(0)) await entry.close();
});

async function double(answer: (line: string, body: string) => JsonAnswer | undefined): Promise<JsonServer> {
  const made = await jsonServer(({ line, body }) => answer(line, body));
  closing.push(made);
  return made;
}

interface Asked {
  readonly environment?: Readonly<Record<string, string>>;
  readonly home?: string;
  readonly startScan?: boolean;
}

async function fetched(source: LiveSource, target: string, { environment = {}, home, startScan = false }: Asked = {}) {
  const world = cloudWorld(environment, home);
  const { where, bytes } = await source.fetch(target, { ...world, startScan });
  return { report: await readReport(reportBytes(bytes, where)), said: world.said };
}

describe('findings of Clair', () => {
  const report = (): JsonAnswer => ({
    body: {
      manifest_hash: digest,
      packages: {
        1: {
          id: '1',
          name: 'libssl1.1',
          version: '1.1.1n-0+deb11u3',
          kind: 'binary',
          source: { name: 'openssl', version: '1.1.1n-0+deb11u3' },
        },
      },
      distributions: { 1: { did: 'debian', version_id: '11' } },
      environments: { 1: [{ package_db: 'var/lib/dpkg/status' }] },
      vulnerabilities: {
        9: { id: '9', name: 'CVE-2023-0464', updater: 'debian/updater', normalized_severity: 'Medium' },
      },
      package_vulnerabilities: { 1: ['9'] },
    },
  });
  const answers =
    (index: JsonAnswer) =>
    (line: string): JsonAnswer | undefined => {
      if (line === `GET /indexer/api/v1/index_report/${digest}`) return index;
      return line === `GET /matcher/api/v1/vulnerability_report/${digest}` ? report() : undefined;
    };
  const at = (url: string): Asked => ({ environment: { CLAIR_API: url } });

  it('are those for the digest that the name has now, once it is indexed', async () => {
    const { url } = await double(answers({ body: { manifest_hash: digest, state: 'IndexFinished', success: true } }));
    const actual = await fetched(clair, `${registry.host}/team/model:1`, at(url));
    expect(actual.report).toMatchObject({ scanner: 'clair-v4', rows: 1, subject: { digest, os: 'debian:11' } });
  });

  it('of an image that it was never shown, or could not read, are an error that says so', async () => {
    const { url } = await double(
      answers({ status: 404, body: { code: 'not-found', message: 'index report not found' } }),
    );
    await expect(fetched(clair, `${registry.host}/team/model:1`, at(url))).rejects.toMatchObject({
      code: 'not-found',
      hint: expect.stringContaining('--start-scan'),
    });
    const broken = await double(
      answers({ body: { state: 'IndexError', success: false, err: 'failed to fetch layer' } }),
    );
    await expect(fetched(clair, `${registry.host}/team/model:1`, at(broken.url))).rejects.toThrow(
      'failed to fetch layer',
    );
  });

  it('come after it was shown the layers where that is wanted, without any credentials of ours', async () => {
    const shown: unknown[] = [];
    const { url } = await double((line, body) => {
      if (line !== 'POST /indexer/api/v1/index_report')
        return answers({ body: { state: 'IndexFinished', success: true } })(line);
      shown.push(JSON.parse(body));
      return { status: 201, body: { state: 'CheckManifest', success: false } };
    });
    expect((await fetched(clair, `${registry.host}/team/model:1`, { ...at(url), startScan: true })).report.rows).toBe(
      1,
    );
    expect(shown).toEqual([
      {
        hash: digest,
        layers: [
          {
            hash: expect.stringMatching(/^sha256:/),
            uri: expect.stringContaining(`${registry.host}/v2/team/model/blobs/sha256:`),
            headers: {},
          },
        ],
      },
    ]);
  });

  it('of a running Clair 4.9.0 are read as it sent them', async () => {
    // Recorded from the program itself, over a Debian 11 image and Debian's tracker; the digest is that of the image of this test.
    const recorded = JSON.parse(
      readFileSync(new URL('fixtures/clair-4.9.0.json', import.meta.url), 'utf8').replaceAll(
        'sha256:12ae9207e62ab552b06a5aca96e7ce45429a82381c587ed2117fcaaf8b9f15d6',
        digest,
      ),
    );
    const { url } = await double((line) => ({ body: line.includes('/indexer/') ? recorded.index : recorded.report }));
    const { report } = await fetched(clair, `${registry.host}/team/model:1`, at(url));
    expect(report).toMatchObject({ scanner: 'clair-v4', subject: { digest, os: 'debian:11' } });
    const pairs = Object.values(recorded.report.package_vulnerabilities as Record<string, string[]>).flat();
    expect(report.rows).toBe(pairs.length);
    expect(report.findings.length).toBeGreaterThan(10);
    const perl = report.findings.find(({ id, package: name }) => id === 'CVE-2023-31484' && name === 'perl-base');
    expect(perl).toMatchObject({
      ...{ source: { name: 'perl' }, type: 'deb', severity: 'UNKNOWN', locations: ['var/lib/dpkg/status'] },
      fix: { state: 'fixed', versions: ['5.32.1-4+deb11u4'] },
    });
    for (const finding of report.findings) {
      // Debian's tracker has no dates, and Clair writes the year 1.
      expect(finding.published).toBeUndefined();
      expect(finding.fix.versions).not.toContain('');
    }
  });

  it('are asked for with a statement that the shared key of its configuration signs', async () => {
    const folder = temporaryFolder();
    const conf = join(folder, 'config.yaml');
    writeFileSync(
      conf,
      `http_listen_addr: :6060\nauth:\n  psk:\n    key: ${Buffer.from('shared').toString('base64')}\n    iss: [clairctl]\n`,
    );
    const { url, seen } = await double(answers({ body: { state: 'IndexFinished', success: true } }));
    await fetched(clair, `${registry.host}/team/model:1`, { environment: { CLAIR_API: url, CLAIR_CONF: conf } });
    const [head = '', claims = '', signature] = (seen[0]?.headers.authorization ?? '')
      .replace('Bearer ', '')
      .split('.');
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({ iss: 'clairctl' });
    expect(createHmac('sha256', 'shared').update(`${head}.${claims}`).digest('base64url')).toBe(signature);
  });
});

/** A registry and an API behind one host: what is no registry's is answered by the test. */
async function hosted(
  answer: (line: string, headers: Record<string, unknown>) => JsonAnswer | undefined,
): Promise<{ host: string; server: JsonServer }> {
  const blobs = imageBlobs(image(layer({ 'etc/os-release': 'ID=debian\n' })));
  const inner = await startRegistry({});
  closing.push(inner);
  digest = inner.push('team/model', '1', blobs);
  const manifest = await (
    await fetch(`http://${inner.host}/v2/team/model/manifests/1`, {
      headers: {
        accept: 'application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json',
      },
    })
  ).text();
  const server = await jsonServer(({ line, headers }) => {
    if (line.startsWith('GET /v2/') && line.includes('/manifests/'))
      return { body: manifest, headers: { 'content-type': 'application/vnd.oci.image.manifest.v1+json' } };
    return line.startsWith('GET /v2/') ? { body: {} } : answer(line, headers);
  });
  closing.push(server);
  return { host: server.url.slice('http://'.length), server };
}

describe('findings of Quay', () => {
  it('come from its security endpoint, and are those of Clair v4', async () => {
    const { host } = await hosted((line) =>
      line === `GET /api/v1/repository/team/model/manifest/${digest}/security?vulnerabilities=true`
        ? { body: quayScanned(digest) }
        : undefined,
    );
    const { report } = await fetched(quay, `${host}/team/model:1`);
    expect(report).toMatchObject({
      scanner: 'clair-v4',
      title: 'Quay (Clair v4)',
      rows: 1,
      subject: { digest, os: 'debian:11' },
    });
  });

  it('are asked for with a token of its API at its own host alone, and say what is missing', async () => {
    const { host, server } = await hosted(() => ({
      status: 403,
      body: quayRefusal('insufficient_scope', 403, 'Unauthorized'),
    }));
    const environment = { QUAY_OAUTH_TOKEN: 'quay-token' };
    await expect(fetched(quay, `${host}/team/model:1`, { environment })).rejects.toMatchObject({
      message: 'Quay does not allow this: Unauthorized',
      hint: 'the missing permission is repo:read',
    });
    expect(JSON.stringify(server.seen)).not.toContain('quay-token');
    await fetched(quay, `${host}/team/model:1`, { environment: { ...environment, QUAY_HOST: host } }).catch(
      () => undefined,
    );
    expect(server.seen.at(-1)?.headers.authorization).toBe('Bearer quay-token');
  });

  it('of an image that it cannot scan are an error', async () => {
    const { host } = await hosted(() => ({ body: { status: 'unsupported', data: null } }));
    await expect(fetched(quay, `${host}/team/model:1`)).rejects.toThrow('Quay cannot scan this image');
  });
});

describe('findings of Harbor', () => {
  const KEY = 'application/vnd.security.vulnerability.report; version=1.1';
  const addition: JsonAnswer = {
    body: {
      [KEY]: {
        generated_at: '2026-11-01T00:00:00Z',
        scanner: { name: 'Trivy', vendor: 'Aqua Security', version: 'v0.58.0' },
        severity: 'High',
        vulnerabilities: [
          {
            id: 'CVE-2023-0464',
            package: 'libssl1.1',
            version: '1.1.1n-0+deb11u3',
            fix_version: '1.1.1n-0+deb11u5',
            severity: 'High',
            links: [],
          },
        ],
      },
    },
  };
  const artifact = '/api/v2.0/projects/team/repositories/a%252Fmodel/artifacts/1';
  const answers =
    (status: string | undefined) =>
    (line: string): JsonAnswer | undefined => {
      if (line === `GET ${artifact}`) return { body: { digest: `sha256:${'d'.repeat(64)}`, references: [] } };
      if (line === `GET ${artifact}?with_scan_overview=true`)
        return {
          body: {
            digest: `sha256:${'d'.repeat(64)}`,
            ...(status === undefined ? {} : { scan_overview: { [KEY]: { scan_status: status } } }),
          },
        };
      if (line === `GET ${artifact}/additions/vulnerabilities`) return addition;
      return line === `POST ${artifact}/scan` ? { status: 202, body: '' } : undefined;
    };

  it('come from the addition of the artifact, with the name and password of docker login', async () => {
    const { url, seen } = await double(answers('Success'));
    const host = url.slice('http://'.length);
    const home = temporaryFolder();
    mkdirSync(join(home, '.docker'));
    const auth = Buffer.from('robot$ci:robot-secret').toString('base64');
    writeFileSync(join(home, '.docker', 'config.json'), JSON.stringify({ auths: { [host]: { auth } } }));
    const { report } = await fetched(harborFindings, `${host}/team/a/model:1`, { home });
    expect(report).toMatchObject({
      scanner: 'trivy',
      title: 'Harbor (Trivy) v0.58.0',
      rows: 1,
      subject: { digest: `sha256:${'d'.repeat(64)}` },
    });
    expect(seen[0]?.headers.authorization).toBe(`Basic ${auth}`);
    expect(seen[1]?.headers['x-accept-vulnerabilities']).toContain('version=1.1');
  });

  it('of an artifact that was not scanned, or whose scan failed, are an error', async () => {
    const never = await double(answers(undefined));
    await expect(fetched(harborFindings, `${never.url.slice(7)}/team/a/model:1`)).rejects.toThrow(
      'has not scanned this artifact',
    );
    const failed = await double(answers('Error'));
    await expect(fetched(harborFindings, `${failed.url.slice(7)}/team/a/model:1`)).rejects.toThrow(
      'ended with "Error"',
    );
  });

  it('come after a scan where one is wanted', async () => {
    const { url, seen } = await double(answers('Success'));
    await fetched(harborFindings, `${url.slice(7)}/team/a/model:1`, { startScan: true });
    expect(seen[1]?.line).toBe(`POST ${artifact}/scan`);
  });

  it('are those of one image, where the name is of several: the report of an index is that of all together', async () => {
    const child = `sha256:${'c'.repeat(64)}`;
    // As Harbor 2.13 lists an index: its images, and the attestations beside them.
    const reference = (child_digest: string, os: string, architecture: string): object => ({
      ...{ child_digest, child_id: 2, parent_id: 1, annotations: {}, urls: null },
      platform: { os, architecture, variant: '', 'os.version': '', 'os.features': null },
    });
    const { architecture } = hostPlatform();
    const references = [
      reference(`sha256:${'e'.repeat(64)}`, 'linux', architecture === 's390x' ? 'amd64' : 's390x'),
      reference(child, 'linux', architecture),
      reference(`sha256:${'f'.repeat(64)}`, 'unknown', 'unknown'),
    ];
    const { url, seen } = await double((line) =>
      line === `GET ${artifact}`
        ? { body: { digest: `sha256:${'9'.repeat(64)}`, references } }
        : answers('Success')(line.replace(child, '1')),
    );
    const { said } = await fetched(harborFindings, `${url.slice(7)}/team/a/model:1`);
    expect(said.join()).toContain(`${child} is the one asked about`);
    expect(seen.slice(1).map(({ line }) => line)).toEqual([
      `GET ${artifact.replace(/1$/, child)}?with_scan_overview=true`,
      `GET ${artifact.replace(/1$/, child)}/additions/vulnerabilities`,
    ]);
  });

  it('wait as long as it asks for, and say so where that is not enough', async () => {
    let refusals = 0;
    const { url } = await double((line) =>
      refusals++ < 1 ? { status: 429, headers: { 'retry-after': '0' }, body: {} } : answers('Success')(line),
    );
    expect((await fetched(harborFindings, `${url.slice(7)}/team/a/model:1`)).report.rows).toBe(1);
    const busy = await double(() => ({
      status: 429,
      headers: { 'retry-after': '900' },
      body: { errors: [{ code: 'TOOMANYREQUESTS', message: 'slow down' }] },
    }));
    await expect(fetched(harborFindings, `${busy.url.slice(7)}/team/a/model:1`)).rejects.toMatchObject({
      code: 'rate-limited',
      message: 'Harbor is asked too often: slow down',
      hint: 'it asks to wait (900)',
    });
  });
});

describe('findings of a Trivy server', () => {
  /** A program called trivy that writes down how it was started. */
  function programs(script: string): { path: string; started: () => string } {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'trivy'), `#!/bin/sh\necho "$TRIVY_SERVER|$*" > "${folder}/started"\n${script}\n`);
    chmodSync(join(folder, 'trivy'), 0o755);
    return { path: `${folder}:/usr/bin:/bin`, started: () => readFileSync(join(folder, 'started'), 'utf8').trim() };
  }
  const report = JSON.stringify({ SchemaVersion: 2, ArtifactName: 'model:1', Results: [] });

  it('come through the installed Trivy, whose arguments name neither the server nor its token', async () => {
    const { path, started } = programs(`echo '${report}'`);
    const environment = { PATH: path, TRIVY_SERVER: 'http://localhost:1/', TRIVY_TOKEN: 'trivy-token' };
    const { report: actual } = await fetched(trivyServer, 'ghcr.io/team/model:1', { environment });
    expect(actual).toMatchObject({ scanner: 'trivy', rows: 0 });
    expect(started()).toBe(
      'http://localhost:1|image --quiet --scanners vuln --list-all-pkgs --format json ghcr.io/team/model:1',
    );
  });

  it('say of which day the data of the server are, where it tells', async () => {
    const { path } = programs(`echo '${report}'`);
    const UpdatedAt = '2026-11-26T05:35:31Z';
    const { url } = await double((line) =>
      line === 'GET /version' ? { body: { VulnerabilityDB: { UpdatedAt } } } : undefined,
    );
    const around = {
      environment: { PATH: path, TRIVY_SERVER: url },
      progress: silent,
      signal: new AbortController().signal,
    };
    expect((await reportOf('trivy-server:a/b:1', {}, around)).database).toEqual({ date: UpdatedAt });
  });

  it('are an error with what Trivy said, and where no server is set', async () => {
    const { path } = programs('echo "FATAL\ttwirp error unauthenticated: invalid token" >&2; exit 1');
    const environment = { PATH: path, TRIVY_SERVER: 'http://trivy.example:4954' };
    await expect(fetched(trivyServer, 'a/b:1', { environment })).rejects.toThrow('invalid token');
    await expect(fetched(trivyServer, 'a/b:1')).rejects.toThrow('no Trivy server is set');
  });
});
