import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { selfSigned } from '../../../test/certificate.ts';
import { blobs, imageWith, instruction, layer, sha256 } from '../../../test/image.ts';
import {
  anonymous,
  type RegistryAuth,
  startRegistry,
  type TestRegistry,
  type TestRegistryOptions,
} from '../../../test/registry.ts';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import type { Layer } from '../../model.ts';
import { createHttp, type Http } from '../../network/http.ts';
import { type ImageBlobs, imageBlobs } from '../files/memory.ts';
import { hostPlatform, parsePlatform } from '../platform.ts';
import { createKeychain } from './keychain.ts';
import { openRegistry, type RegistryOptions } from './registry.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function registry(options: TestRegistryOptions = {}): Promise<TestRegistry> {
  const server = await startRegistry(options);
  cleanups.push(server.close);
  return server;
}

function http(limits = {}): Http {
  const client = createHttp({
    namedBy: 'user',
    environment: {},
    random: () => 0,
    limits: { retryBaseMs: 1, idleMs: 300, ...limits },
  });
  cleanups.push(client.close);
  return client;
}

const open = (reference: string, options: Partial<RegistryOptions> = {}) =>
  openRegistry(reference, { http: http(), keychain: anonymous, ...options });

async function read(layer: Layer | undefined): Promise<Buffer> {
  const content = await layer!.open();
  if (content.kind !== 'stream') throw new Error('a stream was expected');
  const chunks: Uint8Array[] = [];
  for await (const chunk of content.bytes) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

const BIG = Buffer.alloc(300_000, 'a layer of some size ');
const python: ImageBlobs = blobs(
  layer({ 'etc/os-release': 'ID=debian\n' }).by('ADD rootfs.tar /').gzipped(),
  instruction('ENV PYTHON_VERSION=3.9.16'),
  layer({ 'opt/model.bin': BIG }).by('COPY model.bin /opt/'),
);

it('opens an image: who it is, what made its layers, and their bytes', async () => {
  const server = await registry();
  const digest = server.push('team/model', '1.0', python);
  const image = await open(`${server.host}/team/model:1.0`, { written: `registry:${server.host}/team/model:1.0` });
  expect(image.subject).toMatchObject({
    reference: `registry:${server.host}/team/model:1.0`,
    source: 'registry',
    name: `${server.host}/team/model:1.0`,
    digest,
    imageId: python.config.digest,
    repoTags: [`${server.host}/team/model:1.0`],
    repoDigests: [`${server.host}/team/model@${digest}`],
    platform: { os: 'linux', architecture: 'amd64' },
    size: python.layers[0]!.bytes.length + python.layers[1]!.bytes.length,
  });
  expect(
    image.layers.map(({ diffID, instruction: made, identity, verify }) => [diffID, made, identity, verify]),
  ).toEqual([
    [python.layers[0]!.diffID, 'ADD rootfs.tar /', '', true],
    [python.layers[1]!.diffID, 'COPY model.bin /opt/', '', true],
  ]);
  for (const index of [0, 1, 0]) expect(sha256(await read(image.layers[index]))).toBe(python.layers[index]!.digest);
  expect(image.subject.layers[0]).not.toHaveProperty('open');
});

it('asks for nothing but manifest and configuration until a layer is read', async () => {
  const server = await registry();
  server.push('a', 'latest', python);
  await open(`${server.host}/a`);
  expect(server.seen.map(({ line }) => line).filter((line) => line.includes('/blobs/'))).toEqual([
    `GET /v2/a/blobs/${python.config.digest}`,
  ]);
});

it('chooses the platform from an index, past attestations, and through an index within', async () => {
  const server = await registry();
  const of = (architecture: string) =>
    imageBlobs({ layers: [layer({ arch: architecture })], platform: { os: 'linux', architecture } });
  const [amd64, s390x] = [of('amd64'), of('s390x')];
  const entry = (image: ImageBlobs, platform: object, annotations?: object) => ({
    mediaType: image.manifest.mediaType,
    digest: server.push('multi', 'x', image),
    size: image.manifest.bytes.length,
    platform,
    annotations,
  });
  const manifests = [
    entry(amd64, { os: 'unknown', architecture: 'unknown' }, { 'vnd.docker.reference.type': 'attestation-manifest' }),
    entry(amd64, { os: 'linux', architecture: 'amd64' }),
    entry(s390x, { os: 'linux', architecture: 's390x' }),
  ];
  const mediaType = 'application/vnd.oci.image.index.v1+json';
  const named = server.pushManifest('multi', '1', {
    schemaVersion: 2,
    mediaType,
    manifests,
    annotations: { vendor: 'x' },
  });
  const image = await open(`${server.host}/multi:1`, { platform: parsePlatform('linux/s390x') });
  expect(image.subject).toMatchObject({
    platform: { architecture: 's390x' },
    digest: s390x.manifest.digest,
    repoDigests: [`${server.host}/multi@${named}`],
    annotations: { vendor: 'x' },
  });
  await expect(open(`${server.host}/multi:1`, { platform: parsePlatform('linux/riscv64') })).rejects.toMatchObject({
    code: 'platform',
    hint: 'choose with --platform from linux/amd64, linux/s390x',
  });
  const outer = { schemaVersion: 2, mediaType, manifests: [{ mediaType, digest: named, size: 1 }] };
  server.pushManifest('multi', 'outer', outer);
  expect((await open(`${server.host}/multi:outer`, { platform: parsePlatform('s390x') })).subject.digest).toBe(
    s390x.manifest.digest,
  );
});

it('says so when the only image is for another platform, and refuses it when another was asked for', async () => {
  const server = await registry();
  const architecture = hostPlatform().architecture === 's390x' ? 'ppc64le' : 's390x';
  const foreign = imageBlobs({ layers: [layer({ a: 'b' })], platform: { os: 'linux', architecture } });
  const digest = server.push('one', 'single', foreign);
  const platform = { os: 'linux', architecture };
  server.pushManifest('one', 'index', {
    schemaVersion: 2,
    manifests: [{ digest, size: 1, mediaType: foreign.manifest.mediaType, platform }],
  });
  expect((await open(`${server.host}/one:index`)).notices).toMatchObject([{ code: 'platform-only', level: 'info' }]);
  expect((await open(`${server.host}/one:single`)).notices).toBeUndefined();
  for (const tag of ['single', 'index']) {
    await expect(open(`${server.host}/one:${tag}`, { platform: parsePlatform('arm64') })).rejects.toMatchObject({
      code: 'platform',
    });
  }
});

it('asks the configurations where an index leaves the platforms out', async () => {
  const server = await registry();
  const [amd64, s390x] = ['amd64', 's390x'].map((architecture) =>
    imageBlobs({ layers: [layer({ a: architecture })], platform: { os: 'linux', architecture } }),
  );
  const entry = (image: NonNullable<typeof amd64>) => ({
    mediaType: image.manifest.mediaType,
    digest: server.push('multi', 'x', image),
    size: image.manifest.bytes.length,
  });
  server.pushManifest('multi', 'unnamed', { schemaVersion: 2, manifests: [entry(amd64!), entry(s390x!)] });
  for (const [wanted, image] of [
    ['s390x', s390x],
    ['amd64', amd64],
  ] as const)
    expect((await open(`${server.host}/multi:unnamed`, { platform: parsePlatform(wanted) })).subject.digest).toBe(
      image!.manifest.digest,
    );
  await expect(open(`${server.host}/multi:unnamed`, { platform: parsePlatform('arm64') })).rejects.toMatchObject({
    code: 'platform',
    hint: 'choose with --platform from linux/amd64, linux/s390x',
  });
});

it('says that the index names a manifest which is not there', async () => {
  const server = await registry();
  const digest = `sha256:${'a'.repeat(64)}`;
  const platform = { os: 'linux', architecture: 'amd64' };
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  server.pushManifest('gone', '1', { schemaVersion: 2, manifests: [{ digest, size: 1, mediaType, platform }] });
  await expect(open(`${server.host}/gone:1`, { platform: parsePlatform('amd64') })).rejects.toMatchObject({
    code: 'not-found',
    message: expect.stringContaining(`the index names ${digest}`),
  });
});

const auth: RegistryAuth = { scheme: 'bearer', username: 'ada', password: 'p:w', identityToken: 'refresh-me' };

it('fetches one token for all requests, anonymously where that is allowed', async () => {
  const server = await registry({ auth: { ...auth, anonymous: true } });
  server.push('public', 'latest', python);
  const image = await open(`${server.host}/public`);
  await Promise.all(image.layers.map(read));
  const tokens = server.seen.filter(({ line }) => line.includes('/token'));
  expect(tokens.map(({ line }) => line)).toEqual(['GET /token?service=test.registry&scope=repository%3Apublic%3Apull']);
});

it('sends the password to the token server only, and an identity token as a form', async () => {
  const server = await registry({ auth });
  server.push('private', 'latest', python);
  await open(`${server.host}/private`, {
    keychain: createKeychain({ given: { registry: server.host, username: 'ada', password: 'p:w' } }),
  });
  expect(
    server.seen.filter(({ headers }) => headers.authorization?.startsWith('Basic')).map(({ line }) => line),
  ).toEqual(['GET /token?service=test.registry&scope=repository%3Aprivate%3Apull&account=ada']);
  const identity = {
    credential: async () => ({ kind: 'identity', token: 'refresh-me', from: 'test' }) as const,
    problems: [],
  };
  await open(`${server.host}/private`, { keychain: identity });
  const form = new URLSearchParams(server.seen.find(({ line }) => line === 'POST /token')!.body);
  expect(Object.fromEntries(form)).toEqual({
    grant_type: 'refresh_token',
    client_id: 'plimsoll',
    refresh_token: 'refresh-me',
    scope: 'repository:private:pull',
    service: 'test.registry',
  });
});

it('renews a token that ends in the middle of the work, once for all layers', async () => {
  const server = await registry({ auth: { ...auth, anonymous: true } });
  server.push('a', 'latest', python);
  const image = await open(`${server.host}/a`);
  server.expireTokens();
  const contents = await Promise.all(image.layers.map(read));
  expect(contents.map(sha256)).toEqual(python.layers.map(({ digest }) => digest));
  expect(server.seen.filter(({ line }) => line.includes('/token'))).toHaveLength(2);
});

it('renews a token before it ends where the server says when', async () => {
  const server = await registry({ auth: { ...auth, anonymous: true, expiresIn: 1 } });
  server.push('a', 'latest', python);
  await open(`${server.host}/a`);
  expect(server.seen.filter(({ line }) => line.includes('/token'))).toHaveLength(2);
  expect(server.seen.filter(({ line, headers }) => line.includes('/v2/a/') && !headers.authorization)).toHaveLength(1);
});

it('logs in with Basic, and uses a given token as it is', async () => {
  const server = await registry({ auth: { ...auth, scheme: 'basic' } });
  server.push('a', 'latest', python);
  const image = await open(`${server.host}/a`, {
    keychain: createKeychain({ given: { registry: server.host, username: 'ada', password: 'p:w' } }),
  });
  expect(sha256(await read(image.layers[0]))).toBe(python.layers[0]!.digest);
  await expect(
    open(`${server.host}/a`, { keychain: createKeychain({ given: { registry: server.host, token: 'abc' } }) }),
  ).rejects.toMatchObject({
    code: 'unauthorized',
    message: `${server.host} refused the credentials: unauthorized`,
    hint: expect.stringContaining('they come from the registry token given'),
  });
  expect(server.seen.at(-1)?.headers.authorization).toBe('Bearer abc');
});

it('says whose credentials were refused, and how to log in', async () => {
  const server = await registry({ auth });
  server.push('a', 'latest', python);
  await expect(open(`${server.host}/a`)).rejects.toMatchObject({
    code: 'unauthorized',
    message: expect.stringContaining(`${server.host} wants a login`),
    hint: expect.stringContaining(`docker login ${server.host}`),
  });
  const keychain = createKeychain({ given: { registry: server.host, username: 'ada', password: 'wrong' } });
  await expect(open(`${server.host}/a`, { keychain })).rejects.toMatchObject({
    code: 'unauthorized',
    message: `${server.host} refused the credentials: unauthorized`,
    hint: expect.stringContaining('they come from the user name and password given'),
  });
});

it('follows the redirect to the storage without the token', async () => {
  const server = await registry({ storage: true, auth: { ...auth, anonymous: true } });
  server.push('a', 'latest', python);
  const image = await open(`${server.host}/a`);
  expect(sha256(await read(image.layers[1]))).toBe(python.layers[1]!.digest);
  const fetched = server.seen.filter(({ line }) => line.startsWith('GET storage/'));
  expect(fetched).toHaveLength(2);
  expect(fetched.every(({ headers }) => headers.authorization === undefined)).toBe(true);
});

it('does not let a server it was sent to ask for the credentials of the registry', async () => {
  const thief = await registry({ auth });
  const server = await registry();
  const elsewhere = `http://${thief.host.replace('127.0.0.1', 'localhost')}/v2/a/manifests/latest`;
  server.fail({ on: /manifests/, status: 307, headers: { location: elsewhere } });
  const keychain = createKeychain({ given: { registry: server.host, username: 'ada', password: 'p:w' } });
  await expect(open(`${server.host}/a`, { keychain })).rejects.toMatchObject({ code: 'unauthorized' });
  expect(thief.seen.filter(({ headers }) => headers.authorization !== undefined)).toEqual([]);
});

it.each([{ storage: false }, { storage: true }])(
  'takes a blob up again where it broke off (%o)',
  async ({ storage }) => {
    const server = await registry({ storage });
    server.push('a', 'latest', python);
    const image = await open(`${server.host}/a`);
    const at = storage ? /storage/ : /blobs/;
    server.fail({ on: at, times: 2, breakAfter: 100_000 });
    server.fail({ on: at, times: 1, stopAfter: 50_000 });
    expect(sha256(await read(image.layers[1]))).toBe(python.layers[1]!.digest);
    const ranges = server.seen
      .filter(({ line }) => at.test(line) && line.includes(python.layers[1]!.digest))
      .map(({ headers }) => headers.range);
    expect(ranges[0]).toBeUndefined();
    const starts = ranges.slice(1).map((range) => Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1]));
    expect(starts).toHaveLength(3);
    expect(starts.every((start, index) => start > (starts[index - 1] ?? 0))).toBe(true);
  },
);

it('passes over what it has where the server begins again', async () => {
  const server = await registry();
  server.push('a', 'latest', python);
  const image = await open(`${server.host}/a`);
  server.fail({ on: /blobs/, times: 1, breakAfter: 100_000 });
  server.fail({ on: /blobs/, times: 1, ignoreRange: true });
  expect(sha256(await read(image.layers[1]))).toBe(python.layers[1]!.digest);
});

it('gives up on a blob that breaks off each time', async () => {
  const server = await registry();
  server.push('a', 'latest', python);
  const image = await open(`${server.host}/a`);
  server.fail({ on: /blobs/, breakAfter: 10 });
  await expect(read(image.layers[1])).rejects.toMatchObject({
    code: 'network',
    where: expect.stringContaining('/blobs/sha256:'),
  });
  expect(server.seen.filter(({ headers }) => headers.range)).toHaveLength(8);
});

it('ends the transfer when the reader has seen enough', async () => {
  const server = await registry();
  server.push('a', 'latest', python);
  const image = await open(`${server.host}/a`);
  server.fail({ on: /blobs/, stopAfter: 1_000 });
  const content = await image.layers[1]!.open();
  if (content.kind !== 'stream') throw new Error('a stream was expected');
  for await (const chunk of content.bytes) {
    expect(chunk.length).toBeGreaterThan(0);
    break;
  }
});

it('is interrupted within a layer', async () => {
  const server = await registry();
  server.push('a', 'latest', python);
  const image = await open(`${server.host}/a`);
  server.fail({ on: /blobs/, stopAfter: 1_000 });
  const abort = new AbortController();
  const content = await image.layers[1]!.open(abort.signal);
  if (content.kind !== 'stream') throw new Error('a stream was expected');
  setTimeout(() => abort.abort(), 30);
  const readAll = async () => {
    for await (const _ of content.bytes);
  };
  await expect(readAll()).rejects.toMatchObject({ code: 'interrupted' });
});

it.each([
  [
    'another manifest than its digest says',
    /manifests/,
    (body: Buffer) => Buffer.concat([body, Buffer.from(' ')]),
    'digest-mismatch',
  ],
  [
    'another configuration',
    /blobs/,
    (body: Buffer) => Buffer.from(body.toString().replace('amd64', 'amd65')),
    'digest-mismatch',
  ],
  ['a longer configuration', /blobs/, (body: Buffer) => Buffer.concat([body, body]), 'digest-mismatch'],
  ['a shorter configuration', /blobs/, (body: Buffer) => body.subarray(1), 'digest-mismatch'],
  ['a web page', /manifests/, () => Buffer.from('<html>'), 'digest-mismatch'],
])('refuses %s', async (_, on, change, code) => {
  const server = await registry();
  const digest = server.push('a', 'latest', python);
  server.fail({ on, change });
  await expect(open(`${server.host}/a@${digest}`)).rejects.toMatchObject({ code });
});

it('refuses another manifest than the one asked for, however consistent it is in itself', async () => {
  const server = await registry();
  const digest = server.push('a', 'latest', python);
  const other = blobs(layer({ evil: 'yes' }));
  server.push('a', 'other', other);
  const headers = { 'docker-content-digest': other.manifest.digest };
  server.fail({ on: /manifests/, status: 200, headers, body: other.manifest.bytes });
  await expect(open(`${server.host}/a:latest@${digest}`)).rejects.toMatchObject({
    code: 'digest-mismatch',
    message: `content is not what its digest says: expected ${digest}, got ${other.manifest.digest}`,
  });
  expect((await open(`${server.host}/a:latest`)).layers).toHaveLength(1);
});

it('believes neither side when the registry states another digest than that of what it sends', async () => {
  const server = await registry();
  server.push('a', 'latest', python);
  server.fail({
    on: /manifests/,
    headers: { 'docker-content-digest': `sha256:${'0'.repeat(64)}` },
    change: (body) => body,
  });
  await expect(open(`${server.host}/a`)).rejects.toMatchObject({ code: 'digest-mismatch' });
});

it('notices a blob that is cut without an error', async () => {
  const server = await registry();
  server.push('a', 'latest', python);
  const image = await open(`${server.host}/a`);
  server.fail({ on: /blobs/, change: (body) => body.subarray(0, 1_000), headers: { 'content-encoding': 'identity' } });
  await expect(read(image.layers[1])).rejects.toMatchObject({
    code: expect.stringMatching(/digest-mismatch|registry/),
  });
});

it.each([
  [401, {}, 'unauthorized', 'let us read'],
  [403, {}, 'unauthorized', 'DENIED requested access'],
  [404, {}, 'not-found', 'no such image'],
  [429, { 'retry-after': '3600' }, 'rate-limited', 'too many requests'],
  [429, { 'retry-after': 'Fri, 31 Dec 2999 23:59:59 GMT' }, 'rate-limited', 'too many requests'],
  [500, {}, 'registry', 'the server answered 500'],
  [418, {}, 'registry', 'the server answered 418'],
])('explains a %i', async (status, headers, code, message) => {
  const server = await registry();
  const body = JSON.stringify({ errors: [{ code: 'DENIED', message: 'requested access to the resource is denied' }] });
  server.fail({ on: /manifests/, status, headers, body });
  await expect(open(`${server.host}/a`)).rejects.toMatchObject({
    code,
    message: expect.stringContaining(message),
    where: `${server.host}/a:latest`,
  });
});

it('does not quote a web page, an endless body or control characters', async () => {
  const server = await registry();
  server.fail({ on: /manifests/, times: 1, status: 418, headers: { 'content-type': 'text/html' }, body: '<html>' });
  await expect(open(`${server.host}/a`)).rejects.toMatchObject({ message: 'the server answered 418' });
  server.fail({ on: /manifests/, times: 1, status: 418, body: 'x'.repeat(100_000) });
  await expect(open(`${server.host}/a`)).rejects.toMatchObject({ message: 'the server answered 418' });
  const body = JSON.stringify({ errors: [{ code: 'X', message: '\u001b[2Jgone\n' }] });
  server.fail({ on: /manifests/, times: 1, status: 418, body });
  const failure: { line: string } = await open(`${server.host}/a`).then(
    () => ({ line: '' }),
    (error) => error,
  );
  expect(failure.line).toContain('X ?[2Jgone?');
});

it.each([404, 410, 451])(
  'a layer for which a registry answers %i is not to be had, and no failure of the registry',
  async (status) => {
    const server = await registry();
    server.push('a', 'latest', python);
    const image = await open(`${server.host}/a`);
    server.fail({ on: new RegExp(`blobs/${sha256(python.layers[1]!.bytes)}`), status });
    await expect(read(image.layers[1])).rejects.toMatchObject({ code: 'not-found' });
  },
);

it('tells a missing repository from a missing tag and a missing blob', async () => {
  const server = await registry();
  await expect(open(`${server.host}/none`)).rejects.toMatchObject({
    code: 'not-found',
    message: `no repository none in ${server.host}`,
  });
  server.push('a', 'latest', python);
  await expect(open(`${server.host}/a:2`)).rejects.toMatchObject({
    code: 'not-found',
    message: `no such image in ${server.host}`,
  });
  server.pushManifest('b', 'latest', python.manifest.bytes);
  await expect(open(`${server.host}/b`)).rejects.toMatchObject({
    code: 'not-found',
    message: 'the registry does not have the blob',
  });
});

it('waits for a registry that is busy', async () => {
  const server = await registry();
  server.push('a', 'latest', python);
  server.fail({ on: /manifests/, times: 2, status: 503 });
  server.fail({ on: /blobs/, times: 1, status: 429, headers: { 'retry-after': '0' } });
  expect((await open(`${server.host}/a`)).layers).toHaveLength(2);
});

it('says that a web page is no manifest', async () => {
  const server = await registry();
  server.fail({
    on: /manifests/,
    status: 200,
    headers: { 'content-type': 'text/html; charset=utf-8' },
    body: '<html>Log in</html>',
  });
  await expect(open(`${server.host}/a`)).rejects.toMatchObject({
    code: 'registry',
    message: expect.stringContaining('web page'),
  });
});

it('refuses a manifest and a configuration over their budgets', async () => {
  const server = await registry();
  server.pushManifest('a', 'latest', `{"x":"${'y'.repeat(5 * 1024 * 1024)}"}`);
  await expect(open(`${server.host}/a`)).rejects.toMatchObject({ code: 'limit' });
  const config = {
    mediaType: 'application/vnd.oci.image.config.v1+json',
    digest: sha256(Buffer.from('x')),
    size: 9_000_000_000,
  };
  server.pushManifest('b', 'latest', { schemaVersion: 2, config, layers: [] });
  await expect(open(`${server.host}/b`)).rejects.toMatchObject({
    code: 'limit',
    message: expect.stringContaining('image configuration'),
  });
});

it('refuses layers that lie elsewhere, without going there', async () => {
  const server = await registry();
  const elsewhere = await registry();
  const manifest = JSON.parse(python.manifest.bytes.toString());
  manifest.layers[1].urls = [`http://${elsewhere.host}/layer`];
  manifest.layers[1].digest = sha256(Buffer.from('not there'));
  server.pushManifest('a', 'latest', manifest, [python.config]);
  const image = await open(`${server.host}/a`);
  await expect(read(image.layers[1])).rejects.toMatchObject({
    code: 'not-found',
    hint: expect.stringContaining(elsewhere.host),
  });
  expect(elsewhere.seen).toEqual([]);
});

it.each([
  'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
  'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip',
])('says of a foreign layer (%s) whose it is and where it lies', async (mediaType) => {
  const server = await registry();
  const manifest = JSON.parse(python.manifest.bytes.toString());
  const digest = sha256(Buffer.from('kept by its publisher'));
  manifest.layers[1] = { ...manifest.layers[1], mediaType, digest, urls: ['https://publisher.example/layer'] };
  server.pushManifest('foreign', 'latest', manifest, [python.config, python.layers[0]!]);
  const image = await open(`${server.host}/foreign`);
  await expect(read(image.layers[1])).rejects.toMatchObject({
    code: 'not-found',
    message: expect.stringContaining('a foreign layer: its publisher keeps it'),
    hint: expect.stringContaining('https://publisher.example/layer'),
  });
  // Where the registry keeps it all the same, it is read.
  manifest.layers[1] = { ...JSON.parse(python.manifest.bytes.toString()).layers[1], mediaType };
  server.pushManifest('kept', 'latest', manifest, [python.config, ...python.layers]);
  expect(sha256(await read((await open(`${server.host}/kept`)).layers[1]))).toBe(python.layers[1]!.digest);
});

it('opens an image of which one layer is encrypted, and says so of that layer alone', async () => {
  const server = await registry();
  const manifest = JSON.parse(python.manifest.bytes.toString());
  manifest.layers[1].mediaType = 'application/vnd.oci.image.layer.v1.tar+gzip+encrypted';
  server.pushManifest('closed', 'latest', manifest, [python.config, ...python.layers]);
  const image = await open(`${server.host}/closed`);
  expect(sha256(await read(image.layers[0]))).toBe(python.layers[0]!.digest);
  await expect(read(image.layers[1])).rejects.toMatchObject({
    code: 'unsupported',
    message: expect.stringContaining('the layer is encrypted'),
    hint: expect.stringContaining('--decryption-key'),
  });
});

it('takes embedded content from the manifest', async () => {
  const server = await registry();
  const manifest = JSON.parse(python.manifest.bytes.toString());
  manifest.config.data = python.config.bytes.toString('base64');
  manifest.layers[0].data = python.layers[0]!.bytes.toString('base64');
  server.pushManifest('a', 'latest', manifest);
  const image = await open(`${server.host}/a`);
  expect(sha256(await read(image.layers[0]))).toBe(python.layers[0]!.digest);
  expect(server.seen.some(({ line }) => line.includes('/blobs/'))).toBe(false);
});

it('speaks TLS to a local registry that does, with the authority laid down for it', async () => {
  const tls = selfSigned();
  const server = await registry({ tls });
  server.push('a', 'latest', python);
  const reference = `${server.host}/a`;
  await expect(open(reference)).rejects.toMatchObject({
    code: 'network',
    message: 'the certificate of the server is self-signed',
  });
  expect((await open(reference, { insecure: true })).layers).toHaveLength(2);
  const configuration = temporaryFolder();
  const folder = join(configuration, 'docker', 'certs.d', server.host);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'ca.crt'), tls.cert);
  const environment = { XDG_CONFIG_HOME: configuration };
  const image = await open(reference, { environment });
  expect(sha256(await read(image.layers[0]))).toBe(python.layers[0]!.digest);
});

it('sends no password to a token server without TLS, unless the user allowed that', async () => {
  const plain = await registry({ auth });
  const server = await registry({ tls: selfSigned() });
  const realm = `Bearer realm="http://${plain.host}/token",service="x",scope="repository:a:pull"`;
  server.fail({ on: /manifests/, status: 401, headers: { 'www-authenticate': realm } });
  const keychain = createKeychain({ given: { registry: server.host, username: 'ada', password: 'p:w' } });
  const trusting: Http = {
    ...http(),
    request: (url, request) => client.request(url, { ...request, tls: { insecure: true } }),
  };
  const client = http();
  await expect(open(`${server.host}/a`, { keychain, http: trusting })).rejects.toMatchObject({
    code: 'registry',
    message: 'the registry wants the password sent without encryption',
  });
  expect(plain.seen).toEqual([]);
  await expect(open(`${server.host}/a`, { keychain, insecure: true })).rejects.toMatchObject({ code: 'unauthorized' });
  expect(plain.seen).toHaveLength(1);
});

it('gives the same subject as the image in memory that was pushed', async () => {
  const server = await registry();
  const parts = [layer({ 'etc/a': 'b' }).by('COPY a /etc/'), instruction('CMD ["a"]')] as const;
  const memory = imageWith({ created: '2026-01-01T00:00:00Z' }, ...parts);
  server.push('a', 'latest', imageBlobs({ layers: parts, created: '2026-01-01T00:00:00Z' }));
  const { subject } = await open(`${server.host}/a`);
  expect(subject.config).toEqual(memory.subject.config);
  expect(subject.layers).toEqual(memory.subject.layers);
});
