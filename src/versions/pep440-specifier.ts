import { comparePep440, parsePep440, publicVersion } from './pep440.ts';

const OPERATORS = ['===', '==', '~=', '!=', '<=', '>=', '<', '>'] as const;

/** One clause of a version specifier: `>=1.24`, `==2.0.*`. */
export interface Clause {
  readonly operator: (typeof OPERATORS)[number];
  readonly version: string;
}

/**
 * The clauses of a specifier set such as `>=1.22,<1.24`; empty for no constraint, undefined where it is malformed.
 * https://packaging.python.org/en/latest/specifications/version-specifiers/
 */
export function parseSpecifiers(text: string): readonly Clause[] | undefined {
  const clauses: Clause[] = [];
  for (const part of text.split(',')) {
    const trimmed = part.trim();
    if (trimmed === '') continue;
    const operator = OPERATORS.find((operator) => trimmed.startsWith(operator));
    if (!operator) return undefined;
    const version = trimmed.slice(operator.length).trim();
    if (!isAllowed(operator, version)) return undefined;
    clauses.push({ operator, version });
  }
  return clauses;
}

function isAllowed(operator: Clause['operator'], version: string): boolean {
  if (operator === '===') return version !== '' && !/\s/.test(version);
  const wild = version.endsWith('.*') && (operator === '==' || operator === '!=');
  const parsed = parsePep440(wild ? version.slice(0, -2) : version);
  if (!parsed) return false;
  // `~= 1` says nothing that could be compatible.
  if (operator === '~=') return /^v?(?:\d+!)?\d+\.\d+/i.test(version);
  return true;
}

/** How pip treats pre-releases: `installed` ones are judged like any other version, `candidate` ones only where a clause names one. */
type PrereleasePolicy = 'installed' | 'candidate';

/** Whether a version satisfies every clause, as Python's `packaging` judges it. Legacy versions satisfy only `===`. */
export function satisfies(
  version: string,
  clauses: readonly Clause[],
  policy: PrereleasePolicy = 'installed',
): boolean {
  const parsed = parsePep440(version);
  if (
    policy === 'candidate' &&
    parsed &&
    isPrerelease(version) &&
    !clauses.some(({ version: named, operator }) => operator !== '!=' && isPrerelease(named))
  ) {
    return false;
  }
  return clauses.every((clause) => satisfiesClause(version, clause));
}

/** Whether a version is an alpha, beta, release candidate or development release. */
export function isPrerelease(version: string): boolean {
  const parsed = parsePep440(version.replace(/\.\*$/, ''));
  return parsed !== undefined && (parsed.phase < 3 || parsed.dev !== null);
}

function satisfiesClause(version: string, { operator, version: wanted }: Clause): boolean {
  if (operator === '===') return version.trim().toLowerCase() === wanted.toLowerCase();
  if (!parsePep440(version)) return false;
  switch (operator) {
    case '==':
      return equals(version, wanted);
    case '!=':
      return !equals(version, wanted);
    case '<=':
      return comparePep440(publicVersion(version), wanted) <= 0;
    case '>=':
      return comparePep440(publicVersion(version), wanted) >= 0;
    case '<':
      return isBelow(version, wanted);
    case '>':
      return isAbove(version, wanted);
    case '~=':
      return comparePep440(publicVersion(version), wanted) >= 0 && equals(version, compatiblePrefix(wanted));
  }
}

function equals(version: string, wanted: string): boolean {
  if (wanted.endsWith('.*')) return hasPrefix(publicVersion(version), wanted.slice(0, -2));
  // A local part counts only where the clause names one.
  return comparePep440(wanted.includes('+') ? version : publicVersion(version), wanted) === 0;
}

/** `<2.6.0` does not let in `2.6.0a1`, although that sorts below. */
function isBelow(version: string, wanted: string): boolean {
  if (comparePep440(version, wanted) >= 0) return false;
  // Pre-releases of the very version named begin with its .dev0.
  return isPrerelease(wanted) || !isPrerelease(version) || comparePep440(version, `${publicVersion(wanted)}.dev0`) < 0;
}

/** `>1.0` lets in neither `1.0+local` nor `1.0.post1`: builds and post-releases of the very version named. */
function isAbove(version: string, wanted: string): boolean {
  if (comparePep440(publicVersion(version), wanted) <= 0) return false;
  const [have, limit] = [parsePep440(version), parsePep440(wanted)];
  if (!have || !limit || have.post === null || limit.post !== null || limit.dev !== null) return true;
  return (
    baseOf(version) !== baseOf(wanted) ||
    have.phase !== limit.phase ||
    BigInt(have.phaseNumber) !== BigInt(limit.phaseNumber)
  );
}

/** Epoch and release, without trailing zeros. */
function baseOf(version: string): string | undefined {
  const parsed = parsePep440(version);
  return parsed && `${BigInt(parsed.epoch)}!${parsed.release.map((part) => BigInt(part)).join('.')}`;
}

/** `~=2.2.1` is `>=2.2.1, ==2.2.*`: the release without its last part. */
function compatiblePrefix(wanted: string): string {
  const match = /^v?((?:\d+!)?\d+(?:\.\d+)*)\.\d+/i.exec(wanted);
  return `${match?.[1] ?? wanted}.*`;
}

function hasPrefix(version: string, prefix: string): boolean {
  const [have, want] = [parsePep440(version), parsePep440(prefix)];
  if (!have || !want || BigInt(have.epoch) !== BigInt(want.epoch)) return false;
  // Written zeros count here: `1.0.*` does not match `1.1`, but `1` is `1.0`.
  const wanted = prefix.replace(/^v/i, '').replace(/^\d+!/, '');
  if (!/^\d+(\.\d+)*$/.test(wanted))
    return comparePep440(version, prefix) === 0 || version.toLowerCase().startsWith(prefix.toLowerCase());
  return wanted.split('.').every((part, index) => BigInt(part) === BigInt(have.release[index] ?? 0));
}
