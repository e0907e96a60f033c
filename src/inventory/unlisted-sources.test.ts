import { createHash } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import { image, layer } from '../../test/image.ts';
import { takeInventory } from './take.ts';
import { withKnownWheels } from './wheels-of-code.ts';

// Sixty-four megabytes of lists say no more than a few thousand bytes do.
const { BUDGET } = vi.hoisted(() => ({ BUDGET: 4_096 }));
vi.mock('../limits.ts', async (original) => {
  const real = await original<typeof import('../limits.ts')>();
  return { ...real, LIMITS: { ...real.LIMITS, copiedListBytes: BUDGET } };
});

const SITE = 'usr/lib/python3.11/site-packages/';
const library = { 'requests/__init__.py': 'from .api import get\n', 'requests/api.py': 'def get(): ...\n' };
const lineOf = ([path, content]: readonly [string, string]): string =>
  `${path},sha256=${createHash('sha256').update(content).digest('base64url')},${content.length}\n`;

/** Metadata of another copy, with a list of so many bytes at least. */
const copy = (folder: string, name: string, bytes: number): Record<string, string> => {
  const list = Object.entries(library).map(lineOf).join('');
  const padding = lineOf(['requests/padding.txt', 'x']).repeat(Math.ceil(bytes / 64));
  return {
    [`opt/${folder}/lib/python3.11/site-packages/${name}-2.31.0.dist-info/METADATA`]: `Metadata-Version: 2.1\nName: ${name}\nVersion: 2.31.0\n`,
    [`opt/${folder}/lib/python3.11/site-packages/${name}-2.31.0.dist-info/RECORD`]: list + padding,
  };
};
const unlisted = Object.fromEntries(Object.entries(library).map(([path, content]) => [SITE + path, content]));

async function recognised(...copies: readonly Record<string, string>[]) {
  const { inventory } = await takeInventory(image(layer(Object.assign({}, unlisted, ...copies))));
  return withKnownWheels(inventory)
    .packages.filter(({ evidence }) => evidence.some(({ path }) => path.startsWith(SITE)))
    .map(({ name, version }) => `${name} ${version}`);
}

describe('lists of other copies that unlisted code is held to', () => {
  it('are read while there is room for them', async () => {
    expect(await recognised(copy('a', 'requests', 0))).toEqual(['requests 2.31.0']);
    expect(await recognised(copy('a', 'requests', 1_000), copy('b', 'other', 1_000))).toHaveLength(1);
  });

  it('are left where all of them together are more, however small each is', async () => {
    const large = copy('a', 'requests', 2 * BUDGET);
    expect(await recognised(large)).toEqual([]);
    const many = Array.from({ length: 6 }, (_, at) => copy(`a${at}`, `first${at}`, 1_000));
    expect(await recognised(...many, copy('z', 'requests', 0))).not.toContain('requests 2.31.0');
    expect(await recognised(copy('a', 'requests', 0), ...many)).toContain('requests 2.31.0');
  });
});
