import { createHash } from 'node:crypto';
import { assessmentInWords } from '../../coverage/assessment.ts';
import { grouped } from '../../formats/grouped.ts';
import type { Report } from '../../model.ts';
import { byteSize } from '../../terminal/progress.ts';
import { reportFormat } from '../report-format.ts';
import {
  changesInWords,
  commandOf,
  countsInWords,
  filterInWords,
  gateInWords,
  groupFindings,
  type KindSummary,
  listedChanges,
  noticesToTell,
  remarkOf,
  riskPlace,
  type Summary,
  scanVerdict,
  shortInstruction,
  stepLine,
  summarize,
  suppressedCount,
  suppressedInWords,
  suppressionInWords,
  targetInWords,
  WORST_FIRST,
} from '../scan/index.ts';
import { badge, html } from './escape.ts';
import { groupSection } from './findings.ts';
import { SCRIPT } from './script.ts';
import { STYLE } from './style.ts';

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
    yield head(report);
    yield* intro(report, summary);
    yield changeSection(report, summary);
    if (groups.length > 0) yield searchForm(summary);
    // A short report lies open; in a long one the reader opens what matters.
    for (const [index, group] of groups.entries()) yield groupSection(group, summary.total <= 30 || index < 3);
    yield riskSection(report);
    yield suppressedSection(report);
    yield unknownSection(report);
    yield provenance(report);
    yield foot(report, groups.length > 0);
  },
});

const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** https://developer.mozilla.org/docs/Web/HTTP/Guides/CSP: nothing is loaded, and only our own script and style run. */
function head(report: Report): string {
  const policy = `default-src 'none'; style-src ${hash(STYLE)}; script-src ${hash(SCRIPT)}; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="referrer" content="no-referrer">
<title>${html(report.subject.reference)}: Plimsoll report</title>
<style>${STYLE}</style>
</head>
<body>
`;
}

function* intro(report: Report, summary: Summary): Generator<string> {
  const { subject, os, database } = report;
  const platform =
    subject.platform === undefined
      ? undefined
      : [subject.platform.os, subject.platform.architecture, subject.platform.variant].filter(Boolean).join('/');
  const facts = [
    os?.name ?? 'operating system not recognised',
    platform,
    `${number(summary.packages)} packages`,
    subject.size === undefined ? undefined : byteSize(subject.size),
  ];
  const { word, heading, text } = scanVerdict(report, summary);
  yield `<header><h1>${html(subject.reference)}</h1>\n<div class="dim">${facts
    .filter((fact) => fact !== undefined)
    .map(html)
    .join(' \u00b7 ')}</div>\n`;
  yield `<div class="dim"><code>${html(subject.digest ?? subject.imageId ?? subject.name)}</code></div>\n`;
  yield `<div class="dim">data of ${html((report.needed?.[0]?.dataDate ?? database.built).slice(0, 10))}, scanned ${html(report.created.slice(0, 16).replace('T', ' '))}</div></header>\n`;
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
  if (report.assessment !== undefined) yield `<p class="dim">${html(assessmentInWords(report.assessment))}.</p>\n`;
}

const number = (value: number): string => grouped(value);
const cell = (value: number, name = ''): string => `<td class="n ${value === 0 ? 'zero' : name}">${number(value)}</td>`;

function countSection(summary: Summary): string {
  const counts = (one: Pick<KindSummary, 'severities' | 'total' | 'fixable'>): string =>
    `${WORST_FIRST.map((severity) => cell(one.severities[severity], severity)).join('')}${cell(one.total)}${cell(one.fixable, 'fixed')}`;
  const rows = summary.kinds.map((kind) => {
    const none = kind.packages > 0 && kind.notAssessed === kind.packages && kind.total === 0;
    const note =
      kind.notAssessed === 0
        ? ''
        : ` <span class="MEDIUM">${none ? 'not assessed' : `${number(kind.notAssessed)} not assessed`}</span>`;
    return `<tr><td>${html(kind.label)} <span class="dim">${number(kind.packages)}</span>${note}</td>${none ? '<td class="n MEDIUM">?</td>'.repeat(8) : counts(kind)}</tr>\n`;
  });
  const total = summary.kinds.length < 2 ? '' : `<tr><td><b>total</b></td>${counts(summary)}</tr>\n`;
  const header = [...WORST_FIRST, 'total', 'fixable'].map((name) => `<th class="n">${name}</th>`).join('');
  const installed =
    summary.installed.total === summary.total
      ? ''
      : `<p class="dim">Counted once per source package. Per installed package, as Trivy and Grype count, it is ${number(summary.installed.total)} (${countsInWords(summary.installed.severities)}), ${number(summary.installed.fixable)} fixable.</p>\n`;
  return `<div class="scroll"><table><tr><th></th>${header}</tr>\n${rows.join('')}${total}</table></div>\n${bar(summary)}${installed}`;
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

function changeSection(report: Report, summary: Summary): string {
  const { changes } = report;
  if (changes === undefined || changes.findings === 0) return '';
  const rows = listedChanges(changes).map(
    ({ change }) =>
      `<tr><td><b>${html(change.name)}</b></td><td class="v">${html(change.from ?? 'new')}</td><td class="v fixed">${html(change.to ?? targetInWords(change))}</td><td>${countsInWords(change.clears)}</td><td class="dim">${html(remarkOf(change))}</td></tr>\n`,
  );
  const steps = changes.steps.map(stepLine);
  const commands = steps.filter(({ shell }) => shell).map(({ text }) => `${html(text)}\n`);
  const words = steps.filter(({ shell }) => !shell).map(({ label, text }) => `<p>${html(`${label}: ${text}`)}</p>\n`);
  const stays = changes.stays.map(
    ({ reason, findings, packages }) =>
      `<li>${findings} stay: ${html(reason)} (${html(packages.slice(0, 8).join(', '))})</li>\n`,
  );
  const { command, does } = commandOf(report);
  return `<h2>What to change</h2>
<p class="dim">${html(changesInWords(changes, summary.total))}</p>
${rows.length === 0 ? '' : `<div class="scroll"><table><tr><th>package</th><th>installed</th><th>upgrade to</th><th>clears</th><th></th></tr>\n${rows.join('')}</table></div>\n`}${commands.length === 0 ? '' : `<pre>${commands.join('')}</pre>\n`}${words.join('')}${stays.length === 0 ? '' : `<ul>${stays.join('')}</ul>\n`}${changes.unchecked.length === 0 ? '' : `<p class="dim">Not checked: ${html(changes.unchecked.join('; '))}.</p>\n`}<p><code>${html(command)}</code> <span class="dim">${html(does)}</span></p>
`;
}

function searchForm(summary: Summary): string {
  const boxes = WORST_FIRST.filter((severity) => summary.severities[severity] > 0).map(
    (severity) =>
      `<label><input type="checkbox" name="s" value="${severity}" checked> ${badge(severity)} <span class="dim">${number(summary.severities[severity])}</span></label>`,
  );
  return `<h2>Findings by package</h2>
<form hidden><input type="search" name="q" placeholder="CVE, package, word of the title" aria-label="Search">
${boxes.join('\n')}
<label><input type="checkbox" name="fixable"> fixable only</label>
<button type="button" id="all">open or close all</button> <span id="shown" class="dim" aria-live="polite"></span></form>
`;
}

function suppressedSection(report: Report): string {
  const count = suppressedCount(report);
  if (count === undefined) return '';
  const lines = (report.suppressed ?? []).map(
    (suppressed) => `<li>${html(suppressedInWords(suppressed))}: ${html(suppressionInWords(suppressed.by))}</li>\n`,
  );
  return `<details><summary>${html(count)}</summary><ul>\n${lines.join('')}</ul></details>\n`;
}

function riskSection({ risks }: Report): string {
  if (risks.length === 0) return '';
  const rows = risks.map(
    (risk) =>
      `<tr><td>${badge(risk.severity)}</td><td>${html(risk.category)}</td><td>${html(risk.title)}${risk.detail === undefined ? '' : `<br><span class="dim">${html(risk.detail)}</span>`}</td><td><code>${html(riskPlace(risk))}</code></td></tr>\n`,
  );
  return `<h2>Risks in files and configuration</h2>\n<div class="scroll"><table><tr><th>severity</th><th>kind</th><th>risk</th><th>file</th></tr>\n${rows.join('')}</table></div>\n`;
}

function unknownSection({ unknowns }: Report): string {
  if (unknowns.length === 0) return '';
  const rows = unknowns.map(
    (unknown) =>
      `<tr><td><code>/${html(unknown.path)}</code></td><td>${html(unknown.analyzer)}</td><td>${html(unknown.reason)}</td></tr>\n`,
  );
  return `<h2>Could not be read</h2>\n<p class="dim">What these files hold is not in the numbers above.</p>\n<div class="scroll"><table><tr><th>file</th><th>read by</th><th>why</th></tr>\n${rows.join('')}</table></div>\n`;
}

/** Where the image and the judgement come from. */
function provenance({ subject, database, notices }: Report): string {
  const layers = subject.layers.map(
    (layer) =>
      `<tr><td class="n">${layer.index + 1}</td><td class="n">${layer.size === undefined ? '' : html(byteSize(layer.size))}</td><td>${html(shortInstruction(layer.instruction ?? ''))}</td><td><code>${html(layer.diffID.slice(0, 19))}</code></td></tr>\n`,
  );
  const feeds = database.feeds.map(
    (feed) =>
      `<tr><td>${html(feed.name)}</td><td class="n">${number(feed.records)}</td><td>${html((feed.dataDate ?? '').slice(0, 10))}</td><td>${html(feed.error ?? (feed.rejected ? `${feed.rejected} records could not be read` : ''))}</td></tr>\n`,
  );
  const remarks = notices
    .filter((notice) => notice.level === 'info')
    .map((notice) => `<p class="dim">${html(notice.message)}</p>\n`);
  return `<h2>Where this comes from</h2>
${remarks.join('')}${layers.length === 0 ? '' : `<div class="scroll"><table><tr><th class="n">layer</th><th class="n">size</th><th>instruction</th><th>diffID</th></tr>\n${layers.join('')}</table></div>\n`}
<p class="dim">Advisory database built ${html(database.built)}, ${number(database.records)} records, <code>${html(database.digest)}</code></p>
${feeds.length === 0 ? '' : `<div class="scroll"><table><tr><th>feed</th><th class="n">records</th><th>data of</th><th></th></tr>\n${feeds.join('')}</table></div>\n`}`;
}

function foot({ tool }: Report, script: boolean): string {
  return `<footer>Plimsoll ${html(tool.version)}</footer>\n${script ? `<script>${SCRIPT}</script>\n` : ''}</body>\n</html>\n`;
}
