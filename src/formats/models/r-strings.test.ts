import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readWhole } from '../cursor.ts';
import { firstNamedStrings } from './r-strings.ts';

/** `datasets/Meta/package.rds` as R 4.2.2 wrote it. */
const REAL = gunzipSync(readFileSync(new URL('fixtures/r-datasets-package.rds', import.meta.url)));

const read = (bytes: Buffer) => readWhole(bytes, firstNamedStrings);

describe("a list in R's own form", () => {
  it('begins with strings that have names: the description of a package', () => {
    expect(Object.fromEntries(read(REAL) ?? [])).toEqual({
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
    expect(read(second)?.get('Version')).toBe('4.2.2');
  });

  it('is read in the form of text, too, and with the lesser byte first', () => {
    // As `saveRDS(list(c(Package = "datasets")), ascii = TRUE)` writes it.
    const lines =
      'A 3 262146 197888 5 UTF-8 19 1 528 1 262153 8 datasets 1026 1 262153 5 names 16 1 262153 7 Package 254';
    expect(read(Buffer.from(`${lines.replaceAll(' ', '\n')}\n`))).toEqual(new Map([['Package', 'datasets']]));
    const bytes = lines
      .split(' ')
      .slice(1)
      .map((word) => {
        const number = Buffer.alloc(4);
        if (!/^\d/.test(word)) return Buffer.from(word);
        number.writeInt32LE(Number(word));
        return number;
      });
    expect(read(Buffer.concat([Buffer.from('B\n'), ...bytes]))).toEqual(new Map([['Package', 'datasets']]));
  });

  it('is none wherever it ends too soon, or says more than it has', () => {
    const end = REAL.indexOf('Built', REAL.indexOf('names')) + 'Built'.length;
    for (let size = 0; size < end; size += 1) expect(read(REAL.subarray(0, size))).toBeUndefined();
    const many = Buffer.from(REAL);
    many.writeInt32BE(0x7fffffff, REAL.indexOf('datasets') - 12);
    expect(read(many)).toBeUndefined();
    expect(read(Buffer.from('A\n3\n'))).toBeUndefined();
    expect(read(Buffer.from('no object of R'))).toBeUndefined();
  });
});
