import { expect, it } from 'vitest';
import { packRecord, unpackRecord } from './codec.ts';

it('keeps an EPSS of nothing apart from none', () => {
  // Shares are rounded to five decimals: the lowest percentile may be 0.00000.
  const record = { id: 'CVE-2001-0043', epss: 0.00042, epssPercentile: 0, aliases: [], ratings: [] };
  expect(unpackRecord(JSON.parse(JSON.stringify(packRecord(record))))).toEqual(record);
  const unknown = { id: 'CVE-2001-0043', aliases: [], ratings: [] };
  expect(unpackRecord(JSON.parse(JSON.stringify(packRecord(unknown))))).toEqual(unknown);
});
