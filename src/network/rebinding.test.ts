/** A name whose answer changes between one look and the next: real sockets, a resolver of the test. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createHttp } from './http.ts';
import { lookupWithin, type NamedBy, type ResolveAll } from './reach.ts';

/** What the resolver answers, one after the other; the last stays. */
let answers: (readonly string[])[] = [];
let asked = 0;
const resolve: ResolveAll = (_, __, done) => {
  const now = answers[Math.min(asked++, answers.length - 1)]!;
  setImmediate(() =>
    done(
      null,
      now.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    ),
  );
};

let server: Server;
let port: number;
let connections = 0;
beforeAll(async () => {
  server = createServer((request, response) => {
    // Kept open, a connection would spare the next look.
    const location = request.url === '/redirect' ? { location: `http://other.example:${port}/secret` } : {};
    response.writeHead(request.url === '/redirect' ? 302 : 200, { connection: 'close', ...location }).end('inside');
  });
  server.on('connection', () => {
    connections += 1;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});
afterAll(() => void server.close());
beforeEach(() => {
  asked = 0;
  connections = 0;
});

async function ask(path: string, namedBy: NamedBy, times = 1): Promise<readonly string[]> {
  const http = createHttp({ namedBy, environment: {}, resolve, limits: { attempts: 1, retryBaseMs: 1 } });
  const said: string[] = [];
  try {
    for (let time = 0; time < times; time++)
      said.push(
        await http
          .request(`http://rebound.example:${port}${path}`)
          .then(async (response) => (await http.bytes(response, 100)).toString())
          .catch((error: Error) => error.message),
      );
    return said;
  } finally {
    await http.close();
  }
}
const REFUSED = expect.stringMatching(/it is not asked: its address leads to/);

it.each([
  ['this machine', ['127.0.0.1']],
  ['this machine by its other names', ['0.0.0.0', '::1', '::ffff:127.0.0.1']],
  ['this machine in 6to4, NAT64 and compatible form', ['2002:7f00:1::', '64:ff9b::7f00:1', '::127.0.0.1']],
  ['the metadata service', ['169.254.169.254', 'fe80::1', 'fd00:ec2::254']],
  ['a private network', ['10.0.0.1', '192.168.1.1', '172.16.0.1', '100.64.0.1']],
])('a name that an image gives and that leads to %s is not connected to', async (_, addresses) => {
  for (const address of addresses) {
    answers = [[address]];
    asked = 0;
    expect(await ask('/', 'content')).toEqual([REFUSED]);
    expect(asked).toBe(1);
  }
  expect(connections).toBe(0);
});

it('what was good at the first look is looked at again at the next: the answer that is checked is the one that is connected to', async () => {
  answers = [['127.0.0.1'], ['169.254.169.254']];
  // A file of the project may lead to this machine, and nobody by a name to the metadata service.
  expect(await ask('/', 'project', 2)).toEqual(['inside', REFUSED]);
  expect(asked).toBe(2);
  expect(connections).toBe(1);
});

it('of several answers only those within reach are tried, in whatever order they come', async () => {
  answers = [['169.254.169.254', '127.0.0.1']];
  expect(await ask('/', 'project')).toEqual(['inside']);
  answers = [['169.254.169.254', '10.0.0.1']];
  expect(await ask('/', 'content')).toEqual([REFUSED]);
  expect(connections).toBe(1);
});

it('a redirect is looked up by what its server may name, however it was reached itself', async () => {
  answers = [['127.0.0.1'], ['169.254.169.254']];
  expect(await ask('/redirect', 'user')).toEqual([REFUSED]);
  expect(connections).toBe(1);
});

it('a resolver that says first the internet and then this machine is believed neither time blindly', async () => {
  const within = lookupWithin('public', resolve);
  const look = (): Promise<unknown> =>
    new Promise((resolve) => within('rebound.example', { all: true }, (error, entry) => resolve(error ?? entry)));
  answers = [['93.184.216.34'], ['127.0.0.1'], ['93.184.216.34', '127.0.0.1']];
  expect(await look()).toEqual([{ address: '93.184.216.34', family: 4 }]);
  expect(await look()).toMatchObject({ message: REFUSED });
  expect(await look()).toEqual([{ address: '93.184.216.34', family: 4 }]);
});
