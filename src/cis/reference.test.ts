import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { checks } from './checks/checks.ts';
import { sections } from './checks/index.ts';

/* The table of docs/cis.md is made from the checks themselves, so that it cannot grow old. */

const path = new URL('../../docs/cis.md', import.meta.url);

const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

/** Markdown: a heading and a table for each section. */
function referenceTable(): string {
  return sections
    .map(({ id, title, group, checks }) => {
      const rows = checks.map(
        (check) =>
          `| ${check.id} | ${cell(check.title)} | ${check.level} ${check.scoring} | ${cell(check.peer)} | Looks at ${cell(check.looksAt)} |`,
      );
      return [
        `### ${id} ${title}`,
        '',
        `Group \`${group}\`, ${checks.length} checks.`,
        '',
        '| id | check | level | Docker Bench Security | Plimsoll |',
        '|---|---|---|---|---|',
        ...rows,
      ].join('\n');
    })
    .join('\n\n');
}

const BEGIN = '<!-- checks: made from src/cis by `UPDATE_DOCS=1 npx vitest run src/cis/reference.test.ts` -->';
const END = '<!-- /checks -->';

/** The document with its table made anew. Throws where the document has lost its marks. */
function withReference(document: string): string {
  const begin = document.indexOf(BEGIN);
  const end = document.indexOf(END);
  if (begin === -1 || end < begin) throw new Error('docs/cis.md has lost the marks around its table');
  return `${document.slice(0, begin + BEGIN.length)}\n\n${referenceTable()}\n\n${document.slice(end)}`;
}

it('docs/cis.md has the table of the checks as they are (UPDATE_DOCS=1 writes it)', () => {
  const document = readFileSync(path, 'utf8');
  const fresh = withReference(document);
  if (process.env.UPDATE_DOCS) writeFileSync(path, fresh);
  else expect(document).toBe(fresh);
  for (const check of checks) expect(fresh).toContain(`| ${check.id} | `);
});
