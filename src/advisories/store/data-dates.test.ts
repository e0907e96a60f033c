import { describe, expect, it } from 'vitest';
import { dataDate } from './data-dates.ts';

const checked = '2026-11-26T04:00:00Z';
const touched = 'Wed, 25 Nov 2026 10:00:00 GMT';

describe('of when data is', () => {
  it('is what the document states, whoever serves it and whenever it was copied', () => {
    const kev = { stated: '2025-08-25T14:02:31Z', newest: '2025-08-25T00:00:00Z', lastModified: touched, checked };
    expect(dataDate(kev)).toEqual({ date: kev.stated, basis: 'stated' });
    expect(dataDate({ ...kev, own: true })).toEqual({ date: kev.stated, basis: 'stated' });
  });

  it('of a copy in a mirror is its newest record, not the day it was copied', () =>
    expect(dataDate({ newest: '2022-12-14T00:00:00Z', lastModified: touched, checked })).toEqual({
      date: '2022-12-14T00:00:00Z',
      basis: 'record',
    }));

  it('from the publisher itself is what its host says: a publisher may have had nothing to say for a year', () => {
    const quiet = { newest: '2024-09-07T00:00:00Z', lastModified: touched, checked, own: true };
    expect(dataDate(quiet)).toEqual({ date: '2026-11-25T10:00:00Z', basis: 'publisher' });
    const { lastModified: _, ...silent } = quiet;
    expect(dataDate(silent)).toEqual({ date: checked, basis: 'publisher' });
  });

  it('is that of the file where nothing else tells', () =>
    expect(dataDate({ lastModified: touched, checked })).toEqual({ date: '2026-11-25T10:00:00Z', basis: 'file' }));
});
