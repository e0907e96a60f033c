import type { Ecosystem } from '../../ecosystems/ecosystem.ts';
import { inRange } from '../../ecosystems/range.ts';
import { LIMITS } from '../../limits.ts';
import type { AffectedRange } from '../../model.ts';
import { listMember, member, textMember, textsWithin } from '../values.ts';
import { readBound } from './bounds.ts';

/** Which versions of a package an OSV record means. */
export interface OsvVersions {
  readonly ranges: readonly AffectedRange[];
  /** Versions it lists that no range covers. */
  readonly versions: readonly string[];
  /** Ranges that could not be understood, as one line each. */
  readonly unordered: readonly string[];
}

type Kind = 'introduced' | 'fixed' | 'last_affected' | 'limit';
interface Event {
  readonly kind: Kind;
  readonly version: string;
}

/**
 * Makes intervals of a record's events, and keeps of its list of versions those that lie in none. Without a known order
 * (an ecosystem nobody here compares) events are taken as they come and all versions are kept. Git ranges say nothing
 * about packages. https://ossf.github.io/osv-schema/#evaluation
 */
export function osvRanges(affected: unknown, ecosystem: Ecosystem | undefined): OsvVersions {
  const ranges: AffectedRange[] = [];
  const unordered: string[] = [];
  for (const range of listMember(affected, 'ranges', LIMITS.feedVersions)) {
    if (textMember(range, 'type', 20) === 'GIT') continue;
    const events = listMember(range, 'events', LIMITS.feedVersions).flatMap(readEvent);
    const read = events.flatMap(({ kind, version }): readonly Event[] => {
      const bound = ecosystem === undefined ? version : readBound(version, ecosystem);
      return bound === undefined ? [] : [{ kind, version: bound }];
    });
    if (!events.some(({ kind }) => kind === 'introduced'))
      unordered.push('a range says where it ends and not where it begins');
    else if (read.length < events.length) unordered.push(unreadable(events, ecosystem!));
    else ranges.push(...intervals(read, ecosystem));
  }
  const versions = textsWithin(member(affected, 'versions'), LIMITS.feedVersions);
  const isCovered = (version: string): boolean =>
    ecosystem?.isVersion(version) === true && ranges.some((range) => inRange(version, range, ecosystem));
  return { ranges, versions: versions.filter((version) => !isCovered(version)), unordered };
}

const unreadable = (events: readonly Event[], ecosystem: Ecosystem): string =>
  `no versions of ${ecosystem.name}: ${events
    .filter(({ version }) => readBound(version, ecosystem) === undefined)
    .map(({ version }) => version)
    .join(' ')}`;

function readEvent(event: unknown): readonly Event[] {
  for (const kind of ['introduced', 'fixed', 'last_affected', 'limit'] as const) {
    const version = textMember(event, kind, 300);
    // Without end is what a range is without a limit.
    if (version !== undefined) return kind === 'limit' && version === '*' ? [] : [{ kind, version }];
  }
  return [];
}

const RANK: Record<Kind, number> = { fixed: 0, introduced: 1, last_affected: 2, limit: 3 };

function intervals(events: readonly Event[], ecosystem: Ecosystem | undefined): readonly AffectedRange[] {
  const ranges: AffectedRange[] = [];
  let introduced: string | undefined;
  const all = inOrder(events, ecosystem);
  // Of several limits one has to be above.
  const limit = all.findLast(({ kind }) => kind === 'limit')?.version;
  const until = limit === undefined ? {} : { limit };
  const ordered = all.filter(({ kind }) => kind !== 'limit');
  for (const [index, { kind, version }] of ordered.entries()) {
    // Several last ones of one beginning are a converted list of affected versions: the flaw goes on to the furthest of them.
    if (kind === 'last_affected' && ordered[index + 1]?.kind === 'last_affected') continue;
    if (kind === 'introduced') introduced ??= version;
    else if (introduced !== undefined) {
      ranges.push({
        ...from(introduced),
        ...(kind === 'fixed' ? { fixed: version } : { lastAffected: version }),
        ...until,
      });
      introduced = undefined;
    }
  }
  if (introduced !== undefined) ranges.push({ ...from(introduced), ...until });
  return ranges;
}

/** `0` is the beginning of time, before every version there is. */
const from = (introduced: string): AffectedRange => (introduced === '0' ? {} : { introduced });

function inOrder(events: readonly Event[], ecosystem: Ecosystem | undefined): readonly Event[] {
  if (ecosystem === undefined || (events.length <= 2 && events[0]?.kind === 'introduced')) return events;
  const value = (a: Event, b: Event): number => {
    if (a.version === '0' || b.version === '0') return Number(b.version === '0') - Number(a.version === '0');
    return ecosystem.compare(a.version, b.version);
  };
  return [...events].sort((a, b) => value(a, b) || RANK[a.kind] - RANK[b.kind]);
}
