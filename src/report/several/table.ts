import { grouped } from '../../formats/grouped.ts';
import { type Severity, WORST_FIRST } from '../../model.ts';
import { SEVERITY_STYLES, type StyleName } from '../../terminal/style.ts';
import { type Cell, type Column, table } from '../../terminal/table.ts';
import { layout, type Page, pageFor, paragraph, title } from '../page.ts';
import { severityName, tableReport } from '../scan/index.ts';
import type { SeveralFormat } from './several-format.ts';
import type { Tallies, Tally, Together } from './tally.ts';

/** Below this only the two worst severities have a column of their own. */
const ROOMY = 110;

const STYLES: Readonly<Record<NonNullable<Tally['scanned']>['word'], readonly StyleName[]>> = {
  fix: ['alarm'],
  weigh: ['bold', 'yellow'],
  incomplete: ['bold', 'yellow'],
  clear: ['bold', 'green'],
};

/** For people: a short block of each image (`--all`: its whole report), and one table of all at the end. */
export const severalTable: SeveralFormat = {
  name: 'table',
  *begin() {},
  *image(scanned, _, options) {
    const page = pageFor(options, options.width === undefined);
    if ('report' in scanned) {
      yield* tableReport.render(scanned.report, options.all === true ? options : { ...options, brief: true });
      return;
    }
    const lines = [
      ...paragraph(scanned.target, page, 0, (line) => page.paint(line, 'bold')),
      ...paragraph(`NOT SCANNED  ${scanned.error.line}`, page, 2, (line) => page.paint(line, 'red')),
    ];
    yield `${lines.join('\n')}\n\n`;
  },
  *end(tallies, options) {
    yield `${summaryLines(tallies, pageFor(options, options.width === undefined)).join('\n')}\n\n`;
  },
};

function summaryLines(tallies: Tallies, page: Page): string[] {
  const together = tallies.together();
  const severities = page.width !== undefined && page.width < ROOMY ? WORST_FIRST.slice(0, 2) : WORST_FIRST;
  const right = (header: string): Column => ({ header, align: 'right' });
  const columns: Column[] = [
    { header: '', overflow: 'middle', minimum: 10 },
    { header: 'verdict', overflow: 'cut', minimum: 6 },
    ...severities.map((severity) => right(severityName(severity, page))),
    right('total'),
    right('fixable'),
    right('risks'),
    right('exit'),
  ];
  const all: Tally['scanned'] = { ...together, word: 'clear', heading: '', shut: together.shut > 0 };
  const rows = [
    ...tallies.lines.map((line) => row(line.target, line.scanned, line.exit, severities)),
    row('all of them', all, together.exit, severities, ['bold']),
  ];
  const tight = page.width !== undefined && page.width < ROOMY;
  return [
    title(`${grouped(together.images)} IMAGES`, page),
    ...table(columns, rows, { ...layout(page), indent: 2, ...(tight ? { gap: 1 } : {}) }),
    ...paragraph(inWords(together), page, 2),
  ];
}

function row(
  name: string,
  scanned: Tally['scanned'],
  exit: number,
  severities: readonly Severity[],
  style: readonly StyleName[] = [],
): Cell[] {
  const code: Cell = { text: String(exit), style: exit === 0 ? ['dim'] : ['bold', 'red'] };
  const dashes = severities.map((): Cell => ({ text: '-', style: ['dim'] }));
  if (scanned === undefined)
    return [{ text: name, style }, { text: 'NOT SCANNED', style: ['red'] }, ...dashes, '-', '-', '-', code];
  const number = (value: number, ...styles: readonly StyleName[]): Cell => ({
    text: grouped(value),
    style: value === 0 ? ['dim'] : styles,
  });
  return [
    { text: name, style },
    { text: scanned.heading, style: STYLES[scanned.word] },
    ...severities.map((severity) => number(scanned.severities[severity], ...SEVERITY_STYLES[severity])),
    number(scanned.total, ...style),
    number(scanned.fixable, 'green'),
    number(scanned.risks),
    code,
  ];
}

/** `120 findings in 3 images are 45 different vulnerabilities, 80 can be fixed; 1 image could not be scanned, the gate of 2 is shut.` */
function inWords({ images, failed, shut, total, fixable, vulnerabilities }: Together): string {
  const scanned = images - failed;
  const count = (value: number, noun: string): string => `${grouped(value)} ${noun}${value === 1 ? '' : 's'}`;
  const parts =
    total === 0
      ? `Nothing found in ${count(scanned, 'image')}`
      : `${count(total, 'finding')} in ${count(scanned, 'image')}, of ${grouped(vulnerabilities)} different ${vulnerabilities === 1 ? 'vulnerability' : 'vulnerabilities'}; ${grouped(fixable)} can be fixed`;
  const rest = [
    ...(failed > 0 ? [`${count(failed, 'image')} could not be scanned`] : []),
    ...(shut > 0 ? [`the gate of ${grouped(shut)} is shut`] : []),
  ];
  return `${scanned === 0 ? 'No image could be scanned' : [parts, ...rest].join('; ')}.`;
}
