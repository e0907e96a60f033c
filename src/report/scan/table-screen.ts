import { grouped } from '../../formats/grouped.ts';
import type { Report } from '../../model.ts';
import { isSmall, type Page, paragraph } from '../page.ts';
import type { RenderOptions } from '../report-format.ts';
import { groupFindings } from './groups.ts';
import { type Summary, summarize } from './summary.ts';
import { commandLine, commandsOfSteps, firstChangeLines } from './table-changes.ts';
import { worstLines } from './table-findings.ts';
import { clipped, gateLines, noticeInLines, riskLines, suppressedLines, unknownLines } from './table-rest.ts';
import { countLines, headLines, verdictLines } from './table-summary.ts';
import { noticesToTell } from './verdict.ts';

/** Lines of a terminal that a report takes unless all of it is asked for. */
export const SCREEN = 60;

/** How much of each part a screen is shown. */
interface Share {
  /** Upgrades: those that clear the worst. */
  readonly changes: number;
  /** Warnings, and lines of each. */
  readonly warnings: { readonly number: number; readonly lines: number };
  /** Rules of gates that decided, and lines of each. */
  readonly rules: { readonly number: number; readonly lines: number };
  /** Risks, and files that could not be read, of which the first are named. */
  readonly named: number;
  /** Lines of each sentence about the counts, the upgrades and the risks; absent: as many as it has. */
  readonly prose?: number;
}

/** From what an ordinary image needs to what leaves room where there is much of everything. */
const SHARES: readonly [Share, ...Share[]] = [
  { changes: 3, warnings: { number: 3, lines: 3 }, rules: { number: 3, lines: 3 }, named: 2 },
  { changes: 3, warnings: { number: 3, lines: 2 }, rules: { number: 3, lines: 2 }, named: 2 },
  { changes: 3, warnings: { number: 2, lines: 2 }, rules: { number: 2, lines: 2 }, named: 1 },
  { changes: 2, warnings: { number: 1, lines: 2 }, rules: { number: 2, lines: 1 }, named: 1 },
  { changes: 2, warnings: { number: 1, lines: 2 }, rules: { number: 2, lines: 1 }, named: 1, prose: 2 },
  { changes: 2, warnings: { number: 1, lines: 2 }, rules: { number: 2, lines: 1 }, named: 1, prose: 1 },
  { changes: 1, warnings: { number: 1, lines: 1 }, rules: { number: 1, lines: 1 }, named: 1, prose: 1 },
];
/** Findings that are shown however little room there is. */
const FINDINGS = { least: 3, most: 20 };
/** Lines that findings keep where the commands of the plan are shown as well. */
const KEPT = 12;

/** What a reader needs first: verdict, counts, what clears most, the worst findings, what was not judged. The last line says how to see the rest. */
export function screen(report: Report, page: Page, options: RenderOptions): (readonly string[])[] {
  const least = linesIn(fittingFindings(report, page, 0));
  const roomIn = (parts: Parts): number => SCREEN - heightOf([...parts.before, ...parts.after]) - 1;
  let taken = partsOf(report, page, options, SHARES[0]);
  for (const share of SHARES.slice(1)) {
    if (roomIn(taken) >= least) break;
    taken = partsOf(report, page, options, share);
  }
  const room = roomIn(taken);
  const commands = commandsOfSteps(report, page);
  const shown = commands.length > 0 && room - commands.length - 1 >= KEPT ? commands : [];
  const left = shown.length === 0 ? room : room - shown.length - 1;
  return [...taken.before, shown, fittingFindings(report, page, left), ...taken.after];
}

/** Lines of blocks, each with the blank line that follows it. */
export const heightOf = (blocks: readonly (readonly string[])[]): number =>
  blocks.reduce((sum, block) => sum + (block.length === 0 ? 0 : linesIn(block) + 1), 0);

/** Lines of a block: what stands beside a title is below it where there is no room, in the same text. */
const linesIn = (block: readonly string[]): number => block.reduce((sum, text) => sum + text.split('\n').length, 0);

/** What stands before the findings, and what after. */
interface Parts {
  readonly before: readonly (readonly string[])[];
  readonly after: readonly (readonly string[])[];
}

function partsOf(
  report: Report,
  page: Page,
  { suppressed = false }: RenderOptions,
  { changes, warnings, rules, named, prose }: Share,
): Parts {
  const summary = summarize(report);
  const tight = prose === undefined ? page : { ...page, prose };
  return {
    before: [
      headLines(report, summary, tight),
      verdictLines(report, summary, page),
      warningLines(report, page, warnings),
      countLines(summary, report, tight, true),
      firstChangeLines(report, summary, tight, changes),
    ],
    after: [
      riskLines(report.risks, tight, named),
      suppressedLines(report, page, suppressed),
      unknownLines(report.unknowns, tight, named),
      report.gate ? gateLines(report.gate, page, rules) : [],
      closingLines(report, summary, page),
    ],
  };
}

/** As many of the worst findings as there are lines for. */
function fittingFindings(report: Report, page: Page, room: number): string[] {
  const groups = groupFindings(report.findings);
  const at = (number: number) => worstLines(groups, page, number);
  const around = linesIn(at(FINDINGS.least)) - FINDINGS.least;
  return at(Math.min(FINDINGS.most, Math.max(FINDINGS.least, room - around)));
}

function warningLines(report: Report, page: Page, most: Share['warnings']): string[] {
  const warnings = noticesToTell(report, 'warning');
  const further = warnings.length - most.number;
  return [
    ...warnings.slice(0, most.number).flatMap((warning) => clipped(noticeInLines(warning, page), most.lines)),
    ...(further > 0
      ? [page.paint(`  and ${grouped(further)} more ${further === 1 ? 'warning' : 'warnings'}: --all`, 'yellow')]
      : []),
  ];
}

/** The verdict once more where no gate has the last word, since the top has left most screens; the command to go on with; how to see the rest. */
function closingLines(report: Report, summary: Summary, page: Page): string[] {
  const remarks = noticesToTell(report, 'info').length;
  const rest = [
    `all ${grouped(summary.total)} ${summary.total === 1 ? 'finding' : 'findings'}`,
    ...(report.changes === undefined || report.changes.findings === 0 ? [] : ['all upgrades with their commands']),
    ...(remarks === 0 ? [] : [`${grouped(remarks)} ${remarks === 1 ? 'remark' : 'remarks'}`]),
  ];
  return [
    ...(report.gate || isSmall(page) ? [] : verdictLines(report, summary, page, true)),
    ...(report.changes === undefined || report.changes.findings === 0 ? [] : commandLine(report, page)),
    ...paragraph(
      `--all shows the rest${isSmall(page) ? '' : `: ${rest.join(', ')}`}; -f html=FILE makes a page`,
      page,
      2,
      (line) => page.paint(line, 'dim'),
      2,
    ),
  ];
}
