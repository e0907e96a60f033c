import { expect, it } from 'vitest';
import { image, layer } from '../../../test/image.ts';
import { zip } from '../../../test/zip.ts';
import { takeInventory } from '../../inventory/take.ts';

/** The entries of archives as Yarn 4.18 and 3.6 write them, in their order. */
const LODASH = { 'node_modules/': '', 'node_modules/lodash/': '', 'node_modules/lodash/package.json': '{}' };
const TYPES = {
  'node_modules/': '',
  'node_modules/@types/': '',
  'node_modules/@types/node/': '',
  'node_modules/@types/node/index.d.ts': 'x',
};
const OF_YARN_3 = { 'node_modules/qs/': '', 'node_modules/qs/package.json': '{}' };
const archives = {
  'srv/.yarn/cache/lodash-npm-4.17.20-c0db62021c-10c0.zip': zip(LODASH),
  'srv/.yarn/cache/@types-node-npm-20.1.0-c5561d67cd-77173e89fe.zip': zip(TYPES),
  'srv/.yarn/cache/qs-npm-6.7.0-15161a344c-dfd5f6adef.zip': zip(OF_YARN_3),
};

async function listed(files: Readonly<Record<string, string | Buffer>>): Promise<readonly string[]> {
  const { inventory } = await takeInventory(image(layer(files)));
  return inventory.packages.map(({ name, version }) => `${name} ${version}`).sort();
}

it('packages in archives of a project are installed, whether their folders are entries or not', async () => {
  expect(await listed({ ...archives, 'srv/.pnp.cjs': '' })).toEqual([
    '@types/node 20.1.0',
    'lodash 4.17.20',
    'qs 6.7.0',
  ]);
});

it('an archive without the loader is a mere cache, and one of something else is none', async () => {
  expect(await listed(archives)).toEqual([]);
  const others = {
    'srv/.yarn/cache/lodash-npm-4.17.20-c0db62021c-10c0.zip': zip({ 'node_modules/': '', 'README.md': 'x' }),
    'srv/.yarn/cache/qs-npm-6.7.0-15161a344c-dfd5f6adef.zip': Buffer.from('PK\x03\x04'),
  };
  expect(await listed({ ...others, 'srv/.pnp.cjs': '' })).toEqual([]);
});
