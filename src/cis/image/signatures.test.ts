import { afterEach, describe, expect, it } from 'vitest';
import { anonymous, startRegistry, type TestRegistry } from '../../../test/registry.ts';
import { createHttp } from '../../network/http.ts';
import { imageBlobs } from '../../sources/files/memory.ts';
import { findSignatures, referrersOf, signedBy } from './signatures.ts';

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

async function registry(): Promise<{
  registry: TestRegistry;
  digest: string;
  search: () => ReturnType<typeof findSignatures>;
}> {
  const started = await startRegistry();
  const http = createHttp({ namedBy: 'user', environment: {}, limits: { attempts: 1 } });
  open.push(
    () => http.close(),
    () => started.close(),
  );
  const digest = started.push('team/model', '1', imageBlobs({ layers: [{ files: { a: 'b' } }] }));
  const search = () =>
    findSignatures({ http, keychain: anonymous, name: `${started.host}/team/model:1`, digests: [digest] });
  return { registry: started, digest, search };
}

const NOTATION = 'application/vnd.cncf.notary.signature';
const BUNDLE = 'application/vnd.dev.sigstore.bundle.v0.3+json';
const index = (...types: string[]) => ({
  schemaVersion: 2,
  mediaType: 'application/vnd.oci.image.index.v1+json',
  manifests: types.map((artifactType, at) => ({ artifactType, digest: `sha256:${String(at).repeat(64)}`, size: 1 })),
});

describe('signatures beside an image', () => {
  it('none', async () => {
    const { search } = await registry();
    expect(await search()).toEqual({ ok: true, value: { signatures: [] } });
  });
  it("cosign's tag", async () => {
    const { registry: it_, digest, search } = await registry();
    it_.pushManifest('team/model', `${digest.replace(':', '-')}.sig`, { schemaVersion: 2, layers: [] });
    expect(await search()).toMatchObject({ value: { signatures: [{ kind: 'cosign' }] } });
  });
  it('the fallback tag of registries without referrers', async () => {
    const { registry: it_, digest, search } = await registry();
    it_.pushManifest('team/model', digest.replace(':', '-'), index(NOTATION, 'application/spdx+json'));
    expect(await search()).toMatchObject({ value: { signatures: [{ kind: 'notation' }] } });
  });
  it('the referrers API', async () => {
    const { registry: it_, search } = await registry();
    it_.fail({ on: /\/referrers\//, status: 200, body: JSON.stringify(index(BUNDLE)) });
    expect(await search()).toMatchObject({ value: { signatures: [{ kind: 'cosign' }] } });
  });
  it('a registry that does not answer is a failed reading', async () => {
    const { registry: it_, search } = await registry();
    it_.fail({ on: /\.sig/, breakAfter: 0, status: 200, body: '{' });
    it_.fail({ on: /referrers/, status: 200, body: 'not JSON' });
    expect(await search()).toMatchObject({ ok: false });
  });
});

it('attestations and bills of materials are no signatures', () => {
  expect(referrersOf(JSON.stringify(index('application/vnd.in-toto+json', 'application/vnd.cyclonedx+json')))).toEqual(
    [],
  );
  expect(referrersOf('{"manifests": {}}')).toEqual([]);
  expect(referrersOf('[]')).toEqual([]);
});

describe('what cosign 2.6.5 lays beside an image with --new-bundle-format, in a registry without a list of its own', () => {
  const bundle = (predicateType: string) => ({
    schemaVersion: 2,
    config: { mediaType: 'application/vnd.oci.empty.v1+json', size: 2, digest: `sha256:${'4'.repeat(64)}` },
    layers: [{ mediaType: BUNDLE, size: 615, digest: `sha256:${'9'.repeat(64)}` }],
    annotations: {
      'dev.sigstore.bundle.content': 'dsse-envelope',
      'dev.sigstore.bundle.predicateType': predicateType,
    },
    artifactType: BUNDLE,
  });
  const SIGN = 'https://sigstore.dev/cosign/sign/v1';
  const ATTEST = 'https://cyclonedx.org/bom';

  it.each([
    ['a signature', SIGN, [{ kind: 'cosign' }]],
    ['an attestation', ATTEST, []],
  ])('%s, listed as the type of the empty configuration', async (_, predicateType, signatures) => {
    const { registry: it_, digest, search } = await registry();
    const laid = it_.pushManifest('team/model', 'x', bundle(predicateType));
    it_.pushManifest('team/model', digest.replace(':', '-'), {
      ...index(),
      manifests: [{ digest: laid, size: 1, artifactType: 'application/vnd.oci.empty.v1+json' }],
    });
    expect(await search()).toMatchObject({ ok: true, value: { signatures } });
  });

  it('and it is told by what the bundle states', () => {
    expect(signedBy(JSON.stringify(bundle(SIGN)))).toBe('cosign');
    expect(signedBy(JSON.stringify(bundle(ATTEST)))).toBeUndefined();
    expect(signedBy(JSON.stringify({ config: { mediaType: NOTATION } }))).toBe('notation');
    expect(signedBy('[]')).toBeUndefined();
  });
});
