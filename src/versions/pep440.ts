import { compareDigits, compareText } from './order.ts';

// One alternation per part and no nested quantifier: linear on any input.
const VERSION =
  /^v?(?:(\d+)!)?(\d+(?:\.\d+)*)(?:[-_.]?(alpha|a|beta|b|preview|pre|c|rc)[-_.]?(\d*))?(?:-(\d+)|[-_.]?(post|rev|r)[-_.]?(\d*))?([-_.]?dev[-_.]?(\d*))?(?:\+([a-z0-9]+(?:[-_.][a-z0-9]+)*))?$/;

/** What a version says, in the parts that the order is defined on. */
interface Pep440 {
  readonly epoch: string;
  readonly release: readonly string[];
  /** -1: a development release of the final one; 0..2: a, b, rc; 3: no pre-release. */
  readonly phase: number;
  readonly phaseNumber: string;
  /** null: no post-release. */
  readonly post: string | null;
  /** null: no development release. */
  readonly dev: string | null;
  readonly local: readonly string[] | null;
}

/**
 * Orders two Python versions by PEP 440, with every spelling the specification normalises and local versions above
 * the public one. Total, never throws: what is no PEP 440 version sorts before all that are, in the order that
 * setuptools gave such legacy versions.
 * https://packaging.python.org/en/latest/specifications/version-specifiers/
 */
export function comparePep440(a: string, b: string): number {
  const left = parsePep440(a);
  const right = parsePep440(b);
  if (left && right) return compareParts(left, right);
  if (!left && !right) return compareLists(legacyKey(a), legacyKey(b), compareText);
  return left ? 1 : -1;
}

/** Whether a version is one by PEP 440. */
export function isPep440(version: string): boolean {
  return parsePep440(version) !== undefined;
}

/** The version without its local part (`2.6.0+cu124` is `2.6.0`): what most advisories mean. */
export function publicVersion(version: string): string {
  if (!isPep440(version)) return version;
  const plus = version.indexOf('+');
  return plus < 0 ? version : version.slice(0, plus);
}

/**
 * What a version of an advisory means that is none by PEP 440 and follows a known pattern: a dash for the plus sign before a
 * local part (`2.6.0-cu124`). Undefined for all else.
 */
export function meantPep440(text: string): string | undefined {
  const local = /^(v?\d+(?:\.\d+)*(?:(?:a|b|rc|\.post|\.dev)\d+)?)-((?:cu|cpu|rocm|xpu)[a-z0-9.]*)$/i.exec(text.trim());
  return local === null ? undefined : `${local[1]}+${local[2]}`;
}

/** The parts of a version; undefined when it is none by PEP 440. Trailing zeros of the release are dropped. */
export function parsePep440(version: string): Pep440 | undefined {
  const known = parsed.get(version);
  if (known !== undefined) return known ?? undefined;
  const release = parse(version);
  if (parsed.size >= REMEMBERED) parsed.clear();
  if (version.length < 100) parsed.set(version, release ?? null);
  return release;
}

/** The same few versions are compared over and over: with every range of an advisory, with every advisory of a package. */
const parsed = new Map<string, Pep440 | null>();
const REMEMBERED = 40_000;

function parse(version: string): Pep440 | undefined {
  const match = VERSION.exec(version.trim().toLowerCase());
  if (!match) return undefined;
  const [, epoch, release, phase, phaseNumber, implicitPost, postWord, postNumber, devWord, devNumber, local] = match;
  const post = implicitPost ?? (postWord === undefined ? null : postNumber || '0');
  const dev = devWord === undefined ? null : devNumber || '0';
  const onlyDev = phase === undefined && post === null && dev !== null;
  return {
    epoch: epoch ?? '0',
    release: withoutTrailingZeros((release ?? '').split('.')),
    phase: phase === undefined ? (onlyDev ? -1 : 3) : phaseRank(phase),
    phaseNumber: phaseNumber || '0',
    post,
    dev,
    local: local === undefined ? null : local.split(/[-_.]/),
  };
}

function phaseRank(word: string): number {
  if (word === 'a' || word === 'alpha') return 0;
  return word === 'b' || word === 'beta' ? 1 : 2;
}

function withoutTrailingZeros(release: readonly string[]): readonly string[] {
  let end = release.length;
  while (end > 1 && /^0+$/.test(release[end - 1]!)) end -= 1;
  return release.slice(0, end);
}

function compareParts(a: Pep440, b: Pep440): number {
  return (
    compareDigits(a.epoch, b.epoch) ||
    compareLists(a.release, b.release, compareDigits) ||
    a.phase - b.phase ||
    compareDigits(a.phaseNumber, b.phaseNumber) ||
    compareOptional(a.post, b.post, -1) ||
    compareOptional(a.dev, b.dev, 1) ||
    compareLocal(a.local, b.local)
  );
}

/** Digits that may be missing; `missing` says whether a missing one sorts first (-1) or last (1). */
function compareOptional(a: string | null, b: string | null, missing: -1 | 1): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? missing : -missing;
  return compareDigits(a, b);
}

function compareLocal(a: readonly string[] | null, b: readonly string[] | null): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? -1 : 1;
  return compareLists(a, b, (left, right) => {
    const leftIsNumber = /^\d+$/.test(left);
    const rightIsNumber = /^\d+$/.test(right);
    if (leftIsNumber && rightIsNumber) return compareDigits(left, right);
    return leftIsNumber === rightIsNumber ? compareText(left, right) : leftIsNumber ? 1 : -1;
  });
}

/** Item by item; of two that agree as far as the shorter goes, the shorter is first. */
function compareLists(a: readonly string[], b: readonly string[], compare: (a: string, b: string) => number): number {
  for (let i = 0; i < Math.min(a.length, b.length); i += 1) {
    const difference = compare(a[i]!, b[i]!);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

const LEGACY_WORDS = new Map([
  ['pre', 'c'],
  ['preview', 'c'],
  ['rc', 'c'],
  ['-', 'final-'],
  ['dev', '@'],
]);

/** The key under which setuptools ordered what PEP 440 does not know: numbers padded, words starred, `final` last. */
function legacyKey(version: string): readonly string[] {
  const key: string[] = [];
  const words =
    version
      .trim()
      .toLowerCase()
      .match(/\d+|[a-z]+|-|[^\da-z.-]+/g) ?? [];
  for (const word of words) {
    if (/^\d/.test(word)) {
      key.push(word.padStart(8, '0'));
      continue;
    }
    pushWord(key, `*${LEGACY_WORDS.get(word) ?? word}`);
  }
  pushWord(key, '*final');
  return key;
}

function pushWord(key: string[], word: string): void {
  if (word < '*final') while (key.at(-1) === '*final-') key.pop();
  while (key.at(-1) === '00000000') key.pop();
  key.push(word);
}
