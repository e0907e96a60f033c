import type { ReadImage } from '../layers/read-image.ts';
import { fileTree } from './file-tree.ts';
import type { World } from './model.ts';

/** An image that was read, as the closure sees it: what collectors kept of the files that show in the end. */
export function worldOf({ files, indexes, linkedCode }: ReadImage): World {
  const tree = fileTree(files);
  const byLanguage = new Map<string, Map<string, string>>();
  const put = (path: string, language: string, text: string): void => {
    const texts = byLanguage.get(language) ?? new Map<string, string>();
    byLanguage.set(language, texts.set(path, text));
  };
  for (const [layer, { code }] of indexes.entries())
    for (const { path, language, text } of code()) if (files.find(path)?.layer === layer) put(path, language, text);
  for (const { path, language, text } of linkedCode) put(path, language, text);
  return {
    tree,
    code(path, language) {
      const texts = byLanguage.get(language);
      if (texts === undefined) return undefined;
      const own = texts.get(path);
      if (own !== undefined) return own;
      const real = tree.real(path);
      return real === undefined || real === path ? undefined : texts.get(real);
    },
  };
}
