import { SEARCH_SCRIPT } from '../html/index.ts';

/** What the comparison page has besides the look of every page: charts, and cells that darken with their count. */
export const COMPARE_STYLE = `
svg.chart { width: 100%; min-width: 40rem; height: auto; font: 13px system-ui, sans-serif; display: block; } svg.chart text { fill: var(--fg); } svg.chart .label { text-anchor: end; } svg.narrow { display: none; min-width: 0; } svg.narrow .label { text-anchor: start; } svg.chart .strong { font-weight: 600; }
svg.chart .value { fill: var(--dim); } svg.chart .middle { text-anchor: middle; } svg.chart .total { fill: var(--dim); } svg.chart .less { fill: var(--less); } svg.chart .more { fill: var(--more); } svg.chart .unexplained { fill: var(--UNKNOWN); }
svg.chart .link { stroke: var(--dim); stroke-dasharray: 2 2; } svg.chart .on { fill: var(--fg); } svg.chart .off { fill: var(--line); } svg.chart .joined { stroke: var(--fg); stroke-width: 3; }
.less { color: var(--less); } .more { color: var(--more); } .unexplained { color: var(--UNKNOWN); font-weight: 600; }
.story li { margin: .6rem 0; } .story .example { border-left: .2rem solid var(--line); padding-left: .7rem; }
.matrices { display: flex; flex-wrap: wrap; gap: 1rem 3rem; } .matrices > div { max-width: 100%; } .matrices table { width: auto; } .matrices td, .matrices th { text-align: right; padding: .35rem .7rem; } .matrices caption { color: var(--fg); font-weight: 600; }
${[1, 2, 3, 4, 5].map((step) => `.same${step} { background: color-mix(in srgb, var(--more) ${step * 7}%, var(--bg)); } .apart${step} { background: color-mix(in srgb, var(--less) ${step * 7}%, var(--bg)); }`).join('\n')}
details.cause { border-bottom: 1px solid var(--line); padding: .4rem 0; } details.cause ul { margin: .25rem 0; padding-left: 1.25rem; } details.cause p { margin: .1rem 0; } cite { font-size: .875em; }
#rows table { table-layout: fixed; } #rows thead th { white-space: normal; overflow-wrap: anywhere; } #rows th:nth-child(1) { width: 10.5rem; } #rows th:nth-child(2) { width: 8.5rem; } #rows th:nth-child(3) { width: 6.5rem; } #rows th:nth-child(4) { width: 15rem; }
details.cause > summary { max-width: 90ch; }
td small { display: block; color: var(--dim); font-size: .875rem; }
#more { margin: 1rem 0; }
@media screen and (max-width: 44rem) { .scroll:has(+ svg.narrow) { display: none; } svg.chart.narrow { display: block; min-width: 0; } }
@page { size: landscape; }
@media (max-width: 44rem) { .matrices :is(td, th) { padding: .35rem .3rem; } }
@media print { svg.chart { min-width: 0; } .matrices > div, .story li { break-inside: avoid; } #rows th:nth-child(1) { width: 8rem; } #rows th:nth-child(2) { width: 6rem; } #rows th:nth-child(3) { width: 5rem; } #rows th:nth-child(4) { width: 10rem; } td small { font-size: inherit; } #more { display: none; } }
`;

/**
 * Filters the table of findings; the page says everything without it. The text of a row is read once, and of what fits only a part is shown
 * until more is asked for, so that 5,000 rows answer at once. Paper gets all that fit.
 */
export const COMPARE_SCRIPT = `${SEARCH_SCRIPT}const rows = [...document.querySelectorAll('#rows tbody tr')].map((row) => ({ row, text: row.textContent.toLowerCase(), apart: row.dataset.a === '1', open: row.dataset.o === '1' }));
const PAGE = 200;
let limit = PAGE;
function draw() {
  const words = wanted();
  const [apart, open] = [form.apart.checked, form.open.checked];
  let hits = 0;
  for (const entry of rows) {
    const fits = (!apart || entry.apart) && (!open || entry.open) && words.every((word) => entry.text.includes(word));
    if (fits) hits += 1;
    const hidden = !fits || hits > limit;
    if (entry.row.hidden !== hidden) entry.row.hidden = hidden;
  }
  more.hidden = hits <= limit;
  more.textContent = 'Show ' + Math.min(PAGE, hits - limit) + ' more of ' + grouped(hits);
  shown.textContent = grouped(hits) + (hits === 1 ? ' finding fits' : ' findings fit');
}
function again() { limit = PAGE; draw(); }
form.addEventListener('input', again);
more.addEventListener('click', () => { limit += PAGE; draw(); });
addEventListener('beforeprint', () => { limit = Infinity; draw(); });
addEventListener('afterprint', again);
draw();
`;
