import { PlimsollError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import { containerKeys, instanceKeys } from './aws-container.ts';
import type { AwsKeys } from './aws-keys.ts';
import type { AwsFiles } from './aws-profile.ts';
import { assumeRole, assumeRoleWithToken } from './aws-roles.ts';
import { ssoKeys, usesSso } from './aws-sso.ts';
import { processKeys } from './credential-process.ts';
import type { CloudWorld } from './world.ts';

/**
 * The keys of this user or machine, in the order of AWS's command line: the environment, a role that the profile takes on with other
 * keys, a web identity, the rest of the profile (SSO, keys, a program), the role of the task, that of the instance.
 * Throws `unauthorized` where there are none, and what the chosen way throws: another is not tried in its stead.
 * https://docs.aws.amazon.com/cli/latest/userguide/cli-chap-authentication.html
 */
export async function awsKeys(files: AwsFiles, region: string, world: CloudWorld): Promise<AwsKeys> {
  const { environment } = world;
  const around = { world, region, profile: files.profile(files.name) };
  const own = keysOfEnvironment(environment);
  if (own !== undefined) return own;
  const { AWS_WEB_IDENTITY_TOKEN_FILE: token, AWS_ROLE_ARN: arn } = environment;
  const takesRole = around.profile?.has('role_arn') === true && !around.profile.has('web_identity_token_file');
  if (token && arn && !takesRole) {
    const session = environment.AWS_ROLE_SESSION_NAME || undefined;
    return assumeRoleWithToken({ arn, session, from: `the web identity of ${arn}` }, token, around);
  }
  const keys =
    (await profileKeys(files.name, files, region, world, [])) ??
    (await containerKeys(world)) ??
    (await instanceKeys(world));
  if (keys !== undefined) return keys;
  throw new PlimsollError('unauthorized', 'there are no AWS credentials', {
    hint: 'set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or log in with aws sso login',
  });
}

function keysOfEnvironment(environment: NodeJS.ProcessEnv): AwsKeys | undefined {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = environment;
  if (!accessKeyId || !secretAccessKey) return undefined;
  const sessionToken = environment.AWS_SESSION_TOKEN || environment.AWS_SECURITY_TOKEN;
  return { accessKeyId, secretAccessKey, from: 'AWS_ACCESS_KEY_ID', ...(sessionToken ? { sessionToken } : {}) };
}

async function profileKeys(
  name: string,
  files: AwsFiles,
  region: string,
  world: CloudWorld,
  way: readonly string[],
): Promise<AwsKeys | undefined> {
  const profile = files.profile(name);
  if (profile === undefined) return undefined;
  const arn = profile.get('role_arn');
  // A profile that names itself as its source means its own keys.
  if (arn && way.at(-1) !== name) return roleKeys(name, arn, files, region, world, [...way, name]);
  if (usesSso(profile)) return ssoKeys(name, files, world);
  const [id, secret] = [profile.get('aws_access_key_id'), profile.get('aws_secret_access_key')];
  if (id && secret) {
    const sessionToken = profile.get('aws_session_token');
    const from = `the profile "${name}"`;
    return { accessKeyId: id, secretAccessKey: secret, from, ...(sessionToken ? { sessionToken } : {}) };
  }
  const program = profile.get('credential_process');
  return program ? processKeys(program, { profile: name, file: files.configPath }, world) : undefined;
}

async function roleKeys(
  name: string,
  arn: string,
  files: AwsFiles,
  region: string,
  world: CloudWorld,
  way: readonly string[],
): Promise<AwsKeys> {
  const profile = files.profile(name) ?? new Map<string, string>();
  const where = files.configPath;
  const say = (message: string, hint: string): PlimsollError => new PlimsollError('config', message, { where, hint });
  if (way.length > LIMITS.cloudRoles)
    throw say(`the AWS profile "${name}" takes roles in a circle`, 'check source_profile');
  if (profile.has('mfa_serial'))
    throw say(
      `the AWS profile "${name}" wants a code each time`,
      'take the role on with aws configure export-credentials',
    );
  const role = {
    arn,
    session: profile.get('role_session_name'),
    externalId: profile.get('external_id'),
    from: `the role of the profile "${name}"`,
  };
  const around = { world, region, profile };
  const token = profile.get('web_identity_token_file');
  if (token) return assumeRoleWithToken(role, token, around);
  const source = profile.get('source_profile');
  const kind = profile.get('credential_source');
  const base = source ? await profileKeys(source, files, region, world, way) : await keysFrom(kind, world);
  if (base === undefined)
    throw say(
      `the AWS profile "${name}" takes a role with keys that are not there`,
      'check its source_profile or credential_source',
    );
  return assumeRole(role, base, around);
}

async function keysFrom(kind: string | undefined, world: CloudWorld): Promise<AwsKeys | undefined> {
  if (kind === 'Environment') return keysOfEnvironment(world.environment);
  if (kind === 'EcsContainer') return containerKeys(world);
  return kind === 'Ec2InstanceMetadata' ? instanceKeys(world) : undefined;
}
