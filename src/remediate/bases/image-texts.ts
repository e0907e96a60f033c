import { addTo } from '../../collections.ts';
import type { ReadImage } from '../../layers/read-image.ts';
import { eachWantedFile, fileText } from '../../layers/wanted-files.ts';
import { LIMITS } from '../../limits.ts';
import type { Image } from '../../model.ts';

/**
 * The texts of a few visible files of an image, by the path that was asked for, links followed. What is missing, larger than a
 * configuration file or no file is left out. Goes once through each layer that holds one of them.
 * Throws what reading a layer throws.
 */
export async function imageTexts(
  image: Image,
  { files }: ReadImage,
  wanted: (path: string) => boolean,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const byLayer = new Map<number, Map<string, string[]>>();
  for (const { path } of files.entries()) {
    if (!wanted(path)) continue;
    const target = files.resolve(path);
    if (target?.found.type !== 'file') continue;
    const size = files.layers[target.found.layer]?.bytes(target.found.row) ?? 0;
    if (size > LIMITS.settingsBytes) continue;
    const paths = byLayer.get(target.found.layer) ?? new Map<string, string[]>();
    addTo(paths, target.path, path);
    byLayer.set(target.found.layer, paths);
  }
  const texts = new Map<string, string>();
  await eachWantedFile(image, byLayer, signal, async (file, asked) => {
    const text = await fileText(file, LIMITS.settingsBytes);
    for (const path of asked) texts.set(path, text);
  });
  return texts;
}
