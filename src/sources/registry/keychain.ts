import { join } from 'node:path';
import { boundedBytes } from '../../bounded-file.ts';
import { asSystemError, PlimsollError, printable } from '../../errors.ts';
import { withoutEnd } from '../../formats/ends.ts';
import { configFolder, userHome } from '../../home.ts';
import { LIMITS } from '../../limits.ts';
import type { Http } from '../../network/http.ts';
import type { Progress } from '../../progress.ts';
import { isObject, jsonObject, textOf, type UnknownRecord } from '../json.ts';
import { askHelper } from './credential-helper.ts';

/** What opens a registry; `from` says where it was found, for errors. Never logged, never shown. */
export type Credential =
  | { readonly kind: 'password'; readonly username: string; readonly password: string; readonly from: string }
  /** A refresh token, to be exchanged (`identitytoken`). */
  | { readonly kind: 'identity'; readonly token: string; readonly from: string }
  /** A bearer token, sent as it is (`registrytoken`). */
  | { readonly kind: 'bearer'; readonly token: string; readonly from: string };

/** Finds credentials. */
export interface Keychain {
  /**
   * The credential for a repository (`ghcr.io`, `owner/name`), the most specific first; undefined: go anonymously.
   * Asked only when a registry wants to know who is calling. Throws `config` when a configuration file is damaged.
   */
  credential(registry: string, repository: string): Promise<Credential | undefined>;
  /** What did not work on the way: a helper that is not installed. Told when the registry refuses. */
  readonly problems: readonly string[];
}

interface KeychainOptions {
  readonly environment?: NodeJS.ProcessEnv;
  /** The user's home folder. */
  readonly home?: string;
  readonly signal?: AbortSignal;
  /** Given on the command line, for one registry: goes before every file there, and nowhere else. */
  readonly given?: GivenCredentials | undefined;
  /** Registries of a cloud take the credentials that this user or machine has there; absent: they are like all others. */
  readonly clouds?: { readonly http: Http; readonly progress: Progress } | undefined;
}

/** What the user gave for a registry. */
export interface GivenCredentials {
  /** As users write it: `docker.io`, `ghcr.io`, `localhost:5000`. */
  readonly registry: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** A bearer token, sent as it is. */
  readonly token?: string | undefined;
}

const DOCKER_HUB = 'docker.io';
/** The name under which Docker files its own hub. */
const DOCKER_HUB_KEY = 'https://index.docker.io/v1/';

/**
 * The credentials of this user: those given, else for a cloud's registry those of the cloud (what Docker keeps for it is good for some hours
 * only), else `DOCKER_AUTH_CONFIG`, `REGISTRY_AUTH_FILE`, Docker's config.json
 * (`DOCKER_CONFIG`) and Podman's auth.json, each with its `credHelpers`, `credsStore` and `auths`.
 * https://docs.docker.com/reference/cli/docker/login/ and containers-auth.json(5)
 */
export function createKeychain(options: KeychainOptions = {}): Keychain {
  const own = givenCredential(options.given);
  const environment = options.environment ?? process.env;
  const problems: string[] = [];
  const configurations = new Map<string, Promise<UnknownRecord | undefined>>();
  return {
    problems,
    async credential(registry, repository) {
      if (own && registry === options.given?.registry) return own;
      const ofCloud = await fromCloud(registry, options, problems);
      if (ofCloud) return ofCloud;
      for (const place of places(environment, options.home ?? userHome(environment), problems)) {
        const configuration = configurations.get(place.name) ?? place.read();
        configurations.set(place.name, configuration);
        const known = await configuration;
        const ask = { place: place.name, environment, problems, signal: options.signal };
        const credential = known && (await lookUp(known, registry, repository, ask));
        if (credential) return credential;
      }
      return undefined;
    },
  };
}

/** A password of the cloud that the registry belongs to, by the registry's host alone; why there is none becomes a problem. */
async function fromCloud(
  registry: string,
  { clouds, environment = process.env, home, signal }: KeychainOptions,
  problems: string[],
): Promise<Credential | undefined> {
  if (clouds === undefined) return undefined;
  const { cloudOf } = await import('../clouds/registries.ts');
  const cloud = cloudOf(registry);
  if (cloud === undefined) return undefined;
  const world = { ...clouds, environment, home: home ?? userHome(environment), signal };
  try {
    const login = await cloud.password(registry, world);
    return login && { kind: 'password', ...login, from: cloud.title };
  } catch (error) {
    if (!(error instanceof PlimsollError) || error.code === 'interrupted') throw error;
    problems.push(error.line);
    return undefined;
  }
}

function givenCredential(given: GivenCredentials | undefined): Credential | undefined {
  if (given?.token) return { kind: 'bearer', token: given.token, from: 'the registry token given' };
  if (!given?.username) return undefined;
  const { username, password = '' } = given;
  return { kind: 'password', username, password, from: 'the user name and password given' };
}

interface Place {
  readonly name: string;
  read(): Promise<UnknownRecord | undefined>;
}

function places(environment: NodeJS.ProcessEnv, home: string, problems: string[]): Place[] {
  const inline = environment.DOCKER_AUTH_CONFIG;
  const files = [
    environment.REGISTRY_AUTH_FILE,
    join(environment.DOCKER_CONFIG || join(home, '.docker'), 'config.json'),
    environment.XDG_RUNTIME_DIR && join(environment.XDG_RUNTIME_DIR, 'containers', 'auth.json'),
    join(configFolder(environment, home), 'containers', 'auth.json'),
  ];
  const places: Place[] = files.flatMap((path) =>
    path ? [{ name: path, read: () => readConfiguration(path, problems) }] : [],
  );
  if (!inline) return places;
  const name = 'DOCKER_AUTH_CONFIG';
  return [{ name, read: async () => parseConfiguration(Buffer.from(inline), name) }, ...places];
}

async function readConfiguration(path: string, problems: string[]): Promise<UnknownRecord | undefined> {
  let bytes: Buffer;
  try {
    bytes = await boundedBytes(path, LIMITS.settingsBytes);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    if (code === 'EACCES' || code === 'EPERM' || code === 'EISDIR') {
      problems.push(`${path} is there and cannot be read: ${asSystemError(cause)?.message ?? code}`);
      return undefined;
    }
    throw new PlimsollError('config', 'the credentials cannot be read', { where: path, cause });
  }
  return bytes.length === 0 ? undefined : parseConfiguration(bytes, path);
}

function parseConfiguration(bytes: Buffer, where: string): UnknownRecord {
  try {
    return jsonObject(bytes, where, 'file of credentials');
  } catch (cause) {
    throw new PlimsollError('config', 'the file of credentials is damaged', {
      where,
      hint: 'repair it or log in again with docker login',
      cause,
    });
  }
}

interface Ask {
  readonly place: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly problems: string[];
  readonly signal: AbortSignal | undefined;
}

async function lookUp(
  configuration: UnknownRecord,
  registry: string,
  repository: string,
  ask: Ask,
): Promise<Credential | undefined> {
  const helper = helperFor(configuration.credHelpers, registry) ?? textOf(configuration.credsStore);
  const answer = helper && (await fromHelper(helper, registry, ask));
  return answer || fromFile(configuration.auths, registry, repository, ask);
}

function helperFor(helpers: unknown, registry: string): string | undefined {
  if (!isObject(helpers)) return undefined;
  const entry = Object.entries(helpers).find(([key]) => hostOf(key) === registry);
  return textOf(entry?.[1]);
}

async function fromHelper(helper: string, registry: string, ask: Ask): Promise<Credential | undefined> {
  const keys = registry === DOCKER_HUB ? [DOCKER_HUB_KEY] : [registry, `https://${registry}`];
  for (const key of keys) {
    const answer = await askHelper(helper, key, ask);
    if (typeof answer === 'string') {
      ask.problems.push(answer);
      return undefined;
    }
    if (answer === undefined) continue;
    const from = `docker-credential-${helper}`;
    // https://github.com/docker/docker-credential-helpers: this user name marks an identity token.
    if (answer.username === '<token>') return { kind: 'identity', token: answer.secret, from };
    return { kind: 'password', username: answer.username, password: answer.secret, from };
  }
  return undefined;
}

/** Entries are named by host, by address (`https://host/v1/`), or as Podman does by host and path: the longest wins. */
function fromFile(auths: unknown, registry: string, repository: string, ask: Ask): Credential | undefined {
  if (!isObject(auths)) return undefined;
  const entries = Object.entries(auths).filter(([, value]) => isObject(value) && Object.keys(value).length > 0);
  const parts = repository.split('/');
  for (let length = parts.length; length > 0; length--) {
    const scope = `${registry}/${parts.slice(0, length).join('/')}`;
    const scoped = entries.find(([key]) => key === scope);
    const credential = scoped && fromEntry(scoped[1], scope, ask);
    if (credential) return credential;
  }
  for (const [key, value] of entries) {
    const credential = hostOf(key) === registry ? fromEntry(value, key, ask) : undefined;
    if (credential) return credential;
  }
  return undefined;
}

/** The registry that a key of `auths` speaks of; Podman's keys with a path speak of none as a whole. */
function hostOf(key: string): string {
  const match = /^(?:https?:\/\/)?([^/]+)(\/.*)?$/.exec(key);
  const host = match?.[1] ?? key;
  const path = match?.[2] ?? '';
  if (!key.includes('://') && path !== '' && !/^\/(v[12]\/?)?$/.test(path)) return key;
  return host === 'index.docker.io' || host === 'registry-1.docker.io' ? DOCKER_HUB : host;
}

function fromEntry(entry: unknown, key: string, { place: from, problems }: Ask): Credential | undefined {
  if (!isObject(entry)) return undefined;
  const identity = textOf(entry.identitytoken);
  if (identity) return { kind: 'identity', token: identity, from };
  const bearer = textOf(entry.registrytoken);
  if (bearer) return { kind: 'bearer', token: bearer, from };
  const pair = withoutEnd(Buffer.from(textOf(entry.auth) ?? '', 'base64').toString('utf8'), '\0');
  const colon = pair.indexOf(':');
  if (colon > 0) return { kind: 'password', username: pair.slice(0, colon), password: pair.slice(colon + 1), from };
  const username = textOf(entry.username);
  if (username) return { kind: 'password', username, password: textOf(entry.password) ?? '', from };
  if (textOf(entry.auth))
    problems.push(`the auth of ${printable(key, 100)} in ${from} is no name and password in Base64`);
  return undefined;
}
