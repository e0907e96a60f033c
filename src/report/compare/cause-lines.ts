import type { Comparison, Difference } from '../../compare/comparison.ts';
import type { StyleName } from '../../terminal/style.ts';
import { type Cell, table } from '../../terminal/table.ts';
import { layout, type Page, paragraph, title } from '../page.ts';
import { saysOf } from './story.ts';
import { causeGroups, thousands, titleOf } from './summary.ts';

/** Below this, what a wide terminal has in a column stands under its row, or is left to the others. */
const ROOMY = 100;

/** Whether a terminal has too little room for sentences in columns. */
export const isNarrow = ({ width }: Page): boolean => width !== undefined && width < ROOMY;

/** What the number of a group of differences is a number of. */
const KIND_WORDS: Readonly<Record<Difference['kind'], (from: string, to: string) => string>> = {
  present: (from, to) => `Findings that only one of ${from} and ${to} reports`,
  severity: (from, to) => `Findings that ${from} and ${to} rate differently`,
  fix: (from, to) => `Findings of which ${from} and ${to} name different fixes`,
  count: (from, to) => `Findings that ${from} and ${to} count in different numbers of rows`,
};

/** Every cause of each kind of difference of a pair, a number and an example each. */
export function* causeLines(comparison: Comparison, page: Page): Generator<string> {
  const groups = causeGroups(comparison).filter((group) => group.kind !== 'count');
  if (groups.length === 0) return;
  yield title('Why single findings differ', page);
  const counts = Math.max(...groups.map(({ differences }) => thousands(differences.length).length));
  const codes = Math.max(...groups.map(({ code }) => code.length));
  const heads = new Map<string, typeof groups>();
  for (const group of groups) {
    const [from, to] = group.between.map((name) => titleOf(name, comparison)) as [string, string];
    const head = KIND_WORDS[group.kind](from, to);
    heads.set(head, [...(heads.get(head) ?? []), group]);
  }
  for (const [head, alike] of heads) {
    yield* paragraph(head, page, 2, (line) => line, 2);
    if (isNarrow(page)) for (const group of alike) yield* causeInLines(group, comparison, counts, page);
    else
      yield* table(
        [{ align: 'right', width: counts }, { width: codes }, { overflow: 'wrap', minimum: 24 }],
        alike.map((group): readonly Cell[] => [
          thousands(group.differences.length),
          { text: group.code, style: codeStyle(group.code) },
          { text: exampleInWords(group.differences, comparison), style: ['dim'] },
        ]),
        { ...layout(page), indent: 4 },
      );
  }
}

const codeStyle = (code: string): readonly StyleName[] => (code === 'unexplained' ? ['bold', 'magenta'] : ['bold']);

/** One cause where its example has no room beside it. */
function* causeInLines(
  { code, differences }: ReturnType<typeof causeGroups>[number],
  comparison: Comparison,
  edge: number,
  page: Page,
): Generator<string> {
  const count = thousands(differences.length).padStart(edge);
  yield `    ${count}  ${page.paint(code, ...codeStyle(code))}`;
  yield* paragraph(exampleInWords(differences, comparison), page, 6 + edge, (line) => page.paint(line, 'dim'));
}

function exampleInWords([first]: readonly Difference[], comparison: Comparison): string {
  const cause = first!.causes[0];
  // The version stands behind the last of them: npm's names may begin with one.
  return `${first!.key.slice(0, first!.key.lastIndexOf('@'))}: ${cause === undefined ? '' : saysOf(first!, cause, comparison)}`;
}
