import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';

/** Lays header blobs into rpm's own "ndb" format, as rpmpkg.cc writes it: slot pages first, then blobs in 16-byte blocks. */
export function ndbOf(blobs: readonly Buffer[]): Buffer {
  const header = Buffer.alloc(4096);
  header.write('RpmP', 0, 'latin1');
  header.writeUInt32LE(0, 4);
  header.writeUInt32LE(1, 8); // generation
  header.writeUInt32LE(1, 12); // slot pages
  header.writeUInt32LE(blobs.length + 1, 16); // next package number
  for (let at = 32; at < 4096; at += 16) header.write('Slot', at, 'latin1');
  const parts = [header];
  let block = 4096 / 16;
  blobs.forEach((blob, index) => {
    const blocks = Math.ceil((16 + blob.length + 12) / 16);
    const body = Buffer.alloc(blocks * 16);
    body.write('BlbS', 0, 'latin1');
    body.writeUInt32LE(index + 1, 4);
    body.writeUInt32LE(1, 8);
    body.writeUInt32LE(blob.length, 12);
    blob.copy(body, 16);
    body.write('BlbE', body.length - 4, 'latin1');
    const slot = 32 + index * 16;
    header.writeUInt32LE(index + 1, slot + 4);
    header.writeUInt32LE(block, slot + 8);
    header.writeUInt32LE(blocks, slot + 12);
    parts.push(body);
    block += blocks;
  });
  return Buffer.concat(parts);
}

/** A SQLite database written by SQLite itself: runs the statements and hands back the file's bytes. */
export function sqliteOf(build: (database: InstanceType<typeof Database>) => void): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-sqlite-'));
  try {
    const path = join(folder, 'rpmdb.sqlite');
    const database = new Database(path);
    build(database);
    database.close();
    return readFileSync(path);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** rpm's SQLite database, with its schema. */
export const rpmSqliteOf = (blobs: readonly Buffer[]): Buffer =>
  sqliteOf((database) => {
    database.exec('CREATE TABLE Packages (hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL)');
    database.exec('CREATE TABLE Name (key TEXT NOT NULL, hnum INTEGER NOT NULL, idx INTEGER NOT NULL)');
    database.exec('CREATE INDEX Name_key_idx ON Name(key ASC)');
    const insert = database.prepare('INSERT INTO Packages (hnum, blob) VALUES (?, ?)');
    // A lone Buffer would be taken for named parameters.
    for (const [index, blob] of blobs.entries()) insert.run(index + 1, blob);
  });
