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

/** Upgrades that a screen is shown: those that clear the worst. */
const CHANGES = 3;
/** Warnings a screen is shown, and lines of each. */
const WARNINGS = { number: 3, lines: 3 };
/** Rules of gates that decided, and lines of each. */
const RULES = { number: 3, lines: 3 };
/** Risks, and files that could not be read, of which a screen names the first. */
const NAMED = 2;
/** Findings that are shown however little room there is. */
const FINDINGS = { least: 3, most: 20 };
/** Lines that findings keep where the commands of the plan are shown as well. */
const KEPT = 12;

/** What a reader needs first: verdict, counts, what clears most, the worst findings, what was not judged. The last line says how to see the rest. */
export function screen(report: Report, page: Page, { suppressed = false }: RenderOptions): (readonly string[])[] {
  const summary = summarize(report);
  const before = [
    headLines(report, summary, page),
    verdictLines(report, summary, page),
    warningLines(report, page),
    countLines(summary, report, page, true),
    firstChangeLines(report, summary, page, CHANGES),
  ];
  const after = [
    riskLines(report.risks, page, NAMED),
    suppressedLines(report, page, suppressed),
    unknownLines(report.unknowns, page, NAMED),
    report.gate ? gateLines(report.gate, page, RULES) : [],
    closingLines(report, summary, page),
  ];
  const taken = [...before, ...after].filter((block) => block.length > 0);
  const room = SCREEN - taken.reduce((sum, block) => sum + block.length + 1, 0) - 1;
  const commands = commandsOfSteps(report, page);
  const shown = commands.length > 0 && room - commands.length - 1 >= KEPT ? commands : [];
  const left = shown.length === 0 ? room : room - shown.length - 1;
  return [...before, shown, fittingFindings(report, page, left), ...after];
}

/** As many of the worst findings as there are lines for. */
function fittingFindings(report: Report, page: Page, room: number): string[] {
  const groups = groupFindings(report.findings);
  const at = (number: number) => worstLines(groups, page, number);
  const around = at(FINDINGS.least).length - FINDINGS.least;
  return at(Math.min(FINDINGS.most, Math.max(FINDINGS.least, room - around)));
}

function warningLines(report: Report, page: Page): string[] {
  const warnings = noticesToTell(report, 'warning');
  const further = warnings.length - WARNINGS.number;
  return [
    ...warnings.slice(0, WARNINGS.number).flatMap((warning) => clipped(noticeInLines(warning, page), WARNINGS.lines)),
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
