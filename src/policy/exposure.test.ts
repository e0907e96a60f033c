import { describe, expect, it } from 'vitest';
import type { ExposureClass } from '../model.ts';
import { distance, exposureInWords, isWithinReach, mayBeLoaded, nearestClass } from './exposure.ts';

const of = (...classes: readonly (ExposureClass | undefined)[]) =>
  classes.map((one) => (one === undefined ? {} : { exposure: { class: one } }));

describe('how far packages are from what runs', () => {
  it('several are as near as the nearest', () => {
    expect(nearestClass(of('present', 'importable', 'not-code'))).toBe('importable');
    expect(nearestClass(of('unknown', 'present'))).toBe('unknown');
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

  it('a gate on loaded code takes what cannot be told for near', () => {
    const near = (importable: boolean) =>
      of('loaded', 'importable', 'callable', 'unknown', 'present', 'not-code', undefined).map((one) =>
        mayBeLoaded(one, importable),
      );
    expect(near(false)).toEqual([true, false, false, true, false, false, true]);
    expect(near(true)).toEqual([true, true, false, true, false, false, true]);
  });

  it('is told with the way from the start command', () => {
    expect(exposureInWords({ class: 'present' })).toBe('present');
    const chain = [
      { how: 'CMD', path: 'usr/bin/python3.9' },
      { how: 'import PIL', path: 'opt/PIL/__init__.py' },
    ];
    expect(exposureInWords({ class: 'loaded', chain })).toBe(
      'loaded: CMD -> /usr/bin/python3.9 -> /opt/PIL/__init__.py',
    );
  });
});
