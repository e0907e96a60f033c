import { realpath } from 'node:fs/promises';
import type { Image, Layer, Platform } from '../../model.ts';

/** A root file system directory as an image of one layer, which is never cached: nothing says whether it has changed. `platform`: what the user says it is for. */
export async function openDirectory(reference: string, path: string, platform?: Platform): Promise<Image> {
  const name = await realpath(path);
  const layer: Layer = {
    index: 0,
    diffID: '',
    identity: null,
    verify: false,
    open: async () => ({ kind: 'directory', path: name }),
  };
  return {
    subject: { reference, source: 'dir', name, ...(platform ? { platform } : {}), layers: [{ index: 0, diffID: '' }] },
    layers: [layer],
    close: async () => {},
  };
}
