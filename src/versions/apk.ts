import { compareDigits, compareText } from './order.ts';

const VERSION = /^(\d+(?:\.\d+)*)([a-z])?((?:_[a-z]+\d*)*)(?:~([0-9a-f]+))?(?:-r(\d+))?$/;

/** Suffixes that come before the version they hang on, and after it, each group in its order. */
const BEFORE = ['alpha', 'beta', 'pre', 'rc'];
const AFTER = ['cvs', 'svn', 'git', 'hg', 'p'];

interface Parsed {
  readonly numbers: readonly string[];
  readonly letter: string;
  readonly suffixes: readonly { readonly rank: number; readonly number: string }[];
  readonly commit: string;
  readonly revision: string;
}

/**
 * Orders two Alpine package versions. Total, never throws; what is no such version sorts before all that are, by text.
 * https://wiki.alpinelinux.org/wiki/Package_policies and https://gitlab.alpinelinux.org/alpine/apk-tools/-/blob/master/doc/apk-package.5.scd
 */
export function compareApk(a: string, b: string): number {
  const left = parse(a);
  const right = parse(b);
  if (!left || !right) return left ? 1 : right ? -1 : compareText(a, b);
  return (
    compareNumbers(left.numbers, right.numbers) ||
    compareText(left.letter, right.letter) ||
    compareSuffixes(left, right) ||
    compareText(left.commit, right.commit) ||
    compareDigits(left.revision, right.revision)
  );
}

function parse(version: string): Parsed | undefined {
  const match = VERSION.exec(version.trim());
  if (!match) return undefined;
  const [, numbers, letter, suffixes, commit, revision] = match;
  const read = [...(suffixes ?? '').matchAll(/_([a-z]+)(\d*)/g)].map(([, word, number]) => ({
    rank: rank(word!),
    number: number!,
  }));
  if (read.some(({ rank: found }) => found === 0)) return undefined;
  return {
    numbers: numbers!.split('.'),
    letter: letter ?? '',
    suffixes: read,
    commit: commit ?? '',
    revision: revision ?? '0',
  };
}

/** Negative: before the version itself; positive: after it; 0: no suffix that is known. */
function rank(word: string): number {
  const before = BEFORE.indexOf(word);
  return before >= 0 ? before - BEFORE.length : AFTER.indexOf(word) + 1;
}

/** The first part is a number; a later one that begins with 0 is a fraction, so that 1.10 comes after 1.9 and 1.05 before 1.1. */
function compareNumbers(a: readonly string[], b: readonly string[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i += 1) {
    const [left, right] = [a[i]!, b[i]!];
    const isFraction = i > 0 && (left.startsWith('0') || right.startsWith('0'));
    const difference = isFraction ? compareText(left, right) : compareDigits(left, right);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

function compareSuffixes(a: Parsed, b: Parsed): number {
  for (let i = 0; i < Math.max(a.suffixes.length, b.suffixes.length); i += 1) {
    const left = a.suffixes[i] ?? { rank: 0, number: '' };
    const right = b.suffixes[i] ?? { rank: 0, number: '' };
    const difference = left.rank - right.rank || compareDigits(left.number, right.number);
    if (difference !== 0) return difference;
  }
  return 0;
}
