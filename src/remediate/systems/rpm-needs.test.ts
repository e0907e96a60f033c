import { describe, expect, it } from 'vitest';
import { memoryStore } from '../../advisories/store/memory.ts';
import { match } from '../../matching/match.ts';
import type { Package } from '../../model.ts';
import { parseGoal } from '../goal.ts';
import { prover } from '../proof.ts';
import { planOs } from './plan.ts';
import { brokenRequirements } from './rpm-needs.ts';

const rpm = (name: string, version: string, requires: readonly string[] = []): Package => ({
  type: 'rpm',
  name,
  version,
  namespace: 'Rocky Linux:9',
  purl: `pkg:rpm/rocky/${name}@${version}`,
  requires,
  evidence: [{ path: 'var/lib/rpm/rpmdb.sqlite', layer: 0, diffID: 'sha256:0', analyzer: 'rpm' }],
});

const broken = (text: string, to: string, have = '1:3.0.7-6.el9_2'): boolean =>
  brokenRequirements([rpm('openssl-libs', have), rpm('openssl', have, [text])], new Map([['openssl-libs', to]]))
    .length > 0;

describe('requirements of installed rpm packages', () => {
  it.each([
    ['openssl-libs(x86-64) = 1:3.0.7-6.el9_2', true],
    ['openssl-libs = 1:3.0.7', true],
    ['openssl-libs = 1:3.0.8', false],
    ['openssl-libs >= 1:3.0.7', false],
    ['openssl-libs >= 1:3.0.7-6', false],
    ['openssl-libs < 1:3.0.8', true],
    ['openssl-libs <= 1:3.0.7-99', true],
    ['openssl-libs <= 1:3.0.8', false],
    ['openssl-libs > 1:3.0.6', false],
    ['openssl-libs', false],
    ['config(openssl-libs) = 1:3.0.7-6.el9_2', false],
    ['perl < 1', false],
  ])('%s is broken by 3.0.8: %s', (text, expected) => {
    expect(broken(text, '1:3.0.8-1.el9_3')).toBe(expected);
  });

  it('are not newly broken where they did not hold', () => {
    // Without the epoch it asks for less than what is there.
    expect(broken('openssl-libs = 3.0.7-6.el9_2', '1:3.0.8-1.el9_3')).toBe(false);
  });

  it('of packages that are upgraded as well are not judged, nor is a package of another kind', () => {
    const exact = ['openssl-libs(x86-64) = 1:3.0.7-6.el9_2'];
    const all = [rpm('openssl-libs', '1:3.0.7-6.el9_2'), rpm('openssl', '1:3.0.7-6.el9_2', exact)];
    const to = '1:3.0.7-27.el9';
    expect(brokenRequirements(all, new Map([['openssl-libs', to]])).map(({ target }) => target)).toEqual([
      'openssl-libs',
    ]);
    expect(brokenRequirements(all, new Map(all.map(({ name }) => [name, to])))).toEqual([]);
    expect(
      brokenRequirements(
        all.map((pkg) => ({ ...pkg, type: 'deb' })),
        new Map([['openssl-libs', to]]),
      ),
    ).toEqual([]);
  });

  it('warn of an upgrade in the plan', () => {
    const packages = [
      rpm('openssl-libs', '1:3.0.7-6.el9_2'),
      rpm('openssl-devel', '1:3.0.7-6.el9_2', ['openssl-libs(x86-64) = 1:3.0.7-6.el9_2', 'openssl-libs >= 1:3.0']),
    ];
    const store = memoryStore({
      statements: [
        {
          id: 'RLSA-2023:3722',
          source: 'rocky',
          namespace: 'Rocky Linux:9',
          package: 'openssl-libs',
          aliases: ['CVE-2023-2650'],
          state: 'fixed',
          ranges: [{ introduced: '0', fixed: '1:3.0.7-16.el9_2' }],
          ratings: [],
        },
      ],
    });
    const { findings } = match(packages, store);
    const plan = planOs({ packages, findings, goal: parseGoal('no fixable'), prover: prover(store, undefined) });
    expect(plan.changes.map(({ name, to }) => `${name} ${to}`)).toEqual(['openssl-libs 1:3.0.7-16.el9_2']);
    expect(plan.warnings).toEqual([
      'openssl-devel 1:3.0.7-6.el9_2 requires openssl-libs(x86-64) = 1:3.0.7-6.el9_2: it has to be upgraded too, or both stay',
    ]);
  });
});
