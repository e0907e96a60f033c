import { describe, expect, it } from 'vitest';
import { growth, IN_PROPORTION } from '../../test/growth.ts';
import { image, layer } from '../../test/image.ts';
import { takeInventory } from '../inventory/take.ts';
import { npmWithoutManifest } from './npm-code.ts';

/** As the builds of these libraries begin. */
const LODASH = `/**
 * @license
 * Lodash <https://lodash.com/>
 * Copyright OpenJS Foundation and other contributors <https://openjsf.org/>
 */
;(function() {
  var undefined;
  var VERSION = '4.17.20';
`;
const LODASH_CORE = `/**
 * @license
 * Lodash (Custom Build) <https://lodash.com/>
 * Based on Underscore.js 1.8.3 <http://underscorejs.org/LICENSE>
 */
`;
const at = 'srv/node_modules';
const manifest = (name: string, version = '1.0.0'): string => JSON.stringify({ name, version });

async function seen(files: Readonly<Record<string, string>>) {
  const { inventory } = await takeInventory(image(layer(files)));
  return {
    packages: inventory.packages.map(({ name, version, recovered }) => `${name} ${version} ${recovered ?? 'listed'}`),
    signs: (inventory.signs ?? []).map(({ check }) => check),
  };
}

describe('a package that everybody knows by its folder, whose manifest calls it otherwise', () => {
  const files = { [`${at}/minimist/package.json`]: manifest('zz', '1.2.5'), [`${at}/minimist/index.js`]: 'x' };

  it('is judged as what programs ask for, in the version that the manifest has, beside what that says', async () => {
    expect(await seen(files)).toEqual({
      packages: ['minimist 1.2.5 trace', 'zz 1.2.5 listed'],
      signs: ['metadata-deleted', 'recovery-contradicted'],
    });
  });

  it('is what its manifest says where an installer wrote down that it is called so, or nobody knows the folder’s name', async () => {
    const lock = { lockfileVersion: 3, packages: { 'node_modules/minimist': { name: 'zz', version: '1.2.5' } } };
    expect(await seen({ ...files, [`${at}/.package-lock.json`]: JSON.stringify(lock) })).toMatchObject({
      packages: ['zz 1.2.5 listed'],
    });
    expect(await seen({ [`${at}/strip-ansi-cjs/package.json`]: manifest('strip-ansi', '6.0.1') })).toEqual({
      packages: ['strip-ansi 6.0.1 listed'],
      signs: [],
    });
  });
});

describe('a well-known library in a package of another name', () => {
  it.each([
    ['lodash 4.17.20', LODASH],
    ['axios 0.21.0', '/* axios v0.21.0 | (c) 2020 by Matt Zabriskie */\n'],
    ['axios 1.6.2', '/*! Axios v1.6.2 Copyright (c) 2023 Matt Zabriskie and contributors */\n'],
    ['jquery 3.4.1', '/*!\n * jQuery JavaScript Library v3.4.1\n * https://jquery.com/\n */\n'],
    ['jquery 3.4.1', '/*! jQuery v3.4.1 | (c) JS Foundation */\n'],
    ['moment 2.24.0', '//! moment.js\n//! version : 2.24.0\n//! authors : Tim Wood\n'],
    ['handlebars 4.5.2', '/**!\n\n @license\n handlebars v4.5.2\n\nCopyright (C) 2011-2017 by Yehuda Katz\n*/\n'],
    ['js-yaml 3.13.0', '/* js-yaml 3.13.0 https://github.com/nodeca/js-yaml */'],
    ['underscore 1.9.1', '//     Underscore.js 1.9.1\n//     http://underscorejs.org\n'],
    ['vue 2.6.10', '/*!\n * Vue.js v2.6.10\n * (c) 2014-2019 Evan You\n */\n'],
  ])('is judged as %s', async (library, code) => {
    const { packages, signs } = await seen({
      [`${at}/@acme/util/package.json`]: manifest('@acme/util'),
      [`${at}/@acme/util/index.js`]: code,
    });
    expect(packages.sort()).toEqual(['@acme/util 1.0.0 listed', `${library} code`].sort());
    expect(signs).toEqual(['metadata-deleted', 'recovery-contradicted']);
  });

  it('as where it has no manifest at all', async () => {
    expect((await seen({ [`${at}/ld/main.js`]: LODASH })).packages).toEqual(['lodash 4.17.20 code']);
  });
});

describe('a package of another name that was fetched as what it is', () => {
  const place = `${at}/zz`;
  const code = { [`${place}/package.json`]: manifest('zz', '1.2.5'), [`${place}/index.js`]: 'x' };
  const resolved = 'https://registry.example/minimist/-/minimist-1.2.5.tgz';
  const locked = (entry: object) => JSON.stringify({ lockfileVersion: 3, packages: { 'node_modules/zz': entry } });

  it.each([
    ['its installer’s list', `${at}/.package-lock.json`, locked({ version: '1.2.5', resolved })],
    ['the project’s lock file', 'srv/package-lock.json', locked({ version: '1.2.5', resolved })],
    [
      'a lock file of version 1',
      'srv/package-lock.json',
      JSON.stringify({ lockfileVersion: 1, dependencies: { zz: { version: '1.2.5', resolved } } }),
    ],
    [
      'its own manifest, of npm 6',
      `${place}/package.json`,
      JSON.stringify({ name: 'zz', version: '1.2.5', _resolved: resolved }),
    ],
  ])('is judged as that, by %s', async (_, path, text) => {
    expect(await seen({ ...code, [path]: text })).toEqual({
      packages: ['minimist 1.2.5 lock-file', 'zz 1.2.5 listed'],
      signs: ['metadata-deleted', 'recovery-contradicted'],
    });
  });

  it('in masses takes time in proportion to them', () => {
    const place = { layer: 0, analyzer: 'npm' };
    const renamed = (count: number) =>
      Array.from({ length: count }, (_, number) => {
        const plain = { type: 'npm', name: `zz${number}`, version: '1.0.0' };
        const fetched = {
          ...plain,
          name: `real${number}`,
          certainty: 'name' as const,
          recovered: 'lock-file' as const,
        };
        return [
          { ...place, path: `${at}/zz${number}/package.json`, fact: plain },
          {
            ...place,
            path: `${at}/.package-lock.json`,
            fact: { ...fetched, needs: [`zz${number}`], properties: { calls: 'itself' } },
          },
        ];
      }).flat();
    const work = (count: number) => npmWithoutManifest(renamed(count), { exists: () => true } as never, new Set());
    expect(work(50)).toHaveLength(50);
    expect(growth(work, 8_000)).toBeLessThan(IN_PROPORTION);
  });

  it('is none where it was given another name on purpose, or the address tells none', async () => {
    const alias = { [`${place}/package.json`]: manifest('minimist', '1.2.5'), [`${place}/index.js`]: 'x' };
    const quiet = { packages: ['minimist 1.2.5 listed'], signs: [] };
    const list = `${at}/.package-lock.json`;
    expect(await seen({ ...alias, [list]: locked({ name: 'minimist', version: '1.2.5', resolved }) })).toEqual(quiet);
    expect(await seen({ ...alias, [list]: locked({ version: '1.2.5', resolved }) })).toEqual(quiet);
    for (const other of [
      'git+ssh://git@example/zz.git#abc',
      'https://registry.example/@acme%2fzz-1.2.5.tgz',
      'file:../zz',
    ])
      expect(await seen({ ...code, [list]: locked({ version: '1.2.5', resolved: other }) })).toEqual({
        packages: ['zz 1.2.5 listed'],
        signs: [],
      });
  });
});

describe('an address that somebody wrote into a list', () => {
  const resolved = 'https://registry.example/harmless/-/harmless-1.0.0.tgz';
  const list = `${at}/.package-lock.json`;
  const locked = (folder: string, entry: object): string =>
    JSON.stringify({ lockfileVersion: 3, packages: { [`node_modules/${folder}`]: entry } });
  const names = async (files: Readonly<Record<string, string>>) => (await seen(files)).packages;

  it('takes the place of no library whose code says what it is', async () => {
    const code = { [`${at}/zz/index.js`]: LODASH, [`${at}/zz/package.json`]: manifest('zz') };
    const fork = ['harmless 1.0.0 lock-file', 'lodash 4.17.20 code', 'zz 1.0.0 listed'];
    expect(await names({ ...code, [list]: locked('zz', { version: '1.0.0', resolved }) })).toEqual(fork);
    const fetched = JSON.stringify({ name: 'zz', version: '1.0.0', _resolved: resolved });
    expect(await names({ ...code, [`${at}/zz/package.json`]: fetched })).toEqual(fork);
    const { [`${at}/zz/package.json`]: _, ...bare } = code;
    expect(await names({ ...bare, [list]: locked('zz', { version: '1.0.0' }) })).toEqual([
      'lodash 4.17.20 code',
      'zz 1.0.0 lock-file',
    ]);
  });

  it('nor does another library in the same folder, whose file comes first', async () => {
    const [first, last] = ['/*! jQuery v3.7.1 */\n', LODASH];
    expect(
      await names({
        [`${at}/zz/package.json`]: manifest('zz'),
        [`${at}/zz/a.js`]: first,
        [`${at}/zz/index.js`]: last,
      }),
    ).toEqual(['jquery 3.7.1 code', 'lodash 4.17.20 code', 'zz 1.0.0 listed']);
  });

  it('nor that of a package that everybody knows by its folder', async () => {
    const files = { [`${at}/minimist/index.js`]: 'x', [`${at}/minimist/package.json`]: manifest('zz', '1.2.5') };
    const fetched = JSON.stringify({ name: 'zz', version: '1.2.5', _resolved: resolved });
    expect(await names({ ...files, [`${at}/minimist/package.json`]: fetched })).toContain('minimist 1.2.5 trace');
    const own = resolved.replaceAll('harmless', 'zz');
    expect(await names({ ...files, [list]: locked('minimist', { version: '1.2.5', resolved: own }) })).toEqual([
      'minimist 1.2.5 lock-file',
      'zz 1.2.5 listed',
    ]);
  });

  it('is heard beside the name that the list has, where no manifest is there', async () => {
    const own = 'https://registry.example/lodash/-/lodash-4.17.20.tgz';
    expect(
      await names({ [`${at}/zz/x.js`]: 'x', [list]: locked('zz', { version: '4.17.20', resolved: own }) }),
    ).toEqual(['lodash 4.17.20 lock-file', 'zz 4.17.20 lock-file']);
  });
});

describe('no such library', () => {
  it.each([
    ['the library itself', 'lodash', 'lodash.js', LODASH],
    ['a part of it', 'lodash.includes', 'index.js', LODASH_CORE],
    ['a fork that says so', 'lodash-es', 'lodash.js', LODASH],
    ['an extension', 'jquery-ui', 'index.js', '/*! jQuery UI - v1.12.1 - 2016-09-14 */\n'],
    ['what is made of it', 'acme-ui', 'index.js', '/*! Acme UI v1.0.0\n * includes jQuery v3.4.1 */\n'],
    ['a copy further down', 'acme-docs', 'lib/jquery.js', '/*! jQuery v3.4.1 */\n'],
    ['what was merged into a build', 'acme-docs', 'dist/acme-docs.js', '/*! jQuery v3.4.1 */\n'],
    ['a banner behind the code', 'acme-ui', 'index.js', 'const a = 1;\n/*! jQuery v3.4.1 */\n'],
  ])('is %s', async (_, name, file, code) => {
    const { packages, signs } = await seen({
      [`${at}/${name}/package.json`]: manifest(name, '4.17.20'),
      [`${at}/${name}/${file}`]: code,
    });
    expect(packages).toEqual([`${name} 4.17.20 listed`]);
    expect(signs).toEqual([]);
  });
});
