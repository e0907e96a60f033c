import { versionLike } from './known.ts';
import { compareDigits, compareText } from './order.ts';

const isNumber = (part: string): boolean => /^\d+$/.test(part);

/**
 * Orders two versions by semantic versioning, and everything people write in its place: a leading `v`, two or four numbers,
 * words among the numbers. Build metadata does not count. Total, never throws.
 * https://semver.org/#spec-item-11
 */
export function compareSemver(a: string, b: string): number {
  const left = split(a);
  const right = split(b);
  for (let i = 0; i < Math.max(left.core.length, right.core.length); i += 1) {
    const difference = compareCore(left.core[i] ?? '0', right.core[i] ?? '0');
    if (difference !== 0) return difference;
  }
  return comparePrerelease(left.prerelease, right.prerelease);
}

interface Split {
  readonly core: readonly string[];
  readonly prerelease: readonly string[];
}

function split(version: string): Split {
  const text = version.trim().replace(/^[v=\s]+(?=\d)/i, '');
  const plus = text.indexOf('+');
  // Behind an underscore pnpm writes with which peers a package was installed, which is no part of the version: `27.0.0_jest@27`.
  const bare = (plus < 0 ? text : text.slice(0, plus)).replace(/^(\d+(?:\.\d+)*)_.*$/s, '$1');
  // A word that hangs on the last number announces it, as behind a dash: 1.10rc1 comes after 1.9.
  const word = /^\d+(?:\.\d+)*(?=[A-Za-z])/.exec(bare)?.[0].length;
  const end = word ?? bare.indexOf('-');
  return end < 0
    ? { core: bare.split('.'), prerelease: [] }
    : { core: bare.slice(0, end).split('.'), prerelease: bare.slice(word ?? end + 1).split('.') };
}

/** A word among the numbers is older than any number. */
function compareCore(a: string, b: string): number {
  const left = isNumber(a);
  const right = isNumber(b);
  if (left && right) return compareDigits(a, b);
  return left === right ? compareText(a, b) : left ? 1 : -1;
}

function comparePrerelease(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return Number(b.length > 0) - Number(a.length > 0);
  for (let i = 0; i < Math.min(a.length, b.length); i += 1) {
    const [left, right] = [a[i]!, b[i]!];
    const numbers = [isNumber(left), isNumber(right)];
    const difference =
      numbers[0] && numbers[1]
        ? compareDigits(left, right)
        : numbers[0] === numbers[1]
          ? compareText(left, right)
          : numbers[0]
            ? -1
            : 1;
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/**
 * Orders versions of Go modules and of Go itself (`go1.20rc2` is `1.20.0-rc.2`). https://go.dev/ref/mod#versions
 */
export function compareGo(a: string, b: string): number {
  return compareSemver(goVersion(a), goVersion(b));
}

function goVersion(version: string): string {
  return version
    .trim()
    .replace(/^go(?=\d)/, '')
    .replace(/^(\d+(?:\.\d+)*)(rc|beta|alpha)(\d+)/, '$1-$2.$3');
}

/** NuGet: four numbers, and words that do not know upper from lower case. https://learn.microsoft.com/nuget/concepts/package-versioning */
export function compareNuget(a: string, b: string): number {
  return compareSemver(a.toLowerCase(), b.toLowerCase());
}

/** What stands for several versions (`2.6.x`), or is a day: no version, though it is spelled like one. */
const isSeveral = (text: string): boolean =>
  /^[v=]?\d+(?:\.\d+)*\.x(?:[.+-]|$)/i.test(text) || /^\d{4}-\d\d-\d\d/.test(text) || text.includes('..');

const single =
  (isVersion: (text: string) => boolean) =>
  (text: string): boolean =>
    isVersion(text) && !isSeveral(text.trim());

/** Whether this is a semantic version, or what people write in its place: `v1.2`, `1.2.3.4`, `1.0rc1`. */
export const isSemver = single(versionLike(/^[v=]?\d+(?:[.+-][0-9A-Za-z.+_-]*|[A-Za-z][\w.+-]*)?$/i));

/** Whether this is a version of a Go module or of Go itself. */
export const isGoVersion = single(versionLike(/^(?:go|v)?\d+(?:[.+-][0-9A-Za-z.+_-]*|[A-Za-z][\w.+-]*)?$/));

/** Behind a dash Bitnami counts its builds of one release: `7.0.5-3`. https://github.com/bitnami/go-version */
const REVISION = /-r?(\d+)$/;

/** Bitnami: semantic versions, of which a build comes after the release. */
export function compareBitnami(a: string, b: string): number {
  const [left, right] = [a.trim(), b.trim()];
  const revision = (version: string): string => REVISION.exec(version)?.[1] ?? '0';
  return compareSemver(withoutRevision(left), withoutRevision(right)) || compareDigits(revision(left), revision(right));
}

/** The release that Bitnami built: `7.0.5` of `7.0.5-3`. */
export const withoutRevision = (version: string): string => version.replace(REVISION, '');

/** Versions of worlds that follow Semantic Versioning. */
export const SEMVER = { compare: compareSemver, comparator: 'semver', isVersion: isSemver } as const;
