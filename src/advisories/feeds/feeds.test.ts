import { describe, expect, it } from 'vitest';
import { osvRecord } from '../../../test/feeds/sample.ts';
import { alpineSecdb } from './alpine.ts';
import { debianLists } from './debian-lists.ts';
import { debianTracker } from './debian-tracker.ts';
import { endOfLifeDates } from './end-of-life.ts';
import { epss } from './epss.ts';
import type { Feed, FeedDocument, FeedItem } from './feed.ts';
import { feeds } from './index.ts';
import { kev } from './kev.ts';
import { nvd } from './nvd.ts';
import { nvidiaBulletins } from './nvidia.ts';
import { osv } from './osv.ts';
import { redhatVex } from './redhat.ts';
import { updateinfo } from './updateinfo.ts';

/** A document of text, cut into small chunks, or of files. */
function document(name: string, content: string | Record<string, unknown>): FeedDocument {
  return {
    name,
    path: '/nowhere',
    async *chunks() {
      const bytes = Buffer.from(content as string);
      for (let at = 0; at < bytes.length; at += 7) yield bytes.subarray(at, at + 7);
    },
    async *files() {
      for (const [file, value] of Object.entries(content))
        yield { name: file, read: () => Buffer.from(JSON.stringify(value)) };
    },
  };
}

async function read(feed: Feed, name: string, content: string | Record<string, unknown>): Promise<readonly FeedItem[]> {
  const items: FeedItem[] = [];
  for await (const item of feed.parse(document(name, content))) items.push(item);
  return items;
}

const statements = (items: readonly FeedItem[]) =>
  items.flatMap((item) => (item.kind === 'statement' ? [item.statement] : []));
const records = (items: readonly FeedItem[]) => items.flatMap((item) => (item.kind === 'record' ? [item.record] : []));
const rejected = (items: readonly FeedItem[]) => items.filter(({ kind }) => kind === 'rejected');

describe('every feed', () => {
  it.each(feeds.map((feed) => [feed.name, feed] as const))('%s says what it is and where', async (name, feed) => {
    const sources = await feed.sources(async () => undefined);
    expect(feed).toMatchObject({
      title: expect.stringMatching(/./),
      licence: expect.stringMatching(/./),
      version: expect.any(Number),
    });
    expect(sources.length).toBeGreaterThan(0);
    for (const { url, path, name: document } of sources) {
      expect(path).toMatch(/^[\w. -]+(\/[\w. -]+)*\/?$/);
      expect(document).toMatch(/^[\w./ -]+$/);
      if (url !== undefined) expect(new URL(url).protocol).toBe('https:');
    }
    expect(new Set(sources.map((source) => source.name)).size).toBe(sources.length);
    expect(feeds.filter((other) => other.name === name)).toHaveLength(1);
  });

  it.each(feeds.map((feed) => [feed.name, feed] as const))(
    '%s refuses or names what is not its format, and never hangs',
    async (_, feed) => {
      const [source] = await feed.sources(async () => undefined);
      for (const content of [
        '{"a":[[[{"b":',
        '<html>',
        'null',
        '{"vulnerabilities":{"a":1},"packages":[1,"x",null]}',
        '[{"__proto__":{"id":"CVE-2020-1"}}]',
      ]) {
        const outcome = await read(feed, source!.name, content).catch((error: unknown) => error);
        if (Array.isArray(outcome)) expect(statements(outcome as FeedItem[])).toEqual([]);
        else expect(outcome).toBeInstanceOf(Error);
      }
    },
  );
});

describe('what RustSec says of crates besides flaws', () => {
  it.each([
    ['unmaintained', 0],
    ['notice', 0],
    ['unsound', 1],
    [null, 1],
  ])('is no vulnerability: %s', async (informational, count) => {
    // As RUSTSEC-2020-0036 on failure has it.
    const affected = [
      {
        package: { ecosystem: 'crates.io', name: 'failure' },
        database_specific: { cvss: null, categories: [], informational },
        ranges: [{ type: 'SEMVER', events: [{ introduced: '0.0.0-0' }] }],
      },
    ];
    const record = osvRecord({ id: 'RUSTSEC-2020-0036', aliases: [], affected });
    const items = await read(osv, 'osv/crates.io', { 'RUSTSEC-2020-0036.json': record });
    expect(statements(items)).toHaveLength(count);
    expect(records(items)).toHaveLength(1);
  });
});

describe('aliases of OSV records', () => {
  it('are the same ids with blanks around them or in another case', async () => {
    const affected = [{ package: { ecosystem: 'PyPI', name: 'a' }, ranges: [], versions: ['1'] }];
    const aliases = [' cve-2025-10008 ', 'CVE-2025-10008', 'ghsa-JFH8-c2jp-5v3q', 'SNYK-PYTHON-A-1'];
    const items = await read(osv, 'osv/PyPI', {
      'PYSEC-2025-5.json': osvRecord({ id: 'PYSEC-2025-5', aliases, affected }),
    });
    expect([...new Set(records(items)[0]?.aliases)]).toEqual([
      'CVE-2025-10008',
      'GHSA-jfh8-c2jp-5v3q',
      'SNYK-PYTHON-A-1',
    ]);
  });
});

it('a range of GitHub without a fix ends where GitHub says that it does, as GHSA-p2v9-g2qv-p635 says it of netty', async () => {
  // GHSA-c2v4-chx5-vff6 on commonmarker: among its versions are those behind the end.
  const commonmarker = {
    package: { ecosystem: 'RubyGems', name: 'commonmarker' },
    ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }] }],
    versions: ['0.23.3', '0.23.4', '2.0.1'],
    database_specific: { last_known_affected_version_range: '< 0.23.4' },
  };
  const gem = osvRecord({ id: 'GHSA-c2v4-chx5-vff6', aliases: [], affected: [commonmarker] });
  const [ofGem] = statements(await read(osv, 'osv/RubyGems', { 'GHSA-c2v4-chx5-vff6.json': gem }));
  expect([ofGem?.ranges, ofGem?.versions, ofGem?.state]).toEqual([[{ limit: '0.23.4' }], undefined, 'open']);
  const affected = [
    {
      package: { ecosystem: 'Maven', name: 'io.netty:netty' },
      ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }] }],
      database_specific: { last_known_affected_version_range: '< 4.0.0' },
    },
  ];
  const record = osvRecord({ id: 'GHSA-p2v9-g2qv-p635', aliases: ['CVE-2019-20445'], affected });
  const [said] = statements(await read(osv, 'osv/Maven', { 'GHSA-p2v9-g2qv-p635.json': record }));
  expect(said).toMatchObject({ ranges: [{ limit: '4.0.0' }], note: 'last known to be affected: < 4.0.0' });
});

it('a note of CERT/CC that a record names as the same flaw is one of its ids', async () => {
  const record = osvRecord({
    id: 'GHSA-3w3f-wp5m-5xqp',
    aliases: ['CVE-2024-27983', 'VU#421644', 'no id', 'VU#'],
    affected: [],
  });
  const items = await read(osv, 'osv/npm', { 'GHSA-3w3f-wp5m-5xqp.json': record });
  expect(JSON.stringify(items)).toContain('"aliases":["CVE-2024-27983","VU#421644"]');
});

describe('code that OSV records name', () => {
  const named = async (specific: Record<string, unknown>, name = 'golang.org/x/net', ecosystem = 'Go') => {
    const affected = [
      {
        package: { ecosystem, name },
        ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '0.13.0' }] }],
        ecosystem_specific: specific,
      },
    ];
    const record = osvRecord({ id: 'GO-2023-1988', aliases: ['CVE-2023-3978'], affected });
    const [statement] = statements(await read(osv, 'osv/Go', { 'GO-2023-1988.json': record }));
    return { imports: statement?.imports, platforms: statement?.platforms };
  };

  it('packages of Go with their functions, as GO-2023-1988 has them', async () => {
    const imports = [{ path: 'golang.org/x/net/html', symbols: ['Render', 'render1'] }];
    expect(await named({ imports })).toEqual({ imports, platforms: undefined });
  });

  it('of code that is built for another system alone the statement is on that system, as GO-2022-0533 has it', async () => {
    const windows = { path: 'path/filepath', symbols: ['Clean'], goos: ['windows'] };
    expect(await named({ imports: [windows] }, 'stdlib')).toEqual({
      imports: undefined,
      platforms: ['software:windows'],
    });
    const everywhere = { path: 'os/exec', symbols: ['Cmd.Run'] };
    expect(await named({ imports: [windows, everywhere] }, 'stdlib')).toMatchObject({ imports: [everywhere] });
  });

  it('functions of a crate, as RUSTSEC-2021-0003 has them', async () => {
    const affects = { arch: [], functions: ['smallvec::SmallVec::insert_many'], os: [] };
    expect((await named({ affects }, 'smallvec', 'crates.io')).imports).toEqual([
      { path: 'smallvec::SmallVec', symbols: ['insert_many'] },
    ]);
  });

  it.each([
    [{ imports: 'golang.org/x/net' }],
    [{ imports: [1, null, { path: 7 }, { path: 'with space' }] }],
    [{ imports: [] }],
    [{ affects: { functions: [[], 'plain'] } }],
  ])('%j names none', async (specific) => {
    expect((await named(specific)).imports).toBeUndefined();
  });
});

describe('the Debian tracker', () => {
  const release = async (state: Record<string, unknown>) =>
    statements(
      await read(
        debianTracker,
        'debian/tracker',
        JSON.stringify({ glibc: { 'CVE-2010-4756': { releases: { bullseye: state } } } }),
      ),
    )[0];

  it.each([
    [{ status: 'resolved', fixed_version: '2.31-13', urgency: 'low' }, 'fixed', [{ fixed: '2.31-13' }]],
    [{ status: 'resolved', fixed_version: '0', urgency: 'unimportant' }, 'not-affected', []],
    [{ status: 'open', urgency: 'unimportant' }, 'unimportant', [{}]],
    [{ status: 'open', urgency: 'not yet assigned' }, 'open', [{}]],
    [{ status: 'open', urgency: 'low', nodsa: 'Minor issue', nodsa_reason: '' }, 'no-dsa', [{}]],
    [{ status: 'open', urgency: 'low', nodsa: 'Minor issue', nodsa_reason: 'ignored' }, 'ignored', [{}]],
    [{ status: 'open', urgency: 'low', nodsa: 'Later', nodsa_reason: 'postponed' }, 'postponed', [{}]],
    [{ status: 'open', urgency: 'end-of-life' }, 'end-of-life', [{}]],
    [{ status: 'undetermined', urgency: 'not yet assigned' }, 'undetermined', [{}]],
    // Open in the archive, and fixed in a version that is named: from there on nothing is affected.
    [
      { status: 'open', urgency: 'not yet assigned', nodsa: 'Minor issue', fixed_version: '3.1-1+deb11u1' },
      'no-dsa',
      [{ limit: '3.1-1+deb11u1' }],
    ],
    [{ status: 'open', urgency: 'low', fixed_version: '0' }, 'open', [{}]],
  ])('%o is %s', async (state, expected, ranges) => {
    expect(await release(state)).toMatchObject({ namespace: 'Debian:11', package: 'glibc', state: expected, ranges });
  });

  it('names a status that nobody knows instead of guessing', async () => {
    const items = await read(
      debianTracker,
      'debian/tracker',
      '{"a":{"CVE-2020-1":{"releases":{"sid":{"status":"magic"}}}}}',
    );
    expect(statements(items)).toEqual([]);
    expect(rejected(items)).toHaveLength(1);
  });
});

describe('the DSA and DLA lists', () => {
  const text = [
    '[31 May 2023] DSA-5417-1 openssl - security update',
    '\t{CVE-2023-0464 CVE-2023-0465 CVE-2023-0466 CVE-2023-2650}',
    '\t[bullseye] - openssl 1.1.1n-0+deb11u5',
    '\tNOTE: for people',
    '[01 Jun 2023] DSA-5417-2  openssl - regression update',
    '\t[bullseye] - openssl 1.1.1n-0+deb11u6',
    '[18 Apr 2018] DSA-4205-1 jessie end-of-life',
    '\t{CVE-2018-1}',
    '\t[jessie] - x <end-of-life>',
    '[27 Sep 2024] DSA-5776-1 tryton-server - security update',
    '\t[bookworm] - tryton-server 6.0.29-2+deb12u3',
    '[18 Jan 2025] DLA-4015-2 rsync - security update',
    '\t[bullseye] - rsync 3.2.3-4+deb11u3',
    '[30 Jan 2025] DLA-4036-1 debian-security-support - update',
    '\t[bullseye] - debian-security-support 1:11+2025.01.30',
    '[23 Sep 2024] DLA-3895-1 tzdata - new timezone database',
    '\t[bullseye] - tzdata 2024b-0+deb11u1',
  ].join('\n');

  it('give bulletins their fixes and days; one without a CVE speaks of a flaw unless it repairs, maintains or ends something', async () => {
    const items = await read(debianLists, 'debian/DSA', text);
    expect(statements(items)).toEqual([
      {
        id: 'DSA-5417-1',
        bulletin: 'DSA-5417-1',
        source: 'debian',
        namespace: 'Debian:11',
        package: 'openssl',
        state: 'fixed',
        ranges: [{ fixed: '1.1.1n-0+deb11u5' }],
        vulnerabilities: ['CVE-2023-0464', 'CVE-2023-0465', 'CVE-2023-0466', 'CVE-2023-2650'],
        fixDate: '2023-05-31',
      },
      {
        id: 'DSA-5776-1',
        bulletin: 'DSA-5776-1',
        source: 'debian',
        namespace: 'Debian:12',
        package: 'tryton-server',
        state: 'fixed',
        ranges: [{ fixed: '6.0.29-2+deb12u3' }],
        fixDate: '2024-09-27',
      },
    ]);
    expect(records(items)).toHaveLength(7);
  });

  it('are taken as the newest that a mirror has', async () => {
    const listed = async () => ['DSA-list-2023-03-29.txt', 'DSA-list-2025-02-13.txt', 'tracker.json'];
    expect((await debianLists.sources(listed)).map(({ path }) => path)).toEqual([
      'debian/DSA-list-2025-02-13.txt',
      'debian/DLA/list',
    ]);
  });
});

describe("Alpine's secdb", () => {
  it('knows fixes, what never was, and several ways to write an id', async () => {
    const secfixes = {
      '1.1.1d-r3': ['CVE-2019-1551'],
      '1.0.2-r1': ['CVE_2016-0800 GHSA-aaaa-bbbb-cccc', 'CVE-2017-2616 (+ regression fix)', 'XSA-123'],
      '3.1.2-r7': ['CVE-2017-17434-1', 'CVE-2017-17434-2', 'CVE-2017-8073.patch', 'CVE 2018-16859'],
      '0': ['CVE-2022-0001'],
    };
    const actual = statements(
      await read(
        alpineSecdb,
        'alpine/v3.11/main',
        JSON.stringify({ packages: [{ pkg: { name: 'openssl', secfixes } }] }),
      ),
    );
    expect(actual.map(({ id, state, ranges }) => [id, state, ranges[0]?.fixed])).toEqual([
      ['CVE-2022-0001', 'not-affected', undefined],
      ['CVE-2019-1551', 'fixed', '1.1.1d-r3'],
      ['CVE-2016-0800', 'fixed', '1.0.2-r1'],
      ['CVE-2017-2616', 'fixed', '1.0.2-r1'],
      ['XSA-123', 'fixed', '1.0.2-r1'],
      ['CVE-2017-17434', 'fixed', '3.1.2-r7'],
      ['CVE-2017-8073', 'fixed', '3.1.2-r7'],
      ['CVE-2018-16859', 'fixed', '3.1.2-r7'],
    ]);
    expect(new Set(actual.map(({ namespace }) => namespace))).toEqual(new Set(['Alpine:v3.11']));
  });

  it('without a single fix still covers its release', async () => {
    expect(await read(alpineSecdb, 'alpine/v3.3/community', '{"packages":[]}')).toContainEqual({
      kind: 'covers',
      namespace: 'Alpine:v3.3',
    });
  });
});

describe('OSV', () => {
  const make = (record: Record<string, unknown>) => read(osv, 'osv/x', { [`${record.id}.json`]: record });

  it('keeps of the listed versions those that no range covers', async () => {
    const affected = [
      {
        package: { ecosystem: 'PyPI', name: 'x' },
        ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '1.0' }] }],
        versions: ['0.9', '1.0', '1.1'],
      },
    ];
    expect(statements(await make(osvRecord({ affected })))[0]).toMatchObject({
      ranges: [{ fixed: '1.0' }],
      versions: ['1.0', '1.1'],
    });
  });

  it('sorts events, closes each interval at the first end, leaves git ranges alone', async () => {
    const events = [
      { fixed: '4.1.1.26' },
      { introduced: '4.0.0.21' },
      { fixed: '3.4.7.28' },
      { introduced: '0' },
      { fixed: '3.4.8' },
    ];
    const affected = [
      {
        package: { ecosystem: 'PyPI', name: 'x' },
        ranges: [
          { type: 'ECOSYSTEM', events },
          { type: 'GIT', events: [{ introduced: '0' }] },
        ],
      },
    ];
    expect(statements(await make(osvRecord({ affected })))[0]?.ranges).toEqual([
      { fixed: '3.4.7.28' },
      { introduced: '4.0.0.21', fixed: '4.1.1.26' },
    ]);
  });

  it('a bulletin makes one statement about each of its CVEs, with the word of its title as rating', async () => {
    const items = await make({
      id: 'ALSA-2024:10831',
      summary: 'Important: postgresql:16 security update',
      published: '2024-12-05T00:00:00Z',
      modified: '2024-12-06T00:00:00Z',
      related: ['CVE-2024-10976', 'CVE-2024-10978'],
      affected: [
        {
          package: { ecosystem: 'AlmaLinux:8', name: 'postgresql' },
          ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '16.6-1' }] }],
        },
      ],
    });
    expect(statements(items)).toMatchObject([
      {
        source: 'almalinux',
        bulletin: 'ALSA-2024:10831',
        vulnerabilities: ['CVE-2024-10976', 'CVE-2024-10978'],
        fixDate: '2024-12-05T00:00:00Z',
      },
    ]);
    expect(records(items)[0]?.ratings).toEqual([
      { source: 'almalinux', severity: 'HIGH', method: 'text', original: 'Important' },
    ]);
  });

  it("keeps Ubuntu's priority and status, Pro apart, and a copied vector from passing for Ubuntu's own", async () => {
    const affected = (ecosystem: string, status: string) => ({
      package: { ecosystem, name: 'curl' },
      ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }] }],
      ecosystem_specific: { ubuntu_status: status },
    });
    const items = await make({
      id: 'UBUNTU-CVE-2025-14017',
      upstream: ['CVE-2025-14017'],
      severity: [
        { type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' },
        { type: 'Ubuntu', score: 'medium' },
      ],
      affected: [affected('Ubuntu:22.04:LTS', 'needed'), affected('Ubuntu:Pro:18.04:LTS', 'deferred')],
    });
    expect(statements(items).map(({ id, source, namespace, state }) => [id, source, namespace, state])).toEqual([
      ['CVE-2025-14017', 'ubuntu', 'Ubuntu:22.04:LTS', 'open'],
      ['CVE-2025-14017', 'ubuntu', 'Ubuntu:Pro:18.04:LTS', 'deferred'],
    ]);
    expect(records(items)[0]?.ratings?.map(({ source, severity }) => [source, severity])).toEqual([
      ['osv', 'CRITICAL'],
      ['ubuntu', 'MEDIUM'],
    ]);
  });

  it("takes PSF's advisories from the archive of their repository: release tags, where OSV has added them, are versions of the program", async () => {
    const [source] = (await osv.sources(async () => undefined)).filter(({ name }) => name === 'osv/PSF');
    expect(source!.url).toMatch(/\.zip$/);
    const record = (versions?: readonly string[]) => ({
      id: 'PSF-2023-8',
      published: '2023-08-24T00:00:00Z',
      aliases: ['CVE-2023-40217'],
      affected: [
        {
          ranges: [
            {
              type: 'GIT',
              repo: 'https://github.com/python/cpython',
              events: [{ introduced: '0' }, { fixed: 'b4bcc06a9cfe13d96d5270809d963f8ba278f89b' }],
            },
          ],
          ...(versions && { versions }),
        },
      ],
    });
    const psf = (versions?: readonly string[]) =>
      read(osv, 'osv/PSF', { 'advisory-database-main/advisories/python/PSF-2023-8.json': record(versions) });
    // As PSF writes it: commits only. What it is the same as is known, the versions are NVD's to tell.
    expect(records(await psf())).toMatchObject([{ id: 'PSF-2023-8', aliases: ['CVE-2023-40217'] }]);
    expect(statements(await psf())).toEqual([]);
    expect(statements(await psf(['v3.11.4', 'v3.8.17']))).toMatchObject([
      { id: 'PSF-2023-8', source: 'psf', namespace: 'CPE', package: 'python:python', versions: ['3.11.4', '3.8.17'] },
    ]);
  });

  it("SUSE's modules are the release they belong to, long-term streams stay apart, and a bulletin speaks of its CVEs", async () => {
    const fix = (ecosystem: string, fixed: string) => ({
      package: { ecosystem, name: 'openssl-1_1', purl: 'pkg:rpm/suse/openssl-1_1' },
      ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed }] }],
    });
    const items = await make({
      id: 'SUSE-SU-2023:2342-1',
      published: '2023-06-01T08:15:20Z',
      related: ['CVE-2023-2650'],
      affected: [
        fix('SUSE:Linux Enterprise Module for Basesystem 15 SP4', '1.1.1l-150400.7.37.1'),
        fix('SUSE:Linux Enterprise Server 15 SP3-LTSS', '1.1.1d-150200.11.65.1'),
        fix('openSUSE:Leap 15.4', '1.1.1l-150400.7.37.1'),
      ],
    });
    expect(
      statements(items).map(({ namespace, source, bulletin, vulnerabilities, fixDate }) => [
        namespace,
        source,
        bulletin,
        vulnerabilities,
        fixDate,
      ]),
    ).toEqual(
      ['SUSE:Linux Enterprise Server 15 SP4', 'SUSE:Linux Enterprise Server 15 SP3-LTSS', 'openSUSE:Leap 15.4'].map(
        (namespace) => [namespace, 'suse', 'SUSE-SU-2023:2342-1', ['CVE-2023-2650'], '2023-06-01T08:15:20Z'],
      ),
    );
  });

  it.each([
    ['Wolfi', 'CGA-2xgc-3h4v-q5hc', 'chainguard', '8.5.0-r0'],
    ['MinimOS', 'MINI-2234-5678-9qrv', 'minimos', '8.5.0-r0'],
    ['Azure Linux:3', 'AZL-12345', 'azurelinux', '0:8.8.0-1'],
    ['Rocky Linux:9', 'RLSA-2023:6679', 'rocky', '0:7.76.1-26.el9'],
    ['Julia', 'JLSEC-2025-1', 'julia', '8.5.0+0'],
    ['CRAN', 'RSEC-2023-6', 'rsec', '4.3.3'],
    ['Hackage', 'HSEC-2023-0001', 'haskell', '2.0.1.0'],
    ['crates.io', 'RUSTSEC-2023-0044', 'rustsec', '0.10.55'],
  ])('%s: %s is the word of %s', async (namespace, id, source, fixed) => {
    const [statement] = statements(
      await make(
        osvRecord({
          id,
          aliases: ['CVE-2023-38545'],
          affected: [
            {
              package: { ecosystem: namespace, name: 'curl' },
              ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed }] }],
            },
          ],
        }),
      ),
    );
    expect(statement).toMatchObject({ id, source, namespace, package: 'curl', state: 'fixed', ranges: [{ fixed }] });
  });

  it.each([
    'Rejected reason: This Record was REJECTED after determining it is not in compliance with CVE Program requirements.',
    '** REJECT ** DO NOT USE THIS CANDIDATE NUMBER.',
  ])('a record of a CVE that was rejected is withdrawn, though only its text says so: %s', async (details) => {
    const [statement] = statements(
      await make(osvRecord({ id: 'BIT-node-2025-23087', details, modified: '2025-05-20T10:02:07Z' })),
    );
    expect(statement).toMatchObject({ state: 'withdrawn', withdrawn: '2025-05-20T10:02:07Z' });
  });

  it('a withdrawn record stays, as withdrawn', async () => {
    expect(statements(await make(osvRecord({ withdrawn: '2024-01-01T00:00:00Z' })))[0]).toMatchObject({
      state: 'withdrawn',
      withdrawn: '2024-01-01T00:00:00Z',
    });
  });
});

describe('NVD', () => {
  const cve = async (changes: Record<string, unknown>) =>
    read(
      nvd,
      'nvd/2021',
      JSON.stringify({
        timestamp: '2021-09-10T07:00Z',
        vulnerabilities: [{ cve: { id: 'CVE-2021-0001', descriptions: [{ lang: 'en', value: 'x' }], ...changes } }],
      }),
    );

  it('keeps every rating apart by who gave it', async () => {
    const metric = (source: string, version: string, vectorString: string, baseScore: number) => ({
      source,
      cvssData: { version, vectorString, baseScore },
    });
    const metrics = {
      cvssMetricV2: [metric('nvd@nist.gov', '2.0', 'AV:N/AC:L/Au:N/C:P/I:P/A:P', 7.5)],
      cvssMetricV31: [
        metric('nvd@nist.gov', '3.1', 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', 9.8),
        metric('134c704f-9b21-4f2e-91b3-4a467353bcc0', '3.1', 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:N/A:N', 5.3),
        metric('audit@patchstack.com', '3.1', 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:L/A:N', 5.3),
      ],
    };
    expect(
      records(await cve({ metrics }))[0]?.ratings?.map(
        ({ source, method, severity }) => `${source} ${method} ${severity}`,
      ),
    ).toEqual([
      'nvd CVSS:3.1 CRITICAL',
      'cisa-adp CVSS:3.1 MEDIUM',
      'cna:audit@patchstack.com CVSS:3.1 MEDIUM',
      'nvd CVSS:2.0 HIGH',
    ]);
  });

  it.each([
    [{ vulnStatus: 'Rejected' }, 'rejected'],
    [{ descriptions: [{ lang: 'en', value: '** REJECT ** do not use' }] }, 'rejected'],
    [{ cveTags: [{ tags: ['disputed'] }] }, 'disputed'],
    [{ descriptions: [{ lang: 'en', value: '** DISPUTED ** maybe' }] }, 'disputed'],
  ])('%o is %s', async (changes, state) => expect(records(await cve(changes))[0]?.state).toBe(state));

  it('says of a rejected CVE nothing about products, and of others only about programs', async () => {
    const cpeMatch = [
      { vulnerable: true, criteria: 'cpe:2.3:a:openssl:openssl:1.0.2:beta1:*:*:*:*:*:*' },
      {
        vulnerable: true,
        criteria: 'cpe:2.3:a:openssl:openssl:*:*:*:*:*:*:*:*',
        versionStartIncluding: '1.0.1',
        versionEndIncluding: '1.0.1t',
      },
      { vulnerable: true, criteria: 'cpe:2.3:o:linux:linux_kernel:*:*:*:*:*:*:*:*', versionEndExcluding: '5' },
      { vulnerable: false, criteria: 'cpe:2.3:a:other:other:*:*:*:*:*:*:*:*' },
    ];
    const configurations = [{ nodes: [{ cpeMatch }] }];
    expect(statements(await cve({ configurations }))).toMatchObject([
      {
        namespace: 'CPE',
        package: 'openssl:openssl',
        ranges: [{ introduced: '1.0.1', lastAffected: '1.0.1t' }],
        versions: ['1.0.2-beta1'],
      },
    ]);
    expect(statements(await cve({ configurations, vulnStatus: 'Rejected' }))).toEqual([]);
  });
});

describe("NVIDIA's bulletins", () => {
  const bulletin = (affected: string, fixed: string, platform = 'Linux') => ({
    document: {
      csaf_version: '2.0',
      title: 'CUDA Toolkit',
      tracking: {
        id: '5456',
        initial_release_date: '2023-04-21T00:00:00Z',
        current_release_date: '2023-04-21T00:00:00Z',
      },
    },
    product_tree: {
      branches: [
        {
          category: 'vendor',
          name: 'NVIDIA',
          branches: [
            {
              category: 'architecture',
              name: platform,
              branches: [
                {
                  category: 'product_version',
                  name: 'NVIDIA CUDA Toolkit',
                  product: { name: affected, product_id: 'a' },
                },
                { category: 'product_version', name: 'NVIDIA CUDA Toolkit', product: { name: fixed, product_id: 'f' } },
              ],
            },
          ],
        },
      ],
    },
    vulnerabilities: [
      {
        cve: 'CVE-2023-25512',
        product_status: { known_affected: ['a'], fixed: ['f'] },
        scores: [{ cvss_v3: { vectorString: 'CVSS:3.1/AV:L/AC:L/PR:N/UI:R/S:U/C:L/I:N/A:L' } }],
      },
    ],
  }); // prettier-ignore

  it.each([
    ['All versions prior to 12.1', '12.1', 'Linux', [{ fixed: '12.1' }]],
    ['All versions prior to CUDA Toolkit v12.2', 'CUDA Toolkit v12.2', 'Linux, Windows', [{ fixed: '12.2' }]],
    ['All versions prior to 12.1 Update 1', '12.1 Update 1', 'Linux', [{ fixed: '12.1.1' }]],
    ['All versions up to and including v1.16.1', 'v1.16.2', 'Linux', [{ fixed: '1.16.2' }]],
    ['All versions', 'see notes', 'Linux', [{}]],
    ['Some versions', 'see notes', 'Linux', []],
  ])('%s', async (affected, fixed, platform, ranges) => {
    const actual = statements(
      await read(nvidiaBulletins, 'nvidia', { '5456.json': bulletin(affected, fixed, platform) }),
    );
    expect(actual).toMatchObject([
      { id: 'CVE-2023-25512', namespace: 'NVIDIA', package: 'cuda-toolkit', ranges, bulletin: 'NVIDIA-5456' },
    ]);
    expect(actual[0]?.state).toBe(ranges.length === 0 ? 'undetermined' : 'fixed' in ranges[0]! ? 'fixed' : 'open');
  });

  it('what concerns only Windows is left out', async () => {
    expect(
      statements(await read(nvidiaBulletins, 'nvidia', { '5456.json': bulletin('All versions', '1', 'Windows') })),
    ).toEqual([]);
  });
});

describe("Red Hat's VEX", () => {
  const component = (id: string, purl?: string) => ({
    category: 'product_version',
    name: id,
    product: { name: id, product_id: id, ...(purl && { product_identification_helper: { purl } }) },
  });
  const platform = (id: string, cpe: string) => ({
    category: 'product_name',
    name: id,
    product: { name: id, product_id: id, product_identification_helper: { cpe } },
  });
  const relation = (where: string, what: string) => ({
    category: 'default_component_of',
    full_product_name: { name: what, product_id: `${where}:${what}` },
    product_reference: what,
    relates_to_product_reference: where,
  });
  const fixed = 'openssl-1:1.1.1k-9.el8_7.x86_64';
  const vex = {
    document: { csaf_version: '2.0', aggregate_severity: { text: 'Moderate' } },
    product_tree: {
      branches: [
        {
          category: 'vendor',
          name: 'Red Hat',
          branches: [
            platform('BaseOS-8', 'cpe:/o:redhat:enterprise_linux:8::baseos'),
            platform('rhel_7', 'cpe:/o:redhat:enterprise_linux:7'),
            platform('EUS', 'cpe:/o:redhat:rhel_eus:8.6::baseos'),
            component(fixed, 'pkg:rpm/redhat/openssl@1.1.1k-9.el8_7?arch=x86_64&epoch=1'),
            component('openssl'),
            component('compat-openssl10'),
          ],
        },
      ],
      relationships: [
        relation('BaseOS-8', fixed),
        relation('EUS', fixed),
        relation('rhel_7', 'openssl'),
        relation('BaseOS-8', 'compat-openssl10'),
      ],
    },
    vulnerabilities: [
      {
        cve: 'CVE-2023-0286',
        title: 'openssl: X.400 address type confusion',
        release_date: '2023-02-07T16:00:00+00:00',
        scores: [{ cvss_v3: { vectorString: 'CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:N/A:H' } }],
        product_status: {
          fixed: [`BaseOS-8:${fixed}`, `EUS:${fixed}`],
          known_affected: ['rhel_7:openssl'],
          known_not_affected: ['BaseOS-8:compat-openssl10'],
        },
        remediations: [
          {
            category: 'vendor_fix',
            url: 'https://access.redhat.com/errata/RHSA-2023:1405',
            date: '2023-03-22T10:00:00+00:00',
            details: 'apply',
            product_ids: [`BaseOS-8:${fixed}`],
          },
          { category: 'no_fix_planned', details: 'Will not fix', product_ids: ['rhel_7:openssl'] },
        ],
      },
    ],
  }; // prettier-ignore

  it('keeps fixed, will not fix and not affected apart, for the releases themselves', async () => {
    const items = await read(redhatVex, 'redhat/vex', { 'cve-2023-0286.json': vex, 'index.json': {} });
    expect(
      statements(items).map(({ namespace, package: name, state, ranges, bulletin, note }) => [
        namespace,
        name,
        state,
        ranges,
        bulletin,
        note,
      ]),
    ).toEqual([
      ['Red Hat:8', 'openssl', 'fixed', [{ fixed: '1:1.1.1k-9.el8_7' }], 'RHSA-2023:1405', undefined],
      ['Red Hat:7', 'openssl', 'will-not-fix', [{}], undefined, 'Will not fix'],
      ['Red Hat:8', 'compat-openssl10', 'not-affected', [], undefined, undefined],
    ]);
    expect(records(items)[0]?.ratings?.map(({ method, severity }) => [method, severity])).toEqual([
      ['text', 'MEDIUM'],
      ['CVSS:3.1', 'HIGH'],
    ]);
    expect(rejected(items)).toHaveLength(1);
  });
});

describe('updateinfo.xml', () => {
  const update = `<update from="x" status="final" type="security" version="1"><id>ALAS2-2023-1974</id><title>openssl</title><issued date="2023-03-02 18:13:00"/><severity>important</severity>
    <references><reference href="x" id="CVE-2023-0286" title="" type="cve"/></references>
    <pkglist><collection short="amazon-linux-2"><package arch="x86_64" epoch="1" name="openssl" release="24.amzn2.0.6" version="1.0.2k"><filename>x.rpm</filename></package>
    <package arch="aarch64" epoch="1" name="openssl" release="24.amzn2.0.6" version="1.0.2k"/></collection></pkglist></update>`;

  it('gives bulletins their CVEs, packages and words, once for all architectures', async () => {
    const items = await read(
      updateinfo,
      'amazon/2',
      `<?xml version="1.0"?><updates>${update}<update><id></id></update></updates>\n`,
    );
    expect(statements(items)).toEqual([
      {
        id: 'ALAS2-2023-1974',
        bulletin: 'ALAS2-2023-1974',
        source: 'amazon',
        namespace: 'Amazon Linux:2',
        package: 'openssl',
        state: 'fixed',
        ranges: [{ fixed: '1:1.0.2k-24.amzn2.0.6' }],
        vulnerabilities: ['CVE-2023-0286'],
        fixDate: '2023-03-02T18:13:00Z',
        published: '2023-03-02T18:13:00Z',
      },
    ]);
    expect(records(items)[0]?.ratings).toMatchObject([{ source: 'amazon', severity: 'HIGH' }]);
    expect(rejected(items)).toHaveLength(1);
    await expect(read(updateinfo, 'amazon/2', `<updates>${update}`)).rejects.toThrow(/ends in the middle/);
  });
});

describe('endoflife.date', () => {
  it('says until when a release is supported', async () => {
    const items = await read(
      endOfLifeDates,
      'eol/debian',
      JSON.stringify([
        {
          cycle: '11',
          codename: 'Bullseye',
          releaseDate: '2021-08-14',
          eol: '2024-08-14',
          extendedSupport: '2026-08-31',
        },
        { cycle: '13', eol: false },
      ]),
    );
    expect(items.filter(({ kind }) => kind === 'release')).toEqual([
      {
        kind: 'release',
        release: {
          namespace: 'Debian:11',
          released: '2021-08-14',
          endOfLife: '2024-08-14',
          endOfExtendedLife: '2026-08-31',
        },
      },
      { kind: 'release', release: { namespace: 'Debian:13' } },
    ]);
  });
});

describe('KEV and EPSS', () => {
  it('name bad rows and keep the good ones', async () => {
    const items = await read(
      kev,
      'kev',
      JSON.stringify({
        dateReleased: '2025-08-25T17:04:19.9796Z',
        vulnerabilities: [
          { cveID: 'CVE-2025-48384', dateAdded: '2025-08-25' },
          { cveID: 'CVE-2025-1', dateAdded: 'soon' },
        ],
      }),
    );
    expect(records(items)).toEqual([{ id: 'CVE-2025-48384', exploited: '2025-08-25' }]);
    expect(rejected(items)).toHaveLength(1);
    const scores = await read(
      epss,
      'epss',
      '#score_date:2026-08-22T12:55:00Z\ncve,epss,percentile\nCVE-2025-62593,0.01015,0.60644\nCVE-2025-1111,7,0\nx\n',
    );
    expect(records(scores)).toEqual([{ id: 'CVE-2025-62593', epss: 0.01015, epssPercentile: 0.60644 }]);
    expect(rejected(scores)).toHaveLength(2);
  });
});
