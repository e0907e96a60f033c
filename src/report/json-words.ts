import type { FeedInfo } from '../model.ts';
import { harmlessJson } from './escape.ts';

/**
 * The word `ecosystem` of our JSON. In the code a namespace (`Debian:11`) is called that; OSV's records call the same text
 * `ecosystem`, and so do our documents since their first version: readers of both need one name for it.
 * https://ossf.github.io/osv-schema/#affectedpackage-field
 */
export function inJsonWords(noun: object): object {
  return 'namespace' in noun ? renamed(noun, 'namespace', 'ecosystem') : noun;
}

/** A noun as it stands in a document of ours. */
export type InDocument<T> = Omit<T, 'namespace'> & { readonly ecosystem?: string };

/** The way back: a noun of a document in the words of the code. */
export function inModelWords<T extends object>(noun: T): Omit<T, 'ecosystem'> & { readonly namespace?: string } {
  return 'ecosystem' in noun ? (renamed(noun, 'ecosystem', 'namespace') as T) : noun;
}

/** The same members in the same order, one of them under another name. */
function renamed(noun: object, from: string, to: string): object {
  const other: Record<string, unknown> = {};
  // A report renames thousands: no list of pairs is made for each. What a document calls `__proto__` becomes nobody's prototype.
  for (const key of Object.keys(noun))
    if (key !== '__proto__') other[key === from ? to : key] = noun[key as keyof object];
  return other;
}

/** A value as indented JSON text, in the words of our documents. */
export function jsonText(value: unknown): string {
  const words = (_key: string, part: unknown): unknown =>
    typeof part === 'object' && part !== null && !Array.isArray(part) ? inJsonWords(part) : part;
  return `${harmlessJson(JSON.stringify(value, words, 2))}\n`;
}

/** Fields of a format are not taken away: what `dataDate` and `checked` were called before stands beside them. */
export function withOlderNames(feed: FeedInfo): FeedInfo & { readonly published?: string; readonly fetched?: string } {
  const { dataDate, checked } = feed;
  return { ...feed, ...(dataDate && { published: dataDate }), ...(checked && { fetched: checked }) };
}
