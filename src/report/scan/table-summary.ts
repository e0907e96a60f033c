import { feedFamily } from '../../coverage/needed-feeds.ts';
import { printable } from '../../errors.ts';
import { grouped } from '../../formats/grouped.ts';
import {
  type DatabaseInfo,
  type NeededFeed,
  type Report,
  type Severity,
  type SourceName,
  WORST_FIRST,
} from '../../model.ts';
import { SEVERITY_STYLES, type StyleName } from '../../terminal/style.ts';
import { type Cell, type Column, cut, table } from '../../terminal/table.ts';
import { osNameInWords } from '../os-name.ts';
import { isSmall, layout, type Page, paragraph } from '../page.ts';
import type { Counts, KindSummary, Summary } from './summary.ts';
import { filterInWords, type ScanVerdict, scanVerdict } from './verdict.ts';

const DAY = 86_400_000;

/** What was scanned, by which advisories; `folded`: where it is from and its digest in a line, and the advisories stand elsewhere. */
export function headLines(report: Report, summary: Summary, page: Page, folded = false): string[] {
  const { subject } = report;
  const os = osNameInWords(report);
  const platform =
    subject.platform === undefined
      ? []
      : [[subject.platform.os, subject.platform.architecture, subject.platform.variant].filter(Boolean).join('/')];
  const facts = [os, ...platform, `${grouped(summary.packages)} packages`].join(' \u00b7 ');
  const digest = subject.digest ?? subject.imageId;
  const from = subject.reference.endsWith(subject.name) ? '' : `: ${subject.name}`;
  const dim = (text: string) => paragraph(text, page, 2, (line) => page.paint(line, 'dim'), 2);
  const filter = filterInWords(report);
  const origin = `${ORIGINS[subject.source]}${from}`;
  const { width = Number.POSITIVE_INFINITY } = page;
  if (folded)
    return [
      ...nameAndFacts(subject.reference, facts, page),
      page.paint(`  ${cut(printable([origin, digest].filter(Boolean).join(' \u00b7 ')), width - 2)}`, 'dim'),
      ...(filter === undefined ? [] : paragraph(filter, page, 2)),
    ];
  return [
    ...nameAndFacts(subject.reference, facts, page),
    ...dim(origin),
    ...(digest === undefined ? [] : dim(isSmall(page) ? cut(digest, page.width! - 4) : digest)),
    ...dim(dataInWords(report, isSmall(page))),
    ...(filter === undefined ? [] : paragraph(filter, page, 2)),
  ];
}

/** What was looked at and what it is, in one line where both fit. */
export function nameAndFacts(reference: string, facts: string, page: Page): string[] {
  const name = line(reference, page);
  const joined = `${name}  ${printable(facts)}`;
  if (page.width === undefined || joined.length <= page.width)
    return [page.paint(name, 'bold') + joined.slice(name.length)];
  return [page.paint(name, 'bold'), ...paragraph(facts, page, 2)];
}

const line = (text: string, page: Page): string =>
  page.width === undefined ? printable(text) : cut(printable(text), page.width);

const ORIGINS: Readonly<Record<SourceName, string>> = {
  registry: 'from the registry',
  docker: 'from the Docker Engine',
  archive: 'from an archive',
  oci: 'from an OCI layout',
  dir: 'from a folder',
  project: 'a project, before there is an image',
  sbom: 'from a bill of materials',
  memory: 'made in memory',
};

/** Feeds that are named one by one; of more, only their families are. */
const FEEDS = 5;

/**
 * `oldest data: Debian of 2023-05-12 (3 days ago); newer: KEV of 2023-05-14`: each feed that the image needed, by its
 * oldest document, the oldest first; `brief`: the oldest alone. Without any: what the database holds.
 */
export function dataInWords({ database, needed = [], created }: Report, brief: boolean): string {
  if (needed.length === 0) return databaseInWords(database, created);
  const families = new Map<string, NeededFeed>();
  for (const feed of needed) {
    const family = feedFamily(feed.name);
    if (!families.has(family)) families.set(family, feed);
  }
  const named = [...families].map(
    ([family, { dataDate, undated }]) => `${family} of ${dataDate.slice(0, 10)}${undated ? ' at the latest' : ''}`,
  );
  const [oldest, ...newer] = named;
  const age = ageInWords(needed[0]!.dataDate, created);
  const asked = needed.flatMap(({ checked }) => checked ?? []).sort()[0];
  const when = asked === undefined ? '' : `; asked for on ${asked.slice(0, 10)}`;
  const first = `${newer.length > 0 ? 'oldest data: ' : 'data: '}${oldest}${age}`;
  return brief || newer.length === 0 ? `${first}${brief ? '' : when}` : `${first}; newer: ${newer.join(', ')}${when}`;
}

function ageInWords(date: string, at: string): string {
  const days = Math.floor((Date.parse(at) - Date.parse(date)) / DAY);
  return Number.isNaN(days) ? '' : days < 1 ? ' (today)' : days === 1 ? ' (yesterday)' : ` (${days} days ago)`;
}

/** `advisory database of 2023-05-12 (3 days ago): 41,234 records of debian, osv/PyPI`. */
function databaseInWords(database: DatabaseInfo, at: string): string {
  const age = ageInWords(database.built, at);
  const names = database.feeds.map((feed) => feed.name);
  const families = names.length > FEEDS ? [...new Set(names.map((name) => name.split('/')[0]!))] : names;
  const feeds = families.length === 0 ? '' : ` of ${families.join(', ')}`;
  return `advisory database of ${database.built.slice(0, 10)}${age}: ${grouped(database.records)} records${feeds}`;
}

const VERDICT_STYLES: Readonly<Record<ScanVerdict['word'], readonly StyleName[]>> = {
  fix: ['alarm'],
  weigh: ['bold', 'yellow'],
  incomplete: ['bold', 'yellow'],
  clear: ['bold', 'green'],
};

/** The one line to read if only one is read; `short`: its first sentence. */
export function verdictLines(report: Report, summary: Summary, page: Page, short = false): string[] {
  const { word, heading, text: said } = scanVerdict(report, summary);
  const text = short ? said.replace(/(?<=\.) .*$/s, '') : said;
  const lines = paragraph(`${heading}  ${text}`, page, 2);
  return [`  ${page.paint(heading, ...VERDICT_STYLES[word])}${lines[0]!.slice(2 + heading.length)}`, ...lines.slice(1)];
}

const SHORT: Readonly<Record<Severity, string>> = {
  CRITICAL: 'CRIT',
  HIGH: 'HIGH',
  MEDIUM: 'MED',
  LOW: 'LOW',
  NEGLIGIBLE: 'NEGL',
  UNKNOWN: 'UNKN',
};
/** Below this the severities are abbreviated. */
const ROOMY = 100;

/** A severity, abbreviated where there is little room. */
export const severityName = (severity: Severity, { width }: Pick<Page, 'width'>): string =>
  width !== undefined && width < ROOMY ? SHORT[severity] : severity;

/** Type by severity: the numbers the field expects, and in which unit they are. */
export function countLines(summary: Summary, report: Report, page: Page): string[] {
  const tight = isSmall(page);
  const columns: Column[] = [
    { header: '', overflow: 'cut', minimum: tight ? 12 : 16 },
    ...WORST_FIRST.map((severity): Column => ({ header: severityName(severity, page), align: 'right' })),
    { header: 'total', align: 'right' },
    { header: 'fixable', align: 'right' },
  ];
  const rows = summary.kinds.map((kind) => kindRow(kind, report));
  const risks = summary.risks.map((risk) => [
    `Risks: ${risk.category}`,
    ...severityCells(risk.severities),
    number(risk.total),
    '',
  ]);
  const total = [
    { text: 'total', style: ['bold'] as const },
    ...severityCells(summary.severities),
    bold(summary.total),
    bold(summary.fixable),
  ];
  const all = [...rows, ...(rows.length === 1 ? [] : [total]), ...risks];
  return [
    ...table(columns, all, { ...layout(page), indent: 2, ...(tight ? { gap: 1 } : {}) }),
    ...unspokenOf(summary, page),
  ];
}

function kindRow(kind: KindSummary, report: Report): Cell[] {
  const os =
    kind.kind === 'os' && report.os !== undefined ? ` ${report.os.id} ${report.os.versionId ?? ''}`.trimEnd() : '';
  const name = `${kind.label}${os} (${grouped(kind.packages)})`;
  if (kind.packages > 0 && kind.notAssessed === kind.packages && kind.total === 0) {
    return [
      name,
      ...WORST_FIRST.map((): Cell => ({ text: '?', style: ['yellow'] })),
      { text: '?', style: ['yellow'] },
      { text: '?', style: ['yellow'] },
    ];
  }
  return [name, ...severityCells(kind.severities), number(kind.total), number(kind.fixable, 'green')];
}

const severityCells = (counts: Counts): Cell[] =>
  WORST_FIRST.map((severity) =>
    number(counts[severity], ...SEVERITY_STYLES[severity].filter((style) => style !== 'dim')),
  );
const number = (value: number, ...style: readonly StyleName[]): Cell => ({
  text: grouped(value),
  style: value === 0 ? ['dim'] : style,
});
const bold = (value: number): Cell => ({ text: grouped(value), style: ['bold'] });

/** What `?` stands for in a row. */
const unspokenOf = ({ kinds }: Summary, page: Page): string[] =>
  kinds
    .filter(({ notAssessed, packages }) => notAssessed > 0 && notAssessed === packages)
    .flatMap(({ label }) =>
      paragraph(`? ${label}: not assessed, no feed in the database speaks of them`, page, 2, (line) =>
        page.paint(line, 'yellow'),
      ),
    );
