import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { firstNamedStrings } from './rds.ts';

/** `datasets/Meta/package.rds` as R 4.2.2 wrote it. */
const REAL = gunzipSync(readFileSync(new URL('fixtures/r-datasets-package.rds', import.meta.url)));

describe("a list in R's own form", () => {
  it('begins with strings that have names: the description of a package', () => {
    expect(Object.fromEntries(firstNamedStrings(REAL) ?? [])).toEqual({
      Package: 'datasets',
      Version: '4.2.2',
      Priority: 'base',
      Title: 'The R Datasets Package',
      Author: 'R Core Team and contributors worldwide',
      Maintainer: 'R Core Team <do-use-Contact-address@r-project.org>',
      Contact: 'R-help mailing list <r-help@r-project.org>',
      Description: 'Base R datasets.',
      License: 'Part of R 4.2.2',
      Built: 'R 4.2.2; ; 2023-01-20 18:24:20 UTC; unix',
    });
  });

  it('is read in its second version too, which does not say its letters', () => {
    const letters = REAL.readInt32BE(14);
    const second = Buffer.concat([REAL.subarray(0, 14), REAL.subarray(18 + letters)]);
    second.writeInt32BE(2, 2);
    expect(firstNamedStrings(second)?.get('Version')).toBe('4.2.2');
  });

  it('is none wherever it ends too soon, or says more than it has', () => {
    const end = REAL.indexOf('Built', REAL.indexOf('names')) + 'Built'.length;
    for (let size = 0; size < end; size += 1) expect(firstNamedStrings(REAL.subarray(0, size))).toBeUndefined();
    const many = Buffer.from(REAL);
    many.writeInt32BE(0x7fffffff, REAL.indexOf('datasets') - 12);
    expect(firstNamedStrings(many)).toBeUndefined();
    expect(firstNamedStrings(Buffer.from('A\n3\n'))).toBeUndefined();
  });
});
