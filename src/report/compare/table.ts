import type { Bridge, ComparedRow, Comparison } from '../../compare/comparison.ts';
import { SEVERITY_STYLES } from '../../terminal/style.ts';
import { type Cell, type Column, table } from '../../terminal/table.ts';
import { layout, type Page, pageFor, paragraph, title } from '../page.ts';
import type { RenderOptions } from '../report-format.ts';
import { causeLines, isNarrow } from './cause-lines.ts';
import { identityLines } from './identity-lines.ts';
import { pairsTold, storyOf } from './story.ts';
import {
  combinations,
  comparisonVerdict,
  headline,
  isSame,
  numberOf,
  signed,
  thousands,
  titleOf,
  totalBridges,
  usedSeverities,
} from './summary.ts';

/** Rows listed one by one in a terminal. */
const LISTED = 12;

/** For people: who counts what, why the totals differ, why single findings do, and what to make of them. */
export function* compareTable(comparison: Comparison, options: RenderOptions): Generator<string> {
  const page = pageFor(options);
  for (const section of sections(comparison, page)) {
    const lines = [...section];
    if (lines.length > 0) yield `${lines.join('\n')}\n\n`;
  }
}

function* sections(comparison: Comparison, page: Page): Generator<Iterable<string>> {
  yield identityLines(comparison, page);
  yield verdictLines(comparison, page);
  yield storyLines(comparison, page);
  yield totalLines(comparison, page);
  const bridges = totalBridges(comparison);
  // Of many, each is reconciled with the first: with any other follows from two of these.
  const shown =
    page.all || comparison.reports.length <= 3
      ? bridges
      : bridges.filter((bridge) => bridge.from === comparison.reports[0]?.name);
  for (const bridge of shown) yield bridgeLines(bridge, comparison, page);
  if (shown.length < bridges.length)
    yield paragraph(`and ${bridges.length - shown.length} more pairs: --all, or -f html`, page, 0, (line) =>
      page.paint(line, 'dim'),
    );
  yield causeLines(comparison, page);
  yield agreementLines(comparison, page);
  yield oneSidedLines(comparison, page);
}

/** A section's title; where the remark beside it does not fit, it stands under it. */
function* headed(text: string, page: Page, rest: string): Generator<string> {
  if (page.width === undefined || rest === '' || text.length + 2 + rest.length <= page.width)
    yield title(text, page, rest);
  else {
    yield title(text, page);
    yield* paragraph(rest, page, 0, (line) => page.paint(line, 'dim'));
  }
}

function* totalLines(comparison: Comparison, page: Page): Generator<string> {
  const severities = usedSeverities(comparison);
  const narrow = isNarrow(page);
  const columns: Column[] = [
    { header: 'scanner', overflow: 'wrap', minimum: narrow ? 6 : 14 },
    { header: 'rows', align: 'right' },
    ...severities.map(
      (severity): Column => ({
        header: severity.toLowerCase().slice(0, page.width !== undefined && page.width < 76 ? 4 : 10),
        align: 'right',
      }),
    ),
    { header: 'distinct', align: 'right' },
    ...(narrow ? [] : [{ header: 'in its own words', overflow: 'cut', minimum: 12 } as const]),
  ];
  const rows = comparison.reports.map((report): readonly Cell[] => [
    titleOf(report.name, comparison),
    thousands(report.rows),
    ...severities.map(
      (severity): Cell =>
        report.severities[severity] === 0
          ? { text: '-', style: ['dim'] }
          : { text: thousands(report.severities[severity]), style: SEVERITY_STYLES[severity] },
    ),
    thousands(report.keys),
    ...(narrow ? [] : [{ text: headline(report), style: ['dim'] } as const]),
  ]);
  yield* headed('What they say', page, 'rows as each counts them; distinct: vulnerabilities of source packages');
  yield* table(columns, rows, layout(page));
  for (const report of comparison.reports) {
    for (const note of report.notes)
      yield* paragraph(
        `${titleOf(report.name, comparison)}: ${note.message} (${thousands(note.count)})`,
        page,
        0,
        (line) => page.paint(line, 'yellow'),
        2,
      );
  }
}

function* verdictLines(comparison: Comparison, page: Page): Generator<string> {
  yield* paragraph(comparisonVerdict(comparison), page, 0, (line) =>
    page.paint(line, 'bold', comparison.unexplained.count === 0 ? 'green' : 'yellow'),
  );
}

/** The answer in sentences, before any table: each number under the unit it is a number of. */
function* storyLines(comparison: Comparison, page: Page): Generator<string> {
  const stories = pairsTold(comparison)
    .map((bridge) => storyOf(bridge, comparison))
    .filter(({ parts }) => parts.length > 0);
  for (const [index, story] of stories.entries()) {
    if (index > 0) yield '';
    yield* paragraph(story.opening, page, 0, (line) => page.paint(line, 'bold'));
    for (const { counted, causes } of story.parts) {
      yield* paragraph(counted, page, 2);
      const amounts = causes.map(({ amount }) => amount);
      const edge = Math.max(...amounts.map((amount) => amount.length));
      for (const { amount, code, sentence, example, known } of causes) {
        yield* paragraph(
          `${amount.padStart(edge, '\u00a0')}  ${sentence} (${code})`,
          page,
          4,
          (line) => line,
          edge + 2,
        );
        yield* paragraph(`${example}. Known how: ${known}.`, page, 6 + edge, (line) => page.paint(line, 'dim'));
      }
    }
    if (story.more > 0) yield* paragraph(`and ${story.more} more below`, page, 2, (line) => page.paint(line, 'dim'));
  }
}

function* bridgeLines(bridge: Bridge, comparison: Comparison, page: Page): Generator<string> {
  if (isSame(bridge, comparison)) {
    const [from, to] = [titleOf(bridge.from, comparison), titleOf(bridge.to, comparison)];
    yield* paragraph(`From ${from} to ${to}: the same ${numberOf(bridge.start, 'row')}`, page, 0, (line) =>
      page.paint(line, 'bold'),
    );
    return;
  }
  yield* paragraph(`From ${titleOf(bridge.from, comparison)} to ${titleOf(bridge.to, comparison)}`, page, 0, (line) =>
    page.paint(line, 'bold'),
  );
  const rows: (readonly Cell[])[] = [
    [thousands(bridge.start), '', `rows of ${titleOf(bridge.from, comparison)}`],
    ...bridge.steps.map((step): readonly Cell[] => [
      {
        text: signed(step.count),
        style: step.code === 'unexplained' ? ['bold', 'magenta'] : step.count < 0 ? ['yellow'] : ['cyan'],
      },
      { text: step.code, style: ['bold'] },
      { text: step.says, style: ['dim'] },
    ]),
    [`= ${thousands(bridge.end)}`, '', `rows of ${titleOf(bridge.to, comparison)}`],
  ];
  yield* table([{ align: 'right' }, { overflow: 'wrap', minimum: 12 }, { overflow: 'wrap', minimum: 14 }], rows, {
    ...layout(page),
    indent: 2,
  });
  yield* severityLines(bridge, comparison, page);
}

/** The same for each severity, a line each: what became of the criticals. */
function* severityLines(bridge: Bridge, comparison: Comparison, page: Page): Generator<string> {
  const ofLevels = comparison.bridges.filter(
    (other) =>
      other.from === bridge.from && other.to === bridge.to && other.severity !== undefined && other.steps.length > 0,
  );
  const rows = ofLevels.map((bridge): readonly Cell[] => [
    { text: bridge.severity!.toLowerCase(), style: SEVERITY_STYLES[bridge.severity!] },
    thousands(bridge.start),
    { text: bridge.steps.map((step) => `${signed(step.count)}\u00a0${step.code}`).join('  '), style: ['dim'] },
    `= ${thousands(bridge.end)}`,
  ]);
  yield* table([{}, { align: 'right' }, { overflow: 'wrap', minimum: 16 }, { align: 'right' }], rows, {
    ...layout(page),
    indent: 4,
  });
}

function* agreementLines(comparison: Comparison, page: Page): Generator<string> {
  yield* headed('Who reports what', page, `${thousands(comparison.rows.length)} distinct findings`);
  const rows = combinations(comparison).map(({ reports, rows: shared, evidence }): readonly Cell[] => {
    const weighed = [
      [evidence.confirmed, 'confirmed'] as const,
      [evidence.contradicted, 'contradicted'] as const,
      [evidence.undecidable, 'undecidable'] as const,
    ]
      .filter(([count]) => count > 0)
      .map(([count, word]) => `${thousands(count)} ${word}`)
      .join(', ');
    const who =
      reports.length === comparison.reports.length
        ? 'all'
        : `${reports.length === 1 ? 'only ' : ''}${reports.map((name) => titleOf(name, comparison)).join(', ')}`;
    return [thousands(shared.length), who, { text: weighed, style: ['dim'] }];
  });
  yield* table([{ align: 'right' }, { overflow: 'wrap', minimum: 20 }, { overflow: 'cut', minimum: 12 }], rows, {
    ...layout(page),
    indent: 2,
  });
}

/** The severity of a row; where nobody known here rates it, that of the report that has it. */
function severityCell({ severity, reportedBy: [told] }: ComparedRow): Cell {
  const shown = severity === 'UNKNOWN' ? told!.severity : severity;
  return { text: shown, style: SEVERITY_STYLES[shown] };
}

function* oneSidedLines(comparison: Comparison, page: Page): Generator<string> {
  const single = comparison.rows.filter((row) => row.agreement === 'one');
  if (single.length === 0) return;
  const narrow = isNarrow(page);
  const shown = page.all ? single : single.slice(0, LISTED);
  yield* headed(
    'What only one reports',
    page,
    shown.length < single.length ? `${shown.length} of ${thousands(single.length)}; --all shows the rest` : '',
  );
  const rows = shown.map((row): readonly Cell[] => [
    row.id,
    `${row.package} ${row.version}`,
    severityCell(row),
    titleOf(row.reportedBy[0]!.report, comparison),
    row.evidence === 'confirmed'
      ? { text: row.evidence, style: ['green'] }
      : row.evidence === 'contradicted'
        ? { text: row.evidence, style: ['red'] }
        : { text: row.evidence, style: ['dim'] },
    // Where there is no room for the words, what is found has to stay legible.
    ...(narrow ? [] : [{ text: row.evidenceSays, style: ['dim'] } as const]),
  ]);
  yield* table(
    [
      {},
      { overflow: 'middle', minimum: narrow ? 10 : 16 },
      {},
      { overflow: 'cut', minimum: narrow ? 5 : 10 },
      narrow ? { overflow: 'cut', minimum: 5 } : {},
      ...(narrow ? [] : [{ overflow: 'cut', minimum: 16 } as const]),
    ],
    rows,
    { ...layout(page), indent: 2 },
  );
}
