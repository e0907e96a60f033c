/** The table of docs/cis.md, made from the checks themselves so that it cannot grow old. */
import { sections } from './checks/index.ts';

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
export function withReference(document: string): string {
  const begin = document.indexOf(BEGIN);
  const end = document.indexOf(END);
  if (begin === -1 || end < begin) throw new Error('docs/cis.md has lost the marks around its table');
  return `${document.slice(0, begin + BEGIN.length)}\n\n${referenceTable()}\n\n${document.slice(end)}`;
}
