import { berkeleyHashValues, isBerkeleyHash } from './berkeley-db.ts';
import { isNdb, ndbBlobs } from './rpm-ndb.ts';
import { isSqlite, sqlite } from './sqlite.ts';
import type { SqliteLog } from './sqlite-log.ts';

/** Which of rpm's three databases the bytes are. */
type RpmDatabaseKind = 'bdb' | 'ndb' | 'sqlite';

/** Recognises a database by its first bytes: `Packages`, `Packages.db` or `rpmdb.sqlite`. */
export function rpmDatabaseKind(head: Buffer): RpmDatabaseKind | undefined {
  if (isSqlite(head)) return 'sqlite';
  if (isNdb(head)) return 'ndb';
  if (isBerkeleyHash(head)) return 'bdb';
  return undefined;
}

/**
 * The header blobs of all installed packages, whatever the database. Throws an `Error` when it is none of the three or
 * where it is damaged (what came before stands).
 */
export function* rpmHeaderBlobs(bytes: Buffer): Generator<Buffer> {
  const kind = rpmDatabaseKind(bytes);
  if (kind === 'sqlite') yield* sqliteBlobs(bytes);
  else if (kind === 'ndb') yield* ndbBlobs(bytes);
  else if (kind === 'bdb') yield* berkeleyBlobs(bytes);
  else throw new Error('not an rpm database');
}

/**
 * The header blobs of rpm's SQLite database, with what its log holds. Errors as `rpmHeaderBlobs`.
 * https://github.com/rpm-software-management/rpm/blob/master/lib/backend/sqlite.cc: Packages(hnum INTEGER PRIMARY KEY, blob BLOB)
 */
export function* sqliteBlobs(bytes: Buffer, log?: SqliteLog): Generator<Buffer> {
  const database = sqlite(bytes, log);
  const table = database.tables.find(({ name }) => name === 'Packages');
  if (table === undefined) throw new Error('the rpm database has no table Packages');
  for (const { values } of database.rows(table)) {
    const blob = values[1];
    if (Buffer.isBuffer(blob)) yield blob;
  }
}

/** Keys are package numbers; number 0 holds the next free number instead of a header. */
function* berkeleyBlobs(bytes: Buffer): Generator<Buffer> {
  for (const { key, value } of berkeleyHashValues(bytes)) {
    if (key.length === 4 && key.readUInt32LE(0) === 0) continue;
    if (value.length >= 16) yield value;
  }
}
