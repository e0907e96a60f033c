import { expect, it } from 'vitest';
import { elf } from '../../../test/elf.ts';
import { factsOf } from '../fixtures/analyze.ts';
import { listedPrograms } from './listed-programs.ts';
import { FOLDERS, PARTS } from './system-parts.ts';

/** Texts as Debian 12's programs bear them. */
const program = (...texts: readonly string[]): Buffer =>
  elf({ parts: [{ content: Buffer.from(`\0${texts.join('\0')}\0`) }] });
const said = (path: string, ...texts: readonly string[]): string[] =>
  factsOf([listedPrograms], path, program(...texts)).flatMap((fact) =>
    fact.kind === 'states' ? `${fact.project} ${fact.stated}` : [],
  );

it.each([
  ['usr/lib/x86_64-linux-gnu/libcrypto.so.3', ['OpenSSL 3.0.17 1 Jul 2025'], ['openssl 3.0.17']],
  ['usr/bin/bash', ['@(#)Bash version 5.2.15(1) release GNU'], ['bash 5.2.15']],
  ['usr/bin/git', ['2.39.5'], ['git 2.39.5']],
  ['usr/bin/tar', ['1.34'], ['tar 1.34']],
  // What is linked into another project's program is not what its package is.
  ['usr/bin/git', ['2.39.5', ' deflate 1.2.13 Copyright 1995-2022 Jean-loup Gailly and Mark Adler '], ['git 2.39.5']],
  ['usr/bin/python3.11', ['3.11.2', 'OpenSSL 3.0.17 1 Jul 2025'], ['python 3.11.2']],
  ['usr/lib64/libssl.so.1.1.1k', ['OpenSSL 1.1.1k  FIPS 25 Mar 2021'], []],
  ['usr/lib64/libssl.so.1.1.1k', ['OpenSSL 1.1.1k 25 Mar 2021'], ['openssl 1.1.1k']],
  ['usr/bin/xz', ['xz (XZ Utils) 5.2.5'], ['xz 5.2.5']],
  ['usr/bin/zstd', ['v1.5.4'], ['zstd 1.5.4']],
  ['opt/app/lib/libcrypto.so.3', ['OpenSSL 3.0.17 1 Jul 2025'], []],
  ['usr/lib/x86_64-linux-gnu/libfoo.so.1', ['OpenSSL 3.0.17 1 Jul 2025'], []],
])('%s states its own version: %j', (path, texts, expected) => {
  expect(said(path, ...texts)).toEqual(expected);
});

it('all patterns of files begin with a folder of the system, behind which they are tried together', () => {
  const files = Object.values(PARTS).flatMap((parts) => Object.values(parts).flatMap((part) => part?.packages ?? []));
  expect(files.length).toBeGreaterThan(50);
  expect(files.filter(([, { source }]) => !FOLDERS.some((folder) => source.startsWith(folder)))).toEqual([]);
});
