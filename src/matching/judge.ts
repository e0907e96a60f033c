import type { Ecosystem } from '../ecosystems/ecosystem.ts';
import type { AffectedRange, Reason, Statement, StatementState } from '../model.ts';

/** An advisory that speaks of the installed version. */
export interface Hit {
  readonly advisory: Statement;
  /** By whose rules it was judged. */
  readonly ecosystem: Pick<Ecosystem, 'compare' | 'comparator'>;
  readonly compared: Extract<Reason, { step: 'compared' }>;
  /** The version that ends the affected interval the installed one is in. */
  readonly fixed?: string;
}

/** States in which a publisher says that a version can be affected. */
const AFFECTED: ReadonlySet<StatementState> = new Set([
  'open',
  'fixed',
  'unimportant',
  'no-dsa',
  'ignored',
  'postponed',
  'end-of-life',
  'will-not-fix',
  'deferred',
]);

/**
 * Third question: does this statement speak of this version? Undefined: no. A statement without any version, in a state that is
 * not `fixed`, speaks of all of them (Debian's open issues do).
 */
export function judge(
  advisory: Statement,
  version: string,
  ecosystem: Pick<Ecosystem, 'compare' | 'comparator'>,
): Hit | undefined {
  if (advisory.withdrawn !== undefined || !AFFECTED.has(advisory.state)) return undefined;
  const compared = { step: 'compared' as const, version, comparator: ecosystem.comparator };
  const by = { advisory, ecosystem };
  if (advisory.ranges.length === 0 && !advisory.versions?.length) {
    return advisory.state === 'fixed' ? undefined : { ...by, compared: { ...compared, range: {} } };
  }
  const range = advisory.ranges.find((candidate) => contains(candidate, version, ecosystem));
  if (range)
    return { ...by, compared: { ...compared, range }, ...(range.fixed === undefined ? {} : { fixed: range.fixed }) };
  const exact = advisory.versions?.find((candidate) => ecosystem.compare(candidate, version) === 0);
  if (exact === undefined) return undefined;
  const fixed = nextFixed(advisory, version, ecosystem);
  return { ...by, compared: { ...compared, range: { exact } }, ...(fixed === undefined ? {} : { fixed }) };
}

/** https://ossf.github.io/osv-schema/#evaluation: `introduced` is in, `fixed` is out, `last_affected` is in. `0` is before every version. */
export function contains(range: AffectedRange, version: string, { compare }: Pick<Ecosystem, 'compare'>): boolean {
  if (range.introduced !== undefined && range.introduced !== '0' && compare(version, range.introduced) < 0)
    return false;
  if (range.fixed !== undefined && compare(version, range.fixed) >= 0) return false;
  return range.lastAffected === undefined || compare(version, range.lastAffected) <= 0;
}

/** For a version that is only listed: the lowest fixed version above it. */
function nextFixed(advisory: Statement, version: string, { compare }: Pick<Ecosystem, 'compare'>): string | undefined {
  return advisory.ranges
    .flatMap(({ fixed }) => (fixed !== undefined && compare(fixed, version) > 0 ? [fixed] : []))
    .sort(compare)[0];
}
