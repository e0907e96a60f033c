import { createVerify, generateKeyPairSync } from 'node:crypto';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { cloudWorld } from '../../../test/cloud.ts';
import { type JsonAnswer, type JsonServer, jsonServer } from '../../../test/json-server.ts';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { isGoogleRegistry, openGoogle } from './google.ts';
import { awsSubject } from './google-from-aws.ts';

const servers: JsonServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const KEY = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

/** The token that is found, given files of the home folder; SERVER in them is a server that answers as said. */
async function tokenFound(
  files: Readonly<Record<string, unknown>>,
  environment: Readonly<Record<string, string>>,
  answer: (line: string, body: string) => JsonAnswer | undefined,
) {
  const server = await jsonServer(({ line, body }) => answer(line, body));
  servers.push(server);
  const home = temporaryFolder();
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(home, path)), { recursive: true });
    const text = typeof content === 'string' ? content : JSON.stringify(content);
    writeFileSync(join(home, path), text.replaceAll('SERVER', server.url).replaceAll('HOME', home));
    if (path.startsWith('bin/')) chmodSync(join(home, path), 0o755);
  }
  const given = Object.entries(environment).map(([name, value]) => [
    name,
    value.replaceAll('HOME', home).replaceAll('SERVER', server.url.slice(7)),
  ]);
  const world = cloudWorld({ PATH: join(home, 'bin'), NO_GCE_CHECK: 'true', ...Object.fromEntries(given) }, home);
  return { ...(await openGoogle(world).token(false)), seen: server.seen };
}

const token = (access_token: string): JsonAnswer => ({
  body: { access_token, expires_in: 3600, token_type: 'Bearer' },
});
const ADC = '.config/gcloud/application_default_credentials.json';

describe('a token of Google', () => {
  it('is given for a statement that the key of a service account signed', async () => {
    const file = { type: 'service_account', client_email: 'a@b.example', private_key: KEY, token_uri: 'SERVER/token' };
    const actual = await tokenFound({ 'key.json': file }, { GOOGLE_APPLICATION_CREDENTIALS: 'HOME/key.json' }, () =>
      token('of-key'),
    );
    expect(actual.token).toBe('of-key');
    const assertion = new URLSearchParams(actual.seen[0]?.body).get('assertion') ?? '';
    const [head, claims, signature] = assertion.split('.');
    const read = (part: string | undefined): Record<string, unknown> =>
      JSON.parse(Buffer.from(part ?? '', 'base64url').toString());
    expect(read(head)).toEqual({ alg: 'RS256', typ: 'JWT' });
    expect(read(claims)).toMatchObject({ iss: 'a@b.example', scope: 'https://www.googleapis.com/auth/cloud-platform' });
    expect(
      createVerify('sha256')
        .update(`${head}.${claims}`)
        .verify(publicKey, Buffer.from(signature ?? '', 'base64url')),
    ).toBe(true);
    expect(JSON.stringify(actual.seen), 'the key itself stays here').not.toContain('PRIVATE KEY');
  });

  it('is renewed for the user whom gcloud logged in by default, with the project that pays', async () => {
    const file = {
      ...{
        type: 'authorized_user',
        client_id: 'id',
        client_secret: 'cs',
        refresh_token: 'rt',
        token_uri: 'SERVER/token',
      },
      quota_project_id: 'payer',
    };
    const actual = await tokenFound({ [ADC]: file }, {}, () => token('of-user'));
    expect(actual).toMatchObject({ token: 'of-user', quotaProject: 'payer' });
    expect(Object.fromEntries(new URLSearchParams(actual.seen[0]?.body))).toEqual({
      grant_type: 'refresh_token',
      client_id: 'id',
      client_secret: 'cs',
      refresh_token: 'rt',
    });
  });

  it.each([
    ['a file', { file: 'HOME/subject' }],
    [
      'a member of JSON in a file',
      { file: 'HOME/subject.json', format: { type: 'json', subject_token_field_name: 'jwt' } },
    ],
    ['an address', { url: 'SERVER/subject', headers: { Metadata: 'yes' } }],
  ])(
    'is exchanged for the token that the platform gives in %s, and taken on for a service account',
    async (_, source) => {
      const files = {
        subject: 'subject-token\n',
        'subject.json': { jwt: 'subject-token' },
        [ADC]: {
          type: 'external_account',
          audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/q',
          subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
          token_url: 'SERVER/sts',
          credential_source: source,
          service_account_impersonation_url: 'SERVER/impersonate',
        },
      };
      const actual = await tokenFound(files, {}, (line) => {
        if (line === 'GET /subject') return { body: 'subject-token' };
        if (line === 'POST /sts') return token('federated');
        return { body: { accessToken: 'impersonated', expireTime: '2999-01-01T00:00:00Z' } };
      });
      expect(actual.token).toBe('impersonated');
      const sts = actual.seen.find(({ line }) => line === 'POST /sts');
      expect(new URLSearchParams(sts?.body).get('subject_token')).toBe('subject-token');
      expect(actual.seen.at(-1)?.headers.authorization).toBe('Bearer federated');
    },
  );

  const AWS_FILE = {
    type: 'external_account',
    audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/aws',
    subject_token_type: 'urn:ietf:params:aws:token-type:aws4_request',
    token_url: 'SERVER/sts',
    credential_source: {
      environment_id: 'aws1',
      regional_cred_verification_url: 'https://sts.{region}.amazonaws.com?Action=GetCallerIdentity&Version=2011-06-15',
    },
  };
  const AWS_KEYS = {
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  };

  it('is exchanged for a request that the keys of AWS signed, which goes to Google alone', async () => {
    const actual = await tokenFound({ [ADC]: AWS_FILE }, { ...AWS_KEYS, AWS_SESSION_TOKEN: 'session' }, () =>
      token('of-aws'),
    );
    expect(actual.token).toBe('of-aws');
    expect(actual.seen.map(({ line }) => line)).toEqual(['POST /sts']);
    const fields = new URLSearchParams(actual.seen[0]?.body);
    expect(fields.get('subject_token_type')).toBe(AWS_FILE.subject_token_type);
    const request = JSON.parse(decodeURIComponent(fields.get('subject_token') ?? ''));
    expect(request).toMatchObject({ method: 'POST', url: expect.stringContaining('https://sts.eu-west-1.amazonaws') });
    const headers = Object.fromEntries(
      request.headers.map((header: { key: string; value: string }) => [header.key, header.value]),
    );
    expect(headers).toMatchObject({
      'x-goog-cloud-target-resource': AWS_FILE.audience,
      'x-amz-security-token': 'session',
    });
    expect(actual.seen[0]?.body).not.toContain(encodeURIComponent(AWS_KEYS.AWS_SECRET_ACCESS_KEY));
  });

  // google-auth 2.63.0 (aws.RequestSigner) signs the same request so.
  it.each([
    [
      {},
      'host;x-amz-date;x-goog-cloud-target-resource',
      'a91cf35e6a4d033033d0378a5b0fd08b1fb01dcb34cfda98b3f54692e788c692',
    ],
    [
      { AWS_SESSION_TOKEN: 'session-token' },
      'host;x-amz-date;x-amz-security-token;x-goog-cloud-target-resource',
      '38456a5f3d76c573d3e4aadc996876198d41bca83a78c76745d50973fe149b40',
    ],
  ])('has its request to AWS signed as the library of Google signs it', async (more, signed, signature) => {
    const file = { path: 'adc.json', type: 'external_account', content: AWS_FILE };
    const world = cloudWorld({ ...AWS_KEYS, ...more });
    const subject = await awsSubject(file, AWS_FILE.credential_source, world, new Date('2026-11-26T15:00:00Z'));
    const { headers } = JSON.parse(decodeURIComponent(subject));
    expect(headers).toContainEqual({
      key: 'Authorization',
      value: `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261126/eu-west-1/sts/aws4_request, SignedHeaders=${signed}, Signature=${signature}`,
    });
    expect(headers).toContainEqual({ key: 'host', value: 'sts.eu-west-1.amazonaws.com' });
    expect(headers).toContainEqual({ key: 'x-amz-date', value: '20261126T150000Z' });
  });

  it('has no request signed for an address that is not one of AWS, nor for an edition that is not known', async () => {
    for (const source of [
      { environment_id: 'aws1', regional_cred_verification_url: 'https://sts.{region}.amazonaws.com.evil.example' },
      { environment_id: 'aws1', regional_cred_verification_url: 'http://sts.{region}.amazonaws.com' },
      { environment_id: 'aws1' },
      { environment_id: 'aws2' },
    ])
      await expect(
        tokenFound({ [ADC]: { ...AWS_FILE, credential_source: source } }, AWS_KEYS, () => token('x')),
      ).rejects.toMatchObject({ code: 'config' });
  });

  it('is made by gcloud where it is logged in and nothing else is said', async () => {
    const files = {
      'bin/gcloud': '#!/bin/sh\n[ "$1 $2" = "auth print-access-token" ] && echo ya29.a0AfB_byC-0123456789abcdef\n',
    };
    expect((await tokenFound(files, {}, () => undefined)).token).toBe('ya29.a0AfB_byC-0123456789abcdef');
  });

  it('comes from the metadata server of a machine of Google', async () => {
    const actual = await tokenFound({}, { NO_GCE_CHECK: '', GCE_METADATA_HOST: 'SERVER' }, (line) =>
      line === 'GET /computeMetadata/v1/instance/service-accounts/default/token' ? token('of-machine') : undefined,
    );
    expect(actual.token).toBe('of-machine');
    expect(actual.seen[0]?.headers['metadata-flavor']).toBe('Google');
  });

  it('that is nowhere, refused, or of no known kind is told with what to do', async () => {
    await expect(tokenFound({}, {}, () => undefined)).rejects.toMatchObject({
      code: 'unauthorized',
      hint: expect.stringContaining('gcloud auth'),
    });
    await expect(tokenFound({}, { GOOGLE_APPLICATION_CREDENTIALS: 'HOME/none.json' }, () => undefined)).rejects.toThrow(
      'are not there',
    );
    await expect(tokenFound({ [ADC]: { type: 'magic' } }, {}, () => undefined)).rejects.toThrow('kind "magic"');
    const file = {
      type: 'authorized_user',
      client_id: 'id',
      client_secret: 'cs',
      refresh_token: 'rt',
      token_uri: 'SERVER/token',
    };
    const refused = tokenFound({ [ADC]: file }, {}, () => ({
      status: 400,
      body: { error: 'invalid_grant', error_description: 'Bad Request' },
    }));
    await expect(refused).rejects.toThrow('does not take the credentials');
  });

  it('is asked of no address without encryption, whatever the file says', async () => {
    const file = {
      type: 'authorized_user',
      client_id: 'id',
      client_secret: 'cs',
      refresh_token: 'rt',
      token_uri: 'http://elsewhere.example/token',
    };
    await expect(tokenFound({ [ADC]: file }, {}, () => undefined)).rejects.toThrow('no secret is sent to');
  });
});

it('knows the registries of Google by their hosts', () => {
  for (const host of ['europe-west1-docker.pkg.dev', 'us-docker.pkg.dev', 'gcr.io', 'eu.gcr.io'])
    expect(isGoogleRegistry(host), host).toBe(true);
  for (const host of ['gcr.io.evil.example', 'evil-gcr.io', 'pkg.dev', 'docker.pkg.dev.evil', 'a.b-docker.pkg.dev'])
    expect(isGoogleRegistry(host), host).toBe(false);
});
