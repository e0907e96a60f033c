import { fixInWords } from '../../compare/fixes.ts';
import { PlimsollError, printable } from '../../errors.ts';
import { counted } from '../../formats/grouped.ts';
import { severityRank } from '../../model.ts';
import type { EarlierFinding, UntoldFinding, Verification } from '../../remediate/verification.ts';
import { SEVERITY_STYLES, type StyleName } from '../../terminal/style.ts';
import { type Cell, table } from '../../terminal/table.ts';
import { harmlessJson, markdownText } from '../escape.ts';
import { type Page, pageFor, paragraph, title } from '../page.ts';
import type { RenderOptions } from '../report-format.ts';

/** An output format of a verification. */
interface VerifyFormat {
  readonly name: string;
  readonly render: (verification: Verification, options: RenderOptions) => Iterable<string>;
}

const LISTED = 15;
/** Packages that are named in a sentence. */
const NAMED = 6;

/** Every output format of a verification. */
export const verifyFormats: readonly VerifyFormat[] = [
  { name: 'table', render: verifyTable },
  { name: 'json', render: (verification) => [`${harmlessJson(JSON.stringify(verification, null, 2))}\n`] },
  { name: 'markdown', render: verifyMarkdown },
];

/** The format that `-f` names. Throws `usage`. */
export function verifyFormatNamed(name: string): VerifyFormat {
  const known = verifyFormats.find((format) => format.name === name);
  if (known) return known;
  throw new PlimsollError('usage', `a verification has no output format "${name}"`, {
    hint: `choose one of ${verifyFormats.map((format) => format.name).join(', ')}`,
  });
}

const HEADINGS: Readonly<Record<Verification['outcome'], string>> = {
  kept: 'VERIFIED',
  nothing: 'NOTHING CHANGED',
  broken: 'NOT AS IT SHOULD BE',
  other: 'ANOTHER IMAGE',
};

/** What came of the promise, in a sentence. */
function verdictOf({ prediction, cleared, remaining, fresh, freshOfGoal, outcome, goal, sameImage }: Verification): {
  readonly outcome: Verification['outcome'];
  readonly heading: string;
  readonly text: string;
} {
  const counts = `${cleared.length} cleared, ${remaining.length} remaining, ${fresh.length} new`;
  const misses = [
    ...(prediction && prediction.notCleared.length > 0
      ? [`${prediction.notCleared.length} should be gone and are not`]
      : []),
    ...(prediction && prediction.hopedFor.length > 0
      ? [`${prediction.hopedFor.length} hoped for and still there`]
      : []),
    ...(prediction && prediction.unforeseen.length > 0 ? [`${prediction.unforeseen.length} were not foreseen`] : []),
    ...(!prediction && freshOfGoal.length > 0 ? [`${freshOfGoal.length} new of the goal "${goal}"`] : []),
  ];
  const more = prediction?.clearedBesides.length ?? 0;
  const said =
    misses.length > 0
      ? `: ${prediction ? 'not as predicted: ' : ''}${misses.join(', ')}`
      : prediction?.holds && outcome === 'kept'
        ? `: as predicted${more > 0 ? `, and ${more} more cleared` : ''}`
        : '';
  if (outcome === 'other')
    return {
      outcome,
      heading: HEADINGS.other,
      text: `${counts}: not one of the packages that had findings is in it, which says nothing of a change`,
    };
  return { outcome, heading: HEADINGS[outcome], text: `${counts}${said}${sameImage ? '; it is the same image' : ''}` };
}

const STYLES: Readonly<Record<Verification['outcome'], StyleName>> = {
  kept: 'green',
  nothing: 'yellow',
  broken: 'red',
  other: 'red',
};

function* verifyTable(verification: Verification, options: RenderOptions): Generator<string> {
  const page = pageFor(options);
  const { before, after, prediction } = verification;
  const { outcome, heading, text } = verdictOf(verification);
  const head = [
    page.paint(printable(`${before.reference} -> ${after.reference}`), 'bold'),
    `  ${page.paint(heading, 'bold', STYLES[outcome])}  ${text}`,
  ];
  yield `${head.join('\n')}\n\n`;
  if (verification.scanner !== undefined)
    yield `${paragraph(`The first report is ${verification.scanner}'s: what the two know and how they judge differs, and a difference may be theirs (plimsoll compare says which)`, page, 0, (line) => page.paint(line, 'yellow')).join('\n')}\n\n`;
  if (verification.otherDatabase)
    yield `${paragraph("The two were judged by different advisory databases: a difference may be the database's", page, 0, (line) => page.paint(line, 'yellow')).join('\n')}\n\n`;
  const excepted = exceptedInWords(verification);
  if (excepted !== undefined) yield `${paragraph(excepted, page, 0, (line) => page.paint(line, 'dim')).join('\n')}\n\n`;
  const lists: readonly (readonly [string, readonly EarlierFinding[], StyleName])[] = [
    ...(prediction
      ? ([
          ['Predicted to be gone, still there', prediction.notCleared, 'red'],
          ['Not foreseen', prediction.unforeseen, 'red'],
          ['Hoped for, still there', prediction.hopedFor, 'yellow'],
          ['Cleared besides', prediction.clearedBesides, 'green'],
        ] as const)
      : ([['New', verification.fresh, 'red']] as const)),
    [`Cleared, and ${verification.scanner} would report it all the same`, verification.stillTold ?? [], 'yellow'],
    ['Cleared', verification.cleared, 'green'],
    ['Remaining', verification.remaining, 'dim'],
  ];
  for (const [name, findings, style] of lists) {
    if (findings.length === 0) continue;
    yield `${[title(`${name}: ${counted(findings.length, 'finding')}`, page), ...rows(findings, page, style)].join('\n')}\n\n`;
  }
  if (verification.untold === undefined) return;
  const untold = untoldInWords(verification);
  yield `${[title(untold.heading, page), ...untold.lines.flatMap((line) => paragraph(line, page, 2, (text) => page.paint(text, 'dim')))].join('\n')}\n\n`;
}

function rows(findings: readonly EarlierFinding[], page: Page, style: StyleName): string[] {
  const sorted = [...findings].sort((a, b) => severityRank(b.severity) - severityRank(a.severity));
  const shown = page.all ? sorted : sorted.slice(0, LISTED);
  const cells = shown.map((finding): Cell[] => [
    { text: finding.severity, style: SEVERITY_STYLES[finding.severity] },
    { text: finding.id, style: [style] },
    `${finding.name} ${finding.version}`,
    {
      text: fixInWords({ ...finding.fix, versions: finding.fix.version === undefined ? [] : [finding.fix.version] }),
      style: ['dim'],
    },
  ]);
  const lines = table([{}, {}, { overflow: 'middle' }, { overflow: 'cut' }], cells, {
    ...(page.width === undefined ? {} : { width: page.width }),
    paint: page.paint,
    indent: 2,
  });
  return sorted.length > shown.length
    ? [...lines, page.paint(`  and ${sorted.length - shown.length} more (--all)`, 'dim')]
    : lines;
}

const exceptedInWords = ({ excepted }: Verification): string | undefined =>
  excepted === undefined
    ? undefined
    : `${counted(excepted, 'finding')} of the new image ${excepted === 1 ? 'is' : 'are'} out of both counts by exceptions`;

/** What the scanner of the earlier report leaves out, by why: with what it is in, since nobody asked whether it was there before. */
function untoldInWords({ scanner, untold = [] }: Verification): { readonly heading: string; readonly lines: string[] } {
  const byReason = new Map<string, UntoldFinding[]>();
  for (const finding of untold) byReason.set(finding.why, [...(byReason.get(finding.why) ?? []), finding]);
  return {
    heading: `Not looked for by ${scanner}, then or now: ${counted(untold.length, 'finding')}, in neither count`,
    lines: [...byReason].map(([why, findings]) => {
      const names = [...new Set(findings.map(({ name, version }) => `${name} ${version}`))];
      const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : '';
      return `${why}: ${counted(findings.length, 'finding')} in ${names.slice(0, NAMED).join(', ')}${more}`;
    }),
  };
}

function* verifyMarkdown(verification: Verification): Generator<string> {
  const { heading, text } = verdictOf(verification);
  const excepted = exceptedInWords(verification);
  yield `## ${heading[0]}${heading.slice(1).toLowerCase()}: ${markdownText(verification.after.reference)}\n\n${markdownText(text)}.\n\n${excepted === undefined ? '' : `${excepted}.\n\n`}`;
  for (const [name, findings] of [
    ['New', verification.fresh],
    ['Predicted to be gone, still there', verification.prediction?.notCleared ?? []],
    ['Hoped for, still there', verification.prediction?.hopedFor ?? []],
    [`Cleared, and ${verification.scanner} would report it all the same`, verification.stillTold ?? []],
    ['Cleared', verification.cleared],
  ] as const) {
    if (findings.length === 0) continue;
    yield `### ${name}\n\n| severity | vulnerability | package |\n| --- | --- | --- |\n`;
    for (const finding of findings.slice(0, 200))
      yield `| ${finding.severity} | ${markdownText(finding.id)} | ${markdownText(`${finding.name} ${finding.version}`)} |\n`;
    yield '\n';
  }
  if (verification.untold === undefined) return;
  const untold = untoldInWords(verification);
  yield `### ${markdownText(untold.heading)}\n\n${untold.lines.map((line) => `- ${markdownText(line)}\n`).join('')}\n`;
}
