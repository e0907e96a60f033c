import { describe, expect, it } from 'vitest';
import type { ExposureClass } from '../model.ts';
import { distance, isWithinReach, nearestClass } from './exposure.ts';

const of = (...classes: readonly (ExposureClass | undefined)[]) =>
  classes.map((one) => (one === undefined ? {} : { exposure: { class: one } }));

describe('how far packages are from what runs', () => {
  it('several are as near as the nearestClass', () => {
    expect(nearestClass(of('present', 'importable', 'not-code'))).toBe('importable');
    expect(nearestClass(of('unknown', 'present'))).toBe('present');
    expect(nearestClass(of(undefined))).toBeUndefined();
  });

  it('what cannot be told stands before what is known to be far, and is not within reach', () => {
    const classes: readonly ExposureClass[] = ['not-code', 'present', 'unknown', 'callable', 'importable', 'loaded'];
    expect(classes.toSorted((a, b) => distance(a) - distance(b))).toEqual([
      'loaded',
      'importable',
      'callable',
      'unknown',
      'present',
      'not-code',
    ]);
    expect(classes.filter(isWithinReach)).toEqual(['importable', 'loaded']);
    expect(distance(undefined)).toBeGreaterThan(distance('not-code'));
  });
});
