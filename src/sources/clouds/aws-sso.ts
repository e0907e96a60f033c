import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { PlimsollError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import { maskedText } from '../../network/secret.ts';
import { jsonObject, textOf } from '../json.ts';
import { AWS, awsEndpoint } from './aws-endpoint.ts';
import { awsError, refusalOf } from './aws-error.ts';
import { type AwsKeys, keysOf } from './aws-keys.ts';
import type { AwsFiles } from './aws-profile.ts';
import { readCloudFile } from './ini.ts';
import { type CloudWorld, stoppable } from './world.ts';

/** True for a profile that is logged in to by `aws sso login`. */
export const usesSso = (profile: ReadonlyMap<string, string>): boolean =>
  profile.has('sso_session') || profile.has('sso_start_url');

/**
 * Keys for a profile of the IAM Identity Center, by the token that `aws sso login` left in its cache. The cache is only read: a token
 * that is over is not renewed here, because that would make the one in the cache worthless.
 * Throws `unauthorized` where nobody is logged in, `config` for a profile that is not whole.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-sso-credentials.html
 */
export async function ssoKeys(name: string, files: AwsFiles, world: CloudWorld): Promise<AwsKeys> {
  const profile = files.profile(name) ?? new Map<string, string>();
  const session = profile.get('sso_session');
  const login = session === undefined ? profile : files.section('sso-session', session);
  const region = login?.get('sso_region');
  const startUrl = login?.get('sso_start_url');
  const account = profile.get('sso_account_id');
  const role = profile.get('sso_role_name');
  if (!region || !startUrl || !account || !role)
    throw new PlimsollError('config', `the AWS profile "${name}" lacks a setting for its login`, {
      where: files.configPath,
      hint: 'it needs sso_start_url, sso_region, sso_account_id and sso_role_name',
    });
  const token = await cachedToken(session ?? startUrl, name, world);
  const base = awsEndpoint(AWS.sso, region, { environment: world.environment, profile }).replace(/\/$/, '');
  const query = new URLSearchParams({ role_name: role, account_id: account });
  const url = `${base}/federation/credentials?${query}`;
  const response = await world.http.request(url, {
    secret: { origin: new URL(url).origin, headers: { 'x-amz-sso_bearer_token': token } },
    namedBy: 'user',
    ...stoppable(world),
  });
  const bytes = await world.http.bytes(response, LIMITS.answerBytes);
  const from = `the profile "${name}" (SSO)`;
  const where = new URL(url).host;
  if (response.status === 401) throw notLoggedIn(name);
  if (response.status !== 200)
    throw awsError(refusalOf(response.status, response.headers, maskedText(bytes.toString('utf8'), [token])), {
      ...{ permission: 'sso:GetRoleCredentials', from, where },
    });
  const keys = keysOf(jsonObject(bytes, where, 'answer').roleCredentials, from);
  if (keys === undefined) throw new PlimsollError('corrupt', 'the answer of AWS SSO holds no keys', { where });
  return keys;
}

async function cachedToken(key: string, name: string, { home }: CloudWorld): Promise<string> {
  const path = join(home, '.aws', 'sso', 'cache', `${createHash('sha1').update(key).digest('hex')}.json`);
  const bytes = await readCloudFile(path);
  const cached = bytes === undefined ? undefined : jsonObject(bytes, path, 'login of AWS SSO');
  const token = textOf(cached?.accessToken);
  // Old versions of the command line wrote `2020-06-14T14:00:00UTC`.
  const expires = Date.parse((textOf(cached?.expiresAt) ?? '').replace(/UTC$/, 'Z'));
  if (token === undefined || !(expires > Date.now())) throw notLoggedIn(name);
  return token;
}

const notLoggedIn = (name: string): PlimsollError =>
  new PlimsollError('unauthorized', `the SSO login of the AWS profile "${name}" is missing or over`, {
    hint: `aws sso login --profile ${name}`,
  });
