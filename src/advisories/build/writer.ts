import { heardThenCutOff } from '../../interruption.ts';
import type { RecordedDistribution } from '../distribution.ts';
import type { Feed, FeedDocument } from '../feeds/index.ts';
import {
  type AdvisoryStore,
  APPLICATION_ID,
  allDistributions,
  allWheels,
  confirmDataDate,
  DATA_DATES,
  DISTRIBUTIONS,
  fixedIn,
  openSqlite,
  PAGE_BYTES,
  PARTLY,
  SCHEMA,
  type Sqlite,
  storeOver,
  TABLES,
  WHEELS,
  writeDataDate,
} from '../store/index.ts';
import type { RecordedWheels } from '../wheels.ts';
import { deriveIds, finish } from './derive.ts';
import { digestOfPart, type FeedRow, feedId, feedRow, refuseLess, refuseOlder, type Stamp } from './feed-row.ts';
import { createIntake, type Intake, type Writing } from './intake.ts';
import { readItems } from './read-items.ts';

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
  /** What is known of the files of wheels, by distribution and import package. */
  wheels(): Iterable<RecordedWheels>;
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
  sqlite.exec(DISTRIBUTIONS + WHEELS + DATA_DATES);
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
    wheels: () => allWheels(sqlite),
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

function clear(sqlite: Sqlite, id: number): void {
  for (const table of [
    'statements',
    'records',
    'contents',
    'covers',
    'releases',
    'distributions',
    'wheels',
    'data_dates',
  ]) {
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
    await readItems(feed.parse(document, ids), intake, progress);
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

/** Files a document in place of what was there; gives the number of statements. Of the largest this takes seconds; what is cut off was never in service. */
const filed = (sqlite: Sqlite, id: number, intake: Intake): Promise<number> =>
  heardThenCutOff(undefined, () => {
    clear(sqlite, id);
    return intake.commit(id);
  });
