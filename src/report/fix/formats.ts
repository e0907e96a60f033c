import { PlimsollError } from '../../errors.ts';
import type { FixFormat } from './format.ts';
import { fixHtml } from './html.ts';
import { fixJson } from './json.ts';
import { fixMarkdown } from './markdown.ts';
import { fixOpenvex } from './openvex.ts';
import { fixTable } from './table.ts';

/** Every output format of a plan. */
export const fixFormats: readonly FixFormat[] = [
  { name: 'table', render: fixTable },
  { name: 'json', render: (plan) => fixJson(plan) },
  { name: 'html', render: (plan) => fixHtml(plan) },
  { name: 'markdown', render: (plan) => fixMarkdown(plan) },
  { name: 'diff', render: (plan) => plan.edits.map(({ diff }) => diff) },
  { name: 'openvex', render: (plan) => fixOpenvex(plan) },
];

/** The format that `-f` names. Throws `usage`. */
export function fixFormatNamed(name: string): FixFormat {
  const known = fixFormats.find((format) => format.name === name);
  if (known) return known;
  throw new PlimsollError('usage', `a plan has no output format "${name}"`, {
    hint: `choose one of ${fixFormats.map((format) => format.name).join(', ')}`,
  });
}
