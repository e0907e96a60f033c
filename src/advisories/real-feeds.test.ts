import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FeedServer, feedServer } from '../../test/feeds/server.ts';
import { createHttp, type Http } from '../network/http.ts';
import { renewDatabase, type UpdateSummary } from './build/update.ts';
import { storeAsOf } from './ratings/as-of.ts';
import { databasePath, openStore, type SqliteStore } from './store/sqlite-store.ts';

/** The publishers' real data, as far as it is read in a few seconds; all of it is read by test/e2e/database.test.ts. */
const folder = fileURLToPath(new URL('../../../shared/feeds', import.meta.url));
const missing = !existsSync(join(folder, 'debian', 'tracker.json'));
const title = (text: string) => (missing ? `${text} [skipped: no feeds beside the checkout, ../shared/feeds]` : text);

const WANTED =
  /^(debian\/(tracker\.json|D[SL]A-list-2025.*)|alpine\/.*|nvidia\/.*|kev\/.*|epss\/.*|osv\/(Alpine|Rocky Linux|Hex|Debian)\/.*|nvd\/nvdcve-2\.0-2020.*)$/;

let home: string;
let server: FeedServer;
let http: Http;
let summary: UpdateSummary;
let store: SqliteStore;
beforeAll(async () => {
  if (missing) return;
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = names
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((path) => WANTED.test(path));
  server = await feedServer(new Map(paths.map((path) => [path, readFileSync(join(folder, path))])));
  home = mkdtempSync(join(tmpdir(), 'plimsoll-real-'));
  http = createHttp({ namedBy: 'user', environment: {} });
  summary = await renewDatabase({ home, http, from: server.url });
  store = openStore(databasePath(home));
});
afterAll(async () => {
  if (missing) return;
  store?.close();
  await http.close();
  await server.close();
  rmSync(home, { recursive: true });
});

describe.skipIf(missing)(title("the publishers' real feeds over HTTP"), () => {
  it('are read to the last record', () => {
    expect(summary.results.filter(({ kind }) => kind !== 'updated')).toEqual([]);
    const records = Object.fromEntries(store.info.feeds.map(({ name, records: count }) => [name, count]));
    expect(records).toMatchObject({
      'debian/tracker': 10_352,
      'debian/DSA': 5_909,
      'debian/DLA': 4_224,
      nvidia: 174,
      kev: 1_404,
      epss: 1_556,
      'osv/Rocky Linux': 116,
    });
    expect(store.info.feeds.filter(({ rejected }) => rejected !== undefined)).toEqual([]);
  });

  it('know which bulletin fixed OpenSSL in bullseye, and when', () => {
    const statement = store.statements('Debian:11', 'openssl').find(({ id }) => id === 'CVE-2023-0464');
    expect(statement).toMatchObject({
      state: 'fixed',
      ranges: [{ fixed: '1.1.1n-0+deb11u5' }],
      bulletin: 'DSA-5417-1',
      fixDate: '2023-05-31',
      feed: 'debian/tracker',
    });
  });

  it('answer as of the day of the talk: that fix was not out yet', () => {
    const past = storeAsOf(store, '2023-05-12T23:59:59Z');
    expect(past.statements('Debian:11', 'openssl').find(({ id }) => id === 'CVE-2023-0464')).toMatchObject({
      state: 'open',
      ranges: [{}],
    });
    expect(past.statements('Debian:11', 'openssl').find(({ id }) => id === 'CVE-2023-0286')).toMatchObject({
      state: 'fixed',
    });
  });

  it('keep what Debian will not fix apart from what it has not fixed', () => {
    const states = new Set(
      ['openjpeg2', 'curl', 'aom', 'openssl', 'coreutils']
        .flatMap((name) => store.statements('Debian:11', name))
        .map(({ state }) => state),
    );
    expect([...states].sort()).toEqual(expect.arrayContaining(['fixed', 'ignored', 'no-dsa', 'open', 'unimportant']));
  });

  it('know the CUDA toolkit by the name its bulletins use', () => {
    const statements = store.statements('NVIDIA', 'cuda-toolkit').filter(({ id }) => id === 'CVE-2023-25523');
    expect(statements).toMatchObject([
      { ranges: [{ fixed: '12.2' }], bulletin: 'NVIDIA-5469', ratings: [{ source: 'nvidia', severity: 'LOW' }] },
    ]);
  });

  it('are not asked for again when nothing changed', async () => {
    server.log.length = 0;
    expect((await renewDatabase({ home, http, from: server.url })).changed).toBe(false);
    expect(server.log.filter((line) => line.startsWith('GET') && line.endsWith(' 200') && line.includes('.'))).toEqual(
      [],
    );
  });
});
