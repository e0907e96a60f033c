import type { BenchFinding } from '../../cis/bench.ts';
import { BENCH_RESULTS, type BenchResult } from '../../cis/check.ts';
import { contents, html, htmlTable, pageFoot, pageHead, pathText } from '../html/index.ts';
import { benchFormat, itemText } from './format.ts';

const WORDS: Readonly<Record<BenchResult, readonly [word: string, look: string]>> = {
  pass: ['pass', 'fixed'],
  warn: ['warn', 'HIGH'],
  info: ['info', 'LOW'],
  note: ['note', 'MEDIUM'],
  'not-applicable': ['not applicable', 'dim'],
  'could-not-read': ['could not read', 'UNKNOWN'],
};

/** In the heading of a narrow page. */
const SHORT: Readonly<Partial<Record<BenchResult, string>>> = { 'not-applicable': 'n/a', 'could-not-read': 'not read' };

/** Evidence of one check that lies open. */
const ITEMS = 8;

/** `-f html`: the sentence first, then the sections, what warns open with what to do. */
export const benchHtml = benchFormat({
  name: 'html',
  description: 'one self-contained page',
  *render(report) {
    const { counts, score, sections, target } = report;
    const warned = sections.flatMap(({ findings }) => findings).filter(({ result }) => result === 'warn');
    yield pageHead({ title: `${target}: ${report.benchmark}` });
    yield `<header><h1>${html(target)}</h1>\n<div class="dim">${html(report.benchmark)}, score ${score}</div></header>\n`;
    yield contents(sections.map(({ id, title }) => ({ id: `s-${anchor(id)}`, name: `${id} ${title}` })));
    yield `<main id="main">\n<p class="verdict ${warned.length === 0 ? 'clear' : 'fix'}"><b>${warned.length === 0 ? 'NO WARNING' : `${warned.length} ${warned.length === 1 ? 'WARNING' : 'WARNINGS'}`}</b>${warned.filter(({ level }) => level === 1).length} of level 1; ${counts.pass} checks pass, ${counts['could-not-read']} could not be read.</p>\n`;
    for (const notice of report.notices) yield `<p class="warning">${html(notice)}</p>\n`;
    const row = `<tr>${BENCH_RESULTS.map((result) => `<td class="n ${counts[result] === 0 ? 'zero' : WORDS[result][1]}">${counts[result]}</td>`).join('')}</tr>`;
    yield htmlTable(
      'Checks by outcome',
      BENCH_RESULTS.map((result) => ({
        text: WORDS[result][0],
        number: true as const,
        ...(SHORT[result] === undefined ? {} : { short: SHORT[result] }),
      })),
      [row],
      { wide: true },
    );
    for (const { id, title, findings } of sections)
      yield `<h2 id="s-${anchor(id)}">${html(`${id} ${title}`)}</h2>\n${htmlTable(title, ['check', 'result', 'level', { text: 'what was seen, and what to do', short: '' }], findings.map(findingRow))}`;
    yield pageFoot(report.tool.version, report.finished);
  },
});

const anchor = (id: string): string => id.toLowerCase().replace(/[^a-z0-9]+/g, '-');

function findingRow({ id, title, result, level, summary, items, remediation, impact }: BenchFinding): string {
  const [word, look] = WORDS[result];
  const list = (some: typeof items): string =>
    some.map((item) => `<br><code>${pathText(itemText(item))}</code>`).join('');
  // Of what passes, what was looked at is no evidence against anybody.
  const quiet = result === 'pass' || result === 'not-applicable';
  const witnesses = items.filter(({ detail }) => detail !== undefined);
  const seen = (witnesses.length === 0 ? items : witnesses).slice(0, ITEMS).map(itemText).join('; ');
  const more =
    items.length > ITEMS
      ? `<details><summary>and ${items.length - ITEMS} more</summary>${list(items.slice(ITEMS))}</details>`
      : '';
  const todo =
    result === 'warn' || result === 'note'
      ? `<details class="todo"><summary>what to do</summary><p>${html(remediation)}</p><p class="dim">${html(impact)}</p></details>`
      : '';
  return `<tr><td><b>${html(id)}</b> ${html(title)}</td><td class="s ${look}">${word}</td><td>${level}</td><td>${html(summary ?? '')}${quiet ? (seen === '' ? '' : `<br><span class="dim small">looked at: ${pathText(seen)}</span>`) : `${list(items.slice(0, ITEMS))}${more}`}${todo}</td></tr>\n`;
}
