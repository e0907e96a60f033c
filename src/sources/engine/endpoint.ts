import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { boundedBytes, boundedText } from '../../bounded-file.ts';
import { PlimsollError } from '../../errors.ts';
import { withoutEnd } from '../../formats/ends.ts';
import { userHome } from '../../home.ts';
import { LIMITS } from '../../limits.ts';
import type { TlsMaterial } from '../../network/dispatchers.ts';
import { isObject, jsonObject, textOf } from '../json.ts';

/** Where an engine listens. */
export interface EngineEndpoint {
  /** `unix:///var/run/docker.sock`, `tcp://host:2376`: for people. */
  readonly address: string;
  /** Beginning of every URL. */
  readonly base: string;
  readonly socketPath?: string;
  readonly tls?: TlsMaterial;
}

interface EndpointOptions {
  readonly environment?: NodeJS.ProcessEnv | undefined;
  /** The user's home folder. */
  readonly home?: string | undefined;
  /** Only this engine, where the user named one. */
  readonly engine?: 'podman' | undefined;
}

/**
 * The engines that may be reached, in the order in which they are tried: the one that `DOCKER_HOST` or the current
 * Docker context names and no other, else the sockets that exist of Docker (system, rootless, Desktop) and Podman.
 * Throws `config` when what the user set cannot be understood, `unsupported` for `ssh://` and named pipes.
 * https://docs.docker.com/reference/cli/docker/#environment-variables
 */
export async function engineEndpoints(options: EndpointOptions = {}): Promise<EngineEndpoint[]> {
  const environment = options.environment ?? process.env;
  const home = options.home ?? userHome(environment);
  if (options.engine === 'podman') {
    const named = environment.CONTAINER_HOST;
    return named ? [await parseHost(named, undefined)] : existing(podmanSockets(environment));
  }
  if (environment.DOCKER_HOST)
    return [await parseHost(environment.DOCKER_HOST, await environmentTls(environment, home))];
  const named = await contextEndpoint(environment, home);
  if (named) return [named];
  return existing([...dockerSockets(environment, home), ...podmanSockets(environment)]);
}

function dockerSockets(environment: NodeJS.ProcessEnv, home: string): string[] {
  const { XDG_RUNTIME_DIR: runtime } = environment;
  return [
    '/var/run/docker.sock',
    ...(runtime ? [join(runtime, 'docker.sock')] : []),
    join(home, '.docker', 'run', 'docker.sock'),
    join(home, '.docker', 'desktop', 'docker.sock'),
  ];
}

function podmanSockets(environment: NodeJS.ProcessEnv): string[] {
  const { XDG_RUNTIME_DIR: runtime } = environment;
  return [...(runtime ? [join(runtime, 'podman', 'podman.sock')] : []), '/run/podman/podman.sock'];
}

async function existing(paths: readonly string[]): Promise<EngineEndpoint[]> {
  const there = await Promise.all(
    paths.map((path) =>
      stat(path).then(
        (status) => status.isSocket(),
        () => false,
      ),
    ),
  );
  return paths.filter((_, index) => there[index]).map(unixEndpoint);
}

/** The host name is the engine's to ignore; it must only be one. */
const unixEndpoint = (socketPath: string): EngineEndpoint => ({
  address: `unix://${socketPath}`,
  base: 'http://localhost',
  socketPath,
});

async function parseHost(host: string, tls: TlsMaterial | undefined): Promise<EngineEndpoint> {
  const match = /^([a-z]+):\/\/(.*)$/.exec(host);
  const [, scheme = '', rest = ''] = match ?? [];
  if (scheme === 'unix' && rest !== '') return unixEndpoint(rest);
  if (scheme === 'tcp' || scheme === 'http' || scheme === 'https') return tcpEndpoint(host, scheme, rest, tls);
  if (scheme === 'ssh') {
    throw new PlimsollError('unsupported', 'an engine behind ssh:// cannot be reached directly', {
      where: host,
      hint: `forward its socket: ssh -nNT -L /tmp/docker.sock:/var/run/docker.sock ${rest} and set DOCKER_HOST=unix:///tmp/docker.sock`,
    });
  }
  throw new PlimsollError(scheme === 'npipe' ? 'unsupported' : 'config', 'the address of the engine cannot be used', {
    where: host,
    hint: 'DOCKER_HOST is unix:///path, tcp://host:port or http://host:port',
  });
}

function tcpEndpoint(host: string, scheme: string, rest: string, tls: TlsMaterial | undefined): EngineEndpoint {
  const secure = scheme === 'https' || (scheme === 'tcp' && tls !== undefined);
  const address = `${secure ? 'https' : 'http'}://${rest}`;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (!url || url.hostname === '') {
    throw new PlimsollError('config', 'the address of the engine cannot be used', {
      where: host,
      hint: 'write it as tcp://host:port',
    });
  }
  // An URL forgets a port that is the default of its scheme, and Docker's are others.
  const port = /:\d+(\/|$)/.test(rest) ? url.port || (secure ? '443' : '80') : secure ? '2376' : '2375';
  const base = `${url.protocol}//${url.hostname}:${port}${withoutEnd(url.pathname, '/')}`;
  return { address: host, base, ...(secure && tls ? { tls } : {}) };
}

/** `DOCKER_TLS_VERIFY` and `DOCKER_CERT_PATH`. */
async function environmentTls(environment: NodeJS.ProcessEnv, home: string): Promise<TlsMaterial | undefined> {
  const { DOCKER_CERT_PATH: path, DOCKER_TLS_VERIFY: verify } = environment;
  if (!path && !verify) return undefined;
  return readTls(path || join(home, '.docker'), !verify);
}

async function readTls(folder: string, insecure: boolean): Promise<TlsMaterial> {
  const read = async (name: string): Promise<string | undefined> =>
    boundedText(join(folder, name), LIMITS.settingsBytes).catch(() => undefined);
  const [ca, cert, key] = await Promise.all([read('ca.pem'), read('cert.pem'), read('key.pem')]);
  return { ...(ca ? { ca } : {}), ...(cert && key ? { cert, key } : {}), ...(insecure ? { insecure } : {}) };
}

/** The context that `DOCKER_CONTEXT` or Docker's config.json names. https://docs.docker.com/engine/manage-resources/contexts/ */
async function contextEndpoint(environment: NodeJS.ProcessEnv, home: string): Promise<EngineEndpoint | undefined> {
  const folder = environment.DOCKER_CONFIG || join(home, '.docker');
  const name = environment.DOCKER_CONTEXT || (await currentContext(join(folder, 'config.json')));
  if (name === undefined || name === 'default') return undefined;
  const id = createHash('sha256').update(name).digest('hex');
  const path = join(folder, 'contexts', 'meta', id, 'meta.json');
  const bytes = await boundedBytes(path, LIMITS.settingsBytes).catch((cause) => {
    throw new PlimsollError('config', `the Docker context ${name} does not exist`, {
      where: path,
      hint: 'choose one with docker context use',
      cause,
    });
  });
  const { Endpoints: endpoints } = jsonObject(bytes, path, 'Docker context');
  const docker = isObject(endpoints) && isObject(endpoints.docker) ? endpoints.docker : {};
  const host = textOf(docker.Host);
  if (host === undefined)
    throw new PlimsollError('config', `the Docker context ${name} names no engine`, { where: path });
  const tls = await readTls(join(folder, 'contexts', 'tls', id, 'docker'), docker.SkipTLSVerify === true);
  return parseHost(host, Object.keys(tls).length > 0 ? tls : undefined);
}

async function currentContext(path: string): Promise<string | undefined> {
  const bytes = await boundedBytes(path, LIMITS.settingsBytes).catch(() => undefined);
  return bytes && bytes.length > 0
    ? textOf(jsonObject(bytes, path, "file of Docker's settings").currentContext)
    : undefined;
}
