import { hasAzure, isAzureRegistry } from './azure.ts';
import { ecrHost, isEcr } from './ecr-registry.ts';
import { isGoogleRegistry } from './google.ts';
import type { CloudWorld } from './world.ts';

/** A cloud whose registries take this user's or machine's own credentials. */
interface CloudRegistry {
  readonly title: string;
  /** By the host alone: the credentials of a cloud go to no other's. */
  isFor(host: string): boolean;
  /** Undefined: nobody set up any, and what everybody may see needs none. Throws where those that were set up do not work. */
  password(host: string, world: CloudWorld): Promise<{ username: string; password: string } | undefined>;
}

/** Adding a cloud is adding a value. */
const CLOUDS: readonly CloudRegistry[] = [
  {
    title: 'the AWS credentials',
    isFor: isEcr,
    async password(host, world) {
      if (ecrHost(host) === undefined && !hasAwsSettings(world.environment)) return undefined;
      return (await import('./ecr-registry.ts')).ecrPassword(host, world);
    },
  },
  {
    title: 'the Google credentials',
    isFor: isGoogleRegistry,
    // https://cloud.google.com/artifact-registry/docs/docker/authentication#token
    async password(_, world) {
      const { hasGoogle, openGoogle } = await import('./google.ts');
      if (!(await hasGoogle(world))) return undefined;
      return { username: 'oauth2accesstoken', password: (await openGoogle(world).token(false)).token };
    },
  },
  {
    title: 'the Azure credentials',
    isFor: isAzureRegistry,
    async password(host, world) {
      return hasAzure(world.environment) ? (await import('./azure.ts')).acrPassword(host, world) : undefined;
    },
  },
];

/** The cloud that a registry belongs to; undefined for all others. */
export const cloudOf = (host: string): CloudRegistry | undefined => CLOUDS.find((cloud) => cloud.isFor(host));

/** Whether somebody set up credentials of AWS: the public gallery serves everybody, and nobody is kept waiting there for a metadata service. */
const hasAwsSettings = (environment: NodeJS.ProcessEnv): boolean =>
  ['AWS_ACCESS_KEY_ID', 'AWS_PROFILE', 'AWS_ROLE_ARN'].some((name) => Boolean(environment[name]));
