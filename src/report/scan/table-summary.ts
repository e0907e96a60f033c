// Long because it is the first screen of the table, in the order in which it is read: head, verdict, counts, changes.
import { assessmentInWords } from '../../coverage/assessment.ts';
import { printable } from '../../errors.ts';
import { grouped } from '../../formats/grouped.ts';
import type {
  ChangeSummary,
  DatabaseInfo,
  NeededFeed,
  PackageChange,
  Report,
  Severity,
  SourceName,
} from '../../model.ts';
import { SEVERITY_STYLES, type StyleName } from '../../terminal/style.ts';
import { type Cell, type Column, cut, table } from '../../terminal/table.ts';
import { commandLines } from '../command-lines.ts';
import { layout, type Page, paragraph, title } from '../page.ts';
import { changesInWords, commandOf, listedChanges, remarkOf, stepLine, targetInWords } from './changes.ts';
import { WORST_FIRST } from './groups.ts';
import { type Counts, countsInWords, type KindSummary, type Summary } from './summary.ts';
import { filterInWords, type ScanVerdict, scanVerdict } from './verdict.ts';

const DAY = 86_400_000;

/** What was scanned, by which advisories. */
export function headLines(report: Report, summary: Summary, page: Page): string[] {
  const { subject } = report;
  const os = report.os === undefined ? 'operating system not recognised' : report.os.name;
  const platform =
    subject.platform === undefined
      ? []
      : [[subject.platform.os, subject.platform.architecture, subject.platform.variant].filter(Boolean).join('/')];
  const facts = [os, ...platform, `${grouped(summary.packages)} packages`].join(' \u00b7 ');
  const digest = subject.digest ?? subject.imageId;
  const from = subject.reference.endsWith(subject.name) ? '' : `: ${subject.name}`;
  const dim = (text: string) => paragraph(text, page, 2, (one) => page.paint(one, 'dim'), 2);
  const filter = filterInWords(report);
  return [
    ...nameAndFacts(subject.reference, facts, page),
    ...dim(`${ORIGINS[subject.source]}${from}`),
    ...(digest === undefined ? [] : dim(digest)),
    ...dim(dataInWords(report)),
    ...(filter === undefined ? [] : paragraph(filter, page, 2)),
  ];
}

/** Both in one line where they fit. */
function nameAndFacts(reference: string, facts: string, page: Page): string[] {
  const name = line(reference, page);
  const one = `${name}  ${printable(facts)}`;
  if (page.width === undefined || one.length <= page.width) return [page.paint(name, 'bold') + one.slice(name.length)];
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
 * `data of 2023-05-12 (3 days ago): Debian of 2023-05-12, KEV of 2023-05-14`: each feed that the image needed, by its
 * oldest document, the oldest first. Without any: what the database holds.
 */
function dataInWords({ database, needed = [], created }: Report): string {
  if (needed.length === 0) return databaseInWords(database, created);
  const families = new Map<string, NeededFeed>();
  for (const feed of needed) {
    const family = feedFamily(feed.name);
    if (!families.has(family)) families.set(family, feed);
  }
  const named = [...families].map(
    ([family, { dataDate, undated }]) => `${family} of ${dataDate.slice(0, 10)}${undated ? ' at the latest' : ''}`,
  );
  const oldest = needed[0]!.dataDate;
  const asked = needed.flatMap(({ checked }) => checked ?? []).sort()[0];
  const when = asked === undefined ? '' : `; asked for on ${asked.slice(0, 10)}`;
  return `data of ${oldest.slice(0, 10)}${ageInWords(oldest, created)}: ${named.join(', ')}${when}`;
}

/** What readers call a feed: `KEV`, `NVD`, `Debian`; of OSV's exports the ecosystem. */
function feedFamily(name: string): string {
  const [family = name, rest] = name.split('/');
  if (family === 'osv' && rest !== undefined) return rest;
  const known: Readonly<Record<string, string>> = {
    kev: 'KEV',
    epss: 'EPSS',
    nvd: 'NVD',
    nvidia: 'NVIDIA',
    'python-index': name,
  };
  return known[family] ?? family.charAt(0).toUpperCase() + family.slice(1);
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

/** The one line to read if only one is read. */
export function verdictLines(report: Report, summary: Summary, page: Page): string[] {
  const { word, heading, text } = scanVerdict(report, summary);
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
/** Below this the columns of the counts stand one blank apart. */
const TIGHT = 72;
const isNarrow = (page: Page): boolean => page.width !== undefined && page.width < ROOMY;

/** Type by severity: the numbers the field expects, and in which unit they are. */
export function countLines(summary: Summary, report: Report, page: Page): string[] {
  const short = isNarrow(page);
  const tight = page.width !== undefined && page.width < TIGHT;
  const columns: Column[] = [
    { header: '', overflow: 'cut', minimum: tight ? 12 : 16 },
    ...WORST_FIRST.map((severity): Column => ({ header: short ? SHORT[severity] : severity, align: 'right' })),
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
    ...unitLines(report, summary, page),
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

/** Where others count differently, or where a number is none, that is said under the table. */
function unitLines(report: Report, summary: Summary, page: Page): string[] {
  const dim = (text: string) => paragraph(text, page, 2, (one) => page.paint(one, 'dim'));
  const { installed } = summary;
  const partly = summary.kinds.filter((kind) => kind.notAssessed > 0);
  return [
    ...(installed.total === summary.total
      ? []
      : dim(
          `Counted once per source package. Per installed package, as Trivy and Grype count, it is ${grouped(installed.total)} (${countsInWords(installed.severities)}), ${grouped(installed.fixable)} fixable.`,
        )),
    ...partly.flatMap((kind) =>
      paragraph(
        `? ${kind.label}: ${kind.notAssessed === kind.packages ? 'not assessed' : `${grouped(kind.notAssessed)} of ${grouped(kind.packages)} not assessed`}, no feed in the database speaks of them`,
        page,
        2,
        (one) => page.paint(one, 'yellow'),
      ),
    ),
    ...(report.assessment === undefined ? [] : dim(`${assessmentInWords(report.assessment)}.`)),
  ];
}

/** The two worst severities and how many more: `3 CRITICAL, 14 HIGH, 24 more`. */
function worstInWords(counts: Counts, page: Page): string {
  const name = (severity: Severity) => (isNarrow(page) ? SHORT[severity] : severity);
  const present = WORST_FIRST.filter((severity) => counts[severity] > 0);
  const more = present.slice(2).reduce((sum, severity) => sum + counts[severity], 0);
  const worst = present.slice(0, 2).map((severity) => `${counts[severity]} ${name(severity)}`);
  return [...worst, ...(more === 0 ? [] : [`${more} more`])].join(', ');
}

/** Upgrades that a terminal is shown: those that clear most come first. */
const CHANGES = 10;

/** What to change: the plan of `fix` as far as nobody has to be asked, its commands, what stays, and how to get all of it. */
export function changeLines(report: Report, summary: Summary, page: Page): string[] {
  const { changes } = report;
  if (changes === undefined || changes.findings === 0) return [];
  const every = listedChanges(changes);
  const listed = page.all ? every : every.slice(0, CHANGES);
  const remarks = listed.some(({ change }) => remarkOf(change) !== '');
  const rows = listed.map(({ change }): Cell[] => [
    { text: change.name, style: ['bold'] },
    change.from ?? 'new',
    { text: targetInWords(change), style: change.unsure ? ['dim'] : ['green'] },
    change.exploited
      ? { text: `${worstInWords(change.clears, page)}, exploited`, style: ['bold', 'red'] }
      : worstInWords(change.clears, page),
    ...(remarks ? [remarkCell(change)] : []),
  ]);
  const columns: Column[] = [
    { header: 'package', overflow: 'cut', minimum: 12 },
    { header: 'installed', overflow: 'middle', minimum: 12 },
    { header: 'upgrade to', overflow: 'middle', minimum: 20 },
    { header: 'clears', overflow: 'wrap', minimum: 10 },
    ...(remarks ? [{ overflow: 'wrap', minimum: 20 } as const] : []),
  ];
  const said = changes.steps.map(stepLine);
  const widest = Math.max(0, ...said.map(({ label: name }) => name.length));
  const steps = said.flatMap(({ label: name, text, shell }) => {
    const lead = `${name.padEnd(widest)}  `;
    const lines = shell
      ? commandLines([text], page, 2, lead)
      : paragraph(`${lead}${text}`, page, 2, undefined, lead.length);
    return lines.map((line, at) => (at === 0 ? line.replace(lead, page.paint(lead, 'dim')) : line));
  });
  const { command, does } = commandOf(report);
  return [
    title('WHAT TO CHANGE', page, changesInWords(changes, summary.total)),
    ...(rows.length > 0 ? table(columns, rows, { ...layout(page), indent: 2 }) : []),
    ...(every.length > listed.length
      ? [page.paint(`  and ${every.length - listed.length} more upgrades: --all lists them`, 'dim')]
      : []),
    ...(rows.length > 0 ? [''] : []),
    ...steps,
    ...stayLines(changes, page),
    ...(changes.unchecked.length > 0
      ? paragraph(`Not checked: ${changes.unchecked.join('; ')}.`, page, 2, (one) => page.paint(one, 'dim'))
      : []),
    ...paragraph(`${command}   ${does}`, page, 2, (one) => one.replace(command, page.paint(command, 'cyan')), 2),
  ];
}

const remarkCell = (change: PackageChange): Cell => ({
  text: remarkOf(change),
  style: change.brings.length > 0 ? ['yellow'] : ['dim'],
});

/** Reasons why fixable findings stay that are shown in a terminal. */
const REASONS = 5;

function stayLines({ stays }: ChangeSummary, page: Page): string[] {
  const shown = page.all ? stays : stays.slice(0, REASONS);
  return [
    ...shown.flatMap(({ reason, findings, packages }) => {
      const names = `${packages.slice(0, 4).join(', ')}${packages.length > 4 ? ` and ${packages.length - 4} more` : ''}`;
      return paragraph(`${findings} ${findings === 1 ? 'stays' : 'stay'}: ${reason} (${names})`, page, 2, undefined, 2);
    }),
    ...(stays.length > shown.length
      ? [page.paint(`  and ${stays.length - shown.length} more reasons why some stay: --all`, 'dim')]
      : []),
  ];
}
