import fc from 'fast-check';
import { expect, it } from 'vitest';
import { before, withoutEnd, withoutStart } from './ends.ts';

it('cuts as the patterns do that it stands for', () => {
  const text = fc.string({ unit: fc.constantFrom('a', '/', '@', '-', ':') });
  fc.assert(
    fc.property(text, (entry) => {
      expect(withoutEnd(entry, '/@')).toBe(entry.replace(/[/@]+$/, ''));
      expect(withoutStart(entry, '/@')).toBe(entry.replace(/^[/@]+/, ''));
      expect(before(entry, ':@')).toBe(entry.replace(/[:@].*$/, ''));
    }),
  );
});
