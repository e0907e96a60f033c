import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import Database from 'libsql';
import { describe, expect, it } from 'vitest';
import { image, layer } from '../../../test/image.ts';
import { rpmHeaderBlobs } from '../../formats/databases/rpm-database.ts';
import { rpmHeader } from '../../formats/databases/rpm-header.ts';
import { takeInventory } from '../../inventory/take.ts';

const bdb = gunzipSync(readFileSync(new URL('../../formats/fixtures/rpm-packages-le.bdb.gz', import.meta.url)));
const packages = [...rpmHeaderBlobs(bdb)].map((blob) => ({ blob, name: rpmHeader(blob).name }));
const listable = packages.filter(({ name }) => name !== 'gpg-pubkey');
const NAMES = listable.map(({ name }) => name).sort();

/** A database and its log, written by SQLite itself: what `write` does, and no more. */
function written(write: (database: InstanceType<typeof Database>, insert: (index: number) => void) => void) {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-wal-'));
  try {
    const path = join(folder, 'rpmdb.sqlite');
    const database = new Database(path);
    database.exec('PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0');
    database.exec('CREATE TABLE Packages (hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL)');
    write(database, (index) =>
      database.prepare('INSERT INTO Packages (hnum, blob) VALUES (?, ?)').run(index + 1, listable[index]!.blob),
    );
    const files = { database: readFileSync(path), log: readFileSync(`${path}-wal`) };
    database.close();
    return files;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Two packages in the database, two in the log only; behind them frames that an earlier log left, with other salts. */
const both = written((database, insert) => {
  for (const index of [0, 1]) insert(index);
  database.exec('PRAGMA wal_checkpoint(RESTART)');
  insert(2);
  insert(3);
});

const PATH = 'var/lib/rpm/rpmdb.sqlite';
const OS = { 'etc/os-release': 'ID=rocky\nVERSION_ID="9.2"\nPRETTY_NAME="Rocky Linux 9.2"\n' };
const listed = async (...layers: readonly Readonly<Record<string, Buffer | string>>[]) => {
  const { inventory } = await takeInventory(image(...layers.map((files) => layer(files))));
  return {
    packages: inventory.packages.flatMap(({ type, name }) => (type === 'rpm' ? [name] : [])).sort(),
    unknowns: inventory.unknowns.map(({ path, reason }) => `${path}: ${reason}`),
  };
};

describe('an rpm database with a write-ahead log', () => {
  it('is read with its log: as SQLite itself reads it', async () => {
    expect(await listed({ ...OS, [PATH]: both.database })).toMatchObject({ packages: asSqliteReads(both.database) });
    const { packages, unknowns } = await listed({ ...OS, [PATH]: both.database, [`${PATH}-wal`]: both.log });
    expect(packages).toEqual(NAMES);
    expect(unknowns).toEqual([]);
  });

  it('whichever layers both are in', async () => {
    const { packages } = await listed({ ...OS, [PATH]: both.database }, { [`${PATH}-wal`]: both.log });
    expect(packages).toEqual(NAMES);
    const hidden = await listed({ ...OS, [PATH]: both.database, [`${PATH}-wal`]: both.log }, { [`${PATH}-wal`]: '' });
    expect(hidden.packages).toEqual(asSqliteReads(both.database));
  });

  it('may be all in the log', async () => {
    const alone = written((_, insert) => [0, 1, 2, 3].forEach(insert));
    expect((await listed({ ...OS, [PATH]: alone.database, [`${PATH}-wal`]: alone.log })).packages).toEqual(NAMES);
  });

  it('a log cut off within its last transaction counts up to the one before, and that is told', async () => {
    for (const cut of [1, 700, 4_120]) {
      const torn = both.log.subarray(0, both.log.length - cut);
      const { packages, unknowns } = await listed({ ...OS, [PATH]: both.database, [`${PATH}-wal`]: torn });
      expect(packages).toEqual(asSqliteReads(both.database, torn));
      if (packages.length < NAMES.length) expect(unknowns.join()).toMatch(/ends within a transaction: \d+ pages/);
    }
  });

  it('any flipped byte of the log gives what SQLite itself reads then, or an error', async () => {
    for (let at = 0; at < both.log.length; at += Math.ceil(both.log.length / 25)) {
      const flipped = Buffer.from(both.log);
      flipped[at] = flipped[at]! ^ 0x10;
      const { packages } = await listed({ ...OS, [PATH]: both.database, [`${PATH}-wal`]: flipped });
      expect([at, packages]).toEqual([at, asSqliteReads(both.database, flipped)]);
    }
  });

  it('a log without its database, or of another page size, is told', async () => {
    const alone = await listed({ ...OS, [`${PATH}-wal`]: both.log });
    expect(alone.unknowns.join()).toMatch(/rpmdb\.sqlite-wal: /);
    const other = await listed({ ...OS, [PATH]: Buffer.from('no database at all'), [`${PATH}-wal`]: both.log });
    expect(other.unknowns.join()).toMatch(/rpmdb\.sqlite-wal: /);
  });
});

/** What SQLite makes of the two files. */
function asSqliteReads(database: Buffer, log = Buffer.alloc(0)): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-wal-'));
  try {
    writeFileSync(join(folder, 'x.sqlite'), database);
    writeFileSync(join(folder, 'x.sqlite-wal'), log);
    const opened = new Database(join(folder, 'x.sqlite'));
    const rows = opened.prepare('SELECT hnum FROM Packages ORDER BY hnum').all() as { hnum: number }[];
    opened.close();
    return rows.map(({ hnum }) => listable[hnum - 1]!.name).sort();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
