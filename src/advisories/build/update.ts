import { constants, copyFileSync, existsSync, readdirSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { FeedSetting } from '../../config.ts';
import { asPlimsollError, PlimsollError } from '../../errors.ts';
import { makeFolder } from '../../home.ts';
import { heardThenCutOff } from '../../interruption.ts';
import type { Http } from '../../network/http.ts';
import { isOrphan } from '../../orphans.ts';
import { type Progress, silent } from '../../progress.ts';
import type { Feed, FeedSource } from '../feeds/index.ts';
import { UNPACKED } from '../feeds/index.ts';
import {
  type AdvisoryStore,
  checkSum,
  databasePath,
  type FeedPlace,
  isSound,
  type Location,
  mirror,
  publishers,
  readHeader,
  SCHEMA,
} from '../store/index.ts';
import { compact } from './derive.ts';
import type { DocumentResult } from './document-result.ts';
import { documents, takeAll } from './documents.ts';
import { askPackageIndex, type IndexAsker } from './gather.ts';
import { askForWheels, wantsWheels } from './gather-wheels.ts';
import { takeLock } from './lock.ts';
import { clearParts, PACKED } from './part.ts';
import { swap } from './swap.ts';
import { openWriter, type Writer } from './writer.ts';

export interface UpdateOptions {
  /** The folder of the database: `home()`. */
  readonly home: string;
  readonly http: Http;
  /** `publishers` (default), or a mirror: an address or a folder. */
  readonly from?: string;
  /** Other addresses for single feeds, and feeds that are not wanted: `feeds` of the configuration file. */
  readonly settings?: Readonly<Record<string, FeedSetting>>;
  /** Only these feeds or documents (`nvd`, `osv/PyPI`). */
  readonly only?: readonly string[];
  /** Documents of which only a part is wanted. */
  readonly rating?: PartialReading;
  /**
   * Asked each time that statements have been read, with a store over what is there by then: which documents they make necessary
   * besides. These are fetched while the rest is still being read, and read after it, for what was said last of their vulnerabilities.
   */
  readonly follow?: (store: AdvisoryStore) => Promise<Following>;
  /** Begin with an empty database. */
  readonly fresh?: boolean;
  /** Take a document that is older than the one the database has. */
  readonly allowOlder?: boolean;
  readonly progress?: Progress;
  readonly signal?: AbortSignal;
  /** For tests: other feeds, shorter waits before broken downloads are taken up again, less that they may have together. */
  readonly feeds?: readonly Feed[];
  readonly resumeMs?: number;
  readonly maxBytes?: number;
  /** The package index that is asked what Python distributions it has, unless a mirror says so or the settings forbid it. */
  readonly pythonIndex?: () => Promise<IndexAsker | undefined>;
}

/**
 * Of these documents only what they say of these vulnerabilities, whatever the package: a scan that wants to know how bad a handful
 * is need not read, pack and sort a whole year of NVD. Such a document counts as not held by whoever wants it whole.
 */
export interface PartialReading {
  readonly documents: ReadonlySet<string>;
  readonly ids: ReadonlySet<string>;
}

/** Documents that others have made necessary. */
export interface Following {
  readonly only: readonly string[];
  readonly rating?: PartialReading;
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
export interface Wanted {
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
  return stat !== undefined && Math.abs(Date.now() - stat.mtimeMs) < JUST_NOW_MS;
}

/** What killed runs left: half-built and unpacked databases at once, parts of downloads when nobody can or does come back for them. */
function removeLeftovers(home: string): void {
  for (const name of readdirSync(home)) {
    if (name.startsWith('advisories.db.building')) rmSync(join(home, name), { force: true });
  }
  const downloads = join(home, 'downloads');
  const isLeftover = (name: string): boolean =>
    name.endsWith('.folder') || name.startsWith(UNPACKED) || isOrphan(name, PACKED);
  if (existsSync(downloads)) clearParts(downloads, isLeftover);
}

async function update(path: string, options: UpdateOptions): Promise<UpdateSummary> {
  const progress = options.progress ?? silent;
  const place =
    options.from === undefined || options.from === 'publishers' ? publishers : mirror(options.from, options.http);
  const wanted = await documents(place, options);
  if (wanted.length === 0 && !wantsWheels(options))
    throw new PlimsollError('config', 'no feed is left to take', { hint: 'see feeds in the configuration file' });
  const building = `${path}.building-${process.pid}`;
  const writer = begin(path, building, options, progress);
  try {
    const taken = await takeAll(wanted, writer, place, options, progress);
    const asked = await askPackageIndex(taken, writer, options, progress);
    const results = [...taken, ...asked, ...(await askForWheels(taken, writer, options, progress))];
    const usable = results.filter(({ kind }) => kind !== 'failed');
    if (usable.length === 0) throw nothing(results, place, path);
    const changed = results.some(({ kind }) => kind === 'updated');
    // Seconds within SQLite: a signal cuts them off, and the next run clears away what is half-built.
    await heardThenCutOff(options.signal, () => writer.finish(`${new Date().toISOString().slice(0, 19)}Z`, changed));
    writer.close();
    if (changed) await heardThenCutOff(options.signal, () => compact(building));
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
    hint: `${existsSync(path) ? 'the old one stays in service; ' : ''}free some space, or set PLIMSOLL_HOME to another disk`,
    cause: error,
  });
}

function nothing(results: readonly DocumentResult[], place: FeedPlace, path: string): PlimsollError {
  const first = results.find((result) => result.kind === 'failed');
  const why = first?.kind === 'failed' ? `: ${first.name}: ${first.reason}` : '';
  return new PlimsollError('feed', `no feed could be had${why}`, {
    where: place.name,
    hint:
      results.length === 0
        ? 'is this a folder or address laid out as docs/database.md says?'
        : existsSync(path)
          ? 'the database stays as it was'
          : 'no database was made; is there a proxy (HTTPS_PROXY) or a mirror (--feeds) to go by?',
  });
}

/** Docker makes a folder of a file that it is to mount and that is not there. An empty one is taken away; of any other nothing is. */
function makeWay(path: string): void {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
  try {
    rmdirSync(path);
  } catch (cause) {
    throw new PlimsollError('database-damaged', 'a folder is in the place of the advisory database', {
      where: path,
      hint: 'move it away, then run: plimsoll db update',
      cause,
    });
  }
}

/** A copy of the database to work on, or an empty one where there is none that can be gone on with. */
function begin(path: string, building: string, { fresh }: UpdateOptions, progress: Progress): Writer {
  removeBuilding(building);
  makeWay(path);
  let isNew = fresh === true || !existsSync(path);
  if (!isNew) {
    try {
      const { schema } = readHeader(path);
      isNew = schema !== SCHEMA;
      if (isNew)
        progress.say(`the advisory database has schema ${schema}, this program writes ${SCHEMA}: building it anew`);
      const state = checkSum(path);
      if (state === 'damaged' || (state === 'unknown' && !isSound(path)))
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

export type Result<T> = T extends unknown ? Omit<T, 'milliseconds'> : never;
