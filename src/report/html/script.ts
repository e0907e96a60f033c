/** The page's whole behaviour: finding by words, severities and whether there is a fix. Without it everything is still there. */
export const SCRIPT = `
const form = document.querySelector('form');
const groups = [...document.querySelectorAll('details.p')].map((group) => ({ group, rows: [...group.querySelectorAll('tr[data-s]')] }));
const shown = document.querySelector('#shown');
const opened = new Set(groups.filter(({ group }) => group.open).map(({ group }) => group));
function filter() {
  const words = form.q.value.toLowerCase().split(/\\s+/).filter(Boolean);
  const severities = new Set([...form.querySelectorAll('[name=s]:checked')].map((box) => box.value));
  let count = 0;
  for (const { group, rows } of groups) {
    let any = false;
    for (const row of rows) {
      const text = row.dataset.t;
      const fits = severities.has(row.dataset.s) && (!form.fixable.checked || row.dataset.f === '1') && words.every((word) => text.includes(word));
      row.hidden = !fits;
      if (fits) { any = true; count += 1; }
    }
    group.hidden = !any;
    group.open = any && (words.length > 0 || opened.has(group));
  }
  shown.textContent = count.toLocaleString('en-US') + ' shown';
}
form.hidden = false;
form.addEventListener('input', filter);
form.addEventListener('submit', (event) => event.preventDefault());
document.querySelector('#all').addEventListener('click', () => {
  const open = groups.some(({ group }) => !group.open && !group.hidden);
  for (const { group } of groups) { group.open = open; if (open) opened.add(group); else opened.delete(group); }
});
filter();
`;
