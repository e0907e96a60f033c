import { htmlProse, htmlText } from '../escape.ts';
import { isWebAddress } from '../web-address.ts';

/** Text from outside as text of a page or of a quoted attribute. */
export const html = htmlText;

/** What somebody wrote in paragraphs. */
export const prose = htmlProse;

/** A link where the address is one for the web, else the text alone. */
export function link(url: string | undefined, text: string): string {
  return isWebAddress(url) ? `<a href="${html(url)}" rel="noreferrer noopener">${html(text)}</a>` : html(text);
}

/** Ids of vulnerabilities, none of them broken between two lines. */
export const unbrokenId = (id: string): string => `<span class="id">${html(id)}</span>`;

/** A text with paths in it, which may be broken behind a slash. A line end in a name is shown: whoever looks for the file has to know. */
export const pathText = (text: string): string => html(text.replace(/[\t\n\r]/g, '?')).replaceAll('/', '/<wbr>');

/** A severity as a coloured label. */
export function badge(severity: string): string {
  return `<span class="s ${html(severity)}">${html(severity)}</span>`;
}
