export { badge, html, pathText, unbrokenId } from './escape.ts';
export { contents, heading, htmlTable, pageFoot, pageHead, SEVERITY_COLUMNS } from './frame.ts';
export { htmlReport } from './page.ts';
export { SEARCH_SCRIPT, searchForm } from './search.ts';
