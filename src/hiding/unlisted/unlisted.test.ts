import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { elf, note } from '../../../test/elf.ts';
import { image, layer, symlink, tar } from '../../../test/image.ts';
import { rpmSqliteOf } from '../../../test/rpm-databases.ts';
import { rpmHeader } from '../../formats/databases/index.ts';
import { takeInventory } from '../../inventory/take.ts';

/** A system in one layer whose package database is gone: names, versions and texts are those of real packages. */

const header = gunzipSync(readFileSync(new URL('../../formats/fixtures/rpm-header-requires.gz', import.meta.url)));
const { name } = rpmHeader(header);
const program = (...texts: readonly string[]): Buffer =>
  elf({ parts: [{ content: Buffer.from(`\0${texts.join('\0')}\0`) }] });
const stanza = (name: string, version: string, source = name): string =>
  `Package: ${name}\nStatus: install ok installed\nSource: ${source}\nVersion: ${version}\n\n`;

const alpine = {
  'etc/apk/repositories': 'https://dl-cdn.alpinelinux.org/alpine/v3.18/main\n',
  'lib/ld-musl-x86_64.so.1': program('musl libc', '1.2.4'),
  'lib/libcrypto.so.3': program('OpenSSL 3.1.3 19 Sep 2023'),
  'lib/libssl.so.3': program('x'),
  'lib/libz.so.1.2.13': program(' deflate 1.2.13 Copyright 1995-2022 Jean-loup Gailly and Mark Adler '),
  'bin/busybox': program('BusyBox v1.36.1 (2023-07-27 17:12:24 UTC)'),
  'bin/sh': symlink('/bin/busybox'),
  'sbin/apk': program('apk-tools 2.14.0, compiled for x86_64.\n'),
};
const scripts = Buffer.from(tar({ 'busybox-1.36.1-r2.Q1gQ/L3UBnSjgkFWEHQaUkUDubqdI=.post-install': '#!/bin/sh\n' }));
const debian = {
  'etc/apt/sources.list': 'deb http://mirror.example/debian bullseye main\n',
  'lib/x86_64-linux-gnu/libc-2.31.so': program(
    'GNU C Library (Debian GLIBC 2.31-13+deb11u6) stable release version 2.31.\n',
  ),
  'usr/lib/x86_64-linux-gnu/libcrypto.so.1.1': program('OpenSSL 1.1.1n  15 Mar 2022'),
  'lib/x86_64-linux-gnu/libz.so.1.2.11': program(
    ' deflate 1.2.11 Copyright 1995-2017 Jean-loup Gailly and Mark Adler ',
  ),
  'usr/bin/dpkg': program('1.20.12'),
  'bin/sh': program('x'),
};
const documented = (...names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [`usr/share/doc/${name}/copyright`, 'x']));
const fillers = documented(...Array.from({ length: 20 }, (_, at) => `libfiller${at}`));

async function seen(...layers: readonly ReturnType<typeof layer>[]) {
  const { inventory } = await takeInventory(image(...layers));
  return {
    os: inventory.os?.name,
    inferred: inventory.os?.inferred,
    signs: (inventory.signs ?? []).map(({ check, level }) => `${level} ${check}`),
    messages: (inventory.signs ?? []).map(({ message }) => message).join('\n'),
    packages: inventory.packages.map(({ name, version, namespace, recovered, certainty, ownedBy }) =>
      [name, version, ownedBy ? `of ${ownedBy.name}` : (namespace ?? '-'), recovered ?? 'listed', certainty].join(' '),
    ),
    all: inventory.packages,
  };
}

describe('an Alpine without its database', () => {
  it('is told by the sources of apk, its packages by what programs say, each thing once', async () => {
    const { os, inferred, packages, signs, messages } = await seen(layer(alpine));
    expect(os).toBe('Alpine 3.18');
    expect(inferred).toBe('the sources of its packages speaks of Alpine 3.18');
    expect(packages.filter((pkg) => !pkg.includes(' of '))).toEqual([
      'apk-tools 2.14.0 Alpine:v3.18 code name',
      'busybox 1.36.1 Alpine:v3.18 code name',
      'libcrypto3 3.1.3 Alpine:v3.18 code name',
      'libssl3 3.1.3 Alpine:v3.18 code name',
      'musl 1.2.4 Alpine:v3.18 code name',
      'zlib 1.2.13 Alpine:v3.18 code name',
    ]);
    expect(packages.filter((pkg) => pkg.includes(' of '))).toEqual([
      'busybox 1.36.1 of busybox listed content',
      'openssl 3.1.3 of libcrypto3 listed content',
      'zlib 1.2.13 of zlib listed content',
    ]);
    expect(signs).toEqual(['warning release-missing', 'warning database-missing']);
    expect(messages).toContain('6 by what their programs say of themselves');
  });

  it('has the revision of what apk left scripts of, and of what is built from the same source', async () => {
    const { packages } = await seen(
      layer({ ...alpine, 'lib/apk/db/scripts.tar': scripts, 'usr/bin/ssl_client': program('x') }),
    );
    expect(packages).toContain('busybox 1.36.1-r2 Alpine:v3.18 trace content');
    expect(packages).toContain('ssl_client 1.36.1-r2 Alpine:v3.18 code content');
  });

  it('that claims to be another is contradicted where two kinds of traces agree, and not by one alone', async () => {
    const lie = { 'etc/os-release': 'ID=alpine\nVERSION_ID=3.99.0\nPRETTY_NAME="Alpine 3.99"\n' };
    const key = { 'etc/apk/keys/alpine-devel@lists.alpinelinux.org-4a6a0840.rsa.pub': 'x' };
    expect((await seen(layer({ ...alpine, ...lie }))).os).toBe('Alpine 3.99');
    const both = await seen(layer({ ...alpine, ...lie, ...key }));
    expect(both.os).toBe('Alpine 3.18');
    expect(both.signs).toContain('warning release-contradicted');
  });
});

describe('a Debian without its database', () => {
  it('whose C library alone tells of it: of the release that has this one', async () => {
    const library = (text: string) =>
      seen(
        layer({ 'lib/x86_64-linux-gnu/libc.so.6': program(`GNU C Library (${text}) stable release version 2.36.\n`) }),
      );
    expect((await library('Debian GLIBC 2.36-9+deb12u14')).os).toBe('Debian 12');
    expect((await library('Debian GLIBC 2.36-9')).os).toBe('Debian 12');
    expect((await library('Ubuntu GLIBC 2.35-0ubuntu3.8')).os).toBe('Ubuntu 22.04');
    // Of a release that is not out there is no glibc yet.
    expect((await library('Debian GLIBC 2.42-5')).os).toBe('Debian');
  });

  it('by its programs and what documents itself, exact where the text is', async () => {
    const { os, packages, signs } = await seen(
      layer({ ...debian, ...fillers, ...documented('libc6', 'libc-bin', 'libssl1.1', 'openssl', 'zlib1g', 'dpkg') }),
    );
    expect(os).toBe('Debian 11');
    expect(packages.filter((pkg) => pkg.includes('Debian:11'))).toEqual([
      'dpkg 1.20.12 Debian:11 code name',
      'libc-bin 2.31-13+deb11u6 Debian:11 code content',
      'libc6 2.31-13+deb11u6 Debian:11 code content',
      'libssl1.1 1.1.1n Debian:11 code name',
      'openssl 1.1.1n Debian:11 code name',
      'zlib1g 1:1.2.11 Debian:11 code name',
    ]);
    expect(signs).toEqual(['warning release-missing', 'warning database-missing']);
  });

  it("by dpkg's own copy of it, and by logs for what is still there", async () => {
    const { packages, messages } = await seen(
      layer({
        ...debian,
        ...fillers,
        ...documented('libssl1.1', 'curl'),
        'var/lib/dpkg/status-old': stanza('libssl1.1', '1.1.1n-0+deb11u4', 'openssl'),
        'var/log/dpkg.log':
          '2023-05-01 10:00:02 status installed curl:amd64 7.74.0-1.3+deb11u7\n2023-05-01 10:00:02 status installed gone:amd64 1.0-1\n',
      }),
    );
    expect(packages).toContain('libssl1.1 1.1.1n-0+deb11u4 Debian:11 trace content');
    expect(packages).toContain('curl 7.74.0-1.3+deb11u7 Debian:11 trace content');
    expect(packages.join()).not.toContain('gone');
    expect(messages).toContain('1 package of a log not believed');
  });
});

describe('a database that was moved away', () => {
  it.each([
    [
      'var/tmp/.x/status',
      stanza('libssl1.1', '1.1.1n-0+deb11u4', 'openssl'),
      debian,
      'libssl1.1 1.1.1n-0+deb11u4 Debian:11',
    ],
    [
      'srv/notes.txt',
      'C:Q1gQ/L3UBnSjgkFWEHQaUkUDubqdI=\nP:busybox\nV:1.36.1-r2\nA:x86_64\no:busybox\n\n',
      alpine,
      'busybox 1.36.1-r2 Alpine:v3.18',
    ],
    ['opt/.x', rpmSqliteOf([header]), { 'usr/bin/rpm': program('x') }, `${name} `],
  ])('to %s is found by its first lines', async (path, text, system, expected) => {
    expect((await seen(layer({ ...system, [path]: text }))).packages).toContainEqual(
      expect.stringMatching(new RegExp(`^${expected.replaceAll('.', '\\.').replace('+', '\\+')}.*trace content$`)),
    );
  });
});

describe('what does not fit together', () => {
  const LOG = ['libssl1.1:amd64 1.1.1n-0+deb11u4', 'base-files:amd64 11.1+deb11u7', 'curl:amd64 7.74.0-1.3+deb11u7']
    .map((text) => `2023-05-01 10:00:02 status installed ${text}\n`)
    .join('');
  const alpineFile = { 'etc/os-release': 'ID=alpine\nVERSION_ID=3.18.4\nPRETTY_NAME="Alpine Linux v3.18"\n' };

  it("dpkg's log in what calls itself Alpine, without anything of Alpine: it is the Debian that the log is of", async () => {
    const { os, packages, signs } = await seen(layer({ ...alpineFile, 'var/log/dpkg.log': LOG }));
    expect(os).toBe('Debian 11');
    expect(packages).toContain('libssl1.1 1.1.1n-0+deb11u4 Debian:11 trace name');
    expect(signs).toEqual(['warning release-contradicted', 'warning database-missing']);
  });

  it("dpkg's log in an Alpine that is one: told, and judged as Alpine", async () => {
    const { os, packages, signs, messages } = await seen(layer({ ...alpine, ...alpineFile, 'var/log/dpkg.log': LOG }));
    expect(os).toBe('Alpine Linux v3.18');
    expect(packages.join()).not.toContain('deb11u4');
    expect(signs).toContain('warning traces-contradicted');
    expect(messages).toContain(
      '3 packages are named by what dpkg wrote (/var/log/dpkg.log), in a system that is said to be Alpine Linux v3.18: they are not judged',
    );
  });

  it('a library that calls itself the release that comes next contradicts nothing', async () => {
    const gcrypt = {
      'usr/lib/x86_64-linux-gnu/libgcrypt.so.20': program('This is Libgcrypt 1.8.8 - The GNU Crypto Library'),
      'var/lib/dpkg/status-old': stanza('libgcrypt20', '1.8.7-6'),
    };
    const sound = await seen(layer({ ...debian, ...gcrypt }));
    expect(sound.packages).toContain('libgcrypt20 1.8.7-6 Debian:11 trace content');
    expect(sound.signs).not.toContain('info recovery-contradicted');
    const planted = await seen(
      layer({ ...debian, ...gcrypt, 'var/lib/dpkg/status-old': stanza('libgcrypt20', '1.8.5-6') }),
    );
    expect(planted.signs).toContain('info recovery-contradicted');
  });

  it.each([
    'etc/apk/world',
    'lib/apk/db/triggers',
    'var/log/alternatives.log',
    'var/cache/debconf/config.dat',
    'usr/lib/.build-id/c1/5c0d',
  ])('/%s without a list of what was installed', async (path) => {
    const { signs } = await seen(layer({ [path]: path.includes('build-id') ? symlink('/usr/bin/x') : 'x\n' }));
    expect(signs).toContain('warning database-missing');
  });
});

describe('an rpm system without its database', () => {
  it('by the history of dnf, names of licences, notes and texts', async () => {
    const { os, packages } = await seen(
      layer({
        'etc/pki/rpm-gpg/RPM-GPG-KEY-Rocky-9': 'x',
        'etc/rpm/macros.dist': '%rhel 9\n',
        'var/log/dnf.rpm.log': '2023-05-01T10:00:01+0000 SUBDEBUG Installed: bash-5.1.8-6.el9.x86_64\n',
        'usr/share/licenses/bash/COPYING': 'x',
        'usr/share/licenses/openssl-libs/LICENSE': 'x',
        'usr/lib64/libcrypto.so.3.0.7': program('OpenSSL 3.0.7 1 Nov 2022'),
        'usr/lib64/libc.so.6': program('GNU C Library (Debian GLIBC 2.34-8) stable release version 2.34.\n'),
        'usr/bin/rpm': program('x'),
        'bin/sh': program('x'),
      }),
    );
    expect(os).toBe('Rocky Linux 9');
    expect(packages.filter((pkg) => pkg.includes('Rocky'))).toEqual([
      'bash 5.1.8-6.el9 Rocky Linux:9 trace content',
      'glibc 2.34 Rocky Linux:9 code name',
      'openssl-libs 1:3.0.7 Rocky Linux:9 code name',
    ]);
  });
});

describe('a system whose database accounts for it', () => {
  const lists = {
    'var/lib/dpkg/info/libc6.list': '/lib/x86_64-linux-gnu/libc-2.31.so\n',
    'var/lib/dpkg/info/dash.list': '/bin/sh\n',
    'var/lib/dpkg/info/dpkg.list': '/usr/bin/dpkg\n',
  };
  const sound = {
    ...debian,
    ...lists,
    'etc/os-release': 'ID=debian\nVERSION_ID="11"\n',
    'var/lib/dpkg/status':
      stanza('libc6', '2.31-13+deb11u6', 'glibc') + stanza('dash', '0.5.11') + stanza('dpkg', '1.20.12'),
  };

  it('is asked for nothing else, whatever logs, copies and programs say', async () => {
    const { packages, signs } = await seen(
      layer({
        ...sound,
        'var/lib/dpkg/status-old': stanza('wget', '1.21-1'),
        'var/log/dpkg.log': '2023-05-01 10:00:02 status installed curl:amd64 7.74.0-1.3+deb11u7\n',
        'etc/apk/repositories': 'https://dl-cdn.alpinelinux.org/alpine/v3.18/main\n',
      }),
    );
    expect(packages.filter((pkg) => / (?:trace|code) /.test(pkg))).toEqual([]);
    expect(packages.filter((pkg) => pkg.includes('Debian:11'))).toHaveLength(3);
    expect(signs).toEqual([]);
  });

  it('is not taken for one that does where it leaves out the package manager and the shell', async () => {
    const { packages, signs } = await seen(
      layer({
        ...sound,
        'var/lib/dpkg/status': stanza('tzdata', '2021a-1'),
        'var/lib/dpkg/info/tzdata.list': '/usr/share/zoneinfo/UTC\n',
        'usr/share/zoneinfo/UTC': 'x',
        'lib64/ld-linux-x86-64.so.2': program('x'),
      }),
    );
    expect(signs).toEqual(['warning database-emptied']);
    expect(packages).toContain('libssl1.1 1.1.1n Debian:11 code name');
    expect(packages).toContain('tzdata 2021a-1 Debian:11 listed ');
  });

  it('nor one that names a few packages without what is theirs, or the core alone', async () => {
    const {
      'var/lib/dpkg/info/libc6.list': _,
      'var/lib/dpkg/info/dash.list': __,
      'var/lib/dpkg/info/dpkg.list': ___,
      ...bare
    } = sound;
    const few = await seen(layer({ ...bare, 'lib64/ld-linux-x86-64.so.2': program('x') }));
    expect(few.signs).toEqual(['warning database-emptied']);
    expect(few.packages).toContain('zlib1g 1:1.2.11 Debian:11 code name');
    const strangers = Object.fromEntries(
      Array.from({ length: 25 }, (_, at) => [`usr/lib/x86_64-linux-gnu/libs${at}.so.1`, 'x']),
    );
    const core = await seen(layer({ ...sound, ...strangers }));
    expect(core.signs).toEqual(['info database-emptied']);
    expect(core.packages).toContain('libssl1.1 1.1.1n Debian:11 code name');
  });

  it('is not taken for one where its loader is of a package that no distribution has', async () => {
    const loader = { 'lib/ld-musl-x86_64.so.1': 'x', 'bin/busybox': 'x', 'bin/sh': symlink('/bin/busybox') };
    const musl = (name: string) =>
      layer({
        ...loader,
        'etc/os-release': 'ID=alpine\nVERSION_ID=3.18.4\n',
        'lib/apk/db/installed': `P:${name}\nV:1.2.4-r2\nA:x86_64\no:${name}\nF:lib\nR:ld-musl-x86_64.so.1\n\nP:busybox\nV:1.36.1-r5\nA:x86_64\no:busybox\nF:bin\nR:busybox\nR:sh\n\n`,
        'lib/libcrypto.so.3': alpine['lib/libcrypto.so.3'],
      });
    expect((await seen(musl('musl'))).signs).toEqual([]);
    const renamed = await seen(musl('acme-musl'));
    expect(renamed.signs).toEqual(['warning database-emptied']);
    expect(renamed.packages).toContain('libcrypto3 3.1.3 Alpine:v3.18 code name');
  });

  it('is not taken for one where it was cut down to a C library and a shell beside most of a small system', async () => {
    const cut = (libraries: number) =>
      layer({
        'etc/os-release': 'ID=alpine\nVERSION_ID=3.18.4\n',
        'lib/ld-musl-x86_64.so.1': 'x',
        'bin/busybox': 'x',
        'bin/sh': symlink('/bin/busybox'),
        'lib/apk/db/installed':
          'P:musl\nV:1.2.4-r2\nA:x86_64\no:musl\nF:lib\nR:ld-musl-x86_64.so.1\n\nP:busybox\nV:1.36.1-r5\nA:x86_64\no:busybox\nF:bin\nR:busybox\nR:sh\n\n',
        'lib/libcrypto.so.3': alpine['lib/libcrypto.so.3'],
        ...Object.fromEntries(Array.from({ length: libraries - 1 }, (_, at) => [`usr/lib/libs${at}.so.1`, 'x'])),
      });
    const most = await seen(cut(8));
    expect(most.signs).toEqual(['info database-emptied']);
    expect(most.packages).toContain('libcrypto3 3.1.3 Alpine:v3.18 code name');
    // A program brought as many along.
    expect((await seen(cut(7))).signs).toEqual([]);
  });

  it('with a program copied beside it is no other', async () => {
    const { packages, signs } = await seen(
      layer({ ...sound, 'usr/lib/x86_64-linux-gnu/libgnutls.so.30': program('3.7.1') }),
    );
    expect(signs).toEqual([]);
    expect(packages.join()).not.toContain('gnutls');
  });
});

describe('what was planted to be recovered', () => {
  it('a text in one file against that of two: one package, less sure, and both shown', async () => {
    const { all, signs } = await seen(
      layer({
        ...alpine,
        'usr/bin/openssl': program('OpenSSL 3.1.3 19 Sep 2023'),
        'usr/lib/libcrypto.so.1.1': program('OpenSSL 9.9.9 1 Jan 2099'),
      }),
    );
    const packages = all.filter(({ name }) => name === 'libcrypto3');
    expect(packages).toHaveLength(1);
    expect(packages[0]).toMatchObject({ version: '3.1.3', certainty: 'name', properties: { contradictedBy: '9.9.9' } });
    expect(signs).toContain('info recovery-contradicted');
  });

  it('a script of apk against the program: the package counts once and bears the contradiction', async () => {
    const planted = Buffer.from(tar({ 'busybox-9.9.9-r0.Q1gQ/L3UBnSjgkFWEHQaUkUDubqdI=.post-install': 'x' }));
    const { all } = await seen(layer({ ...alpine, 'lib/apk/db/scripts.tar': planted }));
    const packages = all.filter(({ name, type }) => name === 'busybox' && type === 'apk');
    expect(packages).toHaveLength(1);
    expect(packages[0]).toMatchObject({
      version: '9.9.9-r0',
      certainty: 'name',
      properties: { contradictedBy: '1.36.1' },
    });
  });

  it('100,000 packages of a log are not believed, those that left something are', async () => {
    const log = Array.from(
      { length: 100_000 },
      (_, at) => `2023-05-01T10:00:01+0000 SUBDEBUG Installed: fake${at}-1.0-1.el9.x86_64`,
    );
    const { packages, messages } = await seen(
      layer({
        'etc/pki/rpm-gpg/RPM-GPG-KEY-Rocky-9': 'x',
        'usr/share/licenses/fake7/LICENSE': 'x',
        'usr/bin/rpm': program('x'),
        'var/log/dnf.rpm.log': log.join('\n'),
      }),
    );
    expect(packages).toEqual(['fake7 1.0-1.el9 Rocky Linux:9 trace content']);
    expect(messages).toContain('99,999 packages of a log not believed, of which nothing is there');
  });

  it('a program of another distribution, with its note and its revision, does not make the system that distribution', async () => {
    const debianNote = {
      type: 'deb',
      name: 'libarchive',
      version: '3.7.4-4+deb13u1',
      osCpe: 'cpe:/o:debian:debian_linux:13',
    };
    const stranger = elf({
      parts: [{ type: 4, content: note('FDO', 0xcafe1a7e, Buffer.from(`${JSON.stringify(debianNote)}\0`)) }],
    });
    const key = { 'etc/apk/keys/alpine-devel@lists.alpinelinux.org-4a6a0840.rsa.pub': 'x' };
    const { os, all } = await seen(layer({ ...alpine, ...key, 'usr/lib/libarchive.so.13': stranger }));
    expect(os).toBe('Alpine 3.18');
    expect(all.map(({ type }) => type)).not.toContain('deb');
    expect(all.find(({ type, name }) => type === 'apk' && name === 'zlib')?.version).toBe('1.2.13');
  });

  it('a log and lists make no package the owner of what Python installed', async () => {
    const { all } = await seen(
      layer({
        'etc/os-release': 'ID=debian\nVERSION_ID="11"\n',
        'var/lib/dpkg/status': stanza('libc6', '2.31-13+deb11u6'),
        'var/log/dpkg.log': '2023-05-01 10:00:02 status installed cover:amd64 1.0\n',
        'var/lib/dpkg/info/cover.list': '/usr/lib/python3/dist-packages/requests-2.25.0.dist-info/METADATA\n',
        'usr/lib/python3/dist-packages/requests-2.25.0.dist-info/METADATA': 'Name: requests\nVersion: 2.25.0\n',
      }),
    );
    expect(all.find(({ type }) => type === 'pypi')?.ownedBy).toBeUndefined();
  });
});

describe('a database of another kind of system, which lists no files', () => {
  const forged = {
    'etc/os-release': 'ID=debian\nVERSION_ID="13"\nNAME="Debian GNU/Linux"\n',
    'var/lib/dpkg/status': ['base-files', 'libc6', 'bash'].map((pkg) => stanza(pkg, '13.8')).join(''),
  };
  const { 'sbin/apk': _, ...rest } = alpine;

  it('is told, and what the programs say is heard, where the loader is of another kind', async () => {
    const keys = { 'etc/apk/keys/alpine-devel@lists.alpinelinux.org-6165ee59.rsa.pub': 'x' };
    const { os, signs, packages } = await seen(layer({ ...rest, ...keys, ...forged }));
    expect(os).toBe('Alpine 3.18');
    expect(signs).toContain('warning database-emptied');
    expect(packages).toContain('musl 1.2.4 Alpine:v3.18 code name');
  });

  it('is one of a kind that is there where the loader is of it, as images without package manager have it', async () => {
    const loader = { 'lib64/ld-linux-x86-64.so.2': program('x'), 'bin/sh': program('x') };
    expect((await seen(layer({ ...forged, ...loader }))).signs).toEqual([]);
  });
});
