import { createReadStream, rmSync } from 'node:fs';
import { join } from 'node:path';
import { asPlimsollError, PlimsollError } from '../../errors.ts';
import { makeFolder } from '../../home.ts';
import { LIMITS } from '../../limits.ts';
import type { Http } from '../../network/http.ts';
import { clearOrphans } from '../../orphans.ts';
import { digestOf, verifyDigest } from '../../sources/digest.ts';
import type { Descriptor } from '../../sources/manifest.ts';
import { type ImageReference, parseReference } from '../../sources/reference.ts';
import type { Keychain } from '../../sources/registry/index.ts';
import { answerError, connectRegistry, type RegistryClient } from '../../sources/registry/index.ts';
import { type SignatureCheck, signatureCheck, type TrustedSigner } from '../../sources/signatures/index.ts';
import { PACKED } from '../build/index.ts';
import { databasePath } from '../store/index.ts';
import { type DatabaseClaim, MANIFEST_TYPE, packDatabase } from './artifact.ts';
import { type Installed, type InstallOptions, install } from './install.ts';
import { verifySigned } from './signed-artifact.ts';

export interface RegistryAccess {
  readonly http: Http;
  readonly keychain: Keychain;
  /** The registry to which plain HTTP, or any certificate, is allowed. */
  readonly insecureRegistry?: string;
  readonly signal?: AbortSignal;
  readonly environment?: NodeJS.ProcessEnv;
}

export interface Pushed {
  readonly reference: string;
  readonly digest: string;
  readonly bytes: number;
  readonly claim: DatabaseClaim;
}

const connected = (reference: ImageReference, access: RegistryAccess): Promise<RegistryClient> =>
  connectRegistry({ ...access, reference, insecure: access.insecureRegistry === reference.registry });

/** Puts the database into a registry as an OCI artifact, in whichever repository and tag. Throws as the registry source does. */
export async function uploadDatabase(home: string, reference: string, access: RegistryAccess): Promise<Pushed> {
  const parsed = parseReference(reference);
  const client = await connected(parsed, access);
  const folder = join(home, 'downloads');
  makeFolder(folder);
  await clearOrphans(folder, PACKED);
  const layerFile = join(folder, `push-${process.pid}.gz`);
  rmSync(layerFile, { force: true });
  try {
    const { manifest, config, configDescriptor, layer, claim } = await packDatabase(databasePath(home), layerFile);
    await upload(client, access.http, configDescriptor, () => config, parsed.name);
    await upload(client, access.http, layer, () => createReadStream(layerFile), parsed.name);
    const digest = digestOf(manifest);
    const response = await client.send(`manifests/${parsed.tag ?? (parsed.digest === undefined ? 'latest' : digest)}`, {
      method: 'PUT',
      headers: { 'content-type': MANIFEST_TYPE },
      body: manifest,
    });
    if (response.status !== 201) throw await answerError(access.http, response, parsed.name);
    await response.discard();
    return { reference: parsed.name, digest, bytes: layer.size, claim };
  } finally {
    rmSync(layerFile, { force: true });
  }
}

/** https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-blobs */
async function upload(
  client: RegistryClient,
  http: Http,
  { digest, size }: Descriptor,
  body: () => Buffer | AsyncIterable<Uint8Array>,
  where: string,
): Promise<void> {
  const there = await client.send(`blobs/${digest}`, { method: 'HEAD' });
  await there.discard();
  if (there.status === 200) return;
  const begun = await client.send('blobs/uploads/', { method: 'POST', headers: { 'content-length': '0' } });
  const { location } = begun.headers;
  if (begun.status !== 202 || location === undefined) throw await answerError(http, begun, where);
  await begun.discard();
  const target = new URL(location, begun.url);
  target.searchParams.set('digest', digest);
  const headers = { 'content-type': 'application/octet-stream', 'content-length': String(size) };
  const done = await client.send(target.href, { method: 'PUT', headers, body: body() });
  if (done.status !== 201) throw await answerError(http, done, where);
  await done.discard();
}

interface PullOptions extends InstallOptions {
  /** Who must have signed it. */
  readonly signer?: TrustedSigner;
}

/** What was pulled, and what the mirrors before it said. */
export interface Pulled extends Installed {
  readonly reference: string;
  readonly digest: string;
  /** By what it is proved: a signature, the digest in the reference, or nothing at all. */
  readonly proof: 'signature' | 'digest' | undefined;
  /** Whose signature it is, in words. */
  readonly signer?: string;
  readonly failed: readonly { readonly reference: string; readonly reason: string }[];
}

/**
 * Pulls the database from the first of several mirrors that has it. A mirror that cannot be reached or has none is passed
 * over; a signature that does not fit, a digest that does not, or a database older than ours ends it: those are no
 * accidents of one mirror.
 */
export async function downloadDatabase(
  references: readonly string[],
  access: RegistryAccess,
  options: PullOptions,
): Promise<Pulled> {
  // A key or root that is none is said before anybody is asked.
  const check = options.signer === undefined ? undefined : await signatureCheck(options.signer);
  const failed: { reference: string; reason: string }[] = [];
  for (const reference of references) {
    try {
      return { ...(await pullFrom(reference, access, options, check)), failed };
    } catch (error) {
      const problem = asPlimsollError(error, 'internal');
      if (FINAL.has(problem.code) || references.length === 1) throw problem;
      failed.push({ reference, reason: problem.line });
    }
  }
  throw new PlimsollError(
    'registry',
    `no mirror has the database: ${failed.map(({ reference, reason }) => `${reference}: ${reason}`).join('; ')}`,
    {
      hint: 'name a reference, or mirrors in the configuration file',
    },
  );
}

const FINAL = new Set([
  'digest-mismatch',
  'database-stale',
  'database-damaged',
  'config',
  'usage',
  'interrupted',
  'internal',
  'io',
]);

async function pullFrom(
  reference: string,
  access: RegistryAccess,
  options: InstallOptions,
  check: SignatureCheck | undefined,
): Promise<Omit<Pulled, 'failed'>> {
  const parsed = parseReference(reference);
  const client = await connected(parsed, access);
  const { bytes, digest } = await client.manifest(parsed.digest ?? parsed.tag ?? 'latest');
  if (check !== undefined) await verifySigned({ client, http: access.http, digest, where: parsed.name }, check);
  const installed = await install(
    {
      where: parsed.name,
      manifest: bytes,
      async config(descriptor) {
        const config = await client.blob(descriptor, LIMITS.configBytes, 'database configuration');
        verifyDigest(config, descriptor.digest, parsed.name);
        return config;
      },
      layer: (descriptor) => client.stream(descriptor, access.signal),
    },
    options,
  );
  const pinned = parsed.digest === undefined ? undefined : ('digest' as const);
  const proof = check === undefined ? { proof: pinned } : ({ proof: 'signature', signer: check.signer } as const);
  return { ...installed, reference: parsed.name, digest, ...proof };
}
