import { constants, copyFileSync, existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { asPlimsollError, PlimsollError } from '../../errors.ts';
import { makeFolder } from '../../home.ts';
import { cutOffBySignals } from '../../interruption.ts';
import { nearest } from '../../located-yaml.ts';
import type { Http } from '../../network/http.ts';
import { type Progress, silent } from '../../progress.ts';
import type { Feed, FeedSource } from '../feeds/index.ts';
import { feeds as allFeeds, localDocument, UNPACKED } from '../feeds/index.ts';
import {
  checkSum,
  databasePath,
  type FeedPlace,
  type FeedSetting,
  type Location,
  mirror,
  publishers,
  readHeader,
  SCHEMA,
  SHORT_NAMES,
  settingLocation,
  settingOf,
} from '../store/index.ts';
import { compact } from './derive.ts';
import type { DocumentResult } from './document-result.ts';
import { type Fetched, fetchDocument } from './fetch.ts';
import { askPackageIndex, type IndexAsker } from './gather.ts';
import { takeLock } from './lock.ts';
import { schedule } from './schedule.ts';
import { swap } from './swap.ts';
import { openWriter, type Writer } from './writer.ts';

export interface UpdateOptions {
  /** The folder of the database: `home()`. */
  readonly home: string;
  readonly http: Http;
  /** `publishers`, or a mirror: an address or a folder. */
  readonly from?: string;
  /** Other addresses for single feeds, and feeds that are not wanted: `feeds` of the configuration file. */
  readonly settings?: Readonly<Record<string, FeedSetting>>;
  /** Only these feeds or documents (`nvd`, `osv/PyPI`). */
  readonly only?: readonly string[];
  /** Begin with an empty database. */
  readonly fresh?: boolean;
  /** Take a document that is older than the one the database has. */
  readonly allowOlder?: boolean;
  readonly progress?: Progress;
  readonly signal?: AbortSignal;
  /** For tests: other feeds, and shorter waits before broken downloads are taken up again. */
  readonly feeds?: readonly Feed[];
  readonly resumeMs?: number;
  /** The package index that is asked what Python distributions it has, unless a mirror says so or the settings forbid it. */
  readonly pythonIndex?: () => Promise<IndexAsker | undefined>;
}

export type { DocumentResult } from './document-result.ts';

export interface UpdateSummary {
  readonly path: string;
  readonly results: readonly DocumentResult[];
  readonly changed: boolean;
  /** Another update ran at the same time and has just done it. */
  readonly byAnother?: boolean;
}

/** A document that may be had, and where. */
interface Wanted {
  readonly feed: Feed;
  readonly source: FeedSource;
  readonly location: Location;
}

/**
 * Brings the advisory database up to date. Documents that changed are read into a copy beside the database, which then takes
 * its place in one step: whatever happens before, the old one stays in service. A feed that cannot be had or read keeps
 * what it said last time. Throws `feed` when nothing at all could be had, `io` when the disk is full, `interrupted`.
 */
export async function renewDatabase(options: UpdateOptions): Promise<UpdateSummary> {
  const path = databasePath(options.home);
  makeFolder(options.home);
  const lock = await takeLock(
    join(options.home, 'advisories.lock'),
    (what) => options.progress?.say(what),
    options.signal,
  ); // prettier-ignore
  try {
    removeLeftovers(options.home);
    if (lock.waited && isFresh(path) && !options.fresh && options.only === undefined) {
      return { path, results: [], changed: false, byAnother: true };
    }
    return await update(path, options);
  } finally {
    lock.release();
  }
}

const JUST_NOW_MS = 60_000;

function isFresh(path: string): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat !== undefined && Date.now() - stat.mtimeMs < JUST_NOW_MS;
}

const DOWNLOAD_DAYS = 7;

/** What killed runs left: half-built and unpacked databases at once, parts of downloads when nobody came back for them. */
function removeLeftovers(home: string): void {
  for (const name of readdirSync(home)) {
    if (name.startsWith('advisories.db.building')) rmSync(join(home, name), { force: true });
  }
  const downloads = join(home, 'downloads');
  if (!existsSync(downloads)) return;
  for (const name of readdirSync(downloads)) {
    const stat = statSync(join(downloads, name), { throwIfNoEntry: false });
    const old = stat !== undefined && Date.now() - stat.mtimeMs > DOWNLOAD_DAYS * 86_400_000;
    if (old || name.endsWith('.folder') || name.startsWith(UNPACKED))
      rmSync(join(downloads, name), { recursive: true, force: true });
  }
}

async function update(path: string, options: UpdateOptions): Promise<UpdateSummary> {
  const progress = options.progress ?? silent;
  const place =
    options.from === undefined || options.from === 'publishers' ? publishers : mirror(options.from, options.http);
  const wanted = await documents(place, options);
  if (wanted.length === 0)
    throw new PlimsollError('config', 'no feed is left to take', { hint: 'see feeds in the configuration file' });
  const building = `${path}.building-${process.pid}`;
  const writer = begin(path, building, options, progress);
  try {
    const taken = await takeAll(wanted, writer, place, options, progress);
    const results = [...taken, ...(await askPackageIndex(taken, writer, options, progress))];
    const usable = results.filter(({ kind }) => kind !== 'failed');
    if (usable.length === 0) throw nothing(results, place);
    const changed = results.some(({ kind }) => kind === 'updated');
    // Seconds within SQLite: a signal cuts them off, and the next run clears away what is half-built.
    cutOffBySignals(() => writer.finish(`${new Date().toISOString().slice(0, 19)}Z`, changed));
    writer.close();
    if (changed) cutOffBySignals(() => compact(building));
    swap(building, path);
    return { path, results, changed };
  } catch (error) {
    writer.close();
    removeBuilding(building);
    throw full(error, path);
  }
}

function removeBuilding(building: string): void {
  for (const end of ['', '-journal', '-wal', '-shm']) rmSync(building + end, { force: true });
}

/** SQLite says "database or disk is full" in its own words. */
function full(error: unknown, path: string): unknown {
  const { code, message = '' } = error as { code?: string; message?: string };
  if (
    error instanceof PlimsollError ||
    !(code === 'SQLITE_FULL' || code === 'ENOSPC' || /disk is full|disk I\/O error/i.test(message))
  ) {
    return asPlimsollError(error, 'internal', path);
  }
  return new PlimsollError('io', 'no room on the disk to build the database', {
    where: dirname(path),
    hint: 'the old one stays in service; free some space, or set PLIMSOLL_HOME to another disk',
    cause: error,
  });
}

function nothing(results: readonly DocumentResult[], place: FeedPlace): PlimsollError {
  const first = results.find((result) => result.kind === 'failed');
  const why = first?.kind === 'failed' ? `: ${first.name}: ${first.reason}` : '';
  return new PlimsollError('feed', `no feed could be had${why}`, {
    where: place.name,
    hint:
      results.length === 0
        ? 'is this a folder or address laid out as docs/database.md says?'
        : 'the database stays as it was',
  });
}

/** A copy of the database to work on, or an empty one where there is none that can be gone on with. */
function begin(path: string, building: string, { fresh }: UpdateOptions, progress: Progress): Writer {
  removeBuilding(building);
  let isNew = fresh === true || !existsSync(path);
  if (!isNew) {
    try {
      isNew = readHeader(path).schema !== SCHEMA;
      if (checkSum(path) === 'damaged')
        throw new PlimsollError(
          'database-damaged',
          'the advisory database is damaged: its bytes are not those that were written',
        );
    } catch (error) {
      progress.say(`${asPlimsollError(error, 'database-damaged').message}: building it anew`);
      isNew = true;
    }
  }
  try {
    if (!isNew) copyFileSync(path, building, constants.COPYFILE_FICLONE);
    return openWriter(building, isNew);
  } catch (error) {
    removeBuilding(building);
    if (isNew || (error as NodeJS.ErrnoException).code === 'ENOSPC') throw full(error, path);
    progress.say('the database cannot be gone on with: building it anew');
    return openWriter(building, true);
  }
}

async function documents(
  place: FeedPlace,
  { settings = {}, only: asked, feeds = allFeeds }: UpdateOptions,
): Promise<readonly Wanted[]> {
  const wanted: Wanted[] = [];
  const names = new Set<string>();
  const only = asked?.map((name) => SHORT_NAMES.get(name) ?? name);
  for (const feed of feeds) {
    for (const source of await feed.sources(place.listed)) {
      names.add(feed.name).add(source.name);
      if (only !== undefined && !only.includes(feed.name) && !only.includes(source.name)) continue;
      const found = settingOf(settings, feed.name, source);
      if (found?.setting.enabled === false) continue;
      const isAsked = only !== undefined || found?.setting.enabled === true || found?.setting.url !== undefined;
      if (place === publishers && !feed.byDefault && !isAsked) continue;
      const location =
        found?.setting.url === undefined
          ? place.locate(source)
          : settingLocation(found.setting.url, found.exact, feed.name, source);
      if (location !== undefined) wanted.push({ feed, source, location });
    }
  }
  const strange = only?.find((name) => !names.has(name));
  if (strange === undefined) return wanted;
  const near = nearest(strange, [...names]);
  throw new PlimsollError('usage', `no feed or document is called "${strange}"`, {
    hint: `${near === undefined ? '' : `did you mean ${near}? `}the feeds are ${feeds.map(({ name }) => name).join(', ')}`,
  });
}

/** Downloads run ahead side by side, reading goes one after the other in a fixed order: the result depends on nothing else. */
async function takeAll(
  wanted: readonly Wanted[],
  writer: Writer,
  place: FeedPlace,
  options: UpdateOptions,
  progress: Progress,
): Promise<readonly DocumentResult[]> {
  const stop = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal;
  const overall = progress.task('Advisory feeds', { total: wanted.length });
  const pending = schedule(
    wanted,
    ({ location }) => hostOf(location),
    (item) => fetchOne(item, writer, { ...options, signal }, progress),
  ); // prettier-ignore
  const results: DocumentResult[] = [];
  try {
    for (const [index, item] of wanted.entries()) {
      const started = performance.now();
      const result = await takeOne(item, await pending.result(index), writer, options, progress);
      if (result !== undefined) results.push({ ...result, milliseconds: Math.round(performance.now() - started) });
      overall.add(1);
      options.signal?.throwIfAborted();
    }
    return results;
  } catch (error) {
    if (options.signal?.aborted)
      throw new PlimsollError('interrupted', 'interrupted; the database stays as it was', { cause: error });
    throw error;
  } finally {
    stop.abort();
    await pending.settled();
    overall.done(place.name);
  }
}

const hostOf = (location: Location): string => (location.kind === 'url' ? new URL(location.url).host : '');

/** The end of a document's name, by which its kind is checked: `.json.gz`, `.zip`, or `/` for a folder. */
function suffixOf({ path }: FeedSource): string {
  return path.endsWith('/') ? '/' : (/(?:\.json|\.csv|\.txt|\.tar)?\.[a-z0-9]+$/.exec(path)?.[0] ?? '');
}

async function fetchOne(
  { feed, source, location }: Wanted,
  writer: Writer,
  options: UpdateOptions,
  progress: Progress,
): Promise<Fetched | Error> {
  const row = writer.feed(source.name);
  // What another version of the parser read is read again, changed or not.
  const known = row?.version === feed.version && row.plugin === feed.name ? row : undefined;
  const task = location.kind === 'url' ? progress.task(`Fetching ${source.name}`, { unit: 'bytes' }) : undefined;
  try {
    return await fetchDocument(location, suffixOf(source), {
      http: options.http,
      downloads: join(options.home, 'downloads'),
      ...(options.signal && { signal: options.signal }),
      ...(known && { known }),
      ...(task && { task }),
      ...(options.resumeMs !== undefined && { resumeMs: options.resumeMs }),
    });
  } catch (error) {
    return error as Error;
  } finally {
    task?.done();
  }
}

type Result<T> = T extends unknown ? Omit<T, 'milliseconds'> : never;

/** Undefined: the place does not have it, and we do not either. */
async function takeOne(
  item: Wanted,
  fetched: Fetched | Error,
  writer: Writer,
  options: UpdateOptions,
  progress: Progress,
): Promise<Result<DocumentResult> | undefined> {
  const { feed, source, location } = item;
  const { name } = source;
  const url = location.kind === 'url' ? location.url : location.path;
  const own = url === source.url;
  const failed = (reason: string): Result<DocumentResult> => {
    const kept = (writer.feed(name)?.records ?? 0) > 0;
    writer.fail(name, feed, url, reason);
    return { name, kind: 'failed', reason, kept };
  };
  if (fetched instanceof Error) {
    // A full disk or an interruption ends the whole update; what a host does only concerns its own feed.
    const error = asPlimsollError(fetched, 'internal');
    if (options.signal?.aborted || error.code === 'io' || error.code === 'interrupted' || error.code === 'internal')
      throw error;
    return failed(error.line);
  }
  if (fetched.kind === 'absent')
    return writer.feed(name) === undefined || feed.gathered
      ? undefined
      : failed(`it is not there any more: ${fetched.reason}`);
  if (fetched.kind === 'unchanged') {
    writer.confirm(name, `${new Date().toISOString().slice(0, 19)}Z`, { ...fetched.stamp, own });
    return { name, kind: 'unchanged' };
  }
  const task = progress.task(`Reading ${name}`, { unit: 'records' });
  try {
    const document = localDocument(name, fetched.path, join(options.home, 'downloads'));
    const stamp = { ...fetched.stamp, own };
    const outcome = await writer.replace(feed, document, stamp, options.allowOlder ?? false, (records) =>
      task.add(records),
    );
    return { name, kind: 'updated', ...outcome };
  } catch (error) {
    if (!(error instanceof PlimsollError) && !(error instanceof SyntaxError)) throw error;
    if (error instanceof PlimsollError && (error.code === 'io' || error.code === 'interrupted')) throw error;
    return failed(asPlimsollError(error, 'feed').line);
  } finally {
    fetched.dispose();
    task.done();
  }
}
