import type { BomDiff, Diff } from '../../compare/diff/index.ts';
import { PlimsollError } from '../../errors.ts';
import type { RenderOptions } from '../report-format.ts';
import { jsonPieces } from '../scan/index.ts';
import { diffHtml } from './html.ts';
import { bomDiffMarkdown, diffMarkdown } from './markdown.ts';
import { bomDiffTable, diffTable } from './table.ts';

/** An output format of a difference: a value with a pure renderer. */
interface DiffFormat<T> {
  readonly name: string;
  readonly render: (diff: T, options: RenderOptions) => Iterable<string>;
}

/** Every output format of what changed between two results. */
export const diffFormats: readonly DiffFormat<Diff>[] = [
  { name: 'table', render: diffTable },
  { name: 'json', render: (diff) => jsonPieces(Object.entries(diff)) },
  { name: 'html', render: (diff) => diffHtml(diff) },
  { name: 'markdown', render: (diff) => diffMarkdown(diff) },
];

/** Every output format of what changed between two bills of materials. */
export const bomDiffFormats: readonly DiffFormat<BomDiff>[] = [
  { name: 'table', render: bomDiffTable },
  { name: 'json', render: (diff) => jsonPieces(Object.entries(diff)) },
  { name: 'markdown', render: (diff) => bomDiffMarkdown(diff) },
];

/** The format that `-f` names, of those there are. Throws `usage`. */
export function diffFormatNamed<T>(formats: readonly DiffFormat<T>[], name: string): DiffFormat<T> {
  const known = formats.find((format) => format.name === name);
  if (known !== undefined) return known;
  throw new PlimsollError('usage', `a difference has no output format "${name}"`, {
    hint: `choose one of ${formats.map((format) => format.name).join(', ')}`,
  });
}
