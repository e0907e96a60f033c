import { grouped } from '../../formats/grouped.ts';
import { type ChangeSummary, type PackageChange, type Report, WORST_FIRST } from '../../model.ts';
import { type Cell, type Column, table } from '../../terminal/table.ts';
import { commandLines } from '../command-lines.ts';
import { terminalText } from '../escape.ts';
import { isSmall, layout, type Page, paragraph, title } from '../page.ts';
import {
  changesInWords,
  clearingMost,
  commandOf,
  distinctSteps,
  hopedChanges,
  hopesInWords,
  listedChanges,
  provisoInWords,
  remarkOf,
  stepLine,
  sureChanges,
  targetInWords,
} from './changes.ts';
import type { Counts, Summary } from './summary.ts';
import { severityName } from './table-summary.ts';

/** The two worst severities and how many more: `3 CRITICAL, 14 HIGH, 24 more`. */
export function worstInWords(counts: Counts, page: Page): string {
  const present = WORST_FIRST.filter((severity) => counts[severity] > 0);
  const more = present.slice(2).reduce((sum, severity) => sum + counts[severity], 0);
  const worst = present.slice(0, 2).map((severity) => `${counts[severity]} ${severityName(severity, page)}`);
  return [...worst, ...(more === 0 ? [] : [`${more} more`])].join(', ');
}

/** What clears most, and how much besides is left to change. */
export function firstChangeLines(report: Report, summary: Summary, page: Page, number: number): string[] {
  const { changes } = report;
  if (changes === undefined || changes.findings === 0) return [];
  const most = clearingMost(report, number);
  const further = sureChanges(changes).filter(({ change }) => !most.includes(change)).length;
  const hoped = hopedChanges(changes).filter(({ change }) => !most.includes(change)).length;
  const staying = changes.stays.reduce((sum, { findings }) => sum + findings, 0);
  // Where none is sure, the title says so of all.
  const isMixed = sureChanges(changes).length > 0;
  const rows = most.map((change): Cell[] => [
    { text: change.name, style: ['bold'] },
    change.from ?? 'new',
    { text: targetInWords(change), style: change.unsure ? ['dim'] : ['green'] },
    clearsCell(change, page, change.unsure === true && isMixed),
  ]);
  const rest = [
    ...(further > 0 ? [`and ${grouped(further)} more ${further === 1 ? 'upgrade' : 'upgrades'}`] : []),
    ...(hoped > 0 ? [`${further > 0 ? '' : 'and '}${grouped(hoped)} more if offered`] : []),
    ...(staying > 0
      ? [`${grouped(staying)} with a fix ${staying === 1 ? 'stays' : 'stay'} all the same, --all says why`]
      : []),
  ];
  const columns: readonly Column[] = [
    { header: 'package', overflow: 'cut', minimum: 10 },
    { header: 'installed', overflow: 'middle', minimum: 10 },
    { header: 'upgrade to', overflow: 'middle', minimum: 12 },
    { header: 'clears', overflow: 'cut', minimum: 20 },
  ];
  return [
    title('WHAT TO CHANGE', page, changesInWords(changes, summary.total)),
    ...provisoLines(changes, page, !isMixed),
    ...(rows.length > 0 ? table(columns, rows, { ...layout(page), indent: 2 }) : []),
    ...(rest.length > 0 ? paragraph(rest.join('; '), page, 2, (line) => page.paint(line, 'dim')) : []),
  ];
}

/** On what condition the count above it holds, and who asks; `hopes`: and why what is only hoped for is in no count. */
function provisoLines(changes: ChangeSummary, page: Page, hopes = true): string[] {
  const proviso = provisoInWords(changes);
  const said = [...(proviso === '' ? [] : [`${proviso}; fix asks`]), ...(hopes ? hopesInWords(changes) : [])];
  return said.flatMap((words) => paragraph(words, page, 2, (line) => page.paint(line, 'yellow')));
}

/** Half a command is none. */
const WHOLE = 1 << 20;

/** The command that makes the plan, and what it does. */
export function commandLine(report: Report, page: Page): string[] {
  const { command: given, does } = commandOf(report);
  const command = terminalText(given, WHOLE);
  const said = isSmall(page) ? does.replace(/;.*/, '') : does;
  const whole = `${command}   ${said}`;
  if (page.width === undefined || whole.length + 2 <= page.width)
    return paragraph(whole, page, 2, (line) => line.replace(command, (shown) => page.paint(shown, 'cyan')), 2);
  // Copied from a narrow terminal it is still to be a command: it is broken between its words, as a shell takes it.
  return [...commandLines([command], page, 2, ''), ...paragraph(said, page, 4)];
}

function clearsCell({ clears, exploited }: PackageChange, page: Page, isHoped = false): Cell {
  const words = `${worstInWords(clears, page)}${isHoped ? ', if offered' : ''}`;
  return exploited ? { text: `${words}, exploited`, style: ['bold', 'red'] } : words;
}

/** The commands of the plan, each with the package manager it is for. */
export function commandsOfSteps({ changes }: Report, page: Page): string[] {
  const said = distinctSteps(changes?.steps ?? [])
    .map(stepLine)
    .map((line) => ({ ...line, label: terminalText(line.label, 20) }));
  const widest = Math.max(0, ...said.map(({ label: name }) => name.length));
  return said.flatMap(({ label: name, text, shell }) => {
    const lead = `${name.padEnd(widest)}  `;
    const lines = shell
      ? commandLines([text], page, 2, lead)
      : paragraph(`${lead}${text}`, page, 2, undefined, lead.length);
    return lines.map((line, at) => (at === 0 ? line.replace(lead, (shown) => page.paint(shown, 'dim')) : line));
  });
}

/** Behind a version that nobody says can be installed: as a word in each of sixty rows it left no room for what they clear. */
const UNVERIFIED = '?';

/** Below it the least of five columns are narrower. */
const ROOMY = 90;

/** What to change: the plan of `fix` as far as nobody has to be asked, its commands, what stays, and how to get all of it. */
export function changeLines(report: Report, summary: Summary, page: Page): string[] {
  const { changes } = report;
  if (changes === undefined || changes.findings === 0) return [];
  const listed = listedChanges(changes);
  const remarked = listed.filter(({ change }) => remarkOf(change, true) !== '').length;
  const remarks = remarked * FEW_OF > listed.length;
  const rows = listed.map(({ change }): Cell[] => [
    { text: change.name, style: ['bold'] },
    change.from ?? 'new',
    change.unsure
      ? { text: `${targetInWords(change)} ${UNVERIFIED}`, style: ['dim'] }
      : { text: targetInWords(change), style: ['green'] },
    remarks ? clearsCell(change, page) : withRemark(clearsCell(change, page), remarkOf(change, true)),
    ...(remarks ? [remarkCell(change)] : []),
  ]);
  // With their gaps the least of five columns are 60.
  const [name, installed, target, clears, remark] =
    page.width !== undefined && page.width < ROOMY ? [9, 9, 12, 8, 12] : [12, 12, 20, 10, 20];
  const columns: Column[] = [
    { header: 'package', overflow: 'cut', minimum: name },
    { header: 'installed', overflow: 'middle', minimum: installed },
    { header: 'upgrade to', overflow: 'middle', minimum: target },
    { header: 'clears', overflow: 'wrap', minimum: clears },
    ...(remarks ? [{ overflow: 'wrap', minimum: remark } as const] : []),
  ];
  return [
    title('WHAT TO CHANGE', page, changesInWords(changes, summary.total)),
    ...provisoLines(changes, page),
    ...(rows.length > 0 ? table(columns, rows, { ...layout(page), indent: 2 }) : []),
    ...(hopedChanges(changes).length > 0
      ? paragraph(`${UNVERIFIED} unverified, and in no count`, page, 2, (line) => page.paint(line, 'dim'))
      : []),
    ...(rows.length > 0 ? [''] : []),
    ...commandsOfSteps(report, page),
    ...stayLines(changes, page),
    ...(changes.unchecked.length > 0
      ? paragraph(`Not checked: ${changes.unchecked.join('; ')}.`, page, 2, (line) => page.paint(line, 'dim'))
      : []),
    ...commandLine(report, page),
  ];
}

/** One row in so many with a remark: it stands behind what the change clears, and there is no column of blanks. */
const FEW_OF = 4;

function withRemark(cell: Cell, remark: string): Cell {
  if (remark === '') return cell;
  const behind = (text: string): string => (text === '' ? remark : `${text}; ${remark}`);
  return typeof cell === 'string' ? behind(cell) : { ...cell, text: behind(cell.text) };
}

const remarkCell = (change: PackageChange): Cell => ({
  text: remarkOf(change, true),
  style: change.brings.length > 0 ? ['yellow'] : ['dim'],
});

function stayLines({ stays }: ChangeSummary, page: Page): string[] {
  return stays.flatMap(({ reason, findings, packages }) => {
    const names = `${packages.slice(0, 4).join(', ')}${packages.length > 4 ? ` and ${packages.length - 4} more` : ''}`;
    return paragraph(`${findings} ${findings === 1 ? 'stays' : 'stay'}: ${reason} (${names})`, page, 2, undefined, 2);
  });
}
