import { createHash } from 'node:crypto';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { selfSigned } from '../../../test/certificate.ts';
import { startEngine, type TestEngine, type TestEngineOptions } from '../../../test/engine.ts';
import { blobs, instruction, layer, sha256, tar } from '../../../test/image.ts';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import type { Image, LayerContent } from '../../model.ts';
import { createHttp } from '../../network/http.ts';
import { imageBlobs } from '../files/memory.ts';
import { type EngineOptions, engineHasImage, openDockerEngine } from './engine.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function engine(options: TestEngineOptions = {}): Promise<TestEngine> {
  const server = await startEngine({ images: { 'app:1': app }, ...options });
  cleanups.push(server.close);
  return server;
}

function options(environment: NodeJS.ProcessEnv, more: Partial<EngineOptions> = {}): EngineOptions {
  const http = createHttp({ namedBy: 'user', environment: {}, limits: { idleMs: 2_000 } });
  cleanups.push(http.close);
  return { http, environment, home: '/nowhere', ...more };
}

const open = (server: TestEngine, more: Partial<EngineOptions> = {}) =>
  openDockerEngine('app:1', options({ DOCKER_HOST: server.address }, more));

async function bytesOf(content: LayerContent): Promise<Buffer> {
  if (content.kind !== 'stream') throw new Error('a stream was expected');
  const chunks: Uint8Array[] = [];
  for await (const chunk of content.bytes) chunks.push(Buffer.from(chunk));
  const bytes = Buffer.concat(chunks);
  return bytes[0] === 0x1f ? gunzipSync(bytes) : bytes;
}

/** What passes by, as the reader learns it: from the name or from the content. */
async function passing(
  image: Image,
  want: (diffID: string) => boolean = () => true,
): Promise<{ stated: string | undefined; actual: string }[]> {
  const actual = [];
  for await (const { diffID, content } of image.stream!(want))
    actual.push({ stated: diffID, actual: sha256(await bytesOf(content)) });
  return actual;
}

const base = layer({ 'etc/os-release': 'ID=debian\n', 'opt/model.bin': Buffer.alloc(200_000, 7) });
const app = blobs(
  base.by('/bin/sh -c #(nop) ADD file:0dac3f91 in / '),
  instruction('/bin/sh -c #(nop)  ENV PYTHON_VERSION=3.9.16'),
  layer({}).by('RUN /bin/sh -c true # buildkit'),
  layer({ 'opt/a': 'b' }).by('COPY a /opt/ # buildkit'),
  instruction('CMD ["python3"]'),
);
const diffIDs = app.layers.map(({ diffID }) => diffID);

/** What inspect tells at least. */
const FACTS = { Id: app.config.digest, Os: 'linux', Architecture: 'amd64', RootFS: { Layers: diffIDs } };

it('knows the image without a byte of its layers', async () => {
  const server = await engine();
  const image = await open(server, { written: 'docker:app:1' });
  expect(image.subject).toMatchObject({
    reference: 'docker:app:1',
    source: 'docker',
    name: 'docker.io/library/app:1',
    imageId: app.config.digest,
    repoTags: ['app:1'],
    platform: { os: 'linux', architecture: 'amd64' },
  });
  expect(image.layers.map(({ diffID, identity, verify }) => [diffID, identity, verify])).toEqual(
    diffIDs.map((diffID) => [diffID, '', false]),
  );
  expect(server.seen).toEqual(['/_ping', '/v1.41/images/app:1/json', `/v1.41/images/${app.config.digest}/history`]);
});

it.each(['legacy', 'oci', 'containerd', 'podman'] as const)(
  'gives every layer in one pass of what a %s engine saves',
  async (format) => {
    const server = await engine({ format });
    const image = await open(server);
    const outcome = await passing(image);
    const named = format === 'oci' || format === 'podman';
    expect(new Set(outcome.map(({ actual }) => actual))).toEqual(new Set(diffIDs));
    for (const { stated, actual } of outcome) expect(stated).toBe(named ? actual : undefined);
    expect(server.seen.filter((url) => url.endsWith('/get'))).toHaveLength(1);
  },
);

it('lets pass only what is wanted where the names tell', async () => {
  const image = await open(await engine({ format: 'oci' }));
  expect(await passing(image, (diffID) => diffID === diffIDs[2])).toEqual([{ stated: diffIDs[2], actual: diffIDs[2] }]);
});

it.each(['legacy', 'oci', 'containerd', 'podman'] as const)(
  'can open one layer alone, from a %s engine',
  async (format) => {
    const twice = blobs(base, layer({ a: 'b' }), base);
    const server = await engine({ format, images: { 'app:1': twice } });
    const image = await open(server);
    for (const layer of image.layers) expect(sha256(await bytesOf(await layer.open()))).toBe(layer.diffID);
    expect(server.seen.filter((url) => url.endsWith('/get'))).toHaveLength(4);
  },
);

it('ends the transfer when the reader has what it needs, and goes on when a content is left unread', async () => {
  const server = await engine({ format: 'oci' });
  const image = await open(server);
  for await (const _ of image.stream!(() => true)) break;
  let count = 0;
  for await (const { content } of image.stream!(() => true)) count += content.kind === 'stream' ? 1 : 0;
  expect(count).toBe(3);
});

it('finds out which instructions made the layers', async () => {
  const made = async (sizes?: number[]) =>
    (await open(await engine(sizes ? { sizes } : {}))).layers.map((layer) => layer.instruction?.split(' #')[0]);
  expect(await made()).toEqual(['/bin/sh -c', 'RUN /bin/sh -c true', 'COPY a /opt/']);
  // An empty layer has no bytes, and the engine does not say that it is one.
  expect(await made([100, 0, 0, 1, 0])).toEqual(['/bin/sh -c', 'RUN /bin/sh -c true', 'COPY a /opt/']);
  // Where it does not add up, no line is blamed.
  expect(await made([100, 5, 0, 1, 7])).toEqual([undefined, undefined, undefined]);
});

it('asks a newer engine for a platform, and refuses the wrong one of an older', async () => {
  const platform = { os: 'linux', architecture: 'arm64' };
  const arm = imageBlobs({ layers: [layer({ a: 'b' })], platform });
  const newer = await engine({ apiVersion: '1.52', images: { 'app:1': arm } });
  await open(newer, { platform });
  expect(newer.seen[1]).toBe('/v1.49/images/app:1/json?platform={"os":"linux","architecture":"arm64"}');
  await expect(open(await engine(), { platform })).rejects.toMatchObject({
    code: 'platform',
    hint: 'it exists only for linux/amd64',
  });
});

it('speaks the version it is told to, and refuses what is too old or no engine', async () => {
  const server = await engine();
  await openDockerEngine('app:1', options({ DOCKER_HOST: server.address, DOCKER_API_VERSION: '1.30' }));
  expect(server.seen[1]).toBe('/v1.30/images/app:1/json');
  await expect(open(await engine({ apiVersion: '1.23' }))).rejects.toMatchObject({
    code: 'engine',
    message: expect.stringContaining('too old'),
  });
  await expect(open(await engine({ apiVersion: 'x' }))).rejects.toMatchObject({
    code: 'engine',
    message: expect.stringContaining('no Docker Engine'),
  });
});

it('finds an image by its id, whole or short', async () => {
  const server = await engine({ images: { 'app:1': app, [app.config.digest.slice(7, 19)]: app } });
  for (const id of [app.config.digest, app.config.digest.slice(7, 19)]) {
    const image = await openDockerEngine(id, options({ DOCKER_HOST: server.address }));
    expect(image.subject.imageId).toBe(app.config.digest);
  }
});

it('calls the image by the name asked for, or by its own where Podman found another', async () => {
  const digest = `app@sha256:${'a'.repeat(64)}`;
  const server = await engine({ images: { app: app, 'docker.io/library/app:1': app, [digest]: app, 'app:1': app } });
  const answer = {
    on: /images\/app:1\/json$/,
    status: 200,
    body: JSON.stringify({ ...FACTS, RepoTags: ['localhost/app:1'] }),
  };
  const podman = await engine({ answer });
  const named = async (at: TestEngine, reference: string) =>
    (await openDockerEngine(reference, options({ DOCKER_HOST: at.address }))).subject.name;
  expect(await named(server, 'app:1')).toBe('docker.io/library/app:1');
  expect(await named(server, 'docker.io/library/app:1')).toBe('docker.io/library/app:1');
  expect(await named(server, digest)).toBe(`docker.io/library/${digest}`);
  expect(await named(podman, 'app:1')).toBe('localhost/app:1');
});

it('says what is missing: image, engine, permission, sense', async () => {
  const server = await engine();
  const at = (DOCKER_HOST: string, reference = 'app:1') => openDockerEngine(reference, options({ DOCKER_HOST }));
  await expect(at(server.address, 'none:1')).rejects.toMatchObject({
    code: 'not-found',
    hint: expect.stringContaining('registry:none:1'),
  });
  const podman = options({ CONTAINER_HOST: server.address }, { engine: 'podman' });
  await expect(openDockerEngine('none:1', podman)).rejects.toMatchObject({
    hint: expect.stringContaining('podman pull none:1'),
  });
  await expect(at('unix:///nowhere/docker.sock')).rejects.toMatchObject({
    code: 'engine',
    message: 'no engine is running there',
  });
  await expect(at('tcp://127.0.0.1:1')).rejects.toMatchObject({ code: 'engine', hint: 'check DOCKER_HOST' });
  await expect(at('ssh://me@host')).rejects.toMatchObject({
    code: 'unsupported',
    hint: expect.stringContaining('ssh -nNT -L'),
  });
  await expect(at('npipe:////./pipe/docker_engine')).rejects.toMatchObject({ code: 'unsupported' });
  await expect(at('here')).rejects.toMatchObject({ code: 'config' });
  await expect(at('tcp://')).rejects.toMatchObject({ code: 'config' });
  const broken = await engine({ answer: { on: /json$/, status: 500, body: '{"message":"disk on fire"}' } });
  await expect(open(broken)).rejects.toMatchObject({
    code: 'engine',
    message: 'the engine answered 500: disk on fire',
  });
  const mad = await engine({ answer: { on: /json$/, status: 200, body: '{"Id":5}' } });
  await expect(open(mad)).rejects.toMatchObject({ code: 'engine' });
});

it('sends nothing to the engine that is neither reference nor id', async () => {
  const server = await engine();
  for (const text of ['../containers/json', 'a?b', 'a/../../info', 'A', '']) {
    await expect(openDockerEngine(text, options({ DOCKER_HOST: server.address }))).rejects.toMatchObject({
      code: 'reference',
    });
  }
  expect(server.seen).toEqual([]);
});

it.each([
  ['cut', { change: (bytes: Buffer) => bytes.subarray(0, 100_000) }, 'corrupt'],
  ['broken off', { breakAfter: 100_000 }, 'network'],
  ['no tar', { change: () => Buffer.alloc(5_000, 'x') }, 'corrupt'],
])('says so when the export is %s', async (_, how, code) => {
  const image = await open(await engine({ format: 'oci', ...how }));
  await expect(passing(image)).rejects.toMatchObject({ code });
});

it('drops what is no layer, whatever it is called', async () => {
  const decoys = tar({
    [`blobs/sha256/${'a'.repeat(64)}`]: '{"json":true}',
    [`blobs/sha256/${'b'.repeat(64)}`]: '',
    [`blobs/sha256/${'c'.repeat(64)}`]: Buffer.alloc(4_000, 'z'),
    [`../../${diffIDs[0]!.slice(7)}`]: { symlink: '/etc/passwd' },
  });
  const image = await open(
    await engine({ format: 'oci', change: (bytes) => Buffer.concat([decoys.subarray(0, -1_024), bytes]) }),
  );
  expect((await passing(image)).map(({ stated }) => stated).sort()).toEqual([...diffIDs].sort());
});

it('answers whether an engine has the image, and never minds that there is none', async () => {
  const server = await engine();
  const has = (environment: NodeJS.ProcessEnv, reference = 'app:1') => engineHasImage(reference, options(environment));
  expect(await has({ DOCKER_HOST: server.address })).toMatchObject({ found: true });
  expect(await has({ DOCKER_HOST: server.address }, 'none:1')).toMatchObject({ found: false });
  expect(await has({ DOCKER_HOST: 'unix:///nowhere.sock' })).toMatchObject({
    found: false,
    problem: { code: 'engine' },
  });
  expect(await has({ DOCKER_HOST: 'ssh://host' })).toMatchObject({ found: false, problem: { code: 'unsupported' } });
  await expect(has({ DOCKER_HOST: server.address }, 'App')).rejects.toMatchObject({ code: 'reference' });
});

it('looks at the sockets of rootless Docker and of Podman, and asks the next where one does not have it', async () => {
  const home = temporaryFolder();
  const first = await startEngineAt(join(home, 'docker.sock'), { images: {} });
  const second = await startEngineAt(join(home, 'podman', 'podman.sock'), { format: 'podman' });
  const environment = { XDG_RUNTIME_DIR: home };
  expect((await openDockerEngine('app:1', options(environment))).layers).toHaveLength(3);
  expect([first.seen.length > 0, second.seen.length > 0]).toEqual([true, true]);
  const asked = first.seen.length;
  expect(await engineHasImage('app:1', options(environment, { engine: 'podman' }))).toMatchObject({ found: true });
  expect(first.seen.length).toBe(asked);
});

/** An engine whose socket lies where it would be found without being named. */
async function startEngineAt(path: string, how: TestEngineOptions): Promise<TestEngine> {
  const server = await engine(how);
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(server.socket, path);
  return server;
}

it('follows the current Docker context, and DOCKER_CONTEXT before it', async () => {
  const server = await engine();
  const home = temporaryFolder();
  const context = (name: string, meta: unknown): void => {
    const folder = join(home, '.docker', 'contexts', 'meta', createHash('sha256').update(name).digest('hex'));
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'meta.json'), JSON.stringify(meta));
  };
  context('here', { Name: 'here', Endpoints: { docker: { Host: server.address, SkipTLSVerify: false } } });
  context('nowhere', { Name: 'nowhere', Endpoints: { docker: { Host: 'unix:///nowhere.sock' } } });
  context('empty', {});
  writeFileSync(join(home, '.docker', 'config.json'), JSON.stringify({ currentContext: 'here' }));
  const at = (environment: NodeJS.ProcessEnv) => openDockerEngine('app:1', options(environment, { home }));
  expect((await at({})).layers).toHaveLength(3);
  await expect(at({ DOCKER_CONTEXT: 'nowhere' })).rejects.toMatchObject({
    code: 'engine',
    where: 'unix:///nowhere.sock',
  });
  await expect(at({ DOCKER_CONTEXT: 'empty' })).rejects.toMatchObject({
    code: 'config',
    message: 'the Docker context empty names no engine',
  });
  await expect(at({ DOCKER_CONTEXT: 'gone' })).rejects.toMatchObject({
    code: 'config',
    message: 'the Docker context gone does not exist',
  });
  expect((await at({ DOCKER_HOST: server.address, DOCKER_CONTEXT: 'gone' })).layers).toHaveLength(3);
});

it('speaks TLS with a client certificate, and plainly over tcp', async () => {
  const plain = await engine({ listen: 'tcp' });
  expect((await open(plain)).layers).toHaveLength(3);
  const { key, cert } = selfSigned();
  const server = await engine({ listen: { key, cert, ca: cert, requestCert: true } });
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries({ 'ca.pem': cert, 'cert.pem': cert, 'key.pem': key }))
    writeFileSync(join(folder, name), text);
  const environment = { DOCKER_HOST: server.address, DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: folder };
  const image = await openDockerEngine('app:1', options(environment));
  expect(await passing(image)).toHaveLength(3);
  await expect(
    openDockerEngine('app:1', options({ DOCKER_HOST: server.address.replace('tcp', 'https') })),
  ).rejects.toMatchObject({ code: 'engine' });
});

describe('the name of a container where an image is asked for', () => {
  const ID = '6c06b4bf6013579f6a3bc47babda644015353a96aca33c6e6305426bb3a15c25';
  const container = (isRunning: boolean, image: string = app.config.digest) => ({
    '/containers/shop/json': {
      Id: ID,
      Name: '/shop',
      Image: image,
      State: { Running: isRunning, Pid: isRunning ? 71 : 0 },
      Config: { Image: 'app:1' },
    },
  });
  const asked = async (answers: Readonly<Record<string, unknown>>, engineOf?: 'podman') => {
    const server = await engine({ answers });
    const environment = { [engineOf === 'podman' ? 'CONTAINER_HOST' : 'DOCKER_HOST']: server.address };
    return openDockerEngine('shop', options(environment, { engine: engineOf }));
  };

  it('is told as such, with the image to name and how to see what the container has loaded', async () => {
    await expect(asked(container(true))).rejects.toMatchObject({
      code: 'not-found',
      message: 'that is a container, and no image',
      where: expect.stringMatching(/^shop, unix:/),
      hint: 'name its image: docker:app:1; for what it has loaded: plimsoll scan docker:shop --live',
    });
    await expect(asked(container(false), 'podman')).rejects.toMatchObject({
      message: 'that is a container, which does not run, and no image',
      hint: 'name its image: podman:app:1; for what it has loaded: podman start shop and plimsoll scan podman:shop --live',
    });
  });

  it('leads to the image that it was made from, not to what its tag has become since', async () => {
    const older = `sha256:${'0'.repeat(64)}`;
    await expect(asked(container(true, older))).rejects.toMatchObject({
      hint: expect.stringContaining(`name its image: docker:${older};`),
    });
  });

  it('is among what was tried where no place was named, and a name of neither is no such image', async () => {
    const server = await engine({ answers: container(true) });
    const tried = (name: string) => engineHasImage(name, options({ DOCKER_HOST: server.address }));
    expect((await tried('shop')).tried).toEqual([`engine ${server.address}: has a container of that name`]);
    expect((await tried('other')).tried).toEqual([`engine ${server.address}: has no such image`]);
  });
});
