import type { Ecosystem } from '../../ecosystems/ecosystem.ts';
import { LIMITS } from '../../limits.ts';
import type { AffectedRange } from '../../model.ts';
import { listOf, member, textOf, texts } from '../values.ts';

/** Which versions of a package an OSV record means. */
export interface OsvVersions {
  readonly ranges: readonly AffectedRange[];
  /** Versions it lists that no range covers. */
  readonly versions: readonly string[];
  /** Ranges that could not be understood, as one line each. */
  readonly unordered: readonly string[];
}

type Kind = 'introduced' | 'fixed' | 'last_affected';
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
  for (const range of listOf(affected, 'ranges', LIMITS.feedVersions)) {
    if (textOf(range, 'type', 20) === 'GIT') continue;
    const events = listOf(range, 'events', LIMITS.feedVersions).flatMap(readEvent);
    if (!events.some(({ kind }) => kind === 'introduced'))
      unordered.push('a range says where it ends and not where it begins');
    else ranges.push(...intervals(events, ecosystem));
  }
  const versions = texts(member(affected, 'versions'), LIMITS.feedVersions);
  const compare = ecosystem?.compare;
  return {
    ranges,
    versions:
      compare === undefined
        ? versions
        : versions.filter((version) => !ranges.some((range) => inRange(version, range, compare))),
    unordered,
  };
}

function readEvent(event: unknown): readonly Event[] {
  for (const kind of ['introduced', 'fixed', 'last_affected'] as const) {
    const version = textOf(event, kind, 300);
    if (version !== undefined) return [{ kind, version }];
  }
  return []; // `limit` is for branches of git
}

const RANK: Record<Kind, number> = { fixed: 0, introduced: 1, last_affected: 2 };

function intervals(events: readonly Event[], ecosystem: Ecosystem | undefined): readonly AffectedRange[] {
  const found: AffectedRange[] = [];
  let introduced: string | undefined;
  for (const { kind, version } of inOrder(events, ecosystem)) {
    if (kind === 'introduced') introduced ??= version;
    else if (introduced !== undefined) {
      found.push({ ...from(introduced), ...(kind === 'fixed' ? { fixed: version } : { lastAffected: version }) });
      introduced = undefined;
    }
  }
  if (introduced !== undefined) found.push(from(introduced));
  return found;
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

/** Whether a version lies in an interval. */
export function inRange(version: string, range: AffectedRange, compare: (a: string, b: string) => number): boolean {
  if (range.introduced !== undefined && compare(version, range.introduced) < 0) return false;
  if (range.fixed !== undefined && compare(version, range.fixed) >= 0) return false;
  return range.lastAffected === undefined || compare(version, range.lastAffected) <= 0;
}
