import { compareDigits, compareText } from './order.ts';

/** Words that stand before the version they hang on. */
const EARLY = ['dev', 'snapshot', 'alpha', 'beta', 'pre', 'preview', 'rc', 'cr', 'candidate'];
const ANNOUNCING: ReadonlyMap<string, string> = new Map([
  ['a', 'alpha'],
  ['b', 'beta'],
]);
const EARLY_RANK: ReadonlyMap<string, number> = new Map(EARLY.map((word, index) => [word, index]));

/**
 * Orders versions of programs that follow no scheme (OpenSSL's 1.0.2k, ffmpeg's 4.4-rc1, dates): numbers as numbers, words
 * that announce a version before it, other words after, `.0` at the end for nothing. Total, never throws. A day is no
 * release: all days come before all releases, so that `before 2021-06-30` (NVD on ffmpeg's nightly builds) says nothing of 5.1.
 */
export function compareNatural(a: string, b: string): number {
  if (a === b) return 0;
  const left = parts(a);
  const right = parts(b);
  if (left.isDay !== right.isDay) return left.isDay ? -1 : 1;
  for (let i = 0; i < Math.max(left.words.length, right.words.length); i += 1) {
    const difference = comparePart(left, right, i);
    if (difference !== 0) return difference;
  }
  return 0;
}

const isDay = (version: string): boolean => /^\s*(?:19|20)\d\d-[01]\d-[0-3]\d\s*$/.test(version);
const isNumber = (part: string): boolean => /^\d+$/.test(part);

/** A version taken apart, with the kind of each part. */
interface Parts {
  readonly isDay: boolean;
  readonly words: readonly string[];
  readonly kinds: readonly number[];
}

/** What was taken apart last: one program's version is held against hundreds, and records of one program list the same ones. */
const known = new Map<string, Parts>();
const MOST_KNOWN = 4_096;
const LONGEST_KNOWN = 64;

function parts(version: string): Parts {
  const before = known.get(version);
  if (before !== undefined) return before;
  const words = takenApart(version);
  const taken = { isDay: isDay(version), words, kinds: words.map(kind) };
  if (known.size >= MOST_KNOWN) known.clear();
  if (version.length <= LONGEST_KNOWN) known.set(version, taken);
  return taken;
}

function takenApart(version: string): readonly string[] {
  const all =
    version
      .trim()
      .toLowerCase()
      .replace(/^v(?=\d)/, '')
      .match(/\d+|[a-z]+/g) ?? [];
  // What stands before the number is a name or a mark (ffmpeg's n4.4, Erlang's r16b03, openssl-1.0.2k), unless it announces a version.
  if (all.length > 1 && !isNumber(all[0]!) && !EARLY_RANK.has(all[0]!)) all.shift();
  // Python's 3.10.0a1 is an alpha, OpenSSL's 1.0.2a a fix.
  const words = all.map((part, index) =>
    ANNOUNCING.has(part) && isNumber(all[index + 1] ?? '') ? ANNOUNCING.get(part)! : part,
  );
  // A zero that nothing but words or the end follows says nothing: 1.0 is 1, and 1.0rc1 comes before 1.
  const goesOn = numbersFollow(words);
  return words.filter(
    (part, index) => !/^0+$/.test(part) || index === 0 || goesOn[index] || !isNumber(words[index - 1]!),
  );
}

/** For each part whether the numbers right behind it hold one that is not zero; told from the end, in one pass. */
function numbersFollow(all: readonly string[]): readonly boolean[] {
  const follow: boolean[] = new Array(all.length).fill(false);
  for (let i = all.length - 2; i >= 0; i -= 1) {
    const next = all[i + 1] as string;
    follow[i] = isNumber(next) && (!/^0+$/.test(next) || (follow[i + 1] as boolean));
  }
  return follow;
}

/** early words < nothing < other words < numbers, as 1.0rc1 < 1.0 < 1.0k < 1.0.1 */
function comparePart(left: Parts, right: Parts, at: number): number {
  const own = left.kinds[at] ?? NOTHING;
  const difference = own - (right.kinds[at] ?? NOTHING);
  const [a, b] = [left.words[at], right.words[at]];
  if (difference !== 0 || a === undefined || b === undefined) return difference;
  if (own === NUMBER) return compareDigits(a, b);
  return (EARLY_RANK.get(a) ?? 0) - (EARLY_RANK.get(b) ?? 0) || compareText(a, b);
}

const NOTHING = 1;
const NUMBER = 3;

function kind(part: string): number {
  if (isNumber(part)) return NUMBER;
  return EARLY_RANK.has(part) ? 0 : 2;
}

/** Whether this text can be placed among the versions of a program: it has a number in it, and nothing that a template left. */
export function isNaturalVersion(text: string): boolean {
  return /^(?=[^\d]*\d)[\w.][\w.+:~/()\\ -]*$/.test(text.trim());
}

/** The version without what stands behind a plus sign: `2.10.0+cu126`, Java's `17.0.1+12`, Debian's `1.2+dfsg`. */
export function withoutMetadata(version: string): string {
  const plus = version.indexOf('+');
  return plus <= 0 ? version : version.slice(0, plus);
}
