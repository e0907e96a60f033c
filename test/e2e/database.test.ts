import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dossier } from '../../src/advisories/inspect.ts';
import { chooseRating } from '../../src/advisories/severity.ts';
import { openStore } from '../../src/advisories/sqlite-store.ts';
import { type FeedServer, feedServer } from './feed-server.ts';
import { feeds, haveFeeds, plimsoll, scratch, titled } from './machine.ts';

/** All real feeds over real HTTP into a database, by the tool as a process that is killed again and again. */

const skip = haveFeeds ? undefined : 'no feeds beside the checkout (../shared/feeds)';
const test = it.skipIf(skip !== undefined);
const report = join(feeds, '..', 'reports', 'same-image', 'nginx-debian12-2023-07', 'trivy.sarif.json');
const work = scratch();
let server: FeedServer;
beforeAll(async () => {
  if (skip === undefined) server = await feedServer(feeds);
});
afterAll(async () => {
  await server?.close();
  work.remove();
});

const update = (home: string, options: Parameters<typeof plimsoll>[1] | Record<string, never> = {}) =>
  plimsoll(['db', 'update', '--feeds', server.url], { home, ...options });
const status = async (home: string) => {
  const { code, stdout, stderr } = await plimsoll(['db', 'status', '-f', 'json'], { home });
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as {
    records: number;
    digest: string;
    feeds: { name: string; records: number; rejected?: number; error?: string }[];
  };
};

describe('the advisory database from all real feeds', () => {
  const home = join(work.path, 'whole');

  test(titled('is built within its memory, every record read', skip), async () => {
    const { code, stdout, stderr, memory } = await update(home);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).not.toMatch(/failed|could not be read/);
    const { records, feeds: documents } = await status(home);
    expect(records).toBeGreaterThan(238_000);
    expect(documents.filter(({ error, rejected }) => error !== undefined || rejected !== undefined)).toEqual([]);
    expect(memory).toBeLessThan(700 * 1024 * 1024);
  });

  test(titled('is not fetched again when nothing changed', skip), async () => {
    const before = await status(home);
    server.answers.length = 0;
    const { stdout } = await update(home);
    expect(stdout).toMatch(/^0 documents read/);
    expect(server.answers.filter((answer) => answer.startsWith('200'))).toEqual([]);
    expect((await status(home)).digest).toBe(before.digest);
  });

  test(titled('knows the vulnerability of the talk behind this project', skip), async () => {
    const { stdout } = await plimsoll(['db', 'show', 'GHSA-r9hx-vwmv-q579'], { home });
    expect(stdout).toMatch(/CVE-2022-40897/);
    expect(stdout).toMatch(/PYSEC-2022-43012/);
    expect(stdout).toMatch(/< 65\.5\.1/);
  });

  test(
    titled(
      "rates as Trivy's published report of a real image does, wherever Debian has judged",
      skip ?? (existsSync(report) ? undefined : 'no such report'),
    ),
    () => {
      const store = openStore(join(home, 'plimsoll', 'advisories.db'));
      const text = readFileSync(report, 'utf8');
      const theirs = new Map(
        [...text.matchAll(/Vulnerability (CVE-[\d-]+)\\nSeverity: (\w+)\\nFixed/g)].map(([, id, severity]) => [
          id!,
          severity!,
        ]),
      );
      const judged = [...theirs].flatMap(([id, severity]) => {
        const words = dossier(store, id)
          .statements.filter(({ source }) => source === 'debian')
          .flatMap(({ ratings }) => ratings);
        if (!words.some((rating) => rating.severity !== 'UNKNOWN')) return [];
        const ours = chooseRating([...words, ...(store.vulnerability(id)?.ratings ?? [])], 'as-trivy', {
          publisher: 'debian',
        });
        return [[id, severity, ours?.severity]];
      });
      store.close();
      expect(judged.length).toBeGreaterThan(30);
      expect(judged.filter(([, severity, ours]) => severity !== ours)).toEqual([]);
    },
  );

  test(titled('survives kill -9 at any moment: the old one stays, nothing grows', skip), async () => {
    const killed = join(work.path, 'killed');
    const only = ['db', 'update', '--feeds', server.url, '--only', 'debian-tracker,kev,epss,osv/PyPI'];
    expect((await plimsoll(only, { home: killed })).code).toBe(0);
    const before = await status(killed);
    const fresh = [...only, '--fresh'];
    for (const moment of [120, 300, 500, 800, 1_200, 2_000]) {
      await plimsoll(fresh, { home: killed, started: (child) => void setTimeout(() => child.kill('SIGKILL'), moment) });
      expect((await status(killed)).digest).toBe(before.digest);
    }
    const half = readdirSync(join(killed, 'plimsoll')).filter((name) => name.includes('building'));
    expect(half.length).toBeLessThanOrEqual(1);
    expect((await plimsoll(fresh, { home: killed })).code).toBe(0);
    expect(readdirSync(join(killed, 'plimsoll')).sort()).toEqual(['advisories.db', 'downloads']);
    expect(readdirSync(join(killed, 'plimsoll', 'downloads'))).toEqual([]);
    expect((await status(killed)).digest).toBe(before.digest);
  });

  test(titled('two updates at once leave one whole database', skip), async () => {
    const both = join(work.path, 'both');
    const only = ['db', 'update', '--feeds', server.url, '--only', 'debian-tracker,kev'];
    const outcomes = await Promise.all([plimsoll(only, { home: both }), plimsoll(only, { home: both })]);
    expect(outcomes.map(({ code }) => code)).toEqual([0, 0]);
    expect((await status(both)).records).toBeGreaterThan(10_000);
    expect(statSync(join(both, 'plimsoll', 'advisories.db')).size).toBeGreaterThan(100_000);
  });
});
