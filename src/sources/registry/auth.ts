import { PlimsollError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import type { Http, HttpRequest, HttpResponse } from '../../network/http.ts';
import type { NamedBy } from '../../network/reach.ts';
import { secretFor } from '../../network/secret.ts';
import { isSameSite } from '../../network/site.ts';
import { isObject, jsonObject, textOf } from '../json.ts';
import { answerError } from './error.ts';
import type { Credential, Keychain } from './keychain.ts';

/** One way of proving oneself that a server offers. https://www.rfc-editor.org/rfc/rfc9110.html#name-www-authenticate */
interface Challenge {
  /** Lower case: `bearer`, `basic`. */
  readonly scheme: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/** Whom we speak to, and as whom. */
interface AuthOptions {
  readonly http: Http;
  readonly keychain: Keychain;
  /** As users write it: `docker.io`. */
  readonly registry: string;
  readonly repository: string;
  /** `https://host:port`: the one server that its tokens and credentials are for, besides its token server. */
  readonly origin: string;
  /** Who named the registry. Default `user`. */
  readonly namedBy?: NamedBy | undefined;
  readonly signal?: AbortSignal | undefined;
  /** True where the user allowed servers without TLS. */
  readonly insecure: boolean;
}

/** A token is renewed so long before it ends, since the request has to arrive too. */
const MARGIN_MS = 5_000;
/** https://distribution.github.io/distribution/spec/auth/token/: no shorter, and the default. */
const TOKEN_SECONDS = 60;
const CHALLENGE_BYTES = 8_192;

interface Authorization {
  readonly header: string;
  /** Milliseconds since the epoch. */
  readonly expires: number;
  /** The credential, where it is itself what is sent. */
  readonly credential?: Credential;
}

/**
 * Sends requests to one repository of one registry, with whatever it wants for authorization: nothing, Basic, or a
 * Bearer token that is fetched once, shared by all requests and renewed when it ends in the middle of the work.
 */
export function createAuthorizedRequest(
  options: AuthOptions,
): (url: string, request: HttpRequest) => Promise<HttpResponse> {
  let current: Promise<Authorization> | undefined;
  let challenge: Challenge | undefined;

  const authorize = (stale: Promise<Authorization> | undefined, from: string): Promise<Authorization> => {
    // Of many requests that find the token ended, the first renews it for all.
    if (current === undefined || current === stale) {
      const renewed = answerChallenge(options, challenge, from);
      current = renewed;
      renewed.catch(() => {
        if (current === renewed) current = undefined;
      });
      return renewed;
    }
    return current;
  };

  return async (url, request) => {
    let used = current;
    if (used && (await used).expires < Date.now()) used = authorize(used, url);
    const first = await options.http.request(url, withAuthorization(options, request, await used));
    if (first.status !== 401) return first;
    // A server that we were redirected to, or sent to, may not ask for what belongs to the registry.
    if (new URL(first.url).origin !== new URL(url).origin || new URL(url).origin !== options.origin) return first;
    challenge = chooseChallenge(first.headers['www-authenticate']) ?? challenge;
    if (challenge === undefined) return first;
    await first.discard();
    const authorization = await authorize(used, url);
    const second = await options.http.request(url, withAuthorization(options, request, authorization));
    const { credential } = authorization;
    if (second.status === 401 && credential) throw await refused(options, second, credential, options.repository);
    return second;
  };
}

/** The request with what the registry gave or was given, for the registry itself: an upload may have to go elsewhere. */
function withAuthorization(
  { origin }: AuthOptions,
  request: HttpRequest,
  authorization: Authorization | undefined,
): HttpRequest {
  return authorization === undefined
    ? request
    : { ...request, secret: { origin, authorization: authorization.header } };
}

function chooseChallenge(header: string | undefined): Challenge | undefined {
  const challenges = parseChallenges(header ?? '');
  return challenges.find(({ scheme }) => scheme === 'bearer') ?? challenges.find(({ scheme }) => scheme === 'basic');
}

/** The challenges of a `WWW-Authenticate` header (several headers joined by commas count as one). */
export function parseChallenges(header: string): Challenge[] {
  const challenges: { scheme: string; parameters: Map<string, string> }[] = [];
  const token = /(?:\s*,)?\s*([A-Za-z0-9!#$%&'*+.^_`|~-]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+)))?/gy;
  const text = header.slice(0, CHALLENGE_BYTES);
  for (let match = token.exec(text); match; match = token.exec(text)) {
    const [, name = '', quoted, plain] = match;
    const value = quoted?.replace(/\\(.)/g, '$1') ?? plain;
    if (value === undefined) challenges.push({ scheme: name.toLowerCase(), parameters: new Map() });
    else challenges.at(-1)?.parameters.set(name.toLowerCase(), value);
  }
  return challenges;
}

async function answerChallenge(
  options: AuthOptions,
  challenge: Challenge | undefined,
  from: string,
): Promise<Authorization> {
  const credential = await options.keychain.credential(options.registry, options.repository);
  const expires = Number.POSITIVE_INFINITY;
  if (credential?.kind === 'bearer') return { header: `Bearer ${credential.token}`, expires, credential };
  if (challenge?.scheme === 'bearer') return fetchToken(options, challenge, credential, from);
  if (credential?.kind === 'password')
    return { header: basic(credential.username, credential.password), expires, credential };
  throw new PlimsollError('unauthorized', `${options.registry} wants a login`, {
    where: options.repository,
    hint: loginHint(options),
  });
}

const basic = (username: string, password: string): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;

/** What to do about a refusal, with what did not work while credentials were looked for. */
export function loginHint({ registry, keychain }: Pick<AuthOptions, 'registry' | 'keychain'>): string {
  const problems = keychain.problems.length > 0 ? ` (${keychain.problems.join('; ')})` : '';
  return `log in with docker login ${registry}, or give --username and --password${problems}`;
}

/** https://distribution.github.io/distribution/spec/auth/token/ and https://distribution.github.io/distribution/spec/auth/oauth/ */
async function fetchToken(
  options: AuthOptions,
  challenge: Challenge,
  given: Credential | undefined,
  from: string,
): Promise<Authorization> {
  const realm = realmOf(options, challenge, given, from);
  const { credential, withheld } = await forRealm(options, realm, given);
  const service = challenge.parameters.get('service');
  const scope = challenge.parameters.get('scope') ?? `repository:${options.repository}:pull`;
  const { http, signal } = options;
  const [address, request] = tokenRequest(realm, { service, scope, credential, signal });
  const response = await http.request(address, { ...request, namedBy: realmNamedBy(options, realm) });
  const where = `${realm.protocol}//${realm.host}${realm.pathname}`;
  if (response.status !== 200) throw await refused(options, response, credential, where, withheld);
  const answer = jsonObject(await http.bytes(response, LIMITS.answerBytes), where, 'token');
  const token = textOf(answer.token) ?? textOf(answer.access_token);
  if (token === undefined || /[^\x21-\x7e]/.test(token))
    throw new PlimsollError('registry', 'the answer holds no token', { where });
  const seconds = typeof answer.expires_in === 'number' && answer.expires_in > 0 ? answer.expires_in : TOKEN_SECONDS;
  return { header: `Bearer ${token}`, expires: Date.now() + seconds * 1_000 - MARGIN_MS };
}

/** The token server may be where the registry itself is; of another the registry is the one who named it. */
const realmNamedBy = ({ origin, namedBy = 'user' }: AuthOptions, realm: URL): NamedBy =>
  realm.host === new URL(origin).host ? namedBy : { server: origin };

/**
 * What the token server may see. Docker and containerd send the password wherever the registry says; here it goes to the
 * registry's own host and to hosts of the same registrable domain. Another is asked for a token without a name, and a refusal
 * says why. Never with what the user has for that other host itself: the token would speak for the user there, in words that
 * the registry chose (`service`, `scope`), and it is the registry that gets it.
 */
async function forRealm(
  { registry, origin }: AuthOptions,
  realm: URL,
  given: Credential | undefined,
): Promise<{ credential?: Credential; withheld?: string }> {
  if (given === undefined) return {};
  if (await isSameSite(realm.host, new URL(origin).host)) return { credential: given };
  return {
    withheld: `${registry} has its tokens at ${realm.host}, where the credentials for ${registry} were not sent; fetch one there yourself and give it with --registry-token`,
  };
}

interface TokenRequest {
  readonly service: string | undefined;
  readonly scope: string;
  readonly credential: Credential | undefined;
  readonly signal: AbortSignal | undefined;
}

function tokenRequest(
  realm: URL,
  { service, scope, credential, signal }: TokenRequest,
): [url: string, request: HttpRequest] {
  const aborting = signal ? { signal } : {};
  if (credential?.kind === 'identity') {
    const form = new URLSearchParams({
      grant_type: 'refresh_token',
      client_id: 'plimsoll',
      refresh_token: credential.token,
      scope,
    });
    if (service !== undefined) form.set('service', service);
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    return [realm.href, { method: 'POST', body: form.toString(), headers, retry: true, ...aborting }];
  }
  const url = new URL(realm);
  if (service !== undefined) url.searchParams.set('service', service);
  // Several repositories' scopes come separated by spaces and go as one parameter each.
  for (const part of scope.split(' ')) url.searchParams.append('scope', part);
  if (credential?.kind !== 'password') return [url.href, aborting];
  url.searchParams.set('account', credential.username);
  const secret = secretFor(realm, basic(credential.username, credential.password));
  return [url.href, { secret, ...aborting }];
}

/** Where tokens are fetched: the registry names it, so a password is not sent there without TLS unless the user allowed that. */
function realmOf(options: AuthOptions, challenge: Challenge, credential: Credential | undefined, from: string): URL {
  const text = challenge.parameters.get('realm') ?? '';
  const realm = URL.canParse(text, from) ? new URL(text, from) : undefined;
  if (text === '' || !realm || !/^https?:$/.test(realm.protocol)) {
    throw new PlimsollError('registry', 'the registry does not say where tokens are fetched', {
      where: options.registry,
    });
  }
  if (realm.protocol === 'http:' && from.startsWith('https:') && credential && !options.insecure) {
    throw new PlimsollError('registry', 'the registry wants the password sent without encryption', {
      where: options.registry,
      hint: '--insecure allows that',
    });
  }
  realm.username = '';
  realm.password = '';
  return realm;
}

async function refused(
  options: AuthOptions,
  response: HttpResponse,
  credential: Credential | undefined,
  where: string,
  withheld?: string,
): Promise<PlimsollError> {
  if (![400, 401, 403].includes(response.status)) return answerError(options.http, response, where);
  const body = await options.http.bytes(response, LIMITS.errorBodyBytes).catch(() => Buffer.alloc(0));
  const details = detailsOf(body);
  const message = credential ? `${options.registry} refused the credentials` : `${options.registry} wants a login`;
  const origin = credential ? `they come from ${credential.from}; ` : '';
  return new PlimsollError('unauthorized', `${message}${details && `: ${details}`}`, {
    where,
    hint: withheld ?? `${origin}${loginHint(options)}`,
  });
}

function detailsOf(body: Buffer): string {
  try {
    const answer = jsonObject(body, '', 'answer');
    const first: unknown = Array.isArray(answer.errors) ? answer.errors[0] : undefined;
    return (
      textOf(answer.details) ??
      textOf(answer.error_description) ??
      (isObject(first) ? textOf(first.message) : undefined) ??
      ''
    );
  } catch {
    return '';
  }
}
