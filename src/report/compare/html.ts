import {
  type Bridge,
  type CauseFound,
  type ComparedRow,
  type Comparison,
  type Difference,
  PROOFS,
} from '../../compare/comparison.ts';
import { escapeHtml, matrixTable, upset, waterfall } from './charts.ts';
import { script, style } from './page.ts';
import { type PairStory, PROOF_WORDS, pairsTold, storyOf } from './story.ts';
import { causeGroups, comparisonVerdict, headline, signed, thousands, titleOf, totalBridges } from './summary.ts';

/** Rows of the big table that a page holds; a browser gets slow beyond. */
const PAGE_ROWS = 5_000;
/** What a difference is about, in words. */
const KIND_WORDS: Readonly<Record<Difference['kind'], string>> = {
  present: 'reported or not',
  severity: 'severity',
  fix: 'fix',
  count: 'number of rows',
};

/** Differences listed under one cause. */
const LISTED = 200;

/** One self-contained page: totals, waterfalls, who reports what, severities against each other, every difference with its causes. */
export function* compareHtml(comparison: Comparison): Generator<string> {
  yield `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"><title>What gives? ${escapeHtml(comparison.reports.map((report) => report.title).join(', '))}</title><style>${style}</style></head><body>`;
  yield `<header><h1>What gives?</h1><p class="verdict ${comparison.unexplained.count === 0 ? 'good' : 'open'}">${escapeHtml(comparisonVerdict(comparison))}.</p>`;
  for (const problem of comparison.identity.problems)
    yield `<p class="alarm"><b>Not the same image</b> (subject.identity): ${escapeHtml(problem)}</p>`;
  for (const remark of comparison.identity.remarks) yield `<p class="note">${escapeHtml(remark)}</p>`;
  if (!comparison.basis.image)
    yield '<p class="note">Made without the image: explanations rest on what the reports hold.</p>';
  yield '</header><main>';
  for (const bridge of pairsTold(comparison)) yield story(storyOf(bridge, comparison));
  yield totals(comparison);
  yield `<section><h2>Why the totals differ</h2>${LEGEND}`;
  const [near, far] = [true, false].map((first) =>
    totalBridges(comparison).filter(
      (bridge) => (comparison.reports.length <= 3 || bridge.from === comparison.reports[0]?.name) === first,
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

/** The answer in sentences: what explains most of a pair, each with one example in full. */
function story({ opening, causes: told, more }: PairStory): string {
  if (told.length === 0) return '';
  const items = told.map(
    ({ amount, code, sentence, example, known }) =>
      `<li><p><b>${escapeHtml(amount)}</b>: ${escapeHtml(sentence)} <code class="${code === 'unexplained' ? 'unexplained' : ''}">${code}</code></p><p class="example">${escapeHtml(example)}</p><p class="dim">Known how: ${escapeHtml(known)}.</p></li>`,
  );
  const rest = more > 0 ? `<p class="dim">and ${more} more causes below</p>` : '';
  return `<section class="story"><h2>${escapeHtml(opening)}</h2><ol>${items.join('')}</ol>${rest}</section>`;
}

/** What the bars mean, in words. */
const LEGEND =
  '<p class="dim">Each bar is a number of rows. Grey: all rows of a report. <span class="less">Orange</span>: rows that the first has and the second has not. <span class="more">Blue</span>: rows that the second has besides. <span class="unexplained">Magenta</span>: rows that no cause accounts for.</p>';

/** Of many reports, each against the first. */
function matricesShown({ matrices, reports }: Comparison): Comparison['matrices'] {
  return reports.length <= 4 ? matrices : matrices.filter((matrix) => matrix.from === reports[0]?.name);
}

function bridgeSection(bridge: Bridge, comparison: Comparison): string {
  const each = comparison.bridges.filter(
    (one) => one.from === bridge.from && one.to === bridge.to && one.severity !== undefined,
  );
  const title = escapeHtml(`From ${titleOf(bridge.from, comparison)} to ${titleOf(bridge.to, comparison)}`);
  const severities = each.map((bridge) => `<h4>${bridge.severity}</h4>${waterfall(bridge, comparison)}`).join('');
  // The same in words: on a small screen, and for who does not see the bars.
  const steps = bridge.steps
    .map(
      (step) =>
        `<li><b>${signed(step.count)}</b> ${escapeHtml(step.code === 'unexplained' ? 'rows that no cause accounts for' : step.says)} <code class="${step.code === 'unexplained' ? 'unexplained' : ''}">${step.code}</code>${step.proof === 'none' ? '' : ` <span class="dim">(${step.proof})</span>`}</li>`,
    )
    .join('');
  return `<h3>${title}</h3>${waterfall(bridge, comparison)}<ul class="steps">${steps}</ul><details><summary>By severity</summary>${severities}</details>`;
}

function totals(comparison: Comparison): string {
  const cards = comparison.reports.map((report) => {
    const parts = (['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'NEGLIGIBLE', 'UNKNOWN'] as const)
      .filter((severity) => report.severities[severity] > 0)
      .map((severity) => `<i class="s-${severity.toLowerCase()}" style="flex:${report.severities[severity]}"></i>`);
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
    yield `<details class="cause"><summary><b>${thousands(differences.length)}</b> <code class="${code === 'unexplained' ? 'unexplained' : ''}">${code}</code> <span class="dim">${KIND_WORDS[kind]}, ${proofsOf(differences)}; ${escapeHtml(between.map((name) => titleOf(name, comparison)).join(' / '))}</span></summary><ul>`;
    for (const difference of differences.slice(0, LISTED)) yield differenceItem(difference);
    if (differences.length > LISTED)
      yield `<li class="dim">and ${thousands(differences.length - LISTED)} more: all are in the JSON output</li>`;
    yield '</ul></details>';
  }
  yield '</section>';
}

/** `12 stated, 3 inferred`. */
function proofsOf(differences: readonly Difference[]): string {
  const counts = PROOFS.map(
    (proof) => [differences.filter(({ causes }) => causes[0]?.proof === proof).length, proof] as const,
  );
  return counts
    .filter(([count]) => count > 0)
    .map(([count, proof]) => `${thousands(count)} ${proof === 'none' ? 'unknown' : proof}`)
    .join(', ');
}

function differenceItem(difference: Difference): string {
  const values = difference.values.map((value) => escapeHtml(value ?? 'not reported')).join(' / ');
  return `<li><b>${escapeHtml(difference.key)}</b>: ${values}${difference.causes.map(causeText).join('')}</li>`;
}

function causeText(cause: CauseFound): string {
  const evidence = cause.evidence
    .map(
      (one) =>
        `<li class="dim">${escapeHtml(one.text)}${one.cite === undefined ? '' : ` <cite>${escapeHtml(one.cite)}</cite>`}</li>`,
    )
    .join('');
  return `<p>${escapeHtml(cause.says)} <span class="dim">(${PROOF_WORDS[cause.proof]})</span></p>${evidence === '' ? '' : `<ul>${evidence}</ul>`}`;
}

function* findings(comparison: Comparison): Generator<string> {
  const { rows, reports } = comparison;
  const shown = rows.slice(0, PAGE_ROWS);
  yield `<section><h2>All findings, once</h2>${shown.length < rows.length ? `<p class="note">The first ${thousands(shown.length)} of ${thousands(rows.length)}; all are in the JSON output.</p>` : ''}`;
  yield '<p class="filters"><input type="search" id="search" placeholder="CVE, package" aria-label="Filter findings"> <label><input type="checkbox" id="apart"> only where they differ</label> <label><input type="checkbox" id="open"> only unexplained</label> <span id="count" class="dim"></span></p>';
  yield `<div class="scroll"><table id="rows"><thead><tr><th>id</th><th>package</th><th>severity</th><th>evidence</th>${reports.map((report) => `<th>${escapeHtml(titleOf(report.name, comparison))}</th>`).join('')}</tr></thead><tbody>`;
  const apart = new Set(
    comparison.differences.filter((difference) => difference.kind !== 'count').map((difference) => difference.key),
  );
  const open = new Set(comparison.unexplained.keys);
  for (const row of shown) yield findingRow(row, comparison, apart.has(row.key), open.has(row.key));
  yield '</tbody></table></div></section>';
}

function findingRow(row: ComparedRow, comparison: Comparison, apart: boolean, open: boolean): string {
  const { reports } = comparison;
  const cells = reports.map((report) => {
    const cell = row.reportedBy.find((one) => one.report === report.name);
    if (cell === undefined)
      return `<td class="none" data-of="${escapeHtml(titleOf(report.name, comparison))}">not reported</td>`;
    const fix = cell.fix.versions.length > 0 ? `fixed in ${cell.fix.versions.slice(0, 3).join(', ')}` : cell.fix.state;
    const names = cell.packages.slice(0, 3).join(', ') + (cell.packages.length > 3 ? ', ...' : '');
    return `<td data-of="${escapeHtml(titleOf(report.name, comparison))}"><span class="s s-${cell.severity.toLowerCase()}">${escapeHtml((cell.original ?? cell.severity).toLowerCase())}</span>${cell.rows > 1 ? ` <small>${cell.rows} rows</small>` : ''}<small class="more-text">${escapeHtml(`${names}; ${fix}`)}</small></td>`;
  });
  const flags = `${apart ? ' apart' : ''}${open ? ' open' : ''}`;
  return `<tr class="${flags.trim()}"><td>${escapeHtml(row.id)}${row.title === undefined ? '' : `<small class="more-text">${escapeHtml(row.title.slice(0, 120))}</small>`}</td><td>${escapeHtml(`${row.package} ${row.version}`)}</td><td data-of="severity"><span class="s s-${row.severity.toLowerCase()}">${row.severity.toLowerCase()}</span><small class="more-text">by ${escapeHtml(row.severitySource)}</small></td><td data-of="evidence" class="e-${row.evidence}">${row.evidence}<small class="more-text">${escapeHtml(row.evidenceSays)}</small></td>${cells.join('')}</tr>`;
}
