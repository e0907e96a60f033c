import { join } from 'node:path';
import { PlimsollError } from '../../errors.ts';
import { jsonObject, textOf, type UnknownRecord } from '../json.ts';
import { readCloudFile } from './ini.ts';
import type { CloudWorld } from './world.ts';

/** A file of Google's credentials: its kind, and what is in it. Never logged, never shown. */
export interface GoogleFile {
  readonly path: string;
  /** `service_account`, `authorized_user`, `external_account`, `impersonated_service_account`. */
  readonly type: string;
  readonly content: UnknownRecord;
}

/** The folder of gcloud's settings. */
const gcloudFolder = ({ environment, home }: Pick<CloudWorld, 'environment' | 'home'>): string =>
  environment.CLOUDSDK_CONFIG || join(home, '.config', 'gcloud');

/**
 * The file of the application-default credentials: the one that is named, else what `gcloud auth application-default login` left.
 * Undefined: there is none. Throws `config` for one that is named and not there, or no such file.
 * https://cloud.google.com/docs/authentication/application-default-credentials
 */
export async function googleFile(world: Pick<CloudWorld, 'environment' | 'home'>): Promise<GoogleFile | undefined> {
  const named = world.environment.GOOGLE_APPLICATION_CREDENTIALS;
  const path = named || join(gcloudFolder(world), 'application_default_credentials.json');
  const bytes = await readCloudFile(path);
  if (bytes === undefined) {
    if (!named) return undefined;
    throw new PlimsollError('config', 'the Google credentials are not there', {
      where: path,
      hint: 'GOOGLE_APPLICATION_CREDENTIALS names the file',
    });
  }
  let content: UnknownRecord;
  try {
    content = jsonObject(bytes, path, 'file of credentials');
  } catch (cause) {
    throw new PlimsollError('config', 'this is no file of Google credentials', { where: path, cause });
  }
  return { path, type: textOf(content.type) ?? 'without a type', content };
}
