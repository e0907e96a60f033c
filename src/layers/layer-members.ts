import { join } from 'node:path';
import { PlimsollError } from '../errors.ts';
import type { Layer, LayerContent } from '../model.ts';
import { fileSource, streamSource } from './byte-source.ts';
import { algorithmOf, fileHead, layerCompression } from './decompress.ts';
import { directoryMembers } from './directory-walk.ts';
import { type Members, type TarMember, tarMembers } from './tar.ts';
import { type StoredBytes, type Unpacked, unpacked } from './unpack.ts';

/** The members of a layer while they are read, and the checks that come due when they are through. */
export interface LayerMembers {
  readonly members: Members;
  /** Where a member's body is stored, for sources in which it can be read later, or by another thread, at little cost. */
  readonly stored?: (member: TarMember) => { readonly file: string; readonly offset: number };
  /**
   * Reads on to the end of the stored blob; where it came over a network its digest and size are compared. Returns the diffID
   * of what was read, where all of it passed by. Throws `digest-mismatch`.
   */
  verify(): Promise<string | undefined>;
  close(): void;
}

/** Opens a layer's content in the cheapest way its source allows. `where` names the layer in errors; `isOver`: no more folders of a folder are to be entered. */
export async function layerMembers(
  layer: Layer,
  content: LayerContent,
  where: string,
  isOver?: () => boolean,
): Promise<LayerMembers> {
  if (content.kind === 'directory') {
    const { path, only } = content;
    return {
      members: directoryMembers(path, { only, ...(isOver && { isOver }) }),
      stored: ({ name }) => ({ file: join(content.path, name), offset: 0 }),
      verify: async () => undefined,
      close() {},
    };
  }
  if (content.kind === 'file') {
    const compression = layerCompression(await fileHead(content.path, content.offset, content.length));
    if (compression === 'none' && !layer.verify) {
      const source = fileSource(content.path, content.offset, content.length);
      return {
        members: tarMembers(source, where),
        stored: ({ at }) => ({ file: content.path, offset: content.offset + at }),
        verify: async () => undefined,
        close: () => source.close(),
      };
    }
    return streamedMembers(layer, content, where);
  }
  return streamedMembers(layer, { ...content, ...(layer.size === undefined ? {} : { size: layer.size }) }, where);
}

function streamedMembers(layer: Layer, stored: StoredBytes, where: string): LayerMembers {
  const plain = unpacked(
    stored,
    layer.verify ? algorithmOf(layer.digest) : undefined,
    layer.diffID === '' ? 'sha256' : algorithmOf(layer.diffID),
    where,
  );
  const source = streamSource(plain.stream);
  return {
    members: tarMembers(source, where),
    async verify() {
      // What stands behind the end of the archive belongs to the digests.
      while ((await source.skip(Number.MAX_SAFE_INTEGER)) > 0);
      checkBlob(layer, plain.stored, where);
      return plain.digest();
    },
    close: () => source.close(),
  };
}

function checkBlob(layer: Layer, meter: Unpacked['stored'], where: string): void {
  if (!layer.verify) return;
  if (layer.size !== undefined && layer.size !== meter.bytes) {
    throw new PlimsollError(
      'digest-mismatch',
      `the layer has ${meter.bytes} bytes where its descriptor says ${layer.size}`,
      { where },
    );
  }
  const actual = meter.digest();
  if (actual === undefined || layer.digest === undefined || actual === layer.digest) return;
  throw new PlimsollError(
    'digest-mismatch',
    `the layer's digest is ${actual}, not ${layer.digest} as the manifest says`,
    {
      where,
      hint: 'it was damaged or changed on its way: try again, and mistrust the registry if it stays so',
    },
  );
}
