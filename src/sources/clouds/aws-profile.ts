import { join } from 'node:path';
import { PlimsollError } from '../../errors.ts';
import { readIni, type Sections } from './ini.ts';
import type { CloudWorld } from './world.ts';

/** What the files of AWS's command line say. */
export interface AwsFiles {
  /** The profile that counts. */
  readonly name: string;
  /** The settings of a profile: those of `credentials` go before those of `config`. Undefined: there is none of that name. */
  profile(name: string): ReadonlyMap<string, string> | undefined;
  /** A section of another kind: `sso-session NAME`. */
  section(kind: string, name: string): ReadonlyMap<string, string> | undefined;
  readonly configPath: string;
}

/**
 * Reads `~/.aws/config` and `~/.aws/credentials` (`AWS_CONFIG_FILE`, `AWS_SHARED_CREDENTIALS_FILE`) and chooses the profile (`AWS_PROFILE`).
 * Throws `config` for a profile that was asked for and is not there, and for files that cannot be read.
 * https://docs.aws.amazon.com/sdkref/latest/guide/file-location.html
 */
export async function awsFiles({ environment, home }: Pick<CloudWorld, 'environment' | 'home'>): Promise<AwsFiles> {
  const configPath = environment.AWS_CONFIG_FILE || join(home, '.aws', 'config');
  const credentialsPath = environment.AWS_SHARED_CREDENTIALS_FILE || join(home, '.aws', 'credentials');
  const [config, credentials] = await Promise.all([readIni(configPath), readIni(credentialsPath)]);
  const asked = environment.AWS_PROFILE || environment.AWS_DEFAULT_PROFILE;
  const name = asked || 'default';
  const files = {
    name,
    configPath,
    profile: (of: string) => merged(configSection(config, of), credentials.get(of)),
    section: (kind: string, of: string) => config.get(`${kind} ${of}`),
  };
  if (asked && files.profile(name) === undefined)
    throw new PlimsollError('config', `there is no AWS profile "${name}"`, {
      where: configPath,
      hint: 'check AWS_PROFILE; aws configure list-profiles shows those there are',
    });
  return files;
}

const configSection = (config: Sections, name: string): ReadonlyMap<string, string> | undefined =>
  config.get(`profile ${name}`) ?? (name === 'default' ? config.get('default') : undefined);

function merged(
  config: ReadonlyMap<string, string> | undefined,
  credentials: ReadonlyMap<string, string> | undefined,
): ReadonlyMap<string, string> | undefined {
  if (config === undefined) return credentials;
  return credentials === undefined ? config : new Map([...config, ...credentials]);
}
