import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { corpus, sign } from '../../test/corpora/versions/corpus.ts';
import { compareDeb } from './deb.ts';

const hasDpkg = spawnSync('dpkg', ['--version']).status === 0;
const version = fc.stringMatching(/^([0-9]:)?[0-9][a-c0-2.+~]{0,8}(-[a-b0-2.+~]{1,5})?$/);

describe('Debian versions', () => {
  it.each(corpus('deb'))('line $line: $a against $b', ({ a, b, expected }) => {
    expect(sign(compareDeb(a, b))).toBe(expected);
    expect(sign(compareDeb(b, a))).toBe(sign(-expected));
  });

  it('are in a total order, whatever the strings', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(version, fc.string()), { minLength: 3, maxLength: 3 }), ([a, b, c]) => {
        expect(sign(compareDeb(a!, b!))).toBe(sign(-compareDeb(b!, a!)));
        if (compareDeb(a!, b!) <= 0 && compareDeb(b!, c!) <= 0) expect(compareDeb(a!, c!)).toBeLessThanOrEqual(0);
      }),
      { numRuns: 500 },
    );
  });

  it.skipIf(!hasDpkg)('agree with dpkg itself (skipped where there is no dpkg)', () => {
    const pairs = fc.sample(fc.tuple(version, version), { numRuns: 250, seed: 7 });
    const known = corpus('deb').filter(({ a, b }) => /^\d/.test(a) && /^\d/.test(b));
    const all = [...pairs, ...known.map(({ a, b }) => [a, b] as const)];
    const script = all.map(
      ([a, b]) =>
        `if dpkg --compare-versions "${a}" lt "${b}"; then echo -1; elif dpkg --compare-versions "${a}" eq "${b}"; then echo 0; else echo 1; fi`,
    );
    const run = spawnSync('sh', [], { input: script.join('\n'), encoding: 'utf8' });
    const answers = run.stdout.trim().split('\n').map(Number);
    expect(all.map(([a, b]) => [a, b, sign(compareDeb(a, b))])).toEqual(all.map(([a, b], i) => [a, b, answers[i]]));
  });
});
