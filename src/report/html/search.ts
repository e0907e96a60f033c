/** The form that searches the findings of a page, hidden until the script is there to answer. `choices`: the page's own fields, as HTML. */
export const searchForm = (choices: string): string =>
  `<form hidden role="search"><input type="search" name="q" placeholder="CVE, package, word of the title" aria-label="Search the findings">
${choices} <span id="shown" class="dim" role="status"></span></form>
`;

/** What every script of such a page begins with: its parts, and the words that are searched for, all of which have to be there. */
export const SEARCH_SCRIPT = `
'use strict';
const form = document.querySelector('form');
const shown = document.querySelector('#shown');
const more = document.querySelector('#more');
const wanted = () => form.q.value.toLowerCase().split(/\\s+/).filter(Boolean);
const grouped = (count) => count.toLocaleString('en-US');
form.hidden = false;
form.addEventListener('submit', (event) => event.preventDefault());
`;
