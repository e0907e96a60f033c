import type { Report } from '../../model.ts';
import { type Page, pageFor } from '../page.ts';
import { type RenderOptions, reportFormat } from '../report-format.ts';
import { groupFindings } from './groups.ts';
import { summarize } from './summary.ts';
import { changeLines } from './table-changes.ts';
import { findingLines } from './table-findings.ts';
import { foldedNotes, noteLines } from './table-notes.ts';
import { gateLines, gateVerdict, noticeLines, riskLines, suppressedLines, unknownLines } from './table-rest.ts';
import { heightOf, screen, screenOf } from './table-screen.ts';
import { countLines, headLines, verdictLines } from './table-summary.ts';

/** Lines after which the top has left most screens, and the verdict is said again. */
const TALL = 45;

/** What stands together; a blank line follows it. */
type Block = readonly string[];

/** For people: what it comes down to, what to change, and only then every finding by source package. */
export const tableReport = reportFormat({
  name: 'table',
  extension: 'txt',
  mediaType: 'text/plain; charset=utf-8',
  description: 'for people: verdict, counts, what to upgrade, findings by package',
  changes: true,
  *render(report, options) {
    const page = pageFor(options, options.width === undefined);
    const blocks = page.all || options.brief === true ? whole(report, page, options) : onScreen(report, page, options);
    for (const block of blocks) if (block.length > 0) yield `${block.join('\n')}\n\n`;
  },
});

/** All of it where it fits a screen; otherwise what a reader needs first, and how to see the rest. */
function onScreen(report: Report, page: Page, options: RenderOptions): Iterable<Block> {
  const findings = groupFindings(report.findings).reduce((sum, group) => sum + group.findings.length, 0);
  const most = screenOf(options);
  if (findings > most) return screen(report, page, options);
  const blocks = [...whole(report, page, options)];
  return heightOf(blocks) <= most ? blocks : screen(report, page, options);
}

function* whole(report: Report, page: Page, options: RenderOptions): Generator<Block> {
  let height = 0;
  for (const block of sections(report, page, options)) {
    height += block.length;
    yield block;
  }
  if (options.width !== undefined && height > TALL) yield verdictLines(report, summarize(report), page);
  if (report.gate) yield gateLines(report.gate, page);
}

function* sections(report: Report, page: Page, options: RenderOptions): Generator<Block> {
  const summary = summarize(report);
  yield headLines(report, summary, page, options.brief === true);
  // Hundreds of lines before its last word: who reads the top must not take it for open.
  if (report.gate?.passed === false && report.findings.length > TALL) yield gateVerdict(report.gate, page);
  yield verdictLines(report, summary, page);
  yield noticeLines(report, 'warning', page);
  yield countLines(summary, report, page);
  if (options.brief === true) {
    yield foldedNotes(report, summary, page);
    return;
  }
  yield changeLines(report, summary, page);
  yield findingLines(groupFindings(report.findings), page);
  yield riskLines(report.risks, page);
  yield suppressedLines(report, page, options.suppressed === true);
  yield unknownLines(report.unknowns, page);
  yield noteLines(report, summary, page);
  yield noticeLines(report, 'info', page);
}
