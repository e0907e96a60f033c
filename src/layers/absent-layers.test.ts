import { expect, it } from 'vitest';
import { image, layer } from '../../test/image.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { type ErrorCode, PlimsollError } from '../errors.ts';
import { takeInventory } from '../inventory/take.ts';
import { ABSENT_LAYER, type Image } from '../model.ts';
import { openLayerCache } from './cache.ts';

const whole = image(
  layer({ 'etc/os-release': 'ID=debian\nVERSION_ID="11"\n' }),
  layer({ 'usr/lib/python3/six-1.16.0.dist-info/METADATA': 'Name: six\nVersion: 1.16.0\n' }),
  layer({ 'opt/x': 'y' }),
);

/** The image with some of its layers nowhere to be had. */
const without = (code: ErrorCode, ...lost: readonly number[]): Image => ({
  ...whole,
  layers: whole.layers.map((layer) =>
    lost.includes(layer.index)
      ? { ...layer, open: async () => ({ kind: 'stream' as const, bytes: failing(code) }) }
      : layer,
  ),
});

// As a registry's stream does: the refusal comes with the first byte.
async function* failing(code: ErrorCode): AsyncGenerator<Uint8Array> {
  yield* await Promise.reject<Uint8Array[]>(new PlimsollError(code, 'the registry does not have the blob'));
}

it.each([
  ['not-found', /this layer could not be had.*layer 3 of 3/],
  ['unsupported', /this layer could not be read.*layer 3 of 3/],
] as const)('a layer that cannot be had or read (%s) is said, and the rest is read', async (code, said) => {
  const { inventory } = await takeInventory(without(code, 2));
  expect(inventory.packages.map(({ name }) => name)).toEqual(['six']);
  expect(inventory.unknowns.map(({ reason }) => reason)).toEqual([expect.stringMatching(said)]);
  // By this word gates know that nothing found proves nothing.
  expect(inventory.unknowns.map(({ analyzer }) => analyzer)).toEqual([ABSENT_LAYER]);
});

it('is not remembered as empty: when it is there again, it is read', async () => {
  const cache = await openLayerCache(temporaryFolder(), () => {});
  expect((await takeInventory(without('not-found', 1), { cache })).inventory.packages).toEqual([]);
  expect((await takeInventory(whole, { cache })).inventory.packages).toHaveLength(1);
  cache.close();
});

it('none at all, or another failure, is an error', async () => {
  await expect(takeInventory(without('not-found', 0, 1, 2))).rejects.toMatchObject({ code: 'not-found' });
  await expect(takeInventory(without('unsupported', 0, 1, 2))).rejects.toMatchObject({ code: 'unsupported' });
  await expect(takeInventory(without('network', 1))).rejects.toMatchObject({ code: 'network' });
  await expect(takeInventory(without('digest-mismatch', 1))).rejects.toMatchObject({ code: 'digest-mismatch' });
});
