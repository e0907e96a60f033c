import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer } from 'node:net';
import { Readable } from 'node:stream';
import { Agent, type Dispatcher } from 'undici';
import { afterEach, expect, it } from 'vitest';
import { LIMITS } from '../limits.ts';
import { exchange, type RawAnswer } from './exchange.ts';
import { readMemory } from './read-memory.ts';

/** No two places alike: what was overwritten before it was read shows. */
const CONTENT = Buffer.from(new Uint32Array(1_000_000).map((_, at) => at).buffer);
const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

let server: Server | TcpServer | undefined;
let agent = new Agent();
afterEach(async () => {
  await agent.destroy();
  server?.close();
});

async function listen(made: Server | TcpServer): Promise<string> {
  server = made;
  agent = new Agent({ connect: { onread: readMemory() } });
  made.listen(0, '127.0.0.1');
  await once(made, 'listening');
  return `http://127.0.0.1:${(made.address() as AddressInfo).port}`;
}
const serve = (listener: RequestListener): Promise<string> => listen(createServer(listener));

type Request = Omit<Parameters<typeof exchange>[1], 'path' | 'method'>;

const ask = (origin: string, more: Request & { method?: 'GET' | 'HEAD' | 'PUT' } = {}, signal?: AbortSignal) =>
  exchange(agent, { origin, path: '/', method: 'GET', ...more }, { signal, onInterim: () => {} });

async function whole({ body }: RawAnswer, pauseMs?: (count: number) => number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for (let chunk = await body.next(); chunk; chunk = await body.next()) {
    chunks.push(Buffer.from(chunk));
    const wait = pauseMs?.(chunks.length) ?? 0;
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
  }
  return Buffer.concat(chunks);
}

it('gives a large body in two memories in turn', async () => {
  const origin = await serve((_, response) =>
    response.writeHead(200, { 'content-length': CONTENT.length }).end(CONTENT),
  );
  const { body } = await ask(origin);
  const memories = new Set<ArrayBufferLike>();
  const hash = createHash('sha256');
  for (let chunk = await body.next(); chunk; chunk = await body.next()) {
    hash.update(chunk);
    memories.add(chunk.buffer);
  }
  expect(hash.digest('hex')).toBe(digest(CONTENT));
  expect(memories.size).toBe(2);
});

it.each([
  ['with a length', { 'content-length': CONTENT.length }],
  ['in pieces without one', {}],
])('gives a slow reader the whole body %s, and holds the server back meanwhile', async (_, headers) => {
  let sent = 0;
  const origin = await serve((_, response) => {
    response.writeHead(200, headers);
    Readable.from(
      (function* () {
        for (; sent < CONTENT.length; sent += 50_000) yield CONTENT.subarray(sent, sent + 50_000);
      })(),
    ).pipe(response);
  });
  const answer = await ask(origin);
  const first = Buffer.from((await answer.body.next()) as Uint8Array);
  const rest = await whole(answer, (count) => (count % 4 === 0 ? 10 : 0));
  expect(digest(Buffer.concat([first, rest]))).toBe(digest(CONTENT));
});

it('holds no more of a body that nobody reads than it has room for', async () => {
  const origin = await serve((_, response) => void response.end(CONTENT));
  const { body } = await ask(origin);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect((await body.next())?.length).toBeLessThanOrEqual(LIMITS.readChunkBytes);
});

it('makes no more room for a small body than it says to have', async () => {
  const origin = await serve((_, response) => void response.end('{"a":1}'));
  expect(((await (await ask(origin)).body.next()) as Uint8Array).buffer.byteLength).toBeLessThanOrEqual(8_192);
});

it('has room for more than was promised, and for more than it holds back at', async () => {
  let paused = false;
  const controller = {
    pause: () => (paused = true),
    resume: () => (paused = false),
    get paused() {
      return paused;
    },
  };
  const dispatch: Dispatcher['dispatch'] = (_, { onRequestStart, onResponseStart, onResponseData, onResponseEnd }) => {
    const started = controller as unknown as Dispatcher.DispatchController;
    onRequestStart?.(started, {});
    onResponseStart?.(started, 200, { 'content-length': '3' });
    for (const part of [CONTENT.subarray(0, 2), CONTENT.subarray(2, 300_000), CONTENT.subarray(300_000, 900_000)])
      onResponseData?.(started, part);
    onResponseEnd?.(started, {});
    return true;
  };
  const answer = await exchange({ dispatch } as Dispatcher, { path: '/', method: 'GET' }, { onInterim: () => {} });
  expect(paused).toBe(true);
  expect(digest(await whole(answer))).toBe(digest(CONTENT.subarray(0, 900_000)));
  expect(paused).toBe(false);
});

it('reads heads and trailers that come byte by byte', async () => {
  const text =
    'HTTP/1.1 200 OK\r\nX-Name: some value\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n0\r\nX-End: it\r\n\r\n';
  const origin = await listen(
    createTcpServer((socket) => {
      socket.setNoDelay(true).once('data', async () => {
        for (const sign of text) {
          socket.write(sign);
          await new Promise((resolve) => setImmediate(resolve));
        }
      });
    }),
  );
  const answer = await ask(origin);
  expect(answer.headers['x-name']).toBe('some value');
  expect((await whole(answer)).toString()).toBe('abcde');
});

it('gives what came before the connection broke, and then its error', async () => {
  const origin = await serve((_, response) => {
    response.writeHead(200, { 'content-length': 100 });
    response.write('first', () => setTimeout(() => response.destroy(), 20));
  });
  const { body } = await ask(origin);
  expect(Buffer.from((await body.next()) as Uint8Array).toString()).toBe('first');
  await expect(body.next()).rejects.toMatchObject({ code: 'UND_ERR_SOCKET' });
  await expect(body.next()).rejects.toThrow();
});

it('is interrupted while it waits for a body', async () => {
  const origin = await serve((_, response) => void response.writeHead(200).write('a'));
  const interruption = new AbortController();
  const { body } = await ask(origin, {}, interruption.signal);
  await body.next();
  const rest = body.next();
  interruption.abort(new Error('enough'));
  await expect(rest).rejects.toThrow('enough');
});

it('uses a connection again behind a body and behind a short rest that was dropped, and cuts a long one off', async () => {
  let connections = 0;
  const origin = await serve((request, response) => {
    const length = request.headers['x-long'] ? 5_000_000 : 20_000;
    response.writeHead(200, { 'content-length': length }).end(Buffer.alloc(length));
  });
  server?.on('connection', () => {
    connections += 1;
  });
  for (let round = 0; round < 4; round += 1) {
    await whole(await ask(origin));
    await (await ask(origin)).body.dump(65_536);
  }
  // The next request may come before undici has taken the first connection back.
  expect(connections).toBeLessThanOrEqual(2);
  const before = connections;
  for (let round = 0; round < 4; round += 1)
    await (await ask(origin, { headers: { 'x-long': 'yes' } })).body.dump(65_536);
  expect(connections).toBeGreaterThan(before + 1);
});

it('does not take what a HEAD says of its length for a body', async () => {
  const origin = await serve((_, response) => response.writeHead(200, { 'content-length': 5_000_000 }).end());
  const { headers, body } = await ask(origin, { method: 'HEAD' });
  expect(headers['content-length']).toBe('5000000');
  expect(await body.next()).toBeUndefined();
});

it('ends the stream that it was to send when the server does not listen', async () => {
  const origin = await serve(() => {});
  server?.close();
  await once(server as Server, 'close');
  const body = Readable.from([Buffer.alloc(10)]);
  await expect(ask(origin, { method: 'PUT', body })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  expect(body.destroyed).toBe(true);
});
