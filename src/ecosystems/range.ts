import type { AffectedRange } from '../model.ts';
import type { Ecosystem } from './ecosystem.ts';

type Order = Pick<Ecosystem, 'compare' | 'withoutBuild'>;

/**
 * Whether a version lies in an interval: `introduced` is in (with every build of it out where the interval begins after it), `fixed` is out, `last_affected` is in, with every build of it. `0` is before
 * every version. Only for versions that the ecosystem can place. https://ossf.github.io/osv-schema/#evaluation
 */
export function inRange(version: string, range: AffectedRange, { compare, withoutBuild = asIs }: Order): boolean {
  if (range.introduced !== undefined && range.introduced !== '0') {
    const order = compare(version, range.introduced);
    if (
      order < 0 ||
      (range.isAfter === true && (order === 0 || compare(withoutBuild(version), range.introduced) === 0))
    )
      return false;
  }
  if (range.fixed !== undefined && compare(version, range.fixed) >= 0) return false;
  if (range.limit !== undefined && compare(version, range.limit) >= 0) return false;
  return range.lastAffected === undefined || compare(withoutBuild(version), withoutBuild(range.lastAffected)) <= 0;
}

/** Whether an advisory that lists a version means this one: the same, or a build of it. */
export function isListed(version: string, listed: string, { compare, withoutBuild = asIs }: Order): boolean {
  if (compare(listed, version) === 0) return true;
  const bare = withoutBuild(version);
  return bare !== version && compare(listed, bare) === 0;
}

const asIs = (version: string): string => version;
