import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { corpus, sign } from '../../test/corpora/versions/corpus.ts';
import { growth, IN_PROPORTION } from '../../test/growth.ts';
import { comparePep440, isPep440, publicVersion } from './pep440.ts';

const PYTHON = `
import json, sys
from packaging.version import Version
print(json.dumps([(Version(a) > Version(b)) - (Version(a) < Version(b)) for a, b in json.load(sys.stdin)]))
`;
const hasPackaging = spawnSync('python3', ['-c', 'import packaging.version']).status === 0;
const version = fc
  .tuple(
    fc.constantFrom('', 'v', '1!'),
    fc.constantFrom('0', '1', '1.0', '1.0.0', '1.1', '2.0.1', '10'),
    fc.constantFrom('', 'a1', '-alpha', '.b2', 'rc', 'c3', '_pre2', 'preview'),
    fc.constantFrom('', '-1', '.post2', 'r', 'rev3', '-post'),
    fc.constantFrom('', 'dev', '.dev3', '-DEV1'),
    fc.constantFrom('', '+1', '+cu118', '+ubuntu.1', '+1.a', '+A-1'),
  )
  .map((words) => words.join(''));

describe('Python versions', () => {
  it.each(corpus('pep440'))('line $line: $a against $b', ({ a, b, expected }) => {
    expect(sign(comparePep440(a, b))).toBe(expected);
    expect(sign(comparePep440(b, a))).toBe(sign(-expected));
  });

  it('are in a total order, whatever the strings', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(version, fc.string()), { minLength: 3, maxLength: 3 }), ([a, b, c]) => {
        expect(sign(comparePep440(a!, b!))).toBe(sign(-comparePep440(b!, a!)));
        if (comparePep440(a!, b!) <= 0 && comparePep440(b!, c!) <= 0) {
          expect(comparePep440(a!, c!)).toBeLessThanOrEqual(0);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('knows the public part of a local build, and leaves alone what is no version', () => {
    expect(publicVersion('2.6.0+cu124')).toBe('2.6.0');
    expect(publicVersion('odd+thing!')).toBe('odd+thing!');
    expect(isPep440('2004d')).toBe(false);
  });

  it('answers at once on a long hostile string', () => {
    const hostile = (size: number) => comparePep440(`${'1.'.repeat(size)}x`, `${'1.'.repeat(size)}xy`);
    expect(growth(hostile, 200_000)).toBeLessThan(IN_PROPORTION);
  });

  it.skipIf(!hasPackaging)('agree with the packaging library (skipped where python has none)', () => {
    const known = corpus('pep440').filter(({ a, b }) => isPep440(a) && isPep440(b));
    const pairs = [
      ...fc.sample(fc.tuple(version, version), { numRuns: 5_000, seed: 7 }),
      ...known.map(({ a, b }) => [a, b] as const),
    ];
    const run = spawnSync('python3', ['-c', PYTHON], { input: JSON.stringify(pairs), encoding: 'utf8' });
    const answers: number[] = JSON.parse(run.stdout);
    expect(pairs.map(([a, b]) => [a, b, sign(comparePep440(a, b))])).toEqual(
      pairs.map(([a, b], i) => [a, b, answers[i]]),
    );
  });
});
