export { badge, html } from './escape.ts';
export { contents, htmlTable, pageFoot, pageHead } from './frame.ts';
export { htmlReport } from './page.ts';
