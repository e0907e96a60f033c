import { expect, it } from 'vitest';
import { integrityDigests } from './integrity.ts';

/** lodash 4.17.21 as npm's lock files state it. */
const LODASH = 'sha512-v2kDEe57lecTulaDIuNTPy3Ry4gLGJ6Z1O3vE1krgXZNrsQ+LFTGHVxVjcXPs17LhbZVGedAJv8XZ1tvj5FvSg==';

it('what npm fetched is stated in hex, as other formats have it', () => {
  expect(integrityDigests(LODASH)).toEqual({
    sha512: Buffer.from(LODASH.slice('sha512-'.length), 'base64').toString('hex'),
  });
  expect(integrityDigests(LODASH)?.sha512).toMatch(/^bf690311ee7b95e713ba568322e3533f/);
});

it('of two of one algorithm, of one that is too short, and of none nothing is stated', () => {
  expect(integrityDigests(`${LODASH} ${LODASH.replace('v2k', 'v3k')}`)).toBeUndefined();
  expect(integrityDigests('sha512-AAAA')).toBeUndefined();
  expect(integrityDigests(undefined)).toBeUndefined();
  expect(integrityDigests('md5-AAAA x y')).toBeUndefined();
});
