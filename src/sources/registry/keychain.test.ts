import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { cloudWorld } from '../../../test/cloud.ts';
import { jsonServer } from '../../../test/json-server.ts';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { createKeychain } from './keychain.ts';

const auth = (pair: string) => ({ auth: Buffer.from(pair).toString('base64') });

/** A home folder with these files; the environment names nothing else. */
function home(files: Record<string, unknown>): { home: string; environment: NodeJS.ProcessEnv } {
  const folder = temporaryFolder();
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
    if (name.startsWith('bin/')) chmodSync(join(folder, name), 0o755);
  }
  return { home: folder, environment: { PATH: [join(folder, 'bin'), process.env.PATH].join(delimiter) } };
}

const password = (username: string, secret: string) => ({ kind: 'password', username, password: secret });

it('finds what docker login wrote, under every spelling of a registry', async () => {
  const keychain = createKeychain(
    home({
      '.docker/config.json': {
        auths: {
          'https://index.docker.io/v1/': auth('hub:secret'),
          'ghcr.io': auth('octo:a:b'),
          'https://quay.example': auth('q:1'),
          'http://old.example/v2/': auth('o:2'),
          'registry.example:5000': { username: 'u', password: 'p' },
          'empty.example': {},
          'acr.example': { ...auth('00000000-0000-0000-0000-000000000000:'), identitytoken: 'refresh' },
          'token.example': { registrytoken: 'bearer' },
        },
      },
    }),
  );
  const of = (registry: string) => keychain.credential(registry, 'library/python');
  expect(await of('docker.io')).toMatchObject(password('hub', 'secret'));
  expect(await of('ghcr.io')).toMatchObject(password('octo', 'a:b'));
  expect(await of('quay.example')).toMatchObject(password('q', '1'));
  expect(await of('old.example')).toMatchObject(password('o', '2'));
  expect(await of('registry.example:5000')).toMatchObject(password('u', 'p'));
  expect(await of('acr.example')).toMatchObject({ kind: 'identity', token: 'refresh' });
  expect(await of('token.example')).toMatchObject({ kind: 'bearer', token: 'bearer' });
  expect(await of('empty.example')).toBeUndefined();
  expect(await of('registry.example')).toBeUndefined();
  expect(await of('evil-ghcr.io')).toBeUndefined();
});

it("prefers the longest of Podman's paths", async () => {
  const files = {
    '.config/containers/auth.json': {
      auths: { 'quay.io': auth('all:1'), 'quay.io/team': auth('team:2'), 'quay.io/team/app': auth('app:3') },
    },
  };
  const keychain = createKeychain(home(files));
  expect(await keychain.credential('quay.io', 'team/app')).toMatchObject(password('app', '3'));
  expect(await keychain.credential('quay.io', 'team/other')).toMatchObject(password('team', '2'));
  expect(await keychain.credential('quay.io', 'teamwork/app')).toMatchObject(password('all', '1'));
});

it('looks in the order: given, DOCKER_AUTH_CONFIG, REGISTRY_AUTH_FILE, Docker, Podman', async () => {
  const entry = (name: string) => ({ auths: { 'r.example': auth(`${name}:x`) } });
  const where = home({
    'named.json': entry('named'),
    'moved/config.json': entry('docker'),
    'run/containers/auth.json': entry('podman'),
  });
  const paths = {
    XDG_RUNTIME_DIR: join(where.home, 'run'),
    DOCKER_CONFIG: join(where.home, 'moved'),
    REGISTRY_AUTH_FILE: join(where.home, 'named.json'),
    DOCKER_AUTH_CONFIG: JSON.stringify(entry('inline')),
  };
  const names = Object.keys(paths) as (keyof typeof paths)[];
  const actual: unknown[] = [];
  for (let count = names.length; count > 0; count--) {
    const environment = {
      ...where.environment,
      ...Object.fromEntries(names.slice(0, count).map((name) => [name, paths[name]])),
    };
    const credential = await createKeychain({ home: where.home, environment }).credential('r.example', 'a');
    actual.push(credential?.kind === 'password' ? credential.username : undefined);
  }
  expect(actual).toEqual(['inline', 'named', 'docker', 'podman']);
  const environment = { ...where.environment, ...paths };
  expect(
    await createKeychain({ environment, given: { registry: 'x', username: 'me', password: 'p' } }).credential('x', 'y'),
  ).toMatchObject(password('me', 'p'));
  expect(
    await createKeychain({ environment, given: { registry: 'x', token: 't' } }).credential('x', 'y'),
  ).toMatchObject({
    kind: 'bearer',
    token: 't',
  });
});

/** A helper as the protocol wants it: reads the server on its input, prints JSON. */
const HELPER = `#!/bin/sh
read -r server || true
case "$1 $server" in
  "get https://index.docker.io/v1/") echo '{"ServerURL":"x","Username":"hub","Secret":"from helper"}';;
  "get aws.example") echo '{"Username":"AWS","Secret":"ecr"}';;
  "get https://acr.example") echo '{"Username":"<token>","Secret":"identity"}';;
  *) echo 'credentials not found in native keychain'; exit 1;;
esac
`;

it('asks the helper of a registry, or the store for all', async () => {
  const store = createKeychain(
    home({
      'bin/docker-credential-test': HELPER,
      '.docker/config.json': {
        credsStore: 'test',
        auths: { 'https://index.docker.io/v1/': {}, 'inline.example': auth('i:1') },
      },
    }),
  );
  expect(await store.credential('docker.io', 'a')).toEqual({
    ...password('hub', 'from helper'),
    from: 'docker-credential-test',
  });
  expect(await store.credential('acr.example', 'a')).toMatchObject({ kind: 'identity', token: 'identity' });
  expect(await store.credential('inline.example', 'a')).toMatchObject(password('i', '1'));
  expect(await store.credential('unknown.example', 'a')).toBeUndefined();
  expect(store.problems).toEqual([]);
  const keychain = createKeychain(
    home({ 'bin/docker-credential-test': HELPER, '.docker/config.json': { credHelpers: { 'aws.example': 'test' } } }),
  );
  expect(await keychain.credential('aws.example', 'a')).toMatchObject(password('AWS', 'ecr'));
  expect(await keychain.credential('docker.io', 'a')).toBeUndefined();
});

it.each([
  ['absent', undefined, 'docker-credential-x is not installed'],
  ['failing', '#!/bin/sh\necho boom >&2\nexit 3\n', 'docker-credential-x failed with status 3'],
  ['babbling', '#!/bin/sh\necho hello\n', 'docker-credential-x answered what is not JSON'],
  ['endless', '#!/bin/sh\nyes\n', 'docker-credential-x did not finish'],
])('goes on without a helper that is %s, and keeps the reason', async (_, script, problem) => {
  const keychain = createKeychain(
    home({ '.docker/config.json': { credsStore: 'x' }, ...(script ? { 'bin/docker-credential-x': script } : {}) }),
  );
  expect(await keychain.credential('docker.io', 'a')).toBeUndefined();
  expect(keychain.problems).toEqual([problem]);
});

it('runs nothing but plain helper names', async () => {
  const keychain = createKeychain(home({ '.docker/config.json': { credsStore: '../../bin/sh' } }));
  expect(await keychain.credential('docker.io', 'a')).toBeUndefined();
  expect(keychain.problems).toEqual(['docker-credential-../../bin/sh is not the name of a program']);
});

it('names a damaged file instead of going on without it', async () => {
  const where = home({ '.docker/config.json': '{"auths":' });
  await expect(createKeychain(where).credential('docker.io', 'a')).rejects.toMatchObject({
    code: 'config',
    where: join(where.home, '.docker/config.json'),
  });
  expect(await createKeychain(home({ '.docker/config.json': '' })).credential('docker.io', 'a')).toBeUndefined();
  expect(
    await createKeychain(home({ '.docker/config.json': { auths: [], credHelpers: 'x', credsStore: 5 } })).credential(
      'docker.io',
      'a',
    ),
  ).toBeUndefined();
});

it('says that a configuration is there and cannot be read, and looks in the next place', async () => {
  const place = home({ '.config/containers/auth.json': { auths: { 'ghcr.io': auth('a:b') } } });
  mkdirSync(join(place.home, '.docker/config.json'), { recursive: true });
  const keychain = createKeychain(place);
  expect(await keychain.credential('ghcr.io', 'x/y')).toMatchObject(password('a', 'b'));
  expect(keychain.problems.join()).toMatch(/config\.json is there and cannot be read: [a-z ]{10,}/);
});

it('says that an entry is there and holds no login', async () => {
  const keychain = createKeychain(home({ '.docker/config.json': { auths: { 'ghcr.io': { auth: '!!none' } } } }));
  expect(await keychain.credential('ghcr.io', 'x/y')).toBeUndefined();
  expect(keychain.problems).toEqual([expect.stringMatching(/^the auth of ghcr\.io in .*config\.json is no name and/)]);
});

it("asks AWS for the password of a registry of ECR, and only for one of those; why it cannot is kept for the registry's refusal", async () => {
  const token = Buffer.from('AWS:ecr-password').toString('base64');
  const aws = await jsonServer(({ headers }, count) =>
    count > 2
      ? { status: 400, body: { __type: 'AccessDeniedException', message: 'no' } }
      : String(headers['x-amz-target']).startsWith('SpencerFrontendService.')
        ? { body: { authorizationData: { authorizationToken: token } } }
        : { body: { authorizationData: [{ authorizationToken: token }] } },
  );
  const files = {
    '.docker/config.json': { auths: { '123456789012.dkr.ecr.us-east-1.amazonaws.com': auth('AWS:stale') } },
  };
  const { home: folder } = home(files);
  const { http, progress, environment } = cloudWorld(
    { AWS_ACCESS_KEY_ID: 'A', AWS_SECRET_ACCESS_KEY: 'S', AWS_ENDPOINT_URL: aws.url },
    folder,
  );
  const keychain = createKeychain({ home: folder, environment, clouds: { http, progress } });
  const ecr = '123456789012.dkr.ecr.us-east-1.amazonaws.com';
  expect(await keychain.credential(ecr, 'a/b')).toMatchObject(password('AWS', 'ecr-password'));
  expect(await keychain.credential('public.ecr.aws', 'a/b')).toMatchObject(password('AWS', 'ecr-password'));
  expect(await keychain.credential('ecr.example', 'a/b')).toBeUndefined();
  expect(aws.seen).toHaveLength(2);
  // What Docker keeps is tried where AWS gives nothing.
  expect(await keychain.credential(ecr, 'a/b')).toMatchObject(password('AWS', 'stale'));
  expect(keychain.problems).toEqual([expect.stringContaining('ecr:GetAuthorizationToken')]);
  await aws.close();
});
