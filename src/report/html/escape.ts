import { printable } from '../../errors.ts';
import { isWebAddress } from '../web-address.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text from outside as text of a page or of a quoted attribute. */
export function html(text: string): string {
  return printable(text, 8_000).replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

/** A link where the address is one for the web, else the text alone. */
export function link(url: string | undefined, text: string): string {
  return isWebAddress(url) ? `<a href="${html(url)}" rel="noreferrer noopener">${html(text)}</a>` : html(text);
}

/** A severity as a coloured label. */
export function badge(severity: string): string {
  return `<span class="s ${html(severity)}">${html(severity)}</span>`;
}
