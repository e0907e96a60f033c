import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { image, layer } from '../../../test/image.ts';
import { type JsonAnswer, type JsonServer, jsonServer } from '../../../test/json-server.ts';
import { type SeenRequest, startRegistry } from '../../../test/registry.ts';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { PlimsollError } from '../../errors.ts';
import { silent } from '../../progress.ts';
import { imageBlobs } from '../files/memory.ts';
import { fetchFindings, liveSources } from './index.ts';

/**
 * A world of services, each of which sends others on, wants to know who is calling, throttles, and repeats what it was sent. Every header
 * and body that arrives anywhere is kept.
 */

const ROLES = [
  'aws',
  'sso',
  'sts',
  'google-token',
  'grafeas',
  'clair',
  'harbor',
  'gitlab',
  'github',
  'entra',
  'azure',
  'quay',
  'trivy',
] as const;
type Role = (typeof ROLES)[number];

/** Each secret of the user's, and who may see it: nobody, where it only signs. */
const SECRETS: readonly (readonly [secret: string, owner: Role | undefined])[] = [
  ['aws-secret-key', undefined],
  ['aws-session-token', 'aws'],
  ['sso-login-token', 'sso'],
  ['sso-secret-key', undefined],
  ['sso-session-token', 'aws'],
  ['web-identity-token', 'sts'],
  ['role-secret-key', undefined],
  ['role-session-token', 'aws'],
  ['process-secret-key', undefined],
  ['process-session-token', 'aws'],
  ['google-client-secret', 'google-token'],
  ['google-refresh-token', 'google-token'],
  ['google-access-token', 'grafeas'],
  [Buffer.from('clair-shared-key').toString('base64'), undefined],
  ['clair-shared-key', undefined],
  ['harbor-password', 'harbor'],
  [Buffer.from('me:harbor-password').toString('base64'), 'harbor'],
  ['gitlab-token', 'gitlab'],
  ['ghe-token', 'github'],
  ['entra-secret', 'entra'],
  ['azure-access-token', 'azure'],
  ['quay-token', 'quay'],
  // Trivy itself takes it to its server; the double of Trivy here takes it nowhere.
  ['trivy-token', undefined],
];

/** What a service does with a request: answers, or sends it on, or refuses and repeats it. */
interface Manner {
  readonly does: 'answer' | 'redirect' | 'refuse';
  readonly to: Role;
  readonly status: number;
  readonly refusal: number;
}

const manner: fc.Arbitrary<Manner> = fc.record({
  does: fc.constantFrom('answer', 'redirect', 'refuse'),
  to: fc.constantFrom(...ROLES),
  status: fc.constantFrom(301, 302, 303, 307, 308),
  refusal: fc.constantFrom(400, 401, 403, 404),
});

/** Where the keys for AWS are from: the environment, the cache of a login, a token for a role, a program. */
const WAYS = ['keys', 'sso', 'web', 'process'] as const;
type Way = (typeof WAYS)[number];

const proper = (role: Role, line: string): JsonAnswer => {
  if (role === 'sso' && line.startsWith('GET /federation/credentials?')) {
    const expiration = Date.now() + 3_600_000;
    const keys = { accessKeyId: 'AKSSO', secretAccessKey: 'sso-secret-key', sessionToken: 'sso-session-token' };
    return { body: { roleCredentials: { ...keys, expiration } } };
  }
  // A token server answers to what is posted; who was sent there by another asks with GET.
  if (!line.startsWith('POST')) return { body: {} };
  if (role === 'google-token') return { body: { access_token: 'google-access-token', expires_in: 3600 } };
  if (role === 'sts') {
    const Expiration = Math.floor(Date.now() / 1000) + 3600;
    const Credentials = {
      AccessKeyId: 'AKROLE',
      SecretAccessKey: 'role-secret-key',
      SessionToken: 'role-session-token',
    };
    return {
      body: {
        AssumeRoleWithWebIdentityResponse: {
          AssumeRoleWithWebIdentityResult: { Credentials: { ...Credentials, Expiration } },
        },
      },
    };
  }
  if (role === 'entra') return { body: { access_token: 'azure-access-token', expires_in: 3600 } };
  return { body: {} };
};

function answer(
  role: Role,
  { does, to, status, refusal }: Manner,
  request: SeenRequest,
  url: (role: Role) => string,
): JsonAnswer {
  const cookie = { 'set-cookie': `session=of-${role}; Domain=127.0.0.1; Path=/` };
  if (does === 'redirect' && to !== role)
    return { status, headers: { ...cookie, location: `${url(to)}${request.line.split(' ')[1]}` }, body: {} };
  if (does !== 'refuse') return { ...proper(role, request.line), headers: cookie };
  const message = `${JSON.stringify(request.headers)} ${request.body}`;
  return { status: refusal, headers: cookie, body: { error: { message }, message, errors: [{ message }] } };
}

const registry = await startRegistry({});
registry.push('team/model', '1', imageBlobs(image(layer({ 'etc/os-release': 'ID=debian\n' }))));

/** What the program that makes keys saw of itself: its command line and its environment, as every other process of the user sees them. */
const SEEN = 'seen-of-the-program';

/** The settings by which AWS's keys come in one of the ways; `home` gets the files. */
function awsSettings(way: Way, home: string, url: (role: Role) => string): Record<string, string> {
  if (way === 'keys')
    return {
      ...{ AWS_ACCESS_KEY_ID: 'AKID', AWS_SECRET_ACCESS_KEY: 'aws-secret-key' },
      AWS_SESSION_TOKEN: 'aws-session-token',
    };
  mkdirSync(join(home, '.aws/sso/cache'), { recursive: true });
  const config = (lines: string): void => writeFileSync(join(home, '.aws/config'), `[default]\n${lines}\n`);
  if (way === 'web') {
    writeFileSync(join(home, 'token'), 'web-identity-token');
    const role = { AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/r', AWS_WEB_IDENTITY_TOKEN_FILE: join(home, 'token') };
    return { ...role, AWS_ENDPOINT_URL_STS: url('sts') };
  }
  if (way === 'sso') {
    const start = 'https://login.example/start';
    config(`sso_start_url = ${start}\nsso_region = eu-west-1\nsso_account_id = 123456789012\nsso_role_name = r`);
    writeFileSync(
      join(home, `.aws/sso/cache/${createHash('sha1').update(start).digest('hex')}.json`),
      JSON.stringify({ accessToken: 'sso-login-token', expiresAt: new Date(Date.now() + 3_600_000).toISOString() }),
    );
    return { AWS_ENDPOINT_URL_SSO: url('sso') };
  }
  const keys = {
    ...{ Version: 1, AccessKeyId: 'AKPROC', SecretAccessKey: 'process-secret-key' },
    SessionToken: 'process-session-token',
  };
  writeFileSync(join(home, 'keys.json'), JSON.stringify(keys));
  const program = join(home, 'make-keys');
  writeFileSync(
    program,
    `#!/bin/sh\n/bin/cat /proc/$$/cmdline /proc/$$/environ >> '${join(home, SEEN)}'\n/bin/cat '${join(home, 'keys.json')}'\n`,
    { mode: 0o755 },
  );
  config(`credential_process = ${program} --profile default`);
  return {};
}

/** The user's settings for these services; `home` gets the files. */
function settings(home: string, way: Way, url: (role: Role) => string): Record<string, string> {
  mkdirSync(join(home, 'bin'));
  const trivy = `#!/bin/sh\n/bin/cat /proc/$$/cmdline >> '${join(home, 'trivy-cmdline')}'\necho "FATAL $TRIVY_TOKEN refused" >&2\nexit 1\n`;
  writeFileSync(join(home, 'bin', 'trivy'), trivy, { mode: 0o755 });
  for (const folder of ['.config/gcloud', '.docker']) mkdirSync(join(home, folder), { recursive: true });
  const host = (role: Role): string => url(role).slice('http://'.length);
  const google = {
    type: 'authorized_user',
    client_id: 'i',
    client_secret: 'google-client-secret',
    refresh_token: 'google-refresh-token',
  };
  writeFileSync(
    join(home, '.config/gcloud/application_default_credentials.json'),
    JSON.stringify({ ...google, token_uri: `${url('google-token')}/token` }),
  );
  const auth = Buffer.from('me:harbor-password').toString('base64');
  writeFileSync(join(home, '.docker/config.json'), JSON.stringify({ auths: { [host('harbor')]: { auth } } }));
  writeFileSync(
    join(home, 'clair.yaml'),
    `auth:\n  psk:\n    key: ${Buffer.from('clair-shared-key').toString('base64')}\n    iss: [me]\n`,
  );
  return {
    ...{ HOME: home, PATH: join(home, 'bin'), AWS_EC2_METADATA_DISABLED: 'true', AWS_REGION: 'eu-west-1' },
    ...{ PLIMSOLL_PASSWORD: 'plimsoll-password', ...awsSettings(way, home, url) },
    ...{ AWS_ENDPOINT_URL: url('aws'), CLOUDSDK_API_ENDPOINT_OVERRIDES_CONTAINERANALYSIS: url('grafeas') },
    ...{
      CLAIR_API: url('clair'),
      CLAIR_CONF: join(home, 'clair.yaml'),
      GITLAB_HOST: url('gitlab'),
      GITLAB_TOKEN: 'gitlab-token',
    },
    ...{ GH_HOST: host('github'), GH_ENTERPRISE_TOKEN: 'ghe-token', GH_TOKEN: 'gh-token-for-github.com' },
    ...{ CLOUDSDK_API_ENDPOINT_OVERRIDES_ONDEMANDSCANNING: url('grafeas') },
    ...{ AZURE_TENANT_ID: 't', AZURE_CLIENT_ID: 'c', AZURE_CLIENT_SECRET: 'entra-secret' },
    ...{
      QUAY_HOST: host('quay'),
      QUAY_OAUTH_TOKEN: 'quay-token',
      TRIVY_SERVER: url('trivy'),
      TRIVY_TOKEN: 'trivy-token',
    },
    ...{ AZURE_AUTHORITY_HOST: url('entra'), AZURE_RESOURCE_MANAGER_ENDPOINT: url('azure') },
  };
}

/** `WORLDS=1000` for as many; the figures of docs/security.md are from such a run. */
const WORLDS = Number(process.env.WORLDS ?? 25);

it('shows each secret to its own service alone, and to nobody in what is said', async () => {
  let asked = 0;
  let sent = 0;
  let started = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(manner, { minLength: ROLES.length, maxLength: ROLES.length }),
      fc.constantFrom(...WAYS),
      async (manners, way) => {
        const servers = new Map<Role, JsonServer>();
        const url = (role: Role): string => servers.get(role)?.url ?? '';
        for (const [at, role] of ROLES.entries())
          servers.set(role, await jsonServer((request) => answer(role, manners[at]!, request, url)));
        const home = temporaryFolder();
        const environment = settings(home, way, url);
        const image = `${registry.host}/team/model:1`;
        const host = (role: Role): string => url(role).slice('http://'.length);
        const targets = [
          ...[
            'ecr:team/model:1',
            'inspector:team/model:1',
            'security-hub:team/model:1',
            `gar:${image}`,
            `clair:${image}`,
          ],
          ...[`harbor:${host('harbor')}/team/model:1`, `harbor:${host('gitlab')}/team/model:1`, 'gitlab:group/model'],
          ...[
            `gitlab:${host('clair')}/group/model`,
            `github:${host('github')}/o/r`,
            `github:${host('aws')}/o/r`,
            `azure:${image}`,
          ],
          ...['gcr:projects/p/locations/l/scans/7', 'trivy-server:team/model:1'],
          // The host of the token, one that a target names, and one that answers as its registry.
          ...[`quay:${host('quay')}/team/model:1`, `quay:${host('aws')}/team/model:1`, `quay:${image}`],
        ];
        expect(new Set(targets.map((target) => target.slice(0, target.indexOf(':')))), 'every source').toEqual(
          new Set(liveSources.map(({ name }) => name)),
        );
        const said: string[] = [];
        const progress = { ...silent, say: (line: string) => void said.push(line) };
        for (const target of targets) {
          try {
            const { where } = await fetchFindings(target, {
              environment,
              progress,
              signal: new AbortController().signal,
            });
            said.push(where);
          } catch (error) {
            if (!(error instanceof PlimsollError)) throw error;
            said.push(error.line, JSON.stringify(error));
          }
        }
        const seen = [...servers].flatMap(([role, server]) => server.seen.map((request) => [role, request] as const));
        const leaks = seen.flatMap(([role, { line, headers, body }]) => {
          const text = JSON.stringify([
            line,
            headers,
            decodeURIComponent(body.replaceAll('+', ' ').replace(/%(?![0-9a-f]{2})/gi, '')),
          ]);
          return SECRETS.filter(([secret, owner]) => owner !== role && text.includes(secret)).map(
            ([secret]) => `${secret} at ${role}: ${line}`,
          );
        });
        expect(leaks).toEqual([]);
        expect(SECRETS.filter(([secret]) => said.join('\n').includes(secret)).map(([secret]) => secret)).toEqual([]);
        expect(JSON.stringify(seen), 'a token for github.com').not.toContain('gh-token-for-github.com');
        expect(seen.filter(([, { headers }]) => headers.cookie !== undefined)).toEqual([]);
        // Programs see what the user's own environment holds; nothing that was read from a file, fetched, or given to Plimsoll alone.
        if (existsSync(join(home, SEEN))) {
          started += 1;
          const shown = readFileSync(join(home, SEEN), 'utf8');
          const [line = ''] = shown.split('HOME=');
          const own = new Set(Object.values(environment));
          const secrets = SECRETS.map(([secret]) => secret);
          expect(secrets.filter((secret) => line.includes(secret))).toEqual([]);
          expect(secrets.filter((secret) => !own.has(secret) && shown.includes(secret))).toEqual([]);
          expect(shown).not.toContain('plimsoll-password');
        }
        asked += seen.length;
        sent += seen.filter(([, { headers }]) => headers.authorization !== undefined).length;
        for (const server of servers.values()) await server.close();
      },
    ),
    { numRuns: WORLDS },
  );
  expect(sent, 'secrets were sent at all').toBeGreaterThan(0);
  if (process.platform === 'linux') expect(started, 'programs were started at all').toBeGreaterThan(0);
  if (process.env.WORLDS) console.log(`${WORLDS} worlds: ${asked} requests, ${sent} with a secret, 0 to a wrong host`);
  await registry.close();
}, 900_000);
