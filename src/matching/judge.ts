import type { Ecosystem } from '../ecosystems/ecosystem.ts';
import { inRange, isListed } from '../ecosystems/range.ts';
import type { AffectedRange, Reason, Statement, StatementState } from '../model.ts';
import { isMadeUp } from '../versions/known.ts';

/** An advisory that speaks of the installed version. */
export interface Hit {
  readonly advisory: Statement;
  /** By whose rules it was judged. */
  readonly ecosystem: Rules;
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

type Rules = Pick<Ecosystem, 'compare' | 'comparator' | 'isVersion' | 'withoutBuild' | 'namespace'>;

/**
 * Third question: does this statement speak of this version? Undefined: no. A statement without any version, in a state that is
 * not `fixed`, speaks of all of them (Debian's open issues do). Of an installed version that is not known only what is said of all
 * versions is said, and what names it letter by letter.
 */
export function judge(advisory: Statement, version: string, ecosystem: Rules): Hit | undefined {
  if (advisory.withdrawn !== undefined || !AFFECTED.has(advisory.state)) return undefined;
  const compared = { step: 'compared' as const, version, comparator: ecosystem.comparator };
  const by = { advisory, ecosystem };
  if (advisory.ranges.length === 0 && !advisory.versions?.length) {
    return advisory.state === 'fixed' ? undefined : { ...by, compared: { ...compared, range: {} } };
  }
  const isKnown = isKnownVersion(version, ecosystem);
  const range = advisory.ranges.find((one) => (isKnown ? inRange(version, one, ecosystem) : isEverything(one)));
  if (range)
    return { ...by, compared: { ...compared, range }, ...(range.fixed === undefined ? {} : { fixed: range.fixed }) };
  const exact = advisory.versions?.find((one) =>
    isKnown && ecosystem.isVersion(one) ? isListed(version, one, ecosystem) : one === version,
  );
  if (exact === undefined) return undefined;
  const fixed = isKnown ? nextFixed(advisory, version, ecosystem) : undefined;
  return { ...by, compared: { ...compared, range: { exact } }, ...(fixed === undefined ? {} : { fixed }) };
}

/** Whether an installed version can be compared: it is one, and none that the build made up for want of one. */
export function isKnownVersion(
  version: string,
  { isVersion, namespace }: Pick<Ecosystem, 'isVersion' | 'namespace'>,
): boolean {
  return isVersion(version) && (namespace !== undefined || !isMadeUp(version));
}

const isEverything = ({ introduced, fixed, lastAffected, limit }: AffectedRange): boolean =>
  (introduced === undefined || introduced === '0') &&
  fixed === undefined &&
  lastAffected === undefined &&
  limit === undefined;

/** For a version that is only listed: the lowest fixed version above it. */
function nextFixed(advisory: Statement, version: string, { compare }: Pick<Ecosystem, 'compare'>): string | undefined {
  return advisory.ranges
    .flatMap(({ fixed }) => (fixed !== undefined && compare(fixed, version) > 0 ? [fixed] : []))
    .sort(compare)[0];
}
