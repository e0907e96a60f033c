import { grouped } from '../../formats/grouped.ts';
import { type Report, severityRank } from '../../model.ts';
import { isSmall, type Page, paragraph } from '../page.ts';
import type { RenderOptions } from '../report-format.ts';
import { groupFindings } from './groups.ts';
import { type Summary, summarize } from './summary.ts';
import { commandLine, commandsOfSteps, firstChangeLines } from './table-changes.ts';
import { worstLines } from './table-findings.ts';
import { foldedNotes } from './table-notes.ts';
import { gateLines, noticeInLines, riskLines, suppressedLines, unknownLines } from './table-rest.ts';
import { countLines, headLines, verdictLines } from './table-summary.ts';
import { noticesToTell } from './verdict.ts';

/** Lines of a terminal that a report takes unless all of it is asked for. */
const SCREEN = 60;
/** Rows from which on a terminal holds a condensed report: one with fewer is scrolled anyway. */
const TALL_ENOUGH = 40;

/** Lines that a report may take: what a tall terminal shows at once, beside the line that the shell writes after it. */
export const screenOf = ({ height }: RenderOptions): number =>
  height === undefined || height < TALL_ENOUGH ? SCREEN : Math.min(SCREEN, height - 2);

/** How much of each part a screen is shown. */
interface Share {
  /** Upgrades: those that clear the worst. */
  readonly changes: number;
  /** Warnings, a line each. */
  readonly warnings: number;
  /** Rules of gates that decided, and lines of each. */
  readonly rules: { readonly number: number; readonly lines: number };
  /** Risks, and files that could not be read, of which the first are named. */
  readonly named: number;
}

/** From what an ordinary image needs to what leaves room where there is much of everything. */
const SHARES: readonly [Share, ...Share[]] = [
  { changes: 3, warnings: 5, rules: { number: 3, lines: 3 }, named: 2 },
  { changes: 3, warnings: 4, rules: { number: 3, lines: 2 }, named: 2 },
  { changes: 3, warnings: 3, rules: { number: 2, lines: 2 }, named: 1 },
  { changes: 2, warnings: 2, rules: { number: 2, lines: 1 }, named: 1 },
  { changes: 1, warnings: 1, rules: { number: 1, lines: 1 }, named: 1 },
];
/** Findings that are shown however little room there is; lines of them for which other parts have fewer; and the most. */
const FINDINGS = { least: 3, wanted: 10, most: 20 };
/** Lines that findings keep where the commands of the plan are shown as well. */
const KEPT = 12;

/** What a reader needs first: verdict, counts, what clears most, the worst findings, what was not judged. The last line says how to see the rest. */
export function screen(report: Report, page: Page, options: RenderOptions): (readonly string[])[] {
  const least = linesIn(fittingFindings(report, page, FINDINGS.wanted));
  const most = screenOf(options);
  const roomIn = (parts: Parts): number => most - heightOf([...parts.before, ...parts.after]) - 1;
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
  { suppressed = false, height = 0 }: RenderOptions,
  { changes, warnings, rules, named }: Share,
): Parts {
  const summary = summarize(report);
  const folded = { ...page, prose: 1 };
  // The counts have a row of the lesser ones, and the verdict a word.
  const grave = report.risks.filter(({ severity }) => severityRank(severity) >= severityRank('HIGH'));
  const lesser = report.risks.length - grave.length;
  return {
    before: [
      headLines(report, summary, page, true),
      [...verdictLines(report, summary, page), ...warningLines(report, folded, warnings)],
      countLines(summary, report, folded),
      firstChangeLines(report, summary, folded, changes),
    ],
    after: [
      riskLines(grave, folded, named),
      suppressedLines(report, page, suppressed),
      unknownLines(report.unknowns, folded, named),
      foldedNotes(report, summary, page),
      report.gate ? gateLines(report.gate, page, rules) : [],
      closingLines(report, summary, page, { lesser, isSeenWhole: height >= TALL_ENOUGH }),
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

function warningLines(report: Report, page: Page, most: number): string[] {
  const warnings = noticesToTell(report, 'warning');
  const further = warnings.length - most;
  return [
    ...warnings.slice(0, most).flatMap((warning) => noticeInLines(warning, page)),
    ...(further > 0
      ? [page.paint(`  and ${grouped(further)} more ${further === 1 ? 'warning' : 'warnings'}: --all`, 'yellow')]
      : []),
  ];
}

/** The verdict once more where no gate has the last word and the top has left the screen; the command to go on with; how to see the rest. */
function closingLines(
  report: Report,
  summary: Summary,
  page: Page,
  { lesser, isSeenWhole }: { readonly lesser: number; readonly isSeenWhole: boolean },
): string[] {
  const remarks = noticesToTell(report, 'info').length;
  const rest = [
    `all ${grouped(summary.total)} ${summary.total === 1 ? 'finding' : 'findings'}`,
    ...(report.changes === undefined || report.changes.findings === 0 ? [] : ['all upgrades with their commands']),
    ...(lesser === 0 ? [] : [`${grouped(lesser)} lesser ${lesser === 1 ? 'risk' : 'risks'}`]),
    ...(remarks === 0 ? [] : [`${grouped(remarks)} ${remarks === 1 ? 'remark' : 'remarks'}`]),
  ];
  return [
    ...(report.gate || isSmall(page) || isSeenWhole ? [] : verdictLines(report, summary, page, true)),
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
