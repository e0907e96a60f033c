import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  artifact,
  blobOf,
  buildKit,
  buildKitIndex,
  CYCLONEDX_PREDICATE,
  cycloneDx,
  descriptorOf,
  dsse,
  SPDX_PREDICATE,
  spdx,
  statement,
} from '../../../test/attested.ts';
import { blobs, layer, tar } from '../../../test/image.ts';
import { startRegistry, type TestRegistry, type TestRegistryOptions } from '../../../test/registry.ts';
import { ociFiles, writeFiles } from '../../../test/saved.ts';
import { LIMITS } from '../../limits.ts';
import type { Attachments, Image } from '../../model.ts';
import { createHttp, type Http } from '../../network/http.ts';
import { silent } from '../../progress.ts';
import type { Blob } from '../files/memory.ts';
import { openImage } from '../open.ts';
import { createKeychain } from '../registry/keychain.ts';
import { openRegistry } from '../registry/registry.ts';

const PLATFORM = { os: 'linux', architecture: 'amd64' };
const PURLS = ['pkg:deb/debian/libc6@2.31-13%2Bdeb11u6', 'pkg:pypi/numpy@1.21.0'];
const IMAGE = blobs(layer({ 'etc/os-release': 'ID=debian\nVERSION_ID="11"\n' }));

let folder: string;
let http: Http;
const running: TestRegistry[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-attested-'));
  http = createHttp({ namedBy: 'user', environment: {}, limits: { attempts: 1 } });
});
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  await http.close();
  for (const registry of running.splice(0)) await registry.close();
});

async function started(options: TestRegistryOptions = {}): Promise<TestRegistry> {
  const registry = await startRegistry(options);
  running.push(registry);
  return registry;
}

const opened = (registry: TestRegistry, tag = 'v1'): Promise<Image> =>
  openRegistry(`${registry.host}/team/app:${tag}`, {
    http,
    keychain: createKeychain({ environment: { HOME: folder } }),
    platform: PLATFORM,
    environment: { HOME: folder },
  });

async function attached(image: Image, search = false): Promise<Attachments> {
  return (await image.attestations?.({ search })) ?? { found: [], notices: [] };
}

/** Stores the image with BuildKit's attestation beside it. */
function pushBuildKit(
  registry: TestRegistry,
  attestation = buildKit(spdx(PURLS)),
  more: readonly unknown[] = [],
): string {
  registry.push('team/app', 'plain', IMAGE);
  registry.pushManifest('team/app', undefined, attestation.manifest.bytes, attestation.blobs);
  return registry.pushManifest('team/app', 'v1', buildKitIndex(IMAGE.manifest, attestation.manifest, more));
}

/** A referrer of a digest with one document in it. */
function refers(document: Blob, digest: string, more: object = {}): ReturnType<typeof artifact> {
  return artifact([[document]], {
    artifactType: document.mediaType,
    subject: { mediaType: IMAGE.manifest.mediaType, digest, size: IMAGE.manifest.bytes.length },
    ...more,
  });
}

describe('attestations in a registry', () => {
  it('are known from the index that BuildKit writes; the provenance beside the SBOM is left alone', async () => {
    const registry = await started();
    pushBuildKit(registry);
    const image = await opened(registry);
    const before = registry.seen.length;
    const { found: attestations, notices } = await attached(image);
    expect(notices).toEqual([]);
    expect(attestations).toMatchObject([
      {
        via: 'index',
        attachedTo: IMAGE.manifest.digest,
        mediaType: 'application/vnd.in-toto+json',
        predicateType: SPDX_PREDICATE,
      },
    ]);
    expect(registry.seen.slice(before).map(({ line }) => line)).toHaveLength(1);
    expect(JSON.parse(Buffer.from(await attestations[0]!.open()).toString())).toMatchObject({
      subject: [],
      predicate: { name: 'sbom' },
    });
  });

  it('cost an image without any not one request, unless they are searched for', async () => {
    const registry = await started();
    registry.push('team/app', 'v1', IMAGE);
    const image = await opened(registry);
    const before = registry.seen.length;
    expect(await attached(image)).toEqual({ found: [], notices: [] });
    expect(registry.seen).toHaveLength(before);
    expect(await attached(image, true)).toEqual({ found: [], notices: [] });
    const hex = IMAGE.manifest.digest.replace(':', '-');
    expect(registry.seen.slice(before).map(({ line }) => line)).toEqual([
      `GET /v2/team/app/referrers/${IMAGE.manifest.digest}`,
      `GET /v2/team/app/manifests/${hex}`,
      `GET /v2/team/app/manifests/${hex}.att`,
      `GET /v2/team/app/manifests/${hex}.sbom`,
    ]);
  });

  it('are found though a copy gave the image another digest, as skopeo does when it compresses layers', async () => {
    const registry = await started();
    const attestation = buildKit(spdx(PURLS));
    const before = blobOf('the manifest before it was copied', IMAGE.manifest.mediaType);
    const { manifests, ...rest } = buildKitIndex(before, attestation.manifest) as { manifests: object[] };
    registry.push('team/app', 'plain', IMAGE);
    registry.pushManifest('team/app', undefined, attestation.manifest.bytes, attestation.blobs);
    registry.pushManifest('team/app', 'v1', {
      ...rest,
      manifests: [{ ...manifests[0], ...descriptorOf(IMAGE.manifest) }, manifests[1]],
    });
    expect((await attached(await opened(registry))).found).toMatchObject([{ attachedTo: IMAGE.manifest.digest }]);
  });

  it('of another platform are not taken for this one', async () => {
    const registry = await started();
    const other = buildKit(spdx(['pkg:pypi/other@1']));
    registry.pushManifest('team/app', undefined, other.manifest.bytes, other.blobs);
    const stray = descriptorOf(other.manifest, {
      annotations: {
        'vnd.docker.reference.type': 'attestation-manifest',
        'vnd.docker.reference.digest': `sha256:${'9'.repeat(64)}`,
      },
      platform: { architecture: 'unknown', os: 'unknown' },
    });
    const arm = descriptorOf(blobOf('arm', IMAGE.manifest.mediaType), {
      platform: { architecture: 'arm64', os: 'linux' },
    });
    pushBuildKit(registry, undefined, [arm, stray]);
    const { found: attestations } = await attached(await opened(registry));
    expect(attestations).toHaveLength(1);
  });

  it.each([1, 50])('are found as referrers of image and index, %i on a page', async (referrersPerPage) => {
    const registry = await started({ referrersPerPage });
    const index = pushBuildKit(registry);
    const plain = blobOf(cycloneDx(PURLS), 'application/vnd.cyclonedx+json');
    const bundle = blobOf(
      {
        mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
        verificationMaterial: {},
        dsseEnvelope: dsse(statement(SPDX_PREDICATE, spdx(PURLS), index)),
      },
      'application/vnd.dev.sigstore.bundle.v0.3+json',
    );
    const provenance = blobOf({ dsseEnvelope: {} }, 'application/vnd.dev.sigstore.bundle.v0.3+json');
    const signature = blobOf('signed', 'application/vnd.cncf.notary.signature');
    for (const entry of [
      refers(plain, IMAGE.manifest.digest),
      refers(bundle, index, { annotations: { 'dev.sigstore.bundle.predicateType': SPDX_PREDICATE } }),
      refers(provenance, index, {
        annotations: { 'dev.sigstore.bundle.predicateType': 'https://slsa.dev/provenance/v1' },
      }),
      refers(signature, IMAGE.manifest.digest),
    ])
      registry.pushManifest('team/app', undefined, entry.manifest.bytes, entry.blobs);
    const { found: attestations, notices } = await attached(await opened(registry), true);
    expect(notices).toEqual([]);
    expect(attestations.map(({ via, attachedTo, digest }) => [via, attachedTo, digest])).toEqual([
      ['index', IMAGE.manifest.digest, expect.any(String)],
      ['referrer', IMAGE.manifest.digest, plain.digest],
      ['referrer', index, bundle.digest],
    ]);
  });

  it('are found under the fallback tag where the registry has no referrers', async () => {
    const registry = await started();
    registry.push('team/app', 'v1', IMAGE);
    const reference = refers(blobOf(spdx(PURLS), 'application/spdx+json'), IMAGE.manifest.digest);
    registry.pushManifest('team/app', undefined, reference.manifest.bytes, reference.blobs);
    registry.pushManifest('team/app', IMAGE.manifest.digest.replace(':', '-'), {
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      manifests: [descriptorOf(reference.manifest, { artifactType: 'application/spdx+json' })],
    });
    expect((await attached(await opened(registry), true)).found).toMatchObject([{ via: 'referrer' }]);
  });

  it('are found under the tags of cosign, signed and plain, scope and all', async () => {
    const registry = await started();
    registry.push('team/app', 'v1', IMAGE);
    const tag = IMAGE.manifest.digest.replace(':', '-');
    const att = artifact([
      [
        blobOf(
          dsse(statement(CYCLONEDX_PREDICATE, cycloneDx(PURLS), IMAGE.manifest.digest)),
          'application/vnd.dsse.envelope.v1+json',
        ),
        { 'dev.cosignproject.cosign/signature': '', predicateType: CYCLONEDX_PREDICATE },
      ],
      [
        blobOf(dsse({}), 'application/vnd.dsse.envelope.v1+json'),
        { predicateType: 'https://slsa.dev/provenance/v0.2' },
      ],
    ]);
    const sbom = artifact([
      [blobOf(spdx(PURLS), 'text/spdx+json'), { 'dev.sigstore.sbom.scope': 'path=/app' }],
      [blobOf('<bom/>', 'application/vnd.cyclonedx+xml')],
    ]);
    registry.pushManifest('team/app', `${tag}.att`, att.manifest.bytes, att.blobs);
    registry.pushManifest('team/app', `${tag}.sbom`, sbom.manifest.bytes, sbom.blobs);
    const { found: attestations } = await attached(await opened(registry), true);
    expect(attestations).toMatchObject([
      { via: 'tag', predicateType: CYCLONEDX_PREDICATE },
      { via: 'tag', mediaType: 'text/spdx+json', scope: 'path=/app' },
    ]);
  });

  it('that refer to another image than the list says are refused', async () => {
    const registry = await started();
    registry.push('team/app', 'v1', IMAGE);
    const reference = refers(blobOf(spdx([]), 'text/spdx+json'), `sha256:${'5'.repeat(64)}`);
    registry.pushManifest('team/app', undefined, reference.manifest.bytes, reference.blobs);
    registry.pushManifest('team/app', IMAGE.manifest.digest.replace(':', '-'), {
      schemaVersion: 2,
      manifests: [descriptorOf(reference.manifest, { artifactType: 'text/spdx+json' })],
    });
    const { found: attestations, notices } = await attached(await opened(registry), true);
    expect(attestations).toEqual([]);
    expect(notices[0]?.message).toContain('it refers to sha256:5555');
  });

  it('whose manifest is not what its digest says are a warning, and the image is opened all the same', async () => {
    const registry = await started();
    const attestation = buildKit(spdx(PURLS));
    pushBuildKit(registry, attestation);
    registry.fail({ on: new RegExp(`manifests/${attestation.manifest.digest}`), status: 200, body: '{"layers":[]}' });
    const { found: attestations, notices } = await attached(await opened(registry));
    expect(attestations).toEqual([]);
    expect(notices).toMatchObject([{ level: 'warning', message: expect.stringContaining('not what its digest says') }]);
  });

  it.each([
    [
      'other bytes',
      { change: (body: Buffer) => Buffer.from(body.toString().replace('numpy', 'numqy')) },
      'digest-mismatch',
    ],
    ['nothing', { status: 404 }, 'not-found'],
  ])('whose document turns out to be %s are refused when opened', async (_, failure, code) => {
    const registry = await started();
    const attestation = buildKit(spdx(PURLS));
    pushBuildKit(registry, attestation);
    registry.fail({ on: new RegExp(`blobs/${attestation.blobs[1]!.digest}`), ...failure });
    const { found: attestations } = await attached(await opened(registry));
    await expect(attestations[0]!.open()).rejects.toMatchObject({ code });
  });

  it('that claim to have a gigabyte are not fetched', async () => {
    const registry = await started();
    const body = blobOf(statement(SPDX_PREDICATE, spdx(PURLS)), 'application/vnd.in-toto+json');
    const manifest = blobOf(
      { schemaVersion: 2, config: descriptorOf(body), layers: [{ ...descriptorOf(body), size: 2 ** 30 }] },
      'application/vnd.oci.image.manifest.v1+json',
    );
    pushBuildKit(registry, { manifest, blobs: [body] });
    const { found: attestations } = await attached(await opened(registry));
    const before = registry.seen.length;
    await expect(attestations[0]!.open()).rejects.toMatchObject({ code: 'limit' });
    expect(registry.seen).toHaveLength(before);
  });

  it.each([
    ['no JSON', 'not json'],
    ['a manifest without layers', '{"schemaVersion":2}'],
    ['an index in place of a manifest', '{"schemaVersion":2,"manifests":[]}'],
    [
      'a layer without a digest',
      '{"schemaVersion":2,"layers":[{"mediaType":"application/vnd.in-toto+json","size":1}]}',
    ],
  ])('are %s: one remark, no error', async (_, text) => {
    const registry = await started();
    const manifest = blobOf(Buffer.from(text), 'application/vnd.oci.image.manifest.v1+json');
    pushBuildKit(registry, { manifest, blobs: [] });
    const { found: attestations, notices } = await attached(await opened(registry));
    expect(attestations).toEqual([]);
    expect(notices).toMatchObject([{ level: 'info', code: 'attestation-unread' }]);
  });

  it('in great number are cut, and it is said', async () => {
    const registry = await started();
    const layers = Array.from({ length: LIMITS.attestations + 5 }, (_, index) =>
      blobOf(spdx([`pkg:pypi/a@${index}`]), 'text/spdx+json'),
    );
    const many = artifact(layers.map((layer): [Blob] => [layer]));
    pushBuildKit(registry, many);
    const { found: attestations, notices } = await attached(await opened(registry));
    expect(attestations).toHaveLength(LIMITS.attestations);
    expect(notices).toHaveLength(1);
  });

  it('on pages without end, or on a page elsewhere, lead nobody astray', async () => {
    const registry = await started();
    registry.push('team/app', 'v1', IMAGE);
    const page = JSON.stringify({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      manifests: [],
    });
    const link = '<http://203.0.113.1/v2/evil/referrers/x?page=2>; rel="next"';
    registry.fail({ on: /referrers/, status: 200, body: page, headers: { link } });
    const image = await opened(registry);
    const before = registry.seen.length;
    expect((await attached(image, true)).notices).toEqual([]);
    const asked = registry.seen.slice(before).filter(({ line }) => line.includes('/referrers/'));
    expect(asked).toHaveLength(LIMITS.referrerPages);
    expect(asked[1]?.line).toBe(`GET /v2/team/app/referrers/${IMAGE.manifest.digest}?page=2`);
  });

  it('that a broken server refuses to list are a remark', async () => {
    const registry = await started();
    registry.push('team/app', 'v1', IMAGE);
    registry.fail({ on: /referrers/, status: 500 });
    const { notices } = await attached(await opened(registry), true);
    expect(notices[0]?.message).toContain('the server answered 500');
  });
});

describe('attestations in an OCI layout', () => {
  const path = (blob: Blob): [string, Buffer] => [`blobs/${blob.digest.replace(':', '/')}`, blob.bytes];
  const index = (manifests: readonly unknown[]): Blob =>
    blobOf(
      { schemaVersion: 2, mediaType: 'application/vnd.oci.image.index.v1+json', manifests },
      'application/vnd.oci.image.index.v1+json',
    );

  /** The files of a layout with these entries in index.json, and these blobs besides the image's. */
  const layout = (entries: readonly unknown[], more: readonly Blob[]): [string, string | Buffer][] => [
    ...ociFiles(IMAGE).filter(([name]) => name !== 'index.json'),
    ['index.json', JSON.stringify({ schemaVersion: 2, manifests: entries })],
    ...more.map(path),
  ];
  const open = (text: string): Promise<Image> =>
    openImage(text, { environment: { HOME: folder }, progress: silent, platform: PLATFORM });
  const buildKitLayout = (): [string, string | Buffer][] => {
    const attestation = buildKit(spdx(PURLS));
    const top = blobOf(buildKitIndex(IMAGE.manifest, attestation.manifest), 'application/vnd.oci.image.index.v1+json');
    return layout(
      [descriptorOf(top, { annotations: { 'org.opencontainers.image.ref.name': 'latest' } })],
      [top, attestation.manifest, ...attestation.blobs],
    );
  };

  it.each(['folder', 'tar'])('are found in the index within, in a %s', async (kind) => {
    const file = join(folder, 'layout.tar');
    writeFileSync(file, tar(buildKitLayout()));
    const image = await open(kind === 'tar' ? file : `oci:${writeFiles(join(folder, 'oci'), buildKitLayout())}`);
    const { found: attestations, notices } = await attached(image);
    expect(notices).toEqual([]);
    expect(attestations).toMatchObject([{ via: 'index', attachedTo: IMAGE.manifest.digest }]);
    expect(Buffer.from(await attestations[0]!.open()).toString()).toContain('numpy');
  });

  it('are found in what docker save writes around an archive', async () => {
    const config = `blobs/${IMAGE.config.digest.replace(':', '/')}`;
    const layers = IMAGE.layers.map(({ digest }) => `blobs/${digest.replace(':', '/')}`);
    const file = join(folder, 'saved.tar');
    const manifest = JSON.stringify([{ Config: config, RepoTags: ['app:1'], Layers: layers }]);
    writeFileSync(file, tar([...buildKitLayout(), ['manifest.json', manifest]]));
    const image = await open(file);
    expect(image.subject.source).toBe('archive');
    expect((await attached(image)).found).toHaveLength(1);
  });

  it('are found where cosign saved them, and by subject and digest tag', async () => {
    const saved = artifact([
      [blobOf(dsse(statement(SPDX_PREDICATE, spdx(PURLS))), 'application/vnd.dsse.envelope.v1+json')],
    ]);
    const referrer = refers(blobOf(cycloneDx(PURLS), 'application/vnd.cyclonedx+json'), IMAGE.manifest.digest);
    const tagged = artifact([[blobOf(spdx(['pkg:pypi/x@1']), 'text/spdx+json')]]);
    const foreign = refers(blobOf(spdx(['pkg:pypi/y@1']), 'text/spdx+json'), `sha256:${'7'.repeat(64)}`);
    const name = IMAGE.manifest.digest.replace(':', '-');
    const files = layout(
      [
        descriptorOf(IMAGE.manifest, { annotations: { kind: 'dev.cosignproject.cosign/image' } }),
        descriptorOf(saved.manifest, { annotations: { kind: 'dev.cosignproject.cosign/atts' } }),
        descriptorOf(referrer.manifest, { artifactType: 'application/vnd.cyclonedx+json' }),
        descriptorOf(tagged.manifest, { annotations: { 'org.opencontainers.image.ref.name': `${name}.sbom` } }),
        descriptorOf(foreign.manifest, { artifactType: 'text/spdx+json' }),
      ],
      [saved, referrer, tagged, foreign].flatMap(({ manifest, blobs: more }) => [manifest, ...more]),
    );
    const image = await open(`oci:${writeFiles(join(folder, 'oci'), files)}`);
    expect(image.subject.digest).toBe(IMAGE.manifest.digest);
    const { found: attestations, notices } = await attached(image);
    expect(notices).toEqual([]);
    expect(attestations.map(({ mediaType }) => mediaType).sort()).toEqual([
      'application/vnd.cyclonedx+json',
      'application/vnd.dsse.envelope.v1+json',
      'text/spdx+json',
    ]);
  });

  it('do not follow indexes without end, nor manifests that are damaged', async () => {
    const bad = blobOf({ layers: [] }, 'application/vnd.oci.image.manifest.v1+json');
    let deep = index([]);
    const chain: Blob[] = [deep];
    for (let depth = 0; depth < LIMITS.indexDepth + 10; depth++) {
      deep = index([descriptorOf(deep)]);
      chain.push(deep);
    }
    const annotations = { 'vnd.docker.reference.type': 'attestation-manifest' };
    const files = layout(
      [descriptorOf(IMAGE.manifest), descriptorOf(bad, { annotations }), descriptorOf(deep, { annotations })],
      chain,
    );
    files.push([path(bad)[0], 'x'.repeat(bad.bytes.length)]);
    const image = await open(`oci:${writeFiles(join(folder, 'oci'), files)}`);
    const { found: attestations, notices } = await attached(image);
    expect(attestations).toEqual([]);
    expect(notices).toMatchObject([{ level: 'warning', message: expect.stringContaining('not what its digest says') }]);
  });
});
