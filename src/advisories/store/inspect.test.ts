import { expect, it } from 'vitest';
import { rangeText } from './inspect.ts';

it.each([
  [{}, 'all'],
  [{ introduced: '4.0', fixed: '4.1.1' }, '>= 4.0, < 4.1.1'],
  [{ introduced: '4.0', isAfter: true, lastAffected: '4.1' } as const, '> 4.0, <= 4.1'],
  // Debian's open entry of CVE-2020-36130 names the version of the next point release.
  [{ limit: '1.0.0.errata1-3+deb11u1' }, '< 1.0.0.errata1-3+deb11u1'],
])('an interval %j is told as "%s"', (range, text) => {
  expect(rangeText({ ranges: [range] })).toBe(text);
});
