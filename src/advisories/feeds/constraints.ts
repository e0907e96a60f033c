import type { AffectedRange } from '../../model.ts';
import { compareNatural } from '../../versions/natural.ts';

/**
 * Ranges from a constraint as Grype's and Trivy's databases write them: `>=1.0,<2.0||>=3.0,<3.1`, `<1.1.1n-0+deb11u5`, `=1.2`.
 * Exact versions come apart. Undefined: not understood.
 */
export function readConstraint(
  constraint: string,
): { readonly ranges: readonly AffectedRange[]; readonly versions: readonly string[] } | undefined {
  const ranges: AffectedRange[] = [];
  const versions: string[] = [];
  const text = constraint.trim();
  if (text === '' || text === '*') return { ranges: [{}], versions };
  for (const part of text.split('||').slice(0, 10_000)) {
    const range: { -readonly [Key in keyof AffectedRange]: AffectedRange[Key] } = {};
    let exact: string | undefined;
    for (const [, operator, version] of part
      .replace(/\s+/g, ' ')
      .matchAll(/(>=|<=|==|!=|=|<|>|\^|~>|~)? ?([^\s,<>=|]+)/g)) {
      if (operator === undefined || operator === '=' || operator === '==') exact = version!;
      else if (operator === '<') range.fixed = version!;
      else if (operator === '<=') range.lastAffected = version!;
      else if (operator === '>=' || operator === '>') {
        range.introduced = version!;
        if (operator === '>') range.isAfter = true;
      } else return undefined; // caret, tilde and "not" mean another thing in every language
    }
    if (exact !== undefined) versions.push(exact);
    else ranges.push(range);
  }
  return {
    ranges: ranges.map(({ introduced, isAfter, ...rest }) => ({
      ...(introduced !== undefined && introduced !== '0' && { introduced, ...(isAfter && { isAfter }) }),
      ...rest,
    })),
    versions,
  };
}

/**
 * The versions outside all of these constraints, where only secure versions are listed (`>=5.2.1||~>4.2.8`): RubySec writes so.
 * Undefined: not understood, or nothing is left out. The order of the versions is that of their numbers.
 */
export function readOutside(
  constraint: string,
): { readonly ranges: readonly AffectedRange[]; readonly versions: readonly string[] } | undefined {
  const secure: { readonly from: string; readonly to?: string }[] = [];
  for (const part of constraint.split('||').slice(0, 10_000)) {
    const clauses = [...part.replace(/\s+/g, ' ').matchAll(/(>=|<=|==|!=|=|<|>|\^|~>|~)? ?([^\s,<>=|~^]+)/g)];
    const of = (operator: string): string | undefined => clauses.find(([, own]) => own === operator)?.[2];
    const [pessimistic, least, below] = [of('~>'), of('>='), of('<')];
    if (clauses.length === 0 || clauses.some(([, operator]) => !['~>', '>=', '<'].includes(operator ?? '')))
      return undefined;
    // `~> 4.2.5, >= 4.2.5.1` begins at the higher of the two.
    const from =
      [pessimistic, least]
        .flatMap((bound) => bound ?? [])
        .sort(compareNatural)
        .at(-1) ?? '0';
    const end = pessimistic === undefined ? below : nextOf(pessimistic);
    secure.push({ from, ...(end !== undefined && { to: end }) });
  }
  secure.sort((a, b) => compareNatural(a.from, b.from));
  const ranges: AffectedRange[] = [];
  let start: string | undefined = '0';
  for (const { from, to } of secure) {
    if (start !== undefined && compareNatural(start, from) < 0)
      ranges.push({ ...(start !== '0' && { introduced: start }), fixed: from });
    if (start !== undefined && (to === undefined || compareNatural(to, start) > 0)) start = to;
  }
  if (start !== undefined && start !== '0') ranges.push({ introduced: start });
  return ranges.length > 0 ? { ranges, versions: [] } : undefined;
}

/** `~> 4.2.8` is below 4.3, `~> 4.2` below 5. */
function nextOf(version: string): string {
  const numbers = version.split('.').filter((part) => /^\d+$/.test(part));
  const kept = numbers.slice(0, Math.max(1, numbers.length - 1));
  return [...kept.slice(0, -1), String(Number(kept.at(-1) ?? '0') + 1)].join('.');
}
