import type { GateVerdict, Notice, Report, Risk, Unknown } from '../../model.ts';
import { painter, SEVERITY_STYLES } from '../../terminal/style.ts';
import { table } from '../../terminal/table.ts';
import { layout, type Page, paragraph, title } from '../page.ts';
import { type RenderOptions, reportFormat } from '../report-format.ts';
import { gateInWords } from './gate-words.ts';
import { groupFindings, rank } from './groups.ts';
import { riskPlace } from './risk-place.ts';
import { summarize } from './summary.ts';
import { suppressedCount, suppressedInWords, suppressionInWords } from './suppressed-words.ts';
import { findingLines } from './table-findings.ts';
import { changeLines, countLines, headLines, verdictLines } from './table-summary.ts';
import { noticesToTell } from './verdict.ts';

/** Risks and unreadable files that a terminal is shown one by one. */
const LISTED = 15;

/** Lines after which the top has left most screens, and the verdict is said again. */
const SCREEN = 45;

/** For people: what it comes down to, what to change, and only then every finding by source package. */
export const tableReport = reportFormat({
  name: 'table',
  extension: 'txt',
  mediaType: 'text/plain; charset=utf-8',
  description: 'for people: verdict, counts, what to upgrade, findings by package',
  changes: true,
  *render(report, options) {
    const page: Page = {
      width: options.width,
      paint: painter(options.colour ?? false),
      all: options.all === true || options.width === undefined,
    };
    let height = 0;
    for (const section of sections(report, page, options)) {
      const lines = [...section];
      height += lines.length;
      if (lines.length > 0) yield `${lines.join('\n')}\n\n`;
    }
    if (page.width !== undefined && height > SCREEN)
      yield `${verdictLines(report, summarize(report), page).join('\n')}\n\n`;
    if (report.gate) yield `${gateLines(report.gate, page).join('\n')}\n\n`;
  },
});

function* sections(
  report: Report,
  page: Page,
  { brief, suppressed: showSuppressed = false }: RenderOptions,
): Generator<Iterable<string>> {
  const summary = summarize(report);
  yield headLines(report, summary, page);
  yield verdictLines(report, summary, page);
  yield noticeLines(report, 'warning', page);
  yield countLines(summary, report, page);
  if (brief === true) return;
  yield changeLines(report, summary, page);
  yield findingLines(groupFindings(report.findings), page);
  yield riskLines(report.risks, page);
  yield suppressedLines(report, page, showSuppressed);
  yield unknownLines(report.unknowns, page);
  yield noticeLines(report, 'info', page);
}

/** What casts doubt on the numbers stands before them; what only explains them, at the end. */
function noticeLines(report: Report, level: Notice['level'], page: Page): string[] {
  const warning = level === 'warning';
  return noticesToTell(report, level).flatMap(({ message }) =>
    paragraph(
      warning ? `! ${message}` : message,
      page,
      2,
      (line) => page.paint(line, warning ? 'yellow' : 'dim'),
      warning ? 2 : 0,
    ),
  );
}

/** The risks, worst first. The same one in many files is one row, which names the first of them: `--all` has a row for each. */
export function riskLines(risks: readonly Risk[], page: Page): string[] {
  if (risks.length === 0) return [];
  const sorted = [...risks].sort(
    (a, b) => rank(b.severity) - rank(a.severity) || (a.evidence.path < b.evidence.path ? -1 : 1),
  );
  const alike = new Map<string, Risk[]>();
  for (const risk of sorted) {
    const key = page.all ? String(alike.size) : [risk.severity, risk.category, risk.rule, risk.title].join('\0');
    alike.set(key, [...(alike.get(key) ?? []), risk]);
  }
  const groups = [...alike.values()];
  const listed = page.all ? groups : groups.slice(0, LISTED);
  const shown = listed.flat();
  const rows = listed.map(([risk, ...others]) => {
    const { severity, category, title: said, detail } = risk as Risk;
    const besides = others.length === 0 ? '' : ` and ${others.length} more`;
    return [
      { text: severity, style: SEVERITY_STYLES[severity] },
      category,
      `${said}${detail === undefined ? '' : ` (${detail})`}`,
      { text: `${riskPlace(risk as Risk)}${besides}`, style: ['dim'] as const },
    ];
  });
  return [
    title('RISKS IN FILES AND CONFIGURATION', page, `${risks.length}`),
    ...table([{}, {}, { overflow: 'wrap', minimum: 16 }, { overflow: 'wrap', minimum: 14 }], rows, {
      ...layout(page),
      indent: 2,
    }),
    ...more(risks.length - shown.length, page),
  ];
}

function suppressedLines(report: Report, page: Page, all: boolean): string[] {
  const count = suppressedCount(report);
  if (count === undefined) return [];
  const list = all ? (report.suppressed ?? []) : [];
  return [
    ...paragraph(`${count}${all ? '' : '; --show-suppressed lists them'}`, page, 2),
    ...list.flatMap((suppressed) =>
      paragraph(`${suppressedInWords(suppressed)}: ${suppressionInWords(suppressed.by)}`, page, 4, undefined, 2),
    ),
  ];
}

/** Whether a pipeline may go on, and the rule that decided: the last word of the report. */
function gateLines(gate: GateVerdict, page: Page): string[] {
  const { heading, lines } = gateInWords(gate);
  const [first = '', ...rest] = lines;
  const [head = '', ...more] = paragraph(`${heading}  ${first}`, page, 2);
  const style = gate.passed ? (['bold', 'green'] as const) : (['alarm'] as const);
  return [
    `  ${page.paint(heading, ...style)}${head.slice(2 + heading.length)}`,
    ...more,
    ...rest.flatMap((line) => paragraph(line, page, 4, undefined, 2)),
  ];
}

function unknownLines(unknowns: readonly Unknown[], page: Page): string[] {
  if (unknowns.length === 0) return [];
  const shown = page.all ? unknowns : unknowns.slice(0, LISTED);
  const rows = shown.map((unknown) => [
    `/${unknown.path}`,
    { text: unknown.analyzer, style: ['dim'] as const },
    unknown.reason,
  ]);
  return [
    title('COULD NOT BE READ', page, 'what these files hold is not in the numbers above'),
    ...table([{ overflow: 'middle', minimum: 20 }, {}, { overflow: 'wrap', minimum: 20 }], rows, {
      ...layout(page),
      indent: 2,
    }),
    ...more(unknowns.length - shown.length, page),
  ];
}

function more(number: number, page: Page): string[] {
  return number <= 0 ? [] : [page.paint(`  and ${number} more: --all shows them`, 'dim')];
}
