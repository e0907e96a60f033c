import { createHash } from 'node:crypto';
import { WORST_FIRST } from '../../model.ts';
import { severityName } from '../scan/index.ts';
import { html } from './escape.ts';
import { STYLE } from './style.ts';

/** What every page of ours begins with. */
interface Frame {
  /** Of the window. */
  readonly title: string;
  /** The page's only script, which is all that may run. */
  readonly script?: string;
  /** Rules of this kind of page, behind those of all. */
  readonly style?: string;
}

const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** https://developer.mozilla.org/docs/Web/HTTP/Guides/CSP: nothing is loaded, and only our own script and style run. */
export function pageHead({ title, script, style = '' }: Frame): string {
  const look = `${STYLE}${style}`;
  const runs = script === undefined ? '' : ` script-src ${hash(script)};`;
  const policy = `default-src 'none'; style-src ${hash(look)};${runs} base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="referrer" content="no-referrer">
<title>${html(title)}</title>
<style>${look}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the report</a>
`;
}

/** A section of a page and its place in the list of contents. */
interface PageSection {
  readonly id: string;
  readonly name: string;
}

/** The list of contents. */
export const contents = (sections: readonly PageSection[]): string =>
  sections.length < 2
    ? ''
    : `<nav aria-label="Contents"><ul>${sections.map(({ id, name }) => `<li><a href="#${id}">${html(name)}</a></li>`).join('')}</ul></nav>\n`;

/** What every page of ours ends with. */
export const pageFoot = (version: string, created: string, script?: string): string =>
  `</main>\n<footer>Plimsoll ${html(version)}, ${html(created.slice(0, 16).replace('T', ' '))}</footer>\n${script === undefined ? '' : `<script>${script}</script>\n`}</body>\n</html>\n`;

/** A column of a table: its heading, whether it holds numbers, and what it is called where the page is narrow. */
type HtmlColumn = string | { readonly text: string; readonly number?: true; readonly short?: string };

/** The heading in both lengths, of which the style shows one; a screen reader says the whole. */
export function heading({ text, short, number }: Exclude<HtmlColumn, string>, scope: 'col' | 'row' = 'col'): string {
  const look = number === true ? ' class="n"' : '';
  return short === undefined || short === ''
    ? `<th scope="${scope}"${look}>${html(text)}</th>`
    : `<th scope="${scope}"${look} aria-label="${html(text)}"><span class="long">${html(text)}</span><span class="short">${html(short)}</span></th>`;
}

/** Columns for the severities, the worst first. */
export const SEVERITY_COLUMNS: readonly HtmlColumn[] = WORST_FIRST.map((text) => ({
  text,
  short: severityName(text, { width: 0 }),
  number: true,
}));

/**
 * A table. Where the page is narrow its rows become blocks in which each value is named; `wide`: it scrolls sideways instead, and can be
 * reached by keyboard for it.
 */
export function htmlTable(
  name: string,
  columns: readonly HtmlColumn[],
  rows: readonly string[],
  { wide = false }: { readonly wide?: boolean } = {},
): string {
  const head = columns
    .map((column) =>
      typeof column === 'string'
        ? column === ''
          ? '<td></td>'
          : `<th scope="col">${html(column)}</th>`
        : heading(column),
    )
    .join('');
  const table = (body: readonly string[], kind: string): string =>
    `<table${kind} aria-label="${html(name)}"><thead><tr>${head}</tr></thead>\n<tbody>${body.join('')}</tbody></table>`;
  if (wide)
    return `<div class="scroll counts" tabindex="0" role="region" aria-label="${html(name)}, scrolls">${table(rows, '')}</div>\n`;
  return `${table(
    rows.map((row) => named(row, columns)),
    ' class="stack"',
  )}\n`;
}

/** The cells of a row with the headings of their columns. */
function named(row: string, columns: readonly HtmlColumn[]): string {
  let at = 0;
  return row.replace(/<t[dh](?=[ >])/g, (cell) => {
    const column = columns[at++] ?? '';
    const text = typeof column === 'string' ? column : (column.short ?? column.text);
    return at === 1 || text === '' ? cell : `${cell} data-h="${html(text)}"`;
  });
}
