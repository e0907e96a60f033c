import { describe, expect, it } from 'vitest';
import { elf, note } from '../../../test/elf.ts';
import { factsOf } from '../fixtures/analyze.ts';
import { binaries } from './binaries.ts';
import { systemPrograms } from './system-programs.ts';

/** Texts as real programs bear them: Debian 11's and 12's packages, musl's and apk's sources. */
const program = (...texts: readonly string[]): Buffer =>
  elf({ parts: [{ content: Buffer.from(`\0${texts.join('\0')}\0`) }] });
const said = (path: string, ...texts: readonly string[]): string[] =>
  factsOf([systemPrograms], path, program(...texts)).map((fact) =>
    fact.kind === undefined
      ? `${fact.name} ${fact.version} ${fact.recovered}`
      : fact.kind === 'system-trace'
        ? [fact.id, fact.versionId].join(' ')
        : fact.kind,
  );

describe('what programs of an operating system say of themselves', () => {
  it.each([
    [
      'lib/ld-musl-x86_64.so.1',
      ['musl libc (x86_64)\nVersion %s\nDynamic Program Loader', '1.2.3'],
      ['musl 1.2.3 code'],
    ],
    ['sbin/apk', ['apk-tools 2.14.0, compiled for x86_64.\n'], ['apk-tools 2.14.0 code']],
    [
      'lib/x86_64-linux-gnu/libc-2.31.so',
      ['GNU C Library (Debian GLIBC 2.31-13+deb11u11) stable release version 2.31.\n'],
      ['glibc 2.31-13+deb11u11 code', 'debian 11'],
    ],
    [
      'lib/x86_64-linux-gnu/libc.so.6',
      ['GNU C Library (Ubuntu GLIBC 2.35-0ubuntu3.8) stable release version 2.35.\n'],
      ['glibc 2.35-0ubuntu3.8 code', 'ubuntu 22.04'],
    ],
    [
      'lib/x86_64-linux-gnu/libc.so.6',
      ['GNU C Library (Debian GLIBC 2.42-5) stable release version 2.42.\n'],
      ['glibc 2.42-5 code', 'debian '],
    ],
    ['usr/lib64/libc.so.6', ['GNU C Library (GNU libc) stable release version 2.34.\n'], ['glibc 2.34 code']],
    ['usr/bin/dpkg', ['1.16.2', '1.17.11', '1.20.13', '1.20.13 (amd64)'], ['dpkg 1.20.13 code']],
    ['usr/lib/x86_64-linux-gnu/libgnutls.so.30.29.1', ['3.7.1'], ['gnutls 3.7.1 code']],
    ['lib/x86_64-linux-gnu/libtinfo.so.6.2', ['ncurses 6.2.20201114'], ['ncurses 6.2 code']],
    ['usr/bin/systemctl', ['systemd 252', '252.39-1~deb12u1'], ['systemd 252.39-1~deb12u1 code']],
    ['bin/ls', ['8.32', '9.1'], []],
    ['opt/app/lib/libgnutls.so.30', ['3.7.1'], []],
    ['usr/local/bin/tar', ['1.34'], []],
  ])('%s', (path, texts, expected) => {
    expect(said(path, ...texts)).toEqual(expected);
  });
});

describe("the note in which a distribution's linker writes the package", () => {
  const noted = (json: object | string) =>
    factsOf(
      [binaries],
      'usr/lib64/libfoo.so.1',
      elf({
        parts: [
          {
            type: 4,
            content: note(
              'FDO',
              0xcafe1a7e,
              Buffer.from(`${typeof json === 'string' ? json : JSON.stringify(json)}\0`),
            ),
          },
        ],
      }),
    ).map((fact) =>
      fact.kind === undefined
        ? [fact.type, fact.name, fact.version, fact.source?.name, fact.recovered].join(' ')
        : fact.kind === 'system-trace'
          ? `${fact.id} ${fact.versionId}`
          : fact.kind,
    );

  it('names source package, version and system', () => {
    const fedora = {
      type: 'rpm',
      name: 'openssl',
      version: '3.0.8-1.fc38',
      architecture: 'x86_64',
      osCpe: 'cpe:/o:fedoraproject:fedora:38',
    };
    expect(noted(fedora)).toEqual(['rpm openssl 3.0.8-1.fc38 openssl code', 'fedora 38']);
    expect(noted({ ...fedora, version: '3.0.8-1.fc38.x86_64' })[0]).toBe('rpm openssl 3.0.8-1.fc38 openssl code');
    expect(
      noted({ type: 'rpm', name: 'openssl', version: '3.2.2-6.el10', osCpe: 'cpe:/o:redhat:enterprise_linux:10' })[1],
    ).toBe('rhel 10');
  });

  it('of another kind, cut short or without a version says nothing', () => {
    expect(noted({ type: 'flatpak', name: 'x', version: '1' })).toEqual([]);
    expect(noted('{"type":"rpm","na')).toEqual([]);
    expect(noted({ type: 'deb', name: 'x' })).toEqual([]);
    expect(noted({ type: ['deb'], name: {}, version: 1 })).toEqual([]);
  });
});
