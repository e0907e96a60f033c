import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { storeAsOf } from '../../src/advisories/ratings/as-of.ts';
import { chooseRating } from '../../src/advisories/ratings/severity.ts';
import { dossier } from '../../src/advisories/store/inspect.ts';
import { openStore, type SqliteStore } from '../../src/advisories/store/sqlite-store.ts';
import { ecosystemNamed } from '../../src/ecosystems/index.ts';
import { judge } from '../../src/matching/judge.ts';
import { type FeedServer, feedServer } from './feed-server.ts';
import { feeds, haveFeeds, plimsoll, scratch, titled } from './machine.ts';
import { type NativeTool, nativeTools } from './native-versions.ts';

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

/** The feeds alone: the package index is the network's. */
const NO_INDEX = { PIP_NO_INDEX: '1' };

const update = (home: string, options: Parameters<typeof plimsoll>[1] | Record<string, never> = {}) =>
  plimsoll(['db', 'update', '--feeds', server.url], { home, env: NO_INDEX, ...options });
const status = async (home: string) => {
  const { code, stdout, stderr } = await plimsoll(['db', 'status', '-f', 'json'], { home });
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as {
    records: number;
    digest: string;
    feeds: { name: string; records: number; rejected?: number; error?: string }[];
  };
};

/** The binary packages of the image whose source is called otherwise. */
const SOURCES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    apt: 'libapt-pkg6.0',
    'gcc-12': 'gcc-12-base libgcc-s1 libstdc++6',
    glibc: 'libc-bin libc6',
    gnupg2: 'gpgv',
    gnutls28: 'libgnutls30',
    dav1d: 'libdav1d6',
    jbigkit: 'libjbig0',
    krb5: 'libgssapi-krb5-2 libk5crypto3 libkrb5-3 libkrb5support0',
    libde265: 'libde265-0',
    libheif: 'libheif1',
    'libpng1.6': 'libpng16-16',
    libxslt: 'libxslt1.1',
    openldap: 'libldap-2.5-0',
    openssl: 'libssl3',
    perl: 'perl-base',
    shadow: 'login passwd',
    systemd: 'libsystemd0 libudev1',
    tiff: 'libtiff6',
    'util-linux': 'bsdutils libblkid1 libmount1 libsmartcols1 libuuid1 mount util-linux-extra',
  }).flatMap(([source, binaries]) => binaries.split(' ').map((binary) => [binary, source])),
);

/** What Trivy's SARIF says it matched: binary, version, id; and the source. */
function publishedMatches(text: string) {
  const row = /Package: (\S+)\\nInstalled Version: (\S+)\\nVulnerability (CVE-[\d-]+)\\nSeverity/g;
  return [...text.matchAll(row)].map(([, binary, version, id]) => ({
    source: SOURCES.get(binary!) ?? binary!,
    version: version!,
    id: id!,
  }));
}

/** Two different versions of one package each, as statements on it name them. */
function publishedPairs(store: SqliteStore, { namespaces, isVersion }: NativeTool, wanted: number) {
  const rows = store.sqlite
    .query(
      'SELECT DISTINCT n.name, s.package FROM statements s JOIN namespaces n ON n.id = s.namespace WHERE n.name GLOB ?',
    )
    .all([namespaces]);
  const actual = rows.flatMap(([namespace, name]) => {
    const statements = store.statements(String(namespace), String(name));
    const bounds = statements.flatMap(({ ranges, versions = [] }) => [
      ...ranges.flatMap(({ introduced, fixed, lastAffected }) => [introduced, fixed, lastAffected]),
      ...versions,
    ]);
    const written = [...new Set(bounds)].filter(
      (bound): bound is string => bound !== undefined && bound !== '0' && isVersion(bound),
    );
    return written
      .slice(1, 20)
      .map((entry, index) => ({ namespace: String(namespace), pair: [written[index]!, entry] as const }));
  });
  // Evenly over all packages, always the same.
  const step = Math.max(1, Math.floor(actual.length / wanted));
  return actual.filter((_, index) => index % step === 0).slice(0, wanted);
}

describe('the advisory database from all real feeds', () => {
  const home = join(work.path, 'whole');

  test(titled('is built within its memory, every record read', skip), async () => {
    const { code, stdout, stderr, memory } = await update(home);
    // Off a terminal long work says now and then how far it is, and nothing else.
    expect(stderr.split('\n').filter((line) => !/^(?:Advisory feeds .*)?$/.test(line))).toEqual([]);
    expect(code).toBe(0);
    expect(stdout).not.toMatch(/failed/);
    const { records, feeds: documents } = await status(home);
    expect(records).toBeGreaterThan(238_000);
    expect(documents.filter(({ error }) => error !== undefined)).toEqual([]);
    // Ten records of PyPI, one of Bitnami and some of NVD have bounds that are no versions; nothing else is left out.
    const rejected = documents.filter(({ rejected: count }) => count !== undefined);
    expect(
      rejected.map(({ name, rejected: count }) => [name, count]).filter(([name]) => !/^nvd\//.test(String(name))),
    ).toEqual([
      ['osv/Bitnami', 1],
      ['osv/PyPI', 10],
    ]);
    // A bound that is no version makes its record one that could not be read: some 250 of NVD's.
    expect(rejected.reduce((sum, { rejected: count = 0 }) => sum + count, 0)).toBeLessThan(300);
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

  test(
    titled(
      "finds every published match of a real image wherever the feeds speak of it, and by that day's data no other",
      skip ?? (existsSync(report) ? undefined : 'no such report'),
    ),
    () => {
      const store = openStore(join(home, 'plimsoll', 'advisories.db'));
      const debian = ecosystemNamed('Debian:12')!;
      const theirs = publishedMatches(readFileSync(report, 'utf8'));
      expect(theirs).toHaveLength(99);
      const actual = theirs.flatMap((row) => {
        const ours = store.statementsById(row.id).filter(({ namespace }) => namespace === 'Debian:12');
        return ours.length === 0
          ? []
          : [{ ...row, ours: ours.some((own) => judge(own, row.version, debian).affected) }];
      });
      expect(actual.length).toBeGreaterThan(10);
      expect(actual.filter(({ ours }) => !ours)).toEqual([]);

      // nginx 1.25.2 is of the day before the scan. Statements that no feed dates are told apart: the answer may hold too many.
      const past = storeAsOf(store, '2023-08-16T23:59:59Z');
      const reported = new Set(theirs.map(({ source, id }) => `${source} ${id}`));
      const ours = new Map<string, string | undefined>();
      for (const { source, version } of theirs)
        for (const statement of past.statements('Debian:12', source))
          if (judge(statement, version.replace(/\+b\d+$/, ''), debian).affected)
            ours.set(`${source} ${statement.id}`, statement.published ?? past.vulnerability(statement.id)?.published);
      const dated = [...ours].filter(([, published]) => published !== undefined);
      expect(dated.length).toBeGreaterThan(4);
      expect(dated.filter(([match]) => !reported.has(match))).toEqual([]);
      expect(past.undated().statements).toBeGreaterThanOrEqual(ours.size - dated.length);
      store.close();
    },
  );

  for (const tool of nativeTools) {
    const reason = skip ?? (tool.present() ? undefined : `no ${tool.name} here`);
    it.skipIf(reason !== undefined)(
      titled(`orders the versions that publishers write as ${tool.name} does`, reason),
      () => {
        const store = openStore(join(home, 'plimsoll', 'advisories.db'));
        const pairs = publishedPairs(store, tool, 800);
        store.close();
        expect(pairs.length).toBeGreaterThan(500);
        const { compare } = ecosystemNamed(pairs[0]!.namespace)!;
        const theirs = tool.compare(pairs.map(({ pair }) => pair));
        expect(pairs.map(({ pair: [a, b] }) => [a, b, Math.sign(compare(a, b))])).toEqual(
          pairs.map(({ pair: [a, b] }, index) => [a, b, theirs[index]]),
        );
      },
    );
  }

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
    expect(readdirSync(join(killed, 'plimsoll')).sort()).toEqual(['advisories.db', 'advisories.db.sum', 'downloads']);
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
