/**
 * What the Engine says about itself and what it holds, over its API. Asked once, kept, and never an exception:
 * an Engine that is not there, refuses, hangs or speaks another version is a failed reading.
 * https://docs.docker.com/reference/api/engine/
 */

import { access, constants } from 'node:fs/promises';
import { lazily } from '../../collections.ts';
import { PlimsollError } from '../../errors.ts';
import { readJson } from '../../formats/json-values.ts';
import { LIMITS } from '../../limits.ts';
import type { Http } from '../../network/http.ts';
import { type EngineEndpoint, engineEndpoints } from '../../sources/engine/index.ts';
import { got, missed, type Reading } from '../reading.ts';
import type * as Api from './engine-types.ts';

/** The newest API that the readers here were written for, and the oldest that has what they need (Docker 1.12). */
const API_NEWEST = '1.51';
const API_OLDEST = '1.24';

/** An Engine. Lists are read once, on first use. */
export interface Engine {
  readonly endpoint: EngineEndpoint;
  readonly version: () => Promise<Reading<Api.EngineVersion>>;
  readonly info: () => Promise<Reading<Api.EngineInfo>>;
  /** Running containers, inspected. */
  readonly containers: () => Promise<Reading<readonly Api.EngineContainer[]>>;
  /** Every container, as listed. */
  readonly allContainers: () => Promise<Reading<readonly Api.ListedContainer[]>>;
  /** Every image that is no intermediate layer, inspected. */
  readonly images: () => Promise<Reading<readonly Api.EngineImage[]>>;
  readonly history: (image: string) => Promise<Reading<readonly Api.EngineHistory[]>>;
  readonly networks: () => Promise<Reading<readonly Api.EngineNetwork[]>>;
  readonly swarm: () => Promise<Reading<Api.EngineSwarm>>;
  readonly nodes: () => Promise<Reading<readonly Api.EngineNode[]>>;
  readonly services: () => Promise<Reading<readonly Api.EngineService[]>>;
  readonly secrets: () => Promise<Reading<readonly unknown[]>>;
  /** Processes of a container: `ps` columns as titles. */
  readonly top: (container: string) => Promise<Reading<Api.EngineProcesses>>;
  readonly exec: (id: string) => Promise<Reading<Api.EngineExec>>;
}

/** Where nothing else is found: the socket that every installation has, so that the failure names it. */
const USUAL: EngineEndpoint = {
  address: 'unix:///var/run/docker.sock',
  base: 'http://localhost',
  socketPath: '/var/run/docker.sock',
};

/** The Engine that DOCKER_HOST or the Docker context names, else the first socket that exists. Throws `config`, `unsupported`. */
export async function findEngine(environment: NodeJS.ProcessEnv): Promise<EngineEndpoint> {
  return (await engineEndpoints({ environment }))[0] ?? USUAL;
}

type Get = <T>(path: string) => Promise<Reading<T>>;

/** An Engine at `endpoint`, asked through `http`. Nothing is sent before the first question. */
export function openEngine(
  http: Http,
  endpoint: EngineEndpoint,
  options: { readonly milliseconds?: number; readonly signal?: AbortSignal } = {},
): Engine {
  const ask = asker(http, endpoint, options.milliseconds ?? LIMITS.engineMs, options.signal);
  const version = lazily(() => negotiate(endpoint, ask));
  // One refusal answers every later question: a daemon that hangs is waited for once.
  const get: Get = async (path) => {
    const negotiated = await version();
    return negotiated.ok ? ask(`/v${negotiated.value.api}${path}`) : negotiated;
  };
  const list = <T>(path: string) => lazily(() => get<readonly T[]>(path));
  const inspected = <T>(path: string, pathOf: (id: string) => string) => lazily(() => inspectAll<T>(get, path, pathOf));
  return {
    endpoint,
    version: async () => {
      const negotiated = await version();
      return negotiated.ok ? got(negotiated.value.version) : negotiated;
    },
    info: lazily(() => get('/info')),
    containers: inspected('/containers/json', (id) => `/containers/${id}/json`),
    allContainers: list('/containers/json?all=1'),
    images: inspected('/images/json', (id) => `/images/${id}/json`),
    history: (image) => get(`/images/${encodeURIComponent(image)}/history`),
    networks: list('/networks'),
    swarm: lazily(() => get('/swarm')),
    nodes: list('/nodes'),
    services: list('/services'),
    secrets: list('/secrets'),
    top: async (container) => {
      const negotiated = await version();
      // Docker runs the host's ps; Podman has columns of its own, and without `stream` it never ends.
      const podman = negotiated.ok && isPodmanVersion(negotiated.value.version);
      const columns = podman ? 'pid,user,group,comm' : '-eo pid,uid,gid,comm';
      return get(`/containers/${container}/top?stream=false&ps_args=${encodeURIComponent(columns)}`);
    },
    exec: (id) => get(`/exec/${encodeURIComponent(id)}/json`),
  };
}

/** True for what Podman's Docker-compatible socket says of itself. */
export const isPodmanVersion = (version: Api.EngineVersion): boolean =>
  (version.Components ?? []).some((component) => /podman/i.test(component.Name ?? ''));

async function inspectAll<T>(get: Get, path: string, pathOf: (id: string) => string): Promise<Reading<readonly T[]>> {
  const listed = await get<readonly { readonly Id: string }[]>(path);
  if (!listed.ok) return listed;
  if (!Array.isArray(listed.value)) return missed('broken', `the Engine's answer to ${path} is no list`);
  if (listed.value.length > LIMITS.engineObjects)
    return missed('broken', `more than ${LIMITS.engineObjects} answers to ${path}: narrow them down with -i or -x`);
  const inspected: T[] = [];
  for (const { Id } of listed.value) {
    const answer = await get<T>(pathOf(encodeURIComponent(String(Id))));
    // Gone between the list and the question: containers end, images are removed.
    if (!answer.ok && answer.why === 'absent') continue;
    if (!answer.ok) return answer;
    inspected.push(answer.value);
  }
  return got(inspected);
}

interface Negotiated {
  readonly api: string;
  readonly version: Api.EngineVersion;
}

/** https://docs.docker.com/reference/api/engine/#versioned-api-and-sdk */
async function negotiate(endpoint: EngineEndpoint, ask: Get): Promise<Reading<Negotiated>> {
  if (endpoint.socketPath !== undefined) {
    const refused = await socketRefusal(endpoint.socketPath);
    if (refused !== undefined) return refused;
  }
  const answer = await ask<Api.EngineVersion>('/version');
  if (!answer.ok) return answer;
  const { ApiVersion: api, MinAPIVersion: oldest } = answer.value;
  if (typeof api !== 'string' || !/^\d+\.\d+$/.test(api))
    return missed('broken', `${endpoint.address} answers, but not as an Engine does`);
  if (compareApi(api, API_OLDEST) < 0)
    return missed('broken', `the Engine at ${endpoint.address} speaks API ${api}, older than ${API_OLDEST}: update it`);
  if (typeof oldest === 'string' && compareApi(oldest, API_NEWEST) > 0)
    return missed(
      'broken',
      `the Engine at ${endpoint.address} speaks API ${oldest} and newer, this program ${API_NEWEST} and older: update it`,
    );
  return got({ api: compareApi(api, API_NEWEST) > 0 ? API_NEWEST : api, version: answer.value });
}

/** Negative where `one` is older. */
export function compareApi(left: string, other: string): number {
  const [major = 0, minor = 0] = left.split('.').map(Number);
  const [otherMajor = 0, otherMinor = 0] = other.split('.').map(Number);
  return major - otherMajor || minor - otherMinor;
}

async function socketRefusal(path: string): Promise<Reading<never> | undefined> {
  try {
    await access(path, constants.R_OK | constants.W_OK);
    return undefined;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EACCES' || code === 'EPERM')
      return missed('denied', `no permission to speak to ${path}: run as root or as a member of its group`);
    return missed('absent', `no Engine at unix://${path}: start it, or name its socket with DOCKER_HOST`);
  }
}

function asker(http: Http, endpoint: EngineEndpoint, milliseconds: number, stop: AbortSignal | undefined): Get {
  let hanging: Reading<never> | undefined;
  return async <T>(path: string): Promise<Reading<T>> => {
    if (hanging !== undefined) return hanging;
    const late = AbortSignal.timeout(milliseconds);
    const signal = stop === undefined ? late : AbortSignal.any([late, stop]);
    try {
      const response = await http.request(`${endpoint.base}${path}`, {
        signal,
        retry: false,
        namedBy: 'user',
        ...(endpoint.socketPath === undefined ? {} : { socketPath: endpoint.socketPath }),
        ...(endpoint.tls === undefined ? {} : { tls: endpoint.tls }),
      });
      const body = await http.bytes(response, LIMITS.engineAnswerBytes);
      return answered<T>(response.status, body.toString('utf8'), path);
    } catch (error) {
      if (stop?.aborted) throw error;
      if (late.aborted) {
        hanging = missed('broken', `the Engine at ${endpoint.address} did not answer within ${milliseconds / 1000} s`);
        return hanging;
      }
      const reason = error instanceof PlimsollError ? error.line : String(error);
      return missed('broken', `the Engine at ${endpoint.address} cannot be reached: ${reason}`);
    }
  };
}

function answered<T>(status: number, text: string, path: string): Reading<T> {
  if (status === 200)
    try {
      return got(readJson(text) as T);
    } catch {
      return missed('broken', `the Engine's answer to ${path} is not JSON`);
    }
  const said = message(text);
  if (status === 404) return missed('absent', said);
  if (status === 401 || status === 403) return missed('denied', said);
  return missed('broken', `the Engine answered ${status} to ${path}: ${said}`);
}

function message(text: string): string {
  try {
    const parsed: unknown = readJson(text);
    if (typeof parsed === 'object' && parsed !== null && 'message' in parsed)
      return String(parsed.message).slice(0, 300);
  } catch {
    // Not every proxy in front of an Engine answers in JSON.
  }
  return text.trim().slice(0, 300);
}
