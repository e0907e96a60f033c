import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import fc from 'fast-check';
import { afterEach, expect, it } from 'vitest';
import { selfSigned } from '../../../test/certificate.ts';
import { image, layer } from '../../../test/image.ts';
import { startRegistry, type TestRegistry } from '../../../test/registry.ts';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { boundAccess, openTarget } from '../../application/open-target.ts';
import { createHttp } from '../../network/http.ts';
import { silent } from '../../progress.ts';
import { imageBlobs } from '../files/memory.ts';

/**
 * A company's network: registries with names that only the proxy can resolve, and a proxy that wants a login. What the proxy is told, what the
 * registries are told, and that nothing goes past it.
 */

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const thing of open.splice(0)) await thing.close();
});

const NAMES = ['zero', 'one', 'two'] as const;
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const python = imageBlobs(image(layer({ 'etc/os-release': 'ID=debian\n' })));

interface Proxy {
  readonly port: number;
  /** What it was told: the first line and every header. */
  readonly told: { readonly line: string; readonly headers: IncomingMessage['headers'] }[];
  /** Connections that ask for what is not in its list. */
  readonly refused: string[];
}

/** A proxy that tunnels to the hosts of its list. */
async function startProxy(hosts: ReadonlyMap<string, string>, server: Server): Promise<Proxy> {
  const told: Proxy['told'] = [];
  const refused: string[] = [];
  server.on('request', (request: IncomingMessage, response) => {
    told.push({ line: `${request.method} ${request.url}`, headers: request.headers });
    response.writeHead(502).end();
  });
  server.on('connect', (request: IncomingMessage, socket: Duplex) => {
    told.push({ line: `CONNECT ${request.url}`, headers: request.headers });
    const to = hosts.get(request.url ?? '');
    if (to === undefined) {
      refused.push(request.url ?? '');
      return void socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
    }
    const [host = '', port = ''] = to.split(':');
    const upstream = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      upstream.pipe(socket).pipe(upstream);
    });
    upstream.on('error', () => socket.destroy());
    socket.on('error', () => upstream.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  open.push({
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  });
  return { port: (server.address() as AddressInfo).port, told, refused };
}

const manner = fc.record({
  auth: fc.constantFrom('none', 'basic', 'bearer'),
  realm: fc.constantFrom(
    'own',
    'registry.one.test',
    'registry.two.test',
    '127.0.0.1',
    '169.254.169.254',
    '[::ffff:10.0.0.1]',
  ),
  blobs: fc.constantFrom('own', 'registry.one.test', '10.0.0.5', '0x7f.1', 'localhost.', 'metadata.google.internal'),
  manifests: fc.constantFrom('own', 'own', 'registry.two.test', 'planted:login@registry.one.test'),
});

/** Exceptions that except none of the names, though each is near to it. */
const noProxy = fc.constantFrom(
  '',
  '.registry.zero.test',
  'registry.zero.test:444',
  '10.0.0.0/8',
  'corp.testing,ne.corp.test',
  '*.registry.one.test',
);

const KEYS = Object.fromEntries(NAMES.map((name) => [name, selfSigned(`registry.${name}.test`)]));
/** `WORLDS=300` for as many. */
const WORLDS = Number(process.env.WORLDS ?? 15);

it('tells the proxy its own login and no other secret, registries not the login of the proxy, and goes nowhere past it', async () => {
  let [tunnels, withSecret] = [0, 0];
  await fc.assert(
    fc.asyncProperty(fc.array(manner, { minLength: 3, maxLength: 3 }), noProxy, async (manners, exceptions) => {
      const registries: TestRegistry[] = [];
      for (const [at, { auth }] of manners.entries()) {
        const registry = await startRegistry({
          tls: KEYS[NAMES[at]!]!,
          referrersPerPage: 1,
          ...(auth === 'none' ? {} : { auth: { scheme: auth, username: `user${at}`, password: `secret-${at}` } }),
        });
        open.push(registry);
        registry.push('a/b', 'latest', python);
        registries.push(registry);
      }
      const own = (at: number, host: string): string => (host === 'own' ? `registry.${NAMES[at]}.test` : host);
      manners.forEach(({ realm, blobs, manifests, auth }, at) => {
        const registry = registries[at]!;
        if (auth === 'bearer')
          registry.fail({
            on: /^\S+ \/v2\/.*manifests/,
            times: 1,
            status: 401,
            headers: {
              'www-authenticate': `Bearer realm="https://${own(at, realm)}/token",service="s",scope="repository:a/b:pull"`,
            },
          });
        if (manifests !== 'own')
          registry.fail({
            on: /manifests/,
            times: 1,
            status: 307,
            headers: { location: `https://${manifests}/v2/a/b/manifests/latest` },
          });
        if (blobs !== 'own')
          registry.fail({
            on: /blobs/,
            status: 307,
            headers: { location: `https://${blobs}/x?X-Amz-Signature=signature-${at}` },
          });
      });
      const proxy = await startProxy(
        new Map(registries.map(({ host }, at) => [`registry.${NAMES[at]}.test:443`, host])),
        createServer(),
      );
      const folder = temporaryFolder();
      mkdirSync(join(folder, 'docker'));
      const auths = NAMES.map((name, at) => [`registry.${name}.test`, { auth: base64(`user${at}:secret-${at}`) }]);
      writeFileSync(join(folder, 'docker', 'config.json'), JSON.stringify({ auths: Object.fromEntries(auths) }));
      writeFileSync(join(folder, 'authorities.pem'), NAMES.map((name) => KEYS[name]!.cert).join(''));
      const around = {
        environment: {
          DOCKER_CONFIG: join(folder, 'docker'),
          HOME: folder,
          PLIMSOLL_HOME: folder,
          SSL_CERT_FILE: join(folder, 'authorities.pem'),
          HTTPS_PROXY: `http://staff:proxy-password@127.0.0.1:${proxy.port}`,
          HTTP_PROXY: `http://staff:proxy-password@127.0.0.1:${proxy.port}`,
          NO_PROXY: exceptions,
        },
        progress: silent,
        signal: new AbortController().signal,
      };
      const targets = NAMES.map((name) => `registry:registry.${name}.test/a/b`);
      const access = await boundAccess({ cache: false }, targets);
      for (const target of targets)
        try {
          const { image: opened, close } = await openTarget(target, access, around);
          for (const { open: read } of opened.layers) {
            const content = await read();
            if (content.kind === 'stream') for await (const _ of content.bytes);
          }
          await opened.attestations?.({ search: true });
          await close();
        } catch {
          // Refused, which is right: what counts is who was told what.
        }
      const login = `Basic ${base64('staff:proxy-password')}`;
      for (const { line, headers } of proxy.told) {
        expect(line).toMatch(/^CONNECT /);
        expect(headers['proxy-authorization']).toBe(login);
        expect(JSON.stringify(headers)).not.toMatch(/secret-|dXNlc|signature-/);
        expect(headers.authorization).toBeUndefined();
      }
      // Names of the inside are refused before the proxy hears of them.
      expect(proxy.refused).toEqual([]);
      registries.forEach(({ seen }, at) => {
        for (const { headers, body } of seen) {
          const text = JSON.stringify([headers, body]);
          expect(headers['proxy-authorization']).toBeUndefined();
          expect(text).not.toContain('proxy-password');
          expect(text).not.toContain(base64('staff:proxy-password'));
          for (const other of [0, 1, 2].filter((number) => number !== at)) {
            expect(text).not.toContain(`secret-${other}`);
            expect(text).not.toContain(base64(`user${other}:secret-${other}`));
          }
          if (headers.authorization !== undefined) withSecret++;
        }
      });
      tunnels += proxy.told.length;
      for (const thing of open.splice(0)) await thing.close();
    }),
    { numRuns: WORLDS },
  );
  expect(tunnels, 'tunnels through the proxy').toBeGreaterThan(WORLDS);
  expect(withSecret, 'requests with a secret').toBeGreaterThan(0);
  if (process.env.WORLDS)
    console.log(`${WORLDS} worlds: ${tunnels} tunnels, ${withSecret} requests with a secret, 0 astray`);
}, 900_000);

it('shows a proxy neither the certificate that a registry is for, nor trusts it since a registry need not be verified', async () => {
  const shown: unknown[] = [];
  const identity = selfSigned('localhost');
  const server = createTlsServer({ ...identity, requestCert: true, rejectUnauthorized: false });
  server.on('secureConnection', (socket: TLSSocket) => shown.push(socket.getPeerCertificate().subject?.CN));
  const registry = await startRegistry({ tls: KEYS.zero! });
  open.push(registry);
  const proxy = await startProxy(new Map([['registry.zero.test:443', registry.host]]), server as unknown as Server);
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'authorities.pem'), identity.cert);
  const client = selfSigned('me.corp.test');
  const environment = { HTTPS_PROXY: `https://staff:proxy-password@localhost:${proxy.port}` };
  const known = createHttp({
    environment: { ...environment, SSL_CERT_FILE: join(folder, 'authorities.pem') },
    limits: { attempts: 1 },
  });
  open.push(known);
  const url = 'https://registry.zero.test/v2/';
  const answer = await known.request(url, {
    tls: { ca: KEYS.zero!.cert, cert: client.cert, key: client.key },
    namedBy: 'user',
  });
  expect(answer.status).toBe(200);
  await answer.discard();
  expect(shown).toEqual([undefined]);
  const unknown = createHttp({ environment, limits: { attempts: 1 } });
  open.push(unknown);
  const before = proxy.told.length;
  await expect(unknown.request(url, { tls: { insecure: true }, namedBy: 'user' })).rejects.toMatchObject({
    code: 'network',
  });
  expect(proxy.told).toHaveLength(before);
});
