import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { colourWanted, linesOf, painter, widthOf } from './style.ts';
import { type Column, cut, cutMiddle, lengthOf, table, wrap } from './table.ts';

const plain = painter(false);

describe('a table', () => {
  const columns: Column[] = [
    { header: 'ID' },
    { header: 'N', align: 'right' },
    { header: 'TITLE', overflow: 'cut', minimum: 10 },
  ];
  const rows = [
    ['CVE-2023-0286', '1', 'X.400 address type confusion in X.509 GeneralName'],
    ['CVE-2023-0464', '12', 'Denial of service'],
  ];

  it('lines its columns up and leaves no blanks at line ends', () => {
    expect(table(columns, rows, { paint: plain })).toEqual([
      'ID              N  TITLE',
      'CVE-2023-0286   1  X.400 address type confusion in X.509 GeneralName',
      'CVE-2023-0464  12  Denial of service',
    ]);
  });

  it('cuts the flexible column to the width of the terminal', () => {
    expect(table(columns, rows, { paint: plain, width: 40 })[1]).toBe('CVE-2023-0286   1  X.400 address type c…');
    expect(Math.max(...table(columns, rows, { paint: plain, width: 40 }).map(lengthOf))).toBeLessThanOrEqual(40);
  });

  it('wraps instead where a column says so, under itself', () => {
    const wrapping: Column[] = [{}, { overflow: 'wrap' }];
    expect(table(wrapping, [['a', 'one two three four']], { paint: plain, width: 12, indent: 1 })).toEqual([
      ' a  one two',
      '    three',
      '    four',
    ]);
  });

  it('shows everything where there is no terminal', () => {
    const long = 'word '.repeat(100).trim();
    expect(table(columns, [['x', '1', long]], { paint: plain })[1]).toContain(long);
  });

  it('shares narrowness: the widest flexible column gives first', () => {
    const two: Column[] = [
      { overflow: 'cut', minimum: 4 },
      { overflow: 'cut', minimum: 4 },
    ];
    expect(table(two, [['a'.repeat(30), 'b'.repeat(10)]], { paint: plain, width: 22 })).toEqual([
      `${'a'.repeat(9)}…  ${'b'.repeat(10)}`,
    ]);
  });

  it('takes the sting out of what images put into names: escapes, line breaks, bidi overrides', () => {
    const [line] = table([{}, {}], [['evil\u001b[2J\nname', 'a\u202eb']], { paint: plain });
    expect(line).toBe('evil?[2J?name  a?b');
  });

  it('colours only the text, so that padding and width are the same with and without', () => {
    const cell = { text: 'HIGH', style: ['red'] as const };
    expect(table([{ width: 8 }, {}], [[cell, 'x']], { paint: painter(true) })).toEqual([
      '\u001b[31mHIGH\u001b[0m      x',
    ]);
    expect(table([{ width: 8 }, {}], [[cell, 'x']], { paint: plain })).toEqual(['HIGH      x']);
  });

  it('never exceeds the terminal when every column is flexible, whatever the text', () => {
    const flexible: Column[] = [
      { overflow: 'cut', minimum: 1 },
      { overflow: 'wrap', minimum: 1 },
    ];
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.string({ unit: 'grapheme' }), fc.string())),
        fc.integer({ min: 10, max: 120 }),
        (cells, width) => {
          for (const line of table(flexible, cells, { paint: plain, width }))
            expect(lengthOf(line)).toBeLessThanOrEqual(width);
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('text in little room', () => {
  it('is cut with an ellipsis, counting characters and not code units', () => {
    expect(cut('abcdef', 4)).toBe('abc…');
    expect(cut('😀😀😀', 3)).toBe('😀😀😀');
    expect(cut('😀😀😀😀', 3)).toBe('😀😀…');
  });

  it('keeps both ends where the middle goes', () => {
    expect(cutMiddle('8:6.9.11.60+dfsg-1.3+deb11u1', 20)).toBe('8:6.9.11.6…3+deb11u1');
    expect(cutMiddle('1.2.3', 20)).toBe('1.2.3');
    expect(cutMiddle('abcdef', 2)).toBe('a…');
  });

  it('is broken at spaces, and within words that are too long', () => {
    expect(wrap('apt-get install libssl1.1 openssl', 16)).toEqual(['apt-get install', 'libssl1.1', 'openssl']);
    expect(wrap('abcdefghij', 4)).toEqual(['abcd', 'efgh', 'ij']);
    expect(wrap('', 4)).toEqual(['']);
  });
});

describe('colours', () => {
  const terminal = { isTTY: true, columns: 100 };
  it('are for terminals', () => {
    expect(colourWanted(terminal, {})).toBe(true);
    expect(colourWanted({}, {})).toBe(false);
    expect(colourWanted(terminal, { TERM: 'dumb' })).toBe(false);
  });
  it('obey NO_COLOR where it is not empty, FORCE_COLOR before it, and --no-color before both', () => {
    expect(colourWanted(terminal, { NO_COLOR: '1' })).toBe(false);
    expect(colourWanted(terminal, { NO_COLOR: '' })).toBe(true);
    expect(colourWanted({}, { FORCE_COLOR: '1' })).toBe(true);
    expect(colourWanted(terminal, { FORCE_COLOR: '0' })).toBe(false);
    expect(colourWanted({}, { FORCE_COLOR: '1', NO_COLOR: '1' })).toBe(true);
    expect(colourWanted(terminal, { FORCE_COLOR: '1' }, false)).toBe(false);
  });
  it('and a width have no meaning in a pipe', () => {
    expect(widthOf(terminal)).toBe(100);
    expect(widthOf({ columns: 100 })).toBeUndefined();
    expect(widthOf({ isTTY: true, columns: 0 })).toBe(80);
  });
  it('but a pipe has the width that COLUMNS says, and a terminal knows better', () => {
    expect(linesOf({}, { COLUMNS: '80' })).toEqual({ fileWidth: 80 });
    expect(linesOf(terminal, { COLUMNS: '80' })).toEqual({ width: 100 });
    expect(linesOf({ ...terminal, rows: 50 }, {})).toEqual({ width: 100, height: 50 });
    expect(linesOf({ rows: 50 }, {})).toEqual({});
    expect(linesOf({}, { COLUMNS: '3' })).toEqual({ fileWidth: 40 });
    for (const COLUMNS of ['', '0', 'wide', '-80', '1e9', '99999999999']) expect(linesOf({}, { COLUMNS })).toEqual({});
  });
});
