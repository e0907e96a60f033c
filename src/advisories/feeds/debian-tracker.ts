import { DEBIAN_RELEASES } from '../../ecosystems/debian.ts';
import { readJson } from '../../formats/json-values.ts';
import { jsonMembers } from '../../formats/text/index.ts';
import { LIMITS } from '../../limits.ts';
import type { AffectedRange, StatementState } from '../../model.ts';
import { wordRating } from '../ratings/index.ts';
import { entries, identifier, member, textMember } from '../values.ts';
import { type FeedItem, type FeedStatement, feed } from './feed.ts';

/**
 * The Debian security tracker's export: for every source package and vulnerability the state in each release, as the
 * security team sees it. https://security-team.debian.org/security_tracker.html
 */
export const debianTracker = feed({
  name: 'debian-tracker',
  version: 3,
  title: 'Debian security tracker',
  licence: 'MIT (Debian security tracker)',
  byDefault: true,
  maxBytes: LIMITS.feedYearBytes,
  async sources() {
    return [
      {
        name: 'debian/tracker',
        path: 'debian/tracker.json',
        url: 'https://security-tracker.debian.org/tracker/data/json',
      },
    ];
  },
  async *parse(document) {
    let newest = 0;
    let ids = 0;
    for await (const { key, text } of jsonMembers(document.chunks(), '*')) {
      for (const item of readPackage(String(key), text)) {
        if (item.kind === 'counted') ids += 1;
        if (item.kind === 'statement') newest = Math.max(newest, yearOf(item.statement.id));
        yield item;
      }
    }
    // It tells no date; but the tracker knows of each year's flaws from its first days on.
    if (ids >= TELLING && newest > 0) yield { kind: 'until', date: `${newest}-12-31T23:59:59Z` };
  },
});

/** Entries of an excerpt that is large enough to tell what it would have to know. */
const TELLING = 1_000;

const yearOf = (id: string): number => Number(/^CVE-(\d{4})-/.exec(id)?.[1] ?? 0);

function* readPackage(name: string, text: Buffer): Generator<FeedItem> {
  let vulnerabilities: unknown;
  try {
    vulnerabilities = readJson(text.toString('utf8'));
  } catch (error) {
    yield { kind: 'rejected', id: name, reason: `not JSON: ${(error as Error).message}` };
    return;
  }
  for (const [id, entry] of entries(vulnerabilities)) {
    yield { kind: 'counted' };
    const releases = entries(member(entry, 'releases'));
    if (identifier(id) === undefined || releases.length === 0) {
      yield { kind: 'rejected', id: `${name} ${id}`, reason: 'no id, or no releases' };
      continue;
    }
    for (const [codename, release] of releases) {
      const statement = readRelease(name, id, codename, release);
      if (statement === undefined)
        yield { kind: 'rejected', id: `${name} ${id}`, reason: `${codename} has no status that is known` };
      else yield { kind: 'statement', statement };
    }
    const description = textMember(entry, 'description', 8_000);
    if (description !== undefined) yield { kind: 'record', record: { id, description } };
  }
}

function readRelease(name: string, id: string, codename: string, release: unknown): FeedStatement | undefined {
  const state = stateOf(release);
  if (state === undefined) return undefined;
  const urgency = textMember(release, 'urgency', 50);
  const named = textMember(release, 'fixed_version', 200);
  const note = textMember(release, 'nodsa', 500);
  return {
    id,
    source: 'debian',
    namespace: `Debian:${DEBIAN_RELEASES.get(codename) ?? codename}`,
    package: name,
    state,
    ranges: state === 'not-affected' ? [] : [rangeOf(state, named)],
    ...(urgency !== undefined && { ratings: [wordRating('debian', 'urgency', urgency)] }),
    ...(note !== undefined && { note }),
  };
}

/**
 * Which versions it is about. A release is open while its archive has none that is fixed: an entry that is open and names a version all
 * the same says where a fix will be (the next point release, or an archive that this export leaves out). It is no promise of a fix, but
 * from that version on the flaw is gone.
 */
function rangeOf(state: StatementState, named: string | undefined): AffectedRange {
  if (named === undefined) return {};
  if (state === 'fixed') return { fixed: named };
  return named === '0' ? {} : { limit: named };
}

/**
 * `status` says whether it is resolved; what is open is told apart by the reason why no advisory comes, then by the
 * urgency, which also holds two states. A fixed version of 0 means that the release was never affected.
 */
function stateOf(release: unknown): StatementState | undefined {
  const status = textMember(release, 'status', 30);
  const fixed = textMember(release, 'fixed_version', 200);
  const urgency = textMember(release, 'urgency', 50);
  if (status === 'resolved') return fixed === '0' || fixed === undefined ? 'not-affected' : 'fixed';
  if (status === 'undetermined') return 'undetermined';
  if (status !== 'open') return undefined;
  if (urgency === 'end-of-life') return 'end-of-life';
  if (urgency === 'unimportant') return 'unimportant';
  const reason = textMember(release, 'nodsa_reason', 30);
  if (reason === 'ignored' || reason === 'postponed') return reason;
  return textMember(release, 'nodsa', 500) !== undefined || reason !== undefined ? 'no-dsa' : 'open';
}
