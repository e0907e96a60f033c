import { tick } from '../../work.ts';

/**
 * The header block of an e-mail message, the form of Python's METADATA and PKG-INFO and of a jar's manifest.
 * https://packaging.python.org/en/latest/specifications/core-metadata/
 */
export interface MailHeaders {
  /** The first value of a header; names are case-insensitive. */
  get(name: string): string | undefined;
  /** Every value of a header that may come several times. */
  all(name: string): readonly string[];
}

/** Reads headers up to the first empty line. Folded lines are joined by a space. */
export function mailHeaders(text: string): MailHeaders {
  const values = new Map<string, string[]>();
  let current: string[] | undefined;
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  while (at < text.length) {
    tick();
    let end = text.indexOf('\n', at);
    if (end < 0) end = text.length;
    const line = text.charCodeAt(end - 1) === 13 ? text.slice(at, end - 1) : text.slice(at, end);
    at = end + 1;
    if (line === '') break;
    if (line[0] === ' ' || line[0] === '\t') {
      if (current) current[current.length - 1] = `${current.at(-1)} ${line.trim()}`.trimStart();
      continue;
    }
    const colon = line.indexOf(':');
    if (colon <= 0) {
      current = undefined;
      continue;
    }
    const name = line.slice(0, colon).trim().toLowerCase();
    current = values.get(name) ?? [];
    current.push(line.slice(colon + 1).trim());
    values.set(name, current);
  }
  return { get: (name) => values.get(name.toLowerCase())?.[0], all: (name) => values.get(name.toLowerCase()) ?? [] };
}
