import fc from 'fast-check';
import { expect, it } from 'vitest';
import { anchorSearch } from './anchors.ts';

const resultOf = (anchors: readonly string[], bytes: Buffer, from = 0, to = bytes.length): string[] => {
  const hits: string[] = [];
  anchorSearch(anchors).find(bytes, from, to, (at, anchor) => hits.push(`${at} ${anchors[anchor]}`));
  return hits.sort();
};

const naive = (anchors: readonly string[], bytes: Buffer, from: number, to: number): string[] =>
  anchors
    .flatMap((anchor) => {
      const hits: string[] = [];
      for (let at = from; at < to; at++)
        if (bytes.toString('latin1', at, at + anchor.length) === anchor) hits.push(`${at} ${anchor}`);
      return hits;
    })
    .sort();

it('finds strings of any length, also those that share beginnings and ends', () => {
  const text = Buffer.from('xx libpng version 1.6.39 libpng16 deflate 1.2.13 version 1.6');
  expect(resultOf(['libpng version 1.', 'libpng', 'version 1.6', 'deflate 1.'], text)).toEqual(
    ['25 libpng', '3 libpng', '3 libpng version 1.', '34 deflate 1.', '49 version 1.6', '10 version 1.6'].sort(),
  );
});

it('agrees with a search of every position, whatever the bytes and strings', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', '\xff', '\0'), minLength: 4, maxLength: 9 });
  fc.assert(
    fc.property(
      fc.uniqueArray(letters, { minLength: 1, maxLength: 6 }),
      fc.array(fc.constantFrom(0x61, 0x62, 0xff, 0), { maxLength: 200 }),
      fc.nat(50),
      fc.nat(220),
      (anchors, values, from, to) => {
        const bytes = Buffer.from(values);
        const end = Math.min(to, bytes.length);
        expect(resultOf(anchors, bytes, from, end)).toEqual(naive(anchors, bytes, from, end));
      },
    ),
    { numRuns: 300 },
  );
});
