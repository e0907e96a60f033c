import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ndbOf, rpmSqliteOf, sqliteOf } from '../../../test/rpm-databases.ts';
import { berkeleyHashValues } from './berkeley-db.ts';
import { rpmDatabaseKind, rpmHeaderBlobs } from './rpm-database.ts';
import { rpmHeader } from './rpm-header.ts';
import { sqlite } from './sqlite.ts';

// Built by rpmbuild and rpm 4.18, the headers carried into a Berkeley DB by db_load 5.3 in both byte orders.
const fixture = (order: 'le' | 'be'): Buffer =>
  gunzipSync(readFileSync(new URL(`../fixtures/rpm-packages-${order}.bdb.gz`, import.meta.url)));
const blobs = [...rpmHeaderBlobs(fixture('le'))];
const byName = (bytes: Buffer) =>
  new Map([...rpmHeaderBlobs(bytes)].map((blob) => [rpmHeader(blob).name, rpmHeader(blob)]));

const blobOf = (name: string): Buffer => Buffer.from(blobs.find((blob) => rpmHeader(blob).name === name)!);

const NAMES = ['bash', 'cuda-cudart-11-8', 'nodejs', 'openssl-libs'];

describe('rpm databases', () => {
  it.each([
    ['Berkeley DB, little endian', 'bdb', fixture('le')],
    ['Berkeley DB, big endian', 'bdb', fixture('be')],
    ['ndb', 'ndb', ndbOf(blobs)],
    ['SQLite', 'sqlite', rpmSqliteOf(blobs)],
  ])('%s gives every installed package', (_, kind, bytes) => {
    expect(rpmDatabaseKind(bytes.subarray(0, 512))).toBe(kind);
    const packages = byName(bytes);
    expect([...packages.keys()].sort()).toEqual(NAMES);
    expect(packages.get('openssl-libs')).toMatchObject({
      epoch: 1,
      version: '3.0.7',
      release: '6.el9_2',
      arch: 'x86_64',
      vendor: 'Red Hat, Inc.',
      sourceRpm: 'openssl-libs-3.0.7-6.el9_2.src.rpm',
    });
    expect(packages.get('bash')).not.toHaveProperty('epoch');
    const node = packages.get('nodejs')!;
    expect(node.modularityLabel).toBe('nodejs:18:9020020230718:rhel9');
    expect(node.files).toHaveLength(151);
    expect(node.files).toContainEqual(['/usr/lib/nodejs/', 'a-file-with-a-long-name-150.js']);
  });

  it('Berkeley DB keys are the package numbers, each exactly four bytes', () => {
    const pairs = [...berkeleyHashValues(fixture('le'))];
    expect(pairs.map(({ key }) => [key.length, key.readUInt32LE(0)]).sort()).toEqual(
      [0, 1, 2, 3, 4].map((number) => [4, number]),
    );
  });

  it('reads SQLite b-trees with interior pages, overflow chains, UTF-16 and every kind of value', () => {
    const bytes = sqliteOf((database) => {
      database.exec("PRAGMA page_size = 512; PRAGMA encoding = 'UTF-16le'");
      database.exec('CREATE TABLE t (id INTEGER PRIMARY KEY, a, b)');
      const insert = database.prepare('INSERT INTO t VALUES (?, ?, ?)');
      for (let id = 1; id <= 400; id++) insert.run(id, `name ${id} é`, id % 7 === 0 ? Buffer.alloc(5_000, id) : null);
      insert.run(401, 1.5, -70_000);
    });
    const database = sqlite(bytes);
    const rows = [...database.rows(database.tables[0]!)];
    expect(rows.map(({ rowid }) => rowid)).toEqual(Array.from({ length: 401 }, (_, index) => index + 1));
    expect(rows[48]!.values[1]).toBe('name 49 é');
    expect(rows[48]!.values[2]).toEqual(Buffer.alloc(5_000, 49));
    expect(rows[400]!.values.slice(1)).toEqual([1.5, -70_000]);
  });

  it('refuses a b-tree page that is linked twice instead of walking in circles', () => {
    const bytes = sqliteOf((database) => {
      database.exec('PRAGMA page_size = 512; CREATE TABLE t (id INTEGER PRIMARY KEY, a)');
      const insert = database.prepare('INSERT INTO t (a) VALUES (?)');
      for (let id = 0; id < 100; id++) insert.run('x'.repeat(100));
    });
    const [table] = sqlite(bytes).tables;
    const root = (table!.rootPage - 1) * 512;
    expect(bytes[root]).toBe(0x05);
    bytes.writeUInt32BE(table!.rootPage, root + 8); // the rightmost child is its own parent
    expect(() => [...sqlite(bytes).rows(table!)]).toThrow('linked twice');
  });

  it.each([
    ['Berkeley DB', fixture('le')],
    ['ndb', ndbOf(blobs)],
    ['SQLite', rpmSqliteOf(blobs)],
  ])('%s: damage gives packages or an Error, never a crash or a hang', (_, good) => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(8_000), fc.nat(255)), { maxLength: 12 }),
        fc.option(fc.nat(good.length), { nil: good.length }),
        (edits, length) => {
          const bytes = Buffer.from(good.subarray(0, length));
          for (const [at, value] of edits) if (at < bytes.length) bytes[at] = value;
          try {
            for (const blob of rpmHeaderBlobs(bytes)) rpmHeader(blob);
          } catch (error) {
            expect((error as Error).constructor).toBe(Error);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('any bytes as a header give an Error or a header', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(20), (noise, entries) => {
        const bytes = Buffer.concat([Buffer.alloc(8), Buffer.from(noise)]);
        bytes.writeUInt32BE(entries, 0);
        bytes.writeUInt32BE(noise.length, 4);
        try {
          rpmHeader(bytes);
        } catch (error) {
          expect((error as Error).constructor).toBe(Error);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('the digests that rpm files with a header', () => {
  it('are of it as rpmbuild made it', () => {
    for (const blob of blobs)
      expect([rpmHeader(blob).name, rpmHeader(blob).seal]).toEqual([rpmHeader(blob).name, 'intact']);
  });

  it.each([
    ['version', '\x003.0.7\0', '\x009.0.7\0'],
    ['name', '\0openssl-libs\0', '\0zpenssl-libs\0'],
    ['file', 'openssl', 'openxsl'],
  ])('are not of one whose %s was edited', (_, from, to) => {
    const blob = blobOf('openssl-libs');
    const at = blob.indexOf(from, 0, 'latin1');
    expect(at).toBeGreaterThan(0);
    blob.write(to, at, 'latin1');
    expect(rpmHeader(blob).seal).toBe('altered');
  });

  it('are missed where they were taken out of the index', () => {
    const blob = blobOf('openssl-libs');
    for (let at = 8; at < 8 + blob.readUInt32BE(0) * 16; at += 16)
      if ([269, 273].includes(blob.readUInt32BE(at))) blob.writeUInt32BE(99_999, at);
    expect(rpmHeader(blob).seal).toBe('unsealed');
  });

  it('are not held to a region that ends outside of the header', () => {
    for (const value of [-1, 0, 0x7fffffff]) {
      const blob = blobOf('openssl-libs');
      blob.writeInt32BE(value, 16);
      expect(rpmHeader(blob).seal).toBe('altered');
    }
  });
});
