import { PlimsollError } from '../../errors.ts';
import { jsonOf } from '../../formats/json-values.ts';
import { LIMITS } from '../../limits.ts';
import { type AwsKeys, keysOf } from './aws-keys.ts';
import { readCloudFile } from './ini.ts';
import { askMetadata } from './metadata.ts';
import type { CloudWorld } from './world.ts';

const ECS = 'http://169.254.170.2';
/** Where a full address may lead without TLS: this machine, and the agents of ECS and EKS. */
const TRUSTED = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\]|169\.254\.170\.(?:2|23)|\[fd00:ec2::23\])$/;

/**
 * Keys of the role of a task (ECS, Fargate) or pod (EKS Pod Identity, Greengrass), which the platform offers at an address in the
 * environment. Undefined: the environment names none. Throws `config` for an address that no platform uses, `unauthorized` where it has none.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
 */
export async function containerKeys(world: CloudWorld): Promise<AwsKeys | undefined> {
  const { environment } = world;
  const relative = environment.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI;
  const url = relative ? `${ECS}/${relative.replace(/^\//, '')}` : environment.AWS_CONTAINER_CREDENTIALS_FULL_URI;
  if (!url) return undefined;
  const address = URL.canParse(url) ? new URL(url) : undefined;
  if (address === undefined || (address.protocol !== 'https:' && !TRUSTED.test(address.hostname)))
    throw new PlimsollError('config', 'no platform offers credentials at such an address', {
      where: 'AWS_CONTAINER_CREDENTIALS_FULL_URI',
      hint: 'without https it has to be this machine, 169.254.170.2 or 169.254.170.23',
    });
  const file = environment.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE;
  const token = file
    ? (await readCloudFile(file))?.toString('utf8').trim()
    : environment.AWS_CONTAINER_AUTHORIZATION_TOKEN;
  const secret = token ? { secret: { origin: address.origin, authorization: token } } : {};
  const answer = await askMetadata(address.href, secret, world);
  const keys = answer?.status === 200 ? keysOf(jsonOf(answer.text), 'the role of this task') : undefined;
  if (keys !== undefined) return keys;
  throw new PlimsollError('unauthorized', 'the platform offers no keys for the role of this task', {
    where: address.host,
    hint: answer === undefined ? 'nobody answered there' : `it answered ${answer.status}`,
  });
}

const SETTING = 'http://169.254.169.254';

/**
 * Keys of the role of an EC2 instance, over version 2 of its metadata service. Undefined: this is no instance, it has no role, or it is not to
 * be asked (`AWS_EC2_METADATA_DISABLED`).
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html
 */
export async function instanceKeys(world: CloudWorld): Promise<AwsKeys | undefined> {
  const session = await instanceSession(world);
  if (session === undefined) return undefined;
  const path = '/latest/meta-data/iam/security-credentials/';
  const role = (await session(path))?.split('\n', 1)[0]?.trim();
  if (!role || !/^[\w+=,.@-]{1,128}$/.test(role)) return undefined;
  return keysOf(jsonOf((await session(`${path}${role}`)) ?? ''), `the role ${role} of this instance`);
}

/** The region of an EC2 instance; undefined as above. */
export async function instanceRegion(world: CloudWorld): Promise<string | undefined> {
  return (await (await instanceSession(world))?.('/latest/meta-data/placement/region'))?.trim();
}

async function instanceSession(
  world: CloudWorld,
): Promise<((path: string) => Promise<string | undefined>) | undefined> {
  const { environment } = world;
  if (environment.AWS_EC2_METADATA_DISABLED?.toLowerCase() === 'true') return undefined;
  const base = (environment.AWS_EC2_METADATA_SERVICE_ENDPOINT || SETTING).replace(/\/$/, '');
  if (!URL.canParse(base)) return undefined;
  const { origin } = new URL(base);
  const life = { 'x-aws-ec2-metadata-token-ttl-seconds': String(LIMITS.helperMs / 100) };
  const token = await askMetadata(`${base}/latest/api/token`, { method: 'PUT', headers: life }, world);
  if (token?.status !== 200) return undefined;
  const secret = { origin, headers: { 'x-aws-ec2-metadata-token': token.text.trim() } };
  return async (path) => {
    const answer = await askMetadata(`${base}${path}`, { secret }, world);
    return answer?.status === 200 ? answer.text : undefined;
  };
}
