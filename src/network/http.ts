import { PlimsollError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { type Progress, silent } from '../progress.ts';
import { VERSION } from '../version.ts';
import { createDispatchers, type Dispatchers, type TlsMaterial } from './dispatchers.ts';
import { codeOf, explain, isPassing, shown } from './failure.ts';
import { asReadable, readBody } from './response-body.ts';
import { backOff, isRetried, pause, retryAfter } from './retry.ts';
import { withoutCredentials } from './user-info.ts';

/** The HTTP client of registries, engines and feeds: see `createHttp`. */
export interface HttpResponse {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** The address that answered, after redirects. */
  readonly url: string;
  /** The body; must be consumed or `discard`ed. Stops with a `network` error when nothing comes for `LIMITS.idleMs`. */
  readonly body: AsyncIterable<Uint8Array>;
  discard(): Promise<void>;
}

export interface HttpRequest {
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | AsyncIterable<Uint8Array>;
  readonly signal?: AbortSignal;
  /** Unix socket to speak over. */
  readonly socketPath?: string;
  /** Default true for GET and HEAD: network failures, 429, 500, 502, 503, 504 are tried again with back-off and Retry-After. */
  readonly retry?: boolean;
  /** Certificates for this request instead of the client's own. The same object must be passed each time: connections are kept by it. */
  readonly tls?: TlsMaterial;
  /** Milliseconds to wait for the head of the answer, where `LIMITS.idleMs` is too short. */
  readonly answerMs?: number;
  /** True allows a redirect from https to http: only where what comes is verified by its digest. */
  readonly downgrade?: boolean;
}

export interface Http {
  /** Any status is a result; only what never became an answer throws (`network`, `interrupted`). */
  request(url: string, options?: HttpRequest): Promise<HttpResponse>;
  /** The whole body, at most `limit` bytes, else a `limit` error. */
  bytes(response: HttpResponse, limit: number): Promise<Buffer>;
  close(): Promise<void>;
}

/** How a client is made; everything has a default. */
export interface HttpOptions {
  /** Where the proxies are named: `HTTP_PROXY`, `HTTPS_PROXY`, `NO_PROXY`; and `SSL_CERT_FILE`. Default: this process's. */
  readonly environment?: NodeJS.ProcessEnv;
  /** Is told when a server makes us wait. */
  readonly progress?: Progress;
  /** True: certificates are not verified. */
  readonly insecure?: boolean;
  /** Other times and attempts than `LIMITS`, mostly for tests. */
  readonly limits?: Partial<Record<'attempts' | 'retryBaseMs' | 'connectMs' | 'idleMs' | 'redirects', number>>;
  /** The jitter: 0 to 1. */
  readonly random?: () => number;
}

/** What the functions of one client share. */
interface Client {
  readonly dispatchers: Dispatchers;
  readonly progress: Progress;
  readonly limits: Record<'attempts' | 'retryBaseMs' | 'connectMs' | 'idleMs' | 'redirects', number>;
  readonly random: () => number;
}

/** A wait shorter than this is not worth a line on the screen. */
const TELL_MS = 2_000;
/** Attempts where nobody listens: it may be starting, or it is not there at all. */
const REFUSED_ATTEMPTS = 3;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
/** Headers that speak for the user: never sent to another origin than the one they were meant for. */
const PRIVATE = new Set(['authorization', 'cookie', 'proxy-authorization', 'x-registry-auth', 'x-registry-config']);

/**
 * An HTTP client with proxies from the environment, unix sockets, kept connections, retry with back-off and
 * Retry-After, redirects that never carry credentials to another origin, and budgets on every wait.
 * `close` it when the work is done: it ends what is under way.
 */
export function createHttp(options: HttpOptions = {}): Http {
  const limits = { ...LIMITS, ...options.limits };
  const dispatchers = createDispatchers({
    environment: options.environment ?? process.env,
    insecure: options.insecure ?? false,
    connectMs: limits.connectMs,
  });
  const client: Client = {
    dispatchers,
    limits,
    progress: options.progress ?? silent,
    random: options.random ?? Math.random,
  };
  return {
    request: async (url, request = {}) => {
      const { address, authorization } = parse(url);
      const headers = authorization === undefined ? {} : { headers: { authorization, ...request.headers } };
      return requestWithRetry(client, address, { ...request, ...headers });
    },
    bytes: collect,
    close: () => dispatchers.close(),
  };
}

function parse(text: string): { address: URL; authorization: string | undefined } {
  if (!URL.canParse(text)) throw new PlimsollError('network', 'not an address', { where: text.slice(0, 200) });
  const url = new URL(text);
  if (url.protocol === 'http:' || url.protocol === 'https:') return withoutCredentials(url);
  throw new PlimsollError('network', `cannot fetch ${url.protocol} addresses`, {
    where: shown(url),
    hint: 'use http or https',
  });
}

async function requestWithRetry(client: Client, url: URL, request: HttpRequest): Promise<HttpResponse> {
  const replayable =
    request.body === undefined || typeof request.body === 'string' || request.body instanceof Uint8Array;
  const retry = replayable && (request.retry ?? ['GET', 'HEAD'].includes(request.method ?? 'GET'));
  const { retryBaseMs: base, attempts } = client.limits;
  for (let attempt = 1; ; attempt++) {
    let wait: number | undefined;
    let why: string;
    try {
      const response = await followRedirects(client, url, request);
      if (!retry || !isRetried(response.status)) return response;
      const after = retryAfter(response.headers['retry-after'], Date.now());
      wait = backOff(attempt, { after, base, attempts, random: client.random });
      if (wait === undefined) return response;
      why = `answered ${response.status}`;
      await response.discard();
    } catch (error) {
      const { socketPath, signal } = request;
      const proxy = socketPath === undefined ? client.dispatchers.proxy(url) : undefined;
      const failure = explain(error, socketPath ?? shown(url), signal, proxy);
      if (!retry || failure.code !== 'network' || error === failure || !isPassing(error)) throw failure;
      wait = backOff(attempt, { base, random: client.random, attempts: attemptsAfter(error, attempts, request) });
      if (wait === undefined) throw failure;
      why = failure.message;
    }
    if (wait >= TELL_MS) client.progress.say(`${url.host}: ${why}, trying again in ${Math.round(wait / 1_000)} s`);
    await pause(wait, request.signal).catch((error: unknown) => {
      throw explain(error, shown(url), request.signal);
    });
  }
}

function attemptsAfter(error: unknown, attempts: number, request: HttpRequest): number {
  if (codeOf(error) !== 'ECONNREFUSED') return attempts;
  return request.socketPath === undefined ? Math.min(attempts, REFUSED_ATTEMPTS) : 1;
}

async function followRedirects(client: Client, first: URL, request: HttpRequest): Promise<HttpResponse> {
  let url = first;
  let current = request;
  for (let hop = 0; ; hop++) {
    const response = await send(client, url, current);
    const location = response.headers.location;
    if (!REDIRECTS.has(response.status) || location === undefined || request.socketPath !== undefined) return response;
    if (hop >= client.limits.redirects) {
      await response.discard();
      throw new PlimsollError('network', `more than ${client.limits.redirects} redirects`, { where: shown(first) });
    }
    const next = nextRequest(current, response, url, location);
    await response.discard();
    url = next.url;
    current = next.request;
  }
}

/** https://www.rfc-editor.org/rfc/rfc9110.html#name-redirection-3xx */
function nextRequest(
  request: HttpRequest,
  response: HttpResponse,
  from: URL,
  location: string,
): { url: URL; request: HttpRequest } {
  if (!URL.canParse(location, from.href))
    throw new PlimsollError('network', 'redirected to what is no address', { where: shown(from) });
  // Credentials in a Location are the server's to give, but a header is how we send them, and only to whom the user named.
  const { address: url } = withoutCredentials(new URL(location, from));
  url.hash = '';
  const downgraded = from.protocol === 'https:' && url.protocol !== 'https:';
  if (!/^https?:$/.test(url.protocol) || (downgraded && request.downgrade !== true)) {
    throw new PlimsollError('network', `redirected from ${from.protocol} to ${url.protocol}`, { where: shown(from) });
  }
  const entries = Object.entries(request.headers ?? {});
  const kept = url.origin === from.origin ? entries : entries.filter(([name]) => !PRIVATE.has(name.toLowerCase()));
  const { body, method = 'GET', tls, ...rest } = request;
  const next = {
    ...rest,
    headers: Object.fromEntries(kept),
    ...(tls && (url.origin === from.origin || isLenience(tls)) ? { tls } : {}),
  };
  if (method === 'GET' || method === 'HEAD') return { url, request: { ...next, method } };
  if (response.status !== 307 && response.status !== 308) return { url, request: { ...next, method: 'GET' } };
  if (url.origin !== from.origin) {
    throw new PlimsollError('network', `${method} redirected to another host`, {
      where: shown(from),
      hint: `it points to ${shown(url)}`,
    });
  }
  return { url, request: { ...next, method, ...(body === undefined ? {} : { body }) } };
}

/** Certificates and keys belong to one server; not to verify any is the user's word on the whole request. */
const isLenience = (tls: TlsMaterial): boolean =>
  tls.ca === undefined && tls.cert === undefined && tls.key === undefined;

async function send(client: Client, url: URL, request: HttpRequest): Promise<HttpResponse> {
  const { request: undiciRequest } = await import('undici');
  const { signal, body, socketPath, tls } = request;
  const where = socketPath ?? shown(url);
  signal?.throwIfAborted();
  const { idleMs } = client.limits;
  const answer = await undiciRequest(`${url.origin}${url.pathname}${url.search}`, {
    dispatcher: await client.dispatchers.for(url, { socketPath, tls }),
    method: request.method ?? 'GET',
    headers: { 'user-agent': `plimsoll/${VERSION}`, ...request.headers },
    headersTimeout: request.answerMs ?? idleMs,
    bodyTimeout: idleMs,
    ...(body === undefined
      ? {}
      : { body: body instanceof Uint8Array || typeof body === 'string' ? body : asReadable(body) }),
    ...(signal ? { signal } : {}),
  });
  const headers: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(answer.headers)) {
    if (value !== undefined) headers[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  }
  return { status: answer.statusCode, headers, url: url.href, ...readBody(answer.body, { where, idleMs, signal }) };
}

async function collect(response: HttpResponse, limit: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.length;
    if (size > limit) {
      throw new PlimsollError('limit', `the answer is larger than ${limit} bytes`, {
        where: shown(new URL(response.url)),
      });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}
