/** The benchmark for people: one line for each check, its evidence below it, the score at the end. */

import type { BenchFinding, BenchReport } from '../../cis/bench.ts';
import { BENCH_RESULTS, type BenchResult } from '../../cis/check.ts';
import { type Paint, painter, type StyleName } from '../../terminal/style.ts';
import { wrap } from '../../terminal/table.ts';
import { terminalText } from '../escape.ts';
import { type BenchRenderOptions, benchFormat, itemText } from './format.ts';

const LABELS: Readonly<Record<BenchResult, readonly [label: string, ...styles: StyleName[]]>> = {
  pass: ['PASS', 'green'],
  warn: ['WARN', 'bold', 'red'],
  info: ['INFO', 'cyan'],
  note: ['NOTE', 'yellow'],
  'not-applicable': [' -- ', 'dim'],
  'could-not-read': [' ?? ', 'magenta'],
};

const WORDS: Readonly<Record<BenchResult, string>> = {
  pass: 'pass',
  warn: 'warn',
  info: 'info',
  note: 'note',
  'not-applicable': 'not applicable',
  'could-not-read': 'could not read',
};

/** Evidence lines of one check before the rest is only counted. */
const ITEMS = 5;

/** What is the same for all checks of a section. */
interface Look {
  /** Of the longest id. */
  readonly width: number;
  readonly paint: Paint;
  readonly options: BenchRenderOptions;
  /** Said once at the top, not again with every check. */
  readonly notices: ReadonlySet<string>;
}

/** `-f table`. */
export const benchTable = benchFormat({
  name: 'table',
  description: 'for people (default)',
  *render(report, options) {
    const paint = painter(options.colour ?? false);
    yield `${paint(report.benchmark, 'bold')}  ${terminalText(report.target)}\n`;
    const notices = new Set(report.notices);
    for (const notice of notices) yield `${paint('!', 'yellow')} ${terminalText(notice)}\n`;
    for (const section of report.sections) {
      yield `\n${paint(`${section.id}  ${section.title}`, 'bold')}\n`;
      const width = Math.max(...section.findings.map((finding) => finding.id.length));
      for (const finding of section.findings) yield* check(finding, { width, paint, options, notices });
    }
    yield* summary(report, paint, options.width ?? options.fileWidth);
  },
});

function* check(finding: BenchFinding, look: Look): Generator<string> {
  const { width, paint, options, notices } = look;
  const lines = options.width ?? options.fileWidth;
  const [label, ...styles] = LABELS[finding.result];
  const quiet = finding.result === 'pass' || finding.result === 'not-applicable';
  const head = `  ${label}  ${finding.id.padEnd(width)}  ${finding.title}`;
  const summary = finding.summary !== undefined && !notices.has(finding.summary) ? finding.summary : undefined;
  const beside = quiet && summary !== undefined && `${head}  ${summary}`.length <= (lines ?? 200);
  const margin = ' '.repeat(width + 10);
  const named = wrapped('', finding.title, margin, lines).slice(margin.length);
  yield `  ${paint(label, ...styles)}  ${finding.id.padEnd(width)}  ${paint(named, ...(quiet ? [] : (['bold'] as const)))}`;
  yield `${beside ? `  ${paint(summary, 'dim')}` : ''}\n`;
  for (const [lead, text] of details(finding, beside ? undefined : summary, options))
    yield `${paint(wrapped(lead, text, margin, lines), ...(quiet ? (['dim'] as const) : []))}\n`;
}

/** What stands below a check: summary, evidence, what to do. */
function details(finding: BenchFinding, summary: string | undefined, options: BenchRenderOptions): [string, string][] {
  const quiet = finding.result === 'pass' || finding.result === 'not-applicable';
  const lines: [string, string][] = summary === undefined ? [] : [['', summary]];
  const shown = quiet && !options.all ? [] : finding.items.slice(0, options.all ? finding.items.length : ITEMS);
  for (const item of shown) {
    const already = item.detail === undefined || (finding.summary?.includes(item.detail) && finding.items.length === 1);
    lines.push(['• ', already ? item.subject : itemText(item)]);
  }
  const more = quiet ? 0 : finding.items.length - shown.length;
  if (more > 0) lines.push(['  ', `and ${more} more (--all shows them)`]);
  if (options.remediation && (finding.result === 'warn' || finding.result === 'info')) {
    lines.push(['fix: ', finding.remediation]);
    if (finding.impact !== 'None.') lines.push(['costs: ', finding.impact]);
  }
  return lines;
}

/** Text behind a margin, continued below its own beginning where a terminal is narrower. */
function wrapped(lead: string, text: string, margin: string, width: number | undefined): string {
  const room = (width ?? Number.POSITIVE_INFINITY) - margin.length - lead.length;
  return wrap(text, Math.max(room, 16))
    .map((row, index) => `${margin}${index === 0 ? lead : ' '.repeat(lead.length)}${row}`)
    .join('\n');
}

function* summary({ counts, score }: BenchReport, paint: Paint, width = 200): Generator<string> {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const parts = BENCH_RESULTS.filter((result) => counts[result] > 0);
  yield `\nChecks: ${total}`;
  let column = `Checks: ${total}`.length;
  for (const [at, result] of parts.entries()) {
    const [, ...styles] = LABELS[result];
    const end = at < parts.length - 1 ? ',' : ')';
    const length = `${counts[result]} ${WORDS[result]}${end}`.length;
    const lead = at === 0 ? '  (' : column + 1 + length > width ? `\n${' '.repeat(8)}` : ' ';
    column = lead.startsWith('\n') ? 8 + length : column + lead.length + length;
    yield `${lead}${paint(String(counts[result]), ...styles)} ${WORDS[result]}${end}`;
  }
  yield `\nScore:  ${paint(String(score), 'bold')}  (one for each pass, minus one for each warning)\n`;
}
