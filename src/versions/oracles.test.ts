import * as pep440 from '@renovatebot/pep440';
import fc from 'fast-check';
import semver from 'semver';
import { describe, expect, it } from 'vitest';
import { sign } from '../../test/corpora/versions/corpus.ts';
import { npmRange } from './npm-range.ts';
import { comparePep440 } from './pep440.ts';
import { compareSemver } from './semver.ts';

/** Orders and ranges, held to libraries that others wrote and that package managers and bots run on. */

const small = fc.constantFrom('0', '1', '2', '10', '11');
const semantic = fc
  .tuple(
    small,
    small,
    small,
    fc.constantFrom('', '-alpha', '-alpha.1', '-alpha.beta', '-beta.11', '-rc.1', '-1', '-0.x', '-a-b', '-10', '-2'),
    fc.constantFrom('', '+build.7', '+1'),
  )
  .map(([major, minor, patch, pre, build]) => `${major}.${minor}.${patch}${pre}${build}`);

describe('semantic versions', () => {
  it('are ordered as npm orders them', () => {
    fc.assert(
      fc.property(semantic, semantic, (a, b) => {
        expect(sign(compareSemver(a, b)), `${a} and ${b}`).toBe(semver.compare(a, b));
      }),
      { numRuns: 2_000 },
    );
  });

  it('are in a range where npm says so', () => {
    const partial = fc
      .tuple(small, fc.option(small), fc.option(small))
      .map((parts) => parts.filter((part) => part !== null).join('.'));
    const sample = fc.tuple(fc.constantFrom('', '^', '~', '>=', '<', '>', '<=', '='), fc.oneof(partial, semantic));
    const range = fc.oneof(
      fc.array(sample, { minLength: 1, maxLength: 3 }).map((parts) => parts.map((part) => part.join('')).join(' ')),
      fc.tuple(partial, partial).map((ends) => ends.join(' - ')),
      fc.tuple(sample, sample).map((sides) => sides.map((side) => side.join('')).join(' || ')),
    );
    fc.assert(
      fc.property(semantic, range, (version, text) => {
        expect(npmRange(text)?.accepts(version) ?? false, `${version} in ${text}`).toBe(
          semver.satisfies(version, text),
        );
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('Python versions', () => {
  it('are ordered as Renovate orders them', () => {
    const version = fc
      .tuple(
        fc.constantFrom('', '1!'),
        fc.constantFrom('0', '1', '1.0', '1.0.0', '1.1', '2.0.1', '10'),
        fc.constantFrom('', 'a1', 'b2', 'rc1', 'rc3', '-alpha', '_pre2'),
        fc.constantFrom('', '.post2', '-1', 'rev3'),
        fc.constantFrom('', '.dev3', 'dev'),
        fc.constantFrom('', '+1', '+cu118', '+ubuntu.1', '+1.a'),
      )
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(version, version, (a, b) => {
        expect(sign(comparePep440(a, b)), `${a} and ${b}`).toBe(sign(pep440.compare(a, b)));
      }),
      { numRuns: 2_000 },
    );
  });
});
