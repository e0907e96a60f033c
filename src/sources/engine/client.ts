import { PlimsollError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import { codeOf } from '../../network/failure.ts';
import type { Http, HttpResponse } from '../../network/http.ts';
import { jsonObject, type UnknownRecord } from '../json.ts';
import { errorText } from '../registry/index.ts';
import { whileAlive } from './alive.ts';
import type { EngineEndpoint } from './endpoint.ts';

/** One engine that answers. https://docs.docker.com/reference/api/engine/ */
export interface EngineClient {
  readonly endpoint: EngineEndpoint;
  /** The version spoken, `major * 1000 + minor`: 1049 for 1.49. */
  readonly version: number;
  /** A JSON answer; undefined for 404. A list comes as `{ list }`. */
  json(path: string, signal?: AbortSignal): Promise<UnknownRecord | undefined>;
  /** The image as `docker save` writes it. */
  export(path: string, signal?: AbortSignal): Promise<HttpResponse>;
}

/** What is spoken at most: newer engines understand it, and its answers are known. */
const NEWEST = 1_049;
/** Docker 1.12 of 2016, Podman: the oldest that states diffIDs and health checks as we read them. */
const OLDEST = 1_024;
/** An engine that lives answers its ping at once. */
const PING_MS = 5_000;

/** Greets the engine and agrees on a version. Throws `engine` saying what is in the way. */
export async function connectEngine(
  endpoint: EngineEndpoint,
  options: { http: Http; environment: NodeJS.ProcessEnv; signal?: AbortSignal | undefined },
): Promise<EngineClient> {
  const { http } = options;
  const send = async (path: string, signal: AbortSignal | undefined, answerMs?: number): Promise<HttpResponse> => {
    const { socketPath, tls, base } = endpoint;
    const retry = { retry: false, namedBy: 'user' } as const;
    return http
      .request(`${base}${path}`, {
        ...retry,
        socketPath,
        tls,
        ...(signal ? { signal } : {}),
        ...(answerMs ? { answerMs } : {}),
      })
      .catch((error: unknown) => {
        throw unreachable(error, endpoint);
      });
  };
  const ping = await send('/_ping', options.signal, PING_MS);
  const version = agree(ping, endpoint, options.environment.DOCKER_API_VERSION);
  await ping.discard();
  const prefix = `/v${Math.floor(version / 1_000)}.${version % 1_000}`;
  return {
    endpoint,
    version,
    async json(path, signal) {
      const response = await send(`${prefix}${path}`, signal);
      if (response.status === 200) {
        const bytes = await http.bytes(response, LIMITS.answerBytes);
        // An empty list comes as `null` (a container's changes).
        const isList = /^\s*(?:\[|null)/.test(bytes.subarray(0, 16).toString('latin1'));
        return jsonObject(
          isList ? Buffer.concat([Buffer.from('{"list":'), bytes, Buffer.from('}')]) : bytes,
          endpoint.address,
          'answer',
        );
      }
      const said = await errorText(http, response);
      if (response.status === 404) return undefined;
      throw answered(response.status, said, endpoint);
    },
    async export(path, signal) {
      const response = await whileAlive(
        (until) => send(`${prefix}${path}`, until, LIMITS.engineExportMs),
        async (until) => (await send('/_ping', until, LIMITS.engineGreetingMs)).discard(),
        { everyMs: LIMITS.engineGreetingMs, greetings: LIMITS.engineGreetings, where: endpoint.address, signal },
      );
      if (response.status === 200) return response;
      throw answered(response.status, await errorText(http, response), endpoint);
    },
  };
}

function agree(ping: HttpResponse, endpoint: EngineEndpoint, wanted: string | undefined): number {
  const offered = parseVersion(ping.headers['api-version']);
  if (ping.status !== 200 || offered === undefined) {
    void ping.discard();
    throw new PlimsollError('engine', 'what answers there is no Docker Engine', {
      where: endpoint.address,
      hint: 'check DOCKER_HOST',
    });
  }
  if (offered < OLDEST) {
    void ping.discard();
    throw new PlimsollError(
      'engine',
      `the engine is too old: it speaks API ${ping.headers['api-version']}, 1.24 is needed`,
      {
        where: endpoint.address,
        hint: 'update it, or scan a file that docker save wrote',
      },
    );
  }
  return parseVersion(wanted) ?? Math.min(offered, NEWEST);
}

function parseVersion(text: string | undefined): number | undefined {
  const match = /^v?(\d{1,3})\.(\d{1,3})$/.exec(text ?? '');
  return match ? Number(match[1]) * 1_000 + Number(match[2]) : undefined;
}

function answered(status: number, said: string, endpoint: EngineEndpoint): PlimsollError {
  return new PlimsollError('engine', `the engine answered ${status}${said && `: ${said}`}`, {
    where: endpoint.address,
  });
}

/** Why nobody answers, and what to do about it. */
function unreachable(error: unknown, endpoint: EngineEndpoint): PlimsollError {
  if (error instanceof PlimsollError && error.code !== 'network') return error;
  const code = codeOf(error);
  const where = endpoint.address;
  if (code === 'EACCES' || code === 'EPERM') {
    const hint = 'run as a member of the group docker (sudo usermod -aG docker $USER, then log in again) or with sudo';
    return new PlimsollError('engine', 'no permission to use the socket of the engine', { where, hint, cause: error });
  }
  if (code === 'ENOENT' || code === 'ECONNREFUSED' || code === 'ENOTSOCK') {
    const hint = endpoint.socketPath ? 'start it, for example with sudo systemctl start docker' : 'check DOCKER_HOST';
    return new PlimsollError('engine', 'no engine is running there', { where, hint, cause: error });
  }
  const message = error instanceof Error ? error.message : String(error);
  return new PlimsollError('engine', `the engine cannot be reached: ${message}`, {
    where,
    hint: 'check DOCKER_HOST',
    cause: error,
  });
}
