import { tick } from '../../work.ts';

/**
 * Paragraphs of `Field: value` lines, as dpkg keeps its database.
 * https://www.debian.org/doc/debian-policy/ch-controlfields.html#syntax-of-control-files
 */
export type Paragraph = ReadonlyMap<string, string>;

/**
 * Reads paragraphs one by one; only the fields named in `wanted` (lower case) are kept. Field names are case-insensitive,
 * continuation lines are joined by line feeds, a field that comes twice keeps its first value (as dpkg does).
 * Lines that are no field are passed over.
 */
export function* deb822(text: string, wanted: ReadonlySet<string>): Generator<Paragraph> {
  let paragraph = new Map<string, string>();
  let field: string | undefined;
  let seen = false;
  let at = 0;
  while (at < text.length) {
    tick();
    let end = text.indexOf('\n', at);
    if (end < 0) end = text.length;
    const line = text.charCodeAt(end - 1) === 13 ? text.slice(at, end - 1) : text.slice(at, end);
    at = end + 1;
    if (line.trim() === '') {
      if (seen) yield paragraph;
      paragraph = new Map();
      field = undefined;
      seen = false;
      continue;
    }
    seen = true;
    const first = line.charCodeAt(0);
    if (first === 32 || first === 9) {
      if (field !== undefined) paragraph.set(field, `${paragraph.get(field)}\n${line.trim()}`);
      continue;
    }
    const colon = line.indexOf(':');
    const name = colon < 0 ? '' : line.slice(0, colon).toLowerCase();
    field = wanted.has(name) && !paragraph.has(name) ? name : undefined;
    if (field !== undefined) paragraph.set(field, line.slice(colon + 1).trim());
  }
  if (seen) yield paragraph;
}
