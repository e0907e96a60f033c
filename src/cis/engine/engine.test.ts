import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createHttp } from '../../network/http.ts';
import { compareApi, findEngine, openEngine } from './engine.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

/** A server on a socket that answers as told, and an Engine connected to it. */
async function engine(answer: Answer, milliseconds = 20_000) {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-engine-'));
  const socketPath = join(folder, 'engine.sock');
  const seen: string[] = [];
  const server: Server = createServer((request, response) => {
    seen.push(request.url ?? '');
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  const http = createHttp({ namedBy: 'user', environment: {} });
  open.push(async () => {
    await http.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    rmSync(folder, { recursive: true, force: true });
  });
  const endpoint = { address: `unix://${socketPath}`, base: 'http://localhost', socketPath };
  return { engine: openEngine(http, endpoint, { milliseconds }), seen, socketPath };
}

const json = (response: ServerResponse, body: unknown, status = 200) => {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
};

const docker =
  (paths: Readonly<Record<string, unknown>>, version: unknown = { ApiVersion: '1.41', Version: '20.10.24' }): Answer =>
  (request, response) => {
    if (request.url === '/version') return json(response, version);
    const path = request.url!.replace(/^\/v[\d.]+/, '');
    return path in paths ? json(response, paths[path]) : json(response, { message: `no such thing: ${path}` }, 404);
  };

describe('an Engine that answers', () => {
  it('is spoken to in its own version, or in the newest known', async () => {
    const old = await engine(docker({ '/info': { Name: 'vm' } }));
    expect(await old.engine.info()).toEqual({ ok: true, value: { Name: 'vm' } });
    expect(old.seen).toEqual(['/version', '/v1.41/info']);
    const next = await engine(
      docker({ '/info': {} }, { ApiVersion: '1.99', MinAPIVersion: '1.44', Version: '40.0.0' }),
    );
    await next.engine.info();
    expect(next.seen[1]).toBe('/v1.51/info');
  });
  it('is asked once for each list, and containers that end meanwhile are left out', async () => {
    const { engine: it_, seen } = await engine(
      docker({ '/containers/json': [{ Id: 'a' }, { Id: 'gone' }], '/containers/a/json': { Id: 'a', Name: '/web' } }),
    );
    await it_.containers();
    expect(await it_.containers()).toEqual({ ok: true, value: [{ Id: 'a', Name: '/web' }] });
    expect(seen.filter((path) => path.endsWith('/containers/json'))).toHaveLength(1);
  });
  it('is asked for processes as Docker or as Podman understands it', async () => {
    const answer = { Titles: ['PID', 'USER'], Processes: [['1', 'root']] };
    const top = (columns: string) => `/containers/c/top?stream=false&ps_args=${encodeURIComponent(columns)}`;
    const sample = await engine(docker({ [top('-eo pid,uid,gid,comm')]: answer }));
    expect(await sample.engine.top('c')).toEqual({ ok: true, value: answer });
    const podman = { ApiVersion: '1.41', Components: [{ Name: 'Podman Engine' }] };
    const other = await engine(docker({ [top('pid,user,group,comm')]: answer }, podman));
    expect(await other.engine.top('c')).toEqual({ ok: true, value: answer });
  });
  it('says no: the reason is kept', async () => {
    const refused = await engine((request, response) =>
      request.url === '/version'
        ? json(response, { ApiVersion: '1.41' })
        : json(response, { message: 'authorization denied by plugin' }, 403),
    );
    expect(await refused.engine.info()).toEqual({ ok: false, why: 'denied', reason: 'authorization denied by plugin' });
  });
  it('says that this node is no manager', async () => {
    const worker = await engine((request, response) =>
      request.url === '/version'
        ? json(response, { ApiVersion: '1.41' })
        : json(response, { message: 'This node is not a swarm manager.' }, 503),
    );
    expect(await worker.engine.swarm()).toMatchObject({
      ok: false,
      why: 'broken',
      reason: expect.stringContaining('not a swarm manager'),
    });
  });
});

describe('an Engine that does not', () => {
  it.each<[string, unknown, RegExp]>([
    ['is too old', { ApiVersion: '1.18' }, /speaks API 1\.18, older than 1\.24/],
    ['is too new', { ApiVersion: '2.4', MinAPIVersion: '2.0' }, /speaks API 2\.0 and newer/],
    ['is none', { hello: 'world' }, /answers, but not as an Engine/],
  ])('%s', async (_, version, expected) => {
    const { engine: it_ } = await engine(docker({}, version));
    const info = await it_.info();
    expect(info).toMatchObject({ ok: false, reason: expect.stringMatching(expected) });
  });
  it('hangs: it is waited for once, then every question is answered at once', async () => {
    const { engine: it_, seen } = await engine(() => {}, 150);
    for (const ask of [it_.info, it_.images, it_.networks, it_.swarm])
      expect(await ask()).toMatchObject({ ok: false, reason: expect.stringContaining('did not answer within 0.15 s') });
    expect(seen).toEqual(['/version']);
  });
  it('hangs in the middle of a body', async () => {
    const { engine: it_ } = await engine((_, response) => {
      response.writeHead(200);
      response.write('{"ApiVersion":');
    }, 150);
    expect(await it_.version()).toMatchObject({ ok: false, why: 'broken' });
  });
  it('answers with something that is not JSON', async () => {
    const { engine: it_ } = await engine((_, response) => response.end('<html>proxy</html>'));
    expect(await it_.version()).toMatchObject({ ok: false, reason: "the Engine's answer to /version is not JSON" });
  });
  it('answers a list with an object', async () => {
    const { engine: it_ } = await engine(docker({ '/containers/json': { message: 'odd' } }));
    expect(await it_.containers()).toMatchObject({ ok: false, reason: expect.stringContaining('is no list') });
  });
  it('is not there', async () => {
    const http = createHttp({ namedBy: 'user', environment: {} });
    open.push(() => http.close());
    const endpoint = { address: 'unix:///nowhere.sock', base: 'http://localhost', socketPath: '/nowhere.sock' };
    expect(await openEngine(http, endpoint).info()).toMatchObject({
      ok: false,
      why: 'absent',
      reason: expect.stringContaining('no Engine at unix:///nowhere.sock'),
    });
  });
  it.skipIf(process.getuid?.() === 0)(
    'has a socket without permission (skipped for root, who may do everything)',
    async () => {
      const { engine: it_, socketPath } = await engine(docker({}));
      chmodSync(socketPath, 0);
      expect(await it_.info()).toMatchObject({
        ok: false,
        why: 'denied',
        reason: expect.stringContaining('no permission'),
      });
    },
  );
});

it('API versions compare by number', () => {
  expect(compareApi('1.9', '1.24')).toBeLessThan(0);
  expect(compareApi('2.0', '1.99')).toBeGreaterThan(0);
  expect(compareApi('1.41', '1.41')).toBe(0);
});

it('DOCKER_HOST goes before every socket that exists', async () => {
  expect(await findEngine({ DOCKER_HOST: 'tcp://10.0.0.1:2376' })).toMatchObject({ address: 'tcp://10.0.0.1:2376' });
});
