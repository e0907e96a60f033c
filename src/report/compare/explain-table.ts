import type { ExplainedPackage, ExplainedStatement, Explanation, LensVerdict } from '../../compare/explain.ts';
import type { OwnVerdict } from '../../compare/own-verdict.ts';
import type { Exposure } from '../../model.ts';
import { codeInWords, exposureInWords, namedInWords, nearestExposure } from '../../policy/exposure.ts';
import { SEVERITY_STYLES } from '../../terminal/style.ts';
import { type Cell, cellText, lengthOf, table } from '../../terminal/table.ts';
import { layout, type Page, pageFor, paragraph, title } from '../page.ts';
import type { RenderOptions } from '../report-format.ts';

/** Below this, four columns leave a sentence no room: who judges stands over its reason. */
const ROOMY = 110;

/** One vulnerability for people: what is known, where it is, who would say what and by which rule. */
export function* explainTable(explanation: Explanation, options: RenderOptions): Generator<string> {
  const page = pageFor(options);
  const sections = [
    headLines(explanation, page),
    ...grouped(explanation.packages).map((alike) => packageLines(alike, page, explanation)),
  ];
  for (const section of sections) yield `${[...section].join('\n')}\n\n`;
}

/**
 * The day of the first record. Some publishers date by the day of an import (PYSEC took in years of CVEs at once): where the id is of an
 * earlier year, nobody here says that it was not known before.
 */
function publishedInWords(id: string, published: string): string {
  const [, year] = /^CVE-(\d{4})-/i.exec(id) ?? [];
  const isLater = year !== undefined && year < published.slice(0, 4);
  return `published ${published.slice(0, 10)}${isLater ? ' at the latest' : ''}`;
}

function* headLines(explanation: Explanation, page: Page): Generator<string> {
  yield title(explanation.id, page, explanation.aliases.join(', '));
  if (explanation.title !== undefined) yield* paragraph(explanation.title, page, 2);
  const facts = [
    explanation.published !== undefined && publishedInWords(explanation.id, explanation.published),
    explanation.validity !== undefined && `the id is ${explanation.validity}`,
    explanation.exploited !== undefined && `exploited, known since ${explanation.exploited.slice(0, 10)}`,
    explanation.epss !== undefined && `EPSS ${(100 * explanation.epss).toFixed(2)} %`,
  ].filter((fact) => fact !== false);
  if (facts.length > 0) yield* paragraph(facts.join('; '), page, 2, (line) => page.paint(line, 'dim'));
  const ratings = explanation.ratings.map(
    (rating) =>
      `${rating.source} ${rating.method}${rating.score === undefined ? '' : ` ${rating.score}`} ${rating.original ?? rating.severity}`,
  );
  if (ratings.length > 0)
    yield* paragraph(`Rated: ${[...new Set(ratings)].join('; ')}`, page, 2, (line) => page.paint(line, 'dim'), 2);
  for (const sentence of explanation.missing ?? [])
    yield* paragraph(`! ${sentence}`, page, 2, (line) => page.paint(line, 'yellow'), 2);
  if (!explanation.known)
    yield* paragraph(
      explanation.asOf === undefined
        ? 'No feed of the database and no report mentions it'
        : `Nothing that was published by ${explanation.asOf} mentions it, and no report does`,
      page,
      2,
      (line) => page.paint(line, 'yellow'),
    );
  else if (explanation.packages.length === 0)
    yield* paragraph('No statement in the database is about a package of this image', page, 2, (line) =>
      page.paint(line, 'green'),
    );
  else if (
    explanation.packages.every(
      ({ own, verdicts }) => !own.finding && !own.suppressed && verdicts.every(({ shown }) => !shown),
    )
  )
    yield* paragraph('It affects no package of this image in the version installed', page, 2, (line) =>
      page.paint(line, 'green'),
    );
}

/** Binaries of one source that every lens judges alike are told once. */
function grouped(packages: readonly ExplainedPackage[]): readonly Alike[] {
  const groups = new Map<string, [ExplainedPackage, ...ExplainedPackage[]]>();
  for (const explained of packages) {
    const key = JSON.stringify([
      explained.source ?? [explained.package, explained.version],
      explained.type,
      explained.id,
      explained.own.says,
      explained.verdicts.map((verdict) => [verdict.shown, verdict.severity, verdict.trace.at(-1)?.says]),
    ]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [explained]);
    else group.push(explained);
  }
  return [...groups.values()];
}

type Alike = readonly [ExplainedPackage, ...ExplainedPackage[]];

function* packageLines(alike: Alike, page: Page, { id, aliases }: Explanation): Generator<string> {
  const [explained] = alike;
  const source =
    explained.source === undefined
      ? `${explained.package} ${explained.version}`
      : `${explained.source.name} ${explained.source.version}`;
  // A bulletin brings the fixes of several: each has its own lines.
  const other = [id, ...aliases].includes(explained.id) ? '' : ` ${explained.id}`;
  yield title(source, page, `${explained.type}${other}`);
  if (explained.source !== undefined)
    yield* paragraph(
      `installed as ${alike.map((binary) => `${binary.package} ${binary.version}`).join(', ')}`,
      page,
      2,
      (line) => page.paint(line, 'dim'),
      2,
    );
  if (explained.files.length > 0)
    yield* paragraph(
      `proven by ${explained.files.slice(0, 4).join(', ')}`,
      page,
      2,
      (line) => page.paint(line, 'dim'),
      2,
    );
  // One of them may be reached where the first is not.
  const nearest = nearestExposure(alike.map(({ code, exposure }) => code?.exposure ?? exposure));
  const isMissing = alike.every(({ code }) => code?.present === 'no');
  if (nearest !== undefined) yield* paragraph(isMissing ? NOT_LINKED : reachLine(nearest), page, 2, (line) => line, 2);
  if (explained.code !== undefined)
    yield* paragraph(`The advisory is about code: ${codeInWords(explained.code)}`, page, 2, (line) => line, 2);
  if (explained.named !== undefined)
    yield* paragraph(`The text names ${namedInWords(explained.named)}`, page, 2, (line) => line, 2);
  for (const { library, version, path, exposure } of explained.libraries ?? [])
    yield* paragraph(
      `The text names ${[library, version].join(' ').trim()}, which it brings along: ${exposure === undefined ? `/${path}` : exposureInWords(exposure)}`,
      page,
      2,
      (line) => line,
      2,
    );
  yield* reportLines(explained, page);
  // NVD files one product under several names, in the same words.
  for (const text of new Set(explained.statements.map(statementText)))
    yield* paragraph(text, page, 2, (line) => line, 2);
  yield* judgeLines([ownRow(explained.own), ...explained.verdicts.map(verdictRow)], page);
}

/** What each says and by which rule; those who say the same by the same rule are told together. */
function* judgeLines(judges: readonly Judged[], page: Page): Generator<string> {
  const alike = new Map<string, Judged & { readonly names: string[] }>();
  for (const judge of judges) {
    const key = JSON.stringify([judge.says, judge.fix, judge.because]);
    const group = alike.get(key);
    if (group === undefined) alike.set(key, { ...judge, names: [judge.by] });
    else group.names.push(judge.by);
  }
  if (page.width !== undefined && page.width < ROOMY) {
    yield '  by the rules of';
    for (const { names, says, fix, because } of alike.values()) {
      const fixed = fix === '' ? '' : `, fix ${fix}`;
      yield* paragraph(`${names.join(', ')}: ${cellText(says)}${fixed}`, page, 2, (line) => line, 2);
      yield* paragraph(because, page, 6, (line) => page.paint(line, 'dim'));
    }
    return;
  }
  yield* table(
    [
      { header: 'by the rules of', overflow: 'wrap', minimum: 24 },
      { header: 'says' },
      // A version that is cut in two is two wrong versions.
      { header: 'fix', overflow: 'wrap', minimum: Math.max(...judges.map(({ fix }) => longestWord(fix))) },
      { header: 'because', overflow: 'wrap', minimum: 24 },
    ],
    [...alike.values()].map(({ names, says, fix, because }): readonly Cell[] => [
      names.join(', '),
      says,
      fix,
      { text: because, style: ['dim'] },
    ]),
    { ...layout(page), indent: 2 },
  );
}

/** One who judges: what is said, the fix without words that its column says already, and the rule. */
interface Judged {
  readonly by: string;
  readonly says: Cell;
  readonly fix: string;
  readonly because: string;
}

const longestWord = (text: string): number => Math.max(...text.split(' ').map(lengthOf));

function statementText({
  source,
  id,
  namespace,
  package: name,
  state,
  ranges,
  judged,
  note,
}: ExplainedStatement): string {
  return `${source} ${id} (${namespace} ${name}): ${state}, ${ranges}${judged === undefined ? '' : `: ${judged}`}${note === undefined ? '' : `; "${note}"`}`;
}

/** A scan by our own rules, as the first of those who judge. */
function ownRow({ finding, severity, fix, says, suppressed }: OwnVerdict): Judged {
  if (suppressed)
    return {
      by: 'Plimsoll',
      says: { text: suppressed.status.replace(/_/g, ' '), style: ['yellow'] },
      fix: fixInWords(fix),
      because: says,
    };
  if (!finding || severity === undefined)
    return { by: 'Plimsoll', says: { text: 'nothing', style: ['dim'] }, fix: '', because: says };
  const word: Cell = { text: severity.toLowerCase(), style: SEVERITY_STYLES[severity] };
  return { by: 'Plimsoll', says: word, fix: fixInWords(fix), because: says };
}

function fixInWords(fix: OwnVerdict['fix']): string {
  const paid = fix?.subscription === undefined ? '' : `, ${fix.subscription} only`;
  return fix?.version === undefined ? (fix?.state ?? '') : `${fix.version}${paid}`;
}

/** First what was reported, in the words of the report; then where the rules known here see it otherwise. */
function* reportLines({ reported, silent }: ExplainedPackage, page: Page): Generator<string> {
  for (const { title: by, where, id, severity, severitySource, vendorWord, fix, feed, heldBack, lens } of reported) {
    const facts = [
      severitySource === undefined ? undefined : `severity by ${severitySource}`,
      vendorWord === undefined ? undefined : `the distribution says "${vendorWord}"`,
      fix,
      feed === undefined ? undefined : `from ${feed}`,
    ].filter((fact) => fact !== undefined);
    const says =
      heldBack === undefined ? `reports ${id} as ${severity}` : `holds ${id} back (${heldBack}), as ${severity}`;
    yield* paragraph(`${by} ${says}: ${facts.join('; ')} [${where}]`, page, 2, (line) => line, 2);
    if (lens !== undefined && !lens.agrees)
      yield* paragraph(
        `The rules of ${lens.name} predict ${lens.predicts}: report and rules disagree`,
        page,
        4,
        (line) => page.paint(line, 'yellow'),
        2,
      );
  }
  for (const { title: by, where, lens } of silent) {
    const told = lens?.agrees === true ? `, as its rules predict: ${lens.predicts}` : '';
    yield* paragraph(`${by} does not report it${told} [${where}]`, page, 2, (line) => page.paint(line, 'dim'), 2);
    if (lens?.agrees === false)
      yield* paragraph(
        `The rules of ${lens.name} predict ${lens.predicts}: report and rules disagree`,
        page,
        4,
        (line) => page.paint(line, 'yellow'),
        2,
      );
  }
}

function verdictRow(verdict: LensVerdict): Judged {
  const decisive = verdict.shown
    ? verdict.trace.find((step) => step.effect === 'rated')
    : (verdict.trace.find((step) => step.code !== undefined) ?? verdict.trace.at(-1));
  const because =
    decisive === undefined
      ? ''
      : `${decisive.code === undefined ? '' : `${decisive.code}: `}${decisive.says}${decisive.on === undefined ? '' : ` (${decisive.on})`}`;
  const by = verdict.title;
  if (!verdict.known) {
    const unknown = 'Its rules would not leave it out; the database has no statement to run them over';
    return { by, says: { text: 'not known', style: ['dim'] }, fix: '', because: unknown };
  }
  if (!verdict.shown) return { by, says: { text: 'nothing', style: ['dim'] }, fix: '', because };
  const word: Cell = { text: verdict.word, style: SEVERITY_STYLES[verdict.severity] };
  return { by, says: word, fix: (verdict.fix ?? '').replace(/^fixed in /, ''), because };
}

/** What each class means for a container. */
const REACH: Readonly<Record<Exposure['class'], string>> = {
  loaded: 'Loaded when the container starts',
  importable: 'Importable: a lazy or conditional import, or a name in a library, leads to it',
  callable: 'Callable: something that is reached names a program of it',
  present: 'On disk only: nothing known leads to it',
  'not-code': 'No code: headers, documents, data',
  unknown: 'Whether the container can load it cannot be told',
};

/** The program may run, and what the advisory is about is not in it. */
const NOT_LINKED = 'Not linked: no program that the package was built into holds the code that the advisory names';

/** The class in words, and the chain from the start command: `CMD -> /usr/bin/python3.9 -> /usr/lib/libwebp.so.7`. */
const reachLine = (exposure: Exposure): string =>
  exposure.why !== undefined && exposure.class !== 'unknown'
    ? `At most ${exposure.class} (${exposure.why})`
    : exposureInWords(exposure).replace(exposure.class, () => REACH[exposure.class]);
