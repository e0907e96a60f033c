import { PlimsollError } from '../../errors.ts';
import { isObject, textOf, type UnknownRecord } from '../json.ts';
import { type Aws, openAws } from './aws.ts';
import { AWS } from './aws-endpoint.ts';
import type { CloudWorld } from './world.ts';

/** A private registry of ECR, as its host names it. */
interface EcrHost {
  readonly account: string;
  readonly region: string;
}

/** Hosts of ECR: those of each partition, with and without FIPS, and those for both versions of IP. https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html */
const PRIVATE =
  /^(\d{12})\.dkr(?:\.ecr|-ecr)(?:-fips)?\.([a-z0-9-]{4,30})\.(?:amazonaws\.(?:com|com\.cn|eu)|on\.(?:aws|amazonwebservices\.com\.cn)|sc2s\.sgov\.gov|c2s\.ic\.gov|csp\.hci\.ic\.gov|cloud\.adc-e\.uk)$/;
const PUBLIC = /^(?:public\.ecr\.aws|ecr-public\.aws\.com)$/;

/** The account and region of a host of ECR; undefined for any other. */
export function ecrHost(host: string): EcrHost | undefined {
  const [, account, region] = PRIVATE.exec(host) ?? [];
  return account === undefined || region === undefined ? undefined : { account, region };
}

/** True for a registry for which AWS gives out passwords. */
export const isEcr = (host: string): boolean => PUBLIC.test(host) || ecrHost(host) !== undefined;

/**
 * A user name and password for a registry of ECR, good for twelve hours. Throws as `openAws` and its calls.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry_auth.html
 */
export async function ecrPassword(host: string, world: CloudWorld): Promise<{ username: string; password: string }> {
  const own = ecrHost(host);
  // The public gallery is asked in one region, wherever one is.
  const aws = await openAws(own?.region ?? 'us-east-1', world);
  const answer = await (own === undefined
    ? publicToken(aws)
    : authorization(aws).then(({ authorizationToken }) => authorizationToken));
  const pair = Buffer.from(textOf(answer) ?? '', 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  return { username: pair.slice(0, Math.max(colon, 0)), password: pair.slice(colon + 1) };
}

/** The host of the caller's own registry, in the region of the environment. Throws as `openAws` and its calls. */
export async function ecrRegistryOf(world: CloudWorld): Promise<string> {
  const { proxyEndpoint } = await authorization(await openAws(undefined, world));
  const host = URL.canParse(textOf(proxyEndpoint) ?? '') ? new URL(textOf(proxyEndpoint) ?? '').host : '';
  if (ecrHost(host) !== undefined) return host;
  throw new PlimsollError('corrupt', 'AWS names no registry of ECR', { where: host });
}

async function authorization(aws: Aws): Promise<UnknownRecord> {
  const { authorizationData } = await aws.call(
    {
      service: AWS.ecr,
      target: 'AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken',
      permission: 'ecr:GetAuthorizationToken',
    },
    {},
  );
  const [first]: readonly unknown[] = Array.isArray(authorizationData) ? authorizationData : [];
  return isObject(first) ? first : {};
}

async function publicToken(aws: Aws): Promise<unknown> {
  const { authorizationData } = await aws.call(
    {
      service: AWS.ecrPublic,
      target: 'SpencerFrontendService.GetAuthorizationToken',
      permission: 'ecr-public:GetAuthorizationToken',
    },
    {},
  );
  return isObject(authorizationData) ? authorizationData.authorizationToken : undefined;
}
