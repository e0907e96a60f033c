import { pypi } from '../../ecosystems/pypi.ts';
import { parseRequirement, type Requirement } from '../../formats/text/index.ts';
import { parseSpecifiers, satisfies } from '../../versions/pep440-specifier.ts';
import type { Need } from '../constraints.ts';
import { holds, type MarkerValues, normalizeExtra } from './marker-value.ts';

/** A requirement as pip prints it in complaints: `numpy<1.24,>=1.22`. */
function requirementText({ name, specifier, extras }: Requirement): string {
  const sorted = specifier
    .split(',')
    .filter(Boolean)
    .sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return `${name}${extras.length > 0 ? `[${[...extras].sort().join(',')}]` : ''}${sorted.join(',')}`;
}

/** The distributions of one environment and the extras that somebody in it asked for. */
export type ExtrasInUse = ReadonlyMap<string, ReadonlySet<string>>;

/** Follows `name[extra]` from requirement to requirement until no extra is added. */
export function extrasInUse(
  distributions: Iterable<readonly [name: string, requires: readonly string[]]>,
  values: MarkerValues,
): ExtrasInUse {
  const parsed = [...distributions].map(([name, requires]) => [name, parsedRequirements(requires)] as const);
  const inUse = new Map<string, Set<string>>();
  const none: ReadonlySet<string> = new Set();
  for (let grown = true; grown; ) {
    grown = false;
    for (const [name, requirements] of parsed)
      for (const requirement of requirements) {
        if (requirement.extras.length === 0) continue;
        if (requirement.marker && !holds(requirement.marker, values, inUse.get(name) ?? none)) continue;
        const target = pypi.normalize(requirement.name);
        const known = inUse.get(target) ?? new Set();
        for (const extra of requirement.extras.map(normalizeExtra))
          if (!known.has(extra)) {
            known.add(extra);
            grown = true;
          }
        inUse.set(target, known);
      }
  }
  return inUse;
}

const parses = new Map<string, Requirement | undefined>();
const PARSES = 50_000;

function parsedRequirements(requires: readonly string[]): Requirement[] {
  return requires.flatMap((text) => {
    if (!parses.has(text)) {
      if (parses.size > PARSES) parses.clear();
      parses.set(text, parseRequirement(text));
    }
    return parses.get(text) ?? [];
  });
}

/**
 * What a distribution needs in an environment: its `Requires-Dist` whose markers hold. Requirements by address and such
 * that nobody can parse constrain nothing. With `inUse`, an extra that nobody asks for yet is a need of its own, `uvicorn[standard]`.
 */
export function pythonNeeds(
  requires: readonly string[],
  values: MarkerValues,
  extras?: ReadonlySet<string>,
  inUse?: ExtrasInUse,
): Need[] {
  return parsedRequirements(requires).flatMap((requirement) => {
    if (requirement.url !== undefined) return [];
    if (requirement.marker && !holds(requirement.marker, values, extras)) return [];
    const need = needOf(requirement);
    if (need === undefined) return [];
    const fresh = inUse === undefined ? [] : requirement.extras.map(normalizeExtra);
    return [
      need,
      ...fresh
        .filter((extra) => !inUse?.get(need.name)?.has(extra))
        .map((extra): Need => ({ ...need, name: `${need.name}[${extra}]` })),
    ];
  });
}

/** The distribution and the extra that `uvicorn[standard]` names; undefined for a distribution alone. */
export function extraOf(name: string): { readonly name: string; readonly extra: string } | undefined {
  const [, own, extra] = /^([^[]+)\[(.+)\]$/.exec(name) ?? [];
  return own === undefined || extra === undefined ? undefined : { name: own, extra };
}

/** A requirement as a constraint; undefined where its specifier is malformed. */
export function needOf(requirement: Requirement): Need | undefined {
  const clauses = parseSpecifiers(requirement.specifier);
  if (clauses === undefined) return undefined;
  const answers = new Map<string, boolean>();
  return {
    name: pypi.normalize(requirement.name),
    text: requirementText(requirement),
    accepts(version) {
      if (clauses.length === 0) return true;
      let answer = answers.get(version);
      if (answer === undefined) {
        answer = satisfies(version, clauses, 'installed');
        answers.set(version, answer);
      }
      return answer;
    },
  };
}
