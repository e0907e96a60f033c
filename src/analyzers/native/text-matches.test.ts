import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { growth, IN_PROPORTION } from '../../../test/growth.ts';
import { alone, LIBRARY_NAMES } from './libraries.ts';
import { PROGRAM_NAMES } from './signatures.ts';
import { textMatches } from './text-matches.ts';

const PATTERNS = [
  ...[...LIBRARY_NAMES, ...PROGRAM_NAMES].flatMap(({ bare }) => bare ?? []),
  /GNU C Library \((?:(?:Debian|Ubuntu) E?GLIBC (?<whole>[\w.+~-]{1,60})|[^()\n]{1,60})\) (?:stable|development) release version (\d\.\d{1,3})/g,
  /apk-tools (\d\.\d{1,3}\.\d{1,3}(?:_rc\d)?)/g,
  /(?<![ -~])(2\d{2}(?:\.\d{1,3})?-[\w.+~-]{1,40})(?=\0)/g,
  /This is Libgcrypt (1\.\d{1,2}\.\d{1,2})/g,
  /ncurses (6\.\d)\.\d{8}/g,
  alone('[89]\\.\\d{1,2}'),
  alone('1\\.\\d{2}(?:\\.\\d{1,2})?'),
  /x(a|b)c/g,
  /(ab)?c/g,
];
/** As they stand in programs, and what looks like them. */
const TEXTS = [
  ...[
    '1.34',
    '8.32',
    '9.1',
    '1.2.13',
    '3.7.1',
    '10.42 2022-12-11',
    '8.39 2016-06-14',
    '9e  03-Jun-2024',
    '3.11.1-CAPI-1.17.1',
  ],
  ...[
    '252.39-1~deb12u1',
    'GNU C Library (Debian GLIBC 2.36-9+deb12u10) stable release version 2.36.',
    'apk-tools 2.14.0',
  ],
  ...[
    'This is Libgcrypt 1.10.1 - x',
    'ncurses 6.4.20221231',
    '/usr/lib/perl5/5.36.0/x',
    '/5.36.0',
    '3.11.2',
    '10.11.6-MariaDB',
  ],
  ...[
    'curl 7.88.1 (x86_64',
    'v1.5.4',
    '2.1.12-stable',
    'keyutils-1.6.1',
    'Rel. 9.1.1, December 1',
    '3.5+1-f0c1022b6',
    'xac',
    'abc',
    'c',
  ],
];
const bytesOf = fc
  .array(fc.oneof(fc.constantFrom(...TEXTS), fc.constantFrom('\0', '\n', 'a', '1', '.', ' ', '\xff'), fc.string()), {
    maxLength: 40,
  })
  .map((parts) => Buffer.from(parts.join('\0'), 'latin1'));

describe('matches of a pattern in bytes', () => {
  it('are those of the pattern in the whole text, each told where it begins', () => {
    fc.assert(
      fc.property(bytesOf, (bytes) => {
        const text = bytes.toString('latin1');
        for (const pattern of PATTERNS)
          expect(
            textMatches({ bytes, start: 0, from: 0, to: bytes.length }, pattern).map(({ at, match }) => [at, ...match]),
          ).toEqual([...text.matchAll(pattern)].map((match) => [match.index, ...match]));
      }),
      { numRuns: 60 },
    );
  });

  it('are told once where views follow one another', () => {
    const bytes = Buffer.from(`${'\0'.repeat(100)}${TEXTS.join('\0')}${'\0'.repeat(100)}`, 'latin1');
    const text = bytes.toString('latin1');
    for (const pattern of PATTERNS)
      for (let middle = 101; middle < bytes.length; middle += 7) {
        const told = [
          { bytes: bytes.subarray(0, middle + 256), start: 0, from: 0, to: middle },
          { bytes, start: 0, from: middle, to: bytes.length },
        ].flatMap((view) => textMatches(view, pattern).map(({ at }) => at));
        const all = [...text.matchAll(pattern)].map(({ index }) => index);
        expect([...new Set(told)]).toEqual(told);
        for (const at of all) expect(told).toContain(at);
      }
  });

  it.each(['1.', '\x001.34', '1', '8.8.8.'])('are found in proportion to bytes full of %j', (part) => {
    const searched = (size: number) => {
      const bytes = Buffer.from(part.repeat(size / part.length), 'latin1');
      for (const pattern of [alone('1\\.\\d{2}'), alone('[89]\\.\\d{1,2}')])
        textMatches({ bytes, start: 0, from: 0, to: bytes.length }, pattern);
    };
    expect(growth(searched, 60_000)).toBeLessThan(IN_PROPORTION);
  });
});
