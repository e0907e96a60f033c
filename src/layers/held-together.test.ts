import { expect, it } from 'vitest';
import { heldTogether } from './held-together.ts';

const index = (facts: number, entries: number) => ({
  facts: Array.from({ length: facts }) as never[],
  entries: { size: entries },
});

it('refuses an image whose layers hold too much only together', () => {
  const held = heldTogether('many:1', { facts: 10, entries: 100 });
  held(index(6, 40));
  held(index(4, 60));
  expect(() => held(index(1, 0))).toThrow('the layers of this image together name more than 10 packages and risks');
  const further = heldTogether('many:1', { facts: 10, entries: 100 });
  further(index(0, 60));
  expect(() => further(index(0, 60))).toThrow(
    expect.objectContaining({
      code: 'limit',
      line: 'the layers of this image together hold more than 100 files and folders (many:1)',
    }),
  );
});
