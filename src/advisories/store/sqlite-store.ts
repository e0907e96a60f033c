import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { PlimsollError } from '../../errors.ts';
import type { DatabaseInfo, FeedInfo } from '../../model.ts';
import { compareText } from '../../versions/order.ts';
import { statementsById } from './by-id.ts';
import { readDataDates } from './data-dates.ts';
import { distributionReader } from './distributions.ts';
import { preferPrimary } from './documents.ts';
import { expandRow } from './expand.ts';
import { checkSum } from './file-sum.ts';
import { readHeader } from './header.ts';
import { isoDate } from './http-date.ts';
import { type RecordReader, recordReader } from './records.ts';
import { SCHEMA } from './schema.ts';
import { openSqlite, resourceError, type Sqlite } from './sqlite.ts';
import type { AdvisoryStore, Support } from './store.ts';
import type { StoredStatement } from './stored-statement.ts';
import { wheelReader } from './wheels.ts';

/** Where the database of a home folder lies. */
export function databasePath(home: string): string {
  return join(home, 'advisories.db');
}

/** The store over a database file, with what inspection needs besides. */
export interface SqliteStore extends AdvisoryStore {
  readonly sqlite: Sqlite;
  readonly records: RecordReader;
  /** Runs `work`; an error of SQLite or of a packed value is told as damage of the file. */
  guarded<T>(work: () => T): T;
}

/**
 * Opens the advisory database read-only. It may be replaced by an update while it is open: what was opened stays whole.
 * Throws `database-missing`, `database-damaged` (not a database, truncated, unreadable) or `unsupported` (a schema of
 * another version), each saying what to do.
 */
export function openStore(path: string): SqliteStore {
  if (!existsSync(path)) {
    throw new PlimsollError('database-missing', 'there is no advisory database yet', {
      where: path,
      hint: 'run: plimsoll db update (plimsoll scan fetches what its image needs by itself)',
    });
  }
  const { schema } = readHeader(path);
  if (schema !== SCHEMA) {
    const [age, hint] = schema > SCHEMA ? ['newer', 'update plimsoll'] : ['older', 'run: plimsoll db update'];
    throw new PlimsollError(
      'unsupported',
      `the advisory database has the ${age} schema ${schema}, this program reads ${SCHEMA}`,
      {
        where: path,
        hint,
      },
    );
  }
  const guarded = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      if (error instanceof PlimsollError || error instanceof TypeError || error instanceof ReferenceError) throw error;
      throw resourceError(error, path) ?? damaged(path, (error as Error).message, error);
    }
  };
  const state = checkSum(path);
  if (state === 'damaged') throw damaged(path, 'its bytes are not those that were written');
  return guarded(() => storeOver(openSqlite(path, state === 'whole' ? 'immutable' : 'untrusted'), path, guarded));
}

/** Whether an older version of this program left the database: nobody reads it any more, it has to be made anew. Throws `database-damaged`. */
export const isOutdated = (path: string): boolean => existsSync(path) && readHeader(path).schema < SCHEMA;

/** A file that cannot be read as it should. */
function damaged(path: string, what: string, cause?: unknown): PlimsollError {
  return new PlimsollError('database-damaged', `the advisory database is damaged: ${what}`, {
    where: path,
    hint: 'delete it and run: plimsoll db update',
    ...(cause !== undefined && { cause }),
  });
}

/** What guards a file that is being written here: nobody else can have damaged it. */
const trusted: SqliteStore['guarded'] = (work) => work();

/**
 * The store over an open file, which is told to be `path`.
 * Long because it is one value: each member is a question to the same file.
 */
export function storeOver(sqlite: Sqlite, path: string, guarded = trusted): SqliteStore {
  const info = readInfo(sqlite, path);
  const namespaces = new Map(
    sqlite
      .query('SELECT name, id FROM namespaces')
      .all([])
      .map(([name, id]) => [String(name), Number(id)]),
  );
  const feeds = new Map(
    sqlite
      .query('SELECT id, name, plugin FROM feeds')
      .all([])
      .map(([id, name, plugin]) => [Number(id), { name: String(name), plugin: String(plugin) }]),
  );
  const records = recordReader(sqlite, feeds);
  const distribution = distributionReader(sqlite);
  const wheels = wheelReader(sqlite);
  const single = new Set(
    sqlite
      .query('SELECT namespace FROM covers GROUP BY namespace HAVING count(*) = 1')
      .all([])
      .map(([namespace]) => Number(namespace)),
  );
  const select = sqlite.query('SELECT feed, data FROM statements WHERE namespace = ? AND package = ?');
  const statements = (number: number, namespace: string, name: string): readonly StoredStatement[] => {
    const statements: StoredStatement[] = [];
    const rows = single.has(number) ? rowsOf(select.get([number, name])) : select.all([number, name]);
    const documents = rows.map(([feed, data]) => ({ data, feed: feeds.get(Number(feed))?.name ?? '?' }));
    // Documents are numbered as they came, which is not the same in two files of the same contents.
    if (documents.length > 1) documents.sort((a, b) => compareText(a.feed, b.feed));
    for (const { feed, data } of documents) expandRow(data, { namespace, package: name, feed, records }, statements);
    return preferPrimary(statements, (primary, secondary) => primary.complete(secondary));
  };
  const names = new Map([...namespaces].map(([name, number]) => [number, name]));
  const byId = statementsById(
    sqlite,
    ({ namespace, package: name }) => statements(namespace, names.get(namespace) ?? '?', name),
    records.members,
  );
  return {
    info,
    answersAs: info.digest,
    sqlite,
    records,
    guarded,
    covers: (namespace) => namespaces.has(namespace),
    feedsOn: (namespace) => guarded(() => feedsOn(sqlite, namespaces.get(namespace))),
    statements: (namespace, name) =>
      guarded(() => {
        const number = namespaces.get(namespace);
        return number === undefined ? [] : statements(number, namespace, name);
      }),
    statementsById: (id) => guarded(() => byId(id)),
    vulnerability: (id) => guarded(() => records.vulnerability(id)),
    aliases: (id) => guarded(() => records.members(id).filter((member) => member !== id)),
    release: (namespace) => guarded(() => readSupport(sqlite, namespace)),
    distribution: (name) => guarded(() => distribution(name)),
    wheels: (module) => guarded(() => wheels(module)),
    close: () => sqlite.close(),
  };
}

/** The only row of a package, where one document alone speaks of its namespace: that is quicker to get. */
const rowsOf = (row: readonly unknown[] | undefined): readonly (readonly unknown[])[] =>
  row === undefined ? [] : [row];

function feedsOn(sqlite: Sqlite, namespace: number | undefined): readonly string[] {
  if (namespace === undefined) return [];
  const query = 'SELECT name FROM covers JOIN feeds ON feeds.id = covers.feed WHERE namespace = ? ORDER BY name';
  return sqlite
    .query(query)
    .all([namespace])
    .map(([name]) => String(name));
}

function readSupport(sqlite: Sqlite, namespace: string): Support | undefined {
  const row = sqlite.query('SELECT released, eol, extended FROM releases WHERE namespace = ?').get([namespace]);
  if (row === undefined) return undefined;
  const [released, endOfLife, endOfExtendedLife] = row.map((value) => (typeof value === 'string' ? value : undefined));
  return {
    ...(released && { released }),
    ...(endOfLife && { endOfLife }),
    ...(endOfExtendedLife && { endOfExtendedLife }),
  };
}

function readInfo(sqlite: Sqlite, path: string): DatabaseInfo {
  const meta = new Map(
    sqlite
      .query('SELECT key, value FROM meta')
      .all([])
      .map(([key, value]) => [String(key), String(value)]),
  );
  const feeds = readFeeds(sqlite);
  return {
    path,
    schema: SCHEMA,
    built: meta.get('checked') ?? meta.get('built') ?? '1970-01-01T00:00:00Z',
    digest: meta.get('digest') ?? '',
    records: feeds.reduce((sum, { records }) => sum + records, 0),
    feeds,
  };
}

function readFeeds(sqlite: Sqlite): readonly FeedInfo[] {
  const dates = readDataDates(sqlite);
  const rows = sqlite
    .query(
      'SELECT name, records, published, fetched, url, rejected, examples, error, last_modified, id, version FROM feeds ORDER BY name',
    )
    .all([]);
  const optional = (key: string, value: unknown) => (typeof value === 'string' && value !== '' ? { [key]: value } : {});
  return rows.map(([name, records, published, fetched, url, rejected, examples, error, lastModified, id, version]) => ({
    name: String(name),
    records: Number(records),
    ...(dates.get(Number(id)) ?? optional('dataDate', published ?? isoDate(lastModified))),
    ...optional('checked', fetched),
    ...optional('url', url),
    ...(!Number.isInteger(Number(version)) && { partly: true as const }),
    ...(Number(rejected) > 0 && { rejected: Number(rejected) }),
    ...(typeof examples === 'string' && { rejectedExamples: JSON.parse(examples) as readonly string[] }),
    ...optional('error', error),
  }));
}
