import { addTo } from '../../collections.ts';
import { type GateVerdict, type Notice, type Report, type Risk, severityRank, type Unknown } from '../../model.ts';
import { riskPlace } from '../../policy/risk-place.ts';
import { suppressionInWords } from '../../policy/suppression-words.ts';
import { SEVERITY_STYLES } from '../../terminal/style.ts';
import { table } from '../../terminal/table.ts';
import { isSmall, layout, type Page, paragraph, title } from '../page.ts';
import { gateInWords } from './gate-words.ts';
import { suppressedCount, suppressedInWords } from './suppressed-words.ts';
import { noticesToTell } from './verdict.ts';

/** Risks and unreadable files that a terminal is shown one by one. */
const LISTED = 15;

/** What casts doubt on the numbers stands before them; what only explains them, at the end. */
export function noticeLines(report: Report, level: Notice['level'], page: Page): string[] {
  return noticesToTell(report, level).flatMap((notice) => noticeInLines(notice, page));
}

/** One remark; a warning is marked. */
export function noticeInLines({ level, message }: Notice, page: Page): string[] {
  const warning = level === 'warning';
  return paragraph(
    warning ? `! ${message}` : message,
    page,
    2,
    (line) => page.paint(line, warning ? 'yellow' : 'dim'),
    warning ? 2 : 0,
  );
}

/**
 * The risks, worst first. The same one in many files is one row, which names the first of them: `--all` has a row for each, and
 * a whole report one for each that is HIGH or worse, since which file it is in is what its reader must know.
 */
export function riskLines(risks: readonly Risk[], page: Page, limit = LISTED): string[] {
  if (risks.length === 0) return [];
  const sorted = [...risks].sort(
    (a, b) => severityRank(b.severity) - severityRank(a.severity) || (a.evidence.path < b.evidence.path ? -1 : 1),
  );
  const alike = new Map<string, Risk[]>();
  for (const risk of sorted) {
    const apart = page.apart || (page.all && severityRank(risk.severity) >= severityRank('HIGH'));
    const key = apart ? String(alike.size) : [risk.severity, risk.category, risk.rule, risk.title].join('\0');
    addTo(alike, key, risk);
  }
  const groups = [...alike.values()];
  const listed = page.all ? groups : groups.slice(0, limit);
  const shown = listed.flat();
  const rows = listed.map(([risk, ...others]) => {
    const { severity, category, title: said, detail } = risk as Risk;
    const besides = others.length === 0 ? '' : ` and ${others.length} more`;
    return [
      { text: severity, style: SEVERITY_STYLES[severity] },
      category,
      `${said}${detail === undefined ? '' : ` (${detail})`}`,
      { text: `${riskPlace(risk as Risk)}${besides}`, style: ['dim'] as const },
    ] as const;
  });
  // A sentence each where four columns would be a word wide.
  if (isSmall(page))
    return [
      title('RISKS IN FILES AND CONFIGURATION', page, `${risks.length}`),
      ...rows.flatMap(([severity, kind, said, where]) =>
        paragraph(
          `${severity.text}  ${kind}: ${said}; ${where.text}`,
          page,
          2,
          (line) => line.replace(severity.text, (word) => page.paint(word, ...severity.style)),
          2,
        ),
      ),
      ...more(risks.length - shown.length, page),
    ];
  const [words, place] = page.prose === undefined ? (['wrap', 'wrap'] as const) : (['cut', 'middle'] as const);
  return [
    title('RISKS IN FILES AND CONFIGURATION', page, `${risks.length}`),
    ...table([{}, {}, { overflow: words, minimum: 16 }, { overflow: place, minimum: 14 }], rows, {
      ...layout(page),
      indent: 2,
    }),
    ...more(risks.length - shown.length, page),
  ];
}

/** What exceptions took out of the count. */
export function suppressedLines(report: Report, page: Page, all: boolean): string[] {
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

/** Whether a pipeline may go on, without the rules. */
export function gateVerdict(gate: GateVerdict, page: Page): string[] {
  const { heading, lines } = gateInWords(gate);
  const [head = '', ...more] = paragraph(`${heading}  ${lines[0] ?? ''}`, page, 2);
  const style = gate.passed ? (['bold', 'green'] as const) : (['alarm'] as const);
  return [`  ${page.paint(heading, ...style)}${head.slice(2 + heading.length)}`, ...more];
}

/** Whether a pipeline may go on, and the rule that decided: the last word of the report. */
export function gateLines(
  gate: GateVerdict,
  page: Page,
  most?: { readonly number: number; readonly lines: number },
): string[] {
  const [, ...rest] = gateInWords(gate).lines;
  return [
    ...gateVerdict(gate, page),
    ...rest.slice(0, most?.number).flatMap((line) => clipped(paragraph(line, page, 4, undefined, 2), most?.lines)),
    ...(most !== undefined && rest.length > most.number
      ? [page.paint(`    and ${rest.length - most.number} more rules: --all`, 'dim')]
      : []),
  ];
}

/** The first lines of a paragraph, the last of them a sign that there is more. */
function clipped(lines: readonly string[], most = lines.length): readonly string[] {
  if (lines.length <= most) return lines;
  const indent = /^ */.exec(lines.at(-1)!)![0];
  return [...lines.slice(0, most - 1), `${indent}\u2026`];
}

/** Files that could not be read, and why. */
export function unknownLines(unknowns: readonly Unknown[], page: Page, limit = LISTED): string[] {
  if (unknowns.length === 0) return [];
  const shown = page.all ? unknowns : unknowns.slice(0, limit);
  const rows = shown.map((unknown) => [
    `/${unknown.path}`,
    { text: unknown.analyzer, style: ['dim'] as const },
    unknown.reason,
  ]);
  return [
    title('COULD NOT BE READ', page, 'what these files hold is not in the numbers above'),
    ...table(
      [
        { overflow: 'middle', minimum: 20 },
        { overflow: 'cut', minimum: 12 },
        { overflow: page.prose === undefined ? 'wrap' : 'cut', minimum: 20 },
      ],
      rows,
      {
        ...layout(page),
        indent: 2,
      },
    ),
    ...more(unknowns.length - shown.length, page),
  ];
}

function more(number: number, page: Page): string[] {
  return number <= 0 ? [] : [page.paint(`  and ${number} more: --all shows them`, 'dim')];
}
