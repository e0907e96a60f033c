import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { artifact, blobOf, buildKit, buildKitIndex, cycloneDx, spdx } from '../../test/attested.ts';
import { blobs, layer } from '../../test/image.ts';
import { startRegistry, type TestRegistry } from '../../test/registry.ts';
import { OPENSSL_FIXED } from '../../test/statements.ts';
import { memoryStore } from '../advisories/store/memory.ts';
import { scanImage } from '../application/scan-image.ts';
import type { AttestedSbom, Image, Notice, Report } from '../model.ts';
import { createHttp, type Http } from '../network/http.ts';
import type { Blob } from '../sources/files/memory.ts';
import { createKeychain } from '../sources/registry/keychain.ts';
import { openRegistry } from '../sources/registry/registry.ts';
import { attestedNotice } from './attested-notices.ts';
import type { AttestationReach } from './attested-sboms.ts';

const deb = (name: string, version: string): string =>
  `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nSource: openssl\nVersion: ${version}\n`;
const IMAGE = blobs(
  layer({
    'etc/os-release': 'ID=debian\nVERSION_ID="11"\n',
    'var/lib/dpkg/status': deb('libssl1.1', '1.1.1n-0+deb11u3'),
    'usr/local/lib/python3.9/site-packages/numpy-1.21.0.dist-info/METADATA': 'Name: numpy\nVersion: 1.21.0\n',
    'usr/local/lib/python3.9/site-packages/torch-1.13.1.dist-info/METADATA': 'Name: torch\nVersion: 1.13.1\n',
  }),
);
const ALL = ['pkg:deb/debian/libssl1.1@1.1.1n-0%2Bdeb11u3', 'pkg:pypi/numpy@1.21.0', 'pkg:pypi/torch@1.13.1'];

/** Says of libssl1.1 what the demonstration of every OpenSSL report needs: that it is vulnerable. */
const store = memoryStore({
  covers: ['Debian:11', 'PyPI'],
  statements: [OPENSSL_FIXED],
});

let folder: string;
let http: Http;
let registry: TestRegistry;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-attested-'));
  http = createHttp({ namedBy: 'user', environment: {}, limits: { attempts: 1 } });
  registry = await startRegistry();
});
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  await http.close();
  await registry.close();
});

const opened = (): Promise<Image> =>
  openRegistry(`${registry.host}/team/app:v1`, {
    http,
    keychain: createKeychain({ environment: { HOME: folder } }),
    platform: { os: 'linux', architecture: 'amd64' },
    environment: { HOME: folder },
  });

/** Scans the image with this document attached as BuildKit does it. */
async function scanned(
  document: unknown,
  subjects: readonly string[] = [],
  attestations?: AttestationReach,
): Promise<Report> {
  push(buildKit(document, ...subjects));
  return scanImage(await opened(), { store, ...(attestations ? { attestations } : {}) });
}

function push(attestation: { manifest: Blob; blobs: readonly Blob[] }): void {
  registry.push('team/app', 'plain', IMAGE);
  registry.pushManifest('team/app', undefined, attestation.manifest.bytes, attestation.blobs);
  registry.pushManifest('team/app', 'v1', buildKitIndex(IMAGE.manifest, attestation.manifest));
}

const told = ({ notices }: Report): Notice[] => notices.filter(({ code }) => code.startsWith('attestation'));

describe('an SBOM attached to an image', () => {
  it('never takes the place of the files: what it leaves out is found, judged and told', async () => {
    const report = await scanned(spdx(ALL.slice(1)));
    expect(report.findings.map(({ id }) => id)).toEqual(['CVE-2023-0286']);
    expect(told(report)).toEqual([
      {
        level: 'warning',
        code: 'attestation-omits',
        message:
          'the attached SBOM (docker-scout 1.18.1, 2026-04-15, signature not checked) does not list 1 package that is in the image: libssl1.1 1.1.1n-0+deb11u3',
      },
    ]);
    expect(report.attestations).toMatchObject([
      {
        via: 'index',
        attachedTo: IMAGE.manifest.digest,
        format: 'SPDX-2.3',
        creator: 'docker-scout 1.18.1',
        signatureVerified: false,
        comparison: {
          counts: { listed: 2, agreed: 2, missing: 1, phantom: 0, versions: 0, beyond: 0 },
          missing: [{ type: 'deb', name: 'libssl1.1', version: '1.1.1n-0+deb11u3' }],
        },
      },
    ]);
    expect(report.attestations?.[0]).not.toHaveProperty('namesImage');
  });

  it('adds nothing to what the files hold, and is not believed when it says that something is newer', async () => {
    const report = await scanned(
      spdx(['pkg:deb/debian/libssl1.1@1.1.1n-0%2Bdeb11u9', ...ALL.slice(1), 'pkg:pypi/ghost@1.0']),
    );
    expect(report.packages.map(({ name }) => name)).toEqual(['libssl1.1', 'numpy', 'torch']);
    expect(report.findings).toHaveLength(1);
    expect(told(report)[0]).toMatchObject({
      level: 'warning',
      message: expect.stringMatching(
        /has 1 package in another version: libssl1\.1 1\.1\.1n-0\+deb11u3 \(listed as 1\.1\.1n-0\+deb11u9\); it lists 1 package that is not there: ghost 1\.0$/,
      ),
    });
  });

  it('that agrees is a remark and no warning', async () => {
    const report = await scanned(spdx(ALL), [IMAGE.manifest.digest]);
    expect(told(report)).toMatchObject([
      { level: 'info', code: 'attestation-agrees', message: expect.stringContaining('3 packages agree') },
    ]);
    expect(report.attestations?.[0]?.namesImage).toBe(true);
  });

  it('with one package too many is no reason for a warning', async () => {
    const report = await scanned(spdx([...ALL, 'pkg:pypi/build-tool@1.0']));
    expect(told(report)).toMatchObject([{ level: 'info', code: 'attestation-differs' }]);
  });

  it('that says it is about another image is told so, even where it agrees', async () => {
    const report = await scanned(spdx(ALL), [`sha256:${'8'.repeat(64)}`]);
    expect(told(report)).toMatchObject([{ level: 'info', message: expect.stringContaining('about another image') }]);
    expect(report.attestations?.[0]?.namesImage).toBe(false);
  });

  it('of another stage of the build is not compared', async () => {
    const report = await scanned(spdx([], { name: 'sbom-builder' }));
    expect(told(report)).toMatchObject([
      { level: 'info', message: expect.stringContaining('about another stage of the build: builder') },
    ]);
    expect(report.attestations?.[0]).not.toHaveProperty('comparison');
  });

  it('that is empty is told by what it leaves out, kind by kind', async () => {
    const [notice] = told(await scanned(spdx([])));
    expect(notice?.message).toContain('does not list 3 packages that are in the image (2 pypi, 1 deb): libssl1.1');
  });

  it('that cannot be read changes nothing else', async () => {
    const report = await scanned({ spdxVersion: 'SPDX-3.0' });
    expect(report.findings).toHaveLength(1);
    expect(told(report)).toMatchObject([
      {
        level: 'info',
        code: 'attestation-unread',
        message: expect.stringContaining('neither CycloneDX nor SPDX'),
      },
    ]);
    expect(report.attestations).toMatchObject([{ problem: expect.any(String) }]);
  });

  it('is not fetched where nobody wants it, and cosign is not asked for unless somebody does', async () => {
    const report = await scanned(spdx([]), [], 'none');
    expect(report.attestations).toBeUndefined();
    expect(told(report)).toEqual([]);
    const tag = IMAGE.manifest.digest.replace(':', '-');
    const bill = artifact([[blobOf(cycloneDx(ALL), 'application/vnd.cyclonedx+json')]]);
    registry.pushManifest('team/app', `${tag}.sbom`, bill.manifest.bytes, bill.blobs);
    expect((await scanImage(await opened(), { store })).attestations).toHaveLength(1);
    const sboms = (await scanImage(await opened(), { store, attestations: 'search' })).attestations;
    expect(sboms).toMatchObject([{ via: 'index' }, { via: 'tag', creator: 'syft 1.2.0', format: 'CycloneDX 1.5' }]);
  });

  it('that a search does not find is told', async () => {
    registry.push('team/app', 'v1', IMAGE);
    const report = await scanImage(await opened(), { store, attestations: 'search' });
    expect(told(report)).toMatchObject([{ code: 'attestation-none' }]);
    expect(told(await scanImage(await opened(), { store }))).toEqual([]);
  });

  it('is passed over where a part of an image was meant, and hands no control characters on', () => {
    const hostile: AttestedSbom = {
      digest: 'sha256:0',
      via: 'tag',
      mediaType: 'text/spdx',
      attachedTo: 'sha256:1',
      creator: 'syft',
      signatureVerified: false,
      comparison: {
        unit: 'binary',
        counts: { listed: 0, agreed: 0, missing: 1, phantom: 0, versions: 0, beyond: 0 },
        missing: [{ type: 'pypi', name: '\u001b[31mred\u202e', version: '1', purl: '' }],
        phantom: [],
        versions: [],
      },
    };
    expect(attestedNotice(hostile).message).not.toMatch(/[\u0000-\u001f\u202e]/);
  });
});
