import { go } from '../../ecosystems/go.ts';
import { inRange } from '../../ecosystems/range.ts';
import { LIMITS } from '../../limits.ts';
import type { AffectedRange } from '../../model.ts';
import { listMember, member } from '../values.ts';
import { osvRanges } from './osv-ranges.ts';

/** Below every tag: what a module is given that is built of a commit without one. https://go.dev/ref/mod#pseudo-versions */
const UNTAGGED: AffectedRange = { limit: '0.0.1-0' };
const PSEUDO = /-\d{14}-[0-9a-f]{12}(?:\+incompatible)?$/;

/**
 * The versions that an entry of Go's database means. Those that are no versions of the module (a program of version 10 whose module has no `/v10`) stand
 * apart in `custom_ranges`, and its own range then begins at 0 and has no end: every Grafana that there is would be affected. They count in its place; beside
 * it where it has an end of its own. A commit without a tag has no place among them: of it the record says that it is affected.
 * https://go.dev/doc/security/vuln/database
 */
export function withCustomRanges(ranges: readonly AffectedRange[], affected: unknown): readonly AffectedRange[] {
  const specific = member(affected, 'ecosystem_specific');
  const stated = listMember(specific, 'custom_ranges', LIMITS.feedVersions);
  if (stated.length === 0) return ranges;
  const { ranges: custom, unordered } = osvRanges({ ranges: stated }, go);
  if (custom.length === 0 || unordered.length > 0) return ranges;
  const [ended, open] = [ranges.filter(hasEnd), ranges.filter((range) => !hasEnd(range))];
  const beginning = open.length === 1 ? open[0]?.introduced : undefined;
  // One that would begin behind its end has nothing to do with them: there the entry gave up what it could not place.
  const begins = (range: AffectedRange): boolean => beginning !== undefined && inRange(beginning, range, go);
  const counted = custom.map((range) =>
    range.introduced === undefined && begins(range) ? { introduced: beginning, ...range } : range,
  );
  const isTold = custom.some((range) => inRange('0.0.0-20000101000000-000000000000', range, go) || namesCommit(range));
  const isOfAll = open.some(({ introduced }) => introduced === undefined);
  return [...ended, ...counted, ...(isOfAll && !isTold ? [UNTAGGED] : [])];
}

const hasEnd = ({ fixed, lastAffected }: AffectedRange): boolean => fixed !== undefined || lastAffected !== undefined;

const namesCommit = ({ introduced, fixed, lastAffected }: AffectedRange): boolean =>
  [introduced, fixed, lastAffected].some((bound) => bound !== undefined && PSEUDO.test(bound));
