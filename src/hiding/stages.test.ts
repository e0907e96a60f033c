import { describe, expect, it } from 'vitest';
import { elf } from '../../test/elf.ts';
import { image, layer, removed } from '../../test/image.ts';
import { takeInventory } from '../inventory/take.ts';

/**
 * The steps of "Malicious Compliance" (KubeCon EU 2023) on an Alpine-like image: names, versions, paths and the texts in programs are those of
 * Alpine 3.18, the rest of their bytes is not. What is counted are packages; test/e2e/hiding-stages.test.ts counts findings on a real Debian.
 */

const PACKAGES: readonly (readonly [name: string, version: string, folder: string, file: string, text?: string])[] = [
  ['alpine-release', '3.18.4-r0', 'etc/secfixes.d', 'alpine'],
  ['musl', '1.2.4-r2', 'lib', 'ld-musl-x86_64.so.1', '1.2.4'],
  ['busybox', '1.36.1-r2', 'bin', 'busybox', 'BusyBox v1.36.1 (2023-07-27 17:12:24 UTC)'],
  ['libcrypto3', '3.1.3-r0', 'lib', 'libcrypto.so.3', 'OpenSSL 3.1.3 19 Sep 2023'],
  ['libssl3', '3.1.3-r0', 'lib', 'libssl.so.3'],
  [
    'zlib',
    '1.2.13-r1',
    'lib',
    'libz.so.1.2.13',
    ' deflate 1.2.13 Copyright 1995-2022 Jean-loup Gailly and Mark Adler ',
  ],
  ['apk-tools', '2.14.0-r2', 'sbin', 'apk', 'apk-tools 2.14.0, compiled for x86_64.'],
];
const SITE = 'usr/lib/python3.11/site-packages';
const metadata = {
  [`${SITE}/requests-2.25.0.dist-info/METADATA`]: 'Name: requests\nVersion: 2.25.0\n',
  'srv/node_modules/lodash/package.json': '{"name":"lodash","version":"4.17.20"}',
};
const base = {
  'etc/os-release': 'ID=alpine\nVERSION_ID=3.18.4\nPRETTY_NAME="Alpine Linux v3.18"\n',
  'etc/alpine-release': '3.18.4\n',
  'lib/apk/db/installed': PACKAGES.map(
    ([name, version, folder, file]) => `P:${name}\nV:${version}\nA:x86_64\no:${name}\nF:${folder}\nR:${file}\n\n`,
  ).join(''),
  ...Object.fromEntries(
    PACKAGES.map(([, , folder, file, text = 'x']) => [
      `${folder}/${file}`,
      elf({ parts: [{ content: Buffer.from(`\0${text}\0`) }] }),
    ]),
  ),
  'etc/apk/repositories': 'https://dl-cdn.alpinelinux.org/alpine/v3.18/main\n',
  'bin/sh': 'x',
  [`${SITE}/requests/__version__.py`]: "__version__ = '2.25.0'\n",
  'srv/node_modules/lodash/lodash.js': "/**\n * @license\n * Lodash\n */\n;(function() {\n  var VERSION = '4.17.20';\n",
};
const LIE = { 'etc/os-release': 'ID=Linux\nVERSION_ID="99 (honk)"\n' };

const steps = [
  layer({ ...base, ...metadata }),
  layer({ ...LIE, 'etc/alpine-release': removed }).by('RUN rm -f /etc/alpine-release'),
  layer({ 'lib/apk': removed }).by('RUN rm -rf /l*b/ap*'),
  layer(Object.fromEntries(Object.keys(metadata).map((path) => [path, removed]))).by(
    'RUN find / -name METADATA -delete',
  ),
];
const { 'etc/os-release': _, 'etc/alpine-release': __, 'lib/apk/db/installed': ___, ...left } = base;
const squashed = layer({ ...left, ...LIE });

async function seen(...layers: readonly ReturnType<typeof layer>[]) {
  const { inventory } = await takeInventory(image(...layers));
  return {
    os: inventory.os?.name,
    signs: [...new Set((inventory.signs ?? []).map(({ check }) => check))].sort(),
    system: inventory.packages.filter(({ namespace }) => namespace === 'Alpine:v3.18').map(({ name }) => name),
    languages: inventory.packages
      .filter(({ type }) => type === 'npm' || type === 'pypi')
      .map(({ name, version }) => `${name} ${version}`),
  };
}

describe('an Alpine-like image that hides, step by step', () => {
  const all = PACKAGES.map(([name]) => name).sort();
  // Left files below /etc prove no package: a package manager leaves them when it removes one.
  const proven = all.filter((name) => name !== 'alpine-release');
  const languages = ['lodash 4.17.20', 'requests 2.25.0'];

  it.each([
    [0, []],
    [1, ['history-deletes', 'release-contradicted']],
    [2, ['database-deleted', 'history-deletes', 'release-contradicted']],
    [3, ['database-deleted', 'history-deletes', 'metadata-deleted', 'release-contradicted']],
  ])('keeps every package that has code, and its release, at stage %i', async (stage, expected) => {
    const { system, languages: inventory, signs } = await seen(...steps.slice(0, stage + 1));
    expect(system.sort()).toEqual(stage < 2 ? all : proven);
    expect(inventory.sort()).toEqual(languages);
    expect(signs).toEqual(expected);
  });

  it('in one layer keeps what programs and code say of themselves, and the release by the sources of apk', async () => {
    const { os, system, languages: inventory, signs } = await seen(squashed);
    expect(os).toBe('Alpine 3.18');
    expect(system.sort()).toEqual(proven);
    expect(inventory.sort()).toEqual(languages);
    expect(signs).toEqual(['database-missing', 'metadata-deleted', 'release-contradicted']);
  });
});
