import { before } from '../../formats/ends.ts';
/** The query of the next page. Only that is taken from the address: the list itself stays where it was. https://www.rfc-editor.org/rfc/rfc8288 */
export function nextQuery(link: string | undefined): string | undefined {
  const target = /^\s*<([^>]{1,4096})>[^,]*;\s*rel="?next"?/i.exec(link ?? '')?.[1];
  const query = target === undefined ? -1 : target.indexOf('?');
  return query < 0 ? undefined : before(target?.slice(query) ?? '', '#');
}
