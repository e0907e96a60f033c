import { PlimsollError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import type { Image, Layer, Notice } from '../../model.ts';
import { isAttached, layoutAttestations } from '../attestations/index.ts';
import { verifyDigest } from '../digest.ts';
import { isForeign, isMissing, leftOut, unreadableLayer } from '../foreign-layer.ts';
import {
  closedLayer,
  type Descriptor,
  type Index,
  layerInfos,
  type Manifest,
  parseImageConfig,
  parseManifest,
} from '../manifest.ts';
import type { OpenOptions } from '../open-options.ts';
import { checkPlatform, choosePlatform, named, type PlatformTold, platformText, withPlatforms } from '../platform.ts';
import type { BlobStore } from './blob-store.ts';
import { type LayerOf, localLayer } from './local-layer.ts';

const REF_NAME = 'org.opencontainers.image.ref.name';
/** containerd and BuildKit write the full name here. */
const FULL_NAME = 'io.containerd.image.name';

/**
 * Opens an image of an OCI layout, folder or tar. `wanted` is a tag (or digest) where the layout holds several.
 * Throws `corrupt`, `digest-mismatch`, `limit`, `platform`, and `usage` when one of several has to be named.
 * https://github.com/opencontainers/image-spec/blob/main/image-layout.md
 */
export async function openOciLayout(
  reference: string,
  store: BlobStore,
  wanted: string | undefined,
  options: OpenOptions,
  layerOf: LayerOf = localLayer,
): Promise<Image> {
  const top = parseManifest(await store.read('index.json', LIMITS.manifestBytes), `${store.where}, index.json`);
  if (top.kind !== 'index') throw new PlimsollError('corrupt', 'index.json is no index', { where: store.where });
  const { descriptor, manifest, notice } = await descend(chosen(top, wanted, store.where), store, options);
  const configBytes = await bytesOf(manifest.config, store, LIMITS.configBytes);
  const config = parseImageConfig(configBytes, `${store.where}, ${manifest.config.digest}`);
  checkPlatform(config.platform, options.platform, store.where);
  const layers: Layer[] = [];
  for (const info of layerInfos(config, manifest.layers, store.where)) {
    const named = manifest.layers[info.index] as Descriptor;
    const closed = closedLayer(named, `${store.where}, ${named.digest}`);
    layers.push(
      closed !== undefined
        ? unreadableLayer(info, closed)
        : await layerOf(info, blobName(named.digest), store).catch((error: unknown) => {
            if (isForeign(named) && isMissing(error)) return leftOut(info, named, 'the layout', store.where);
            throw error;
          }),
    );
  }
  const name = descriptor.annotations?.[FULL_NAME] ?? descriptor.annotations?.[REF_NAME];
  return {
    subject: {
      reference,
      source: 'oci',
      name: name ?? store.where,
      digest: descriptor.digest,
      imageId: manifest.config.digest,
      ...(name === undefined ? {} : { repoTags: [name] }),
      platform: config.platform,
      ...(config.created === undefined ? {} : { created: config.created }),
      size: manifest.layers.reduce((sum, { size }) => sum + size, 0),
      layers: layers.map(({ open: _open, identity: _identity, verify: _verify, ...info }) => info),
      config,
      ...(manifest.annotations ? { annotations: manifest.annotations } : {}),
    },
    layers,
    ...(notice ? { notices: [notice] } : {}),
    attestations: layoutAttestations(store, { digest: descriptor.digest, imageId: manifest.config.digest }),
    close: async () => {},
  };
}

/** The entries of index.json that the user can mean. */
function chosen(index: Index, wanted: string | undefined, where: string): readonly Descriptor[] {
  const names = (descriptor: Descriptor): string[] =>
    [descriptor.annotations?.[REF_NAME], descriptor.annotations?.[FULL_NAME], descriptor.digest].filter(
      (name) => name !== undefined,
    );
  if (wanted !== undefined) {
    const fitting = index.manifests.filter((descriptor) =>
      names(descriptor).some((name) => name === wanted || name.endsWith(`:${wanted}`)),
    );
    if (fitting.length > 0) return fitting;
    throw new PlimsollError('not-found', `no image ${wanted} in the layout`, {
      where,
      hint: `there are ${listed(index, names)}`,
    });
  }
  const images = index.manifests.filter((descriptor) => !isAttached(descriptor));
  const tags = new Set(images.map(({ annotations }) => annotations?.[REF_NAME]));
  if (tags.size <= 1) return images;
  throw new PlimsollError('usage', `the layout holds ${tags.size} images`, {
    where,
    hint: `name one as oci:PATH:TAG; there are ${listed(index, names)}`,
  });
}

const listed = (index: Index, names: (descriptor: Descriptor) => string[]): string =>
  index.manifests
    .slice(0, 10)
    .map((descriptor) => names(descriptor)[0])
    .join(', ');

async function descend(
  candidates: readonly Descriptor[],
  store: BlobStore,
  options: OpenOptions,
): Promise<{ descriptor: Descriptor; manifest: Manifest; notice?: Notice }> {
  let offered = candidates;
  let notice: Notice | undefined;
  // An index may list indexes; a chain of them that never reaches an image is an attack.
  for (let depth = 0; depth < LIMITS.indexDepth; depth += 1) {
    const [only] = offered;
    const choice =
      only && offered.length === 1
        ? { descriptor: only, notice: undefined }
        : choosePlatform(
            await withPlatforms(offered, (descriptor) => platformIn(descriptor, store)),
            options.platform,
            store.where,
          );
    notice = choice.notice ?? notice;
    const bytes = await bytesOf(choice.descriptor, store, LIMITS.manifestBytes).catch((error: unknown) => {
      throw missing(error, choice.descriptor, store.where);
    });
    const parsed = parseManifest(bytes, `${store.where}, ${choice.descriptor.digest}`);
    if (parsed.kind === 'manifest')
      return { descriptor: choice.descriptor, manifest: parsed, ...(notice ? { notice } : {}) };
    offered = named(parsed.manifests, choice.descriptor);
  }
  throw new PlimsollError('corrupt', `indexes within indexes, more than ${LIMITS.indexDepth} deep`, {
    where: store.where,
  });
}

/** A copy of an index need not have all that it names: `skopeo copy` without `--all`, a push that was broken off. */
function missing(error: unknown, { digest, platform }: Descriptor, where: string): unknown {
  if (
    !(error instanceof PlimsollError) ||
    !['not-found', 'corrupt'].includes(error.code) ||
    error.code === 'digest-mismatch'
  )
    return error;
  const which = platform === undefined ? '' : ` for ${platformText(platform)}`;
  return new PlimsollError(error.code, `the index names ${digest}${which}, and it is not there: ${error.message}`, {
    where,
    hint: 'copy the image with all its platforms, or choose one that is there with --platform',
    cause: error,
  });
}

async function platformIn(descriptor: Descriptor, store: BlobStore): Promise<PlatformTold> {
  const document = parseManifest(await bytesOf(descriptor, store, LIMITS.manifestBytes), store.where);
  if (document.kind !== 'manifest') return document.manifests;
  return parseImageConfig(await bytesOf(document.config, store, LIMITS.configBytes), store.where).platform;
}

async function bytesOf(descriptor: Descriptor, store: BlobStore, limit: number): Promise<Buffer> {
  if (descriptor.data) return descriptor.data;
  const bytes = await store.read(blobName(descriptor.digest), limit);
  verifyDigest(bytes, descriptor.digest, store.where);
  return bytes;
}

const blobName = (digest: string): string => `blobs/${digest.replace(':', '/')}`;
