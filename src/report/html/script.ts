import { SEARCH_SCRIPT } from './search.ts';

/**
 * The behaviour of a page of findings: search, severities, fixable, exploited, what the container can load; by package, or as one list that sorts by its columns. Without it
 * everything is still there. What is known of a row is read once, and only what is on the screen is drawn: 20,000 rows answer at once.
 */
export const SCRIPT = `${SEARCH_SCRIPT}const groupBox = document.querySelector('#groups');
const list = document.querySelector('#list');
const body = list.querySelector('tbody');
const groups = [...groupBox.querySelectorAll('details.p')].map((group) => ({ group, chunks: [], opened: group.open }));
const rank = { CRITICAL: 5, HIGH: 4, MEDIUM: 3, LOW: 2, NEGLIGIBLE: 1, UNKNOWN: 0 };
const rows = [];
// Of a large page only the parts near the screen are in the document: what is not there costs a browser nothing.
const near = new IntersectionObserver((entries) => { for (const { target, isIntersecting } of entries) { const chunk = chunkOf.get(target); chunk.near = isIntersecting; drawChunk(chunk); } }, { rootMargin: '1000px' });
const chunkOf = new Map();
for (const entry of groups) {
  for (const box of entry.group.querySelectorAll('.chunk')) {
    const chunk = { box, table: box.firstElementChild, its: [], drawn: [], dirty: false, near: false };
    chunkOf.set(box, chunk);
    near.observe(box);
    for (const row of box.querySelectorAll('tr[data-s]')) {
      const d = row.dataset;
      const it = { row, s: d.s, r: rank[d.s], f: d.f === '1', c: +d.c, l: d.l === '1', x: d.x === '1', t: d.t, n: d.n, e: +(d.e || 0), i: d.i, places: {}, fits: true };
      chunk.its.push(it);
      rows.push(it);
    }
    chunk.drawn = chunk.its;
    entry.chunks.push(chunk);
  }
}
const parks = rows.length > 2000;
function park(chunk) {
  if (!parks || !chunk.table.isConnected) return;
  chunk.box.style.minHeight = Math.min(9000, 45 * chunk.its.length) + 'px';
  chunk.table.remove();
}
// The reasons of a row come to it when somebody opens them: most of what a row holds.
const kept = new Map();
function unfold(details) {
  const reasons = kept.get(details);
  if (reasons) { kept.delete(details); details.append(...reasons); }
}
function fold(chunk) {
  if (!parks || chunk.folded) return;
  chunk.folded = true;
  for (const details of chunk.table.querySelectorAll('td > details:not([open])')) {
    const reasons = [...details.childNodes].slice(1);
    for (const node of reasons) node.remove();
    kept.set(details, reasons);
    details.addEventListener('toggle', () => unfold(details), { once: true });
  }
}
function attach(chunk) {
  fold(chunk);
  if (chunk.table.parentNode === chunk.box) return;
  chunk.box.append(chunk.table);
  chunk.box.style.minHeight = '';
}
for (const chunk of chunkOf.values()) park(chunk);
const PAGE = 50;
const OPEN = 12;
let limit = PAGE;
// Packages that a large page shows until more are asked for.
const FIRST = parks ? 60 : Infinity;
let packages = FIRST;
let sort = 's';
let down = true;
const compare = {
  s: (a, b) => a.r - b.r || a.x - b.x || b.c - a.c || a.f - b.f,
  i: (a, b) => a.places.i - b.places.i,
  n: (a, b) => a.places.n - b.places.n,
  e: (a, b) => a.e - b.e,
  f: (a, b) => a.f - b.f || a.r - b.r,
};
// The order of texts is found once, while nothing else is to be done: sorting compares numbers.
const placed = {};
function place(key) {
  if (placed[key] || (key !== 'i' && key !== 'n')) return;
  placed[key] = true;
  let place = 0;
  const order = rows.slice().sort((a, b) => (a[key] < b[key] ? -1 : a[key] > b[key] ? 1 : 0));
  order.forEach((it, at) => { if (at > 0 && it[key] !== order[at - 1][key]) place += 1; it.places[key] = place; });
}
for (const key of ['i', 'n']) setTimeout(() => place(key), 200);
function flat() { return form.view.value === 'list'; }
function drawChunk(chunk) {
  if (!chunk.near) { park(chunk); return; }
  attach(chunk);
  redraw(chunk);
}
function redraw(chunk) {
  if (!chunk.dirty) return;
  chunk.dirty = false;
  // A row that does not fit leaves the document: hidden it would still be styled.
  const fitting = chunk.its.filter((it) => it.fits);
  if (fitting.length === chunk.drawn.length && fitting.every((it, at) => it === chunk.drawn[at])) return;
  chunk.table.tBodies[0].replaceChildren(...fitting.map((it) => it.row));
  chunk.drawn = fitting;
}
function drawGroup(entry) {
  let any = false;
  for (const chunk of entry.chunks) {
    const some = chunk.its.some((it) => it.fits);
    if (chunk.box.hidden === some) chunk.box.hidden = !some;
    chunk.dirty = true;
    if (some) { any = true; if (entry.group.open && chunk.near) drawChunk(chunk); }
  }
  return any;
}
// The reasons are copied when somebody opens them.
function copyOf(from) {
  const row = document.createElement('tr');
  for (const cell of from.children) {
    const reasons = cell.querySelector(':scope > details');
    const copy = cell.cloneNode(reasons === null);
    if (reasons !== null) {
      for (const node of cell.childNodes) if (node !== reasons) copy.append(node.cloneNode(true));
      const details = document.createElement('details');
      details.append(reasons.firstElementChild.cloneNode(true));
      details.addEventListener('toggle', () => { for (const node of kept.get(reasons) ?? [...reasons.childNodes].slice(1)) details.append(node.cloneNode(true)); }, { once: true });
      copy.append(details);
    }
    row.append(copy);
  }
  return row;
}
function drawList() {
  place(sort);
  const hits = rows.filter((it) => it.fits);
  const by = compare[sort];
  const order = hits.map((it, at) => at).sort((a, b) => (down ? by(hits[b], hits[a]) : by(hits[a], hits[b])) || a - b);
  const part = document.createDocumentFragment();
  for (const at of order.slice(0, limit)) {
    const it = hits[at];
    const row = copyOf(it.row);
    const cell = document.createElement('td');
    cell.dataset.h = 'package';
    cell.textContent = it.n;
    row.insertBefore(cell, row.children[1]);
    part.append(row);
  }
  body.replaceChildren(part);
  more.hidden = hits.length <= limit;
  more.textContent = 'Show ' + Math.min(PAGE, hits.length - limit) + ' more of ' + grouped(hits.length);
}
function filter() {
  const words = wanted();
  const severities = new Set([...form.querySelectorAll('[name=s]:checked')].map((box) => box.value));
  const fixable = form.fixable.checked;
  const reached = form.reached ? form.reached.checked : false;
  const exploited = form.exploited ? form.exploited.checked : false;
  let count = 0;
  for (const it of rows) {
    it.fits = severities.has(it.s) && (!fixable || it.f) && (!reached || it.l) && (!exploited || it.x) && words.every((word) => it.t.includes(word));
    if (it.fits) count += 1;
  }
  const list = flat();
  groupBox.hidden = list;
  document.querySelector('#list').hidden = !list;
  if (list) drawList();
  else drawGroups(words.length > 0);
  tell(count);
}
function drawGroups(searched) {
  let open = 0;
  let hits = 0;
  for (const entry of groups) {
    const any = drawGroup(entry);
    if (any) hits += 1;
    const seen = any && hits <= packages;
    if (entry.group.hidden === seen) entry.group.hidden = !seen;
    if (!seen) continue;
    const wide = searched ? open++ < OPEN : entry.opened;
    if (entry.group.open !== wide) entry.group.open = wide;
  }
  more.hidden = hits <= packages;
  more.textContent = 'Show ' + Math.min(FIRST, hits - packages) + ' more of ' + grouped(hits) + ' packages';
}
function tell(count) { shown.textContent = grouped(count) + (count === 1 ? ' finding' : ' findings') + ' shown'; }
function again() { limit = PAGE; packages = FIRST; filter(); }
tell(rows.length);
if (parks) filter();
form.addEventListener('input', again);
for (const entry of groups) {
  entry.group.querySelector('summary').addEventListener('click', () => { entry.opened = !entry.group.open; });
}
more.addEventListener('click', () => { if (flat()) { limit += PAGE; drawList(); } else { packages += FIRST; filter(); } });
for (const button of list.querySelectorAll('th button')) {
  button.addEventListener('click', () => {
    down = sort === button.value ? !down : button.value !== 'n' && button.value !== 'i';
    sort = button.value;
    for (const head of list.querySelectorAll('th')) head.removeAttribute('aria-sort');
    button.parentElement.setAttribute('aria-sort', down ? 'descending' : 'ascending');
    limit = PAGE;
    drawList();
  });
}
// Paper has no button: it gets every package that fits.
addEventListener('beforeprint', () => { if (parks && !flat()) { packages = Infinity; filter(); } for (const entry of groups) if (entry.group.open) for (const chunk of entry.chunks) { attach(chunk); redraw(chunk); } });
addEventListener('afterprint', () => { if (parks && !flat()) again(); });
document.querySelector('#all').addEventListener('click', () => {
  const open = groups.some((entry) => !entry.group.open && !entry.group.hidden);
  for (const entry of groups) { entry.opened = open; if (!entry.group.hidden) entry.group.open = open; }
});
`;
