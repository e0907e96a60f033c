import { describe, expect, it } from 'vitest';
import { growth, IN_PROPORTION } from '../../../test/growth.ts';
import { awkNames } from './awk.ts';

const started = (text: string, given?: ReadonlyMap<string, string | undefined>) => {
  const { starts, calls } = awkNames(text, given);
  const commands = (list: typeof starts) => list.map((words) => (words.length === 0 ? '?' : words[2]));
  return { starts: commands(starts), calls: commands(calls) };
};

describe('a program of awk', () => {
  it('is told by what it has run by system, and by pipes in both directions', () => {
    expect(started('BEGIN { system("date"); "id -u" | getline u; print u | "sort -n"; "bc" |& getline x }')).toEqual({
      starts: ['date', 'id -u', 'sort -n', 'bc'],
      calls: [],
    });
  });

  it.each([
    ['BEGIN { c = "date"; c | getline d; close(c) }', ['date']],
    ['BEGIN { c = "du"; if (x) c = "df"; c " -h" | getline }', ['du -h', 'df -h']],
    ['BEGIN { n["a"] = "w"; for (k in n) system(n[k]) }', []],
    ['BEGIN { system(x ? "true" : "false") }', ['true', 'false']],
    ['BEGIN { system(sprintf("seq %d %s", 3, y)) }', ['seq $_worked_out $_worked_out']],
    ['BEGIN { system("kill " $2) }', ['kill $_worked_out']],
    ['BEGIN { system("a\\tb" "\\"c\\"") }', ['a\tb"c"']],
    ['BEGIN { ("tr a" " b") | getline }', ['tr a b']],
    ['function f(c, d) { d = c " -x"; return system(d) } BEGIN { f("ps") }', ['ps -x']],
    ['function g() { f("ps") } function f(c) { system(c) } END { g() }', ['ps']],
  ])('tells commands that are put together of constants: %s', (text, commands) => {
    expect(started(text).starts).toEqual(commands);
  });

  it.each([
    ['BEGIN { getline c; system(c) }', ['?'], []],
    ['BEGIN { split("a b", c); system(c[1]) }', ['?'], []],
    ['BEGIN { system($1) }', ['?'], []],
    ['{ print | $2 }', [], ['?']],
    ['function f(c) { system(c) } { f($1) }', [], ['?']],
    ['BEGIN { c = "system"; @c("date") }', [], ['?']],
  ])('says where that is worked out: %s', (text, starts, calls) => {
    expect(started(text)).toEqual({ starts, calls });
  });

  it('is sure of what stands in BEGIN and END and nowhere behind a condition', () => {
    const text = `
      /x\\/[/"]y/ { system("a") }          # a rule: for lines that it is for
      function f() { system("b") }
      BEGIN {
        if (n > 3)
          system("c")
        else
          system("d")
        while ("e" | getline > 0) system("f")
        n && system("g")
        q = 6 / 2 / 3; system("h") # system("i")
        print "system(\\"j\\")", a | "k"
      }`;
    expect(started(text)).toEqual({ starts: ['e', 'h', 'k'], calls: ['a', 'c', 'd', 'f', 'g', 'b'].sort() });
  });

  it('takes variables that the command line sets, and what the program makes of them itself', () => {
    const given = new Map([
      ['c', 'du'],
      ['u', undefined],
      ['ENVIRON PAGER', 'less'],
    ]);
    expect(started('BEGIN { system(c); system(u); system(ENVIRON["PAGER"]) }', given).starts).toEqual([
      'du',
      '?',
      'less',
    ]);
    expect(started('BEGIN { c = "df"; system(c) }', given).starts).toEqual(['df', 'du']);
  });

  it('names what it includes and loads, and starts nothing by a connection', () => {
    const text = '@include "lib.awk"\n@load "filefuncs"\nBEGIN { s = "/inet/tcp/0/host/80"; print "x" |& s }';
    expect(awkNames(text)).toEqual({ starts: [], calls: [], includes: ['lib.awk'], libraries: ['filefuncs'] });
  });

  it.each([
    ['strokes', (n: number) => `BEGIN { print ${'| '.repeat(n)} }`],
    ['assignments', (n: number) => `BEGIN { ${'a = '.repeat(n)} 1; system(a) }`],
    ['brackets', (n: number) => `BEGIN { system(${'('.repeat(n)} "a" }`],
    ['values', (n: number) => `BEGIN { ${'a = b "x"; b = a; '.repeat(n)} system(a b) }`],
    ['calls', (n: number) => `function f(a) { f(a); system(a) } BEGIN { ${'f(f('.repeat(n)} }`],
    ['patterns', (n: number) => `${'/[[['.repeat(n)}\n/[/`],
    ['lines', (n: number) => `BEGIN { if (x)${'\n'.repeat(n)} system("a") }`],
  ])('of many %s is read in time in line with their number', (_, text) => {
    expect(growth((n) => awkNames(text(n)), 16_000)).toBeLessThan(IN_PROPORTION);
  });
});
