import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../limits.ts';
import { matchingNames } from './matching-names.ts';

const tree = (...names: readonly string[]) => ({ list: () => names });

describe('names that a pattern of an image matches', () => {
  it('are those of glob(7), in the order of the folder', () => {
    const files = tree('a.conf', 'b.conf', 'conf', 'b.conf.bak', 'ab.conf');
    expect(matchingNames(files, '', '*.conf')).toEqual(['a.conf', 'b.conf', 'ab.conf']);
    expect(matchingNames(files, '', '?.conf')).toEqual(['a.conf', 'b.conf']);
    expect(matchingNames(files, '', 'b**')).toEqual(['b.conf', 'b.conf.bak']);
    expect(matchingNames(files, '', '')).toEqual([]);
  });

  it('are those of the regular expression that the pattern means', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 8 });
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*', '?'), maxLength: 8 });
    fc.assert(
      fc.property(pattern, word, (glob, name) => {
        const source = glob.replaceAll('.', '\\.').replaceAll('*', '.*').replaceAll('?', '.');
        expect(matchingNames(tree(name), '', glob)?.length === 1).toBe(new RegExp(`^${source}$`).test(name));
      }),
    );
  });

  // As a regular expression this takes longer than the universe has been there.
  it('end whatever the pattern and the names, and are unknown where the budget of the image is spent', () => {
    const long = 'a'.repeat(250);
    expect(matchingNames(tree(long), '', `${'*a'.repeat(100)}*b`)).toEqual([]);
    const endless = tree(...Array.from({ length: 20_000 }, (_, at) => `${long}${at}`));
    const ask = () => matchingNames(endless, '', `*${'a'.repeat(120)}b`);
    let asked = 0;
    while (ask() !== undefined && asked < 100) asked += 1;
    expect(asked).toBeLessThan(LIMITS.globSteps / 20_000 / 250);
    expect(ask()).toBeUndefined();
    expect(matchingNames(tree('a'), '', '*')).toEqual(['a']);
  });
});
