import { before } from '../formats/ends.ts';
import { versionLike } from './known.ts';
import { compareDigits } from './order.ts';

/** PHP's order of words in versions; `#` stands for a number, an unknown word comes before all. */
const ORDER = ['dev', 'alpha', 'beta', 'rc', '#', 'pl'];
const ALIASES: ReadonlyMap<string, string> = new Map([
  ['a', 'alpha'],
  ['b', 'beta'],
  ['c', 'rc'],
  ['p', 'pl'],
  ['patch', 'pl'],
]);

/**
 * Orders two versions of Packagist as Composer does: numbers filled up to four, then PHP's version_compare. Total, never throws.
 * https://getcomposer.org/doc/articles/versions.md and https://www.php.net/manual/function.version-compare.php
 */
export function compareComposer(a: string, b: string): number {
  const left = parts(a);
  const right = parts(b);
  for (let i = 0; i < Math.max(left.length, right.length); i += 1) {
    const [first, second] = [left[i], right[i]];
    const difference =
      rank(first) - rank(second) || (isNumber(first) && isNumber(second) ? compareDigits(first!, second!) : 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

const isNumber = (part: string | undefined): boolean => part !== undefined && /^\d+$/.test(part);

/** Where nothing is stands before a number and after a release candidate. */
function rank(part: string | undefined): number {
  if (part === undefined) return ORDER.indexOf('#') - 0.5;
  if (isNumber(part)) return ORDER.indexOf('#');
  return ORDER.indexOf(ALIASES.get(part) ?? part);
}

function parts(version: string): readonly string[] {
  const bare = before(
    version
      .trim()
      .toLowerCase()
      .replace(/^v(?=\d)/, '')
      // The word says nothing, and what follows it is not read.
      .replace(/(?<=\d)[._-]?stable.*$/, ''),
    '+',
  );
  const words = bare.match(/\d+|[a-z]+/g) ?? [];
  const firstWord = words.findIndex((word) => !isNumber(word));
  const numbers = firstWord < 0 ? words : words.slice(0, firstWord);
  const padding = Array.from({ length: Math.max(0, 4 - numbers.length) }, () => '0');
  return [...numbers, ...padding, ...(firstWord < 0 ? [] : words.slice(firstWord))];
}

/** Whether Composer takes this text for a version; branches (`dev-main`) are none. */
export const isComposerVersion = versionLike(/^v?\d[0-9A-Za-z.+_-]*$/i);
