import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  request as proxyRequest,
  type RequestListener,
  type Server,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { afterEach, expect, it } from 'vitest';
import { selfSigned } from '../../test/certificate.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { VERSION } from '../version.ts';
import { createHttp, type Http, type HttpOptions } from './http.ts';
import { secretFor } from './secret.ts';

const { key: KEY, cert: CERTIFICATE } = selfSigned();

const cleanups: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function listen(server: Server, at: number | string = 0): Promise<string> {
  if (typeof at === 'number') server.listen(at, '127.0.0.1');
  else server.listen(at);
  await once(server, 'listening');
  cleanups.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return typeof address === 'string' ? address : `127.0.0.1:${(address as AddressInfo).port}`;
}

const serve = async (listener: RequestListener): Promise<string> => `http://${await listen(createServer(listener))}`;

function client(options: HttpOptions = {}): Http {
  const http = createHttp({
    namedBy: 'user',
    environment: {},
    random: () => 0,
    ...options,
    limits: { retryBaseMs: 2, ...options.limits },
  });
  cleanups.push(() => http.close());
  return http;
}

const text = async (http: Http, url: string, options = {}): Promise<string> =>
  (await http.bytes(await http.request(url, options), 1_000_000)).toString();

it('says who it is and gives status, lower-case headers and the whole body', async () => {
  const url = await serve((request, response) => {
    response.writeHead(404, { 'X-Where': 'here' }).end(`${request.headers['user-agent']}`);
  });
  const http = client();
  const response = await http.request(`${url}/a?b=c`);
  expect(response.status).toBe(404);
  expect(response.headers['x-where']).toBe('here');
  expect(response.url).toBe(`${url}/a?b=c`);
  expect((await http.bytes(response, 100)).toString()).toBe(`plimsoll/${VERSION}`);
});

it('tries again after 503, 429 and a connection that breaks, until an answer comes', async () => {
  let calls = 0;
  const url = await serve((request, response) => {
    calls++;
    if (calls === 1) response.writeHead(503).end('busy');
    else if (calls === 2) response.writeHead(429, { 'retry-after': '0' }).end();
    else if (calls === 3) request.socket.destroy();
    else response.end('well');
  });
  expect(await text(client(), url)).toBe('well');
  expect(calls).toBe(4);
});

it('gives the last answer when the attempts are used up', async () => {
  let calls = 0;
  const url = await serve((_, response) => {
    calls++;
    response.writeHead(500).end('broken');
  });
  const http = client({ limits: { attempts: 3 } });
  const response = await http.request(url);
  expect([response.status, calls]).toEqual([500, 3]);
  expect((await http.bytes(response, 100)).toString()).toBe('broken');
});

it('does not wait when Retry-After asks for more than the budget, and tells of waits that last', async () => {
  let calls = 0;
  const url = await serve((_, response) => {
    calls++;
    response.writeHead(429, { 'retry-after': '3600' }).end();
  });
  expect((await client().request(url)).status).toBe(429);
  expect(calls).toBe(1);

  const lines: string[] = [];
  const slow = await serve((_, response) => response.writeHead(503, { 'retry-after': '30' }).end());
  const abort = new AbortController();
  const progress = {
    task: () => ({ add() {}, total() {}, done() {} }),
    say(line: string) {
      lines.push(line);
      abort.abort();
    },
  };
  await expect(client({ progress }).request(slow, { signal: abort.signal })).rejects.toMatchObject({
    code: 'interrupted',
  });
  expect(lines).toEqual([`${new URL(slow).host}: answered 503, trying again in 30 s`]);
});

it('does not repeat a POST unless told to', async () => {
  let calls = 0;
  const url = await serve((_, response) => {
    calls++;
    response.writeHead(503).end();
  });
  const http = client({ limits: { attempts: 2 } });
  await (await http.request(url, { method: 'POST', body: 'x' })).discard();
  expect(calls).toBe(1);
  await (await http.request(url, { method: 'POST', body: 'x', retry: true })).discard();
  expect(calls).toBe(3);
});

it('follows redirects and never takes the credentials to another host', async () => {
  const seen: IncomingMessage['headers'][] = [];
  const storage = await serve((request, response) => {
    seen.push(request.headers);
    response.end('blob');
  });
  const registry = await serve((request, response) => {
    seen.push(request.headers);
    if (request.url === '/start') response.writeHead(302, { location: '/moved' }).end();
    else response.writeHead(307, { location: `${storage.replace('127.0.0.1', 'localhost')}/signed?key=1` }).end();
  });
  const http = client();
  const secret = secretFor(registry, 'Bearer secret');
  const response = await http.request(`${registry}/start`, { secret, headers: { Range: 'bytes=1-' } });
  expect(response.url).toContain('/signed?key=1');
  expect((await http.bytes(response, 10)).toString()).toBe('blob');
  expect(seen.map((headers) => headers.authorization)).toEqual(['Bearer secret', 'Bearer secret', undefined]);
  expect(seen.at(-1)).toMatchObject({ range: 'bytes=1-' });
  // Bound to one server, it goes to no other, and none slips by as a plain header.
  await (await http.request(`${storage}/`, { secret })).discard();
  expect(seen.at(-1)?.authorization).toBeUndefined();
  for (const name of ['Authorization', 'cookie', 'Proxy-Authorization'])
    await expect(http.request(`${storage}/`, { headers: { [name]: 'x' } })).rejects.toMatchObject({ code: 'internal' });
});

it('sends the password of an address as a header, along on the same host only', async () => {
  const seen: (string | undefined)[] = [];
  const other = await serve((request, response) => {
    seen.push(request.headers.authorization);
    response.end();
  });
  const url = await serve((request, response) => {
    seen.push(request.headers.authorization);
    const location = request.url === '/a' ? '/b' : `${other.replace('127.0.0.1', 'localhost')}/c`;
    response.writeHead(302, { location }).end();
  });
  const response = await client().request(`${url.replace('//', '//me:100%25%@')}/a`);
  await response.discard();
  expect(response.url).not.toContain('me');
  const basic = `Basic ${Buffer.from('me:100%25%').toString('base64')}`;
  expect(seen).toEqual([basic, basic, undefined]);
});

it('stops at a loop of redirects and at schemes that are not HTTP', async () => {
  let hops = 0;
  const loop: string = await serve((_, response) => {
    hops++;
    response.writeHead(302, { location: '/again' }).end();
  });
  await expect(client().request(loop)).rejects.toMatchObject({
    code: 'network',
    message: expect.stringContaining('redirects'),
  });
  expect(hops).toBe(6);
  const file = await serve((_, response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end());
  await expect(client().request(file)).rejects.toMatchObject({
    code: 'network',
    message: 'redirected from http: to file:',
  });
  await expect(client().request('ftp://example.org/x')).rejects.toMatchObject({ code: 'network' });
  await expect(client().request('no address')).rejects.toMatchObject({ code: 'network' });
});

it('turns a POST into a GET on 303 and keeps it on 307', async () => {
  const url: string = await serve((request, response) => {
    if (request.url === '/see') response.writeHead(303, { location: '/end' }).end();
    else if (request.url === '/keep') response.writeHead(307, { location: '/end' }).end();
    else request.on('data', (data) => response.write(data)).on('end', () => response.end(request.method));
  });
  expect(await text(client(), `${url}/see`, { method: 'POST', body: 'x' })).toBe('GET');
  expect(await text(client(), `${url}/keep`, { method: 'POST', body: 'x' })).toBe('xPOST');
});

it('refuses a body larger than the limit', async () => {
  const url = await serve((_, response) => response.end('0123456789'));
  const http = client();
  await expect(http.bytes(await http.request(url), 9)).rejects.toMatchObject({ code: 'limit' });
  expect((await http.bytes(await http.request(url), 10)).length).toBe(10);
});

it('notices a body that stops, one that breaks off and one that drips', async () => {
  const url = await serve((request, response) => {
    response.writeHead(200, { 'content-length': '1000' }).write('start');
    if (request.url === '/break') setTimeout(() => request.socket.destroy(), 20);
    if (request.url === '/drip') {
      const timer = setInterval(() => response.write('.'), 10);
      response.on('close', () => clearInterval(timer));
    }
  });
  const http = client({ limits: { idleMs: 150 } });
  await expect(text(http, `${url}/stop`)).rejects.toMatchObject({
    code: 'network',
    message: 'the server stopped sending',
  });
  await expect(text(http, `${url}/break`)).rejects.toMatchObject({
    code: 'network',
    message: 'the server closed the connection',
  });
  await expect(text(http, `${url}/drip`)).rejects.toMatchObject({
    code: 'network',
    message: 'the server sends too slowly',
  });
});

it('gives up a server that announces its answer for ever, fast or slowly', async () => {
  for (const [every, idleMs] of [
    [1, 60_000],
    [60, 150],
  ] as const) {
    const url = await serve((_, response) => {
      const timer = setInterval(() => response.writeEarlyHints({ link: '</a>; rel=preload' }), every);
      response.on('close', () => clearInterval(timer));
    });
    await expect(text(client({ limits: { idleMs, attempts: 1 } }), url)).rejects.toMatchObject({
      code: 'network',
      message: 'the server keeps announcing an answer that does not come',
    });
  }
});

it('does not count the time of a reader that is slow itself', async () => {
  const url = await serve((_, response) => response.end(Buffer.alloc(200_000)));
  const http = client({ limits: { idleMs: 50 } });
  let size = 0;
  for await (const chunk of (await http.request(url)).body) {
    if (size === 0) await new Promise((resolve) => setTimeout(resolve, 200));
    size += chunk.length;
  }
  expect(size).toBe(200_000);
});

it('is interrupted before the answer, within the body and before the start', async () => {
  const url = await serve((request, response) => {
    if (request.url === '/body') response.write('x');
  });
  const http = client();
  const abort = new AbortController();
  setTimeout(() => abort.abort(), 50);
  await expect(http.request(`${url}/never`, { signal: abort.signal })).rejects.toMatchObject({ code: 'interrupted' });
  await expect(http.request(`${url}/never`, { signal: abort.signal })).rejects.toMatchObject({ code: 'interrupted' });
  const second = new AbortController();
  const response = await http.request(`${url}/body`, { signal: second.signal });
  setTimeout(() => second.abort(), 50);
  await expect(http.bytes(response, 10)).rejects.toMatchObject({ code: 'interrupted' });
});

it('does not wait long for a server that is not there', async () => {
  const closed = createServer();
  const url = `http://${await listen(closed)}`;
  closed.close();
  let waits = 0;
  const random = () => {
    waits++;
    return 0;
  };
  await expect(client({ random }).request(url)).rejects.toMatchObject({ message: 'connection refused' });
  expect(waits).toBe(2);
});

it('explains what keeps it from connecting', async () => {
  const http = client({ limits: { attempts: 2 } });
  const closed = createServer();
  const url = `http://${await listen(closed)}`;
  closed.close();
  await expect(http.request(url)).rejects.toMatchObject({
    code: 'network',
    message: 'connection refused',
    where: `${url}/`,
  });
  await expect(http.request('http://localhost/x', { socketPath: '/nowhere/docker.sock' })).rejects.toMatchObject({
    code: 'network',
    message: 'socket does not exist',
    where: '/nowhere/docker.sock',
  });
  await expect(http.request('http://name.invalid/x?token=secret')).rejects.toSatisfy(
    (error: Error & { where: string }) =>
      error.where === 'http://name.invalid/x' && /not found|looked up/.test(error.message),
  );
});

it('speaks over a unix socket', async () => {
  const socketPath = join(temporaryFolder(), 's');
  await listen(
    createServer((request, response) => response.end(`${request.url} ${request.headers.host}`)),
    socketPath,
  );
  expect(await text(client(), 'http://localhost/v1.44/_ping', { socketPath })).toBe('/v1.44/_ping localhost');
});

it('goes through the proxy of the environment, with its credentials, but not for exceptions', async () => {
  const seen: string[] = [];
  const proxy = createServer((request, response) => {
    seen.push(`${request.method} ${request.url} ${request.headers['proxy-authorization']}`);
    const { host, port, pathname } = new URL(request.url!);
    proxyRequest({ host: '127.0.0.1', port, path: pathname, headers: { host } }, (answer) =>
      answer.pipe(response),
    ).end();
  });
  proxy.on('connect', (request: IncomingMessage, socket: Duplex) => {
    seen.push(`${request.method} ${request.url}`);
    if (request.url === 'refused.test:443') {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      return;
    }
    const upstream = connect(Number(request.url!.split(':')[1]), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      upstream.pipe(socket).pipe(upstream);
    });
    upstream.on('error', () => socket.destroy());
    socket.on('error', () => upstream.destroy());
  });
  const at = await listen(proxy);
  const target = await serve((request, response) => response.end(`hello ${request.headers.host}`));
  const port = new URL(target).port;
  const http = client({
    environment: { HTTP_PROXY: `http://me:p%40ss@${at}`, https_proxy: at, NO_PROXY: 'direct.test' },
  });
  expect(await text(http, `http://registry.test:${port}/v2/`)).toBe(`hello registry.test:${port}`);
  expect(seen).toEqual([`GET http://registry.test:${port}/v2/ Basic ${Buffer.from('me:p@ss').toString('base64')}`]);
  const { key, cert } = selfSigned('secure.test');
  const secure = (await listen(createTlsServer({ key, cert }, (_, response) => response.end('tunnelled')))).split(
    ':',
  )[1];
  expect(await text(http, `https://secure.test:${secure}/`, { tls: { ca: cert } })).toBe('tunnelled');
  expect(seen[1]).toBe(`CONNECT secure.test:${secure}`);
  await expect(http.request('https://refused.test/', { retry: false })).rejects.toMatchObject({
    code: 'network',
    message: 'the proxy refused with status 407',
  });
  const gone = client({ environment: { HTTPS_PROXY: '127.0.0.1:1' } });
  await expect(gone.request('https://registry.test/')).rejects.toMatchObject({
    message: 'connection refused',
    hint: 'the proxy is 127.0.0.1:1: check HTTPS_PROXY and NO_PROXY',
  });
  await expect(http.request(`http://direct.test:${port}/`)).rejects.toMatchObject({ code: 'network' });
  expect(seen).toHaveLength(3);
});

it('explains a certificate that nobody trusts, and accepts it when its authority is named', async () => {
  const server = createTlsServer({ key: KEY, cert: CERTIFICATE }, (_, response) => response.end('secure'));
  const url = `https://localhost:${(await listen(server)).split(':')[1]}/`;
  await expect(client().request(url)).rejects.toMatchObject({
    code: 'network',
    message: 'the certificate of the server is self-signed',
    hint: expect.stringContaining('SSL_CERT_FILE'),
  });
  expect(await text(client({ insecure: true }), url)).toBe('secure');
  const tls = { ca: CERTIFICATE };
  expect(await text(client(), url, { tls })).toBe('secure');
  const plain = await serve((_, response) => response.end());
  await expect(client().request(plain.replace('http:', 'https:'))).rejects.toMatchObject({
    message: 'the server does not speak TLS',
    hint: expect.stringContaining('--insecure'),
  });
});

it('does not follow a redirect from https to http, unless the content is verified otherwise', async () => {
  const plain = await serve((_, response) => response.end('plain'));
  const server = createTlsServer({ key: KEY, cert: CERTIFICATE }, (_, response) =>
    response.writeHead(302, { location: plain }).end(),
  );
  const url = `https://localhost:${(await listen(server)).split(':')[1]}/`;
  const http = client({ insecure: true });
  await expect(http.request(url)).rejects.toMatchObject({
    code: 'network',
    message: 'redirected from https: to http:',
  });
  expect(await text(http, url, { downgrade: true })).toBe('plain');
});
