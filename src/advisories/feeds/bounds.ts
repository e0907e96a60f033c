import type { Ecosystem } from '../../ecosystems/ecosystem.ts';
import { ecosystemNamed } from '../../ecosystems/index.ts';
import type { AffectedRange } from '../../model.ts';
import type { FeedStatement } from './feed.ts';

/** What can be read of a statement's versions, and what cannot. */
interface ReadVersions {
  /** Undefined: nothing that says which versions are meant is left. */
  readonly statement: FeedStatement | undefined;
  /** Bounds that nobody can place, as they were written. */
  readonly unread: readonly string[];
}

/**
 * The one policy on bounds, whatever the feed and the ecosystem: what is a version there is taken; what is written after a known
 * pattern is read as what it means; a range with any other bound says nothing and is dropped, counted and named.
 */
export function readBounds(statement: FeedStatement): ReadVersions {
  const ecosystem = ecosystemNamed(statement.namespace);
  if (ecosystem === undefined || isReadable(statement.ranges, ecosystem)) return { statement, unread: [] };
  const unread: string[] = [];
  const ranges = statement.ranges.flatMap((range): readonly AffectedRange[] => {
    const read: { -readonly [Key in keyof AffectedRange]: AffectedRange[Key] } = range.isAfter ? { isAfter: true } : {};
    for (const key of ['introduced', 'fixed', 'lastAffected', 'limit'] as const) {
      const bound = range[key];
      const version = bound === undefined ? undefined : readBound(bound, ecosystem);
      if (version !== undefined) read[key] = version;
      else if (bound !== undefined) unread.push(bound);
    }
    return Object.keys(read).length === Object.keys(range).length ? [read] : [];
  });
  const isLeft = ranges.length > 0 || (statement.versions?.length ?? 0) > 0;
  const isFixed = ranges.some(({ fixed }) => fixed !== undefined);
  const state = statement.state === 'fixed' && !isFixed ? 'open' : statement.state;
  return { statement: isLeft ? { ...statement, ranges, state } : undefined, unread };
}

const isReadable = (ranges: readonly AffectedRange[], { isVersion }: Ecosystem): boolean =>
  ranges.every(({ introduced, fixed, lastAffected, limit }) =>
    [introduced, fixed, lastAffected, limit].every((bound) => bound === undefined || bound === '0' || isVersion(bound)),
  );

/** NVD's "no update" and "any update". */
const UPDATE = /-(?:NA|\*)$/;

/**
 * A bound as a version of the ecosystem; undefined where nobody can say what it means. NVD's "no update" (`2.6.0-NA`) and the
 * backslashes of its names come with records of every language: to most of them the first is a pre-release, which nobody means.
 */
export function readBound(
  bound: string,
  { isVersion, meant, system }: Pick<Ecosystem, 'isVersion' | 'meant' | 'system'>,
): string | undefined {
  if (bound === '0' || (isVersion(bound) && (system !== undefined || !UPDATE.test(bound)))) return bound;
  const plain = bound.trim().replaceAll('\\', '').replace(UPDATE, '');
  if (isVersion(plain)) return plain;
  const read = meant?.(plain) ?? plain.replace(/^v(?=\d)/i, '');
  return read !== undefined && isVersion(read) ? read : undefined;
}
