import { nvdDocuments } from '../advisories/ids.ts';
import type { AdvisoryStore } from '../advisories/store/index.ts';
import { ecosystemNamed } from '../ecosystems/index.ts';
import { nvidia } from '../ecosystems/nvidia.ts';
import { lookupsOf } from '../inventory/lookups.ts';
import type { FeedInfo, Finding, Inventory, NeededFeed, Report } from '../model.ts';

/** What is exploited and how likely it is to be concerns every package. */
const OF_EVERYTHING = new Set(['kev', 'epss']);

/**
 * The feeds that an image needs, the one with the oldest data first: those that speak of its packages, the years of NVD that rate
 * what was found, and what is known of exploits. How old the others are is no matter: an image without npm packages is judged no
 * worse for old advisories on npm.
 */
export function neededFeeds(
  { packages, os }: Pick<Inventory, 'packages' | 'os'>,
  findings: readonly Finding[],
  { info, feedsOn }: Pick<AdvisoryStore, 'info' | 'feedsOn'>,
): readonly NeededFeed[] {
  const namespaces = new Set(
    packages.flatMap((pkg) => lookupsOf(pkg, os, pkg.namespace).map(({ namespace }) => namespace)),
  );
  const wanted = new Set([
    ...[...namespaces].flatMap((namespace) => ownOf(namespace, feedsOn?.(namespace) ?? [])),
    ...yearsOf(findings),
    ...(packages.length > 0 ? OF_EVERYTHING : []),
  ]);
  const newestYear = info.feeds
    .flatMap(({ name, dataDate }) => (isYear(name) ? (dataDate ?? []) : []))
    .sort()
    .at(-1);
  return info.feeds
    .flatMap((feed) => (wanted.has(feed.name) && feed.records > 0 ? (needed(feed, newestYear) ?? []) : []))
    .sort((a, b) => (a.dataDate < b.dataDate ? -1 : a.dataDate > b.dataDate ? 1 : a.name < b.name ? -1 : 1));
}

const DAY_MS = 86_400_000;
/** Publishers change their data every day; after this a scan says how old its own is. */
const STALE_DAYS = 7;

/** How old data of this date are. */
export const daysOld = (date: string, now: Date): number => Math.floor((now.getTime() - Date.parse(date)) / DAY_MS);

export const isStale = (days: number): boolean => days >= STALE_DAYS;

/** A publisher that was asked itself a few days ago has said what it has to say, however long it has been silent. */
export const isNewest = ({ checked, fromPublisher }: NeededFeed, now: Date): boolean =>
  fromPublisher === true && checked !== undefined && !isStale(daysOld(checked, now));

/** Feeds that were needed and whose data are old, the oldest first. */
export const oldFeeds = (needed: readonly NeededFeed[], now: Date): readonly string[] =>
  needed.flatMap((feed) => (!isNewest(feed, now) && isStale(daysOld(feed.dataDate, now)) ? [feed.name] : []));

/** OSV's export of Hex has records that speak of PyPI besides; it is PyPI's own that an answer about PyPI rests on. */
function ownOf(namespace: string, feeds: readonly string[]): readonly string[] {
  const own = `osv/${ecosystemNamed(namespace)?.osv}`;
  return feeds.includes(own) ? feeds.filter((name) => name === own || !name.startsWith('osv/')) : feeds;
}

/** NVD's documents that rate these findings. */
function yearsOf(findings: readonly Finding[]): readonly string[] {
  return [...nvdDocuments(findings.flatMap(({ id, aliases }) => [id, ...aliases]))];
}

/** A part of NVD, which is published in a document for each year of CVE numbers. */
const isYear = (name: string): boolean => /^nvd\/\d{4}$/.test(name);

/**
 * Undefined of a document that tells no date and was never asked for. In the records of an old year nothing changes for years: where their
 * publisher does not say until when, they are as new as the newest of the other years.
 */
function needed(
  { name, dataDate, checked, fromPublisher, undated }: FeedInfo,
  newestYear: string | undefined,
): NeededFeed | undefined {
  const own = dataDate ?? checked;
  const date =
    isYear(name) && !fromPublisher && newestYear !== undefined && own !== undefined && newestYear > own
      ? newestYear
      : own;
  if (date === undefined) return undefined;
  return {
    name,
    dataDate: date,
    ...(checked && { checked }),
    ...(fromPublisher && { fromPublisher }),
    ...(undated && date === dataDate && { undated }),
  };
}

/** `oldest data: NVD of 2022-12-14`: the feed that was needed and is oldest. Without any: the day of the database. */
export function oldestInWords({ database, needed = [] }: Pick<Report, 'database' | 'needed'>): string {
  const [oldest] = needed;
  return oldest === undefined
    ? `database of ${database.built.slice(0, 10)}`
    : `oldest data: ${feedFamily(oldest.name)} of ${oldest.dataDate.slice(0, 10)}`;
}

/** What readers call a feed: `KEV`, `NVD`, `Debian`; of OSV's exports the ecosystem. */
export function feedFamily(name: string): string {
  const [family = name, rest] = name.split('/');
  if (family === 'osv' && rest !== undefined) return rest;
  const known: Readonly<Record<string, string>> = {
    kev: 'KEV',
    epss: 'EPSS',
    nvd: 'NVD',
    nvidia: nvidia.name,
    'python-index': name,
  };
  return known[family] ?? family.charAt(0).toUpperCase() + family.slice(1);
}
