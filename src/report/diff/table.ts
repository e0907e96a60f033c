import type { BomDiff, Diff, FindingDifference, PackageDifference, RiskDifference } from '../../compare/diff/index.ts';
import { typeNamed } from '../../ecosystems/index.ts';
import { printable } from '../../errors.ts';
import { SEVERITY_STYLES, type StyleName } from '../../terminal/style.ts';
import { type Cell, cut, table } from '../../terminal/table.ts';
import { layout, type Page, pageFor, paragraph, title } from '../page.ts';
import type { RenderOptions } from '../report-format.ts';
import { bomVerdict, causeInWords, diffVerdict, packageMove, packagesInWords, sideInWords } from './words.ts';

/** Rows of each list that a terminal is shown. */
const LISTED = 12;

const STYLES: Readonly<Record<ReturnType<typeof diffVerdict>['word'], readonly StyleName[]>> = {
  better: ['bold', 'green'],
  worse: ['alarm'],
  mixed: ['bold', 'yellow'],
  same: ['bold'],
};

/** For people: the verdict, then what is new, what is cleared, what changed, each with why. */
export function* diffTable(diff: Diff, options: RenderOptions): Generator<string> {
  const page = pageFor(options, options.width === undefined);
  const { heading, text, word } = diffVerdict(diff);
  const [first = '', ...rest] = paragraph(`${heading}  ${text}`, page, 2);
  yield lines([
    ...sides(diff.before, diff.after, page),
    `  ${page.paint(heading, ...STYLES[word])}${first.slice(2 + heading.length)}`,
    ...rest,
    ...paragraph(`before  ${sideInWords(diff.before)}`, page, 2, (line) => page.paint(line, 'dim'), 8),
    ...paragraph(`after   ${sideInWords(diff.after)}`, page, 2, (line) => page.paint(line, 'dim'), 8),
    ...diff.notices.flatMap((notice) => paragraph(`! ${notice}`, page, 2, (line) => page.paint(line, 'yellow'), 2)),
  ]);
  yield* section('NEW', diff.fresh, page);
  yield* risks('NEW RISKS', diff.risks.fresh, page);
  yield* section('CHANGED', diff.changed, page);
  yield* section('CLEARED', diff.cleared, page);
  yield* risks('RISKS GONE', diff.risks.cleared, page);
  if (diff.packages !== undefined && diff.packages.length > 0) {
    // The packages explain the findings; on a terminal their number does.
    if (page.all)
      yield lines([title('PACKAGES', page, packagesInWords(diff.packages)), ...packageRows(diff.packages, page)]);
    else
      yield lines(
        paragraph(`packages: ${packagesInWords(diff.packages)}; plimsoll bom diff or --all lists them`, page, 2),
      );
  }
}

/** For people: what came, went and moved. */
export function* bomDiffTable(diff: BomDiff, options: RenderOptions): Generator<string> {
  const page = pageFor(options, options.width === undefined);
  yield lines([...sides(diff.before, diff.after, page), ...paragraph(bomVerdict(diff), page, 2)]);
  for (const kind of ['added', 'removed', 'upgraded', 'downgraded', 'changed'] as const) {
    const some = diff.packages.filter((difference) => difference.kind === kind);
    if (some.length > 0)
      yield lines([title(kind.toUpperCase(), page, String(some.length)), ...packageRows(some, page)]);
  }
}

const lines = (all: readonly string[]): string => `${all.join('\n')}\n\n`;

function sides(before: { readonly reference: string }, after: { readonly reference: string }, page: Page): string[] {
  const fitted = (text: string): string => (page.width === undefined ? text : cut(text, page.width));
  return [
    page.paint(fitted(`- ${printable(before.reference)}`), 'dim'),
    page.paint(fitted(`+ ${printable(after.reference)}`), 'bold'),
  ];
}

function* section(name: string, findings: readonly FindingDifference[], page: Page): Generator<string> {
  if (findings.length === 0) return;
  const shown = page.all ? findings : findings.slice(0, LISTED);
  const rows = shown.map((difference): Cell[] => {
    const { severity, exploited } = (difference.after ?? difference.before)!;
    return [
      { text: severity, style: SEVERITY_STYLES[severity] },
      difference.id,
      difference.name,
      `${exploited === undefined ? '' : 'EXPLOITED; '}${causeInWords(difference)}`,
    ];
  });
  yield lines([
    title(name, page, String(findings.length)),
    ...table(
      [{}, { overflow: 'middle', minimum: 14 }, { overflow: 'middle', minimum: 10 }, { overflow: 'wrap', minimum: 16 }],
      rows,
      {
        ...layout(page),
        indent: 2,
      },
    ),
    ...more(findings.length - shown.length, page),
  ]);
}

function* risks(name: string, differences: readonly RiskDifference[], page: Page): Generator<string> {
  if (differences.length === 0) return;
  const shown = page.all ? differences : differences.slice(0, LISTED);
  const rows = shown.map(({ severity, title: said, path }): Cell[] => [
    { text: severity, style: SEVERITY_STYLES[severity] },
    said,
    { text: path === '' ? 'image configuration' : `/${path}`, style: ['dim'] },
  ]);
  yield lines([
    title(name, page, String(differences.length)),
    ...table([{}, { overflow: 'wrap', minimum: 20 }, { overflow: 'middle', minimum: 16 }], rows, {
      ...layout(page),
      indent: 2,
    }),
    ...more(differences.length - shown.length, page),
  ]);
}

function packageRows(packages: readonly PackageDifference[], page: Page): string[] {
  const shown = page.all ? packages : packages.slice(0, LISTED);
  const rows = shown.map((difference): Cell[] => [
    difference.name,
    packageMove(difference),
    { text: typeNamed(difference.type).label, style: ['dim'] },
    {
      text:
        difference.licences === undefined
          ? ''
          : `licence: ${difference.licences.before.join(', ')} -> ${difference.licences.after.join(', ')}`,
      style: ['yellow'],
    },
  ]);
  const columns = [
    { overflow: 'middle', minimum: 12 },
    { overflow: 'wrap', minimum: 14 },
    { overflow: 'cut', minimum: 8 },
    { overflow: 'wrap', minimum: 10 },
  ] as const;
  const licensed = shown.some(({ licences }) => licences !== undefined);
  return [
    ...table(licensed ? columns : columns.slice(0, 3), licensed ? rows : rows.map((row) => row.slice(0, 3)), {
      ...layout(page),
      indent: 2,
    }),
    ...more(packages.length - shown.length, page),
  ];
}

const more = (count: number, page: Page): string[] =>
  count <= 0 ? [] : [page.paint(`  and ${count} more: --all shows them`, 'dim')];
