import type { Analyzer } from '../analyzers/analyzer.ts';
import { analyzers } from '../analyzers/index.ts';
import type { CodeItem, Deferred } from '../layers/layer-index.ts';
import type { ReadImage } from '../layers/read-image.ts';
import { readNow } from '../layers/read-now.ts';
import { LIMITS } from '../limits.ts';
import { fileTree } from './file-tree.ts';
import type { World } from './model.ts';

/** An image as the closure sees it, and which of its files are code by what is in them. */
interface KnownWorld {
  readonly world: World;
  readonly isCode: (path: string) => boolean;
}

/** Languages of facts that only code has, and the analyzers that yield them. */
const CODE = ['elf', 'script', 'python'];
const CODE_ANALYZERS = CODE.map((language) => `code-${language}`);

/**
 * An image that was read, as the closure sees it: what collectors kept of the files that show in the end. Where the layers can be sought
 * in, a file is read when it is asked about; the answer is the same.
 */
export function worldOf({ files, indexes, linkedCode, contents }: ReadImage): KnownWorld {
  const tree = fileTree(files);
  const byLanguage = new Map<string, Map<string, string>>();
  let left: number = LIMITS.codeBytes;
  const put = ({ path, language, text }: CodeItem): void => {
    left -= text.length;
    if (left < 0) return;
    const texts = byLanguage.get(language) ?? new Map<string, string>();
    byLanguage.set(language, texts.set(path, text));
  };
  const later = new Map<string, { readonly layer: number; readonly deferred: Deferred }>();
  for (const [layer, { code, codeLater }] of indexes.entries()) {
    for (const item of code()) if (files.find(item.path)?.layer === layer) put(item);
    for (const deferred of codeLater)
      if (files.find(deferred.path)?.layer === layer) later.set(deferred.path, { layer, deferred });
  }
  linkedCode.forEach(put);
  const byName = new Map<string, Analyzer>(analyzers.map((analyzer) => [analyzer.name, analyzer]));
  const asked = new Set<string>();
  const read = (path: string): void => {
    const body = later.get(path);
    const content = body && contents[body.layer];
    if (content === undefined || asked.has(path)) return;
    asked.add(path);
    readNow(
      content,
      body!.deferred,
      body!.deferred.analyzers.flatMap((name) => byName.get(name) ?? []),
    ).forEach(put);
  };
  const textOf = (path: string, language: string): string | undefined => {
    read(path);
    return byLanguage.get(language)?.get(path);
  };
  const world: World = {
    tree,
    code(path, language) {
      const own = textOf(path, language);
      if (own !== undefined) return own;
      const real = tree.real(path);
      return real === undefined || real === path ? undefined : textOf(real, language);
    },
  };
  return {
    world,
    isCode: (path) =>
      later.get(path)?.deferred.analyzers.some((name) => CODE_ANALYZERS.includes(name)) ??
      CODE.some((language) => byLanguage.get(language)?.has(path)),
  };
}
