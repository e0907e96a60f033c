import { expect, it } from 'vitest';
import { growth, IN_PROPORTION } from '../../../test/growth.ts';
import { confusing } from './languages.ts';
import type { SignScene } from './scene.ts';

/** Distributions with a letter of another alphabet in their names, and their folders, and as many modules without metadata. */
function scene(count: number): SignScene {
  const site = 'usr/lib/python3/dist-packages';
  const named = Array.from({ length: count }, (_, at) => `requ\u0435sts${at}`);
  const listed = named.map((name) => ({
    path: `${site}/${name}-2.0.dist-info/METADATA`,
    fact: { type: 'pypi', name, version: '2.0' },
  }));
  const folders = named.flatMap((name) => [`${site}/${name}-2.0.dist-info`, `${site}/${name}`]);
  return { listed, recovered: [], unlistedCode: { confusing: folders } } as unknown as SignScene;
}

it('names that confuse are counted once with their folders, in proportion to how many there are', () => {
  const [sign] = [...confusing(scene(3))];
  expect(sign?.message).toContain('6 packages bear names or versions');
  expect(sign?.paths).toHaveLength(5);
  expect(growth((count) => [...confusing(scene(count))], 16_000)).toBeLessThan(IN_PROPORTION);
});
