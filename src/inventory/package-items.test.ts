import { expect, it } from 'vitest';
import type { VisibleFact } from '../layers/read-image.ts';
import { packageItems } from './package-items.ts';

const named = (name: string) => ({ path: 'a', layer: 0, analyzer: 'x', fact: { name, version: '1' } }) as never;

it('takes the packages of an image up to its bound, and says how many it left out', () => {
  const risk = { path: 'm', layer: 0, analyzer: 'x', fact: { kind: 'risk' } } as unknown as VisibleFact;
  const all = [named('one'), risk, named('two'), named('three')];
  expect(packageItems(all)).toEqual({ facts: [all[0], all[2], all[3]], problems: [] });
  expect(packageItems(all, 2)).toEqual({
    facts: [all[0], all[2]],
    problems: [{ path: '', analyzer: 'layers', reason: 'more than 2 packages: 1 are not listed' }],
  });
});
