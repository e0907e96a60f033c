import { expect, it } from 'vitest';
import { image, layer, removed, symlink } from '../../test/image.ts';
import { takeInventory } from '../inventory/take.ts';
import { keyInEnvironment } from './conda-lists.ts';

const SITE = 'opt/conda/lib/python3.11/site-packages';

/** A record as conda and rattler write one, of the files that it put there. */
const record = (name: string, version: string, files: readonly string[]): string =>
  JSON.stringify({ name, version, build: 'pyhd8ed1ab_0', build_number: 0, subdir: 'noarch', files });

const urllib3 = {
  [`${SITE}/urllib3/__init__.py`]: 'from ._version import __version__\n',
  [`${SITE}/urllib3/connection.py`]: 'import socket\n',
  [`${SITE}/urllib3/_collections.py`]: 'import threading\n',
};
const METADATA = `${SITE}/urllib3-1.26.15.dist-info/METADATA`;
const metadata = { [METADATA]: 'Metadata-Version: 2.1\nName: urllib3\nVersion: 1.26.15\n' };
const node = { 'opt/conda/bin/node': '#!/bin/sh\n', 'opt/conda/include/node/node.h': '' };
const inPrefix = (files: object): string[] => Object.keys(files).map((path) => path.replace('opt/conda/', ''));
const URLLIB3 = 'opt/conda/conda-meta/urllib3-1.26.15-pyhd8ed1ab_0.json';
const NODE = 'opt/conda/conda-meta/nodejs-18.16.0-h0_0.json';
const records = {
  'opt/conda/conda-meta/history': '',
  [URLLIB3]: record('urllib3', '1.26.15', inPrefix({ ...urllib3, ...metadata })),
  [NODE]: record('nodejs', '18.16.0', inPrefix(node)),
};
const environment = { ...records, ...urllib3, ...metadata, ...node };

const without = (...paths: readonly string[]) => Object.fromEntries(paths.map((path) => [path, removed]));

async function seen(...layers: ReturnType<typeof layer>[]) {
  const { inventory } = await takeInventory(image(...layers));
  return {
    signs: (inventory.signs ?? []).map(({ check, level }) => `${level} ${check}`),
    packages: inventory.packages
      .filter(({ type }) => type === 'conda' || type === 'pypi')
      .map(({ type, name, version, recovered }) => `${type} ${name} ${version} ${recovered ?? 'listed'}`)
      .sort(),
  };
}

it('an environment raises no sign', async () => {
  expect(await seen(layer(environment))).toEqual({
    signs: [],
    packages: ['conda nodejs 18.16.0 listed', 'conda urllib3 1.26.15 listed', 'pypi urllib3 1.26.15 listed'],
  });
});

it.each([
  ['deleted', without('opt/conda/conda-meta')],
  ['emptied', { [URLLIB3]: '{}', [NODE]: '{}' }],
])('records that a later layer %s are recovered, since their files are there', async (_, change) => {
  expect(await seen(layer(environment), layer(change))).toEqual({
    signs: ['warning metadata-deleted'],
    packages: ['conda nodejs 18.16.0 lower-layer', 'conda urllib3 1.26.15 lower-layer', 'pypi urllib3 1.26.15 listed'],
  });
});

it('a distribution whose metadata is gone, in one layer, is what the record calls it', async () => {
  const { [METADATA]: _, ...rest } = environment;
  const { packages } = await seen(layer(rest));
  expect(packages).toContain('pypi urllib3 1.26.15 trace');
});

it('what conda removed or upgraded, and what pip took away, is not recovered', async () => {
  const folders = [`${SITE}/urllib3`, METADATA.replace('/METADATA', '')];
  const upgraded = {
    [URLLIB3.replace('1.26.15', '2.2.2')]: record('urllib3', '2.2.2', inPrefix({ ...urllib3 })),
  };
  const gone = without(URLLIB3, NODE, ...folders, ...Object.keys(node));
  expect(await seen(layer(environment), layer(gone))).toEqual({ signs: [], packages: [] });
  const { packages } = await seen(layer(environment), layer({ ...without(URLLIB3, METADATA), ...upgraded }));
  expect(packages.filter((text) => text.startsWith('conda urllib3'))).toEqual(['conda urllib3 2.2.2 listed']);
  const byPip = without(...folders);
  expect((await seen(layer(environment), layer(byPip))).packages).toEqual([
    'conda nodejs 18.16.0 listed',
    'conda urllib3 1.26.15 listed',
  ]);
});

const names = ['urllib3', 'six', 'idna'];
const folderOf = (name: string): string => `${SITE}/${name}-1.0.dist-info`;
const distributions = Object.fromEntries(
  names.flatMap((name) => [
    [`${folderOf(name)}/METADATA`, `Name: ${name}\nVersion: 1.0\n`],
    [`${folderOf(name)}/INSTALLER`, 'conda\n'],
  ]),
);
const python = { 'opt/conda/bin/python3.11': 'x', 'opt/conda/bin/python': symlink('python3.11') };
const recordsOf = (those: readonly string[]) =>
  Object.fromEntries(
    those.map((name) => [
      `opt/conda/conda-meta/${name}-1.0-0.json`,
      record(name, '1.0', [`${folderOf(name)}/METADATA`.replace('opt/conda/', '')]),
    ]),
  );

it.each([
  ['all records are there', { ...distributions, ...python, ...recordsOf(names) }, []],
  ['no record is there', { ...distributions, ...python }, ['warning database-missing']],
  ['three are missing', { ...distributions, ...python, [NODE]: records[NODE], ...node }, ['warning database-missing']],
  ['one is missing', { ...distributions, ...python, ...recordsOf(names.slice(1)) }, ['info database-missing']],
  ['its modules were copied out of another stage', distributions, ['info database-missing']],
  [
    'pip installed them',
    {
      ...distributions,
      ...python,
      ...Object.fromEntries(names.map((name) => [`${folderOf(name)}/INSTALLER`, 'pip\n'])),
    },
    [],
  ],
])('of an environment in one layer whose distributions say that conda installed them: %s', async (_, files, signs) => {
  expect((await seen(layer(files))).signs).toEqual(signs);
});

it('a package is of the environment that its path begins in, whatever lies further down', () => {
  const listed = keyInEnvironment(`${SITE}/requests/__init__.py`, 'requests');
  for (const path of [URLLIB3, `${SITE}/torch/lib/python3/x.py`])
    expect(keyInEnvironment(path, 'requests'), path).toBe(listed);
  expect(keyInEnvironment('opt/conda/envs/a/lib/python3.11/site-packages/x.py', 'requests')).not.toBe(listed);
});
