import type { Change, PlannedFinding, PlanStep } from '../../remediate/plan.ts';
import type { StyleName } from '../../terminal/style.ts';
import { type Cell, type Column, cellText, naturalWidths, table } from '../../terminal/table.ts';
import { commandLines } from '../command-lines.ts';
import { layout, type Page, paragraph } from '../page.ts';
import { worstInWords } from '../scan/index.ts';
import {
  bringsInWords,
  changeRowsOf,
  clearsInWords,
  findingsInWords,
  idsInWords,
  severityCounts,
  tradeInWords,
  tradesOf,
} from './words.ts';

/** Rows of one list in a terminal; the rest is counted. */
export const LISTED = 12;

const RISKS: Readonly<Record<PlanStep['risk']['level'], StyleName>> = { low: 'green', medium: 'yellow', high: 'red' };

/** A step of the plan: its command, what it changes with what that clears, what it brings in exchange, and what it may break. */
export function* stepLines(step: PlanStep, index: number, page: Page, commands: readonly string[]): Generator<string> {
  const clears = clearsInWords(step);
  yield* paragraph(`${index}. ${step.title}: ${clears}`, page, 0, (line) => page.paint(line, 'bold'), 3);
  if (commands.length > 0) yield* commandLines(commands, page, 3, '$ ');
  if (step.caution !== undefined) yield* paragraph(step.caution, page, 5, (line) => page.paint(line, 'yellow'));
  yield* changeLines(step, page);
  yield* tradeLines(step, page);
  if (step.leaves.length > 0)
    yield* paragraph(`leaves ${findingsInWords(step.leaves)}`, page, 3, (line) => page.paint(line, 'dim'), 2);
  yield `   risk ${page.paint(step.risk.level, RISKS[step.risk.level])}`;
  for (const why of step.risk.why) yield* paragraph(`- ${why}`, page, 3, undefined, 2);
  for (const { place, what } of step.byHand ?? [])
    yield* paragraph(`not written: ${place} ${what}`, page, 3, (line) => page.paint(line, 'yellow'), 2);
  if (step.edits.length > 0) yield* paragraph(`in ${[...new Set(step.edits)].join(', ')}`, page, 3, undefined, 2);
}

/** What is changed, what clears the worst first. Versions are read and typed: where a line does not hold both they stand below each other, whole. */
function changeLines(step: PlanStep, page: Page): string[] {
  const rows = changeRowsOf(step);
  const shown = page.all ? rows : rows.slice(0, LISTED);
  const what = shown.map(({ change, clears }) => {
    const isSure = !isUncounted(step, change, clears);
    return { change, target: targetCell(change, isSure), clears: clearsCell(change, clears, page), isSure };
  });
  const apart = what.map(({ change, target, clears }): Cell[] => [
    change.name,
    { text: change.from ?? 'new', style: ['dim'] },
    target,
    jumpCell(change),
    clears,
  ]);
  const name: Column = { overflow: 'middle', minimum: isTight(page) ? 8 : 12 };
  const last: Column = { overflow: 'wrap', minimum: isTight(page) ? 10 : 14 };
  const needed = naturalWidths([name, {}, {}, {}], apart);
  const room = page.width === undefined ? Number.POSITIVE_INFINITY : page.width - INDENT - GAPS - (last.minimum ?? 0);
  const fits = Math.min(needed[0]!, 24) + needed[1]! + needed[2]! + needed[3]! <= room;
  const options = { ...layout(page), indent: INDENT };
  const lines = fits
    ? table([{ ...name, minimum: 20 }, {}, {}, {}, last], apart, options)
    : table(
        [name, { overflow: 'wrap', minimum: Math.min(34, widestWord(apart)) }, ...(isTight(page) ? [] : [{}]), last],
        what.map(({ change, target, clears }): Cell[] => [
          change.name,
          `${change.from ?? 'new'} ${cellText(target).replaceAll(' ', '\u00a0')}`,
          ...(isTight(page) ? [`${cellText(jumpCell(change))}, ${cellText(clears)}`] : [jumpCell(change), clears]),
        ]),
        options,
      );
  return [
    ...lines,
    ...(rows.length > shown.length ? [page.paint(`   and ${rows.length - shown.length} more (--all)`, 'dim')] : []),
    ...(what.every(({ isSure }) => isSure) ? [] : [page.paint(`   ${UNVERIFIED}`, 'dim')]),
  ];
}

/** What stands behind a version of which nobody says that it can be installed, as in the list of a scan: as a word before what it clears it took that its line. */
const UNSURE = '?';
const UNVERIFIED = `${UNSURE} unverified, and in no count`;

/** Terminals of less than 66 columns: what may be folded is folded further. */
export const isTight = (page: Page): boolean => page.width !== undefined && page.width < 66;

const INDENT = 3;
const GAPS = 8;

/** The widest of versions with their arrows. */
const widestWord = (rows: readonly (readonly Cell[])[]): number =>
  Math.max(0, ...rows.flatMap((row) => [cellText(row[1]!).length, cellText(row[2]!).length]));

function targetCell({ to }: Change, isSure: boolean): Cell {
  if (to === undefined) return { text: 'taken out', style: ['dim'] };
  return isSure ? `\u2192 ${to}` : { text: `\u2192 ${to} ${UNSURE}`, style: ['dim'] };
}

const jumpCell = ({ jump, to }: Change): Cell =>
  jump === 'major' && to !== undefined
    ? { text: 'MAJOR', style: ['yellow'] }
    : { text: to === undefined || jump === 'new' ? '' : jump, style: ['dim'] };

/** What a distribution's advisory names is counted as cleared unless the image's sources may lack it: one sign for what is not counted. */
const isUncounted = (step: PlanStep, change: Change, clears: readonly PlannedFinding[]): boolean =>
  clears.length > 0
    ? clears.every(({ hoped }) => hoped !== undefined)
    : step.kind !== 'os' && change.verified === 'advisory';

function clearsCell(change: Change, clears: readonly PlannedFinding[], page: Page): Cell {
  if (clears.length > 0) {
    const words = clearedInWords(clears, page);
    return clears.some(({ exploited }) => exploited !== undefined)
      ? { text: `${words}, exploited`, style: ['bold', 'red'] }
      : words;
  }
  return { text: change.because === undefined ? '' : `because ${change.because}`, style: ['dim'] };
}

const clearedInWords = (clears: readonly PlannedFinding[], page: Page): string => {
  const counts = worstInWords(severityCounts(clears), page);
  return page.all ? `${counts}: ${idsInWords(clears)}` : counts;
};

/** Each package that brings findings, with both lists: what it clears is what these are taken for. */
function* tradeLines(step: PlanStep, page: Page): Generator<string> {
  if (step.brings.length === 0) return;
  yield* paragraph(`${bringsInWords(step)}:`, page, 3, (line) => page.paint(line, 'yellow'), 2);
  for (const trade of tradesOf(step)) yield* paragraph(tradeInWords(trade), page, 5, undefined, 2);
}
