import { readFile } from 'node:fs/promises';
import { PlimsollError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import { printedText, run } from '../../programs/run.ts';
import { jsonObject, textOf } from '../json.ts';
import { googleFile } from './google-files.ts';
import { type GoogleToken, tokenOfFile } from './google-tokens.ts';
import { askMetadata } from './metadata.ts';
import type { CloudWorld } from './world.ts';

/** What proves to Google who is calling; `fresh` where the last one is said to be over. */
export interface Google {
  token(fresh: boolean): Promise<GoogleToken>;
}

/** Tokens are renewed this long before they end. */
const BEFORE_END_MS = 60_000;

/**
 * This user's or machine's credentials of Google: the application-default ones, else gcloud's own login (of which gcloud makes a token),
 * else the service account of the machine. They are looked for with the first call and renewed when they run out.
 * Throws `unauthorized` where there are none, and as `tokenOfFile`.
 */
export function openGoogle(world: CloudWorld): Google {
  let current: Promise<GoogleToken> | undefined;
  return {
    async token(fresh) {
      const known = fresh ? undefined : await current;
      if (known !== undefined && known.expires > Date.now() + BEFORE_END_MS) return known;
      current = tokenOf(world);
      return current;
    },
  };
}

async function tokenOf(world: CloudWorld): Promise<GoogleToken> {
  const file = await googleFile(world);
  if (file !== undefined) return tokenOfFile(file, world);
  const token = (await gcloudToken(world)) ?? (await machineToken(world));
  if (token !== undefined) return token;
  throw new PlimsollError('unauthorized', 'there are no Google credentials', {
    hint: 'gcloud auth application-default login, or name a key file in GOOGLE_APPLICATION_CREDENTIALS',
  });
}

/** A token that gcloud makes for the account that is logged in; undefined where it is not installed, or nobody is. */
async function gcloudToken({ environment, signal }: CloudWorld): Promise<GoogleToken | undefined> {
  const result = await run('gcloud', ['auth', 'print-access-token', '--quiet'], {
    ...{ timeout: LIMITS.helperMs, maxOutput: LIMITS.helperBytes, environment, signal },
  });
  const token = result.status === 0 ? printedText(result).trim() : '';
  if (!/^[\w.~+/=-]{20,}$/.test(token)) return undefined;
  // How long it is good for is not said: gcloud gives out what it keeps.
  return { token, expires: Date.now() + 5 * BEFORE_END_MS, from: 'the login of gcloud' };
}

const METADATA = '169.254.169.254';

/** Whether this may be one of Google's machines: others are not kept waiting. https://cloud.google.com/compute/docs/instances/detect-compute-engine */
async function isGoogles({ environment }: CloudWorld): Promise<boolean> {
  const { GCE_METADATA_HOST, K_SERVICE, CLOUD_RUN_JOB, NO_GCE_CHECK } = environment;
  if (NO_GCE_CHECK?.toLowerCase() === 'true') return false;
  if (GCE_METADATA_HOST || K_SERVICE || CLOUD_RUN_JOB) return true;
  const product = await readFile('/sys/class/dmi/id/product_name', 'utf8').catch(() => '');
  return /^Google/.test(product);
}

/** The token of the service account of a machine of Google; undefined: it is none, or has none. */
async function machineToken(world: CloudWorld): Promise<GoogleToken | undefined> {
  if (!(await isGoogles(world))) return undefined;
  const host = world.environment.GCE_METADATA_HOST || METADATA;
  if (!/^[\w.:[\]-]{1,255}$/.test(host)) return undefined;
  const url = `http://${host}/computeMetadata/v1/instance/service-accounts/default/token`;
  const answer = await askMetadata(url, { headers: { 'metadata-flavor': 'Google' } }, world);
  if (answer?.status !== 200) return undefined;
  const { access_token, expires_in } = jsonObject(Buffer.from(answer.text), host, 'token of the machine');
  const token = textOf(access_token);
  if (token === undefined) return undefined;
  const life = typeof expires_in === 'number' ? expires_in : 0;
  return { token, expires: Date.now() + life * 1_000, from: "the machine's service account" };
}

/** Whether somebody set up credentials of Google, or the machine is one of theirs: public images are for everybody else, too. */
export async function hasGoogle(world: CloudWorld): Promise<boolean> {
  return (
    (await googleFile(world)) !== undefined || (await isGoogles(world)) || (await gcloudToken(world)) !== undefined
  );
}

/** The registries of Google: Artifact Registry, gcr.io and its regions. https://cloud.google.com/artifact-registry/docs/repositories/repo-locations */
export const isGoogleRegistry = (host: string): boolean =>
  /^(?:[a-z0-9-]{1,63}-docker\.pkg\.dev|(?:(?:us|eu|asia)\.)?gcr\.io)$/.test(host);
