import { condaSpec } from '../../versions/conda-spec.ts';
import { type Clause, parseSpecifiers, satisfies } from '../../versions/pep440-specifier.ts';

/**
 * A version specifier that lets `to` in and nothing older, in the style that was there: `==` stays an exact pin, `~=` a compatible
 * one, a lower bound is raised, upper bounds and exclusions that still let it in are kept. `pinned`: no
 * newer one may be taken either. Undefined where it cannot be parsed.
 */
export function repinned(specifier: string, to: string, pinned = false): string | undefined {
  const clauses = parseSpecifiers(specifier);
  if (clauses === undefined) return undefined;
  if (pinned) return `==${to}`;
  const exact = clauses.some(({ operator }) => operator === '==' || operator === '===');
  if (exact) return `==${to}`;
  const others = clauses.filter(
    (clause) => ['<', '<=', '!='].includes(clause.operator) && satisfies(to, [clause], 'installed'),
  );
  const compatible = clauses.find(({ operator }) => operator === '~=');
  if (compatible) {
    const parts = compatible.version.split('.').length;
    const cut = to.split('.').slice(0, Math.max(parts, 2)).join('.');
    const fits = satisfies(to, [{ operator: '~=', version: cut }], 'installed') && /^\d+(?:\.\d+)+$/.test(cut);
    return [`~=${fits && cut === to ? cut : to}`, ...others.map(written)].join(',');
  }
  return [`>=${to}`, ...others.map(written)].join(',');
}

const written = ({ operator, version }: Clause): string => `${operator}${version}`;

/** Whether a declared specifier shuts out the version that is to come. */
export function shutsOut(specifier: string, to: string): boolean {
  const clauses = parseSpecifiers(specifier);
  return clauses !== undefined && !satisfies(to, clauses, 'installed');
}

/**
 * The same for what is asked of conda's channels: `=` and `==` stay exact, without the build that goes with the old version; bounds that still let it in
 * are kept. Undefined for what has alternatives (`|`). https://docs.conda.io/projects/conda-build/en/stable/resources/package-spec.html
 */
export function repinnedConda(specifier: string, to: string): string | undefined {
  const others: string[] = [];
  let own: string | undefined;
  for (const clause of specifier.split(',').map((text) => text.trim())) {
    if (clause === '' || clause === '*') continue;
    const [, operator = '', version] = /^([<>!]=?|[=~]=|=)?\s*([\w.*+!]+)(?:[\s=][^|]*)?$/.exec(clause) ?? [];
    if (version === undefined || operator === '!') return undefined;
    if (['<', '<=', '!='].includes(operator)) {
      if (condaSpec(`any ${operator}${version}`)?.accepts(to) === true) others.push(`${operator}${version}`);
    } else own ??= `${operator === '' ? '=' : operator === '>' ? '>=' : operator}${to}`;
  }
  return [own ?? `>=${to}`, ...others].join(',');
}
