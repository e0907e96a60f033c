import { assessmentInWords } from '../../coverage/assessment.ts';
import { printable } from '../../errors.ts';
import { grouped } from '../../formats/grouped.ts';
import type { Report } from '../../model.ts';
import { liveInWords } from '../../policy/exposure.ts';
import { type Cell, table } from '../../terminal/table.ts';
import { isSmall, layout, type Page, paragraph, title } from '../page.ts';
import { countsInWords, judgedAsLoadedInWords, type Summary } from './summary.ts';
import { dataInWords } from './table-summary.ts';

/** What there is to know of the numbers, each in all its sentences. It stands behind what they count: nobody has to read it before the findings. */
export function noteLines(report: Report, summary: Summary, page: Page): string[] {
  const lines = [
    ...countedLines(summary, page),
    ...partlyAssessed(summary).flatMap((text) => doubt(text, page)),
    ...exposureLines(report, summary, page),
    ...assessedLines(report, page),
  ];
  return lines.length === 0 ? [] : [title('ABOUT THE NUMBERS', page), ...lines];
}

/** The same in a line each, with what tells more of it; and the data that it was judged by, which a page without a screen's end has at its head. */
export function foldedNotes(report: Report, summary: Summary, page: Page): string[] {
  const rows = [
    ...(differs(summary) ? [fold('counted', otherCounts(summary), '--all')] : []),
    ...foldedReach(report, summary),
    ...(report.assessment === undefined
      ? []
      : [fold('assessed', assessmentInWords(report.assessment).replace(/^assessed /, ''), '--all')]),
    fold('data', dataInWords(report, false).replace(/^(?:oldest )?data: /, ''), 'plimsoll db status'),
  ];
  const small = isSmall(page);
  const columns = [{}, { overflow: 'cut', minimum: 20 } as const, ...(small ? [] : [{}])];
  const cells = rows.map((row) => (small ? row.slice(0, 2) : row));
  return table(columns, cells, { ...layout(page), indent: 2 });
}

const fold = (label: string, text: string, more: string, style: 'dim' | 'yellow' = 'dim'): readonly Cell[] => [
  { text: label, style: ['dim'] },
  { text: printable(text, 4_000), style: [style] },
  { text: more, style: ['dim'] },
];

function foldedReach({ start, subject, findings }: Report, summary: Summary): (readonly Cell[])[] {
  const { exposure, total, mayBeLoaded = 0, seen = 0 } = summary;
  if (start === undefined || total === 0) return [];
  if (exposure === undefined || exposure.unknown === total) {
    const [why] = start.notes;
    return subject.source === 'memory' || why === undefined
      ? []
      : [fold('reach', `cannot be told: ${why}`, 'plimsoll exposure', 'yellow')];
  }
  const near = exposure.loaded + exposure.importable;
  const [doubted] = [...(start.live?.notes ?? []), ...reasonsOf(findings)];
  const text = [
    `${grouped(near)} of ${grouped(total)} in code that this container can load`,
    ...(start.live === undefined ? [] : [`${grouped(seen)} seen loaded`]),
    ...(mayBeLoaded > exposure.loaded ? [`gates on loaded code judge ${grouped(mayBeLoaded)}`] : []),
    ...(doubted === undefined ? [] : [doubted]),
  ].join('; ');
  return [fold('reach', text, 'plimsoll exposure', doubted === undefined ? 'dim' : 'yellow')];
}

const differs = ({ installed, total }: Summary): boolean => installed.total !== total;

const otherCounts = ({ installed }: Summary): string =>
  `${grouped(installed.total)} per installed package, as Trivy and Grype count; ${grouped(installed.fixable)} fixable`;

const dimmed = (text: string, page: Page): string[] => paragraph(text, page, 2, (line) => page.paint(line, 'dim'));
const doubt = (text: string, page: Page): string[] =>
  paragraph(`? ${text}`, page, 2, (line) => page.paint(line, 'yellow'), 2);

function countedLines(summary: Summary, page: Page): string[] {
  const { installed } = summary;
  return differs(summary)
    ? dimmed(
        `Counted once per source package. Per installed package, as Trivy and Grype count, it is ${grouped(installed.total)} (${countsInWords(installed.severities)}), ${grouped(installed.fixable)} fixable.`,
        page,
      )
    : [];
}

/** Kinds of which some packages were judged, and others not: their numbers count the former. */
const partlyAssessed = ({ kinds }: Summary): string[] =>
  kinds
    .filter(({ notAssessed, packages }) => notAssessed > 0 && notAssessed < packages)
    .map(
      ({ label, notAssessed, packages }) =>
        `${label}: ${grouped(notAssessed)} of ${grouped(packages)} not assessed, no feed in the database speaks of them`,
    );

const assessedLines = ({ assessment }: Report, page: Page): string[] =>
  assessment === undefined ? [] : dimmed(`${assessmentInWords(assessment)}.`, page);

/** How many findings are in code that the container can load, and where the others are; '' where nothing is known of any. */
export function loadableInWords(summary: Summary): string {
  const { exposure, total, notLinked = 0 } = summary;
  if (exposure === undefined || total === 0 || exposure.unknown === total) return '';
  const { loaded, importable, callable, present, unknown } = exposure;
  const farther = [
    ...(callable > 0 ? [`${grouped(callable)} in programs it can call`] : []),
    ...(present > 0
      ? [
          `${grouped(present)} on disk only${notLinked > 0 ? ` (of ${grouped(notLinked)} no program holds the functions)` : ''}`,
        ]
      : []),
    ...(exposure['not-code'] > 0 ? [`${grouped(exposure['not-code'])} in what is no code`] : []),
    ...(unknown > 0 ? [`${grouped(unknown)} that cannot be told`] : []),
  ];
  const near = loaded + importable;
  const all = [
    `Of ${grouped(total)} ${total === 1 ? 'finding' : 'findings'} ${grouped(near)} ${near === 1 ? 'is' : 'are'} in code that this container can load: ${grouped(loaded)} loaded at start, ${grouped(importable)} importable.`,
    ...(farther.length > 0 ? [`The other ${grouped(total - near)}: ${farther.join(', ')}.`] : []),
  ].join(' ');
  return `${all} ${judgedAsLoadedInWords(summary)}`.trim();
}

/** How many findings are in code that the container can load, and what could not be told. */
function exposureLines({ start, subject, findings }: Report, summary: Summary, page: Page): string[] {
  const { exposure, total, seen = 0 } = summary;
  if (start === undefined || total === 0) return [];
  if (exposure === undefined || exposure.unknown === total) {
    // An image made in memory, as the demonstration's, has lists of packages and none of their files.
    if (subject.source === 'memory') return [];
    const [why] = start.notes;
    return why === undefined ? [] : paragraph(`? ${why}`, page, 2, (line) => page.paint(line, 'yellow'), 2);
  }
  const inCode = loadableInWords(summary);
  const { live } = start;
  return [
    ...paragraph(inCode, page, 2),
    ...(live === undefined
      ? []
      : [`${grouped(seen)} of them ${seen === 1 ? 'was' : 'were'} seen loaded. ${liveInWords(live).join(' ')}`].flatMap(
          (line) => paragraph(printable(line), page, 2),
        )),
    ...(live?.notes ?? []).flatMap((note) => paragraph(`? ${note}`, page, 2, (line) => page.paint(line, 'yellow'), 2)),
    ...reasonsOf(findings).flatMap((why) => paragraph(`? ${why}`, page, 2, (line) => page.paint(line, 'yellow'), 2)),
  ];
}

/** Reasons that are shown. */
const REASONS = 2;

/** Why it cannot be told of findings how near they are, what concerns the most of them first. */
function reasonsOf(findings: Report['findings']): readonly string[] {
  const counts = new Map<string, number>();
  for (const { package: pkg } of findings) {
    const why = pkg.exposure?.why;
    if (why !== undefined) counts.set(why, (counts.get(why) ?? 0) + 1);
  }
  return [...counts]
    .sort(([, count], [, other]) => other - count)
    .slice(0, REASONS)
    .map(([why]) => printable(why));
}
