import { PlimsollError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { type Progress, silent } from '../progress.ts';
import { VERSION } from '../version.ts';
import { type Allowance, createAllowance } from './allowance.ts';
import { createDispatchers, type Dispatchers, type TlsMaterial } from './dispatchers.ts';
import { exchange } from './exchange.ts';
import { codeOf, explainFailure, isPassing, shown } from './failure.ts';
import { interimAnswers } from './interim-answers.ts';
import { insideHosts, type NamedBy, type ResolveAll, reachOf } from './reach.ts';
import { asReadable, readBody } from './response-body.ts';
import { backOff, isRetried, pause, retryAfter } from './retry.ts';
import { SECRET_HEADERS, type Secret, secretFor, secretHeaders } from './secret.ts';
import { withoutCredentials } from './user-info.ts';

/** The HTTP client of registries, engines and feeds: see `createHttp`. */
export interface HttpResponse {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** The address that answered, after redirects. */
  readonly url: string;
  /** The body; must be consumed or `discard`ed. A chunk is valid until the next is asked for. Stops with a `network` error when nothing comes for `LIMITS.idleMs`. */
  readonly body: AsyncIterable<Uint8Array>;
  discard(): Promise<void>;
}

export interface HttpRequest {
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** None that speak for the user: those are `secret`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent to its own server only, and not after a redirect that led away from it. */
  readonly secret?: Secret;
  /** Who named this address: how far inside it may lead. Default: the client's. */
  readonly namedBy?: NamedBy;
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
  /** Who names the addresses, where a request does not say. Default `content`: nothing but the internet is reached. */
  readonly namedBy?: NamedBy;
  /** What all answers of this client together may have: bytes, and milliseconds from its first request on. */
  readonly totals?: { readonly bytes: number; readonly ms: number };
  /** The jitter: 0 to 1. */
  readonly random?: () => number;
  /** What resolves names. Default: this machine. */
  readonly resolve?: ResolveAll;
}

/** What the functions of one client share. */
interface Client {
  readonly dispatchers: Dispatchers;
  readonly namedBy: NamedBy;
  readonly inside: ReadonlySet<string>;
  readonly allowance: Allowance | undefined;
  readonly progress: Progress;
  readonly limits: Record<'attempts' | 'retryBaseMs' | 'connectMs' | 'idleMs' | 'redirects', number>;
  readonly random: () => number;
}

/** A wait shorter than this is not worth a line on the screen. */
const TELL_MS = 2_000;
/** Attempts where nobody listens: it may be starting, or it is not there at all. */
const REFUSED_ATTEMPTS = 3;
/** So often is somebody asked who says nothing at all. */
const SILENT_ATTEMPTS = 2;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

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
    resolve: options.resolve,
  });
  const client: Client = {
    dispatchers,
    namedBy: options.namedBy ?? 'content',
    inside: insideHosts(options.environment ?? process.env),
    allowance: options.totals && createAllowance(options.totals),
    limits,
    progress: options.progress ?? silent,
    random: options.random ?? Math.random,
  };
  return {
    request: async (url, request = {}) => {
      const { address, authorization } = parse(url);
      const own = authorization === undefined ? {} : { secret: secretFor(address, authorization) };
      return requestWithRetry(client, address, { ...own, ...request });
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
      const failure = explainFailure(error, socketPath ?? shown(url), signal, proxy);
      if (!retry || failure.code !== 'network' || error === failure || !isPassing(error)) throw failure;
      wait = backOff(attempt, { base, random: client.random, attempts: attemptsAfter(error, attempts, request) });
      if (wait === undefined) throw failure;
      why = failure.message;
    }
    if (wait >= TELL_MS) client.progress.say(`${url.host}: ${why}, trying again in ${Math.round(wait / 1_000)} s`);
    await pause(wait, request.signal).catch((error: unknown) => {
      throw explainFailure(error, shown(url), request.signal);
    });
  }
}

function attemptsAfter(error: unknown, attempts: number, request: HttpRequest): number {
  // Each of these has lasted a minute.
  if (codeOf(error) === 'UND_ERR_HEADERS_TIMEOUT') return Math.min(attempts, SILENT_ATTEMPTS);
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
  const { body, method = 'GET', tls, secret, namedBy, ...rest } = request;
  const next: HttpRequest = {
    ...rest,
    ...(url.host === from.host ? namedBy && { namedBy } : { namedBy: { server: from.href } }),
    ...(secret && url.origin === from.origin ? { secret } : {}),
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
  const { signal, body, socketPath, tls, secret } = request;
  const where = socketPath ?? shown(url);
  const reach = reachOf(url, request.namedBy ?? client.namedBy, {
    zoneOfServer: client.dispatchers.zone,
    inside: client.inside,
  });
  signal?.throwIfAborted();
  client.allowance?.check(where);
  const left = client.allowance?.left() ?? Number.MAX_SAFE_INTEGER;
  const idleMs = Math.min(client.limits.idleMs, left);
  const headersMs = Math.min(request.answerMs ?? idleMs, left);
  const answer = await exchange(
    await client.dispatchers.for(url, { socketPath, tls, reach }),
    {
      origin: url.origin,
      path: `${url.pathname}${url.search}`,
      method: request.method ?? 'GET',
      headers: {
        'user-agent': `plimsoll/${VERSION}`,
        ...plain(request.headers),
        ...(secret?.origin === url.origin ? secretHeaders(secret) : {}),
      },
      headersTimeout: headersMs,
      bodyTimeout: idleMs,
      ...(body === undefined
        ? {}
        : { body: body instanceof Uint8Array || typeof body === 'string' ? body : asReadable(body) }),
    },
    { signal, onInterim: interimAnswers(where, headersMs) },
  );
  return {
    status: answer.status,
    headers: answer.headers,
    url: url.href,
    ...readBody(answer.body, { where, idleMs, signal, allowance: client.allowance }),
  };
}

/** Headers as given. Throws `internal` for one that holds a secret: it would not be bound to its server. */
function plain(headers: HttpRequest['headers'] = {}): HttpRequest['headers'] {
  const loose = Object.keys(headers).find((name) => SECRET_HEADERS.has(name.toLowerCase()));
  if (loose !== undefined) throw new PlimsollError('internal', `the header ${loose} is not bound to a server`);
  return headers;
}

async function collect(response: HttpResponse, limit: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const started = performance.now();
  for await (const chunk of response.body) {
    size += chunk.length;
    if (performance.now() - started > LIMITS.documentMs)
      throw new PlimsollError('network', 'the server sends too slowly', { where: shown(new URL(response.url)) });
    if (size > limit) {
      throw new PlimsollError('limit', `the answer is larger than ${limit} bytes`, {
        where: shown(new URL(response.url)),
      });
    }
    chunks.push(Buffer.from(chunk));
  }
  return Buffer.concat(chunks, size);
}
