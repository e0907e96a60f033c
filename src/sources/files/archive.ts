import { PlimsollError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import type { Image, Layer } from '../../model.ts';
import { layoutAttestations } from '../attestations/index.ts';
import { digestOf } from '../digest.ts';
import { isForeign, isMissing, leftOut } from '../foreign-layer.ts';
import { isObject, jsonObject, textOf, textsOf, type UnknownRecord } from '../json.ts';
import { layerInfos, parseImageConfig } from '../manifest.ts';
import type { OpenOptions } from '../open-options.ts';
import { checkPlatform } from '../platform.ts';
import type { BlobStore } from './blob-store.ts';
import { type LayerOf, localLayer } from './local-layer.ts';

/** One image of a `docker save` archive, as its manifest.json lists it. */
interface SavedImage {
  readonly config: string;
  readonly repoTags: readonly string[];
  readonly layers: readonly string[];
  /** By diffID: the layers that a publisher keeps, and where. */
  readonly sources: UnknownRecord;
}

/**
 * Opens an image that `docker save`, Podman, skopeo or buildah wrote. `wanted` is the tag of one where the archive holds several.
 * Throws `corrupt`, `limit`, `platform`, and `usage` when one of several has to be named.
 * https://github.com/moby/docker-image-spec/blob/main/v1.2.md#combined-image-json--filesystem-changeset-format
 */
export async function openArchive(
  reference: string,
  store: BlobStore,
  wanted: string | undefined,
  options: OpenOptions,
  layerOf: LayerOf = localLayer,
): Promise<Image> {
  const saved = choose(
    parseSaved(await store.read('manifest.json', LIMITS.manifestBytes), store.where),
    wanted,
    store.where,
  );
  const bytes = await store.read(saved.config, LIMITS.configBytes);
  const config = parseImageConfig(bytes, `${store.where}, ${saved.config}`);
  checkPlatform(config.platform, options.platform, store.where);
  if (saved.layers.length !== config.diffIDs.length) {
    throw new PlimsollError(
      'corrupt',
      `manifest.json lists ${saved.layers.length} layers, the configuration ${config.diffIDs.length}`,
      {
        where: store.where,
        hint: 'save the image again',
      },
    );
  }
  const layers: Layer[] = [];
  for (const info of layerInfos(config, undefined, store.where)) {
    const foreign = foreignOf(saved.sources[info.diffID]);
    layers.push(
      await layerOf(info, saved.layers[info.index] as string, store).catch((error: unknown) => {
        if (foreign !== undefined && isMissing(error)) return leftOut(info, foreign, 'the archive', store.where);
        throw error;
      }),
    );
  }
  return {
    subject: {
      reference,
      source: 'archive',
      name: saved.repoTags[0] ?? store.where,
      imageId: digestOf(bytes),
      ...(saved.repoTags.length > 0 ? { repoTags: saved.repoTags } : {}),
      platform: config.platform,
      ...(config.created === undefined ? {} : { created: config.created }),
      size: layers.reduce((sum, { size }) => sum + (size ?? 0), 0),
      layers: layers.map(({ open: _open, identity: _identity, verify: _verify, ...info }) => info),
      config,
    },
    layers,
    // Docker with containerd's store, and Docker from 25 on, write an OCI layout around the same files.
    ...((await store.has('index.json'))
      ? { attestations: layoutAttestations(store, { imageId: digestOf(bytes) }) }
      : {}),
    close: async () => {},
  };
}

function parseSaved(bytes: Buffer, where: string): SavedImage[] {
  // A list, which `jsonObject` takes for none: wrapped, it is read with the same care.
  const { images } = jsonObject(
    Buffer.concat([Buffer.from('{"images":'), bytes, Buffer.from('}')]),
    where,
    'manifest.json',
  );
  if (!Array.isArray(images))
    throw new PlimsollError('corrupt', 'manifest.json is no list of images', { where, hint: 'save the image again' });
  if (images.length > LIMITS.indexManifests)
    throw new PlimsollError('limit', `more than ${LIMITS.indexManifests} images in the archive`, { where });
  return images.map((image) => {
    const config = textOf(image?.Config);
    const layers = textsOf(image?.Layers);
    if (config === undefined || layers === undefined) {
      throw new PlimsollError('corrupt', 'an image in manifest.json has no Config or Layers', {
        where,
        hint: 'save the image again',
      });
    }
    if (layers.length > LIMITS.layers) throw new PlimsollError('limit', `more than ${LIMITS.layers} layers`, { where });
    const sources = isObject(image.LayerSources) ? image.LayerSources : {};
    return { config, layers, repoTags: textsOf(image.RepoTags) ?? [], sources };
  });
}

/** The addresses of a foreign layer; undefined when what is said of it does not make it one. */
function foreignOf(source: unknown): { readonly urls: readonly string[] } | undefined {
  if (!isObject(source)) return undefined;
  const urls = textsOf(source.urls) ?? [];
  return urls.length > 0 || isForeign({ mediaType: textOf(source.mediaType) ?? '' }) ? { urls } : undefined;
}

function choose(images: readonly SavedImage[], wanted: string | undefined, where: string): SavedImage {
  const names = images.flatMap(({ repoTags }) => repoTags);
  const fitting =
    wanted === undefined
      ? images
      : images.filter(({ repoTags }) => repoTags.some((tag) => tag === wanted || tag.endsWith(`:${wanted}`)));
  const [only] = fitting;
  if (only && fitting.length === 1) return only;
  if (images.length === 0) throw new PlimsollError('not-found', 'the archive holds no image', { where });
  throw new PlimsollError(
    fitting.length === 0 ? 'not-found' : 'usage',
    fitting.length === 0 ? `no image ${wanted} in the archive` : `the archive holds ${images.length} images`,
    {
      where,
      hint:
        names.length > 0
          ? `name one: archive:${where}:${names[0]} (there are ${names.slice(0, 10).join(', ')})`
          : 'save one image alone',
    },
  );
}
