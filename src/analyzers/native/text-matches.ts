import type { WindowView } from '../../formats/compression/index.ts';
import { tick } from '../../work.ts';

/** A match of a pattern, where it begins in the bytes, and as much of the text around it as patterns look at. */
interface TextMatch {
  readonly at: number;
  readonly match: RegExpExecArray;
  readonly text: string;
}

/** Text that a match may need before it and behind its beginning: no version text is longer. */
const BEFORE = 64;
const BEHIND = 256;
/** A text of its own: nothing printable stands before it (`alone` in `libraries.ts`). */
const ALONE = '(?<![ -~])';
/** Any letter that may not stand before it: the pattern itself asks for that. */
const NOT_BEHIND = /^\(\?<!\[(?:\\.|[^\]\\]){1,60}\]\)/;

/** How a pattern is searched for. */
interface Search {
  readonly sticky: RegExp;
  /** The letters that a match can begin with; empty where the whole text has to be searched. */
  readonly beginnings: readonly Buffer[];
  readonly isAlone: boolean;
}

const searches = new Map<RegExp, Search>();

function searchOf(pattern: RegExp): Search {
  const known = searches.get(pattern);
  if (known !== undefined) return known;
  const isAlone = pattern.source.startsWith(ALONE);
  const made = {
    sticky: new RegExp(pattern.source, 'y'),
    beginnings: beginningsOf(pattern.source.replace(NOT_BEHIND, '')).map((text) => Buffer.from(text, 'latin1')),
    isAlone,
  };
  searches.set(pattern, made);
  return made;
}

/** A letter that stands for itself, once. */
const LETTER = /^(?:\\([./+])|([A-Za-z0-9 /-]))(?![?*{+])/;
/** A group without another or a bar in it, once. */
const PLAIN_GROUP = /^\(([^()|]*)\)(?![?*{+])/;

/** `(1\.\d{2})` -> `1.`; `([89]\.\d)` -> `8.` and `9.`; none where it begins with anything else. */
function beginningsOf(source: string): readonly string[] {
  // A bar before any other group: there are several ways to begin.
  if (/^\(?[^()]*\|/.test(source)) return [];
  let rest = opensAlways(source) ? source.slice(1) : source;
  const [whole, letters] = /^\[(\w{1,4})\](?![?*{+])/.exec(rest) ?? [];
  if (whole !== undefined) rest = rest.slice(whole.length);
  let plain = '';
  for (;;) {
    rest = rest.replace(PLAIN_GROUP, '$1');
    const match = LETTER.exec(rest);
    if (match === null) break;
    plain += match[1] ?? match[2];
    rest = rest.slice(match[0].length);
  }
  if (letters === undefined) return plain === '' ? [] : [plain];
  return [...letters].map((letter) => letter + plain);
}

/** Whether a source begins with a group that no match does without. */
function opensAlways(source: string): boolean {
  if (!/^\((?!\?)/.test(source)) return false;
  let depth = 0;
  for (const { 0: part, index } of source.matchAll(/\\.|\[(?:\\.|[^\]\\]){0,200}\]|[()]/g)) {
    depth += part === '(' ? 1 : part === ')' ? -1 : 0;
    if (depth === 0) return !/^[?*{]/.test(source.slice(index + 1));
  }
  return false;
}

const isPrintable = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x20 && byte <= 0x7e;

/** Every match of a global pattern of text that begins in the view's own bytes, in order. */
export function textMatches(view: WindowView, pattern: RegExp): readonly TextMatch[] {
  const search = searchOf(pattern);
  return search.beginnings.length === 0 ? inWhole(view, pattern) : behindBeginnings(view, search);
}

/** No text is made of bytes that nothing begins in, which is of nearly all: programs have megabytes of data. */
function behindBeginnings({ bytes, from, to }: WindowView, { sticky, beginnings, isAlone }: Search): TextMatch[] {
  const places: number[] = [];
  const within = bytes.subarray(0, Math.min(bytes.length, to + BEFORE));
  for (const beginning of beginnings)
    for (let at = within.indexOf(beginning, from); at >= 0 && at < to; at = within.indexOf(beginning, at + 1))
      if (!isAlone || !isPrintable(bytes[at - 1])) places.push(at);
  if (beginnings.length > 1) places.sort((place, other) => place - other);
  const matches: TextMatch[] = [];
  let end = 0;
  for (const at of places) {
    if (at < end) continue;
    tick();
    const begin = Math.max(0, at - BEFORE);
    const text = bytes.toString('latin1', begin, Math.min(bytes.length, at + BEHIND));
    sticky.lastIndex = at - begin;
    const match = sticky.exec(text);
    if (match === null) continue;
    matches.push({ at, match, text });
    end = at + match[0].length;
  }
  return matches;
}

function inWhole({ bytes, from, to }: WindowView, pattern: RegExp): TextMatch[] {
  const begin = Math.max(0, from - BEFORE);
  const text = bytes.toString('latin1', begin, Math.min(bytes.length, to + BEHIND));
  const matches: TextMatch[] = [];
  for (const match of text.matchAll(pattern)) {
    tick();
    const at = begin + match.index;
    if (at >= from && at < to) matches.push({ at, match, text });
  }
  return matches;
}
