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

  it('of a document without dates is at the latest what its ids tell: a tracker without a CVE of this year is of last year', () => {
    const until = '2025-12-31T23:59:59Z';
    expect(dataDate({ until, lastModified: touched, checked })).toEqual({ date: until, basis: 'file' });
    const old = 'Sat, 01 Mar 2025 10:00:00 GMT';
    expect(dataDate({ until, lastModified: old, checked })).toEqual({ date: '2025-03-01T10:00:00Z', basis: 'file' });
    // Asked for at the publisher's own address it is what the publisher has.
    expect(dataDate({ until, lastModified: touched, checked, own: true }).basis).toBe('publisher');
  });

  it('is that of the file where nothing else tells', () =>
    expect(dataDate({ lastModified: touched, checked })).toEqual({ date: '2026-11-25T10:00:00Z', basis: 'file' }));
});
