import { expect, it } from 'vitest';
import { image, layer } from '../../test/image.ts';
import { analyzers } from '../analyzers/index.ts';
import { silent } from '../progress.ts';
import { noCache } from './cache.ts';
import { readImage } from './read-image.ts';

it('The largest layer is begun first, whichever it is, and what is found stays in the order of the layers', async () => {
  const wheel = (name: string, bytes: number) => ({
    [`usr/lib/python3/site-packages/${name}-1.0.dist-info/METADATA`]: `Metadata-Version: 2.1\nName: ${name}\nVersion: 1.0\n\n${'x'.repeat(bytes)}`,
  });
  const world = image(layer(wheel('lowest', 20_000)), layer(wheel('small', 10)), layer(wheel('largest', 90_000)));
  const begun: number[] = [];
  const layers = world.layers.map((of) => ({
    ...of,
    open: (signal?: AbortSignal) => {
      begun.push(of.index);
      return of.open(signal);
    },
  }));
  const { facts } = await readImage({ ...world, layers }, { analyzers, cache: noCache, progress: silent });
  expect(begun).toEqual([2, 0, 1]);
  expect(
    facts.flatMap(({ analyzer, fact }) => (analyzer === 'python-dist' && 'name' in fact ? [fact.name] : [])),
  ).toEqual(['lowest', 'small', 'largest']);
});
