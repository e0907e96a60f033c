import { describe, expect, it } from 'vitest';
import { findingExposure } from '../matching/nearest-first.ts';
import { type AffectedCode, distance, type ExposureClass } from '../model.ts';
import { codeInWords, exposureInWords, isWithinReach, mayBeLoaded, nearestExposure } from './exposure.ts';

const of = (...classes: readonly (ExposureClass | undefined)[]) =>
  classes.map((level) => (level === undefined ? undefined : { class: level }));
const nearest = (...classes: readonly (ExposureClass | undefined)[]) => nearestExposure(of(...classes))?.class;
const inPackage = (level: ExposureClass | undefined, code?: AffectedCode) => ({
  package: level === undefined ? {} : { exposure: { class: level } },
  ...(code && { code }),
});
const HTML: AffectedCode = {
  imports: [{ path: 'golang.org/x/net/html', symbols: ['Parse', 'Render'] }],
  linked: 'no',
  present: 'no',
  exposure: { class: 'present' },
};

describe('how far packages are from what runs', () => {
  it('several are as near as the nearest', () => {
    expect(nearest('present', 'importable', 'not-code')).toBe('importable');
    expect(nearest('unknown', 'present')).toBe('unknown');
    expect(nearest(undefined)).toBeUndefined();
    expect(nearest('present', undefined)).toBeUndefined();
    expect(nearest('loaded', undefined)).toBe('loaded');
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
    expect(distance(undefined)).toBe(distance('unknown'));
  });

  it('a gate on loaded code takes what cannot be told for near', () => {
    const near = (importable: boolean) =>
      (['loaded', 'importable', 'callable', 'unknown', 'present', 'not-code', undefined] as const).map((level) =>
        mayBeLoaded(inPackage(level), importable),
      );
    expect(near(false)).toEqual([true, false, false, true, false, false, true]);
    expect(near(true)).toEqual([true, true, false, true, false, false, true]);
  });

  it('code that no program holds is on disk only, however near the program is; a gate on loaded code lets it pass', () => {
    expect(findingExposure(inPackage('loaded', HTML))?.class).toBe('present');
    expect(mayBeLoaded(inPackage('loaded', HTML), true)).toBe(false);
    expect(mayBeLoaded(inPackage(undefined, HTML), true)).toBe(false);
    const { exposure: _, ...unknown } = { ...HTML, linked: 'unknown', present: 'unknown' } as const;
    expect(findingExposure(inPackage('loaded', unknown))?.class).toBe('loaded');
    expect(mayBeLoaded(inPackage('loaded', unknown), false)).toBe(true);
  });

  it('says which code is meant, whether it is linked, and which of its functions are there', () => {
    expect(codeInWords(HTML)).toBe('package golang.org/x/net/html linked: no');
    expect(codeInWords({ ...HTML, linked: 'yes' })).toBe(
      'package golang.org/x/net/html linked: yes; functions Parse, Render present: no',
    );
    const there = { linked: 'yes', present: 'yes', functions: ['html.Parse'], programs: ['usr/bin/app'] } as const;
    expect(codeInWords({ ...HTML, ...there })).toBe(
      'package golang.org/x/net/html linked: yes; function html.Parse present: yes, in /usr/bin/app',
    );
    expect(codeInWords({ ...HTML, linked: 'unknown', present: 'unknown' })).toBe(
      'package golang.org/x/net/html linked: unknown; functions Parse, Render present: unknown',
    );
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
