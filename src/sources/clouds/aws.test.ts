import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { cloudWorld } from '../../../test/cloud.ts';
import { type JsonAnswer, type JsonServer, jsonServer } from '../../../test/json-server.ts';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { openAws } from './aws.ts';
import { AWS, awsEndpoint, partitionOf } from './aws-endpoint.ts';
import { commandWords } from './credential-process.ts';
import { ecrHost, isEcr } from './ecr-registry.ts';

const servers: JsonServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function server(answer: Parameters<typeof jsonServer>[0]): Promise<JsonServer> {
  const made = await jsonServer(answer);
  servers.push(made);
  return made;
}

const LIST = { service: AWS.ecr, target: 'T.List', permission: 'ecr:List' };
const OPEN = { AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'AKENV', AWS_SECRET_ACCESS_KEY: 'secret-of-env' };

/** The access key with which the service was asked, given files of the home folder and an environment. */
async function keyUsed(
  files: Readonly<Record<string, string>>,
  environment: Readonly<Record<string, string>>,
  answer: (line: string, body: string) => JsonAnswer | undefined = () => undefined,
): Promise<{ key: string | undefined; token: unknown; seen: readonly JsonServer['seen'][number][] }> {
  const home = temporaryFolder();
  const aws = await server(({ line, body }) => answer(line, body) ?? { body: {} });
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(home, path)), { recursive: true });
    writeFileSync(join(home, path), text.replaceAll('SERVER', aws.url).replaceAll('HOME', home), { mode: 0o600 });
  }
  const expanded = Object.entries(environment).map(([name, value]) => [
    name,
    value.replaceAll('SERVER', aws.url).replaceAll('HOME', home),
  ]);
  const world = cloudWorld(
    { AWS_REGION: 'eu-west-1', AWS_ENDPOINT_URL: aws.url, ...Object.fromEntries(expanded) },
    home,
  );
  await (await openAws(undefined, world)).call(LIST, {});
  const asked = aws.seen.find(({ headers }) => headers['x-amz-target'] === 'T.List');
  return {
    key: /Credential=([^/]+)\//.exec(asked?.headers.authorization ?? '')?.[1],
    token: asked?.headers['x-amz-security-token'],
    seen: aws.seen,
  };
}

const ASSUMED = {
  AssumeRoleResponse: {
    AssumeRoleResult: { Credentials: { AccessKeyId: 'AKROLE', SecretAccessKey: 's', SessionToken: 'role-token' } },
  },
};

describe('keys of AWS', () => {
  it('come from the environment before any file', async () => {
    const files = { '.aws/credentials': '[default]\naws_access_key_id = AKFILE\naws_secret_access_key = x\n' };
    expect((await keyUsed(files, {})).key).toBe('AKFILE');
    expect(await keyUsed(files, { ...OPEN, AWS_SESSION_TOKEN: 'session' })).toMatchObject({
      key: 'AKENV',
      token: 'session',
    });
  });

  it('come from the profile that is asked for, and an unknown one is told', async () => {
    const files = {
      '.aws/config': '[profile dev]\nregion = eu-north-1 ; the cold one\n',
      '.aws/credentials':
        '[default]\naws_access_key_id=AKD\naws_secret_access_key=x\n[dev]\naws_access_key_id=AKDEV\naws_secret_access_key=y\n',
    };
    expect((await keyUsed(files, { AWS_PROFILE: 'dev' })).key).toBe('AKDEV');
    await expect(keyUsed(files, { AWS_PROFILE: 'prod' })).rejects.toThrow('no AWS profile "prod"');
  });

  it('of a role are taken on with the keys of the profile it names', async () => {
    const { key, token, seen } = await keyUsed(
      {
        '.aws/config':
          '[profile prod]\nrole_arn = arn:aws:iam::1:role/reader\nsource_profile = base\nexternal_id = E\n[profile base]\naws_access_key_id=AKBASE\naws_secret_access_key=z\n',
      },
      { AWS_PROFILE: 'prod' },
      (_, body) => (body.includes('AssumeRole') ? { body: ASSUMED } : undefined),
    );
    expect({ key, token }).toEqual({ key: 'AKROLE', token: 'role-token' });
    expect(seen[0]?.headers.authorization).toContain('Credential=AKBASE/');
    expect(new URLSearchParams(seen[0]?.body).get('ExternalId')).toBe('E');
  });

  it('of a role that the profile takes on come before a web identity of the environment, as in botocore, and its login after it', async () => {
    const identity = { AWS_ROLE_ARN: 'arn:aws:iam::1:role/pod', AWS_WEB_IDENTITY_TOKEN_FILE: 'HOME/token' };
    const asked = async (profile: string): Promise<string | null> => {
      const { seen } = await keyUsed(
        {
          token: 'the-token',
          '.aws/config': `[default]\n${profile}\n[profile base]\naws_access_key_id=AKBASE\naws_secret_access_key=z\n`,
        },
        identity,
        () => ({ body: ASSUMED }),
      );
      return new URLSearchParams(seen[0]?.body).get('Action');
    };
    expect(await asked('role_arn = arn:aws:iam::1:role/reader\nsource_profile = base')).toBe('AssumeRole');
    expect(await asked('aws_access_key_id=AKOWN\naws_secret_access_key=z')).toBe('AssumeRoleWithWebIdentity');
    expect(await asked('role_arn = arn:aws:iam::1:role/r\nweb_identity_token_file = HOME/other')).toBe(
      'AssumeRoleWithWebIdentity',
    );
  });

  it('of a role are read from the XML that STS writes by itself', async () => {
    const xml =
      '<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>AKWEB</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>web-token</SessionToken></Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>';
    const { key, seen } = await keyUsed(
      { token: 'the-token\n' },
      { AWS_ROLE_ARN: 'arn:aws:iam::1:role/pod', AWS_WEB_IDENTITY_TOKEN_FILE: 'HOME/token' },
      (_, body) => (body.includes('WebIdentityToken=the-token') ? { body: xml } : undefined),
    );
    expect(key).toBe('AKWEB');
    expect(seen[0]?.headers.authorization, 'the token is the proof').toBeUndefined();
  });

  it('come from the cache of aws sso login, and one that is over says how to log in', async () => {
    const cache = `.aws/sso/cache/${createHash('sha1').update('corp').digest('hex')}.json`;
    const config =
      '[profile dev]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Reader\n[sso-session corp]\nsso_region = eu-west-1\nsso_start_url = https://corp.example/start\n';
    const login = (expiresAt: string): Record<string, string> => ({
      '.aws/config': config,
      [cache]: JSON.stringify({ accessToken: 'sso-token', expiresAt }),
    });
    const roleCredentials = {
      accessKeyId: 'AKSSO',
      secretAccessKey: 's',
      sessionToken: 't',
      expiration: 32503680000000,
    };
    const { key, seen } = await keyUsed(login('2999-01-01T00:00:00Z'), { AWS_PROFILE: 'dev' }, (line) =>
      line.includes('/federation/credentials?role_name=Reader&account_id=123456789012')
        ? { body: { roleCredentials } }
        : undefined,
    );
    expect(key).toBe('AKSSO');
    expect(seen[0]?.headers['x-amz-sso_bearer_token']).toBe('sso-token');
    expect(seen[1]?.headers['x-amz-sso_bearer_token']).toBeUndefined();
    await expect(keyUsed(login('2020-01-01T00:00:00UTC'), { AWS_PROFILE: 'dev' })).rejects.toMatchObject({
      code: 'unauthorized',
      hint: 'aws sso login --profile dev',
    });
  });

  it('come from the program that the own file names, and only from a file that nobody else can write', async () => {
    const home = temporaryFolder();
    const program = join(home, 'my keys');
    writeFileSync(
      program,
      '#!/bin/sh\necho "{\\"Version\\":1,\\"AccessKeyId\\":\\"AK$1\\",\\"SecretAccessKey\\":\\"s\\"}"\n',
    );
    chmodSync(program, 0o755);
    const files = { '.aws/config': `[default]\ncredential_process = "${program}" PROC\n` };
    expect((await keyUsed(files, {})).key).toBe('AKPROC');
    const open = join(home, 'config');
    writeFileSync(open, files['.aws/config']);
    chmodSync(open, 0o666);
    await expect(keyUsed({}, { AWS_CONFIG_FILE: open })).rejects.toThrow('others may write to it');
  });

  it('of a task come from the address of the platform, which has to be one', async () => {
    const environment = {
      AWS_CONTAINER_CREDENTIALS_FULL_URI: 'SERVER/task',
      AWS_CONTAINER_AUTHORIZATION_TOKEN: 'task-token',
    };
    const { key, seen } = await keyUsed({}, environment, (line) =>
      line === 'GET /task' ? { body: { AccessKeyId: 'AKTASK', SecretAccessKey: 's', Token: 't' } } : undefined,
    );
    expect(key).toBe('AKTASK');
    expect(seen[0]?.headers.authorization).toBe('task-token');
    await expect(keyUsed({}, { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://elsewhere.example/task' })).rejects.toThrow(
      'no platform offers credentials',
    );
  });

  it('of an instance come from version 2 of its metadata service', async () => {
    const environment = { AWS_EC2_METADATA_DISABLED: '', AWS_EC2_METADATA_SERVICE_ENDPOINT: 'SERVER' };
    const { key, seen } = await keyUsed({}, environment, (line) => {
      if (line === 'PUT /latest/api/token') return { body: 'imds-token' };
      if (line.endsWith('/security-credentials/')) return { body: 'node-role' };
      if (line.endsWith('/security-credentials/node-role'))
        return { body: { Code: 'Success', AccessKeyId: 'AKNODE', SecretAccessKey: 's', Token: 't' } };
      return undefined;
    });
    expect(key).toBe('AKNODE');
    expect(seen[1]?.headers['x-aws-ec2-metadata-token']).toBe('imds-token');
  });

  it('that are nowhere are told with what to do', async () => {
    await expect(keyUsed({}, {})).rejects.toMatchObject({
      code: 'unauthorized',
      hint: expect.stringContaining('AWS_PROFILE'),
    });
    await expect(openAws(undefined, cloudWorld({}))).rejects.toThrow('no AWS region is set');
    await expect(openAws('evil.example/', cloudWorld({}))).rejects.toThrow('is no AWS region');
  });
});

describe('a call of AWS', () => {
  const refused = (status: number, type: string, message = 'no'): JsonAnswer => ({
    status,
    body: { __type: `com.amazonaws.ecr#${type}`, message },
  });
  const calling = async (answer: Parameters<typeof jsonServer>[0]) => {
    const aws = await server(answer);
    return {
      aws,
      result: (await openAws('eu-west-1', cloudWorld({ ...OPEN, AWS_ENDPOINT_URL_ECR: aws.url }))).call(LIST, {}),
    };
  };

  it('names the permission that is missing', async () => {
    const { result } = await calling(() =>
      refused(400, 'AccessDeniedException', 'User: arn:aws:iam::1:user/a is not authorized'),
    );
    await expect(result).rejects.toMatchObject({ code: 'unauthorized', hint: 'the missing permission is ecr:List' });
  });

  it('waits and asks again where AWS says in its own words that it is asked too often', async () => {
    const { aws, result } = await calling((_, count) =>
      count < 3 ? refused(400, 'ThrottlingException') : { body: { ok: true } },
    );
    expect(await result).toEqual({ ok: true });
    expect(aws.seen).toHaveLength(3);
  });

  it('takes new keys where they expired in the middle, once', async () => {
    const { aws, result } = await calling((_, count) =>
      count < 2 ? refused(400, 'ExpiredTokenException') : { body: { ok: 1 } },
    );
    expect(await result).toEqual({ ok: 1 });
    expect(aws.seen).toHaveLength(2);
    const { result: never } = await calling(() => refused(400, 'ExpiredTokenException'));
    await expect(never).rejects.toThrow('the AWS keys of AWS_ACCESS_KEY_ID have expired');
  });

  it('says that keys are not known, and never shows them', async () => {
    const { result } = await calling(() => refused(403, 'UnrecognizedClientException'));
    const error = await result.catch((thrown: Error) => thrown);
    expect(error).toMatchObject({ code: 'unauthorized', message: expect.stringContaining('does not know the keys') });
    expect(JSON.stringify(error)).not.toContain('secret-of-env');
  });
});

it('knows the registries of ECR by their hosts, and no others', () => {
  expect(ecrHost('123456789012.dkr.ecr.eu-central-1.amazonaws.com')).toEqual({
    account: '123456789012',
    region: 'eu-central-1',
  });
  expect(ecrHost('123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com')?.region).toBe('us-gov-west-1');
  expect(ecrHost('123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn')?.region).toBe('cn-north-1');
  expect(ecrHost('123456789012.dkr-ecr.us-west-2.on.aws')?.region).toBe('us-west-2');
  for (const other of [
    '123456789012.dkr.ecr.us-east-1.amazonaws.com.evil.example',
    'evil.example',
    '123456789012.dkr.ecr.us-east-1.amazonaws.org',
    '12345.dkr.ecr.us-east-1.amazonaws.com',
  ])
    expect(isEcr(other), other).toBe(false);
  expect(isEcr('public.ecr.aws')).toBe(true);
});

it('finds a service in each partition, unless the user set another address', () => {
  const set = { environment: {}, profile: undefined };
  expect(awsEndpoint(AWS.ecr, 'eu-west-1', set)).toBe('https://api.ecr.eu-west-1.amazonaws.com');
  expect(awsEndpoint(AWS.securityHub, 'cn-north-1', set)).toBe('https://securityhub.cn-north-1.amazonaws.com.cn');
  expect(awsEndpoint(AWS.ecr, 'us-east-1', { ...set, environment: { AWS_USE_FIPS_ENDPOINT: 'true' } })).toBe(
    'https://ecr-fips.us-east-1.amazonaws.com',
  );
  expect(
    awsEndpoint(AWS.ecr, 'us-east-1', { ...set, environment: { AWS_ENDPOINT_URL_ECR: 'http://localhost:1' } }),
  ).toBe('http://localhost:1');
  expect(partitionOf('us-gov-east-1')).toBe('aws-us-gov');
});

it('splits a command line as a shell would, without one', () => {
  expect(commandWords(`"/opt/my keys" --a 'b c' d\\ e "f\\"g" $HOME`)).toEqual([
    '/opt/my keys',
    '--a',
    'b c',
    'd e',
    'f"g',
    '$HOME',
  ]);
});
