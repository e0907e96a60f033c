import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { needFiles } from '../../bounded-file.ts';
import { PlimsollError } from '../../errors.ts';

type Value = string | number | null | Buffer;

/**
 * The part of better-sqlite3's interface that is used. Parameters go in as one array.
 */
interface Query {
  run(parameters: readonly Value[]): { readonly changes: number; readonly lastInsertRowid: number | bigint };
  get(parameters: readonly Value[]): readonly unknown[] | undefined;
  all(parameters: readonly Value[]): readonly (readonly unknown[])[];
  iterate(parameters: readonly Value[]): Iterable<readonly unknown[]>;
}

/** An open SQLite file; rows come as arrays. */
export interface Sqlite {
  query(sql: string): Query;
  exec(sql: string): void;
  close(): void;
}

interface Native {
  prepare(sql: string): Query & { raw(on?: boolean): Query; columns(): readonly unknown[] };
  exec(sql: string): void;
  close(): void;
}

const require = createRequire(import.meta.url);

/**
 * Opens a file for writing, or one that nobody writes to (`immutable`: no locks, no journal, works on read-only media;
 * `untrusted`: one whose bytes nobody vouches for, besides).
 * The native library is loaded here and by the cache of layers, when they are asked: `plimsoll --version` does without.
 */
export function openSqlite(path: string, mode: 'write' | 'immutable' | 'untrusted'): Sqlite {
  const Database = require('libsql') as new (name: string) => Native;
  const native = orResource(
    path,
    () => new Database(mode === 'write' ? path : `${pathToFileURL(path).href}?immutable=1`),
  );
  const queries = new Map<string, Query>();
  return {
    query(sql) {
      const known = queries.get(sql);
      if (known) return known;
      const query =
        mode === 'untrusted' && /^\s*(select|with)/i.test(sql) ? careful(native, sql) : createQuery(native, sql);
      queries.set(sql, query);
      return query;
    },
    exec: (sql) => native.exec(sql),
    close() {
      queries.clear();
      native.close();
    },
  };
}

/** Does what the system may have no means for: too many open files and their like are no damage of the file. Throws `io` for them. */
function orResource<T>(path: string, work: () => T): T {
  try {
    needFiles();
    return work();
  } catch (error) {
    throw resourceError(error, path) ?? error;
  }
}

/** SQLite's SQLITE_CANTOPEN (14), SQLITE_NOMEM (7), and what libsql says of the system. https://www.sqlite.org/rescode.html */
const NO_MEANS = /^EMFILE|\(os error \d+\)|unable to open (?:connection|database)|out of memory/i;

/** An error that speaks of the system and not of the file, as one of ours; undefined for any other. */
export function resourceError(error: unknown, path: string): PlimsollError | undefined {
  const message = error instanceof Error ? error.message : '';
  if (error instanceof PlimsollError || !NO_MEANS.test(message)) return undefined;
  const reason = /EMFILE|too many open files/i.test(message) ? 'too many files are open' : message;
  return new PlimsollError('io', `the database cannot be opened: ${reason}`, {
    where: path,
    hint: 'raise the limits of the process (ulimit -n), or check who may read and write there',
    cause: error,
  });
}

/**
 * A query that survives texts which are not UTF-8, as in a damaged or hostile file: libsql ends the whole process for one
 * (its `value.rs` unwraps). Texts are asked for as bytes, each column behind its type.
 */
function careful(native: Native, sql: string): Query {
  const names = native
    .prepare(sql)
    .columns()
    .map((_, at) => `c${at}`);
  const columns = names.flatMap((name) => [
    `typeof(${name})`,
    `CASE typeof(${name}) WHEN 'text' THEN CAST(${name} AS BLOB) ELSE ${name} END`,
  ]);
  const query = createQuery(
    native,
    `WITH untrusted(${names.join(', ')}) AS (${sql}) SELECT ${columns.join(', ')} FROM untrusted`,
  );
  const row = (cells: readonly unknown[]): readonly unknown[] =>
    names.map((_, at) => {
      const value = cells[2 * at + 1];
      return cells[2 * at] === 'text' ? Buffer.from(value as Uint8Array).toString('utf8') : value;
    });
  return {
    run: (parameters) => query.run(parameters),
    get(parameters) {
      const result = query.get(parameters);
      return result && row(result);
    },
    all: (parameters) => query.all(parameters).map(row),
    *iterate(parameters) {
      for (const cells of query.iterate(parameters)) yield row(cells);
    },
  };
}

/**
 * Two prepared statements for one text, made when they are needed: libsql answers `get` with a row of before on a statement that
 * `all` has run through.
 */
function createQuery(native: Native, sql: string): Query {
  const prepare = (): Query => {
    const prepared = native.prepare(sql);
    // raw() is refused on statements that give no rows.
    return /^\s*(select|pragma|with)/i.test(sql) ? prepared.raw(true) : prepared;
  };
  let single: Query | undefined;
  let many: Query | undefined;
  return {
    run(parameters) {
      single ??= prepare();
      return single.run(parameters);
    },
    get(parameters) {
      single ??= prepare();
      return single.get(parameters);
    },
    all(parameters) {
      many ??= prepare();
      return many.all(parameters);
    },
    iterate(parameters) {
      many ??= prepare();
      return many.iterate(parameters);
    },
  };
}

/** Whether a database has a table: those of other programs, and of older versions of this one, have not all. */
export const hasTable = (sqlite: Sqlite, name: string): boolean =>
  sqlite.query("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?").get([name]) !== undefined;
