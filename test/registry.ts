import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Blob, ImageBlobs } from '../src/sources/files/memory.ts';
import type { Keychain } from '../src/sources/registry/keychain.ts';

/** How a test registry wants to be asked. */
export interface RegistryAuth {
  readonly scheme: 'bearer' | 'basic';
  readonly username: string;
  readonly password: string;
  /** A refresh token that is taken as well. */
  readonly identityToken?: string;
  /** Bearer: tokens for pulling are given to anybody. */
  readonly anonymous?: boolean;
  /** What the token server says of a token's life, in seconds. */
  readonly expiresIn?: number;
}

/** Something that goes wrong, a number of times, with requests whose `METHOD /path` fits. */
export interface Failure {
  readonly on: RegExp;
  /** Default: always. */
  readonly times?: number;
  /** Answers in place of the registry. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Or: closes the connection after so many bytes of the right answer's body. */
  readonly breakAfter?: number;
  /** Or: sends so many bytes and then nothing more, without closing. */
  readonly stopAfter?: number;
  /** Or: changes the body, with the length that the changed one has. */
  readonly change?: (body: Buffer) => Buffer;
  /** `Range` is not understood: 200 and the whole body. */
  readonly ignoreRange?: boolean;
}

/** A request as it arrived. */
export interface SeenRequest {
  readonly line: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface TestRegistry {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  readonly seen: readonly SeenRequest[];
  /** Every token that it gave to somebody who proved who he is, whether still good or not. */
  readonly given: readonly string[];
  /** Stores an image under a tag; returns the manifest's digest. */
  push(repository: string, tag: string, image: ImageBlobs): string;
  /** Stores any manifest (a document or its bytes) and blobs; returns the digest. */
  pushManifest(
    repository: string,
    tag: string | undefined,
    manifest: unknown,
    blobs?: readonly Blob[],
    mediaType?: string,
  ): string;
  pushBlob(repository: string, bytes: Uint8Array): string;
  fail(failure: Failure): void;
  /** From now on no token given so far is good. */
  expireTokens(): void;
  close(): Promise<void>;
}

export interface TestRegistryOptions {
  readonly auth?: RegistryAuth;
  /** Blobs are answered by a redirect to another server, which refuses an Authorization header as object stores do. */
  readonly storage?: boolean;
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Lists what refers to a digest, so many on a page. Absent: it answers 404, as registries before OCI 1.1 do. */
  readonly referrersPerPage?: number;
  /** So many tags on a page; default: all. 0: it lists none, as some registries do not. */
  readonly tagsPerPage?: number;
}

interface Stored {
  readonly bytes: Buffer;
  readonly mediaType: string;
}

interface State {
  readonly options: TestRegistryOptions;
  readonly manifests: Map<string, Stored>;
  readonly blobs: Map<string, Stored>;
  readonly tokens: Set<string>;
  readonly failures: { failure: Failure; left: number }[];
  readonly seen: SeenRequest[];
  readonly given: string[];
  base: string;
  storage?: string;
}

const sha256 = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** A registry of the OCI distribution protocol on a port of this machine, everything in memory: for reading, with every way to fail. */
export async function startRegistry(options: TestRegistryOptions = {}): Promise<TestRegistry> {
  const state: State = {
    options,
    manifests: new Map(),
    blobs: new Map(),
    tokens: new Set(),
    failures: [],
    seen: [],
    given: [],
    base: '',
  };
  const listener = (request: IncomingMessage, response: ServerResponse): void => void handle(state, request, response);
  const server = options.tls ? createTlsServer(options.tls, listener) : createServer(listener);
  const storage = createServer((request, response) => void serveStorage(state, request, response));
  const port = async (entry: typeof server): Promise<number> => {
    entry.listen(0, '127.0.0.1');
    await once(entry, 'listening');
    return (entry.address() as AddressInfo).port;
  };
  const host = `127.0.0.1:${await port(server)}`;
  state.base = `${options.tls ? 'https' : 'http'}://${host}`;
  // Another host by its name, since that is what decides whether credentials may travel.
  if (options.storage) state.storage = `http://localhost:${await port(storage)}`;
  const pushBlob = (repository: string, bytes: Uint8Array): string => {
    const digest = sha256(bytes);
    state.blobs.set(`${repository}@${digest}`, { bytes: Buffer.from(bytes), mediaType: 'application/octet-stream' });
    return digest;
  };
  const pushManifest: TestRegistry['pushManifest'] = (repository, tag, manifest, blobs = [], mediaType) => {
    for (const blob of blobs) pushBlob(repository, blob.bytes);
    const bytes = manifest instanceof Uint8Array ? Buffer.from(manifest) : Buffer.from(JSON.stringify(manifest));
    const stored = { bytes, mediaType: mediaType ?? mediaTypeIn(bytes) };
    const digest = sha256(bytes);
    for (const name of [digest, ...(tag === undefined ? [] : [tag])])
      state.manifests.set(`${repository}:${name}`, stored);
    return digest;
  };
  return {
    host,
    seen: state.seen,
    given: state.given,
    pushBlob,
    pushManifest,
    push: (repository, tag, image) =>
      pushManifest(repository, tag, image.manifest.bytes, [image.config, ...image.layers], image.manifest.mediaType),
    fail: (failure) => void state.failures.push({ failure, left: failure.times ?? Number.POSITIVE_INFINITY }),
    expireTokens: () => state.tokens.clear(),
    async close() {
      for (const entry of [server, storage]) {
        entry.closeAllConnections();
        entry.close();
      }
    },
  };
}

function mediaTypeIn(bytes: Buffer): string {
  try {
    return String(JSON.parse(bytes.toString()).mediaType ?? 'application/vnd.oci.image.manifest.v1+json');
  } catch {
    return 'application/vnd.oci.image.manifest.v1+json';
  }
}

async function handle(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', state.base);
  const line = `${request.method} ${url.pathname}`;
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks).toString();
  state.seen.push({ line: `${line}${url.search}`, headers: request.headers, body });
  const failing = state.failures.find(({ failure, left }) => left > 0 && failure.on.test(line));
  if (failing) failing.left--;
  const failure = failing?.failure;
  if (failure?.status !== undefined) {
    response
      .writeHead(failure.status, { 'content-type': 'application/json', ...failure.headers })
      .end(failure.body ?? '');
    return;
  }
  if (url.pathname === '/token') return giveToken(state, request, response, url, body);
  if (!isAuthorized(state, request)) return challenge(state, response, url.pathname);
  if (url.pathname === '/v2/') return void response.end('{}');
  const about = /^\/v2\/(.+)\/referrers\/([^/]+)$/.exec(url.pathname);
  if (about && state.options.referrersPerPage !== undefined)
    return sendReferrers(state, response, about[1] ?? '', about[2] ?? '', Number(url.searchParams.get('page') ?? 0));
  const listed = /^\/v2\/(.+)\/tags\/list$/.exec(url.pathname)?.[1];
  if (listed !== undefined && state.options.tagsPerPage !== 0)
    return sendTags(state, response, listed, Number(url.searchParams.get('page') ?? 0));
  const match = /^\/v2\/(.+)\/(manifests|blobs)\/([^/]+)$/.exec(url.pathname);
  const [, repository = '', kind, name = ''] = match ?? [];
  const stored =
    kind === 'blobs' ? state.blobs.get(`${repository}@${name}`) : state.manifests.get(`${repository}:${name}`);
  if (!stored) return answerError(response, 404, kind === 'blobs' ? 'BLOB_UNKNOWN' : missing(state, repository));
  if (kind === 'blobs' && state.storage) {
    response.writeHead(307, { location: `${state.storage}/${repository}@${name}?signature=secret` }).end();
    return;
  }
  const digest: Record<string, string> = kind === 'manifests' ? { 'docker-content-digest': sha256(stored.bytes) } : {};
  sendBody(request, response, stored, { failure, headers: { ...digest, ...failure?.headers } });
}

/** https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-referrers */
function sendReferrers(state: State, response: ServerResponse, repository: string, digest: string, page: number): void {
  const all = [...state.manifests].flatMap(([key, { bytes, mediaType }]) => {
    if (key !== `${repository}:${sha256(bytes)}`) return [];
    const { subject, artifactType, config, annotations } = JSON.parse(bytes.toString());
    if (subject?.digest !== digest) return [];
    const type = artifactType ?? config?.mediaType;
    return [{ mediaType, digest: sha256(bytes), size: bytes.length, artifactType: type, annotations }];
  });
  const size = state.options.referrersPerPage ?? all.length;
  const manifests = all.slice(page * size, (page + 1) * size);
  const link =
    (page + 1) * size < all.length
      ? { link: `</v2/${repository}/referrers/${digest}?page=${page + 1}>; rel="next"` }
      : {};
  response.writeHead(200, { 'content-type': 'application/vnd.oci.image.index.v1+json', ...link });
  response.end(JSON.stringify({ schemaVersion: 2, mediaType: 'application/vnd.oci.image.index.v1+json', manifests }));
}

/** https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-tags */
function sendTags(state: State, response: ServerResponse, repository: string, page: number): void {
  const keys = [...state.manifests.keys()].filter((key) => key.startsWith(`${repository}:`));
  const all = keys.map((key) => key.slice(repository.length + 1)).filter((tag) => !tag.startsWith('sha256:'));
  const size = state.options.tagsPerPage ?? (all.length || 1);
  const next = `</v2/${repository}/tags/list?page=${page + 1}>; rel="next"`;
  response.writeHead(200, {
    'content-type': 'application/json',
    ...((page + 1) * size < all.length ? { link: next } : {}),
  });
  response.end(JSON.stringify({ name: repository, tags: all.sort().slice(page * size, (page + 1) * size) }));
}

const missing = (state: State, repository: string): string =>
  [...state.manifests.keys()].some((key) => key.startsWith(`${repository}:`)) ? 'MANIFEST_UNKNOWN' : 'NAME_UNKNOWN';

function serveStorage(state: State, request: IncomingMessage, response: ServerResponse): void {
  const key = decodeURIComponent(new URL(request.url ?? '/', state.storage).pathname.slice(1));
  const line = `${request.method} storage/${key}`;
  state.seen.push({ line, headers: request.headers, body: '' });
  const failing = state.failures.find(({ failure, left }) => left > 0 && failure.on.test(line));
  if (failing) failing.left--;
  const stored = state.blobs.get(key);
  if (request.headers.authorization !== undefined || !stored) response.writeHead(400).end();
  else sendBody(request, response, stored, { failure: failing?.failure, headers: {} });
}

function sendBody(
  request: IncomingMessage,
  response: ServerResponse,
  stored: Stored,
  { failure, headers }: { failure: Failure | undefined; headers: Readonly<Record<string, string>> },
): void {
  const whole = failure?.change ? failure.change(stored.bytes) : stored.bytes;
  const range = failure?.ignoreRange ? undefined : /^bytes=(\d+)-$/.exec(request.headers.range ?? '');
  const start = Number(range?.[1] ?? 0);
  if (range && start >= whole.length) return void response.writeHead(416).end();
  const body = whole.subarray(start);
  const partial = range ? { 'content-range': `bytes ${start}-${whole.length - 1}/${whole.length}` } : {};
  response.writeHead(range ? 206 : 200, {
    'content-type': stored.mediaType,
    'content-length': body.length,
    ...partial,
    ...headers,
  });
  const end = failure?.breakAfter ?? failure?.stopAfter;
  if (end === undefined) return void response.end(body);
  response.write(body.subarray(0, end), () => {
    if (failure?.breakAfter !== undefined) response.socket?.destroy();
  });
}

function isAuthorized(state: State, request: IncomingMessage): boolean {
  const { auth } = state.options;
  const given = request.headers.authorization ?? '';
  if (!auth) return true;
  if (auth.scheme === 'basic') return given === basic(auth);
  return given.startsWith('Bearer ') && state.tokens.has(given.slice('Bearer '.length));
}

const basic = ({ username, password }: RegistryAuth): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;

function challenge(state: State, response: ServerResponse, path: string): void {
  const repository = /^\/v2\/(.+)\/(?:manifests|blobs|tags)\//.exec(path)?.[1];
  const scope = repository === undefined ? '' : `,scope="repository:${repository}:pull"`;
  const wanted =
    state.options.auth?.scheme === 'basic'
      ? 'Basic realm="test, registry"'
      : `Bearer realm="${state.base}/token",service="test.registry"${scope}`;
  response.setHeader('www-authenticate', wanted);
  answerError(response, 401, 'UNAUTHORIZED');
}

function giveToken(state: State, request: IncomingMessage, response: ServerResponse, url: URL, body: string): void {
  const { auth } = state.options;
  const form = new URLSearchParams(body);
  const refreshed = auth?.identityToken !== undefined && form.get('refresh_token') === auth.identityToken;
  const known = auth !== undefined && request.headers.authorization === basic(auth);
  const nobody = request.method === 'GET' && request.headers.authorization === undefined && auth?.anonymous === true;
  const scope = request.method === 'POST' ? form.get('scope') : url.searchParams.get('scope');
  if (!refreshed && !known && !nobody) answerError(response, 401, 'UNAUTHORIZED');
  else if (!scope?.startsWith('repository:')) answerError(response, 400, 'UNSUPPORTED');
  else {
    const member = request.method === 'POST' ? 'access_token' : 'token';
    sendToken(state, response, { member, proven: refreshed || known });
  }
}

function sendToken(
  { options, tokens, given }: State,
  response: ServerResponse,
  { member, proven }: { member: 'token' | 'access_token'; proven: boolean },
): void {
  const token = randomUUID();
  tokens.add(token);
  if (proven) given.push(token);
  const life = options.auth?.expiresIn === undefined ? {} : { expires_in: options.auth.expiresIn };
  response.end(JSON.stringify({ [member]: token, ...life }));
}

function answerError(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ errors: [{ code, message: code.toLowerCase().replaceAll('_', ' ') }] }));
}

/** Nobody is known anywhere. */
export const anonymous: Keychain = { credential: async () => undefined, problems: [] };
