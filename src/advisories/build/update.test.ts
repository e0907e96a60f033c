import { createHash } from 'node:crypto';
import {
  appendFileSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { feedNamed } from '../../../test/feeds/feed-named.ts';
import { nvdCve, nvdYear, osvRecord, osvZip, sampleFeeds, tracker } from '../../../test/feeds/sample.ts';
import { type FeedServer, feedServer } from '../../../test/feeds/server.ts';
import { zip } from '../../../test/feeds/zip-writer.ts';
import { PlimsollError } from '../../errors.ts';
import { createHttp, type Http } from '../../network/http.ts';
import type { Feed } from '../feeds/feed.ts';
import { storeAsOf } from '../ratings/as-of.ts';
import { databasePath, openStore } from '../store/sqlite-store.ts';
import { PartSums, writeNote } from './part.ts';
import { renewDatabase, type UpdateOptions, type UpdateSummary } from './update.ts';

/** A part of a download, as a run that was stopped leaves it. */
function keepPart(path: string, bytes: Buffer, etag: string): void {
  writeFileSync(`${path}.part`, bytes);
  writeNote(path, { etag });
  const sums = new PartSums(path, false);
  sums.add(bytes);
  sums.end();
}

let home: string;
let server: FeedServer;
let http: Http;
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'plimsoll-update-'));
  server = await feedServer(sampleFeeds());
  http = createHttp({ namedBy: 'user', environment: {}, limits: { retryBaseMs: 1 } });
});
afterEach(async () => {
  await http.close();
  await server.close();
  rmSync(home, { recursive: true });
});

const update = (options: Partial<UpdateOptions> = {}) =>
  renewDatabase({ home, http, from: server.url, resumeMs: 1, ...options });
const kinds = ({ results }: UpdateSummary) => Object.fromEntries(results.map(({ name, kind }) => [name, kind]));
const using = <T>(look: (store: ReturnType<typeof openStore>) => T): T => {
  const store = openStore(databasePath(home));
  try {
    return look(store);
  } finally {
    store.close();
  }
};
const setuptools = () => using((store) => store.statements('PyPI', 'setuptools').map(({ id }) => id));

describe('a download that does not end', () => {
  const endless = async (
    headers: Record<string, string>,
    use: (url: string, sent: () => number) => Promise<void>,
  ): Promise<void> => {
    let sent = 0;
    const host = createServer((_, response) => {
      response.writeHead(200, headers);
      const more = (): void => {
        if (response.destroyed) return;
        sent += 65_536;
        response.write(Buffer.alloc(65_536, '{"vulnerabilities":['), more);
      };
      more();
    });
    await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve));
    try {
      await use(`http://127.0.0.1:${(host.address() as AddressInfo).port}/kev.json`, () => sent);
    } finally {
      host.closeAllConnections();
      await new Promise((resolve) => host.close(resolve));
    }
  };
  const left = (): string[] => readdirSync(join(home, 'downloads'));
  const kev = { ...feedNamed('kev')!, maxBytes: 1_000_000 };

  it.each([
    ['without a length', {}],
    ['that says so', { 'content-length': '5000000000' }],
  ])('is refused at what documents of its feed can have, %s, and nothing of it stays', async (_, headers) => {
    await endless({ etag: '"a"', ...headers }, async (url, sent) => {
      await expect(update({ feeds: [kev], settings: { kev: { url } } })).rejects.toMatchObject({
        message: expect.stringMatching(/kev: .*it is longer than 1\.0 MB, which no document of this feed is/),
      });
      // What the kernel holds on the way is some megabytes.
      expect(sent()).toBeLessThan(30_000_000);
      expect(left()).toEqual([]);
    });
  });

  it('is refused at what all documents of an update may have together', async () => {
    await endless({ etag: '"a"' }, async (url) => {
      const done = await update({ maxBytes: 500_000, settings: { kev: { url } } });
      expect(kinds(done)).toMatchObject({ kev: 'failed', 'osv/PyPI': 'updated' });
      expect(done.results.find(({ name }) => name === 'kev')).toMatchObject({
        reason: expect.stringMatching(/all answers together are larger than/),
      });
      expect(left()).toEqual([]);
    });
  });

  it.each([
    ['is kept when it is interrupted, where the host can be asked for the rest', { etag: '"a"' }, 3],
    ['is cleared away when it is interrupted, where it cannot', {}, 0],
  ])('%s', async (_, headers, files) => {
    await endless(headers, async (url) => {
      const abort = new AbortController();
      const progress = {
        say() {},
        task: (label: string) => ({
          add: (amount: number) => void (label === 'Fetching kev' && amount > 0 && setImmediate(() => abort.abort())),
          total() {},
          done() {},
        }),
      };
      const stopped = update({
        feeds: [feedNamed('kev')!],
        settings: { kev: { url } },
        signal: abort.signal,
        progress,
      });
      await expect(stopped).rejects.toMatchObject({
        code: 'interrupted',
        ...(files > 0 && { hint: 'the next update goes on with what had come' }),
      });
      expect(left()).toHaveLength(files);
    });
  });

  it('of a killed run is gone on with, which is said, or cleared away by the next', async () => {
    const bytes = Buffer.from(
      JSON.stringify({ vulnerabilities: [{ cveID: 'CVE-2021-1234', dateAdded: '2024-01-01' }] }).padEnd(5_000),
    );
    server.files.set('kev/known_exploited_vulnerabilities.json', bytes);
    const url = `${server.url}/kev/known_exploited_vulnerabilities.json`.replace('//kev', '/kev');
    const response = await fetch(url, { method: 'HEAD' });
    mkdirSync(join(home, 'downloads'), { recursive: true });
    const part = join(home, 'downloads', `${createHash('sha256').update(url).digest('hex').slice(0, 32)}.json`);
    keepPart(part, bytes.subarray(0, 2_000), response.headers.get('etag')!);
    for (const [name, note] of [['lost.json'], ['weak.json', '{"etag":"W/\\"x\\""}']] as const) {
      writeFileSync(join(home, 'downloads', `${name}.part`), 'x'.repeat(1_000));
      if (note) writeFileSync(join(home, 'downloads', `${name}.note`), note);
    }
    const said: string[] = [];
    await update({
      only: ['kev'],
      progress: { say: (line) => said.push(line), task: () => ({ add() {}, total() {}, done() {} }) },
    });
    expect(said).toEqual(['kev: 2.0 kB of it are here already: the rest is asked for']);
    expect(server.log.filter((line) => line.includes('kev')).at(-1)).toMatch(/206 bytes=2000-$/);
    expect(left()).toEqual([]);
  });

  it('of which a bit has turned since, or for which no sum was written any more, is gone on with from before that', async () => {
    const entry = { cveID: 'CVE-2021-1234', dateAdded: '2024-01-01' };
    // Nothing in the document itself tells: it is text of any kind.
    const bytes = Buffer.from(JSON.stringify({ vulnerabilities: [entry], x: 'y'.repeat(2_500_000) }));
    server.files.set('kev/known_exploited_vulnerabilities.json', bytes);
    const url = `${server.url}/kev/known_exploited_vulnerabilities.json`.replace('//kev', '/kev');
    const etag = (await fetch(url, { method: 'HEAD' })).headers.get('etag')!;
    mkdirSync(join(home, 'downloads'), { recursive: true });
    const part = join(home, 'downloads', `${createHash('sha256').update(url).digest('hex').slice(0, 32)}.json`);
    const asked = async (change: () => void): Promise<string> => {
      keepPart(part, bytes.subarray(0, 2_200_000), etag);
      change();
      await update({ only: ['kev'], fresh: true });
      expect(left()).toEqual([]);
      return / (\d+(?: bytes=.*)?)$/.exec(server.log.filter((line) => line.includes('kev')).at(-1)!)![1]!;
    };
    const flip = (end: string, at: number) => () => {
      const kept = readFileSync(part + end);
      kept[at]! ^= 1;
      writeFileSync(part + end, kept);
    };
    expect(await asked(() => {})).toBe('206 bytes=2200000-');
    expect(await asked(flip('.part', 1_500_000))).toBe('206 bytes=1048576-');
    expect(await asked(flip('.part', 20))).toBe('200');
    expect(await asked(flip('.sums', 10))).toBe('200');
    expect(await asked(flip('.note', 12))).toBe('200');
    // A killed run had no time for the last sum.
    expect(await asked(() => appendFileSync(`${part}.part`, 'zzz'))).toBe('206 bytes=2200000-');
    expect(await asked(() => truncateSync(`${part}.part`, 1_100_000))).toBe('206 bytes=1048576-');
  });

  it('is not looked for in a mirror that is a device or a pipe', async () => {
    await expect(update({ feeds: [kev], settings: { kev: { url: '/dev/zero' } } })).rejects.toMatchObject({
      message: expect.stringMatching(/this is no file/),
    });
  });
});

describe('a host that says nothing, or next to nothing', () => {
  const drip = (headers: Record<string, string>) => (response: ServerResponse) => {
    response.writeHead(200, { 'content-length': 1_000_000, ...headers });
    const drops = setInterval(() => response.write('x'), 5);
    response.on('close', () => clearInterval(drops));
  };
  it.each<[string, (response: ServerResponse) => void, string]>([
    ['keeps silent', () => {}, 'the server did not answer in time'],
    ['drips', drip({}), 'the server sends too slowly'],
    ['drips, and could be asked for the rest', drip({ etag: '"a"' }), 'the server sends too slowly'],
  ])('and %s is waited for once, and not again for each document that it has', async (_, answer, said) => {
    const asked: string[] = [];
    const silent = createServer((request, response) => {
      asked.push(String(request.url));
      if (!String(request.url).endsWith('/')) answer(response);
    });
    await new Promise<void>((ready) => silent.listen(0, '127.0.0.1', ready));
    const impatient = createHttp({ namedBy: 'user', environment: {}, limits: { retryBaseMs: 1, idleMs: 50 } });
    const from = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    try {
      const only = ['debian/tracker', 'osv/PyPI', 'osv/npm', 'osv/Go', 'kev', 'epss', 'nvd'];
      await expect(update({ http: impatient, from, only })).rejects.toMatchObject({
        code: 'feed',
        message: expect.stringContaining(said),
        hint: expect.stringContaining('no database was made'),
      });
      // The two that were asked for side by side, twice each.
      expect(new Set(asked.filter((path) => !path.endsWith('/'))).size).toBe(2);
      expect(readdirSync(home)).not.toContain('advisories.db');
    } finally {
      silent.closeAllConnections();
      silent.close();
      await impatient.close();
    }
  });
});

describe('a host that fails', () => {
  it('is asked five times for its first documents, and once for each further one, so that nobody waits for each', async () => {
    const asked: string[] = [];
    const failing = createServer((request, response) => {
      asked.push(String(request.url));
      response.writeHead(503).end();
    });
    await new Promise<void>((ready) => failing.listen(0, '127.0.0.1', ready));
    const client = createHttp({ namedBy: 'user', environment: {}, limits: { retryBaseMs: 1 } });
    const from = `http://127.0.0.1:${(failing.address() as AddressInfo).port}`;
    const documents = ['/debian/tracker.json', '/osv/PyPI/all.zip', '/osv/npm/all.zip', '/osv/Go/all.zip'];
    try {
      const only = ['debian/tracker', 'osv/PyPI', 'osv/npm', 'osv/Go'];
      await expect(update({ http: client, from, only })).rejects.toMatchObject({
        message: expect.stringContaining('the host answered 503'),
      });
      const times = documents.map((path) => asked.filter((other) => other === path).length);
      // Two are asked for side by side.
      expect(times.toSorted((first, second) => second - first)).toEqual([5, 5, 1, 1]);
    } finally {
      failing.close();
      await client.close();
    }
  });
});

describe('an update over HTTP', () => {
  it('builds a database that answers', async () => {
    await update();
    using((store) => {
      expect(store.info.feeds.map(({ name, records }) => [name, records])).toEqual([
        ['debian/tracker', 3],
        ['epss', 1],
        ['kev', 1],
        ['nvd/2022', 1],
        ['osv/PyPI', 2],
      ]);
      expect(store.statements('PyPI', 'setuptools').find(({ id }) => id === 'PYSEC-2022-43012')).toMatchObject({
        source: 'pysec',
        state: 'fixed',
        ranges: [{ fixed: '65.5.1' }],
        aliases: ['CVE-2022-40897', 'GHSA-r9hx-vwmv-q579'],
        feed: 'osv/PyPI',
      });
      expect(store.vulnerability('GHSA-r9hx-vwmv-q579')).toMatchObject({
        aliases: ['CVE-2022-40897', 'PYSEC-2022-43012'],
        ratings: [{ source: 'nvd', severity: 'MEDIUM', score: 5.9 }],
        cwes: ['CWE-1333'],
        exploited: '2023-01-01',
        epss: 0.01015,
        published: '2022-12-23T00:15:00Z',
      });
      expect(store.covers('Debian:11')).toBe(true);
      expect(store.covers('Debian:12')).toBe(false);
      expect(store.statements('CPE', 'python:setuptools')).toMatchObject([
        { id: 'CVE-2022-40897', source: 'nvd', ranges: [{ fixed: '65.5.1' }] },
      ]);
    });
    expect(readdirSync(home).filter((name) => name !== 'downloads')).toEqual(['advisories.db', 'advisories.db.sum']);
    expect(readdirSync(join(home, 'downloads'))).toEqual([]);
  });

  it('keeps the states of the Debian tracker apart', async () => {
    await update();
    using((store) => {
      const of = (name: string, id: string) =>
        store.statements('Debian:11', name).find((advisory) => advisory.id === id);
      expect(of('openssl', 'CVE-2023-0464')).toMatchObject({ state: 'fixed', ranges: [{ fixed: '1.1.1n-0+deb11u5' }] });
      expect(of('openjpeg2', 'CVE-2019-6988')).toMatchObject({
        state: 'ignored',
        note: 'Minor issue',
        ratings: [{ severity: 'LOW', original: 'low' }],
      });
      expect(of('openjpeg2', 'CVE-2016-10505')).toMatchObject({
        state: 'unimportant',
        ratings: [{ severity: 'NEGLIGIBLE' }],
      });
      expect(store.statements('Debian:sid', 'openssl')).toMatchObject([{ ranges: [{ fixed: '3.0.9-1' }] }]);
    });
  });

  it('asks again only whether anything changed, and reads only what did', async () => {
    await update();
    server.log.length = 0;
    const second = await update();
    expect(second.changed).toBe(false);
    expect(new Set(Object.values(kinds(second)))).toEqual(new Set(['unchanged']));
    expect(server.log.filter((line) => line.endsWith(' 200') && line.includes('.'))).toEqual([]);
    server.files.set('osv/PyPI/all.zip', osvZip(osvRecord({ modified: '2026-01-01T00:00:00Z' })));
    expect(kinds(await update())).toMatchObject({ 'osv/PyPI': 'updated', 'nvd/2022': 'unchanged' });
    expect(setuptools()).toEqual(['PYSEC-2022-43012']);
    expect(using((store) => store.vulnerability('CVE-2013-1633'))).toBeUndefined();
  });

  it('gives the same contents as the same mirror in a folder', async () => {
    await update();
    const digest = using((store) => store.info.digest);
    const folder = join(home, 'mirror');
    for (const [path, body] of server.files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), body);
    }
    await update({ from: folder, fresh: true });
    expect(using((store) => store.info.digest)).toBe(digest);
    expect(kinds(await update({ from: folder }))).toMatchObject({ 'osv/PyPI': 'unchanged', kev: 'unchanged' });
  });

  // What each answers to who asks for the rest of half a document.
  it.each([
    ['all of it, called the rest', (all: Buffer) => ({ range: `bytes 0-${all.length - 1}/${all.length}`, body: all })],
    ['no word of where it begins', (all: Buffer, half: number) => ({ body: all.subarray(half) })],
    [
      'the rest of another version',
      (all: Buffer, half: number) => ({
        range: `bytes ${half}-${all.length - 1}/${all.length}`,
        body: all.subarray(half),
        etag: '"b"',
      }),
    ],
    [
      'half of the rest, called all of it',
      (all: Buffer, half: number) => ({
        range: `bytes ${half}-${all.length - 1}/${all.length}`,
        body: all.subarray(half, half + 100),
      }),
    ],
    [
      'more than there is',
      (all: Buffer, half: number) => ({
        range: `bytes ${half}-${all.length - 1}/${all.length}`,
        body: Buffer.concat([all.subarray(half), Buffer.alloc(100)]),
      }),
    ],
  ])('a host that sends %s is asked again, and nothing is put together of it', async (_, lie) => {
    const entry = { cveID: 'CVE-2021-1234', dateAdded: '2024-01-01' };
    const all = Buffer.from(JSON.stringify({ vulnerabilities: [entry] }).padEnd(5_000));
    const half = 2_000;
    let lies = 0;
    let honest = 0;
    const host = createServer(({ url, headers }, response) => {
      if (!url?.includes('kev')) return void response.writeHead(404).end();
      const begin = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);
      const isHonest = begin !== half || lies++ > 0;
      if (isHonest) honest++;
      if (isHonest)
        return void response
          .writeHead(begin > 0 ? 206 : 200, {
            etag: '"a"',
            'content-length': all.length - begin,
            ...(begin > 0 && { 'content-range': `bytes ${begin}-${all.length - 1}/${all.length}` }),
          })
          .end(all.subarray(begin));
      const { range, body, etag = '"a"' }: { range?: string; body: Buffer; etag?: string } = lie(all, half);
      response.writeHead(206, { etag, ...(range !== undefined && { 'content-range': range }) }).end(body);
    }).listen(0, '127.0.0.1');
    await new Promise((ready) => host.once('listening', ready));
    try {
      const from = `http://127.0.0.1:${(host.address() as AddressInfo).port}/`;
      const url = `${from}kev/known_exploited_vulnerabilities.json`;
      mkdirSync(join(home, 'downloads'), { recursive: true });
      const part = join(home, 'downloads', `${createHash('sha256').update(url).digest('hex').slice(0, 32)}.json`);
      keepPart(part, all.subarray(0, half), '"a"');
      expect(kinds(await update({ from, only: ['kev'] }))).toEqual({ kev: 'updated' });
      expect([lies > 0, honest]).toEqual([true, 1]);
    } finally {
      host.closeAllConnections();
      host.close();
    }
  });

  it('goes on with a download where it broke off', async () => {
    const random = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 7919 * (index % 251)) & 255));
    const padded = osvZip(
      osvRecord(),
      osvRecord({ id: 'PYSEC-2013-22', details: random.toString('base64'), aliases: [] }),
    );
    server.files.set('osv/PyPI/all.zip', padded);
    // A cut connection takes along what was on its way: it is cut when all that was sent has been written.
    const parts = () => (readdirSync(home, { recursive: true }) as string[]).filter((name) => name.endsWith('.part'));
    const written = (bytes: number) =>
      parts().some((name) => statSync(join(home, name), { throwIfNoEntry: false })?.size === bytes);
    server.faults.set('osv/PyPI/all.zip', { kind: 'cut', after: 50_000, times: 2, once: written });
    expect(kinds(await update())).toMatchObject({ 'osv/PyPI': 'updated' });
    const lines = server.log.filter((line) => line.includes('PyPI'));
    expect(lines.map((line) => Number(/ 206 bytes=(\d+)-$/.exec(line)?.[1] ?? 0))).toEqual([0, 50_000, 100_000]);
  });

  it('goes on after an attempt that brought no new byte, and gives up after several of them in a row', async () => {
    const whole = osvZip(osvRecord());
    server.files.set('osv/PyPI/all.zip', whole);
    server.faults.set('osv/PyPI/all.zip', { kind: 'cut', after: 0, times: 2 });
    expect(kinds(await update())).toMatchObject({ 'osv/PyPI': 'updated' });
    server.files.set('osv/PyPI/all.zip', osvZip(osvRecord(), osvRecord({ id: 'PYSEC-2013-23', aliases: [] })));
    server.faults.set('osv/PyPI/all.zip', { kind: 'cut', after: 0, times: 1_000 });
    expect(kinds(await update())).toMatchObject({ 'osv/PyPI': 'failed' });
    expect(server.log.filter((line) => line.includes('PyPI')).length).toBeLessThan(10);
  });

  it('gives back the room of what was replaced', async () => {
    const details = Buffer.from(
      Array.from({ length: 200_000 }, (_, index) => (index * 7919 * ((index >> 3) % 251)) & 255),
    ).toString('base64');
    const bulky = Array.from({ length: 8 }, (_, index) =>
      osvRecord({ id: `PYSEC-1-${index}`, aliases: [], details: `${index}${details.slice(index * 900)}` }),
    );
    server.files.set('osv/PyPI/all.zip', osvZip(osvRecord(), ...bulky));
    await update();
    const before = statSync(databasePath(home)).size;
    server.files.set('osv/PyPI/all.zip', osvZip(osvRecord()));
    await update();
    expect(statSync(databasePath(home)).size).toBeLessThan(before - 16_384);
    expect(setuptools()).toEqual(['PYSEC-2022-43012']);
  });

  it('answers alike however the questions are mixed', async () => {
    server.files.set(
      'osv/npm/all.zip',
      osvZip(
        osvRecord({
          id: 'GHSA-aaaa-bbbb-cccc',
          affected: [
            {
              package: { ecosystem: 'PyPI', name: 'other' },
              ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }] }],
            },
          ],
        }),
      ),
    );
    await update();
    using((store) => {
      // PyPI is spoken of by two documents, Debian:11 by one: they are asked in two ways.
      for (let round = 0; round < 3; round += 1) {
        expect(store.statements('PyPI', 'setuptools')).toHaveLength(2);
        expect(store.statements('Debian:11', 'openssl')).toHaveLength(1);
        expect(store.statements('Debian:11', 'openjpeg2')).toHaveLength(2);
        expect(store.statements('PyPI', 'other')).toHaveLength(1);
        expect(store.statements('Debian:11', 'nothing')).toEqual([]);
      }
    });
  });

  it('ids are one vulnerability by their aliases, first of records that stand, and never by what a record calls related', async () => {
    const on = (id: string, changes: Record<string, unknown>) => osvRecord({ id, aliases: [], ...changes });
    server.files.set(
      'osv/PyPI/all.zip',
      osvZip(
        on('PYSEC-2023-1', { aliases: ['GHSA-aaaa-bbbb-cccc'], related: ['CVE-2023-1000', 'PYSEC-2023-4'] }),
        on('PYSEC-2023-2', { aliases: ['CVE-2023-1001', 'GHSA-aaaa-bbbb-cccc'], withdrawn: '2023-06-01T00:00:00Z' }),
        on('PYSEC-2023-3', { aliases: ['CVE-2023-1001', 'GHSA-aaaa-bbbb-cccc'], withdrawn: '2023-06-01T00:00:00Z' }),
        on('PYSEC-2023-4', { aliases: ['CVE-2023-1002', 'GHSA-aaaa-bbbb-cccc'], related: ['PYSEC-2023-1'] }),
      ),
    );
    await update();
    using((store) => {
      const names = (id: string) => [...(store.aliases?.(id) ?? [])].sort();
      expect(names('CVE-2023-1002')).toEqual(['GHSA-aaaa-bbbb-cccc', 'PYSEC-2023-1', 'PYSEC-2023-4']);
      expect(names('PYSEC-2023-2')).toEqual(['CVE-2023-1001', 'PYSEC-2023-3']);
      expect(names('CVE-2023-1000')).toEqual([]);
      expect(store.statementsById('CVE-2023-1000')).toEqual([]);
    });
  });

  it('answers by id: whatever the package, under any id of the same vulnerability, and as of a day', async () => {
    server.files.set(
      'osv/AlmaLinux/all.zip',
      osvZip(
        osvRecord({
          id: 'ALSA-2023:0835',
          published: '2023-02-21T00:00:00Z',
          aliases: [],
          related: ['CVE-2022-40897', 'CVE-2022-45061'],
          affected: ['python-setuptools-wheel', 'platform-python-setuptools'].map((name) => ({
            package: { ecosystem: 'AlmaLinux:8', name },
            ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '39.2.0-6.el8_7.1' }] }],
          })),
        }),
      ),
    );
    await update();
    using((store) => {
      const places = (id: string) =>
        store
          .statementsById(id)
          .map((statement) => `${statement.id} ${statement.source} ${statement.namespace} ${statement.package}`);
      const everywhere = [
        'CVE-2022-40897 almalinux AlmaLinux:8 platform-python-setuptools',
        'CVE-2022-40897 almalinux AlmaLinux:8 python-setuptools-wheel',
        'CVE-2022-40897 nvd CPE python:setuptools',
        'PYSEC-2022-43012 pysec PyPI setuptools',
      ];
      expect([...places('CVE-2022-40897')].sort()).toEqual(everywhere);
      expect([...places('GHSA-r9hx-vwmv-q579')].sort()).toEqual(everywhere);
      expect(places('CVE-2022-45061')).toHaveLength(2);
      expect(places('CVE-1999-0001')).toEqual([]);
      const past = storeAsOf(store, '2023-01-31T23:59:59Z');
      expect(past.statementsById('CVE-2022-45061')).toEqual([]);
      // The flaw was known; AlmaLinux's bulletin was not out yet, so there it was open.
      expect(
        past
          .statementsById('GHSA-r9hx-vwmv-q579')
          .map(({ namespace, state }) => `${namespace} ${state}`)
          .sort(),
      ).toEqual(['AlmaLinux:8 open', 'AlmaLinux:8 open', 'CPE fixed', 'PyPI fixed']);
    });
    server.files.delete('osv/AlmaLinux/all.zip');
    server.files.set(
      'osv/PyPI/all.zip',
      osvZip(osvRecord({ id: 'PYSEC-2022-1', aliases: [], modified: '2024-01-01T00:00:00Z' })),
    );
    await update();
    using((store) => {
      expect(store.statementsById('GHSA-r9hx-vwmv-q579')).toEqual([]);
      expect(store.statementsById('PYSEC-2022-1')).toMatchObject([{ package: 'setuptools' }]);
      expect(store.statementsById('CVE-2022-40897').map(({ namespace }) => namespace)).toContain('AlmaLinux:8');
    });
  });

  it('dates data by its records, and those without a date by the year in their ids, as most of Go are', async () => {
    const dates = async (...records: readonly Record<string, unknown>[]) => {
      server.files.set('osv/PyPI/all.zip', osvZip(...records));
      await update({ fresh: true });
      return using((store) => store.info.feeds.find(({ name }) => name === 'osv/PyPI')?.dataDate?.slice(0, 10));
    };
    const undated = { modified: '0001-01-01T00:00:00Z', published: '0001-01-01T00:00:00Z' };
    const old = osvRecord({ id: 'GO-2022-0001', modified: undated.modified });
    const next = `GO-${new Date().getUTCFullYear() + 2}-1`;
    expect(await dates(old)).toBe('2022-12-23');
    expect(await dates(old, osvRecord({ ...undated, id: 'GO-2025-4015' }))).toBe('2024-12-01');
    expect(await dates(old, osvRecord({ ...undated, id: next }))).toBe('2022-12-23');
  });

  it('is polite: few requests at a time', async () => {
    for (let year = 2002; year < 2022; year += 1)
      server.files.set(`nvd/nvdcve-2.0-${year}.json.gz`, nvdYear(nvdCve({ id: `CVE-${year}-0001` })));
    await update();
    expect(server.peak()).toBeLessThanOrEqual(2);
  });
});

describe('a feed that cannot be had or read', () => {
  const bomb = () =>
    zip(
      Array.from({ length: 7 }, (_, index) => ({
        name: `PYSEC-1-${index}.json`,
        content: JSON.stringify(osvRecord({ id: `PYSEC-1-${index}`, details: 'A'.repeat(12_000_000) })),
      })),
    );
  const truncated = () => osvZip(osvRecord()).subarray(0, 200);
  it.each<[string, (server: FeedServer) => void, RegExp]>([
    [
      'answers 500',
      ({ faults }) => void faults.set('osv/PyPI/all.zip', { kind: 'status', status: 500, body: '<h1>oops</h1>' }),
      /answered 500: oops/,
    ],
    [
      'answers 403',
      ({ faults }) => void faults.set('osv/PyPI/all.zip', { kind: 'status', status: 403 }),
      /answered 403/,
    ],
    ['is gone', ({ files }) => void files.delete('osv/PyPI/all.zip'), /not there any more: HTTP 404/],
    [
      'answers a web page',
      ({ files }) => void files.set('osv/PyPI/all.zip', Buffer.from('<!DOCTYPE html><p>log in')),
      /a web page where a zip archive was expected/,
    ],
    ['is truncated', ({ files }) => void files.set('osv/PyPI/all.zip', truncated()), /zip archive/],
    ['holds nothing', ({ files }) => void files.set('osv/PyPI/all.zip', zip([])), /holds no records/],
    [
      'drops every connection',
      ({ files, faults }) => {
        files.set('osv/PyPI/all.zip', osvZip(osvRecord({ details: 'new' })));
        faults.set('osv/PyPI/all.zip', { kind: 'cut', after: 0, times: 99 });
      },
      /./,
    ],
    [
      'is older than what is there',
      ({ files }) =>
        void files.set(
          'osv/PyPI/all.zip',
          osvZip(osvRecord({ modified: '2020-01-01T00:00:00Z', published: '2020-01-01T00:00:00Z' })),
        ),
      /older than/,
    ],
  ])('%s: the others are taken, its own data of last time stays, and the reason is kept', async (_, damage, reason) => {
    await update();
    damage(server);
    server.files.set(
      'nvd/nvdcve-2.0-2022.json.gz',
      nvdYear(nvdCve({ descriptions: [{ lang: 'en', value: 'changed' }] })),
    );
    const summary = await update();
    expect(kinds(summary)).toMatchObject({ 'osv/PyPI': 'failed', 'nvd/2022': 'updated' });
    expect(summary.results.find(({ kind }) => kind === 'failed')).toMatchObject({
      kept: true,
      reason: expect.stringMatching(reason),
    });
    expect(setuptools()).toEqual(['PYSEC-2022-43012', 'PYSEC-2013-22']);
    using((store) => {
      expect(store.vulnerability('CVE-2022-40897')?.description).toBe('changed');
      expect(store.info.feeds.find(({ name }) => name === 'osv/PyPI')).toMatchObject({
        records: 2,
        error: expect.stringMatching(reason),
      });
    });
    expect(readdirSync(home).filter((name) => name.includes('building'))).toEqual([]);
  });

  it('is a zip bomb: it is refused at its budget and costs nothing', async () => {
    server.files.set('osv/PyPI/all.zip', bomb());
    const summary = await update();
    expect(summary.results.find(({ name }) => name === 'osv/PyPI')).toMatchObject({ kind: 'failed' });
    expect(summary.results.find(({ name }) => name === 'osv/PyPI')).toMatchObject({
      reason: expect.stringMatching(/unpacks to more than 64 MiB/),
    });
  });

  it('is the only one there is: that is an error, and no database appears', async () => {
    server.files.clear();
    server.faults.set('kev/known_exploited_vulnerabilities.json', { kind: 'status', status: 503 });
    await expect(update()).rejects.toMatchObject({ code: 'feed' });
    expect(existsSync(databasePath(home))).toBe(false);
  });

  it('makes its reader fail in ways of its own: the others are read all the same', async () => {
    const cut = '<?xml version="1.0"?><updates><update type="security"><id>ALAS2-2018-939</id><references>';
    server.files.set('amazon/2/updateinfo.xml.gz', gzipSync(cut));
    server.files.set('grype/vulnerability-db.tar.zst', Buffer.from(`SQLite format 3\0${'x'.repeat(9_000)}`));
    server.files.set('trivy/db.tar.gz', Buffer.alloc(9_000, 7));
    const { results } = await update();
    const failed = results.flatMap((result) => (result.kind === 'failed' ? [`${result.name}: ${result.reason}`] : []));
    expect(failed).toEqual([
      expect.stringMatching(/^amazon\/2: the document ends in the middle/),
      expect.stringMatching(/^grype-db: file is not a database/),
      expect.stringMatching(/^trivy-db: /),
    ]);
    expect(setuptools()).toHaveLength(2);
  });

  it('is packed, in a mirror that may only be read: it is unpacked elsewhere, and what a killed run left is cleared away', async () => {
    const folder = join(home, 'mirror');
    mkdirSync(join(folder, 'trivy'), { recursive: true });
    mkdirSync(join(folder, 'kev', 'known_exploited_vulnerabilities.json'), { recursive: true });
    mkdirSync(join(home, 'downloads', 'unpacked-1'), { recursive: true });
    writeFileSync(join(folder, 'trivy', 'db.tar.gz'), gzipSync(Buffer.alloc(9_000, 7)));
    const seen: string[] = [];
    const looking: Feed = {
      ...feedNamed('trivy-db')!,
      async *parse(document) {
        seen.push(document.scratch ?? '');
        yield* feedNamed('trivy-db')!.parse(document);
      },
    };
    await expect(update({ from: folder, feeds: [looking, feedNamed('kev')!] })).rejects.toThrow(/no feed could be had/);
    expect(seen).toEqual([join(home, 'downloads')]);
    expect(readdirSync(join(folder, 'trivy'))).toEqual(['db.tar.gz']);
    expect(readdirSync(join(home, 'downloads'))).toEqual([]);
  });

  it('is a list cut off at a line: most of its records are missing', async () => {
    const lines = Array.from(
      { length: 120 },
      (_, index) =>
        `[31 May 2023] DSA-${5417 + index}-1 openssl - security update\n\t{CVE-2023-${1000 + index}}\n\t[bullseye] - openssl 1.1.1n-0+deb11u${5 + index}\n`,
    );
    server.files.set('debian/DSA/list', Buffer.from(lines.join('')));
    await update();
    server.files.set('debian/DSA/list', Buffer.from(lines.slice(0, 50).join('')));
    const cut = await update();
    expect(cut.results.find(({ name }) => name === 'debian/DSA')).toMatchObject({
      kind: 'failed',
      reason: expect.stringMatching(/holds 50 records, last time 120/),
      kept: true,
    });
    expect(kinds(await update({ allowOlder: true }))).toMatchObject({ 'debian/DSA': 'updated' });
  });

  it('is older by the date of its file, where it names none itself', async () => {
    const folder = join(home, 'mirror');
    mkdirSync(join(folder, 'debian'), { recursive: true });
    const path = join(folder, 'debian', 'tracker.json');
    const write = (content: unknown, day: string) => {
      writeFileSync(path, JSON.stringify(content));
      utimesSync(path, new Date(day), new Date(day));
    };
    write(tracker(), '2025-02-13T00:00:00Z');
    await update({ from: folder });
    const { openssl } = tracker();
    write({ openssl }, '2025-01-01T00:00:00Z');
    await expect(update({ from: folder })).rejects.toThrow(/of 2025-01-01.* older than the 2025-02-13/);
    expect(using((store) => store.statements('Debian:11', 'openjpeg2'))).toHaveLength(2);
    await update({ from: folder, allowOlder: true });
    expect(using((store) => store.statements('Debian:11', 'openjpeg2'))).toEqual([]);
  });

  it('is taken older when asked to', async () => {
    await update();
    server.files.set(
      'osv/PyPI/all.zip',
      osvZip(osvRecord({ modified: '2020-01-01T00:00:00Z', published: '2020-01-01T00:00:00Z' })),
    );
    expect(kinds(await update({ allowOlder: true }))).toMatchObject({ 'osv/PyPI': 'updated' });
  });
});

describe('a bad record', () => {
  it.each<[string, Buffer, RegExp]>([
    [
      'is no JSON',
      zip([
        { name: 'PYSEC-1-1.json', content: '{"id": ' },
        { name: 'PYSEC-2022-43012.json', content: JSON.stringify(osvRecord()) },
      ]),
      /PYSEC-1-1\.json: /,
    ],
    [
      'calls itself by another id',
      zip([
        { name: 'PYSEC-1-1.json', content: JSON.stringify(osvRecord({ id: 'GHSA-xxxx' })) },
        { name: 'PYSEC-2022-43012.json', content: JSON.stringify(osvRecord()) },
      ]),
      /calls itself GHSA-xxxx/,
    ],
    [
      'has a wrong checksum',
      zip([
        { name: 'PYSEC-1-1.json', content: '{}', claims: { crc32: 1 } },
        { name: 'PYSEC-2022-43012.json', content: JSON.stringify(osvRecord()) },
      ]),
      /checksum is wrong/,
    ],
    [
      'has no id',
      zip([
        { name: 'PYSEC-1-1.json', content: '{"__proto__": {"id": "PYSEC-1-1"}}' },
        { name: 'PYSEC-2022-43012.json', content: JSON.stringify(osvRecord()) },
      ]),
      /no id/,
    ],
  ])('that %s is counted and named, and the rest is taken', async (_, archive, reason) => {
    server.files.set('osv/PyPI/all.zip', archive);
    await update();
    expect(setuptools()).toEqual(['PYSEC-2022-43012']);
    using((store) => {
      const feed = store.info.feeds.find(({ name }) => name === 'osv/PyPI');
      expect(feed).toMatchObject({ records: 2, rejected: 1 });
      expect(feed?.rejectedExamples?.[0]).toMatch(reason);
    });
  });

  it('among hundreds of bad ones is not taken for data: the feed fails as a whole', async () => {
    await update();
    server.files.set(
      'osv/PyPI/all.zip',
      zip(Array.from({ length: 40 }, (_, index) => ({ name: `PYSEC-1-${index}.json`, content: 'x' }))),
    );
    expect(kinds(await update())).toMatchObject({ 'osv/PyPI': 'failed' });
    expect(setuptools()).toHaveLength(2);
  });
});

describe('what went before', () => {
  it('a killed update left its half-built file and its lock: both are cleared away', async () => {
    await update();
    writeFileSync(join(home, 'advisories.db.building-999999'), 'half');
    writeFileSync(join(home, 'advisories.lock'), JSON.stringify({ pid: 2 ** 22 + 1, began: '1' }));
    await update();
    expect(readdirSync(home).sort()).toEqual(['advisories.db', 'advisories.db.sum', 'downloads']);
  });

  it('two updates at once do the work once', async () => {
    const [first, second] = await Promise.all([update(), update()]);
    expect([first, second].filter(({ byAnother }) => byAnother)).toHaveLength(1);
    expect(server.log.filter((line) => line === 'GET osv/PyPI/all.zip 200')).toHaveLength(1);
    expect(setuptools()).toHaveLength(2);
  });

  it('an update that is interrupted leaves the old database in service', async () => {
    await update();
    const before = readFileSync(databasePath(home));
    server.files.set('osv/PyPI/all.zip', osvZip(osvRecord({ modified: '2026-01-01T00:00:00Z' })));
    const abort = new AbortController();
    const running = update({
      signal: abort.signal,
      progress: {
        say() {},
        task: (label) => ({ add() {}, total() {}, done: () => label.startsWith('Reading osv') && abort.abort() }),
      },
    });
    await expect(running).rejects.toMatchObject({ code: 'interrupted' });
    expect(readFileSync(databasePath(home)).equals(before)).toBe(true);
    expect(readdirSync(home).filter((name) => /building|lock/.test(name))).toEqual([]);
  });

  it('a database that is open stays whole while it is replaced', async () => {
    await update();
    const store = openStore(databasePath(home));
    server.files.set('osv/PyPI/all.zip', osvZip(osvRecord({ modified: '2026-01-01T00:00:00Z' })));
    await update();
    expect(store.statements('PyPI', 'setuptools')).toHaveLength(2);
    store.close();
    expect(setuptools()).toHaveLength(1);
  });

  it('a damaged database is built anew', async () => {
    await update();
    truncateSync(databasePath(home), 5_000);
    expect(() => openStore(databasePath(home))).toThrow(/cut off after 5000/);
    await update();
    expect(setuptools()).toHaveLength(2);
  });

  it('any changed byte of it is noticed before it is believed, and the next update builds it anew', async () => {
    await update();
    const path = databasePath(home);
    const whole = readFileSync(path);
    // A prime step, so that headers, trees and texts are all hit.
    for (let at = 0; at < whole.length; at += 7_919) {
      const file = openSync(path, 'r+');
      writeSync(file, Buffer.of(whole[at]! ^ 0x80), 0, 1, at);
      closeSync(file);
      utimesSync(path, new Date(), new Date(Date.now() + at));
      expect(() => openStore(path), `byte ${at}`).toThrow(/damaged|another program|schema/);
      const again = openSync(path, 'r+');
      writeSync(again, whole, at, 1, at);
      closeSync(again);
    }
    expect(setuptools()).toHaveLength(2);
    writeFileSync(path, Buffer.from(whole).fill(0xff, 40_000, 60_000));
    expect(() => openStore(path)).toThrow(/damaged/);
    await update();
    expect(setuptools()).toHaveLength(2);
  });

  it('damaged and without its sum it is built anew, and no text of it ends the process of the update', async () => {
    await update();
    const path = databasePath(home);
    const whole = readFileSync(path);
    for (const word of ['osv/PyPI', 'setuptools', 'PyPI']) {
      const bytes = Buffer.from(whole);
      for (let at = bytes.indexOf(word); at >= 0; at = bytes.indexOf(word, at + 1)) bytes[at] = 0xff;
      expect(bytes.equals(whole)).toBe(false);
      writeFileSync(path, bytes);
      rmSync(`${path}.sum`);
      await update();
      expect(setuptools()).toHaveLength(2);
    }
  });

  it('an empty folder in its place is taken away, and one with something in it is told', async () => {
    const path = databasePath(home);
    mkdirSync(path, { recursive: true });
    await update();
    expect(setuptools()).toHaveLength(2);
    rmSync(path);
    mkdirSync(join(path, 'mine'), { recursive: true });
    await expect(update()).rejects.toMatchObject({ code: 'database-damaged', where: path });
    expect(existsSync(join(path, 'mine'))).toBe(true);
  });

  it('without its sum, as when it was copied here by hand, damage is an error and never the end of the process', async () => {
    await update();
    const path = databasePath(home);
    const whole = readFileSync(path);
    for (let at = 100; at < whole.length; at += 16_381) {
      rmSync(`${path}.sum`, { force: true });
      // 0xff is no UTF-8: libsql ends the process for a text that holds it.
      writeFileSync(path, Buffer.from(whole).fill(0xff, at, at + 40));
      try {
        setuptools();
      } catch (error) {
        expect(error).toBeInstanceOf(PlimsollError);
      }
    }
  });
});

describe('the configuration', () => {
  it('takes a feed from another address, and leaves others out', async () => {
    server.files.set(
      'elsewhere/t.json',
      Buffer.from(JSON.stringify({ zlib: (tracker() as { openssl: unknown }).openssl })),
    );
    const settings = {
      debian: { url: `${server.url}elsewhere/t.json` },
      nvd: { enabled: false },
      osv: { url: `${server.url}osv/{name}/all.zip` },
    };
    expect(Object.keys(kinds(await update({ settings })))).toEqual(['debian/tracker', 'osv/PyPI', 'kev', 'epss']);
    expect(using((store) => store.statements('Debian:11', 'zlib'))).toHaveLength(1);
  });

  it('may not give one address to a feed of many documents', async () => {
    await expect(update({ settings: { osv: { url: 'https://x.example/all.zip' } } })).rejects.toMatchObject({
      code: 'config',
    });
  });
});

describe('opening', () => {
  it.each<[string, (path: string) => void, string, RegExp]>([
    ['no file', () => {}, 'database-missing', /plimsoll db update/],
    ['an empty file', (path) => writeFileSync(path, ''), 'database-damaged', /no SQLite file/],
    ['a text', (path) => writeFileSync(path, 'x'.repeat(5_000)), 'database-damaged', /no SQLite file/],
  ])('%s is told in one line', (_, prepare, code, text) => {
    prepare(databasePath(home));
    let caught: unknown;
    try {
      openStore(databasePath(home));
    } catch (error) {
      caught = error;
    }
    expect(caught).toMatchObject({ code });
    expect((caught as { line: string }).line).toMatch(text);
  });

  it('a schema of the future asks for a newer program, damage inside for a new database', async () => {
    await update();
    const path = databasePath(home);
    const bytes = readFileSync(path);
    const newer = Buffer.from(bytes);
    newer.writeUInt32BE(99, 60);
    writeFileSync(path, newer);
    expect(() => openStore(path)).toThrow(/newer schema 99/);
    const broken = Buffer.from(bytes);
    broken.fill(0xff, 4_096);
    writeFileSync(path, broken);
    expect(() => openStore(path).statements('PyPI', 'setuptools')).toThrow(/damaged/);
  });
});
