import type { LayerContent } from '../model.ts';
import { fileSource } from './byte-source.ts';
import { openInside } from './inside-folder.ts';

/** The first bytes of a file of a folder, by its path in it (a file, not a link); empty where it cannot be read, or the layer is no folder. */
export async function firstBytes(content: LayerContent, path: string, count: number): Promise<Buffer> {
  if (content.kind !== 'directory') return Buffer.alloc(0);
  try {
    const source = fileSource(openInside(content.path, path), 0, count, count);
    try {
      return Buffer.from(await source.take(count));
    } finally {
      source.close();
    }
  } catch {
    return Buffer.alloc(0);
  }
}
