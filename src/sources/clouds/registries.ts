import { ecrHost, isEcr } from './ecr-registry.ts';
import type { CloudWorld } from './world.ts';

/** A cloud whose registries take this user's or machine's own credentials. */
interface CloudRegistry {
  readonly title: string;
  /** By the host alone: the credentials of a cloud go to no other's. */
  isFor(host: string, environment: NodeJS.ProcessEnv): boolean;
  password(host: string, world: CloudWorld): Promise<{ username: string; password: string }>;
}

/** Adding a cloud is adding a value. */
const CLOUDS: readonly CloudRegistry[] = [
  {
    title: 'the AWS credentials',
    isFor: (host, environment) => isEcr(host) && (ecrHost(host) !== undefined || hasAwsSettings(environment)),
    password: async (host, world) => (await import('./ecr-registry.ts')).ecrPassword(host, world),
  },
];

/** The cloud that a registry belongs to; undefined for all others. */
export const cloudOf = (host: string, environment: NodeJS.ProcessEnv): CloudRegistry | undefined =>
  CLOUDS.find((cloud) => cloud.isFor(host, environment));

/** Whether somebody set up credentials of AWS: the public gallery serves everybody, and nobody is kept waiting there for a metadata service. */
const hasAwsSettings = (environment: NodeJS.ProcessEnv): boolean =>
  ['AWS_ACCESS_KEY_ID', 'AWS_PROFILE', 'AWS_ROLE_ARN'].some((name) => Boolean(environment[name]));
