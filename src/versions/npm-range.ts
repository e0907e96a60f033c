import { compareSemver } from './semver.ts';

/** One bound: an operator and a full version. */
interface Comparator {
  readonly operator: '<' | '<=' | '>' | '>=' | '=';
  readonly version: string;
}

/** A range of npm, read. */
interface NpmRange {
  /** Whether a version lies in it. Versions before a release count only where the range names one of the same release. */
  accepts(version: string): boolean;
}

const LONGEST = 1024;
const MOST_BOUNDS = 256;

/**
 * Reads a range as npm writes it: `^1.2.3`, `~1.2`, `1.x`, `>=1 <3`, `1.2 - 2.3`, alternatives with `||`, nothing for everything.
 * Undefined for what is none: a tag, an address, a folder. https://github.com/npm/node-semver#ranges
 */
export function npmRange(text: string): NpmRange | undefined {
  if (text.length > LONGEST || text.includes('==')) return undefined;
  const alternatives: Comparator[][] = [];
  for (const part of text.split('||')) {
    const bounds = boundsOf(part.trim());
    if (bounds === undefined || bounds.length > MOST_BOUNDS) return undefined;
    alternatives.push(bounds);
  }
  return { accepts: (version) => alternatives.some((bounds) => within(version, bounds)) };
}

const NUMBER = String.raw`(?:[xX*]|0|[1-9]\d*)`;
const PARTIAL = new RegExp(
  String.raw`^[v=\s]*(${NUMBER})(?:\.(${NUMBER})(?:\.(${NUMBER})(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?)?)?$`,
);

/** `1.2`: what is not given or a wildcard is absent. */
interface Partial {
  readonly numbers: readonly number[];
  readonly prerelease: string;
}

function partial(text: string): Partial | undefined {
  const match = PARTIAL.exec(text);
  if (match === null) return undefined;
  const numbers: number[] = [];
  for (const part of match.slice(1, 4)) {
    if (part === undefined || /^[xX*]$/.test(part)) break;
    const value = Number(part);
    if (!Number.isSafeInteger(value)) return undefined;
    numbers.push(value);
  }
  return { numbers, prerelease: numbers.length === 3 ? (match[4] ?? '') : '' };
}

/** The bounds of one alternative; all have to hold. */
function boundsOf(text: string): Comparator[] | undefined {
  const hyphen = /^(\S*)\s+-\s+(\S+)$/.exec(text);
  if (hyphen) {
    const [from, to] = [partial(hyphen[1] || '*'), partial(hyphen[2]!)];
    return from && to && [...lower(from), ...compared('<=', to)];
  }
  const comparators: Comparator[] = [];
  // An operator may stand apart from its version.
  for (const word of text.replace(/(~>|[<>]=?|[=~^])\s+/g, '$1').split(/\s+/)) {
    if (word === '') continue;
    const [, operator = '', version = ''] = /^(~>|[<>]=?|[=~^])?(.*)$/.exec(word) ?? [];
    const written = partial(version === '' ? '*' : version);
    if (written === undefined) return undefined;
    comparators.push(...compared(operator, written));
  }
  return comparators;
}

const written = ([major = 0, minor = 0, patch = 0]: readonly number[], prerelease = ''): string =>
  `${major}.${minor}.${patch}${prerelease === '' ? '' : `-${prerelease}`}`;

const lower = ({ numbers, prerelease }: Partial): Comparator[] =>
  numbers.length === 0 ? [] : [{ operator: '>=', version: written(numbers, prerelease) }];

/** Below the next version in the number at `place`, and below all that comes before its release. */
function below(numbers: readonly number[], place: number): Comparator {
  const next = numbers.slice(0, place + 1).map((value, index) => (index === place ? value + 1 : value));
  return { operator: '<', version: written(next, '0') };
}

const NOTHING: Comparator = { operator: '<', version: '0.0.0-0' };

function compared(operator: string, partial: Partial): Comparator[] {
  const { numbers, prerelease } = partial;
  if (numbers.length === 0) return operator === '<' || operator === '>' ? [NOTHING] : [];
  const last = numbers.length - 1;
  const full = last === 2;
  switch (operator) {
    case '^':
      return [...lower(partial), below(numbers, Math.min(last, firstNonZero(numbers)))];
    case '~':
    case '~>':
      return [...lower(partial), below(numbers, Math.min(last, 1))];
    case '>=':
      return lower(partial);
    case '>':
      return full
        ? [{ operator, version: written(numbers, prerelease) }]
        : [{ operator: '>=', version: below(numbers, last).version.replace(/-0$/, '') }];
    case '<':
      return [{ operator, version: written(numbers, full ? prerelease : '0') }];
    case '<=':
      return full ? [{ operator, version: written(numbers, prerelease) }] : [below(numbers, last)];
    default:
      return full
        ? [{ operator: '=', version: written(numbers, prerelease) }]
        : [...lower(partial), below(numbers, last)];
  }
}

/** The number that a caret holds: the first that is not zero, else the last. */
function firstNonZero(numbers: readonly number[]): number {
  const at = numbers.findIndex((value) => value > 0);
  return at < 0 ? numbers.length - 1 : at;
}

function within(version: string, bounds: readonly Comparator[]): boolean {
  if (!bounds.every(({ operator, version: bound }) => holds(operator, compareSemver(version, bound)))) return false;
  const release = /^[v=\s]*(\d+\.\d+\.\d+)-/.exec(version)?.[1];
  return release === undefined || bounds.some((bound) => bound.version.startsWith(`${release}-`));
}

function holds(operator: Comparator['operator'], order: number): boolean {
  switch (operator) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
    default:
      return order === 0;
  }
}
