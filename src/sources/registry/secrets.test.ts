import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, expect, it } from 'vitest';
import { image, layer } from '../../../test/image.ts';
import { startRegistry, type TestRegistry } from '../../../test/registry.ts';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { boundAccess, openTarget } from '../../application/open-target.ts';
import { createHttp } from '../../network/http.ts';
import { silent } from '../../progress.ts';
import { imageBlobs } from '../files/memory.ts';

/**
 * A world of registries, each of which asks for credentials in its own way and points at the others: with token realms, with
 * redirects, with upload addresses. Every header that arrives anywhere is kept.
 */

const worlds: TestRegistry[] = [];
afterEach(async () => {
  for (const registry of worlds.splice(0)) await registry.close();
});

/** What a registry wants, and whom it names: a number is another registry. */
interface Manner {
  readonly auth: 'none' | 'basic' | 'bearer' | 'token';
  readonly realm: number;
  readonly blobs: number | undefined;
  readonly manifests: number | undefined;
  /** How it sends others on, and how it spells where to. */
  readonly status: number;
  readonly spelling: 'number' | 'name' | 'with a login' | 'link-local';
}

const COUNT = 3;
const manner = fc.record({
  auth: fc.constantFrom('none', 'basic', 'bearer', 'token'),
  realm: fc.nat(COUNT - 1),
  blobs: fc.option(fc.nat(COUNT - 1), { nil: undefined }),
  manifests: fc.option(fc.nat(COUNT - 1), { nil: undefined }),
  status: fc.constantFrom(301, 302, 303, 307, 308),
  spelling: fc.constantFrom('number', 'name', 'with a login', 'link-local'),
}) as fc.Arbitrary<Manner>;

const python = imageBlobs(image(layer({ 'etc/os-release': 'ID=debian\n' })));

async function world(manners: readonly Manner[]): Promise<TestRegistry[]> {
  const made: TestRegistry[] = [];
  for (const [at, { auth }] of manners.entries()) {
    const registry = await startRegistry({
      referrersPerPage: 5,
      ...(auth === 'basic' || auth === 'bearer'
        ? { auth: { scheme: auth, username: `file${at}`, password: `secret-${at}`, identityToken: 'identity' } }
        : {}),
    });
    registry.push('a/b', 'latest', python);
    made.push(registry);
  }
  manners.forEach(({ auth, realm, blobs, manifests, status, spelling }, at) => {
    const registry = made[at]!;
    const to = (index: number): string => {
      const host = made[index]!.host;
      if (spelling === 'link-local') return `http://169.254.169.254:${host.split(':')[1]}`;
      if (spelling === 'name') return `http://${host.replace('127.0.0.1', 'localhost')}`;
      return `http://${spelling === 'with a login' ? 'planted:login@' : ''}${host}`;
    };
    const cookie = { 'set-cookie': `session=cookie-of-${at}; Domain=127.0.0.1; Path=/` };
    if (auth === 'token' || (auth === 'bearer' && realm !== at))
      registry.fail({
        on: /^\S+ \/v2\//,
        status: 401,
        times: 3,
        headers: { ...cookie, 'www-authenticate': `Bearer realm="${to(realm)}/token",service="s"` },
      });
    if (blobs !== undefined && blobs !== at)
      registry.fail({ on: /blobs/, status, headers: { ...cookie, location: `${to(blobs)}/v2/a/b/blobs/x` } });
    if (manifests !== undefined && manifests !== at)
      registry.fail({
        on: /manifests/,
        times: 1,
        status,
        headers: { ...cookie, location: `${to(manifests)}/v2/a/b/manifests/latest` },
      });
  });
  worlds.push(...made);
  return made;
}

/** Where each text of the user's may be seen: by the registry it was given for, and nobody else. */
function leaks(made: readonly TestRegistry[], secrets: ReadonlyMap<string, number>): string[] {
  return made.flatMap((registry, at) =>
    registry.seen.flatMap(({ line, headers, body }) => {
      const text = JSON.stringify([line, headers, body]);
      return [...secrets]
        .filter(([secret, owner]) => owner !== at && text.includes(secret))
        .map(([secret]) => `${secret} at ${at}: ${line}`);
    }),
  );
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** `WORLDS=1000` for as many; the figures of docs/security.md are from such a run. */
const WORLDS = Number(process.env.WORLDS ?? 40);

it('sees no secret at a registry that it was not given for, whatever realms, redirects and cookies say', async () => {
  let sent = 0;
  let asked = 0;
  let tokens = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(manner, { minLength: COUNT, maxLength: COUNT }),
      fc.constantFrom('password', 'token', 'none'),
      fc.subarray([0, 1, 2]),
      async (manners, given, inFile) => {
        const made = await world(manners);
        const folder = temporaryFolder();
        const docker = join(folder, 'docker');
        mkdirSync(docker);
        const auths = inFile.map((at) => [made[at]!.host, { auth: base64(`file${at}:secret-${at}`) }]);
        writeFileSync(join(docker, 'config.json'), JSON.stringify({ auths: Object.fromEntries(auths) }));
        const around = {
          environment: { DOCKER_CONFIG: docker, HOME: folder, PLIMSOLL_HOME: folder },
          progress: silent,
          signal: new AbortController().signal,
        };
        const targets = made.map(({ host }) => `registry:${host}/a/b`);
        const access = await boundAccess(
          {
            cache: false,
            ...(given === 'password' ? { username: 'me', password: 'given-password' } : {}),
            ...(given === 'token' ? { registryToken: 'given-token' } : {}),
          },
          targets,
        );
        // As fix does: the image, then what is named besides it.
        for (const target of targets) {
          try {
            const { image: opened, close } = await openTarget(target, access, around);
            for (const layer of opened.layers) {
              const content = await layer.open();
              if (content.kind === 'stream') for await (const _ of content.bytes);
            }
            await opened.attestations?.({ search: true });
            await close();
          } catch {
            // Refused, which is right: nothing but the headers counts.
          }
        }
        const secrets = new Map<string, number>([
          [base64('me:given-password'), 0],
          ['given-password', 0],
          ['given-token', 0],
          // What a token server gave for such a secret speaks for the user there, too: whoever named that server must not have it.
          ...made.flatMap(({ given: tokens }, at) => tokens.map((token): [string, number] => [token, at])),
          ...inFile.flatMap((at): [string, number][] => [
            [base64(`file${at}:secret-${at}`), at],
            [`secret-${at}`, at],
          ]),
        ]);
        expect(leaks(made, secrets)).toEqual([]);
        // Cookies are kept for nobody, not even for who set them.
        const all = made.flatMap(({ seen }) => seen);
        expect(all.filter(({ headers }) => headers.cookie !== undefined)).toEqual([]);
        asked += all.length;
        tokens += made.flatMap((registry) => registry.given).length;
        sent += made.flatMap(({ seen }) => seen).filter(({ headers }) => headers.authorization !== undefined).length;
        for (const registry of worlds.splice(0)) await registry.close();
      },
    ),
    { numRuns: WORLDS },
  );
  expect(sent, 'secrets were sent at all').toBeGreaterThan(0);
  if (process.env.WORLDS)
    console.log(`${WORLDS} worlds: ${asked} requests, ${sent} with a secret, ${tokens} tokens, 0 to a wrong host`);
}, 900_000);

it('gives a registry no token of a server where the user has a login, though the registry names that server', async () => {
  const auth = { scheme: 'bearer', username: 'ada', password: 'her-password', anonymous: true } as const;
  const other = await startRegistry({ auth });
  const thief = await startRegistry();
  worlds.push(other, thief);
  const realm = `Bearer realm="http://${other.host}/token",service="other",scope="repository:her/private:pull,push"`;
  thief.fail({ on: /manifests/, status: 401, headers: { 'www-authenticate': realm } });
  other.push('her/private', 'latest', python);
  const folder = temporaryFolder();
  const logins = [other, thief].map(({ host }) => [host, { auth: base64('ada:her-password') }]);
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ auths: Object.fromEntries(logins) }));
  const around = {
    environment: { DOCKER_CONFIG: folder, HOME: folder, PLIMSOLL_HOME: folder },
    progress: silent,
    signal: new AbortController().signal,
  };
  await expect(openTarget(`registry:${thief.host}/a`, { cache: false }, around)).rejects.toMatchObject({
    code: 'unauthorized',
  });
  expect(other.seen.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  expect(other.given).toEqual([]);
  // The login itself is good where it belongs, and anonymous tokens are not what is refused here.
  await (await openTarget(`registry:${other.host}/her/private`, { cache: false }, around)).close();
  expect(other.given).toHaveLength(1);
});

it('opens no connection to an inside address that content names: at once, by a redirect, by a name', async () => {
  const inside = await startRegistry();
  worlds.push(inside);
  const port = inside.host.split(':')[1];
  const http = createHttp({ environment: {}, limits: { attempts: 1 } });
  const addresses = [
    ...['127.0.0.1', 'localhost', '[::ffff:127.0.0.1]', '127.1', '2130706433', '0x7f.1', '0.0.0.0', '[::]'],
    ...['169.254.169.254', '10.255.255.1', '[64:ff9b::7f00:1]', '[2002:7f00:1::]', 'metadata.google.internal'],
  ];
  for (const address of addresses)
    await expect(http.request(`http://${address}:${port}/`, { namedBy: 'content' }), address).rejects.toMatchObject({
      code: 'network',
      message: expect.stringContaining('not asked'),
    });
  expect(inside.seen).toEqual([]);
  // A server on this machine may name its neighbour, and nobody a metadata service.
  const first = await startRegistry();
  worlds.push(first);
  first.fail({ on: /meta/, status: 302, headers: { location: 'http://169.254.169.254/latest/meta-data' } });
  first.fail({ on: /next/, status: 302, headers: { location: `http://${inside.host}/v2/` } });
  await expect(http.request(`http://${first.host}/meta`, { namedBy: 'user' })).rejects.toThrow(/not asked/);
  await (await http.request(`http://${first.host}/next`, { namedBy: 'user' })).discard();
  expect(inside.seen).toHaveLength(1);
  await http.close();
});
