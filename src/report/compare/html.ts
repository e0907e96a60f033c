import type { Bridge, CauseFound, ComparedRow, Comparison, Difference } from '../../compare/comparison.ts';
import { escapeHtml, matrixTable, upset, waterfall } from './charts.ts';
import { script, style } from './page.ts';
import { causeGroups, headline, thousands, titleOf, totalBridges, verdict } from './summary.ts';

/** Rows of the big table that a page holds; a browser gets slow beyond. */
const PAGE_ROWS = 5_000;
/** Differences listed under one cause. */
const LISTED = 200;

/** One self-contained page: totals, waterfalls, who reports what, severities against each other, every difference with its causes. */
export function* compareHtml(comparison: Comparison): Generator<string> {
  yield `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"><title>What gives? ${escapeHtml(comparison.reports.map((report) => report.title).join(', '))}</title><style>${style}</style></head><body>`;
  yield `<header><h1>What gives?</h1><p class="verdict ${comparison.unexplained.count === 0 ? 'good' : 'open'}">${escapeHtml(verdict(comparison))}.</p>`;
  for (const problem of comparison.identity.problems)
    yield `<p class="alarm"><b>Not the same image</b> (subject.identity): ${escapeHtml(problem)}</p>`;
  for (const remark of comparison.identity.remarks) yield `<p class="note">${escapeHtml(remark)}</p>`;
  if (!comparison.basis.image)
    yield '<p class="note">Made without the image: explanations rest on what the reports hold.</p>';
  yield '</header><main>';
  yield totals(comparison);
  yield '<section><h2>Why the totals differ</h2>';
  const [near, far] = [true, false].map((first) =>
    totalBridges(comparison).filter(
      (one) => (comparison.reports.length <= 3 || one.from === comparison.reports[0]?.name) === first,
    ),
  );
  for (const bridge of near!) yield bridgeSection(bridge, comparison);
  if (far!.length > 0) {
    yield `<details><summary>${far!.length} more pairs</summary>`;
    for (const bridge of far!) yield bridgeSection(bridge, comparison);
    yield '</details>';
  }
  yield '</section>';
  if (comparison.reports.length > 2) yield `<section><h2>Who reports what</h2>${upset(comparison)}</section>`;
  yield `<section><h2>Severities against each other</h2><div class="matrices">${matricesShown(comparison)
    .map((matrix) => matrixTable(matrix, comparison))
    .join('')}</div></section>`;
  yield* causes(comparison);
  yield* findings(comparison);
  yield `</main><footer>Plimsoll ${escapeHtml(comparison.tool.version)}, ${escapeHtml(comparison.created)}</footer><script>${script}</script></body></html>\n`;
}

/** Of many reports, each against the first. */
function matricesShown({ matrices, reports }: Comparison): Comparison['matrices'] {
  return reports.length <= 4 ? matrices : matrices.filter((matrix) => matrix.from === reports[0]?.name);
}

function bridgeSection(bridge: Bridge, comparison: Comparison): string {
  const each = comparison.bridges.filter(
    (one) => one.from === bridge.from && one.to === bridge.to && one.severity !== undefined,
  );
  const title = escapeHtml(`From ${titleOf(bridge.from, comparison)} to ${titleOf(bridge.to, comparison)}`);
  const severities = each.map((one) => `<h4>${one.severity}</h4>${waterfall(one, comparison)}`).join('');
  return `<h3>${title}</h3>${waterfall(bridge, comparison)}<details><summary>By severity</summary>${severities}</details>`;
}

function totals(comparison: Comparison): string {
  const cards = comparison.reports.map((report) => {
    const parts = (['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'NEGLIGIBLE', 'UNKNOWN'] as const)
      .filter((severity) => report.severities[severity] > 0)
      .map(
        (severity) =>
          `<i class="s-${severity.toLowerCase()}" style="flex:${report.severities[severity]}" title="${report.severities[severity]} ${severity.toLowerCase()}"></i>`,
      );
    const facts = [
      report.format === 'lens' ? 'rules replayed' : report.format,
      report.database?.date === undefined ? undefined : `data of ${report.database.date.slice(0, 10)}`,
      report.lens === undefined ? undefined : `explained by ${report.lens}`,
    ].filter((fact) => fact !== undefined);
    const notes = report.notes
      .map((note) => `<p class="note">${escapeHtml(note.message)} (${thousands(note.count)})</p>`)
      .join('');
    return `<article><h3>${escapeHtml(titleOf(report.name, comparison))}</h3><p class="big">${thousands(report.rows)} <small>rows</small></p><div class="stack">${parts.join('')}</div><p>${escapeHtml(headline(report))}</p><p class="dim">${thousands(report.keys)} distinct; ${escapeHtml(facts.join(', '))}</p>${notes}</article>`;
  });
  return `<section class="cards">${cards.join('')}</section>`;
}

function* causes(comparison: Comparison): Generator<string> {
  yield '<section><h2>Why single findings differ</h2>';
  for (const { between, kind, code, differences } of causeGroups(comparison)) {
    yield `<details class="cause"><summary><b>${thousands(differences.length)}</b> <code class="${code === 'unexplained' ? 'unexplained' : ''}">${code}</code> <span class="dim">${kind}; ${escapeHtml(between.map((name) => titleOf(name, comparison)).join(' / '))}</span></summary><ul>`;
    for (const one of differences.slice(0, LISTED)) yield differenceItem(one);
    if (differences.length > LISTED)
      yield `<li class="dim">and ${thousands(differences.length - LISTED)} more: all are in the JSON output</li>`;
    yield '</ul></details>';
  }
  yield '</section>';
}

function differenceItem(one: Difference): string {
  const values = one.values.map((value) => escapeHtml(value ?? 'not reported')).join(' / ');
  return `<li><b>${escapeHtml(one.key)}</b>: ${values}${one.causes.map(causeText).join('')}</li>`;
}

function causeText(cause: CauseFound): string {
  const evidence = cause.evidence
    .map(
      (one) =>
        `<li class="dim">${escapeHtml(one.text)}${one.cite === undefined ? '' : ` <cite>${escapeHtml(one.cite)}</cite>`}</li>`,
    )
    .join('');
  return `<p>${escapeHtml(cause.says)}</p>${evidence === '' ? '' : `<ul>${evidence}</ul>`}`;
}

function* findings(comparison: Comparison): Generator<string> {
  const { rows, reports } = comparison;
  const shown = rows.slice(0, PAGE_ROWS);
  yield `<section><h2>All findings, once</h2>${shown.length < rows.length ? `<p class="note">The first ${thousands(shown.length)} of ${thousands(rows.length)}; all are in the JSON output.</p>` : ''}`;
  yield '<p class="filters"><input type="search" id="search" placeholder="CVE, package" aria-label="Filter findings"> <label><input type="checkbox" id="apart"> only where they differ</label> <label><input type="checkbox" id="open"> only unexplained</label> <span id="count" class="dim"></span></p>';
  yield `<div class="scroll"><table id="rows"><thead><tr><th>id</th><th>package</th><th>severity</th><th>evidence</th>${reports.map((report) => `<th>${escapeHtml(titleOf(report.name, comparison))}</th>`).join('')}</tr></thead><tbody>`;
  const apart = new Set(comparison.differences.filter((one) => one.kind !== 'count').map((one) => one.key));
  const open = new Set(comparison.unexplained.keys);
  for (const row of shown) yield findingRow(row, comparison, apart.has(row.key), open.has(row.key));
  yield '</tbody></table></div></section>';
}

function findingRow(row: ComparedRow, { reports }: Comparison, apart: boolean, open: boolean): string {
  const cells = reports.map((report) => {
    const cell = row.reportedBy.find((one) => one.report === report.name);
    if (cell === undefined) return '<td class="none">-</td>';
    const fix = cell.fix.versions.length > 0 ? `fixed in ${cell.fix.versions.slice(0, 3).join(', ')}` : cell.fix.state;
    const title = `${cell.packages.join(', ')}; ${cell.rows} rows; ${fix}`;
    return `<td title="${escapeHtml(title)}"><span class="s s-${cell.severity.toLowerCase()}">${escapeHtml((cell.original ?? cell.severity).toLowerCase())}</span>${cell.rows > 1 ? ` <small>&times;${cell.rows}</small>` : ''}</td>`;
  });
  const flags = `${apart ? ' apart' : ''}${open ? ' open' : ''}`;
  return `<tr class="${flags.trim()}"><td title="${escapeHtml(row.title ?? '')}">${escapeHtml(row.id)}</td><td>${escapeHtml(`${row.package} ${row.version}`)}</td><td title="by ${escapeHtml(row.severitySource)}"><span class="s s-${row.severity.toLowerCase()}">${row.severity.toLowerCase()}</span></td><td title="${escapeHtml(row.evidenceSays)}" class="e-${row.evidence}">${row.evidence}</td>${cells.join('')}</tr>`;
}
