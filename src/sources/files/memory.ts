import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { Image, Instruction, Layer, LayerInfo, Platform, RunConfig } from '../../model.ts';
import { type TarEntries, tar } from './tar-writer.ts';

/** One layer of an image that exists only in memory. */
export interface MemoryLayer {
  /** What the layer holds; or `blob`, its bytes as they are, however broken. */
  readonly files?: TarEntries;
  readonly blob?: Uint8Array;
  /** The instruction that made it, as an image's history has it. */
  readonly createdBy?: string;
  readonly created?: string;
  readonly compression?: 'none' | 'gzip';
  /** How paths too long for ustar are written. */
  readonly longNames?: 'pax' | 'gnu';
  /** Claimed in place of the real one. */
  readonly diffID?: string;
}

/** An instruction that left no layer (`ENV`, `CMD`), to stand between layers. */
export interface MemoryInstruction {
  readonly instruction: string;
}

/** An image to be made in memory. */
export interface MemoryImage {
  readonly layers: readonly (MemoryLayer | MemoryInstruction)[];
  readonly reference?: string;
  readonly platform?: Platform;
  readonly created?: string;
  readonly author?: string;
  readonly run?: RunConfig;
  readonly repoTags?: readonly string[];
}

/** The blobs such an image consists of: real tar bytes, a real configuration, a real OCI manifest, all with their digests. */
export interface ImageBlobs {
  readonly manifest: Blob;
  readonly config: Blob;
  readonly layers: readonly (Blob & { readonly diffID: string; readonly tar: Buffer })[];
}

export interface Blob {
  readonly bytes: Buffer;
  readonly digest: string;
  readonly mediaType: string;
}

const OCI = 'application/vnd.oci.image';

/** `sha256:` and 64 hexadecimal digits. */
export function sha256(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** Writes the blobs of an image: what a registry would store. https://github.com/opencontainers/image-spec/blob/main/manifest.md */
export function imageBlobs(image: MemoryImage): ImageBlobs {
  const layers = image.layers.filter((layer): layer is MemoryLayer => !('instruction' in layer)).map(layerBlob);
  const config = blob(`${OCI}.config.v1+json`, Buffer.from(JSON.stringify(configDocument(image, layers))));
  const descriptor = ({ mediaType, digest, bytes }: Blob) => ({ mediaType, digest, size: bytes.length });
  const manifest = {
    schemaVersion: 2,
    mediaType: `${OCI}.manifest.v1+json`,
    config: descriptor(config),
    layers: layers.map(descriptor),
  };
  return { config, layers, manifest: blob(manifest.mediaType, Buffer.from(JSON.stringify(manifest))) };
}

function blob(mediaType: string, bytes: Buffer): Blob {
  return { mediaType, bytes, digest: sha256(bytes) };
}

function layerBlob(layer: MemoryLayer): ImageBlobs['layers'][number] {
  const uncompressed =
    layer.blob === undefined
      ? tar(layer.files ?? {}, layer.longNames ? { longNames: layer.longNames } : {})
      : Buffer.from(layer.blob);
  const gzip = layer.compression === 'gzip';
  const stored = blob(`${OCI}.layer.v1.tar${gzip ? '+gzip' : ''}`, gzip ? gzipSync(uncompressed) : uncompressed);
  return { ...stored, tar: uncompressed, diffID: layer.diffID ?? sha256(uncompressed) };
}

/** https://github.com/opencontainers/image-spec/blob/main/config.md */
function configDocument(image: MemoryImage, layers: ImageBlobs['layers']): Record<string, unknown> {
  return {
    created: image.created ?? '1970-01-01T00:00:00Z',
    ...(image.author === undefined ? {} : { author: image.author }),
    ...(image.platform ?? { os: 'linux', architecture: 'amd64' }),
    config: image.run ?? {},
    rootfs: { type: 'layers', diff_ids: layers.map((layer) => layer.diffID) },
    history: history(image).map(({ createdBy, created, emptyLayer }) => ({
      ...(created === undefined ? {} : { created }),
      created_by: createdBy,
      ...(emptyLayer ? { empty_layer: true } : {}),
    })),
  };
}

function history(image: MemoryImage): Instruction[] {
  return image.layers.map((layer) =>
    'instruction' in layer
      ? { createdBy: layer.instruction, emptyLayer: true }
      : {
          createdBy: layer.createdBy ?? '',
          ...(layer.created === undefined ? {} : { created: layer.created }),
          emptyLayer: false,
        },
  );
}

/** An opened image over bytes in memory; its layers can be read as often as one likes. */
export function memoryImage(image: MemoryImage): Image {
  const blobs = imageBlobs(image);
  const made = image.layers.filter((layer): layer is MemoryLayer => !('instruction' in layer));
  const infos = blobs.layers.map((layer, index): LayerInfo => {
    const instruction = made[index]?.createdBy;
    return {
      index,
      diffID: layer.diffID,
      digest: layer.digest,
      mediaType: layer.mediaType,
      size: layer.bytes.length,
      ...(instruction === undefined ? {} : { instruction }),
    };
  });
  const reference = image.reference ?? 'memory';
  const platform = image.platform ?? { os: 'linux', architecture: 'amd64' };
  const created = image.created ?? '1970-01-01T00:00:00Z';
  return {
    subject: {
      reference,
      source: 'memory',
      name: reference,
      digest: blobs.manifest.digest,
      imageId: blobs.config.digest,
      ...(image.repoTags === undefined ? {} : { repoTags: image.repoTags }),
      platform,
      created,
      size: blobs.layers.reduce((total, layer) => total + layer.bytes.length, 0),
      layers: infos,
      config: {
        platform,
        created,
        ...(image.author === undefined ? {} : { author: image.author }),
        run: image.run ?? {},
        history: history(image),
        diffIDs: infos.map((info) => info.diffID),
      },
    },
    layers: infos.map((info, index) => memoryLayer(info, blobs.layers[index]!.bytes)),
    close: async () => {},
  };
}

function memoryLayer(info: LayerInfo, bytes: Buffer): Layer {
  return {
    ...info,
    identity: '',
    verify: false,
    open: async () => ({ kind: 'stream', bytes: chunksOf(bytes) }),
  };
}

/** In pieces, as a network would bring them, so that no reader learns to rely on one chunk. */
async function* chunksOf(bytes: Buffer): AsyncGenerator<Uint8Array> {
  const size = 64 * 1024 - 1;
  for (let offset = 0; offset < bytes.length; offset += size) yield bytes.subarray(offset, offset + size);
}
