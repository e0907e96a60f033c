import { oldestInWords } from '../../coverage/needed-feeds.ts';
import { byteSize, grouped } from '../../formats/grouped.ts';
import { type Report, WORST_FIRST } from '../../model.ts';
import { riskPlace } from '../../policy/risk-place.ts';
import { suppressionInWords } from '../../policy/suppression-words.ts';
import { osNameInWords } from '../os-name.ts';
import { reportFormat } from '../report-format.ts';
import {
  countsInWords,
  filterInWords,
  gateInWords,
  groupFindings,
  type KindSummary,
  loadableInWords,
  noticesToTell,
  type Summary,
  scanVerdict,
  summarize,
  suppressedCount,
  suppressedInWords,
} from '../scan/index.ts';
import { badge, html } from './escape.ts';
import { EMPTY_LIST, groupSection } from './findings.ts';
import { contents, htmlTable, pageFoot, pageHead, SEVERITY_COLUMNS } from './frame.ts';
import { layerSection } from './layers.ts';
import { countingSection, notAssessedSection } from './not-assessed.ts';
import { changeSection, firstSection } from './plan.ts';
import { isReachKnown, reachSection } from './reach.ts';
import { SCRIPT } from './script.ts';
import { searchForm } from './search.ts';

/** One page to send around or to keep with a build: no file, font or address besides it, and no script but its own. */
export const htmlReport = reportFormat({
  name: 'html',
  extension: 'html',
  mediaType: 'text/html; charset=utf-8',
  description: 'one self-contained page, with search and every reason',
  changes: true,
  *render(report) {
    const summary = summarize(report);
    const groups = groupFindings(report.findings);
    const script = groups.length > 0 ? SCRIPT : undefined;
    yield pageHead({ title: `${report.subject.reference}: Plimsoll report`, ...(script ? { script } : {}) });
    const rest = [...sections(report, summary)];
    const headings = rest.flatMap((text) => [...text.matchAll(/<h2 id="([a-z-]+)">([^<]+)</g)].slice(0, 1));
    const named = headings.map(([, id, name]) => ({ id: id!, name: name! }));
    const first = groups.length > 0 ? [{ id: 'findings', name: 'Findings' }] : [];
    const at = named.findIndex(({ id }) => id !== 'first' && id !== 'plan');
    named.splice(at < 0 ? named.length : at, 0, ...first);
    yield* intro(report, summary, contents(named));
    for (const section of rest.filter((text) => /^<h2 id="(?:first|plan)"/.test(text))) yield section;
    if (groups.length > 0) {
      yield searchSection(report, summary);
      yield '<div id="groups">\n';
      // A short report lies open; in a long one the reader opens what matters.
      for (const [index, group] of groups.entries()) yield* groupSection(group, summary.total <= 30 || index < 3);
      yield `</div>\n${EMPTY_LIST}</section>\n`;
    }
    for (const section of rest.filter((text) => !/^<h2 id="(?:first|plan)"/.test(text))) yield section;
    yield pageFoot(report.tool.version, report.created, script);
  },
});

/** What stands before and after the findings. */
function* sections(report: Report, summary: Summary): Generator<string> {
  yield firstSection(report);
  yield changeSection(report, summary);
  yield riskSection(report);
  yield suppressedSection(report);
  yield reachSection(report, summary);
  yield layerSection(report);
  yield notAssessedSection(report);
  yield countingSection(summary);
  yield provenance(report);
}

function* intro(report: Report, summary: Summary, nav: string): Generator<string> {
  const { subject } = report;
  const platform =
    subject.platform === undefined
      ? undefined
      : [subject.platform.os, subject.platform.architecture, subject.platform.variant].filter(Boolean).join('/');
  const facts = [
    osNameInWords(report),
    platform,
    `${grouped(summary.packages)} packages`,
    subject.size === undefined ? undefined : byteSize(subject.size),
  ];
  const { word, heading, text } = scanVerdict(report, summary);
  yield `<header><h1>${html(subject.reference)}</h1>\n<div class="dim">${facts
    .filter((fact) => fact !== undefined)
    .map(html)
    .join(' \u00b7 ')}</div>\n`;
  yield `<div class="dim"><code>${html(subject.digest ?? subject.imageId ?? subject.name)}</code></div>\n`;
  yield `<div class="dim">${html(oldestInWords(report))}, scanned ${html(report.created.slice(0, 16).replace('T', ' '))}</div></header>\n${nav}<main id="main">\n`;
  yield `<p class="verdict ${word}"><b>${html(heading)}</b>${html(text)}</p>\n`;
  if (report.gate) {
    const gate = gateInWords(report.gate);
    const rules = gate.lines.slice(1).map((line) => `<br>${html(line)}`);
    yield `<p class="verdict ${report.gate.passed ? 'clear' : 'fix'}"><b>${gate.heading}</b>${html(gate.lines[0] ?? '')}${rules.join('')}</p>\n`;
  }
  const filter = filterInWords(report);
  if (filter !== undefined) yield `<p>${html(filter)}</p>\n`;
  for (const notice of noticesToTell(report, 'warning')) yield `<p class="warning">${html(notice.message)}</p>\n`;
  yield countSection(summary);
  if (isReachKnown(report, summary))
    yield `<p>${html(loadableInWords(summary))} <a href="#reach">The ways to them</a></p>\n`;
}

const cell = (value: number, name = ''): string =>
  `<td class="n ${value === 0 ? 'zero' : name}">${grouped(value)}</td>`;

function countSection(summary: Summary): string {
  const counts = (counted: Pick<KindSummary, 'severities' | 'total' | 'fixable'>): string =>
    `${WORST_FIRST.map((severity) => cell(counted.severities[severity], severity)).join('')}${cell(counted.total)}${cell(counted.fixable, 'fixed')}`;
  const rows = summary.kinds.map((kind) => {
    const none = kind.packages > 0 && kind.notAssessed === kind.packages && kind.total === 0;
    const note =
      kind.notAssessed === 0
        ? ''
        : ` <span class="MEDIUM">${none ? 'not assessed' : `${grouped(kind.notAssessed)} not assessed`}</span>`;
    return `<tr><th scope="row">${html(kind.label)} <span class="dim">${grouped(kind.packages)}</span>${note}</th>${none ? '<td class="n MEDIUM">?</td>'.repeat(8) : counts(kind)}</tr>\n`;
  });
  const total = summary.kinds.length < 2 ? '' : `<tr><th scope="row"><b>total</b></th>${counts(summary)}</tr>\n`;
  const risks = summary.risks.map(
    (risk) =>
      `<tr><th scope="row">Risks: ${html(risk.category)}</th>${WORST_FIRST.map((severity) => cell(risk.severities[severity], severity)).join('')}${cell(risk.total)}<td></td></tr>\n`,
  );
  const sums = ['total', 'fixable'].map((text) => ({ text, number: true as const }));
  return `${bar(summary)}${htmlTable('Findings by kind of package and severity', ['', ...SEVERITY_COLUMNS, ...sums], [...rows, total, ...risks], { wide: true })}`;
}

/** All findings as one bar, a segment for each severity. */
function bar(summary: Summary): string {
  if (summary.total === 0) return '';
  let x = 0;
  const segments = WORST_FIRST.map((severity) => {
    const width = (summary.severities[severity] / summary.total) * 100;
    const segment =
      width === 0
        ? ''
        : `<rect class="${severity}" x="${x.toFixed(2)}" width="${width.toFixed(2)}" height="10"><title>${summary.severities[severity]} ${severity}</title></rect>`;
    x += width;
    return segment;
  });
  return `<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label="${html(countsInWords(summary.severities))}">${segments.join('')}</svg>\n`;
}

function searchSection(report: Report, summary: Summary): string {
  const { findings } = report;
  const reached = !isReachKnown(report, summary)
    ? ''
    : '\n<label><input type="checkbox" name="reached"> can be loaded, or not known</label>';
  const boxes = WORST_FIRST.filter((severity) => summary.severities[severity] > 0).map(
    (severity) =>
      `<label><input type="checkbox" name="s" value="${severity}" checked> ${badge(severity)} <span class="dim">${grouped(summary.severities[severity])}</span></label>`,
  );
  const exploited = findings.some((finding) => finding.exploited !== undefined)
    ? '\n<label><input type="checkbox" name="exploited"> exploited only</label>'
    : '';
  return `<section aria-labelledby="findings">
<h2 id="findings">Findings</h2>
${searchForm(`${boxes.join('\n')}
<label><input type="checkbox" name="fixable"> fixable only</label>${exploited}${reached}
<label>show <select name="view"><option value="packages">by package</option><option value="list">one list, sorted</option></select></label>
<button type="button" id="all">open or close all</button>`)}`;
}

function suppressedSection(report: Report): string {
  const count = suppressedCount(report);
  if (count === undefined) return '';
  const lines = (report.suppressed ?? []).map(
    (suppressed) => `<li>${html(suppressedInWords(suppressed))}: ${html(suppressionInWords(suppressed.by))}</li>\n`,
  );
  return `<h2 id="excepted">Taken out of the count</h2>\n<details><summary>${html(count)}</summary><ul>\n${lines.join('')}</ul></details>\n`;
}

function riskSection({ risks }: Report): string {
  if (risks.length === 0) return '';
  const rows = risks.map(
    (risk) =>
      `<tr><td>${badge(risk.severity)}</td><td>${html(risk.category)}</td><td>${html(risk.title)}${risk.detail === undefined ? '' : `<br><span class="dim">${html(risk.detail)}</span>`}</td><td><code>${html(riskPlace(risk))}</code></td></tr>\n`,
  );
  return `<h2 id="risks">Risks in files and configuration</h2>\n${htmlTable('Risks', ['severity', 'kind', 'risk', 'file'], rows)}`;
}

/** Documents of the database that are listed without being asked for. */
const FEEDS = 12;

const folded = (name: string, isLong: boolean, content: string): string =>
  isLong ? `<details><summary>${html(name)}</summary>\n${content}</details>\n` : content;

/** Where the image and the judgement come from. */
function provenance({ database, notices }: Report): string {
  const feeds = database.feeds.map(
    (feed) =>
      `<tr><td>${html(feed.name)}</td><td class="n">${grouped(feed.records)}</td><td>${html((feed.dataDate ?? '').slice(0, 10))}</td><td>${html(feed.error ?? (feed.rejected ? `${feed.rejected} records could not be read` : ''))}</td></tr>\n`,
  );
  const remarks = notices
    .filter((notice) => notice.level === 'info')
    .map((notice) => `<p class="dim">${html(notice.message)}</p>\n`);
  return `<h2 id="provenance">Where this comes from</h2>
${remarks.join('')}<p class="dim">Advisory database built ${html(database.built)}, ${grouped(database.records)} records, <code>${html(database.digest)}</code></p>
${feeds.length === 0 ? '' : folded(`The database's ${grouped(feeds.length)} documents`, feeds.length > FEEDS, htmlTable('Feeds', ['feed', { text: 'records', number: true }, 'data of', ''], feeds))}`;
}
