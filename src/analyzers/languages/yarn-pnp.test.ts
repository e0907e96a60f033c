import { expect, it } from 'vitest';
import { image, layer } from '../../../test/image.ts';
import { takeInventory } from '../../inventory/take.ts';

/** A loader as Yarn 4.18 writes it, cut down to some packages: continued lines, and escapes of a JavaScript text. */
function loader(packages: readonly (readonly [name: string, reference: string, location: string])[]): string {
  const state = JSON.stringify(
    {
      __info: ["Do not touch: it's made by Yarn."],
      packageRegistryData: packages.map(([name, reference, packageLocation]) => [
        name,
        [[reference, { packageLocation, packageDependencies: [[name, reference]], linkType: 'HARD' }]],
      ]),
    },
    null,
    2,
  );
  const escaped = state.replace(/['\\]/g, '\\$&').replaceAll('\n', '\\\n');
  return `#!/usr/bin/env node\n/* eslint-disable */\n"use strict";\n\nconst RAW_RUNTIME_STATE =\n'${escaped}';\n\nfunction $$SETUP_STATE() {}\n`;
}

async function listed(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const { inventory } = await takeInventory(image(layer(files)));
  return inventory.packages.map(
    ({ name, version, role, evidence }) => `${name} ${version} ${role ?? 'installed'} ${evidence[0]?.path}`,
  );
}

const cache = 'root/.yarn/berry/cache';
const at = (archive: string, name: string): string => `../../${cache}/${archive}.zip/node_modules/${name}/`;

it('what the loader takes out of the cache that all projects share is installed', async () => {
  const traverse = '@babel-traverse-npm-7.23.0-ec84bb7a7c-10c0';
  expect(
    await listed({
      'srv/app/.pnp.cjs': loader([
        ['app', 'workspace:.', './'],
        ['lodash', 'npm:4.17.20', at('lodash-npm-4.17.20-c0db62021c-10c0', 'lodash')],
        ['@babel/traverse', `virtual:${'ab'.repeat(64)}#npm:7.23.0`, at(traverse, '@babel/traverse')],
        [
          'typescript',
          'patch:typescript@npm%3A5.0.4#optional!builtin<compat/typescript>',
          at('typescript-p', 'typescript'),
        ],
        ['gone', 'npm:1.0.0', at('gone-npm-1.0.0-0123456789-10c0', 'gone')],
        ['esbuild', 'npm:0.17.0', './.yarn/unplugged/esbuild-npm-0.17.0-ab/node_modules/esbuild/'],
      ]),
      [`${cache}/lodash-npm-4.17.20-c0db62021c-10c0.zip`]: 'PK',
      [`${cache}/${traverse}.zip`]: 'PK',
      [`${cache}/typescript-p.zip`]: 'PK',
    }),
  ).toEqual([
    '@babel/traverse 7.23.0 installed srv/app/.pnp.cjs',
    'lodash 4.17.20 installed srv/app/.pnp.cjs',
    'typescript 5.0.4 installed srv/app/.pnp.cjs',
  ]);
});

it('a cache that no loader speaks of is none of it, and neither is one above the root', async () => {
  const archive = 'lodash-npm-4.17.20-c0db62021c-10c0';
  expect(await listed({ [`${cache}/${archive}.zip`]: 'PK' })).toEqual([]);
  expect(
    await listed({
      '.pnp.cjs': loader([['lodash', 'npm:4.17.20', `../../${cache}/${archive}.zip/node_modules/lodash/`]]),
      [`${cache}/${archive}.zip`]: 'PK',
    }),
  ).toEqual([]);
});

it('the state in a file of its own is read as well (pnpEnableInlining)', async () => {
  const data = { packageRegistryData: [['ms', [['npm:2.1.3', { packageLocation: '../y/ms.zip/node_modules/ms/' }]]]] };
  expect(
    await listed({
      'srv/.pnp.cjs': 'const dataLocation = path.resolve(__dirname, ".pnp.data.json");',
      'srv/.pnp.data.json': JSON.stringify(data),
      'y/ms.zip': 'PK',
    }),
  ).toEqual(['ms 2.1.3 installed srv/.pnp.data.json']);
});
