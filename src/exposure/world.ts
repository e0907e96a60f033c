import type { ImageCode } from '../layers/image-code.ts';
import type { CodeItem } from '../layers/layer-index.ts';
import type { ReadImage } from '../layers/read-image.ts';
import { LIMITS } from '../limits.ts';
import { isNamedAsCode } from './code-names.ts';
import { fileTree } from './file-tree.ts';
import type { World } from './model.ts';

/** Whether a file, by its row in the table of its layer, is code by what is in it. Not asked of those that are by their names. */
export type IsCode = (layer: number, row: number) => boolean;

/** An image as the closure sees it. */
interface KnownWorld {
  readonly world: World;
  /** By what is known when this is called. */
  readonly codeByContent: () => IsCode;
  /** More was asked about than is kept. */
  readonly isCut: () => boolean;
}

/** Languages of facts that only code has, and the analyzers that yield them. */
const CODE = ['elf', 'script', 'python'];
const CODE_ANALYZERS = CODE.map((language) => `code-${language}`);

/**
 * What is said of a file by the languages that read it; of one that Python alone reads, of which there may be hundreds of thousands, its text. A
 * file that was asked about has some, if only of nothing.
 */
type Said = string | readonly Pick<CodeItem, 'language' | 'text'>[];
const NOTHING: readonly never[] = [];
const asItems = (said: Said): Exclude<Said, string> =>
  typeof said === 'string' ? [{ language: 'python', text: said }] : said;

const RUN_BY_PYTHON = /^#![^\n]*python/;

/**
 * An image that was read, as the closure sees it: what collectors said when layers passed by, and what `later` says of files when they are
 * asked about; the answer is the same.
 * Long because it is an object: its methods close over one state.
 */
export function worldOf(
  { files, indexes, linkedCode }: ReadImage,
  later: Pick<ImageCode, 'items'>,
  keptTexts: number = LIMITS.keptTexts,
): KnownWorld {
  const tree = fileTree(files);
  const texts = new Map<string, Said>();
  // What is read when it is asked about, of files that are code by their names: most are asked about once, and can be asked again.
  const recent = new Map<string, Said>();
  const forget = (): void => {
    for (const said of recent.values()) for (const { text } of asItems(said)) left += text.length;
    recent.clear();
  };
  let left: number = LIMITS.codeBytes;
  let isCut = false;
  const put = (path: string, items: readonly Pick<CodeItem, 'language' | 'text'>[], isPassing = false): void => {
    const kept = items.filter(({ text }) => {
      left -= text.length;
      isCut ||= left < 0;
      return left >= 0;
    });
    const known = texts.get(path) ?? recent.get(path) ?? NOTHING;
    const of = texts.has(path) || !isPassing ? texts : recent;
    const [{ language = '', text = '' } = {}] = kept;
    if (known === NOTHING) of.set(path, kept.length === 1 && language === 'python' ? text : kept);
    else if (kept.length > 0) of.set(path, [...asItems(known), ...kept]);
  };
  const textAt = (path: string, language: string): string | undefined => {
    const said = texts.get(path) ?? recent.get(path);
    if (typeof said === 'string') return language === 'python' ? said : undefined;
    return said?.findLast((item) => item.language === language)?.text;
  };
  for (const [layer, { code }] of indexes.entries())
    for (const item of code()) if (files.find(item.path)?.layer === layer) put(item.path, [item]);
  for (const item of linkedCode) put(item.path, [item]);
  // What readers said when the layers passed by may not be all.
  const halfKnown = new Set(texts.keys());
  const read = (path: string): void => {
    if (recent.has(path) || (texts.has(path) && !halfKnown.delete(path))) return;
    const entry = files.find(path);
    const isPassing = isNamedAsCode(path);
    if (isPassing && recent.size >= keptTexts) forget();
    put(path, entry?.type === 'file' ? later.items(entry.layer, entry.row) : NOTHING, isPassing);
    if (entry?.type !== 'file') return;
    if ((indexes[entry.layer]?.entries.bytes(entry.row) ?? 0) <= LIMITS.fileBytes) return;
    // Nothing is said of one that is too large to be read, which is not the same as that it imports nothing.
    const isPython = path.endsWith('.py') || RUN_BY_PYTHON.test(textAt(path, 'script') ?? '');
    if (isPython && textAt(path, 'python') === undefined)
      put(path, [{ language: 'python', text: 'unread' }], isPassing);
  };
  const textOf = (path: string, language: string): string | undefined => {
    read(path);
    return textAt(path, language);
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
    codeByContent() {
      // Few files are no code by their names and were read: their rows are looked up, instead of the paths of all others being made.
      const rows = indexes.map(() => new Set<number>());
      for (const path of texts.keys()) {
        if (isNamedAsCode(path) || !CODE.some((language) => textAt(path, language) !== undefined)) continue;
        const entry = files.find(path);
        if (entry !== undefined) rows[entry.layer]?.add(entry.row);
      }
      return (layer, row) => isWanted[layer]?.(row) ?? rows[layer]?.has(row) === true;
    },
  };
}
