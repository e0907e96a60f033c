import { describe, expect, it } from 'vitest';
import { image, layer, symlink } from '../../test/image.ts';
import { takeInventory } from '../inventory/take.ts';
import { linkTree, linkWork } from './link-tree.ts';

function follow(links: Readonly<Record<string, string>>, path: string, work = linkWork()): string | undefined {
  const tree = linkTree();
  for (const link of Object.keys(links)) tree.add(link, work);
  return tree.follow(path, (at) => links[at], work);
}

describe('links', () => {
  it.each([
    [{ lib: 'usr/lib' }, 'lib/x/y', 'usr/lib/x/y'],
    [{ 'a/b': '../c', c: '/d/./e' }, 'a/b/x', 'd/e/x'],
    [{ a: '../../../b' }, 'a', 'b'],
    [{ 'a/b': '..' }, 'a/b/a/b/c', 'c'],
    [{}, '/a//b/../c', 'a/c'],
    [{ a: 'b' }, 'c/a', 'c/a'],
  ])('%j: %s is %s', (links, path, real) => {
    expect(follow(links, path)).toBe(real);
  });

  it('that lead in a circle, or through more than forty, lead nowhere', () => {
    expect(follow({ a: 'b', b: 'a' }, 'a')).toBeUndefined();
    const chain = Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`l${at}`, `l${at + 1}`]));
    expect(follow(chain, 'l30')).toBe('l60');
    expect(follow(chain, 'l5')).toBeUndefined();
  });

  it('that were taken out are none', () => {
    const tree = linkTree();
    const work = linkWork();
    tree.add('a/b', work);
    tree.delete('a/b');
    expect(tree.follow('a/b', () => 'c', work)).toBe('a/b');
  });

  it('cost steps in line with their length, and end with the budget', () => {
    const steps = (depth: number): number => {
      const work = linkWork();
      const before = work.left;
      follow({ s: `${'d/'.repeat(depth)}${'../'.repeat(depth)}t` }, 's', work);
      return before - work.left;
    };
    const [small, large] = [steps(100), steps(1_000)];
    expect(large / small).toBeLessThan(11);
    expect(follow({ a: 'b' }, 'a', { left: 0 })).toBeUndefined();
  });
});

it('an image of long chains asked for a thousand times is read, and says what it gave up', async () => {
  const up = `${'d/'.repeat(800)}${'../'.repeat(800)}`;
  const chain = Object.fromEntries(
    Array.from({ length: 39 }, (_, at) => [`s${at}`, symlink(at === 38 ? 'x' : `${up}s${at + 1}`)]),
  );
  const asked = Object.fromEntries(
    Array.from({ length: 2_000 }, (_, at) => [`p${at}.dist-info/METADATA`, symlink(`/s0/${at}`)]),
  );
  const { inventory } = await takeInventory(image(layer({ 'etc/os-release': 'ID=debian\n', ...chain, ...asked })));
  expect(inventory.os?.id).toBe('debian');
  expect(inventory.unknowns.map(({ reason }) => reason).join()).toMatch(/too many steps to follow/);
});
