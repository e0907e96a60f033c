import type { Comparison } from '../../compare/comparison.ts';
import { PlimsollError } from '../../errors.ts';
import type { RenderOptions } from '../report-format.ts';
import { compareHtml } from './html.ts';
import { compareJson } from './json.ts';
import { compareMarkdown } from './markdown.ts';
import { compareTable } from './table.ts';

/** An output format of a comparison: a value with a pure renderer. */
interface CompareFormat {
  readonly name: string;
  readonly render: (comparison: Comparison, options: RenderOptions) => Iterable<string>;
}

/** Every output format of a comparison. */
export const compareFormats: readonly CompareFormat[] = [
  { name: 'table', render: compareTable },
  { name: 'json', render: compareJson },
  { name: 'html', render: (comparison) => compareHtml(comparison) },
  { name: 'markdown', render: (comparison) => compareMarkdown(comparison) },
];

/** The format that `-f` names. Throws `usage`. */
export function compareFormatNamed(name: string): CompareFormat {
  const known = compareFormats.find((format) => format.name === name);
  if (known !== undefined) return known;
  throw new PlimsollError('usage', `a comparison has no output format "${name}"`, {
    hint: `choose one of ${compareFormats.map((format) => format.name).join(', ')}`,
  });
}
