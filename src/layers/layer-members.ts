import { PlimsollError } from '../errors.ts';
import type { Layer, LayerContent } from '../model.ts';
import { fileSource, streamSource } from './byte-source.ts';
import { compressionOf, decompressed, fileHead, fileStream, type Meter, metered } from './decompress.ts';
import { walkDirectory } from './directory-walk.ts';
import { readTar, type TarMember } from './tar.ts';

/** The members of a layer while they are read, and the checks that come due when they are through. */
export interface LayerMembers {
  readonly members: AsyncIterable<TarMember>;
  /**
   * Reads on to the end of the stored blob and compares digests and size: of the blob where the layer came over a network,
   * of the uncompressed bytes wherever they all passed by. Throws `digest-mismatch`.
   */
  verify(): Promise<void>;
  close(): void;
}

/** Opens a layer's content in the cheapest way its source allows. `where` names the layer in errors. */
export async function layerMembers(layer: Layer, content: LayerContent, where: string): Promise<LayerMembers> {
  if (content.kind === 'directory') {
    return { members: walkDirectory(content.path), verify: async () => {}, close() {} };
  }
  if (content.kind === 'file') {
    const compression = compressionOf(await fileHead(content.path, content.offset, content.length), where);
    if (compression === 'none' && !layer.verify) {
      const source = fileSource(content.path, content.offset, content.length);
      return { members: readTar(source, where), verify: async () => {}, close: () => source.close() };
    }
    return streamed(layer, fileStream(content.path, content.offset, content.length), where);
  }
  return streamed(layer, content.bytes, where);
}

function streamed(layer: Layer, stored: AsyncIterable<Uint8Array>, where: string): LayerMembers {
  const outer = metered(stored, layer.verify && layer.digest !== undefined);
  const inner = metered(decompressed(outer.stream, where), layer.diffID.startsWith('sha256:'));
  const source = streamSource(inner.stream);
  return {
    members: readTar(source, where),
    async verify() {
      // What stands behind the end of the archive belongs to the digests.
      while ((await source.skip(Number.MAX_SAFE_INTEGER)) > 0);
      checkBlob(layer, outer.meter, where);
      checkDigest('diffID', layer.diffID, inner.meter.digest(), where);
    },
    close: () => source.close(),
  };
}

function checkBlob(layer: Layer, meter: Meter, where: string): void {
  if (!layer.verify) return;
  if (layer.size !== undefined && layer.size !== meter.bytes) {
    throw new PlimsollError(
      'digest-mismatch',
      `the layer has ${meter.bytes} bytes where its descriptor says ${layer.size}`,
      { where },
    );
  }
  if (layer.digest !== undefined) checkDigest('digest', layer.digest, meter.digest(), where);
}

function checkDigest(name: string, claimed: string, actual: string | undefined, where: string): void {
  if (actual === undefined || claimed === actual) return;
  throw new PlimsollError('digest-mismatch', `the layer's ${name} is ${actual}, not ${claimed} as the image says`, {
    where,
    hint: 'the image is damaged or has been tampered with: pull or save it again',
  });
}
