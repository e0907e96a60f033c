import { realpath } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { PlimsollError } from '../../errors.ts';
import type { Image, Layer } from '../../model.ts';
import { tarStore } from './blob-store.ts';

/** Files that are looked at by themselves: models, notebooks, archives of code. None of them can be an image. */
const LONE =
  /\.(?:(?:pkl|pickle|pckl|dill|cloudpickle|joblib|npy|npz)(?:\.(?:gz|bz2|xz|zst|z|lzma))?|pt|pt2|pth|ckpt|bin|onnx|h5|hdf5|keras|safetensors|gguf|pb|tflite|pdmodel|mar|nemo|skops|llamafile|ipynb|jar|war|ear|pex|pyzw?)$/i;

/** Whether a file's name says that it is judged by itself, as a folder with nothing else in it. */
export const isLone = (path: string): boolean => LONE.test(path);

/** One file, as a root file system with nothing else in it. A link is followed: what it leads to is looked at, under its own name. Throws `not-found`. */
export async function openLoneFile(reference: string, path: string): Promise<Image> {
  const store = await tarStore(path).catch(() => undefined);
  // As a file it has no packages at all, which nobody who wrote `dir:` by mistake should take for an answer.
  if (store && ((await store.has('manifest.json')) || (await store.has('index.json'))))
    throw new PlimsollError('not-found', 'this is an image archive and no folder', {
      where: path,
      hint: 'leave dir: away',
    });
  const name = await realpath(path);
  const layer: Layer = {
    index: 0,
    diffID: '',
    identity: null,
    verify: false,
    open: async () => ({ kind: 'directory', path: dirname(name), only: basename(name) }),
  };
  return {
    subject: { reference, source: 'dir', name, layers: [{ index: 0, diffID: '' }] },
    layers: [layer],
    close: async () => {},
  };
}
