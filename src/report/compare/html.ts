import {
  type Bridge,
  type CauseFound,
  type ComparedReport,
  type ComparedRow,
  type Comparison,
  type Difference,
  PROOFS,
} from '../../compare/comparison.ts';
import { fixInWords } from '../../compare/fixes.ts';
import { WORST_FIRST } from '../../model.ts';
import { causeSentence } from '../../scanners/causes.ts';
import { cut } from '../../terminal/table.ts';
import {
  badge,
  contents,
  html,
  htmlTable,
  pageFoot,
  pageHead,
  pathText,
  SEVERITY_COLUMNS,
  searchForm,
  unbrokenId,
} from '../html/index.ts';
import { combinationTable, matrixTable, upset, waterfall } from './charts.ts';
import { COMPARE_SCRIPT, COMPARE_STYLE } from './page.ts';
import { type PairStory, PROOF_WORDS, pairsTold, saysOf, storyOf } from './story.ts';
import { causeGroups, comparisonVerdict, headline, signed, thousands, titleOf, totalBridges } from './summary.ts';

/** Rows of the big table that a page holds; a browser gets slow beyond. */
const PAGE_ROWS = 5_000;
/** What differs between two reports, as the end of a sentence that begins with a number of findings. */
const DIFFERS: Readonly<Record<Difference['kind'], (from: string, to: string) => string>> = {
  present: (from, to) => `that only one of ${from} and ${to} reports`,
  severity: (from, to) => `that ${from} and ${to} rate differently`,
  fix: (from, to) => `of which ${from} and ${to} name different fixes`,
  count: (from, to) => `that ${from} and ${to} count in different numbers of rows`,
};

/** Differences listed under one cause. */
const LISTED = 200;

/**
 * One self-contained page, in the look of all of ours: the answer in sentences, then totals, what leads from one to the other, who reports what,
 * severities against each other, every difference with its causes, all findings. Each chart has its figures in a table.
 */
export function* compareHtml(comparison: Comparison): Generator<string> {
  const names = comparison.reports.map(({ name }) => titleOf(name, comparison));
  const isSeveral = comparison.reports.length > 2;
  yield pageHead({ title: `What gives? ${names.join(', ')}`, script: COMPARE_SCRIPT, style: COMPARE_STYLE });
  yield `<header><h1>What gives?</h1>\n<p class="dim">${html(names.join(', '))}${subjectOf(comparison)}</p></header>\n`;
  yield contents([
    { id: 'reports', name: 'Reports' },
    { id: 'totals', name: 'Why the totals differ' },
    ...(isSeveral ? [{ id: 'who', name: 'Who reports what' }] : []),
    { id: 'severities', name: 'Severities' },
    { id: 'causes', name: 'Every difference' },
    { id: 'findings', name: 'All findings' },
  ]);
  yield `<main id="main">\n<p class="verdict ${comparison.unexplained.count === 0 ? 'clear' : ''}"><b>${comparison.unexplained.count === 0 ? 'EXPLAINED' : 'PARTLY EXPLAINED'}</b>${html(comparisonVerdict(comparison))}.</p>\n`;
  for (const problem of comparison.identity.problems)
    yield `<p class="warning"><b>Not the same image</b> (subject.identity): ${html(problem)}</p>\n`;
  for (const remark of comparison.identity.remarks) yield `<p class="dim">${html(remark)}</p>\n`;
  if (!comparison.basis.image)
    yield '<p class="dim">Made without the image: explanations rest on what the reports hold.</p>\n';
  for (const bridge of pairsTold(comparison)) yield story(storyOf(bridge, comparison));
  yield reportsSection(comparison);
  yield* bridgesSection(comparison);
  if (isSeveral)
    yield `<h2 id="who">Who reports what</h2>\n<p>A column for each group of reports that have the same findings: its height is their number, the dots say whose they are.</p>\n${upset(comparison)}${combinationTable(comparison)}`;
  yield `<h2 id="severities">Severities against each other</h2>\n<p>Findings by what one report calls them (down) and what the other does (across). <span class="more">Blue</span>: they agree; <span class="less">orange</span>: they do not.</p>\n<div class="matrices">${matricesShown(
    comparison,
  )
    .map((matrix) => matrixTable(matrix, comparison))
    .join('')}</div>\n`;
  yield* causes(comparison);
  yield* findings(comparison);
  yield pageFoot(comparison.tool.version, comparison.created, COMPARE_SCRIPT);
}

function subjectOf({ reports }: Comparison): string {
  const names = [...new Set(reports.flatMap(({ subject }) => subject.name ?? []))];
  return names.length === 0 ? '' : ` of ${html(names.join(', '))}`;
}

/** The answer in sentences: what explains most of a pair, each with one example in full, under the unit that its number counts. */
function story({ opening, parts, more }: PairStory): string {
  if (parts.length === 0) return '';
  const told = parts.map(({ counted, causes }) => {
    const items = causes.map(
      ({ amount, code, sentence, example, known }) =>
        `<li><p><b>${html(amount)}</b>: ${html(sentence)} ${codeOf(code)}</p><p class="example">${html(example)}</p><p class="dim">Known how: ${html(known)}.</p></li>`,
    );
    return `<h3>${html(counted)}</h3><ul>${items.join('')}</ul>`;
  });
  const rest = more > 0 ? `<p class="dim">and ${more} more ${more === 1 ? 'cause' : 'causes'} below</p>` : '';
  return `<section class="story"><h2>${html(opening)}</h2>${told.join('')}${rest}</section>\n`;
}

const codeOf = (code: string): string =>
  `<code${code === 'unexplained' ? ' class="unexplained"' : ''}>${html(code)}</code>`;

/** Of many reports, each against the first; none where one of the two reports nothing, which has no severities. */
function matricesShown({ matrices, reports }: Comparison): Comparison['matrices'] {
  const silent = new Set(reports.filter(({ rows }) => rows === 0).map(({ name }) => name));
  const near = reports.length <= 4 ? matrices : matrices.filter((matrix) => matrix.from === reports[0]?.name);
  return near.filter(({ from, to }) => !silent.has(from) && !silent.has(to));
}

/** Each report on a card, and all of them as a table of severities. */
function reportsSection(comparison: Comparison): string {
  const cards = comparison.reports.map((report) => {
    const facts = [
      report.format === 'lens' ? 'rules replayed' : report.format,
      report.database?.date === undefined ? undefined : `data of ${report.database.date.slice(0, 10)}`,
      report.lens === undefined ? undefined : `explained by ${report.lens}`,
    ].filter((fact) => fact !== undefined);
    const notes = report.notes.map(
      (note) => `<p class="dim small">${html(note.message)} (${thousands(note.count)})</p>`,
    );
    return `<li><b>${html(titleOf(report.name, comparison))}</b><p class="big">${thousands(report.rows)}</p><p>rows: ${html(headline(report))}</p><p class="dim">${thousands(report.keys)} distinct; ${html(facts.join(', '))}</p>${notes.join('')}</li>`;
  });
  const number = (text: string) => ({ text, number: true as const });
  const columns = ['', ...SEVERITY_COLUMNS, number('rows'), number('distinct')];
  const rows = comparison.reports.map((report) => severityRow(report, titleOf(report.name, comparison)));
  return `<h2 id="reports">Reports</h2>\n<ul class="cards">${cards.join('')}</ul>\n${htmlTable('Rows of each report by severity', columns, rows, { wide: true })}`;
}

function severityRow(report: ComparedReport, title: string): string {
  const cells = WORST_FIRST.map((level) => {
    const count = report.severities[level];
    return `<td class="n ${count === 0 ? 'zero' : level}">${thousands(count)}</td>`;
  });
  return `<tr><th scope="row">${html(title)}</th>${cells.join('')}<td class="n">${thousands(report.rows)}</td><td class="n">${thousands(report.keys)}</td></tr>\n`;
}

/** What the bars mean, in words. */
const LEGEND =
  '<p>Each bar is a number of rows. Grey: all rows of a report. <span class="less">Orange</span>: rows that the first has and the second has not. <span class="more">Blue</span>: rows that the second has besides. <span class="unexplained">Violet</span>: rows that no cause accounts for. The table below each says the same.</p>\n';

function* bridgesSection(comparison: Comparison): Generator<string> {
  yield `<h2 id="totals">Why the totals differ</h2>\n${LEGEND}`;
  const isNear = ({ from }: Bridge): boolean => comparison.reports.length <= 3 || from === comparison.reports[0]?.name;
  const bridges = totalBridges(comparison);
  for (const bridge of bridges.filter(isNear)) yield bridgeText(bridge, comparison);
  const far = bridges.filter((bridge) => !isNear(bridge));
  if (far.length === 0) return;
  yield `<details><summary>${far.length} more ${far.length === 1 ? 'pair' : 'pairs'}</summary>\n`;
  for (const bridge of far) yield bridgeText(bridge, comparison);
  yield '</details>\n';
}

function bridgeText(bridge: Bridge, comparison: Comparison): string {
  const ofLevels = comparison.bridges.filter(
    (other) => other.from === bridge.from && other.to === bridge.to && other.severity !== undefined,
  );
  const pair = `From ${titleOf(bridge.from, comparison)} to ${titleOf(bridge.to, comparison)}`;
  const severities = ofLevels.map(
    (level) => `<h4>${badge(level.severity!)}</h4>\n${waterfall(level, comparison)}${stepsTable(level, comparison)}`,
  );
  const details =
    severities.length === 0 ? '' : `<details><summary>By severity</summary>\n${severities.join('')}</details>\n`;
  return `<h3>${html(pair)}</h3>\n${waterfall(bridge, comparison)}${stepsTable(bridge, comparison)}${details}`;
}

/** The figures of a waterfall. */
function stepsTable(bridge: Bridge, comparison: Comparison): string {
  const row = (count: string, what: string, code: string, known: string): string =>
    `<tr><td class="n">${count}</td><td>${what}</td><td>${code}</td><td class="dim">${known}</td></tr>\n`;
  const end = (count: number, name: string): string =>
    row(`<b>${thousands(count)}</b>`, `<b>rows of ${html(titleOf(name, comparison))}</b>`, '', '');
  const steps = bridge.steps.map(({ count, code, says, proof }) =>
    row(
      signed(count),
      html(code === 'unexplained' ? 'rows that no cause accounts for' : says),
      codeOf(code),
      proof === 'none' ? 'not known' : proof,
    ),
  );
  const severity = bridge.severity === undefined ? '' : `, ${bridge.severity}`;
  return htmlTable(
    `From ${titleOf(bridge.from, comparison)} to ${titleOf(bridge.to, comparison)}${severity}: figures`,
    [{ text: 'rows', number: true }, 'what', 'cause', 'known how'],
    [end(bridge.start, bridge.from), ...steps, end(bridge.end, bridge.to)],
  );
}

function* causes(comparison: Comparison): Generator<string> {
  yield '<h2 id="causes">Why single findings differ</h2>\n';
  const groups = causeGroups(comparison);
  if (groups.length === 0) yield '<p>No finding differs.</p>\n';
  for (const { between, kind, code, differences } of groups) {
    const [from, to] = between.map((name) => titleOf(name, comparison)) as [string, string];
    const many = differences.length === 1 ? 'finding' : 'findings';
    const why = code === 'unexplained' ? 'No rule known here explains it' : causeSentence(code);
    yield `<details class="cause"><summary><b>${thousands(differences.length)}</b> ${many} ${html(DIFFERS[kind](from, to))}. ${html(why)}. ${codeOf(code)} <span class="dim">${proofsOf(differences)}</span></summary><ul>`;
    for (const difference of differences.slice(0, LISTED)) yield differenceItem(difference, comparison);
    if (differences.length > LISTED)
      yield `<li class="dim">and ${thousands(differences.length - LISTED)} more: all are in the JSON output</li>`;
    yield '</ul></details>\n';
  }
}

/** `replayed`, `12 stated, 3 inferred`; nothing of what nobody knows. */
function proofsOf(differences: readonly Difference[]): string {
  const counts = PROOFS.map(
    (proof) => [differences.filter(({ causes: [first] }) => first?.proof === proof).length, proof] as const,
  );
  const known = counts.filter(([count, proof]) => count > 0 && proof !== 'none');
  return known.map(([count, proof]) => (known.length === 1 ? proof : `${thousands(count)} ${proof}`)).join(', ');
}

function differenceItem(difference: Difference, comparison: Comparison): string {
  const values = difference.values.map((value) => html(value ?? 'not reported')).join(' / ');
  const causes = difference.causes.map((cause) => causeText(cause, saysOf(difference, cause, comparison)));
  return `<li><b>${html(difference.key)}</b>: ${values}${causes.join('')}</li>`;
}

function causeText(cause: CauseFound, says: string): string {
  const evidence = cause.evidence
    .map(
      (piece) =>
        `<li class="dim">${html(piece.text)}${piece.cite === undefined ? '' : ` <cite>${html(piece.cite)}</cite>`}</li>`,
    )
    .join('');
  return `<p>${html(says)} <span class="dim">(${PROOF_WORDS[cause.proof]})</span></p>${evidence === '' ? '' : `<ul>${evidence}</ul>`}`;
}

function* findings(comparison: Comparison): Generator<string> {
  const { rows, reports } = comparison;
  const shown = rows.slice(0, PAGE_ROWS);
  yield '<section aria-labelledby="findings">\n<h2 id="findings">All findings, once</h2>\n';
  if (shown.length < rows.length)
    yield `<p class="dim">The first ${thousands(shown.length)} of ${thousands(rows.length)}; all are in the JSON output.</p>\n`;
  yield searchForm(
    '<label><input type="checkbox" name="apart"> only where they differ</label>\n<label><input type="checkbox" name="open"> only unexplained</label>',
  );
  const apart = new Set(comparison.differences.filter(({ kind }) => kind !== 'count').map(({ key }) => key));
  const open = new Set(comparison.unexplained.keys);
  const titles = reports.map(({ name }) => titleOf(name, comparison));
  yield '<div id="rows">\n';
  yield htmlTable(
    'All findings',
    ['vulnerability', 'package', 'severity', 'evidence', ...titles],
    shown.map((row) => findingRow(row, reports, apart.has(row.key), open.has(row.key))),
  );
  yield '</div>\n<button type="button" id="more" hidden>Show more</button>\n</section>\n';
}

const EVIDENCE: Readonly<Record<ComparedRow['evidence'], string>> = {
  confirmed: 'fixed',
  contradicted: 'HIGH',
  undecidable: 'dim',
};

function findingRow(row: ComparedRow, reports: readonly ComparedReport[], apart: boolean, open: boolean): string {
  const cells = reports.map(({ name }) => {
    const cell = row.reportedBy.find(({ report }) => report === name);
    if (cell === undefined) return '<td class="dim">not reported</td>';
    const fix = fixInWords({ ...cell.fix, versions: cell.fix.versions.slice(0, 3) });
    const names = cell.packages.slice(0, 3).join(', ') + (cell.packages.length > 3 ? ', ...' : '');
    const many = cell.rows > 1 ? ` <span class="dim">${cell.rows} rows</span>` : '';
    return `<td>${severityWord(cell.severity, cell.original)}${many}<small>${html(`${names}; ${fix}`)}</small></td>`;
  });
  const title = row.title === undefined ? '' : `<small>${html(cut(row.title, 120))}</small>`;
  const flags = `${apart ? ' data-a="1"' : ''}${open ? ' data-o="1"' : ''}`;
  return `<tr${flags}><td><b>${unbrokenId(row.id)}</b>${title}</td><td>${html(`${row.package} ${row.version}`)}</td><td>${badge(row.severity)}<small>by ${html(row.severitySource)}</small></td><td><span class="${EVIDENCE[row.evidence]}">${row.evidence}</span><small>${pathText(row.evidenceSays)}</small></td>${cells.join('')}</tr>\n`;
}

/** A severity in the report's own word. */
const severityWord = (severity: string, original: string | undefined): string =>
  `<span class="s ${html(severity)}">${html((original ?? severity).toUpperCase())}</span>`;
