import { PlimsollError } from '../../errors.ts';
import { algorithmOf, fileHead, layerCompression } from '../../layers/decompress.ts';
import type { Layer, LayerInfo } from '../../model.ts';
import type { BlobStore } from './blob-store.ts';

/** Makes a layer of what is known of it and its name in a store. */
export type LayerOf = (info: LayerInfo, name: string, store: BlobStore) => Promise<Layer>;

/**
 * A layer that lies in a local file. Compressed layers pass by whole, so their diffID is checked and vouches for the cache;
 * an uncompressed one is read by seeking, unchecked, and its cached index is bound to this very file: a forged archive must not
 * be able to speak for another image's layer.
 */
export async function localLayer(info: LayerInfo, name: string, store: BlobStore): Promise<Layer> {
  const region = await store.region(name);
  if (!region)
    throw new PlimsollError('corrupt', `the layer ${name} is missing`, {
      where: store.where,
      hint: 'save the image again',
    });
  // Where the end of a tar is cut off cleanly, only the descriptor can tell.
  if (info.size !== undefined && info.size !== region.length)
    throw new PlimsollError('corrupt', `the layer ${name} has ${region.length} bytes, not ${info.size}`, {
      where: store.where,
      hint: 'pull or save the image again',
    });
  const compression = layerCompression(await fileHead(region.path, region.offset, region.length));
  const checked = compression !== 'none' && algorithmOf(info.diffID) !== undefined;
  return {
    ...info,
    size: info.size ?? region.length,
    identity: checked ? '' : `${store.identity}\n${name}\n${region.offset}`,
    verify: false,
    open: async () => ({ kind: 'file', ...region }),
  };
}
