import { isDeepStrictEqual } from 'node:util';
import { type Document, isMap, isSeq, parseDocument, stringify } from 'yaml';

/**
 * The text of a YAML mapping with an entry added to a list of it (made where there is none), every other byte as it was: comments where they
 * stand, line ends, quotes. Undefined where that takes more than putting lines in: a list in brackets, a file that is JSON.
 */
export function addedToYaml(text: string, key: string, entry: object): string | undefined {
  const document = parseDocument(text);
  if (document.contents !== null && (!isMap(document.contents) || document.contents.flow)) return undefined;
  const at = endOfList(document, text, key);
  if (at === undefined) return undefined;
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const lines = stringify(at.isNew ? { [key]: [entry] } : [entry], { lineWidth: 0 })
    .trimEnd()
    .split('\n');
  const block = lines.map((line) => `${' '.repeat(at.indent)}${line}${eol}`).join('');
  const before = text.slice(0, at.offset);
  const added = `${before}${before === '' || before.endsWith('\n') ? '' : eol}${block}${text.slice(at.offset)}`;
  return isWith(added, document, key, entry) ? added : undefined;
}

/** Where the next entry goes, and how far in; undefined for a list that is none of lines. */
function endOfList(
  document: Document,
  text: string,
  key: string,
): { readonly offset: number; readonly indent: number; readonly isNew: boolean } | undefined {
  const list = document.get(key);
  if (!document.has(key)) return { offset: text.length, indent: 0, isNew: true };
  if (!isSeq(list) || list.flow || !list.range || list.items.length === 0) return undefined;
  const [start, end] = list.range;
  const line = text.lastIndexOf('\n', start - 1) + 1;
  const next = end > 0 && text[end - 1] === '\n' ? end : text.indexOf('\n', end) + 1;
  return { offset: next === 0 ? text.length : next, indent: start - line, isNew: false };
}

/** Whether a text says what another does, and the entry besides. */
function isWith(text: string, old: Document, key: string, entry: object): boolean {
  const document = parseDocument(text);
  if (document.errors.length > 0) return false;
  const before = (old.toJS() ?? {}) as Record<string, unknown>;
  const list = Array.isArray(before[key]) ? before[key] : [];
  return isDeepStrictEqual(document.toJS(), { ...before, [key]: [...list, JSON.parse(JSON.stringify(entry))] });
}
