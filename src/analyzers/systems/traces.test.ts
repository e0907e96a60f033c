import { readFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { facts } from '../../../test/facts.ts';
import { tar } from '../../../test/image.ts';
import { ndbOf, rpmSqliteOf, sqliteOf } from '../../../test/rpm-databases.ts';
import { rpmHeader } from '../../formats/databases/index.ts';
import type { Entry } from '../../model.ts';
import type { Analyzer } from '../analyzer.ts';
import { apkLog, apkScripts, apkWorld } from './apk-traces.ts';
import { aptPlan } from './apt-plan.ts';
import { aptHistory, debconfOwners, dpkgCopies, dpkgLog } from './dpkg-traces.ts';
import { movedRpmDatabases } from './moved-databases.ts';
import { dnfHistory, rpmLogs } from './rpm-traces.ts';
import { apkSources, aptSources, rpmSources } from './system-traces.ts';

/** What is said of packages, in words. */
const packages = (analyzer: Analyzer, path: string, content: string | Uint8Array): string[] =>
  facts(analyzer, path, content).map((fact) =>
    fact.kind === undefined
      ? [fact.type, fact.name, fact.version, fact.source?.name ?? '-', fact.certainty, fact.recovered].join(' ')
      : fact.kind === 'named'
        ? `${fact.type} packages: ${fact.names}`
        : fact.kind,
  );
const systems = (analyzer: Analyzer, path: string, content: string): string[] =>
  facts(analyzer, path, content).map((fact) =>
    fact.kind === 'system-trace' ? [fact.id, fact.versionId ?? fact.codename ?? '-', fact.of].join(' | ') : '',
  );

describe('what dpkg and apt leave beside the database', () => {
  it('the copy of the database names sources too, and no removed package', () => {
    const text =
      'Package: libssl1.1\nStatus: install ok installed\nSource: openssl\nVersion: 1.1.1n-0+deb11u4\n\n' +
      'Package: old\nStatus: deinstall ok config-files\nVersion: 1\n\n';
    expect(packages(dpkgCopies, 'var/lib/dpkg/status-old', text)).toEqual([
      'deb libssl1.1 1.1.1n-0+deb11u4 openssl content trace',
    ]);
  });

  it("dpkg's log tells the last state of each package", () => {
    const text = [
      '2023-05-01 10:00:00 startup archives unpack',
      '2023-05-01 10:00:00 install libssl1.1:amd64 <none> 1.1.1n-0+deb11u3',
      '2023-05-01 10:00:01 status half-installed libssl1.1:amd64 1.1.1n-0+deb11u3',
      '2023-05-01 10:00:02 status installed libssl1.1:amd64 1.1.1n-0+deb11u3',
      '2023-05-01 10:00:02 status installed wget:amd64 1.21-1+deb11u1',
      '2023-05-02 10:00:02 status installed libssl1.1:amd64 1.1.1n-0+deb11u4',
      '2023-05-02 10:00:03 status not-installed wget:amd64 <none>',
    ].join('\n');
    expect(packages(dpkgLog, 'var/log/dpkg.log', text)).toEqual(['deb libssl1.1 1.1.1n-0+deb11u4 - name trace']);
  });

  it("apt's history tells the same, upgrades and removals followed", () => {
    const text = [
      'Start-Date: 2023-05-01  10:00:00',
      'Commandline: apt-get install -y curl',
      'Install: libcurl4:amd64 (7.74.0-1.3+deb11u7, automatic), curl:amd64 (7.74.0-1.3+deb11u7), wget:amd64 (1.21-1)',
      'Upgrade: zlib1g:amd64 (1:1.2.11.dfsg-2, 1:1.2.11.dfsg-2+deb11u2)',
      'End-Date: 2023-05-01  10:00:09',
      '',
      'Remove: wget:amd64 (1.21-1)',
    ].join('\n');
    expect(packages(aptHistory, 'var/log/apt/history.log', text)).toEqual([
      'deb libcurl4 7.74.0-1.3+deb11u7 - name trace',
      'deb curl 7.74.0-1.3+deb11u7 - name trace',
      'deb zlib1g 1:1.2.11.dfsg-2+deb11u2 - name trace',
    ]);
  });
});

describe('what apt told its planner', () => {
  // Packed by xz 5.4: two packages that were there, one upgrade, one new, one that was to go.
  const plan = Buffer.from(
    '/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4AIHANVdACkZSieBSNUVaIhUWtuEVdmRjdHMfHn2EhHa+3lhnZIT7vUZmGj8pUFNAOaehjkXJAcEsK05vsKKvYd8/zNH6rmak4yf8d21oBGDKRTBxYuINvBbuAqNOF+RWXQ60VbA1epAl3VT2J2T7T93yB7zoMOVkcYAfCVsgKNpBw20IugZuL/LUQYhRvsJaB9nn5kTOdOz3PVgTzI19nerKjuMlKg2+TPZsVa8BWVMNZwJlbCdnNInyH1GjLhnDBY7W94QLhT4zmI+LSOQgdkTmebS8iYiTNzTjAAAAABO8+uM5R8L7AAB8QGIBAAA2QEfD7HEZ/sCAAAAAARZWg==',
    'base64',
  );

  it('names every package as it was to be after that: upgrades and removals followed', () => {
    expect(packages(aptPlan, 'var/log/apt/eipp.log.xz', plan)).toEqual([
      'deb libc6 2.36-9+deb12u4 - name trace',
      'deb openssl 3.0.11-1~deb12u2 - name trace',
      'deb curl 7.88.1-10+deb12u5 - name trace',
    ]);
  });

  it('and says nothing where it is damaged', () => {
    expect(packages(aptPlan, 'var/log/apt/eipp.log.xz', plan.subarray(0, 60))).toEqual([]);
    expect(packages(aptPlan, 'var/log/apt/eipp.log.xz', Buffer.from('no xz'))).toEqual([]);
  });
});

describe('what names packages without their versions', () => {
  it("debconf's questions", () => {
    const text =
      'Name: tzdata/Areas\nTemplate: tzdata/Areas\nOwners: tzdata\nValue: Etc\n\nName: x\nOwners: libc6:amd64, libpam0g\n';
    expect(packages(debconfOwners, 'var/cache/debconf/config.dat', text)).toEqual([
      'deb packages: tzdata libc6 libpam0g',
    ]);
  });

  it("apk's world, which has the versions that were pinned", () => {
    expect(packages(apkWorld, 'etc/apk/world', 'busybox\ncurl=8.5.0-r0\nopenssl~3.1\n!gcc\npy3-x@edge\n')).toEqual([
      'apk curl 8.5.0-r0 - name trace',
      'apk packages: busybox curl openssl py3-x',
    ]);
  });
});

describe("rpm's database in another place", () => {
  const header = gunzipSync(readFileSync(new URL('../../formats/fixtures/rpm-header-requires.gz', import.meta.url)));
  const { name } = rpmHeader(header);

  it.each([
    ['SQLite', rpmSqliteOf([header])],
    ['ndb', ndbOf([header])],
    [
      'Berkeley DB',
      gunzipSync(readFileSync(new URL('../../formats/fixtures/rpm-packages-le.bdb.gz', import.meta.url))),
    ],
  ])('of the kind %s is known by what it holds, whatever its name', (kind, bytes) => {
    expect(movedRpmDatabases.magic!(bytes.subarray(0, 512), { path: 'opt/x/notes' } as Entry)).toBe(true);
    expect(movedRpmDatabases.magic!(bytes.subarray(0, 512), { path: 'var/lib/rpm/Packages' } as Entry)).toBe(false);
    const told = packages(movedRpmDatabases, 'opt/x/notes', bytes);
    expect(told.length).toBeGreaterThan(0);
    if (kind !== 'Berkeley DB') expect(told.join()).toContain(`rpm ${name} `);
    expect(told.every((entry) => entry.endsWith('content trace'))).toBe(true);
  });

  it("is not looked for in databases of others, and a damaged one is told where it is rpm's", () => {
    const other = sqliteOf((database) => database.exec('CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT)'));
    expect(packages(movedRpmDatabases, 'srv/notes.db', other)).toEqual([]);
    const damaged = rpmSqliteOf([header]);
    damaged.fill(0xff, 4096, 4300);
    expect(packages(movedRpmDatabases, 'srv/notes.db', damaged)).toEqual(['unknown']);
  });
});

describe('what apk leaves beside the database', () => {
  const scripts = Buffer.from(
    tar({
      'alpine-baselayout-3.4.3-r1.Q1zwvKMnYs1b6ZdPTBJ0Z7D5P3jyA=.pre-install': '#!/bin/sh\n',
      'busybox-1.36.1-r2.Q1gQ/L3UBnSjgkFWEHQaUkUDubqdI=.post-install': `#!/bin/sh\n${'x'.repeat(900)}`,
      'busybox-1.36.1-r2.Q1gQ/L3UBnSjgkFWEHQaUkUDubqdI=.trigger': '#!/bin/sh\n',
      'no package at all': 'x',
    }),
  );

  it.each([
    ['lib/apk/db/scripts.tar', scripts],
    ['usr/lib/apk/db/scripts.tar.gz', gzipSync(scripts)],
  ])('the scripts in %s are called after package and version', (path, bytes) => {
    expect(packages(apkScripts, path, bytes)).toEqual([
      'apk alpine-baselayout 3.4.3-r1 - content trace',
      'apk busybox 1.36.1-r2 - content trace',
    ]);
  });

  it('its log tells what it installed, upgraded and purged', () => {
    const text = [
      'Running `apk add curl` at 2025-05-01T10:00:00Z',
      '(1/3) Installing brotli-libs (1.1.0-r2)',
      '(2/3) Installing curl (8.14.1-r0)',
      '(1/1) Upgrading curl (8.14.1-r0 -> 8.14.1-r2)',
      '(1/1) Purging brotli-libs (1.1.0-r2)',
    ].join('\n');
    expect(packages(apkLog, 'var/log/apk.log', text)).toEqual(['apk curl 8.14.1-r2 - name trace']);
  });
});

describe('what dnf and yum leave beside the database', () => {
  it.each([
    [
      'var/log/dnf.rpm.log',
      [
        '2023-05-01T10:00:00+0000 INFO --- logging initialized ---',
        '2023-05-01T10:00:01+0000 SUBDEBUG Installed: openssl-libs-1:3.0.7-5.el9.x86_64',
        '2023-05-01T10:00:02+0000 SUBDEBUG Upgrade: openssl-libs-1:3.0.7-6.el9_2.x86_64',
        '2023-05-01T10:00:03+0000 SUBDEBUG Upgraded: openssl-libs-1:3.0.7-5.el9.x86_64',
        '2023-05-01T10:00:04+0000 SUBDEBUG Installed: wget-1.21.1-7.el9.x86_64',
        '2023-05-01T10:00:05+0000 SUBDEBUG Erase: wget-1.21.1-7.el9.x86_64',
      ],
      'rpm openssl-libs 1:3.0.7-6.el9_2 - name trace',
    ],
    [
      'var/log/yum.log',
      ['May 01 10:00:00 Installed: 1:openssl-libs-1.0.2k-19.el7.x86_64', 'May 01 10:00:01 Erased: wget'],
      'rpm openssl-libs 1:1.0.2k-19.el7 - name trace',
    ],
  ])('%s tells the last package of each name', (path, lines, expected) => {
    expect(packages(rpmLogs, path, lines.join('\n'))).toEqual([expected]);
  });

  it("dnf's history names every package of every transaction", () => {
    const bytes = sqliteOf((database) => {
      database.exec(`
        CREATE TABLE rpm (item_id INTEGER UNIQUE NOT NULL, name TEXT NOT NULL, epoch INTEGER NOT NULL, version TEXT NOT NULL,
          release TEXT NOT NULL, arch TEXT NOT NULL);
        CREATE TABLE trans_item (id INTEGER PRIMARY KEY AUTOINCREMENT, trans_id INTEGER, item_id INTEGER, repo_id INTEGER,
          action INTEGER NOT NULL, reason INTEGER NOT NULL, state INTEGER NOT NULL);
        INSERT INTO rpm VALUES (1, 'openssl-libs', 1, '3.0.7', '5.el9', 'x86_64'), (2, 'openssl-libs', 1, '3.0.7', '6.el9_2', 'x86_64'),
          (3, 'wget', 0, '1.21.1', '7.el9', 'x86_64'), (4, 'bash', 0, '5.1.8', '6.el9', 'x86_64');
        INSERT INTO trans_item (trans_id, item_id, repo_id, action, reason, state) VALUES (1, 1, 1, 1, 1, 1), (1, 3, 1, 1, 1, 1),
          (1, 4, 1, 1, 1, 1), (2, 2, 1, 6, 1, 1), (2, 1, 1, 7, 1, 1), (2, 3, 1, 8, 1, 1);
      `);
    });
    expect(packages(dnfHistory, 'var/lib/dnf/history.sqlite', bytes)).toEqual([
      'rpm openssl-libs 1:3.0.7-6.el9_2 - name trace',
      'rpm bash 5.1.8-6.el9 - name trace',
    ]);
    expect(packages(dnfHistory, 'var/lib/dnf/history.sqlite', 'no database')).toEqual([]);
  });
});

describe('what says which system this is, without being made for it', () => {
  it.each([
    [
      'etc/apk/repositories',
      'https://mirror.example/alpine/v3.18/main\n@edge http://x.org/alpine/edge/main\n',
      ['alpine | 3.18'],
    ],
    ['etc/apk/repositories', 'https://packages.wolfi.dev/os\n', ['wolfi | -']],
    ['etc/apk/repositories', 'https://mirror.example/alpine/edge/main\n', []],
    ['etc/apk/keys/alpine-devel@lists.alpinelinux.org-4a6a0840.rsa.pub', 'x', ['alpine | -']],
    ['etc/apk/keys/wolfi-signing.rsa.pub', 'x', ['wolfi | -']],
    ['etc/apk/keys/me@here.org-1234.rsa.pub', 'x', []],
  ])('%s: %j', (path, text, expected) => {
    expect(systems(apkSources, path, text).map((system) => system.replace(/ \| the (?:sources|keys) .*/, ''))).toEqual(
      expected,
    );
  });

  it.each([
    [
      'etc/apt/sources.list',
      '# deb http://x.org/debian sid main\ndeb [trusted=yes] http://mirror.example/debian bullseye main\ndeb http://mirror.example/debian bullseye-updates main\n',
      ['debian | bullseye'],
    ],
    [
      'etc/apt/sources.list.d/debian.sources',
      'Types: deb\nURIs: http://mirror.example/debian\nSuites: bookworm bookworm-updates\nComponents: main\n',
      ['debian | bookworm'],
    ],
    ['etc/apt/sources.list.d/x.list', 'deb http://mirror.example/ubuntu jammy main\n', ['ubuntu | jammy']],
    ['etc/apt/sources.list.d/cuda.list', 'deb https://developer.download.nvidia.com/compute/cuda/repos /\n', []],
    ['etc/apt/trusted.gpg.d/debian-archive-bullseye-stable.gpg', 'x', ['debian | bullseye']],
  ])('%s: %j', (path, text, expected) => {
    expect(systems(aptSources, path, text).map((system) => system.replace(/ \| the (?:sources|keys) .*/, ''))).toEqual(
      expected,
    );
  });

  it.each([
    ['etc/pki/rpm-gpg/RPM-GPG-KEY-Rocky-9', 'x', ['rocky | 9 | the keys of its package manager']],
    ['etc/pki/rpm-gpg/RPM-GPG-KEY-fedora-38-primary', 'x', ['fedora | 38 | the keys of its package manager']],
    ['etc/pki/rpm-gpg/RPM-GPG-KEY-EPEL-9', 'x', []],
    ['etc/rpm/macros.dist', '%rhel 9\n%dist .el9\n', ["rhel | 9 | rpm's settings"]],
  ])('%s: %j', (path, text, expected) => {
    expect(systems(rpmSources, path, text)).toEqual(expected);
  });
});
