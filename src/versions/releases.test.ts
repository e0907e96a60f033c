import { expect, it } from 'vitest';
import { isEarlierRelease, isNextRelease, isOneRelease } from './releases.ts';

it.each([
  ['5.1-2+deb11u1', '5.1.4'],
  ['6.2+20201114-2', '6.2.20201114'],
  ['1:1.1.1n-0+deb11u4', '1.1.1n'],
  ['2.14.1', 'v2.14.1.Final'],
  ['31.1-jre', '31.1'],
])('%s and %s can be of one release', (version, other) => {
  expect(isOneRelease(version, other)).toBe(true);
  expect(isOneRelease(other, version)).toBe(true);
});

it.each([
  ['2.99.0', '2.14.1'],
  ['1.1.1w', '1.1.1n'],
  ['next', 'last'],
])('%s and %s cannot', (version, other) => expect(isOneRelease(version, other)).toBe(false));

it('one follows upon another by the last of its numbers', () => {
  expect(isNextRelease('1.8.8', '1.8.7-6')).toBe(true);
  for (const other of ['1.8.8', '1.8.6', '1.7.7', '1.8', 'x']) expect(isNextRelease('1.8.8', other)).toBe(false);
});

it.each([
  ['2.14.1', '2.99.0'],
  ['2.9.8', '2.10.0'],
  ['v1.2.3', '2023.1'],
  ['1:4.17.20-1', '4.17.21'],
])('%s is of an earlier release than %s', (earlier, later) => {
  expect([isEarlierRelease(earlier, later), isEarlierRelease(later, earlier)]).toEqual([true, false]);
});

it.each([
  ['9.4-1206-jdbc42', '9.4.1206'],
  ['31.1-jre', '31.1.0.jre'],
  ['1.1.1n', '1.1.1w'],
  ['unspecified', '2.0'],
  ['', '2.0'],
])('of %s and %s neither is earlier by its numbers', (left, other) => {
  expect([isEarlierRelease(left, other), isEarlierRelease(other, left)]).toEqual([false, false]);
});
