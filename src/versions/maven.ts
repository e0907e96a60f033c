import { versionLike } from './known.ts';
import { compareDigits, compareText } from './order.ts';

/** A number, a word, or what a dash or a change between the two begins. */
type Item = { readonly number: string } | { readonly word: string } | Item[];

/** Lists nest once for each dash: a longer text is no version. */
const CHARACTERS = 500;

/**
 * Orders two Maven versions as its ComparableVersion does, whose order has circles among strings that nobody writes
 * (6 < 6.a. < 6a0 < 6). Never throws.
 * https://maven.apache.org/pom.html#version-order-specification
 */
export function compareMaven(a: string, b: string): number {
  return compareItems(parse(a), parse(b));
}

const isDigits = (character: string): boolean => character >= '0' && character <= '9';

function parse(version: string): Item[] {
  const text = version.trim().toLowerCase().slice(0, CHARACTERS);
  const root: Item[] = [];
  const stack: Item[][] = [root];
  let list = root;
  let start = 0;
  let digits = false;
  const nest = () => {
    const inner: Item[] = [];
    list.push(inner);
    list = inner;
    stack.push(inner);
  };
  const item = (end: number, beforeDigit = false): Item => {
    const part = text.slice(start, end);
    return digits ? { number: part } : { word: alias(part, beforeDigit) };
  };
  for (let i = 0; i < text.length; i += 1) {
    const character = text[i]!;
    if (character === '.' || character === '-') {
      list.push(i === start ? { number: '0' } : item(i));
      start = i + 1;
      if (character === '-') nest();
    } else if (isDigits(character)) {
      if (!digits && i > start) {
        // `1.0.X1` reads as `1.0-X1`.
        if (list.length > 0) nest();
        list.push(item(i, true));
        start = i;
        nest();
      }
      digits = true;
    } else {
      if (digits && i > start) {
        list.push(item(i));
        start = i;
        nest();
      }
      digits = false;
    }
  }
  if (text.length > start) {
    if (!digits && list.length > 0) nest();
    list.push(item(text.length));
  }
  for (const items of stack.reverse()) normalize(items);
  return root;
}

function alias(word: string, beforeDigit: boolean): string {
  if (beforeDigit && word === 'a') return 'alpha';
  if (beforeDigit && word === 'b') return 'beta';
  if (beforeDigit && word === 'm') return 'milestone';
  if (word === 'ga' || word === 'final' || word === 'release') return '';
  return word === 'cr' ? 'rc' : word;
}

function normalize(list: Item[]): void {
  for (let i = list.length - 1; i >= 0; i -= 1) {
    const item = list[i]!;
    if (isNull(item)) list.splice(i, 1);
    else if (!Array.isArray(item)) break;
  }
}

function isNull(item: Item): boolean {
  if (Array.isArray(item)) return item.length === 0;
  return 'number' in item ? /^0*$/.test(item.number) : item.word === '';
}

const QUALIFIERS = ['alpha', 'beta', 'milestone', 'rc', 'snapshot', '', 'sp'];

function qualifier(word: string): string {
  const index = QUALIFIERS.indexOf(word);
  return index < 0 ? `${QUALIFIERS.length}-${word}` : String(index);
}

function compareItems(a: Item, b: Item | undefined): number {
  if (b === undefined) return compareWithNothing(a);
  if (Array.isArray(a)) return Array.isArray(b) ? compareLists(a, b) : 'number' in b ? -1 : 1;
  if ('number' in a) return !Array.isArray(b) && 'number' in b ? compareDigits(a.number, b.number) : 1;
  return !Array.isArray(b) && 'word' in b ? compareText(qualifier(a.word), qualifier(b.word)) : -1;
}

function compareWithNothing(item: Item): number {
  if (Array.isArray(item)) {
    for (const member of item) {
      const difference = compareWithNothing(member);
      if (difference !== 0) return difference;
    }
    return 0;
  }
  return 'number' in item ? Number(!isNull(item)) : compareText(qualifier(item.word), qualifier(''));
}

function compareLists(a: readonly Item[], b: readonly Item[]): number {
  for (let i = 0; i < Math.max(a.length, b.length); i += 1) {
    const [left, right] = [a[i], b[i]];
    const difference = left === undefined ? -compareItems(right!, undefined) : compareItems(left, right);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Whether Maven can place this text among versions: almost any word is one, if it has a number or says that it is a release (`Finchley.RELEASE`). */
export const isMavenVersion = versionLike(/^(?=[^\d]*\d|.*[.-](?:release|final|ga)$)[A-Za-z0-9][\w.+:~-]*$/i);
