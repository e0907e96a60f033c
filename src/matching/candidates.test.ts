import { describe, expect, it } from 'vitest';
import type { Statement, Vulnerability } from '../model.ts';
import { validityOf } from './candidates.ts';

const record = (id: string, state?: Vulnerability['state']): Vulnerability => ({
  id,
  aliases: [],
  ratings: [],
  ...(state === undefined ? {} : { state }),
});
const statement: Statement = {
  id: 'CVE-2023-4863',
  source: 'ghsa',
  namespace: 'PyPI',
  package: 'pillow',
  aliases: [],
  state: 'fixed',
  ranges: [{ introduced: '0', fixed: '10.0.1' }],
  ratings: [],
};

describe('a vulnerability of several ids', () => {
  // CVE-2023-5129 was rejected as a duplicate of CVE-2023-4863, and GitHub's record of Pillow names both.
  it('is not rejected because one of its CVEs was, for the sake of another', () => {
    const ids = new Set(['GHSA-j7hp-h8jx-5ppr', 'CVE-2023-4863', 'CVE-2023-5129']);
    const rejected = record('CVE-2023-5129', 'rejected');
    expect(validityOf(ids, [rejected], [statement])).toBeUndefined();
    expect(validityOf(ids, [record('CVE-2023-4863', 'disputed'), rejected], [statement])).toBe('disputed');
    expect(validityOf(ids, [record('CVE-2023-4863', 'rejected'), rejected], [statement])).toBe('rejected');
    expect(validityOf(new Set(['GHSA-j7hp-h8jx-5ppr', 'CVE-2023-5129']), [rejected], [statement])).toBe('rejected');
  });

  it('is withdrawn where every statement on it is', () => {
    const ids = new Set(['CVE-2023-4863']);
    const withdrawn = { ...statement, withdrawn: '2024-01-01' };
    expect(validityOf(ids, [], [withdrawn])).toBe('withdrawn');
    expect(validityOf(ids, [], [withdrawn, statement])).toBeUndefined();
  });
});
