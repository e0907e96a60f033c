import fc from 'fast-check';
import { expect, it } from 'vitest';
import { before, withoutEnd, withoutStart } from './ends.ts';

it('cuts as the patterns do that it stands for', () => {
  const text = fc.string({ unit: fc.constantFrom('a', '/', '@', '-', ':') });
  fc.assert(
    fc.property(text, (one) => {
      expect(withoutEnd(one, '/@')).toBe(one.replace(/[/@]+$/, ''));
      expect(withoutStart(one, '/@')).toBe(one.replace(/^[/@]+/, ''));
      expect(before(one, ':@')).toBe(one.replace(/[:@].*$/, ''));
    }),
  );
});
