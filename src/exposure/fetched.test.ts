import { describe, expect, it } from 'vitest';
import { library, program, reachedOf, SYSTEM } from '../../test/exposure.ts';
import { image, layer } from '../../test/image.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { takeInventory } from '../inventory/take.ts';
import { openLayerCache } from '../layers/cache.ts';
import { codeSpool } from '../layers/code-spool.ts';
import type { Image } from '../model.ts';
import { exposureOf } from './index.ts';

const files = () =>
  layer({
    ...SYSTEM,
    'run.sh': '#!/bin/sh\nexec /opt/app\n',
    'other.sh': '#!/bin/sh\nexec /opt/other\n',
    'opt/app': program(['liba.so'], { runpath: '$ORIGIN/lib' }),
    'opt/other': program(['libb.so'], { runpath: '$ORIGIN/lib' }),
    'opt/lib/liba.so': library('liba.so', ['libc.so.6']),
    'opt/lib/libb.so': library('libb.so', ['libc.so.6']),
    'opt/lib/libidle.so': library('libidle.so'),
  }).gzipped();

describe('code of a layer that came packed out of the cache', () => {
  it('is remembered as far as it was asked about, and fetched where it was not', async () => {
    const cache = await openLayerCache(temporaryFolder(), () => {});
    let opened = 0;
    const counted = (image: Image): Image => ({
      ...image,
      layers: image.layers.map((layer) => ({
        ...layer,
        open: (signal) => {
          opened += 1;
          return layer.open(signal);
        },
      })),
    });
    const said = async (command: string): Promise<{ readonly reached: string[]; readonly opened: number }> => {
      opened = 0;
      const spool = codeSpool([]);
      const { inventory, read } = await takeInventory(counted(image(files())), { cache, spool });
      const exposure = await exposureOf(read, inventory.packages, { Cmd: [command] });
      spool.close();
      return { reached: reachedOf(exposure), opened };
    };
    const first = await said('/run.sh');
    expect(first.reached).toContain('opt/lib/liba.so: loaded');
    expect(first.opened).toBe(1);
    expect(await said('/run.sh')).toEqual({ reached: first.reached, opened: 0 });
    const other = await said('/other.sh');
    expect(other.reached).toContain('opt/lib/libb.so: loaded');
    expect(other.reached).not.toContain('opt/lib/liba.so: loaded');
    expect(other.opened).toBe(1);
    // What the first asked about is not forgotten over it.
    expect(await said('/run.sh')).toEqual({ reached: first.reached, opened: 0 });
    cache.close();
  });

  it('is fetched too where nothing was kept, and where the layers were read by someone who does not ask', async () => {
    const { inventory, read } = await takeInventory(image(files()));
    const exposure = await exposureOf(read, inventory.packages, { Cmd: ['/run.sh'] });
    expect(reachedOf(exposure)).toContain('opt/lib/liba.so: loaded');
  });
});

it('says so where links could not be followed any more, as what it then does not find may be there', async () => {
  const { inventory, read } = await takeInventory(image(files()));
  const givenUp = { ...read, files: { ...read.files, linksGivenUp: true } };
  const told = await exposureOf(givenUp, inventory.packages, { Cmd: ['/run.sh'] });
  expect(told.start.notes.join()).toContain('following links of paths took more steps than it may');
  expect((await exposureOf(read, inventory.packages, { Cmd: ['/run.sh'] })).start.notes).toEqual([]);
});
