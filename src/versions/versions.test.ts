import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { corpus, sign } from '../../test/corpora/versions/corpus.ts';
import { growth, IN_PROPORTION } from '../../test/growth.ts';
import { compareApk } from './apk.ts';
import { compareComposer } from './composer.ts';
import { compareConda } from './conda.ts';
import { compareCran } from './cran.ts';
import { compareGem } from './gem.ts';
import { compareMaven } from './maven.ts';
import { compareNatural } from './natural.ts';
import { compareRpm } from './rpm.ts';
import { compareBitnami, compareGo, compareNuget, compareSemver } from './semver.ts';

type Compare = (a: string, b: string) => number;

const comparators: readonly (readonly [string, Compare])[] = [
  ['rpm', compareRpm],
  ['apk', compareApk],
  ['semver', compareSemver],
  ['go', compareGo],
  ['gem', compareGem],
  ['maven', compareMaven],
  ['composer', compareComposer],
  ['cran', compareCran],
  ['pvp', compareCran],
  ['conda', compareConda],
  ['natural', compareNatural],
  ['bitnami', compareBitnami],
];

describe.each(comparators)('%s versions', (name, compare) => {
  it.each(corpus(name))('line $line: $a against $b', ({ a, b, expected }) => {
    expect(sign(compare(a, b))).toBe(expected);
    expect(sign(compare(b, a))).toBe(sign(-expected));
  });
});

const word = fc.stringMatching(/^[0-9a-c][0-9a-c.]{0,6}([-_~^+](alpha|rc|p|1|r2|git)?[0-9]{0,2}){0,2}$/);
const strings = fc.array(fc.oneof({ weight: 3, arbitrary: word }, fc.string()), { minLength: 3, maxLength: 3 });

/** Maven itself goes round in circles over other strings (6 < 6.a. < 6a0 < 6): it is asked for order over versions as they are written. */
const mavenVersion = fc.stringMatching(
  /^[1-9][0-9]?(\.[0-9]{1,2}){0,3}(-(alpha|beta|rc|m|sp|jre|snapshot|final)(-?[0-9]{1,2})?)?$/,
);
const mavenVersions = fc.array(mavenVersion, { minLength: 3, maxLength: 3 });

describe.each([...comparators.filter(([name]) => name !== 'rpm'), ['nuget', compareNuget] as const])(
  '%s: any strings',
  (name, compare) => {
    it('are in a total order', () => {
      fc.assert(
        fc.property(name === 'maven' ? mavenVersions : strings, ([a, b, c]) => {
          expect(compare(a!, a!)).toBe(0);
          expect(sign(compare(a!, b!))).toBe(sign(-compare(b!, a!)));
          if (compare(a!, b!) <= 0 && compare(b!, c!) <= 0) expect(compare(a!, c!)).toBeLessThanOrEqual(0);
        }),
        { numRuns: 1_500 },
      );
    });

    it('compare the same from either side, whatever the strings', () => {
      fc.assert(
        fc.property(strings, ([a, b]) => {
          expect(compare(a!, a!)).toBe(0);
          expect(sign(compare(a!, b!))).toBe(sign(-compare(b!, a!)));
        }),
        { numRuns: 1_000 },
      );
    });

    it('are answered at once, however long', () => {
      const long = (size: number) => {
        for (const unit of ['1.', '1-', 'a1', '~', '_p', '-.']) compare(unit.repeat(size), `${unit.repeat(size)}1`);
      };
      expect(growth(long, 200_000)).toBeLessThan(IN_PROPORTION);
    });
  },
);

const releases = fc.stringMatching(/^([0-2]:)?[0-9a-c][0-9a-c.~^]{0,6}-[0-9a-c][0-9a-c.]{0,4}$/);
const hasRpm = spawnSync('rpm', ['--version']).status === 0;

describe('native tools', () => {
  it('rpm: any versions with releases are in a total order', () => {
    fc.assert(
      fc.property(releases, releases, releases, (a, b, c) => {
        expect(sign(compareRpm(a, b))).toBe(sign(-compareRpm(b, a)));
        if (compareRpm(a, b) <= 0 && compareRpm(b, c) <= 0) expect(compareRpm(a, c)).toBeLessThanOrEqual(0);
      }),
      { numRuns: 1_000 },
    );
  });

  it.skipIf(!hasRpm)('rpm itself agrees (skipped where there is no rpm)', () => {
    const known = corpus('rpm').map(({ a, b }) => [a, b] as const);
    const pairs = [...fc.sample(fc.tuple(releases, releases), { numRuns: 1_500, seed: 11 }), ...known];
    const lua = pairs.map(([a, b]) => `print(rpm.vercmp("${a}", "${b}") .. " ")`).join(' ');
    const run = spawnSync('rpm', ['--eval', `%{lua: ${lua}}`], { encoding: 'utf8', maxBuffer: 1 << 24 });
    const answers = run.stdout.trim().split(/\s+/).map(Number);
    expect(pairs.map(([a, b]) => [a, b, sign(compareRpm(a, b))])).toEqual(pairs.map(([a, b], i) => [a, b, answers[i]]));
  });

  const jar = findJar();
  it.skipIf(jar === undefined)('Maven itself agrees (skipped where there is no Maven)', () => {
    const version = fc.stringMatching(
      /^[0-9](\.[0-9]){0,2}([.-](alpha|beta|rc|cr|snapshot|sp|final|ga|x|a|m|0|1|12)(-?[0-9])?){0,2}$/,
    );
    const versions = fc.sample(version, { numRuns: 600, seed: 3 });
    const run = spawnSync(
      'java',
      ['-Xshare:auto', '-cp', jar!, 'org.apache.maven.artifact.versioning.ComparableVersion', ...versions],
      { encoding: 'utf8' },
    );
    const printed = [...run.stdout.matchAll(/^ {3}(\S+) (==|<|>) (\S+)$/gm)];
    expect(printed.length).toBe(versions.length - 1);
    const symbols = ['<', '==', '>'];
    expect(printed.map(([, a, , b]) => [a, symbols[sign(compareMaven(a!, b!)) + 1], b])).toEqual(
      printed.map(([, a, symbol, b]) => [a, symbol, b]),
    );
  });

  const hasRuby = spawnSync('ruby', ['--version']).status === 0;
  it.skipIf(!hasRuby)('RubyGems itself agrees (skipped where there is no Ruby)', () => {
    const version = fc.stringMatching(/^[0-9](\.[0-9a-c]{1,2}){0,3}(-[0-9a-b])?$/);
    const pairs = fc.sample(fc.tuple(version, version), { numRuns: 2_000, seed: 5 });
    const script =
      'require "json"; puts JSON.generate(JSON.parse(STDIN.read).map { |a, b| Gem::Version.new(a) <=> Gem::Version.new(b) })';
    const run = spawnSync('ruby', ['-e', script], { input: JSON.stringify(pairs), encoding: 'utf8' });
    const answers: number[] = JSON.parse(run.stdout);
    expect(pairs.map(([a, b]) => [a, b, sign(compareGem(a, b))])).toEqual(pairs.map(([a, b], i) => [a, b, answers[i]]));
  });
});

function findJar(): string | undefined {
  const run = spawnSync(
    'sh',
    ['-c', 'ls /usr/share/maven/lib/maven-artifact-*.jar /usr/share/maven*/lib/maven-artifact*.jar 2>/dev/null'],
    { encoding: 'utf8' },
  );
  const artifact = run.stdout.split('\n')[0];
  if (!artifact || spawnSync('java', ['-version']).status !== 0) return undefined;
  const folder = artifact.slice(0, artifact.lastIndexOf('/'));
  return `${artifact}:${folder}/*`;
}
