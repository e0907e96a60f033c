import { isDeepStrictEqual } from 'node:util';
import { type Document, isMap, isSeq, parseDocument, stringify } from 'yaml';

/**
 * The text of a YAML mapping with an entry added to a list of it (made where there is none), every other byte as it was: comments where they
 * stand, line ends, quotes. Undefined where that takes more than putting lines in: a list in brackets that holds something, a file that is JSON.
 */
export function addedToYaml(written: string, key: string, entry: object): string | undefined {
  const document = parseDocument(written);
  if (document.contents !== null && (!isMap(document.contents) || document.contents.flow)) return undefined;
  const empty = emptyList(document, written, key);
  const text = empty?.text ?? written;
  const at = empty === undefined ? endOfList(document, text, key) : { offset: empty.offset, indent: 2, isNew: false };
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

/** The text with a list of nothing (`exceptions: []`, or no value at all) as its key alone, and where the line behind that begins. */
function emptyList(
  document: Document,
  text: string,
  key: string,
): { readonly text: string; readonly offset: number } | undefined {
  const list = document.get(key) ?? null;
  if (!document.has(key) || !(list === null || (isSeq(list) && list.items.length === 0))) return undefined;
  let from = 0;
  for (const line of text.split('\n')) {
    const value = line.startsWith(`${key}:`) ? line.slice(key.length + 1).replace(/[\s[\]]/g, '') : undefined;
    if (value === '') {
      const plain = `${key}:${line.endsWith('\r') ? '\r' : ''}`;
      const behind = text.slice(from + line.length + 1);
      return { text: `${text.slice(0, from)}${plain}\n${behind}`, offset: from + plain.length + 1 };
    }
    from += line.length + 1;
  }
  return undefined;
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
