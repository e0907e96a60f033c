import { compareDigits, compareText, isDigit } from './order.ts';

/** Suffixes that come before the version they hang on, and after it, each group in its order. */
const BEFORE = ['alpha', 'beta', 'pre', 'rc'];
const AFTER = ['cvs', 'svn', 'git', 'hg', 'p'];

/** What a part of a version is, the newest first: of two that agree so far, the one whose next part stands earlier here is newer. */
const PARTS = ['first', 'digit', 'letter', 'suffix', 'suffix-number', 'commit', 'revision', 'end', 'invalid'] as const;

interface Part {
  readonly kind: (typeof PARTS)[number];
  readonly value: string;
  /** Of a suffix: negative before the version itself, positive after it. */
  readonly rank: number;
  readonly end: number;
}

const PART: Readonly<Record<string, RegExp>> = {
  digit: /\.?(\d+)/y,
  letter: /([a-z])/y,
  suffix: /_([a-z]+)/y,
  commit: /~([0-9a-f]+)/y,
  revision: /-r(\d+)/y,
};

/**
 * Orders two Alpine package versions as apk-tools 3 does, part by part: what is no version any more only counts as far as it was
 * one, so `10.2.22.r0` comes before `10.2.22-r0` and after `10.2.21-r9`. A number behind the letter (`1.9.5p2`), which apk-tools 3
 * no longer reads and every released Alpine does, counts as in apk-tools 2. Total, never throws.
 * https://gitlab.alpinelinux.org/alpine/apk-tools/-/blob/master/src/version.c and doc/apk-package.5.scd
 */
export function compareApk(a: string, b: string): number {
  const [left, right] = [a.trim(), b.trim()];
  let mine = first(left);
  let other = first(right);
  while (mine.kind === other.kind && mine.kind !== 'end' && mine.kind !== 'invalid') {
    const difference = compareParts(mine, other);
    if (difference !== 0) return difference;
    mine = next(left, mine);
    other = next(right, other);
  }
  if (mine.kind === other.kind) return 0;
  // What goes on is newer, unless it goes on with what announces the version.
  if (mine.kind === 'suffix' && mine.rank < 0) return -1;
  if (other.kind === 'suffix' && other.rank < 0) return 1;
  return PARTS.indexOf(other.kind) - PARTS.indexOf(mine.kind);
}

/** Whether apk can place this text among versions at all: it begins with a number. */
export function isApkVersion(text: string): boolean {
  return isDigit(text.trim().charCodeAt(0));
}

function first(text: string): Part {
  const digits = /^\d+/.exec(text)?.[0] ?? '';
  return { kind: digits === '' ? 'invalid' : 'first', value: digits, rank: 0, end: digits.length };
}

function next(text: string, { kind: before, end }: Part): Part {
  const at = (kind: Part['kind']): number => PARTS.indexOf(kind);
  const read = (kind: Part['kind'], pattern: RegExp | undefined, latest: Part['kind']): Part => {
    if (pattern === undefined || at(before) > at(latest)) return INVALID;
    pattern.lastIndex = end;
    const match = pattern.exec(text);
    if (match === null) return INVALID;
    const rank = kind === 'suffix' ? rankOf(match[1]!) : 0;
    return kind === 'suffix' && rank === 0 ? INVALID : { kind, value: match[1]!, rank, end: pattern.lastIndex };
  };
  const character = text[end];
  if (character === undefined) return { ...INVALID, kind: 'end' };
  if (character >= 'a' && character <= 'z') return read('letter', PART.letter, 'digit');
  if (character === '.') return read('digit', PART.digit, 'digit');
  if (character === '_') return read('suffix', PART.suffix, 'suffix-number');
  if (character === '~') return read('commit', PART.commit, 'suffix-number');
  if (character === '-') return read('revision', PART.revision, 'commit');
  if (before === 'suffix') return read('suffix-number', PART.digit, 'suffix');
  return before === 'letter' ? read('digit', PART.digit, 'letter') : INVALID;
}

const INVALID: Part = { kind: 'invalid', value: '', rank: 0, end: 0 };

function rankOf(word: string): number {
  const before = BEFORE.indexOf(word);
  return before >= 0 ? before - BEFORE.length : AFTER.indexOf(word) + 1;
}

/** A later number that begins with 0 is a fraction, so that 1.10 comes after 1.9 and 1.05 before 1.1. */
function compareParts(a: Part, b: Part): number {
  if (a.kind === 'suffix') return a.rank - b.rank;
  if (a.kind === 'letter' || a.kind === 'commit') return compareText(a.value, b.value);
  const isFraction = a.kind === 'digit' && (a.value.startsWith('0') || b.value.startsWith('0'));
  return isFraction ? compareText(a.value, b.value) : compareDigits(a.value, b.value);
}
