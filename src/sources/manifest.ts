import { PlimsollError } from '../errors.ts';
import { layerInstructions } from '../formats/text/index.ts';
import { LIMITS } from '../limits.ts';
import type { ImageConfig, LayerInfo, Platform } from '../model.ts';
import { checkedDigest, verifyDigest } from './digest.ts';
import { isObject, jsonObject, textMapOf, textOf, textsOf, type UnknownRecord } from './json.ts';

/** The media types of manifests, for `Accept`. */
export const MANIFEST_TYPES: readonly [string, string, string, string] = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];
/** So many of them, the first, are indexes. */
const INDEX_TYPES = 2;

export { parseImageConfig } from './image-config.ts';

/** https://github.com/opencontainers/image-spec/blob/main/descriptor.md */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly urls?: readonly string[];
  readonly annotations?: Readonly<Record<string, string>>;
  /** The content itself, already verified. */
  readonly data?: Buffer;
  readonly platform?: Platform;
  readonly artifactType?: string;
}

/** https://github.com/opencontainers/image-spec/blob/main/manifest.md, and Docker's schema 2 */
export interface Manifest {
  readonly kind: 'manifest';
  readonly mediaType: string;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  readonly annotations?: Readonly<Record<string, string>>;
}

/** https://github.com/opencontainers/image-spec/blob/main/image-index.md, and Docker's manifest list */
export interface Index {
  readonly kind: 'index';
  readonly mediaType: string;
  readonly manifests: readonly Descriptor[];
  readonly annotations?: Readonly<Record<string, string>>;
}

/**
 * The manifest or index that the bytes hold. What it is follows from its members, since registries are known to send
 * other media types; one that could be read as both is refused (CVE-2021-41190).
 * Throws `corrupt`, `limit`, and `unsupported` for schema 1 and for what is no container image.
 */
export function parseManifest(bytes: Uint8Array, where: string): Manifest | Index {
  if (bytes.length > LIMITS.manifestBytes)
    throw new PlimsollError('limit', `the manifest is larger than ${LIMITS.manifestBytes} bytes`, { where });
  const value = jsonObject(bytes, where, 'manifest');
  if (value.schemaVersion === 1 || 'fsLayers' in value) {
    throw new PlimsollError('unsupported', 'the image has a manifest of schema 1, given up in 2017', {
      where,
      hint: 'push the image again with a current program',
    });
  }
  const isIndex = Array.isArray(value.manifests);
  const isImage = Array.isArray(value.layers) || 'config' in value;
  if (isIndex && isImage)
    throw new PlimsollError('corrupt', 'the manifest is an index and an image at once', { where });
  if (!isIndex && !isImage) throw new PlimsollError('corrupt', 'neither a manifest nor an index', { where });
  const claimed = MANIFEST_TYPES.indexOf(textOf(value.mediaType) ?? '');
  if (claimed !== -1 && claimed < INDEX_TYPES !== isIndex) {
    throw new PlimsollError('corrupt', `the manifest calls itself ${value.mediaType} and is none`, { where });
  }
  return isIndex ? parseIndex(value, where) : parseImageManifest(value, where);
}

function parseIndex(value: UnknownRecord, where: string): Index {
  const manifests = list(value.manifests, LIMITS.indexManifests, 'manifests', where);
  return {
    kind: 'index',
    mediaType: textOf(value.mediaType) ?? MANIFEST_TYPES[0],
    manifests: manifests.map((item, index) => parseDescriptor(item, `${where}, manifest ${index}`)),
    ...annotationsOf(value),
  };
}

function parseImageManifest(value: UnknownRecord, where: string): Manifest {
  const artifact = textOf(value.artifactType);
  const config = parseDescriptor(value.config, `${where}, config`);
  if (!IMAGE_CONFIG.test(config.mediaType)) throw noImage(artifact ?? config.mediaType, where);
  const layers = list(value.layers, LIMITS.layers, 'layers', where);
  return {
    kind: 'manifest',
    mediaType: textOf(value.mediaType) ?? MANIFEST_TYPES[2],
    config,
    layers: layers.map((item, index) => parseDescriptor(item, `${where}, layer ${index}`)),
    ...annotationsOf(value),
  };
}

/** Early pushes called every blob an octet stream, and some tools still call a configuration just JSON. */
const IMAGE_CONFIG =
  /^application\/(vnd\.oci\.image\.config\.v1\+json|vnd\.docker\.container\.image\.v1\+json|octet-stream|json)$/;
const IMAGE_LAYER =
  /^application\/(vnd\.oci\.image\.layer\.(nondistributable\.)?v1|vnd\.docker\.image\.rootfs\.(foreign\.)?diff)\.tar([.+](gzip|zstd))?$/;

/** Why nobody can read a layer, whatever its bytes are: it is encrypted, or no file system. The other layers of the image can be read all the same. */
export function closedLayer({ mediaType }: Pick<Descriptor, 'mediaType'>, where: string): PlimsollError | undefined {
  if (IMAGE_LAYER.test(mediaType) || mediaType === 'application/octet-stream') return undefined;
  if (mediaType.includes('+encrypted')) {
    return new PlimsollError('unsupported', 'the layer is encrypted', {
      where,
      hint: 'decrypt the image first, for example with skopeo copy --decryption-key',
    });
  }
  return new PlimsollError('unsupported', `the layer is no file system but ${mediaType || 'nameless'}`, { where });
}

const noImage = (type: string, where: string): PlimsollError =>
  new PlimsollError('unsupported', `not a container image but ${type}`, {
    where,
    hint: 'name an image, not another artifact of the registry',
  });

/** Of a configuration that says nothing. https://github.com/opencontainers/image-spec/blob/main/manifest.md#guidance-for-an-empty-descriptor */
export const EMPTY_TYPE = 'application/vnd.oci.empty.v1+json';

/** A descriptor; `corrupt` when digest or size are missing or impossible, or when embedded `data` is not what they say. */
export function parseDescriptor(value: unknown, where: string): Descriptor {
  if (!isObject(value)) throw new PlimsollError('corrupt', 'a descriptor is missing', { where });
  const digest = checkedDigest(value.digest, where);
  const { size } = value;
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0)
    throw new PlimsollError('corrupt', 'a descriptor has no size', { where });
  const urls = textsOf(value.urls);
  const platform = platformOf(value.platform);
  const artifactType = textOf(value.artifactType);
  const data = embedded(value.data, digest, size, where);
  return {
    mediaType: textOf(value.mediaType) ?? '',
    digest,
    size,
    ...(urls?.length ? { urls } : {}),
    ...annotationsOf(value),
    ...(data ? { data } : {}),
    ...(platform ? { platform } : {}),
    ...(artifactType === undefined ? {} : { artifactType }),
  };
}

function embedded(value: unknown, digest: string, size: number, where: string): Buffer | undefined {
  if (typeof value !== 'string') return undefined;
  const data = Buffer.from(value, 'base64');
  if (data.length !== size)
    throw new PlimsollError('corrupt', `embedded content has ${data.length} bytes, not ${size}`, { where });
  verifyDigest(data, digest, where);
  return data;
}

function platformOf(value: unknown): Platform | undefined {
  if (!isObject(value)) return undefined;
  const os = textOf(value.os);
  const architecture = textOf(value.architecture);
  const variant = textOf(value.variant);
  if (os === undefined || architecture === undefined) return undefined;
  return { os, architecture, ...(variant === undefined ? {} : { variant }) };
}

function annotationsOf(value: UnknownRecord): { annotations?: Readonly<Record<string, string>> } {
  const annotations = textMapOf(value.annotations);
  return annotations ? { annotations } : {};
}

function list(value: unknown, limit: number, what: string, where: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new PlimsollError('corrupt', `the manifest has no ${what}`, { where });
  if (value.length > limit) throw new PlimsollError('limit', `more than ${limit} ${what}`, { where });
  return value;
}

/**
 * What is known of each layer, lowest first: the diffID of the configuration, the blob of the manifest (where there is
 * one) and the instruction of the history. A history that does not have one entry for each layer tells nothing about
 * any of them: a guess would blame the wrong line of a Dockerfile.
 * Throws `corrupt` when manifest and configuration disagree on the number of layers.
 */
export function layerInfos(config: ImageConfig, blobs: readonly Descriptor[] | undefined, where: string): LayerInfo[] {
  if (blobs && blobs.length !== config.diffIDs.length) {
    throw new PlimsollError(
      'corrupt',
      `the manifest has ${blobs.length} layers, the configuration ${config.diffIDs.length}`,
      { where },
    );
  }
  const makers = layerInstructions(config);
  const known = makers.length === config.diffIDs.length;
  return config.diffIDs.map((diffID, index) => {
    const blob = blobs?.[index];
    const instruction = known ? makers[index] : undefined;
    return {
      index,
      diffID,
      ...(blob ? { digest: blob.digest, mediaType: blob.mediaType, size: blob.size } : {}),
      ...(instruction ? { instruction } : {}),
    };
  });
}
