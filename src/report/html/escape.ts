import { htmlText } from '../escape.ts';
import { isWebAddress } from '../web-address.ts';

/** Text from outside as text of a page or of a quoted attribute. */
export const html = htmlText;

/** A link where the address is one for the web, else the text alone. */
export function link(url: string | undefined, text: string): string {
  return isWebAddress(url) ? `<a href="${html(url)}" rel="noreferrer noopener">${html(text)}</a>` : html(text);
}

/** A severity as a coloured label. */
export function badge(severity: string): string {
  return `<span class="s ${html(severity)}">${html(severity)}</span>`;
}
