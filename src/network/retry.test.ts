import { expect, it } from 'vitest';
import { LIMITS } from '../limits.ts';
import { backOff, retryAfter } from './retry.ts';

const now = Date.parse('2026-11-23T08:00:00Z');

it.each([
  ['0', 0],
  ['120', 120_000],
  ['Mon, 23 Nov 2026 08:00:30 GMT', 30_000],
  ['Mon, 23 Nov 2026 07:00:00 GMT', 0],
  ['-5', undefined],
  ['1.5', undefined],
  ['soon', undefined],
  ['', undefined],
  [undefined, undefined],
])('Retry-After %j asks for %j ms', (header, expected) => {
  expect(retryAfter(header, now)).toBe(expected);
});

it('doubles the wait, with jitter over its upper half', () => {
  const waits = (random: number) =>
    [1, 2, 3].map((attempt) => backOff(attempt, { base: 100, attempts: 4, random: () => random }));
  expect(waits(1)).toEqual([100, 200, 400]);
  expect(waits(0)).toEqual([50, 100, 200]);
});

it('ends with the attempts, or when the server asks for too much patience', () => {
  const options = { base: 100, attempts: 4, random: () => 1 };
  expect(backOff(4, options)).toBeUndefined();
  expect(backOff(1, { ...options, after: 3_000 })).toBe(3_000);
  expect(backOff(1, { ...options, after: 10 })).toBe(100);
  expect(backOff(1, { ...options, after: LIMITS.retryAfterMs + 1 })).toBeUndefined();
});
