import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bolt } from '../../../test/feeds/bolt-writer.ts';
import { tar } from '../../sources/files/tar-writer.ts';
import { openSqlite } from '../store/sqlite.ts';
import { readConstraint } from './constraints.ts';
import { localDocument } from './document.ts';
import type { Feed, FeedItem } from './feed.ts';
import { grypeDb } from './grype-db.ts';
import { trivyDb } from './trivy-db.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-databases-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function read(feed: Feed, path: string): Promise<readonly FeedItem[]> {
  const items: FeedItem[] = [];
  for await (const item of feed.parse(localDocument(feed.name, path))) items.push(item);
  return items;
}
const statements = (items: readonly FeedItem[]) =>
  items.flatMap((item) => (item.kind === 'statement' ? [item.statement] : []));
const records = (items: readonly FeedItem[]) => items.flatMap((item) => (item.kind === 'record' ? [item.record] : []));

const trivy = () =>
  bolt({
    'data-source': {
      'debian 11': JSON.stringify({ ID: 'debian', Name: 'Debian Security Tracker' }),
      'pip::GitHub Security Advisory Pip': JSON.stringify({ ID: 'ghsa' }),
    },
    'debian 11': {
      openssl: { 'CVE-2023-0464': JSON.stringify({ FixedVersion: '1.1.1n-0+deb11u5' }) },
      openjpeg2: {
        'CVE-2019-6988': JSON.stringify({ Status: 5, Severity: 1 }),
        'CVE-2021-3575': JSON.stringify({ Status: 2 }),
      },
    },
    'pip::GitHub Security Advisory Pip': {
      setuptools: {
        'CVE-2022-40897': JSON.stringify({ PatchedVersions: ['65.5.1'], VulnerableVersions: ['<65.5.1'] }),
      },
      odd: { 'CVE-2022-1111': JSON.stringify({ VulnerableVersions: ['^1.2'] }) },
    },
    'somewhere else 3': { x: { 'CVE-2022-2222': '{}' } },
    vulnerability: {
      'CVE-2022-40897': JSON.stringify({
        Title: 'pypa-setuptools: ReDoS',
        Description: 'x'.repeat(5_000),
        VendorSeverity: { ghsa: 3, nvd: 2, redhat: 2 },
        CVSS: { nvd: { V3Vector: 'CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:N/I:N/A:H', V3Score: 5.9 } },
        CweIDs: ['CWE-1333'],
        PublishedDate: '2022-12-23T00:15:00Z',
      }),
      broken: 'no json',
    },
  });

describe("Trivy's database", () => {
  it.each([
    ['plain', trivy],
    ['in its archive', () => gzipSync(tar({ 'metadata.json': '{}', 'trivy.db': trivy() }))],
  ])('is read %s', async (name, make) => {
    const path = join(folder, `trivy-${name}`);
    writeFileSync(path, make());
    const items = await read(trivyDb, path);
    expect(statements(items)).toEqual([
      {
        id: 'CVE-2019-6988',
        source: 'debian',
        namespace: 'Debian:11',
        package: 'openjpeg2',
        state: 'will-not-fix',
        ranges: [{}],
        // That database calls what Debian says is unimportant low.
        ratings: [{ source: 'debian', severity: 'NEGLIGIBLE', method: 'urgency', original: 'unimportant' }],
      },
      {
        id: 'CVE-2021-3575',
        source: 'debian',
        namespace: 'Debian:11',
        package: 'openjpeg2',
        state: 'open',
        ranges: [{}],
      },
      {
        id: 'CVE-2023-0464',
        source: 'debian',
        namespace: 'Debian:11',
        package: 'openssl',
        state: 'fixed',
        ranges: [{ fixed: '1.1.1n-0+deb11u5' }],
      },
      {
        id: 'CVE-2022-40897',
        source: 'ghsa',
        namespace: 'PyPI',
        package: 'setuptools',
        state: 'fixed',
        ranges: [{ fixed: '65.5.1' }],
      },
    ]);
    expect(records(items)).toMatchObject([
      {
        id: 'CVE-2022-40897',
        title: 'pypa-setuptools: ReDoS',
        cwes: ['CWE-1333'],
        ratings: [
          { source: 'ghsa', severity: 'HIGH' },
          { source: 'redhat', severity: 'MEDIUM' },
          { source: 'nvd', severity: 'MEDIUM', score: 5.9 },
        ],
      },
    ]);
    expect(items.filter(({ kind }) => kind === 'rejected')).toHaveLength(2);
    expect(readdirSync(folder).filter((entry) => entry.startsWith('unpacked'))).toEqual([]);
  });

  it.each([
    ['truncated', (bytes: Buffer) => bytes.subarray(0, 17_000)],
    [
      'a loop of pages',
      (bytes: Buffer) => {
        const looped = Buffer.from(bytes);
        for (let at = 3 * 4_096 + 16; at < 3 * 4_096 + 16 + 16 * 4; at += 16) looped.writeBigUInt64LE(3n, at + 8);
        return looped;
      },
    ],
    [
      'of random bytes behind its head',
      (bytes: Buffer) => Buffer.concat([bytes.subarray(0, 12_300), Buffer.alloc(60_000, 0xa7)]),
    ],
    ['something else', () => Buffer.from('hello world, this is no database at all')],
  ])('%s is refused', async (name, damage) => {
    const path = join(folder, `bad-${name.replaceAll(' ', '-')}`);
    writeFileSync(path, damage(trivy()));
    await expect(read(trivyDb, path)).rejects.toMatchObject({ code: expect.stringMatching(/corrupt|limit/) });
  }); // prettier-ignore
});

function grype(path: string): void {
  const sqlite = openSqlite(path, 'write');
  const blob = (id: number, value: unknown) =>
    sqlite.query('INSERT INTO blobs VALUES (?, ?)').run([id, JSON.stringify(value)]);
  sqlite.exec(`
    CREATE TABLE db_metadata (build_timestamp TEXT, model INTEGER, revision INTEGER, addition INTEGER);
    INSERT INTO db_metadata VALUES ('2025-03-11 04:06:41.123+00:00', 6, 0, 2);
    CREATE TABLE blobs (id INTEGER PRIMARY KEY, value TEXT);
    CREATE TABLE vulnerability_handles (id INTEGER PRIMARY KEY, name TEXT, status TEXT, published_date TEXT, modified_date TEXT, withdrawn_date TEXT, provider_id TEXT, blob_id INTEGER);
    CREATE TABLE packages (id INTEGER PRIMARY KEY, ecosystem TEXT, name TEXT);
    CREATE TABLE operating_systems (id INTEGER PRIMARY KEY, name TEXT, major_version TEXT, minor_version TEXT, label_version TEXT, codename TEXT);
    CREATE TABLE affected_package_handles (id INTEGER PRIMARY KEY, vulnerability_id INTEGER, operating_system_id INTEGER, package_id INTEGER, blob_id INTEGER);
    CREATE TABLE cpes (id INTEGER PRIMARY KEY, part TEXT, vendor TEXT, product TEXT);
    CREATE TABLE affected_cpe_handles (id INTEGER PRIMARY KEY, vulnerability_id INTEGER, cpe_id INTEGER, blob_id INTEGER);
    INSERT INTO vulnerability_handles VALUES (1, 'CVE-2023-0464', 'active', '2023-03-22 17:15:00+00:00', NULL, NULL, 'debian', 1), (2, 'GHSA-r9hx-vwmv-q579', 'active', NULL, NULL, NULL, 'github', 2), (3, 'CVE-2021-0001', 'rejected', NULL, NULL, NULL, 'nvd', 3);
    INSERT INTO packages VALUES (1, 'deb', 'openssl'), (2, 'python', 'setuptools'), (3, 'unheard-of', 'x');
    INSERT INTO operating_systems VALUES (1, 'debian', '11', '', '', 'bullseye'), (2, 'ubuntu', '22', '04', '', 'jammy');
    INSERT INTO affected_package_handles VALUES (1, 1, 1, 1, 4), (2, 1, 2, 1, 5), (3, 2, NULL, 2, 6), (4, 2, NULL, 3, 6);
    INSERT INTO cpes VALUES (1, 'a', 'openssl', 'openssl'), (2, 'o', 'linux', 'linux_kernel');
    INSERT INTO affected_cpe_handles VALUES (1, 1, 1, 7), (2, 1, 2, 7);
  `);
  blob(1, {
    id: 'CVE-2023-0464',
    severities: [{ scheme: 'CHMLN', value: 'negligible' }],
    refs: [{ url: 'https://security-tracker.debian.org/tracker/CVE-2023-0464' }],
  });
  blob(2, {
    id: 'GHSA-r9hx-vwmv-q579',
    aliases: ['CVE-2022-40897'],
    severities: [{ scheme: 'CVSS', value: { vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H' } }],
  });
  blob(3, { id: 'CVE-2021-0001' });
  blob(4, {
    ranges: [
      {
        version: { type: 'dpkg', constraint: '< 1.1.1n-0+deb11u5' },
        fix: { version: '1.1.1n-0+deb11u5', state: 'fixed' },
      },
    ],
  });
  blob(5, { ranges: [{ version: { type: 'dpkg', constraint: '' }, fix: { version: '', state: 'wont-fix' } }] });
  blob(6, {
    ranges: [{ version: { type: 'python', constraint: '<65.5.1' }, fix: { version: '65.5.1', state: 'fixed' } }],
  });
  blob(7, { ranges: [{ version: { constraint: '>= 1.0.2, < 1.0.2zh || = 3.0.0' } }] });
  sqlite.close();
}

describe("Grype's database", () => {
  it('is read with its providers, systems, programs and states', async () => {
    const path = join(folder, 'grype.db');
    grype(path);
    const items = await read(grypeDb, path);
    const published = '2023-03-22T17:15:00Z';
    const negligible = { source: 'debian', severity: 'NEGLIGIBLE', method: 'urgency', original: 'unimportant' };
    const word = { published, ratings: [negligible] };
    expect(statements(items)).toEqual([
      {
        id: 'CVE-2023-0464',
        source: 'debian',
        namespace: 'Debian:11',
        package: 'openssl',
        state: 'fixed',
        ranges: [{ fixed: '1.1.1n-0+deb11u5' }],
        ...word,
      },
      {
        id: 'CVE-2023-0464',
        source: 'debian',
        namespace: 'Ubuntu:22.04:LTS',
        package: 'openssl',
        state: 'will-not-fix',
        ranges: [{}],
        ...word,
      },
      {
        id: 'GHSA-r9hx-vwmv-q579',
        source: 'ghsa',
        namespace: 'PyPI',
        package: 'setuptools',
        state: 'fixed',
        ranges: [{ fixed: '65.5.1' }],
      },
      {
        id: 'CVE-2023-0464',
        source: 'debian',
        namespace: 'CPE',
        package: 'openssl:openssl',
        state: 'fixed',
        ranges: [{ introduced: '1.0.2', fixed: '1.0.2zh' }],
        versions: ['3.0.0'],
        published,
      },
    ]);
    expect(records(items)).toMatchObject([
      {
        id: 'CVE-2023-0464',
        published: '2023-03-22T17:15:00Z',
        ratings: [{ source: 'debian', severity: 'NEGLIGIBLE' }],
      },
      {
        id: 'GHSA-r9hx-vwmv-q579',
        aliases: ['CVE-2022-40897'],
        ratings: [{ source: 'ghsa', severity: 'HIGH', score: 7.5 }],
      },
      { id: 'CVE-2021-0001', state: 'rejected' },
    ]);
    expect(items).toContainEqual({ kind: 'published', date: '2025-03-11T04:06:41Z' });
  });
});

describe("what Grype's database does not mean", () => {
  it('withdrawn and rejected handles are no findings, a row without a constraint is not all versions, qualifiers are kept', async () => {
    const path = join(folder, 'grype-qualified.db');
    grype(path);
    const sqlite = openSqlite(path, 'write');
    sqlite.exec(`
      INSERT INTO vulnerability_handles VALUES (4, 'GHSA-56pw-mpj4-fxww', 'withdrawn', NULL, NULL, '2023-10-01 00:00:00+00:00', 'github', 2);
      INSERT INTO packages VALUES (4, 'python', 'pillow'), (5, 'rpm', 'nodejs');
      INSERT INTO operating_systems VALUES (3, 'almalinux', '8', '', '', '');
      INSERT INTO affected_package_handles VALUES (5, 4, NULL, 4, 6), (6, 3, 3, 5, 8), (7, 2, NULL, 4, 9), (8, 1, 3, 5, 8);
      INSERT INTO affected_cpe_handles VALUES (3, 1, 1, 10);
    `);
    const blob = (id: number, value: unknown) =>
      sqlite.query('INSERT INTO blobs VALUES (?, ?)').run([id, JSON.stringify(value)]);
    const fixed = '1:18.16.1-1.module_el8.8.0+3598+1';
    blob(8, {
      qualifiers: { rpm_modularity: 'nodejs:18' },
      ranges: [{ version: { constraint: `< ${fixed}` }, fix: { version: fixed, state: 'fixed' } }],
    });
    blob(9, { ranges: [{ version: {} }] });
    blob(10, {
      qualifiers: { platform_cpes: ['cpe:2.3:o:microsoft:windows:-:*:*:*:*:*:*:*'] },
      ranges: [{ version: { constraint: '< 2' } }],
    });
    sqlite.close();
    const items = await read(grypeDb, path);
    const actual = statements(items).filter(({ package: name }) =>
      ['pillow', 'nodejs', 'openssl:openssl'].includes(name),
    );
    expect(
      actual.map(({ id, package: name, state, modules, platforms }) => ({ id, name, state, modules, platforms })),
    ).toMatchObject([
      { id: 'GHSA-56pw-mpj4-fxww', name: 'pillow', state: 'withdrawn' },
      { id: 'CVE-2021-0001', name: 'nodejs', state: 'withdrawn', modules: ['nodejs:18'] },
      { id: 'CVE-2023-0464', name: 'nodejs', state: 'fixed', modules: ['nodejs:18'] },
      { name: 'openssl:openssl', platforms: undefined },
      { name: 'openssl:openssl', platforms: ['microsoft:windows'] },
    ]);
    expect(items.filter(({ kind }) => kind === 'rejected')).toEqual([
      expect.objectContaining({ id: 'PyPI pillow GHSA-r9hx-vwmv-q579' }),
    ]);
  });
});

describe("what Grype's database says is not affected", () => {
  let made = 0;
  /** Rows as its own builder writes them: of Debian, Wolfi and Red Hat with a fix in "0", of AlmaLinux from a bulletin. */
  const rows = async () => {
    made += 1;
    const path = join(folder, `grype-cleared-${made}.db`);
    grype(path);
    const sqlite = openSqlite(path, 'write');
    sqlite.exec(`
      CREATE TABLE unaffected_package_handles (id INTEGER PRIMARY KEY, vulnerability_id INTEGER, operating_system_id INTEGER, package_id INTEGER, blob_id INTEGER);
      INSERT INTO vulnerability_handles VALUES (5, 'CVE-2023-0006', 'active', NULL, NULL, NULL, 'rhel', 3), (6, 'ALSA-2021:4151', 'active', NULL, NULL, NULL, 'alma', 20), (7, 'ALBA-2021:1', 'active', NULL, NULL, NULL, 'alma', 3), (8, 'CVE-2023-0004', 'active', NULL, NULL, NULL, 'wolfi', 3);
      INSERT INTO packages VALUES (6, 'rpm', 'nodejs'), (7, 'rpm', 'bash'), (8, 'apk', 'busybox');
      INSERT INTO operating_systems VALUES (4, 'redhat', '8', '', '', ''), (5, 'redhat', '8', '1', '', ''), (6, 'almalinux', '8', '', '', ''), (7, 'wolfi', '', '', 'rolling', '');
      INSERT INTO affected_package_handles VALUES (20, 5, 4, 6, 21), (21, 5, 5, 6, 21), (22, 8, 7, 8, 22);
      INSERT INTO unaffected_package_handles VALUES (1, 1, 1, 8, 23), (2, 5, 4, 6, 24), (3, 5, 5, 6, 24), (4, 6, 6, 7, 25), (5, 7, 6, 7, 25), (6, 2, NULL, 2, 26);
    `);
    const blob = (id: number, value: unknown) =>
      sqlite.query('INSERT INTO blobs VALUES (?, ?)').run([id, JSON.stringify(value)]);
    blob(20, { id: 'ALSA-2021:4151', aliases: ['CVE-2021-20095', 'CVE-2021-42771'] });
    const module16 = { version: '1:16.20.1-1.module+el8', state: 'fixed' };
    blob(21, {
      qualifiers: { rpm_modularity: 'nodejs:16' },
      ranges: [{ version: { type: 'rpm', constraint: `< ${module16.version}` }, fix: module16 }],
    });
    blob(22, { ranges: [{ version: { type: 'apk', constraint: '< 0' }, fix: { version: '0', state: 'fixed' } }] });
    blob(23, { ranges: [{ version: { type: 'dpkg' }, fix: { state: 'not-affected' } }] });
    blob(24, {
      qualifiers: { rpm_modularity: 'nodejs:18' },
      ranges: [{ version: { type: 'rpm' }, fix: { state: 'not-affected' } }],
    });
    blob(25, {
      ranges: [
        { version: { type: 'rpm', constraint: '>= 4.4.20-4.el8' }, fix: { version: '4.4.20-4.el8', state: 'fixed' } },
      ],
    });
    blob(26, { ranges: [{ version: { type: 'python', constraint: '>= 60, < 61' }, fix: { state: 'fixed' } }] });
    sqlite.close();
    return statements(await read(grypeDb, path)).filter(({ package: name }) =>
      ['nodejs', 'bash', 'busybox', 'setuptools'].includes(name),
    );
  };

  it('is said to be so, once for all minor releases, and each stream of a module for itself', async () => {
    const statements = (await rows()).filter(({ namespace }) => !namespace.startsWith('AlmaLinux'));
    expect(
      statements.map((statement) => [
        statement.id,
        statement.namespace,
        statement.package,
        statement.state,
        statement.ranges,
        statement.modules,
      ]),
    ).toEqual([
      ['GHSA-r9hx-vwmv-q579', 'PyPI', 'setuptools', 'fixed', [{ fixed: '65.5.1' }], undefined],
      ['CVE-2023-0006', 'Red Hat:8', 'nodejs', 'fixed', [{ fixed: '1:16.20.1-1.module+el8' }], ['nodejs:16']],
      ['CVE-2023-0004', 'Wolfi', 'busybox', 'not-affected', [], undefined],
      ['CVE-2023-0464', 'Debian:11', 'busybox', 'not-affected', [], undefined],
      ['CVE-2023-0006', 'Red Hat:8', 'nodejs', 'not-affected', [], ['nodejs:18']],
    ]);
  });

  it('of AlmaLinux is a bulletin on each CVE that it names, fixed in the build where it begins; one without a CVE is none', async () => {
    expect((await rows()).filter(({ namespace }) => namespace.startsWith('AlmaLinux'))).toEqual([
      {
        id: 'ALSA-2021:4151',
        bulletin: 'ALSA-2021:4151',
        vulnerabilities: ['CVE-2021-20095', 'CVE-2021-42771'],
        source: 'almalinux',
        namespace: 'AlmaLinux:8',
        package: 'bash',
        state: 'fixed',
        ranges: [{ fixed: '4.4.20-4.el8' }],
      },
    ]);
  });
});

describe("what Trivy's database does not mean", () => {
  it('a fix in version 0 is none: the package was never affected', async () => {
    const path = join(folder, 'trivy-zero');
    writeFileSync(
      path,
      bolt({ 'alpine 3.18': { openssl: { 'CVE-2023-0004': JSON.stringify({ FixedVersion: '0' }) } } }),
    );
    expect(statements(await read(trivyDb, path))).toEqual([
      expect.objectContaining({ id: 'CVE-2023-0004', state: 'not-affected', ranges: [] }),
    ]);
  });

  it('fixes for some machines are said of these, and those of each flavour stand by themselves', async () => {
    const path = join(folder, 'machines.db');
    const entry = (FixedVersion: string, ...Arches: string[]) => ({ FixedVersion, Arches });
    writeFileSync(
      path,
      bolt({
        'Oracle Linux 8': {
          glibc: {
            'CVE-2023-4911': JSON.stringify({
              FixedVersion: '2.28-225.0.4.el8_8.6',
              Entries: [
                entry('2.28-225.0.4.el8_8.6', 'aarch64'),
                entry('2.28-225.0.3.el8_8.6', 'x86_64', 'i686'),
                entry('2:2.28-225.0.4.ksplice1.el8_8.6', 'x86_64'),
              ],
            }),
          },
        },
      }),
    );
    expect(statements(await read(trivyDb, path)).map(({ ranges, platforms }) => [ranges[0]?.fixed, platforms])).toEqual(
      [
        ['2.28-225.0.4.el8_8.6', ['hardware:aarch64']],
        ['2.28-225.0.3.el8_8.6', ['hardware:x86_64', 'hardware:i686']],
        ['2:2.28-225.0.4.ksplice1.el8_8.6', ['hardware:x86_64']],
      ],
    );
  });

  it('a row of a language without versions is not all versions; only patched ones leave the rest; modules are in the key', async () => {
    const path = join(folder, 'trivy-rows');
    const build = '1:18.16.1-1.module_el8.8.0+3598+1';
    writeFileSync(
      path,
      bolt({
        'alma 8': { 'nodejs:18::nodejs': { 'CVE-2023-30581': JSON.stringify({ FixedVersion: build }) } },
        'rubygems::Ruby Advisory Database': {
          actionpack: {
            'CVE-2016-0751': JSON.stringify({ PatchedVersions: ['>= 5.0.0', '~> 4.2.5, >= 4.2.5.1'] }),
            'CVE-2016-0752': JSON.stringify({ PatchedVersions: ['>= 4.2.5'], UnaffectedVersions: ['< 3.0.0'] }),
            'CVE-2016-0753': '{}',
          },
        },
      }),
    );
    const items = await read(trivyDb, path);
    expect(statements(items).map(({ package: name, ranges, modules }) => [name, ranges, modules])).toEqual([
      ['nodejs', [{ fixed: build }], ['nodejs:18']],
      ['actionpack', [{ fixed: '4.2.5.1' }, { introduced: '4.3', fixed: '5.0.0' }], undefined],
      ['actionpack', [{ introduced: '3.0.0', fixed: '4.2.5' }], undefined],
    ]);
    expect(items.filter(({ kind }) => kind === 'rejected')).toHaveLength(1);
  });

  it('lies below a mirror as it is published, or as the program keeps it', async () => {
    const pathOf = async (feed: Feed, ...names: readonly string[]) => (await feed.sources(async () => names))[0]?.path;
    expect(await pathOf(trivyDb, 'trivy.db', 'metadata.json')).toBe('trivy/trivy.db');
    expect(await pathOf(trivyDb, 'db.tar.gz')).toBe('trivy/db.tar.gz');
    expect(await pathOf(grypeDb, 'vulnerability.db')).toBe('grype/vulnerability.db');
    expect(await pathOf(grypeDb)).toBe('grype/vulnerability-db.tar.zst');
  });
});

describe('constraints', () => {
  it.each([
    ['', [{}], []],
    [
      '>=1.0,<2.0||>=3.0,<3.1',
      [
        { introduced: '1.0', fixed: '2.0' },
        { introduced: '3.0', fixed: '3.1' },
      ],
      [],
    ],
    ['<= 1.2.3', [{ lastAffected: '1.2.3' }], []],
    ['= 1.0 || =1.1', [], ['1.0', '1.1']],
    ['>= 0, < 4', [{ fixed: '4' }], []],
    ['> 0, < 4', [{ fixed: '4' }], []],
    ['> 1.19.0, <= 1.20.7', [{ introduced: '1.19.0', isAfter: true, lastAffected: '1.20.7' }], []],
  ])('%s', (text, ranges, versions) => expect(readConstraint(text)).toEqual({ ranges, versions }));
  it.each(['^1.2', '~> 2.0', '!= 3'])('%s is left alone: it means another thing in every language', (text) =>
    expect(readConstraint(text)).toBeUndefined(),
  );
});
