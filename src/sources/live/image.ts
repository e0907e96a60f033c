import { PlimsollError } from '../../errors.ts';
import { type Manifest, parseManifest } from '../manifest.ts';
import { choosePlatform } from '../platform.ts';
import { type ImageReference, parseReference } from '../reference.ts';
import { connectRegistry, type Keychain, type RegistryClient } from '../registry/index.ts';
import type { LiveWorld } from './live-source.ts';

/** An image by its digest. */
interface KnownImage {
  readonly reference: ImageReference;
  /** Of the manifest itself, never of an index. */
  readonly digest: string;
}

/**
 * Asks the registry for the digest that a name has now; of an image for several platforms it is the one that would be scanned here, which
 * is said. Throws `reference`, and as the registry.
 */
export async function knownImage(name: string, world: LiveWorld): Promise<KnownImage> {
  const { reference, client } = await connected(name, world);
  const { bytes, digest } = await client.manifest(reference.digest ?? reference.tag ?? 'latest');
  const document = parseManifest(bytes, reference.name);
  if (document.kind === 'manifest') return { reference, digest };
  const { descriptor } = choosePlatform(document.manifests, undefined, reference.name);
  world.progress.say(`${reference.name} is for several platforms: ${descriptor.digest} is the one asked about`);
  return { reference, digest: descriptor.digest };
}

/** Where the layers of an image lie, for a service that fetches them itself. Throws as the registry. */
export async function imageLayers(
  name: string,
  digest: string,
  world: LiveWorld,
): Promise<readonly { readonly digest: string; readonly url: string }[]> {
  const { reference, client } = await connected(name, world);
  const document = parseManifest((await client.manifest(digest)).bytes, reference.name);
  if (document.kind !== 'manifest')
    throw new PlimsollError('corrupt', 'the registry answered with an index', { where: reference.name });
  return (document as Manifest).layers.map((layer) => ({ digest: layer.digest, url: client.blobUrl(layer.digest) }));
}

async function connected(
  name: string,
  world: LiveWorld,
): Promise<{ readonly reference: ImageReference; readonly client: RegistryClient }> {
  const reference = parseReference(name);
  const { http, environment, signal } = world;
  const keychain = await keychainOf(world);
  return { reference, client: await connectRegistry({ http, keychain, reference, signal, environment }) };
}

/** What opens registries, and those services that take the same. */
export async function keychainOf({ environment, home, signal, http, progress }: LiveWorld): Promise<Keychain> {
  const { createKeychain } = await import('../registry/keychain.ts');
  return createKeychain({ environment, home, ...(signal ? { signal } : {}), clouds: { http, progress } });
}
