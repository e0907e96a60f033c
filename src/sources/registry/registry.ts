import { PlimsollError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import type { Image, ImageConfig, Layer, Notice, Platform, Subject } from '../../model.ts';
import type { Http } from '../../network/http.ts';
import type { NamedBy } from '../../network/reach.ts';
import type { Progress } from '../../progress.ts';
import { foreignLayer, isForeign, unreadableLayer } from '../foreign-layer.ts';
import {
  closedLayer,
  type Descriptor,
  type Index,
  layerInfos,
  type Manifest,
  parseImageConfig,
  parseManifest,
} from '../manifest.ts';
import { checkPlatform, choosePlatform, type PlatformTold, withPlatforms } from '../platform.ts';
import { familiarName, type ImageReference, parseReference } from '../reference.ts';
import { registryAttestations } from './attestations.ts';
import { connectRegistry, type RegistryClient } from './client.ts';
import type { Keychain } from './keychain.ts';

export interface RegistryOptions {
  readonly http: Http;
  readonly keychain: Keychain;
  /** Who named the image. Default `user`. */
  readonly namedBy?: NamedBy | undefined;
  /** What the user asked for; absent: Linux on this machine's architecture, or the only one there is. */
  readonly platform?: Platform | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly progress?: Progress | undefined;
  /** Plain HTTP and certificates that cannot be verified are accepted. Plain HTTP to this machine always is. */
  readonly insecure?: boolean | undefined;
  /** Default: this process's. */
  readonly environment?: NodeJS.ProcessEnv | undefined;
  /** As the user wrote it, where that is more than the reference (a prefix). */
  readonly written?: string | undefined;
}

/** A manifest reached through indexes. */
interface Resolved {
  readonly manifest: Manifest;
  readonly digest: string;
  /** Digest of what the reference names: the index, where there is one. */
  readonly named: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly notice?: Notice | undefined;
  /** What the index lists that the manifest was chosen from. */
  readonly beside: readonly Descriptor[];
}

/**
 * Opens an image in a registry: manifest and configuration are fetched and verified, layers are streamed when read.
 * Throws `reference`, `not-found`, `unauthorized`, `rate-limited`, `platform`, `unsupported`, `registry`, `network`,
 * `digest-mismatch`, `corrupt`, `limit`.
 */
export async function openRegistry(reference: string, options: RegistryOptions): Promise<Image> {
  const parsed = parseReference(reference);
  const client = await connectRegistry({ ...options, reference: parsed });
  const resolved = await resolve(client, parsed, options.platform);
  const { manifest } = resolved;
  const config = parseImageConfig(
    await client.blob(manifest.config, LIMITS.configBytes, 'image configuration'),
    parsed.name,
  );
  checkPlatform(config.platform, options.platform, parsed.name);
  const layers = layersOf(client, manifest, config, parsed.name);
  return {
    subject: subjectOf(options.written ?? reference, parsed, resolved, config, layers),
    layers,
    ...(resolved.notice ? { notices: [resolved.notice] } : {}),
    attestations: registryAttestations({ ...resolved, client, http: options.http, name: parsed.name }),
    close: async () => {},
  };
}

async function resolve(
  client: RegistryClient,
  reference: ImageReference,
  platform: Platform | undefined,
): Promise<Resolved> {
  let next = reference.digest ?? reference.tag ?? 'latest';
  let named: string | undefined;
  let annotations = {};
  let notice: Notice | undefined;
  let beside: readonly Descriptor[] = [];
  for (let depth = 0; depth <= LIMITS.indexDepth; depth++) {
    const { bytes, digest } = await client.manifest(next).catch((error: unknown) => {
      throw depth === 0 ? error : missing(error, next, reference.name);
    });
    const document: Manifest | Index = parseManifest(bytes, reference.name);
    named ??= digest;
    annotations = { ...annotations, ...document.annotations };
    if (document.kind === 'manifest') return { manifest: document, digest, named, annotations, notice, beside };
    const offered = await withPlatforms(document.manifests, (descriptor) =>
      platformIn(client, descriptor, reference.name),
    );
    const choice = choosePlatform(offered, platform, reference.name);
    notice ??= choice.notice;
    beside = offered;
    next = choice.descriptor.digest;
  }
  throw new PlimsollError('limit', `more than ${LIMITS.indexDepth} indexes within each other`, {
    where: reference.name,
  });
}

/** A registry may have lost, or never been given, what its index names. */
function missing(error: unknown, digest: string, where: string): unknown {
  if (!(error instanceof PlimsollError) || error.code !== 'not-found') return error;
  return new PlimsollError(
    'not-found',
    `the index names ${digest} for this platform, and the registry does not have it`,
    {
      where,
      hint: 'push the image again, or choose another platform with --platform',
      cause: error,
    },
  );
}

/** The platform that an image's own configuration states; of an index, what it lists. */
async function platformIn(client: RegistryClient, descriptor: Descriptor, where: string): Promise<PlatformTold> {
  const document = parseManifest((await client.manifest(descriptor.digest)).bytes, where);
  if (document.kind !== 'manifest') return document.manifests;
  return parseImageConfig(await client.blob(document.config, LIMITS.configBytes, 'image configuration'), where)
    .platform;
}

function layersOf(client: RegistryClient, manifest: Manifest, config: ImageConfig, where: string): Layer[] {
  return layerInfos(config, manifest.layers, where).map((info, index) => {
    const blob = manifest.layers[index]!;
    const closed = closedLayer(blob, `${where}, ${blob.digest}`);
    if (closed !== undefined) return unreadableLayer(info, closed);
    return {
      ...info,
      identity: '',
      verify: true,
      open: async (signal) => ({
        kind: 'stream',
        bytes: blob.data
          ? once(blob.data)
          : isForeign(blob)
            ? told(client.stream(blob, signal), blob, where)
            : client.stream(blob, signal),
      }),
    };
  });
}

async function* told(
  bytes: AsyncIterable<Uint8Array>,
  descriptor: Descriptor,
  where: string,
): AsyncGenerator<Uint8Array> {
  try {
    yield* bytes;
  } catch (error) {
    if (!(error instanceof PlimsollError) || error.code !== 'not-found') throw error;
    throw foreignLayer(descriptor, 'the registry', where, error);
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function subjectOf(
  written: string,
  reference: ImageReference,
  resolved: Resolved,
  config: ImageConfig,
  layers: readonly Layer[],
): Subject {
  const { manifest, digest, named, annotations } = resolved;
  const familiar = familiarName(reference);
  return {
    reference: written,
    source: 'registry',
    name: reference.name,
    digest,
    imageId: manifest.config.digest,
    repoTags: reference.tag === undefined ? [] : [`${familiar}:${reference.tag}`],
    repoDigests: [`${familiar}@${named}`],
    platform: config.platform,
    ...(config.created === undefined ? {} : { created: config.created }),
    size: layers.reduce((sum, layer) => sum + (layer.size ?? 0), 0),
    layers: layers.map(({ open: _open, identity: _identity, verify: _verify, ...info }) => info),
    config,
    ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
  };
}
