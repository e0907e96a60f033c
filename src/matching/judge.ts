import type { Ecosystem } from '../ecosystems/ecosystem.ts';
import { inRange, isListed } from '../ecosystems/range.ts';
import type { AffectedRange, Judgement, Lookup, Statement, StatementState } from '../model.ts';
import { isMadeUp } from '../versions/known.ts';
import { concernsFlavour } from './flavours.ts';
import { concernsModule } from './modules.ts';
import { concernsPlatform } from './platforms.ts';

/** What is asked of an ecosystem: how versions are compared, what that is called, and which texts are versions. */
type Rules = Pick<Ecosystem, 'compare' | 'comparator' | 'isVersion' | 'withoutBuild' | 'moduleBuild' | 'system'> & {
  /** What a build made up (`0.0.0`) is compared as any version: scanners that know no better do. */
  readonly madeUp?: 'compared';
};

/** What is known of the installed build besides its version. */
type Build = Pick<Lookup, 'module' | 'os' | 'architecture' | 'software'>;

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

/** A scan judges tens of thousands of statements, most of them about other versions: these answers are shared. */
const WITHDRAWN: Judgement = { affected: false, because: 'withdrawn' };
const OTHER_STATE: Judgement = { affected: false, because: 'state' };
const OTHER_VERSION: Judgement = { affected: false, because: 'version' };
const UNKNOWN_VERSION: Judgement = { affected: false, because: 'unknown-version' };

const OTHER_MODULE: Judgement = { affected: false, because: 'module' };
const OTHER_FLAVOUR: Judgement = { affected: false, because: 'flavour' };
const OTHER_PLATFORM: Judgement = { affected: false, because: 'platform' };

/**
 * Third question: does this statement say that this version is affected, and if not, why not? A statement without any version,
 * in a state that is not `fixed`, speaks of all of them (Debian's open issues do). Of an installed version that is not known only
 * what is said of all versions is said, and what names it letter by letter.
 */
export function judge(statement: Statement, version: string, rules: Rules, build: Build = {}): Judgement {
  if (statement.withdrawn !== undefined) return WITHDRAWN;
  if (!AFFECTED.has(statement.state)) return OTHER_STATE;
  if (rules.moduleBuild !== undefined && !concernsModule(statement, version, build.module, rules.moduleBuild))
    return OTHER_MODULE;
  if (!concernsFlavour(statement, version, rules.system)) return OTHER_FLAVOUR;
  if (statement.platforms !== undefined && !concernsPlatform(statement.platforms, build)) return OTHER_PLATFORM;
  const compared = { step: 'compared' as const, version, comparator: rules.comparator };
  if (statement.ranges.length === 0 && !statement.versions?.length) {
    return statement.state === 'fixed' ? OTHER_VERSION : { affected: true, compared: { ...compared, range: {} } };
  }
  const isKnown = isKnownVersion(version, rules);
  // What names versions says more than what is said of all of them beside it, as in NVD's record of CVE-2009-1890.
  const range =
    isKnown && statement.ranges.find((interval) => !isEverything(interval) && inRange(version, interval, rules));
  if (range) {
    const fixed = clearOf(statement, range.fixed, rules);
    return { affected: true, compared: { ...compared, range }, ...(fixed === undefined ? {} : { fixed }) };
  }
  const exact = statement.versions?.find((listed) =>
    isKnown && rules.isVersion(listed) ? isListed(version, listed, rules) : listed === version,
  );
  if (exact === undefined) {
    const all = statement.ranges.find(isEverything);
    if (all) return { affected: true, compared: { ...compared, range: all } };
    return isKnown ? OTHER_VERSION : UNKNOWN_VERSION;
  }
  const fixed = isKnown ? nextFixed(statement, version, rules) : undefined;
  return { affected: true, compared: { ...compared, range: { exact } }, ...(fixed === undefined ? {} : { fixed }) };
}

/** Whether an installed version can be compared: it is one, and none that the build made up for want of one. */
export function isKnownVersion(
  version: string,
  { isVersion, system, madeUp }: Pick<Rules, 'isVersion' | 'system' | 'madeUp'>,
): boolean {
  return isVersion(version) && (system !== undefined || madeUp === 'compared' || !isMadeUp(version));
}

const isEverything = ({ introduced, fixed, lastAffected, limit }: AffectedRange): boolean =>
  (introduced === undefined || /^0(?:\.0){0,3}$/.test(introduced)) &&
  fixed === undefined &&
  lastAffected === undefined &&
  limit === undefined;

/** For a version that is only listed: the lowest fixed version above it. */
function nextFixed(statement: Statement, version: string, rules: Rules): string | undefined {
  const [lowest] = statement.ranges
    .flatMap(({ fixed }) => (fixed !== undefined && rules.compare(fixed, version) > 0 ? [fixed] : []))
    .sort(rules.compare);
  return clearOf(statement, lowest, rules);
}

/**
 * The fix that a range names, or, where another range of the same statement has that version, the fix of that one: NVD's entries of one product
 * overlap. Undefined where the last of them names none. Each range can be left once.
 */
function clearOf({ ranges }: Statement, named: string | undefined, rules: Rules): string | undefined {
  let fixed = named;
  for (let left = ranges.length - 1; left > 0 && fixed !== undefined; left -= 1) {
    const version = fixed;
    const further = ranges.find((range) => !isEverything(range) && inRange(version, range, rules));
    if (further === undefined) break;
    fixed = further.fixed;
  }
  return fixed;
}
