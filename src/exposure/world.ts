import type { ImageCode } from '../layers/image-code.ts';
import type { CodeItem } from '../layers/layer-index.ts';
import type { ReadImage } from '../layers/read-image.ts';
import { LIMITS } from '../limits.ts';
import { fileTree } from './file-tree.ts';
import type { World } from './model.ts';

/** Whether a file is code by what is in it. */
export type IsCode = (path: string, place: { readonly layer: number; readonly row: number }) => boolean;

/** An image as the closure sees it. */
interface KnownWorld {
  readonly world: World;
  readonly isCode: IsCode;
  /** More was asked about than is kept. */
  readonly isCut: () => boolean;
}

/** Languages of facts that only code has, and the analyzers that yield them. */
const CODE = ['elf', 'script', 'python'];
const CODE_ANALYZERS = CODE.map((language) => `code-${language}`);

const RUN_BY_PYTHON = /^#![^\n]*python/;

/**
 * An image that was read, as the closure sees it: what collectors said when layers passed by, and what `later` says of files when they are
 * asked about; the answer is the same.
 */
export function worldOf({ files, indexes, linkedCode }: ReadImage, later: ImageCode): KnownWorld {
  const tree = fileTree(files);
  const byLanguage = new Map<string, Map<string, string>>();
  let left: number = LIMITS.codeBytes;
  let isCut = false;
  const put = ({ path, language, text }: CodeItem): void => {
    left -= text.length;
    if (left < 0) {
      isCut = true;
      return;
    }
    const texts = byLanguage.get(language) ?? new Map<string, string>();
    byLanguage.set(language, texts.set(path, text));
  };
  for (const [layer, { code }] of indexes.entries())
    for (const item of code()) if (files.find(item.path)?.layer === layer) put(item);
  linkedCode.forEach(put);
  const asked = new Set<string>();
  const read = (path: string): void => {
    if (asked.has(path)) return;
    asked.add(path);
    const entry = files.find(path);
    if (entry?.type !== 'file') return;
    later.items(entry.layer, entry.row).forEach(put);
    if ((indexes[entry.layer]?.entries.bytes(entry.row) ?? 0) <= LIMITS.fileBytes) return;
    // Nothing is said of one that is too large to be read, which is not the same as that it imports nothing.
    const isPython = path.endsWith('.py') || RUN_BY_PYTHON.test(byLanguage.get('script')?.get(path) ?? '');
    if (isPython && byLanguage.get('python')?.get(path) === undefined)
      put({ path, language: 'python', text: 'unread' });
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
  const isWanted = indexes.map(({ codeLater }) => codeLater.wantedBy(CODE_ANALYZERS));
  return {
    world,
    isCut: () => isCut,
    isCode: (path, { layer, row }) =>
      isWanted[layer]?.(row) ?? CODE.some((language) => byLanguage.get(language)?.has(path)),
  };
}
