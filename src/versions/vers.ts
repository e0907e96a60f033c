/** Signs of a constraint, the longer ones first. */
const CONSTRAINT = /^(>=|<=|!=|<|>|=)?(.+)$/s;
/** More constraints are no range that a person or a publisher wrote. */
const CONSTRAINTS = 1_000;

interface Constraint {
  readonly sign: string;
  readonly version: string;
}

/** The constraints of a range such as `vers:pypi/>=3.2|<4`; undefined where it is none. */
function constraintsOf(range: string): readonly Constraint[] | undefined {
  const body = /^vers:[a-z0-9.+-]+\/(.+)$/is.exec(range.trim())?.[1];
  const parts = body?.split('|').map((part) => part.trim()) ?? [];
  if (parts.length === 0 || parts.length > CONSTRAINTS || parts.includes('')) return undefined;
  return parts.flatMap((part) => {
    const [, sign = '=', written = ''] = CONSTRAINT.exec(part) ?? [];
    try {
      return [{ sign, version: decodeURIComponent(written.trim()) }];
    } catch {
      return [{ sign, version: written.trim() }];
    }
  });
}

/**
 * Whether a version lies within a range of the notation `vers`, by the order of its own world; a text that is no such range holds none.
 * https://github.com/package-url/vers-spec/blob/main/VERSION-RANGE-SPEC.md
 */
export function isInVers(range: string, version: string, compare: (a: string, b: string) => number): boolean {
  const constraints = constraintsOf(range);
  if (constraints === undefined) return false;
  if (constraints.some(({ sign, version: bound }) => sign === '=' && bound === '*')) return constraints.length === 1;
  const equal = constraints.find(({ version: bound }) => compare(version, bound) === 0);
  if (equal !== undefined) return equal.sign === '=' || equal.sign === '<=' || equal.sign === '>=';
  const ends = constraints
    .filter(({ sign }) => sign !== '=' && sign !== '!=')
    .sort((a, b) => compare(a.version, b.version));
  if (ends.length === 0) return constraints.every(({ sign }) => sign === '!=');
  // What lies between two ends is meant where the one before opens or the one behind closes: ends of an honest range take turns.
  const at = ends.findIndex(({ version: bound }) => compare(version, bound) < 0);
  const [below, above] = at < 0 ? [ends.at(-1), undefined] : [ends[at - 1], ends[at]];
  const opens = below?.sign.startsWith('>') ?? true;
  const closes = above?.sign.startsWith('<') ?? true;
  return opens && closes;
}
