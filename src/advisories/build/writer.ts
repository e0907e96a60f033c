// Long because it is all that writes the database, beside the checks that guard it.
import { createHash } from 'node:crypto';
import { PlimsollError, printable } from '../../errors.ts';
import { heardThenCutOff } from '../../interruption.ts';
import type { RecordedDistribution } from '../distribution.ts';
import type { Feed, FeedDocument, FeedItem } from '../feeds/index.ts';
import {
  type AdvisoryStore,
  APPLICATION_ID,
  allDistributions,
  confirmDataDate,
  DATA_DATES,
  DISTRIBUTIONS,
  fixedIn,
  isoDate,
  openSqlite,
  PAGE_BYTES,
  PARTLY,
  SCHEMA,
  type Sqlite,
  storeOver,
  TABLES,
  writeDataDate,
} from '../store/index.ts';
import { deriveIds, finish } from './derive.ts';
import { createIntake, type Intake, type Writing } from './intake.ts';

/** What is remembered of a document, so that it is only read again when it changed. */
export interface Stamp {
  readonly url?: string;
  readonly etag?: string;
  readonly lastModified?: string;
  /** sha256 of its bytes. */
  readonly digest: string;
  readonly bytes: number;
  readonly fetched: string;
  /** It came from its publisher's own address. */
  readonly own?: boolean;
}

/** A document as the database knows it. */
export interface FeedRow {
  readonly id: number;
  readonly name: string;
  readonly plugin: string;
  readonly version: number;
  readonly url?: string;
  readonly etag?: string;
  readonly lastModified?: string;
  readonly digest?: string;
  readonly published?: string;
  readonly records: number;
}

/** What became of one document. */
export interface Outcome {
  readonly records: number;
  readonly statements: number;
  readonly rejected: number;
  readonly published?: string;
}

interface ReplaceOptions {
  /** Take a document that is older than the one there. */
  readonly allowOlder?: boolean;
  /** Only what it says of these vulnerabilities: the database does not have the document then. */
  readonly ids?: ReadonlySet<string>;
  readonly progress?: (records: number) => void;
}

/** Writes into a database file that nobody else reads yet. */
export interface Writer {
  feed(name: string): FeedRow | undefined;
  names(): readonly string[];
  /**
   * Reads a document and puts its statements in place of what the same document said before. When it cannot be read as a
   * whole, the error is thrown and what was there stays.
   */
  replace(feed: Feed, document: FeedDocument, stamp: Stamp, options?: ReplaceOptions): Promise<Outcome>;
  /** The document is what it was. */
  confirm(name: string, fetched: string, stamp?: Partial<Stamp>): void;
  /** The document could not be had or read: the reason is kept beside the data of last time. */
  fail(name: string, feed: Feed, url: string | undefined, reason: string): void;
  remove(name: string): void;
  /** Versions that statements of a namespace call fixed, by package. */
  fixedVersions(namespace: string): ReadonlyMap<string, ReadonlySet<string>>;
  /** What is there by now, for whoever has to know before it is complete; it ends with the writer. */
  store(): AdvisoryStore;
  /** What is recorded of Python distributions, by normalised name. */
  distributions(): Map<string, RecordedDistribution>;
  /** Derives what follows from all documents together (`changed`: any of them was replaced); the file is complete after it. */
  finish(built: string, changed: boolean): void;
  close(): void;
}

/** Opens a database for writing: a copy of the old one, or an empty file that gets its tables. */
export function openWriter(path: string, isNew: boolean): Writer {
  const sqlite = openSqlite(path, 'write');
  // The file is thrown away when anything goes wrong, so no journal has to protect it.
  sqlite.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536');
  if (isNew) {
    sqlite.exec(
      `PRAGMA page_size = ${PAGE_BYTES}; PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${SCHEMA}`,
    );
    sqlite.exec(TABLES);
  }
  sqlite.exec(DISTRIBUTIONS + DATA_DATES);
  sqlite.exec('BEGIN');
  const namespaces = new Map(
    sqlite
      .query('SELECT name, id FROM namespaces')
      .all([])
      .map(([name, id]) => [String(name), Number(id)]),
  );
  const writer: Writing = { sqlite, namespaces };
  return {
    feed: (name) => feedRow(sqlite, name),
    names: () =>
      sqlite
        .query('SELECT name FROM feeds ORDER BY name')
        .all([])
        .map(([name]) => String(name)),
    replace: (feed, document, stamp, options = {}) => replace(writer, feed, document, stamp, options),
    confirm: (name, fetched, stamp = {}) => confirm(sqlite, name, fetched, stamp),
    fail(name, feed, url, reason) {
      feedId(sqlite, name, feed);
      sqlite
        .query('UPDATE feeds SET error = ?, url = coalesce(?, url) WHERE name = ?')
        .run([reason, url ?? null, name]);
    },
    remove(name) {
      const row = feedRow(sqlite, name);
      if (row) clear(sqlite, row.id);
      sqlite.query('DELETE FROM feeds WHERE name = ?').run([name]);
    },
    fixedVersions: (namespace) => fixedVersions(sqlite, namespaces.get(namespace)),
    distributions: () => allDistributions(sqlite),
    store() {
      deriveIds(sqlite);
      return storeOver(sqlite, path);
    },
    finish: (built, changed) => finish(sqlite, built, changed),
    close: () => sqlite.close(),
  };
}

/** A document that is what it was, with what its host says of it now. */
function confirm(sqlite: Sqlite, name: string, fetched: string, stamp: Partial<Stamp>): void {
  sqlite
    .query(
      'UPDATE feeds SET fetched = ?, error = NULL, etag = coalesce(?, etag), last_modified = coalesce(?, last_modified), url = coalesce(?, url) WHERE name = ?',
    )
    .run([fetched, stamp.etag ?? null, stamp.lastModified ?? null, stamp.url ?? null, name]);
  const row = feedRow(sqlite, name);
  if (row !== undefined)
    confirmDataDate(sqlite, row.id, { checked: fetched, ...pick(row, 'lastModified'), ...pick(stamp, 'own') });
}

function fixedVersions(sqlite: Sqlite, namespace: number | undefined): Map<string, Set<string>> {
  const byPackage = new Map<string, Set<string>>();
  if (namespace === undefined) return byPackage;
  for (const [name, data] of sqlite
    .query('SELECT package, data FROM statements WHERE namespace = ? ORDER BY package')
    .iterate([namespace])) {
    const versions = fixedIn(data);
    if (versions.size > 0) byPackage.set(String(name), new Set([...(byPackage.get(String(name)) ?? []), ...versions]));
  }
  return byPackage;
}

/** A member, where it is there. */
function pick<T extends object, K extends keyof T>(from: T, key: K): { readonly [key in K]?: NonNullable<T[K]> } {
  const value = from[key];
  return value === undefined || value === null ? {} : ({ [key]: value } as { [key in K]: NonNullable<T[K]> });
}

function feedRow(sqlite: Sqlite, name: string): FeedRow | undefined {
  const row = sqlite
    .query('SELECT id, plugin, version, url, etag, last_modified, digest, published, records FROM feeds WHERE name = ?')
    .get([name]);
  if (!row) return undefined;
  const [id, plugin, version, url, etag, lastModified, digest, published, records] = row;
  const optional = (key: string, value: unknown) => (typeof value === 'string' ? { [key]: value } : {});
  return {
    id: Number(id),
    name,
    plugin: String(plugin),
    version: Number(version),
    ...optional('url', url),
    ...optional('etag', etag),
    ...optional('lastModified', lastModified),
    ...optional('digest', digest),
    ...optional('published', published),
    records: Number(records),
  };
}

function feedId(sqlite: Sqlite, name: string, feed: Feed): number {
  sqlite.query('INSERT OR IGNORE INTO feeds (name, plugin, version) VALUES (?, ?, 0)').run([name, feed.name]);
  return feedRow(sqlite, name)!.id;
}

function clear(sqlite: Sqlite, id: number): void {
  for (const table of ['statements', 'records', 'contents', 'covers', 'releases', 'distributions', 'data_dates']) {
    sqlite.query(`DELETE FROM ${table} WHERE feed = ?`).run([id]);
  }
}

async function replace(
  writing: Writing,
  feed: Feed,
  document: FeedDocument,
  stamp: Stamp,
  { allowOlder = false, ids, progress = () => {} }: ReplaceOptions,
): Promise<Outcome> {
  const { sqlite } = writing;
  const old = feedRow(sqlite, document.name);
  const intake = createIntake(writing);
  try {
    await readAll(feed.parse(document, ids), intake, progress);
    const published = intake.published();
    if (!allowOlder && old !== undefined) {
      refuseOlder(old, published, stamp);
      refuseLess(old, intake.counts.records);
    }
    const id = feedId(sqlite, document.name, feed);
    const statements = await filed(sqlite, id, intake);
    const { counts, examples } = intake;
    sqlite
      .query(
        `UPDATE feeds SET plugin = ?, version = ?, url = ?, etag = ?, last_modified = ?, digest = ?, bytes = ?, published = ?,
         fetched = ?, records = ?, statements = ?, rejected = ?, examples = ?, error = NULL WHERE id = ?`,
      )
      .run([
        feed.name,
        feed.version + (ids === undefined ? 0 : PARTLY),
        stamp.url ?? null,
        stamp.etag ?? null,
        stamp.lastModified ?? null,
        ids === undefined ? stamp.digest : digestOfPart(stamp.digest, ids),
        stamp.bytes,
        published ?? null,
        stamp.fetched,
        counts.records,
        statements,
        counts.rejected,
        examples.length === 0 ? null : JSON.stringify(examples),
        id,
      ]); // prettier-ignore
    writeDataDate(sqlite, id, {
      ...intake.dates(),
      checked: stamp.fetched,
      ...pick(stamp, 'lastModified'),
      ...pick(stamp, 'own'),
    });
    return {
      records: counts.records,
      statements,
      rejected: counts.rejected,
      ...(published !== undefined && { published }),
    };
  } catch (error) {
    intake.abandon();
    throw error;
  }
}

/** What is known of a part is the part: the same document read for other ids gives other answers. */
const digestOfPart = (digest: string, ids: ReadonlySet<string>): string =>
  createHash('sha256')
    .update(`${digest} ${[...ids].sort().join(' ')}`)
    .digest('hex');

/** Going back is refused by the date that the publisher gives; where it gives none, by the host's for the same address. */
function refuseOlder(old: FeedRow, published: string | undefined, stamp: Stamp): void {
  const stated = old.published !== undefined && published !== undefined;
  const [before, now] = stated
    ? [old.published, published]
    : old.published === undefined && published === undefined && old.url === stamp.url
      ? [isoDate(old.lastModified), isoDate(stamp.lastModified)]
      : [];
  if (before === undefined || now === undefined || now >= before) return;
  throw new PlimsollError('feed', `it is of ${now}, older than the ${before} in the database`, {
    hint: 'pass --allow-older to take it all the same',
  });
}

/** Documents of fewer records may lose most of them for good reason. */
const MANY_RECORDS = 100;

/** Publishers withdraw records, they do not lose half of them: a text cut in two at a line shows no other way. */
function refuseLess(old: FeedRow, records: number): void {
  if (old.records < MANY_RECORDS || records * 2 >= old.records) return;
  throw new PlimsollError('feed', `it holds ${records} records, last time ${old.records}: it may be cut off`, {
    hint: 'pass --allow-older to take it all the same',
  });
}

/** Progress is told in such steps. */
const PROGRESS_RECORDS = 500;

/** What of the machine, not of the document, stops a feed from being read. */
const MACHINE = new Set(['ENOSPC', 'EDQUOT', 'EFBIG', 'ENOMEM', 'EMFILE', 'SQLITE_FULL', 'ABORT_ERR']);

/** Whatever a document makes its reader throw is that feed's failure and no other's. */
async function* ownFailures(items: AsyncIterable<FeedItem>): AsyncGenerator<FeedItem> {
  const iterator = items[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await iterator.next().catch((error: unknown) => {
        if (error instanceof PlimsollError || MACHINE.has(String((error as NodeJS.ErrnoException).code))) throw error;
        throw new PlimsollError('feed', printable((error as Error).message, 300), { cause: error });
      });
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    await iterator.return?.();
  }
}

/** Files a document in place of what was there; gives the number of statements. Of the largest this takes seconds; what is cut off was never in service. */
const filed = (sqlite: Sqlite, id: number, intake: Intake): Promise<number> =>
  heardThenCutOff(undefined, () => {
    clear(sqlite, id);
    return intake.commit(id);
  });

/** How long the thread may be kept before others get their turn, and how often that is looked at. */
const TURN_MS = 40;
const ITEMS_BETWEEN_LOOKS = 64;

async function readAll(
  parsed: AsyncIterable<FeedItem>,
  intake: Intake,
  progress: (records: number) => void,
): Promise<void> {
  let turn = performance.now();
  let items = 0;
  for await (const item of ownFailures(parsed)) {
    // Records are handed over without the thread ever being free: signals and timers would wait for the end of the document.
    if (++items % ITEMS_BETWEEN_LOOKS === 0 && performance.now() - turn > TURN_MS) {
      await new Promise((resolve) => setImmediate(resolve));
      turn = performance.now();
    }
    if (item.kind === 'statement') intake.statement(item.statement);
    else if (item.kind === 'record') intake.record(item.record);
    else if (item.kind === 'counted') {
      intake.counts.records += item.records ?? 1;
      if (intake.counts.records % PROGRESS_RECORDS === 0) progress(PROGRESS_RECORDS);
    } else if (item.kind === 'rejected') intake.reject(item.id, item.reason);
    else if (item.kind === 'published') intake.date(item.date, true);
    else if (item.kind === 'until') intake.until(item.date);
    else if (item.kind === 'covers') intake.covers(item.namespace);
    else if (item.kind === 'release') intake.release(item.release);
    else intake.distribution(item.distribution);
  }
  const { records, rejected } = intake.counts;
  if (records === 0) throw new PlimsollError('feed', 'it holds no records');
  if (rejected >= records || (rejected > 10 && rejected * 2 > records)) {
    throw new PlimsollError('feed', `${rejected} of its ${records} records cannot be read (${intake.examples[0]})`);
  }
}
