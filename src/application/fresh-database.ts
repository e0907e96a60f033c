import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Following } from '../advisories/build/index.ts';
import type { FeedSource } from '../advisories/feeds/index.ts';
import type { AdvisoryStore } from '../advisories/store/index.ts';
import type { FeedSetting } from '../config.ts';
import { PlimsollError } from '../errors.ts';
import { home } from '../home.ts';
import { lookupsOf } from '../inventory/lookups.ts';
import type { DatabaseInfo, Finding, Inventory, Notice } from '../model.ts';
import { type Asked, askedByScans, writeAsked } from './asked-by-scans.ts';
import { type ReadyMade, takeReadyMade } from './ready-database.ts';
import { FETCHED_BY_SCANS, isToBeMade } from './stores.ts';
import type { Surroundings } from './surroundings.ts';

/** Whether and from where a scan may fetch what its image needs. */
export interface Freshness {
  /** Never asks the network for advisories. */
  readonly offline?: boolean;
  /** Takes the database as it is, however old; one that is missing is still fetched. */
  readonly skipUpdate?: boolean;
  /** Fetches what is not there, and renews nothing. */
  readonly onlyMissing?: boolean;
  /** A mirror of the feeds in place of the publishers. */
  readonly feeds?: string;
  /** Other addresses for single feeds, and feeds that are not wanted. */
  readonly feedSettings?: Readonly<Record<string, FeedSetting>>;
  /** A ready-made database in place of the publishers', unless `feeds` names a mirror of theirs. */
  readonly readyMade?: ReadyMade;
}

const DAY_MS = 86_400_000;

/**
 * Sees to it that the database holds what an inventory needs: with none (or one that an older version of this program left), only the
 * documents that its packages ask for are fetched; what was not asked for within a day is asked for again. A database that `db update` made is only renewed, never added to. A failed
 * renewal is a notice, a failed first fetch an error. Throws as `updateDatabase`, `database-missing` where nothing may be asked.
 */
export async function freshenFor(
  inventory: Inventory,
  request: Freshness,
  around: Surroundings,
): Promise<readonly Notice[]> {
  if (request.offline) return [];
  const taken = await readyMade(request, around);
  if (taken !== undefined) return taken;
  const namespaces = new Set(
    inventory.packages.flatMap((pkg) => lookupsOf(pkg, inventory.os, pkg.namespace).map(({ namespace }) => namespace)),
  );
  const needs = { namespaces, ...(inventory.os ? { os: inventory.os.id } : {}) };
  const neededFor = async (store: AdvisoryStore): Promise<Needed> => {
    const { match } = await import('../matching/match.ts');
    return ratingsOf(match(inventory.packages, store).findings);
  };
  return fetchMissing(
    { sources: async () => (await documents()).documentsFor(needs), found: neededFor },
    request,
    around,
  );
}

/**
 * Sees to the ready-made database where one is configured, for commands that fetch nothing from publishers by themselves. Returns what is to be told.
 * Throws as `pullDatabase`.
 */
export async function readyMadeFirst(
  request: Pick<Freshness, 'offline' | 'readyMade'>,
  around: Surroundings,
): Promise<readonly Notice[]> {
  return request.offline ? [] : ((await readyMade(request, around)) ?? []);
}

/** What became of the ready-made database that is configured; undefined where none is, or where scans keep a database of their own. */
async function readyMade(request: Freshness, around: Surroundings): Promise<readonly Notice[] | undefined> {
  if (request.readyMade === undefined || request.feeds !== undefined) return undefined;
  const folder = home(around.environment);
  const info = await databaseInfo(folder, around);
  if (info !== undefined && (request.skipUpdate || request.onlyMissing || askedByScans(folder) !== undefined))
    return undefined;
  return takeReadyMade(request.readyMade, info, around);
}

/** The same for what rates the findings. Whether anything was fetched; a failure costs ratings and is told by the feeds' own notice. */
export async function freshenRatings(
  findings: readonly Pick<Finding, 'id' | 'aliases'>[],
  request: Freshness,
  around: Surroundings,
): Promise<boolean> {
  const folder = home(around.environment);
  if (request.offline || findings.length === 0 || !existsSync(join(folder, FETCHED_BY_SCANS))) return false;
  const before = (await databaseInfo(folder, around))?.digest;
  await fetchMissing(ratingsOf(findings), request, around);
  return (await databaseInfo(folder, around))?.digest !== before;
}

/** What an answer needs: documents, whole or for what they say of some vulnerabilities. */
interface Needed {
  sources(): Promise<readonly FeedSource[]>;
  readonly ids?: ReadonlySet<string>;
  /** What is needed besides for what these documents say. */
  found?(store: AdvisoryStore): Promise<Needed>;
}

function ratingsOf(findings: readonly Pick<Finding, 'id' | 'aliases'>[]): Needed {
  const ids = new Set(findings.flatMap(({ id, aliases }) => [id, ...aliases]).filter((id) => id.startsWith('CVE-')));
  return { sources: async () => (await documents()).ratingDocuments(ids), ids };
}

async function fetchMissing(needed: Needed, request: Freshness, around: Surroundings): Promise<readonly Notice[]> {
  const folder = home(around.environment);
  const info = await databaseInfo(folder, around);
  const isOutdated =
    info === undefined && existsSync((await import('../advisories/store/sqlite-store.ts')).databasePath(folder));
  const asked = askedByScans(folder);
  if (info && (asked === undefined || request.skipUpdate) && !isOld(info, request)) return [];
  const known: Known = { info, asked };
  const first = await due(needed, known, request);
  if (first.only.length === 0) return [];
  let after: Following | undefined;
  const follow = async (store: AdvisoryStore): Promise<Following> => {
    const before = after?.only.length ?? 0;
    after = await due(await needed.found!(store), known, request);
    if (before === 0 && after.only.length > 0) around.progress.say(newsOf(after.only));
    return after;
  };
  const { feeds: from, feedSettings } = request;
  around.progress.say(
    info === undefined
      ? `${isOutdated ? 'the advisory database is one of an older plimsoll' : 'no advisory database yet'}: fetching what this image needs (${families(first.only)})`
      : newsOf(first.only),
  );
  try {
    const { updateDatabase } = await import('./database.ts');
    const { results } = await updateDatabase(
      {
        ...first,
        ...(needed.found && (info === undefined || asked !== undefined) ? { follow } : {}),
        ...(from ? { from } : {}),
        ...(feedSettings ? { feeds: feedSettings } : {}),
      },
      around,
    );
    const failed = new Set(results.filter(({ kind }) => kind === 'failed').map(({ name }) => name));
    const rating = after?.only.some((name) => !failed.has(name)) ? after : undefined;
    // What could not be had is asked for again the next time: a gate would stay shut for a day because a host was away for a minute.
    const only = [...first.only, ...(rating?.only ?? [])].filter((name) => !failed.has(name));
    if (info === undefined || asked !== undefined)
      writeAsked(folder, info && asked, only, (rating ?? first).rating?.ids, from);
    return [];
  } catch (error) {
    if (!(error instanceof PlimsollError) || error.code === 'interrupted') throw error;
    if (isOutdated) throw notRenewed(error);
    if (info === undefined) throw error;
    const message = `the advisory database could not be renewed, it is used as it is: ${error.line}`;
    return [{ level: 'warning', code: 'update-failed', message }];
  }
}

/** What is known of the database before it is added to: what it holds, and what scans asked for. */
interface Known {
  readonly info: DatabaseInfo | undefined;
  readonly asked: Asked | undefined;
}

/** Which of the documents that are needed have to be asked for, and which of them in part. */
async function due(needed: Needed, { info, asked }: Known, request: Freshness): Promise<Following> {
  const held = new Map(info?.feeds.map((feed) => [feed.name, feed]) ?? []);
  const isDue = (source: FeedSource): boolean => {
    const { name, url } = source;
    const feed = held.get(name);
    // A list of what was fetched, whose database is gone, says nothing of what there is.
    if (info === undefined) return true;
    // What came from elsewhere than it would come from now is left to whoever chose that.
    if (feed?.url !== undefined && !samePlace(feed.url, request.feeds ?? url)) return false;
    const at = feed?.checked ?? asked?.at.get(name);
    if (at === undefined) return asked !== undefined;
    // What was read for some vulnerabilities only says nothing of others, and is not there for whoever wants all of it.
    if (feed?.partly && (needed.ids === undefined || hasNews(name, needed.ids, asked?.ids))) return true;
    return !request.skipUpdate && !request.onlyMissing && Date.now() - Date.parse(at) > DAY_MS;
  };
  const only = (await needed.sources()).filter(isDue).map(({ name }) => name);
  const inPart = only.filter((name) => needed.ids !== undefined && (held.get(name)?.partly ?? !held.has(name)));
  const ids = new Set([...(needed.ids ?? []), ...(asked?.ids ?? [])]);
  return { only, ...(inPart.length > 0 ? { rating: { documents: new Set(inPart), ids } } : {}) };
}

/** What to do where an older version's database is in the way and the publishers cannot be reached. */
const notRenewed = (error: PlimsollError): PlimsollError =>
  new PlimsollError(
    error.code,
    `the advisory database is one of an older plimsoll, and no new one could be fetched: ${error.message}`,
    {
      ...(error.where === undefined ? {} : { where: error.where }),
      hint: 'run: plimsoll db update (with --from where there is a mirror)',
      cause: error,
    },
  );

/** Whether any of these ids is in that year of NVD and was not asked for when it was read. */
function hasNews(name: string, ids: ReadonlySet<string>, before: ReadonlySet<string> | undefined): boolean {
  const year = Number(name.slice('nvd/'.length));
  return [...ids].some((id) => !before?.has(id) && Math.max(2002, Number(id.slice(4, 8))) === year);
}

/** Loaded only where something may be missing: a warm scan knows nothing of feeds. */
const documents = () => import('../advisories/build/documents-for.ts');

/** The same host, or below the same folder. */
function samePlace(url: string, place = ''): boolean {
  if (!/^https?:/.test(place)) return url.startsWith(place) || url.startsWith(`file://${place}`);
  return URL.canParse(url) && URL.canParse(place) && new URL(url).host === new URL(place).host;
}

const newsOf = (names: readonly string[]): string => `fetching what is new of ${families(names)}`;

/** `debian, osv, nvd`: of many documents only whose they are. */
const families = (names: readonly string[]): string => [...new Set(names.map((name) => name.split('/')[0]))].join(', ');

/** Whether anything in it was last asked for more than a day ago, where it would be asked for now. How old what it says is, is another matter. */
function isOld({ feeds }: DatabaseInfo, { feeds: from, skipUpdate }: Freshness): boolean {
  if (skipUpdate) return false;
  const place = from ?? 'https://';
  return feeds.some(
    ({ checked, url }) => checked !== undefined && url?.startsWith(place) && Date.now() - Date.parse(checked) > DAY_MS,
  );
}

async function databaseInfo(folder: string, around: Surroundings): Promise<DatabaseInfo | undefined> {
  const { databasePath, openStore } = await import('../advisories/store/sqlite-store.ts');
  try {
    const store = openStore(databasePath(folder));
    try {
      return store.info;
    } finally {
      store.close();
    }
  } catch (error) {
    if (await isToBeMade(error, around)) return undefined;
    throw error;
  }
}
