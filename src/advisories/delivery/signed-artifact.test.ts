import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ArtifactRegistry, artifactRegistry } from '../../../test/feeds/artifact-registry.ts';
import { osvRecord, osvZip, sampleFeeds } from '../../../test/feeds/sample.ts';
import { feedServer } from '../../../test/feeds/server.ts';
import { anonymous } from '../../../test/registry.ts';
import { type Login, type Sigstore, sigstore } from '../../../test/sigstore.ts';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { createHttp, type Http } from '../../network/http.ts';
import { renewDatabase } from '../build/update.ts';
import { databasePath, openStore } from '../store/sqlite-store.ts';
import { readBundle, writeBundle } from './bundle.ts';
import { downloadDatabase, uploadDatabase } from './registry.ts';

interface Pair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}
const pem = ({ publicKey }: Pair): string => publicKey.export({ type: 'spki', format: 'pem' }).toString();
const PAIRS: readonly (readonly [string, Pair])[] = [
  ['P-256', generateKeyPairSync('ec', { namedCurve: 'P-256' })],
  ['P-384', generateKeyPairSync('ec', { namedCurve: 'P-384' })],
  ['RSA', generateKeyPairSync('rsa', { modulusLength: 2_048 })],
  ['Ed25519', generateKeyPairSync('ed25519')],
];
const ours = PAIRS[0]![1];
const theirs = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const signedBy = ({ privateKey }: Pair, bytes: Buffer): string =>
  sign(privateKey.asymmetricKeyType === 'ed25519' ? null : 'sha256', bytes, privateKey).toString('base64');

const root = temporaryFolder();
const old = join(root, 'old');
const recent = join(root, 'recent');
let http: Http;
let registry: ArtifactRegistry;
let home: string;
let reference: string;

/** Two databases, one a second older than the other. */
beforeAll(async () => {
  http = createHttp({ namedBy: 'user', environment: {}, limits: { retryBaseMs: 1, attempts: 1 } });
  const made = async (where: string, files: ReturnType<typeof sampleFeeds>): Promise<void> => {
    const server = await feedServer(files);
    await renewDatabase({ home: where, http, from: server.url }).finally(() => server.close());
  };
  await made(old, sampleFeeds());
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  const files = sampleFeeds();
  files.set('osv/PyPI/all.zip', osvZip(osvRecord({ modified: '2026-01-01T00:00:00Z' })));
  await made(recent, files);
});
afterAll(() => http.close());
beforeEach(async () => {
  registry = await artifactRegistry();
  home = temporaryFolder();
  reference = `${registry.host}/sec/db:latest`;
});
afterEach(() => registry.close());

const access = () => ({ http, keychain: anonymous, environment: {} });
const push = (from = recent) => uploadDatabase(from, reference, access());
const pull = (key?: string, more: object = {}) =>
  downloadDatabase([reference], access(), { home, ...(key === undefined ? {} : { signer: { key } }), ...more });
const inService = (): string | undefined => {
  try {
    const store = openStore(databasePath(home));
    store.close();
    return store.info.built;
  } catch {
    return undefined;
  }
};

function blob(content: Buffer | string): { digest: string; size: number } {
  const bytes = Buffer.from(content);
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  registry.blobs.set(digest, bytes);
  return { digest, size: bytes.length };
}

function manifest(tag: string | undefined, value: object): { digest: string; size: number } {
  const bytes = Buffer.from(JSON.stringify(value));
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  registry.manifests.set(`sec/db@${digest}`, bytes);
  if (tag !== undefined) registry.manifests.set(`sec/db:${tag}`, bytes);
  return { digest, size: bytes.length };
}

const tagOf = (digest: string): string => digest.replace(':', '-');
const EMPTY = { mediaType: 'application/vnd.oci.empty.v1+json', digest: `sha256:${'4'.repeat(64)}`, size: 2 };
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';

const payloadOf = (digest: string): string =>
  JSON.stringify({
    critical: { identity: { 'docker-reference': 'x' }, image: { 'docker-manifest-digest': digest }, type: 'x' },
    optional: null,
  });

const signStatement = (digest: string, predicateType = 'https://sigstore.dev/cosign/sign/v1') => ({
  _type: 'https://in-toto.io/Statement/v1',
  subject: [{ name: '', digest: { sha256: digest.slice(7) } }],
  predicateType,
  predicate: {},
});

/** As `cosign sign --key` did it until version 2. */
function signByTag(digest: string, pair: Pair, named = digest): void {
  const payload = payloadOf(named);
  const annotations = { 'dev.cosignproject.cosign/signature': signedBy(pair, Buffer.from(payload)) };
  const layer = {
    mediaType: 'application/vnd.dev.cosign.simplesigning.v1+json',
    ...blob(payload),
    annotations,
  };
  manifest(`${tagOf(digest)}.sig`, { schemaVersion: 2, config: EMPTY, layers: [layer] });
}

/** As it does since version 3. */
function signByBundle(
  digest: string,
  pair: Pair,
  {
    named = digest,
    predicateType = 'https://sigstore.dev/cosign/sign/v1',
    subject = digest,
    change = (text: string) => text,
  } = {},
): void {
  const type = 'application/vnd.in-toto+json';
  const statement = JSON.stringify(signStatement(named, predicateType));
  const signed = Buffer.from(`DSSEv1 ${type.length} ${type} ${statement.length} ${statement}`);
  const bundle = {
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: { publicKey: { hint: 'x' } },
    dsseEnvelope: {
      payload: Buffer.from(change(statement)).toString('base64'),
      payloadType: type,
      signatures: [{ sig: signedBy(pair, signed) }],
    },
  };
  referTo(digest, bundle, subject);
}

/** Lays a bundle among the referrers of a manifest, as a registry without a list of its own has them. */
function referTo(digest: string, bundle: { readonly mediaType: string }, subject = digest): void {
  const layers = [{ mediaType: bundle.mediaType, ...blob(JSON.stringify(bundle)) }];
  const sample = {
    mediaType: MANIFEST,
    artifactType: bundle.mediaType,
    ...manifest(undefined, {
      schemaVersion: 2,
      config: EMPTY,
      layers,
      subject: { mediaType: MANIFEST, digest: subject, size: 1 },
    }),
  };
  const before = registry.manifests.get(`sec/db:${tagOf(digest)}`);
  const manifests = before ? JSON.parse(before.toString()).manifests : [];
  manifest(tagOf(digest), {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests: [...manifests, sample],
  });
}

/** As cosign 2.6.5 does where the registry keeps no list itself: under the type of the configuration, which is empty. */
function signByBundleListedAsEmpty(digest: string, pair: Pair): void {
  signByBundle(digest, pair);
  const key = `sec/db:${tagOf(digest)}`;
  const index = JSON.parse(registry.manifests.get(key)!.toString());
  for (const manifest of index.manifests) manifest.artifactType = EMPTY.mediaType;
  registry.manifests.set(key, Buffer.from(JSON.stringify(index)));
}

it.each(PAIRS)('a database signed with a key of the kind %s is taken, in both forms of cosign', async (_, pair) => {
  for (const form of [signByTag, signByBundle, signByBundleListedAsEmpty]) {
    registry.manifests.clear();
    rmSync(databasePath(home), { force: true });
    const { digest } = await push();
    form(digest, pair);
    expect(await pull(pem(pair))).toMatchObject({ proof: 'signature', digest });
  }
});

describe('a database signed with a login', () => {
  const [IDENTITY, ISSUER] = [
    'https://github.com/acme/db/.github/workflows/database.yml@refs/heads/main',
    'https://token',
  ];
  let world: Sigstore;
  let workflow: Login;
  beforeAll(async () => {
    world = await sigstore();
    workflow = await world.login(IDENTITY, ISSUER);
  });
  const identity = (name = IDENTITY, issuer = ISSUER) => ({ identity: name, issuer, trustedRoot: world.root });
  const pullBy = (signer: ReturnType<typeof identity>) => downloadDatabase([reference], access(), { home, signer });
  const byTag = async (digest: string, who: Login, named = digest): Promise<void> => {
    const payload = payloadOf(named);
    const annotations = await world.annotations(Buffer.from(payload), who);
    const mediaType = 'application/vnd.dev.cosign.simplesigning.v1+json';
    manifest(`${tagOf(digest)}.sig`, {
      schemaVersion: 2,
      config: EMPTY,
      layers: [{ mediaType, ...blob(payload), annotations }],
    });
  };
  const byBundle = async (digest: string, who: Login, named = digest): Promise<void> =>
    referTo(digest, await world.bundle(JSON.stringify(signStatement(named)), who));

  it.each([
    ['annotations', byTag],
    ['a bundle', byBundle],
  ] as const)('is taken with %s where identity and issuer are those named, and by nobody else’s', async (_, form) => {
    const { digest } = await push();
    await form(digest, await world.login(IDENTITY.replace('acme', 'evil'), ISSUER));
    await expect(pullBy(identity())).rejects.toMatchObject({
      code: 'digest-mismatch',
      message: expect.stringMatching(/is by https:.*acme/),
    });
    await form(digest, workflow, `sha256:${'0'.repeat(64)}`);
    await expect(pullBy(identity())).rejects.toMatchObject({ code: 'digest-mismatch' });
    expect(inService()).toBeUndefined();
    await form(digest, workflow);
    await expect(pullBy(identity(IDENTITY, 'https://other'))).rejects.toMatchObject({ code: 'digest-mismatch' });
    expect(await pullBy(identity())).toMatchObject({ proof: 'signature', signer: `${IDENTITY} (${ISSUER})` });
  });

  it('is not proved by an attestation about it, nor by a key that is asked for', async () => {
    const { digest } = await push();
    const about = signStatement(digest, 'https://spdx.dev/Document');
    referTo(digest, await world.bundle(JSON.stringify(about), workflow));
    await expect(pullBy(identity())).rejects.toMatchObject({ code: 'digest-mismatch' });
    await byTag(digest, workflow);
    await expect(pull(pem(ours))).rejects.toMatchObject({ code: 'digest-mismatch' });
  });

  it('a file is taken with the bundle of cosign sign-blob', async () => {
    const [file, signature] = [join(home, 'db.tar'), join(home, 'db.bundle')];
    await writeBundle(recent, file);
    writeFileSync(signature, JSON.stringify(await world.fileBundle(readFileSync(file), workflow)));
    await expect(readBundle(file, { home, signer: identity('https://else'), signature })).rejects.toMatchObject({
      code: 'digest-mismatch',
    });
    await readBundle(file, { home, signer: identity(), signature });
    expect(inService()).toBeDefined();
  });
});

it('without a key it is taken, and nothing is called proved', async () => {
  await push();
  expect(await pull()).toMatchObject({ proof: undefined });
  const { digest } = await push();
  expect(await downloadDatabase([`${registry.host}/sec/db@${digest}`], access(), { home })).toMatchObject({
    proof: 'digest',
  });
});

it.each<readonly [string, (digest: string) => void, RegExp]>([
  ['nothing', () => {}, /is not signed/],
  ['a signature by another key', (digest) => signByTag(digest, theirs), /no signature .* is by your key/],
  ['a bundle by another key', (digest) => signByBundle(digest, theirs), /no signature .* is by your key/],
  [
    'a signature of ours over another database',
    (digest) => signByTag(digest, ours, `sha256:${'0'.repeat(64)}`),
    /no signature/,
  ],
  [
    'a bundle of ours over another database',
    (digest) => signByBundle(digest, ours, { named: `sha256:${'0'.repeat(64)}` }),
    /no signature/,
  ],
  [
    'a bundle whose statement was exchanged',
    (digest) =>
      signByBundle(digest, ours, {
        named: `sha256:${'0'.repeat(64)}`,
        change: (text) => text.replace('0'.repeat(64), digest.slice(7)),
      }),
    /no signature/,
  ],
  [
    'an attestation of ours about it, such as an SBOM',
    (digest) => signByBundle(digest, ours, { predicateType: 'https://spdx.dev/Document' }),
    /no signature/,
  ],
  [
    'a referrer that belongs to another manifest',
    (digest) => signByBundle(digest, ours, { subject: `sha256:${'0'.repeat(64)}` }),
    /not signed/,
  ],
  [
    'things that are no signatures',
    (digest) => {
      manifest(`${tagOf(digest)}.sig`, { schemaVersion: 2, layers: [{}, 7, null, { mediaType: 'x' }] });
      manifest(tagOf(digest), { schemaVersion: 2, manifests: [{ mediaType: MANIFEST, ...blob('x') }] });
    },
    /not signed/,
  ],
])('with a key, beside it %s: refused, and nothing is in service', async (_, attack, message) => {
  const { digest } = await push();
  attack(digest);
  await expect(pull(pem(ours))).rejects.toMatchObject({
    code: 'digest-mismatch',
    message: expect.stringMatching(message),
  });
  expect(inService()).toBeUndefined();
});

it('one good signature is enough, whatever others lay beside it', async () => {
  const { digest } = await push();
  manifest(`${tagOf(digest)}.sig`, { schemaVersion: 2, layers: [{ mediaType: 'x', digest: 'broken' }] });
  signByBundle(digest, theirs);
  signByBundle(digest, ours);
  expect(await pull(pem(ours))).toMatchObject({ proof: 'signature' });
});

it('a mirror that is not signed is no accident: the next one is not tried in its place', async () => {
  const { digest } = await push();
  const other = await artifactRegistry();
  try {
    await uploadDatabase(recent, `${other.host}/sec/db:latest`, access());
    signByTag(digest, ours);
    await expect(
      downloadDatabase([`${other.host}/sec/db:latest`, reference], access(), { home, signer: { key: pem(ours) } }),
    ).rejects.toMatchObject({ code: 'digest-mismatch' });
  } finally {
    await other.close();
  }
});

it('a registry that does not answer for its signatures is not called unsigned', async () => {
  await push();
  const failing: Http = {
    ...http,
    request: (url, options) =>
      url.includes('.sig') ? http.request('http://127.0.0.1:1/', options) : http.request(url, options),
  };
  await expect(
    downloadDatabase([reference], { ...access(), http: failing }, { home, signer: { key: pem(ours) } }),
  ).rejects.toMatchObject({ code: 'network' });
});

it('an older one, signed in its time and played again, does not take the place of a newer one', async () => {
  const first = await push(old);
  signByTag(first.digest, ours);
  const second = await push(recent);
  signByTag(second.digest, ours);
  await pull(pem(ours));
  const newest = inService();
  registry.manifests.set('sec/db:latest', registry.manifests.get(`sec/db@${first.digest}`)!);
  await expect(pull(pem(ours))).rejects.toMatchObject({ code: 'database-stale' });
  expect(inService()).toBe(newest);
  await pull(pem(ours), { allowOlder: true });
  expect(inService()! < newest!).toBe(true);
});

it.each([
  ['a later day than the database has', new Date(Date.now() + 60_000).toISOString(), 'digest-mismatch'],
  ['a day that is yet to come', '2199-01-01T00:00:00.000Z', 'corrupt'],
  ['no day', 'zzz', 'corrupt'],
])('an older one that claims %s is refused', async (_, built, code) => {
  await push(recent);
  await pull();
  const newest = inService();
  await push(old);
  const before = JSON.parse(registry.manifests.get('sec/db:latest')!.toString());
  const claim = JSON.parse(registry.blobs.get(before.config.digest)!.toString());
  manifest('latest', { ...before, config: { ...before.config, ...blob(JSON.stringify({ ...claim, built })) } });
  await expect(pull()).rejects.toMatchObject({ code });
  expect(inService()).toBe(newest);
});

it('signed, but with another layer under the same digest: refused', async () => {
  const { digest } = await push();
  signByTag(digest, ours);
  const { layers } = JSON.parse(registry.manifests.get('sec/db:latest')!.toString());
  const bytes = Buffer.from(registry.blobs.get(layers[0].digest)!);
  bytes[bytes.length - 12] = bytes[bytes.length - 12]! ^ 1;
  registry.blobs.set(layers[0].digest, bytes);
  await expect(pull(pem(ours))).rejects.toMatchObject({ code: expect.stringMatching(/digest-mismatch|corrupt/) });
  expect(inService()).toBeUndefined();
});

it('a manifest that other bytes are sent for after it was signed is refused', async () => {
  const { digest } = await push(recent);
  signByTag(digest, ours);
  await push(old);
  await expect(pull(pem(ours))).rejects.toMatchObject({ code: 'digest-mismatch' });
  registry.manifests.set(`sec/db@${digest}`, registry.manifests.get('sec/db:latest')!);
  await expect(
    downloadDatabase([`${registry.host}/sec/db@${digest}`], access(), { home, signer: { key: pem(ours) } }),
  ).rejects.toMatchObject({ code: 'digest-mismatch' });
});

it.each(PAIRS)('a file signed with a key of the kind %s is taken, by signature and by bundle', async (_, pair) => {
  const file = join(home, 'db.tar');
  await writeBundle(recent, file);
  const signature = join(home, 'db.sig');
  const good = signedBy(pair, readFileSync(file));
  for (const text of [
    good,
    JSON.stringify({
      mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
      messageSignature: { signature: good },
    }),
    JSON.stringify({ base64Signature: good, cert: '' }),
  ]) {
    writeFileSync(signature, `${text}\n`);
    await readBundle(file, { home, signer: { key: pem(pair) }, signature });
    await expect(readBundle(file, { home, signer: { key: pem(theirs) }, signature })).rejects.toMatchObject({
      code: 'digest-mismatch',
    });
  }
  writeFileSync(signature, '{"messageSignature":{}}');
  await expect(readBundle(file, { home, signer: { key: pem(pair) }, signature })).rejects.toMatchObject({
    code: 'corrupt',
  });
});

it('a private key is no key to verify with', async () => {
  const { digest } = await push();
  signByTag(digest, ours);
  const secret = ours.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  await expect(pull(secret)).rejects.toMatchObject({ code: 'config' });
});
