import { expect, it } from 'vitest';
import { shortLines } from './text-lines.ts';

it('gives lines without their ends, and leaves out those that are too long', () => {
  expect([...shortLines('a\r\nb\n\nc')]).toEqual(['a', 'b', '', 'c']);
  expect([...shortLines('')]).toEqual([]);
  expect([...shortLines(`a\n${'x'.repeat(5_000)}\nb`)]).toEqual(['a', 'b']);
});
