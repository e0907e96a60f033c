import type { AffectedRange } from '../../model.ts';

/**
 * Ranges from a constraint as Grype's and Trivy's databases write them: `>=1.0,<2.0||>=3.0,<3.1`, `<1.1.1n-0+deb11u5`, `=1.2`.
 * A bound that excludes its own start is widened by that version. Exact versions come apart. Undefined: not understood.
 */
export function readConstraint(
  constraint: string,
): { readonly ranges: readonly AffectedRange[]; readonly versions: readonly string[] } | undefined {
  const ranges: AffectedRange[] = [];
  const versions: string[] = [];
  const text = constraint.trim();
  if (text === '' || text === '*') return { ranges: [{}], versions };
  for (const part of text.split('||').slice(0, 10_000)) {
    const range: { introduced?: string; fixed?: string; lastAffected?: string } = {};
    let exact: string | undefined;
    for (const [, operator, version] of part.matchAll(/(>=|<=|==|!=|=|<|>|\^|~>|~)?\s*([^\s,<>=|]+)/g)) {
      if (operator === undefined || operator === '=' || operator === '==') exact = version!;
      else if (operator === '<') range.fixed = version!;
      else if (operator === '<=') range.lastAffected = version!;
      else if (operator === '>=' || operator === '>') range.introduced = version!;
      else return undefined; // caret, tilde and "not" mean another thing in every language
    }
    if (exact !== undefined) versions.push(exact);
    else ranges.push(range);
  }
  return {
    ranges: ranges.map(({ introduced, ...rest }) => ({
      ...(introduced !== undefined && introduced !== '0' && { introduced }),
      ...rest,
    })),
    versions,
  };
}
