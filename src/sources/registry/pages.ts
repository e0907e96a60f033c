import { before } from '../../formats/ends.ts';

/** One link of the header, whose address may hold commas. https://www.rfc-editor.org/rfc/rfc8288#section-3 */
const LINK = /<([^>]{1,4096})>([^<]{0,1000})/g;
const IS_NEXT = /;\s{0,10}rel\s{0,10}=\s{0,10}(?:"(?:[^"]{0,200}\s)?next(?:\s[^"]{0,200})?"|next(?=[\s;,]|$))/i;

/**
 * The query of the next page, wherever its link stands: GitHub and GitLab name the page before it first. Only the query is taken from the
 * address: the list itself stays where it was. https://www.rfc-editor.org/rfc/rfc8288
 */
export function nextQuery(link: string | undefined): string | undefined {
  for (const [, target = '', parameters = ''] of (link ?? '').slice(0, 20_000).matchAll(LINK)) {
    const query = target.indexOf('?');
    if (query >= 0 && IS_NEXT.test(parameters)) return before(target.slice(query), '#');
  }
  return undefined;
}
