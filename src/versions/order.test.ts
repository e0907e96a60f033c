import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compareDigits, compareText, isDigit, isLetter } from './order.ts';

it('digits are numbers of any size, whatever zeros stand before them', () => {
  expect(compareDigits('9', '10')).toBeLessThan(0);
  expect(compareDigits('007', '7')).toBe(0);
  expect(compareDigits('', '0')).toBe(0);
  const big = fc.bigInt({ min: 0n, max: 10n ** 40n });
  fc.assert(
    fc.property(big, big, fc.nat(5), (a, b, zeros) => {
      expect(Math.sign(compareDigits('0'.repeat(zeros) + a, String(b)))).toBe(a < b ? -1 : a > b ? 1 : 0);
    }),
  );
});

it('text is compared by its bytes, not by any language', () => {
  expect(['b', 'a', 'Z', '_', '1'].sort(compareText)).toEqual(['1', 'Z', '_', 'a', 'b']);
  expect(compareText('a', 'a')).toBe(0);
});

it('digits and letters are those of ASCII', () => {
  const those = (test: (code: number) => boolean): string =>
    Array.from({ length: 300 }, (_, code) => (test(code) ? String.fromCharCode(code) : '')).join('');
  expect(those(isDigit)).toBe('0123456789');
  expect(those(isLetter)).toBe('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz');
});
