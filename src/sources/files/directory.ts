import { realpath, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { byteSize } from '../../formats/grouped.ts';
import { LIMITS } from '../../limits.ts';
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
    readingMs: LIMITS.folderMs,
    close: async () => {},
  };
}

/** In words what a scan has before it where a folder is the root of a whole file system (`dir:/`): how much that holds is known at once, of other folders it is not. */
export async function wholeFileSystem(path: string): Promise<string | undefined> {
  const root = await realpath(path);
  const [here, above] = [await stat(root), await stat(dirname(root))];
  if (root !== dirname(root) && here.dev === above.dev) return undefined;
  const { blocks, bfree, bsize } = await statfs(root);
  return `${root} is a whole file system with ${byteSize((blocks - bfree) * bsize)} on it: it is gone through for ${LIMITS.folderMs / 60_000} minutes at most, unless --timeout says otherwise; what is mounted below it is not entered`;
}
