import { describe, expect, it } from 'vitest';
import { memoryStore } from '../advisories/store/memory.ts';
import type { Package, Statement } from '../model.ts';
import { judge } from './judge.ts';
import { match } from './match.ts';

const deb = (name: string, version: string, source: { name: string; version: string }): Package => ({
  type: 'deb',
  name,
  version,
  source,
  ecosystem: 'Debian:11',
  purl: `pkg:deb/debian/${name}@${version}`,
  evidence: [],
});
const pypi = (name: string, version: string, more: Partial<Package> = {}): Package => ({
  type: 'pypi',
  name,
  version,
  ecosystem: 'PyPI',
  purl: `pkg:pypi/${name}@${version}`,
  evidence: [],
  ...more,
});
const statement = (id: string, more: Partial<Statement>): Statement => ({
  id,
  source: 'debian',
  ecosystem: 'Debian:11',
  package: 'x',
  aliases: [],
  state: 'open',
  ranges: [],
  ratings: [],
  ...more,
});

describe('matching', () => {
  it('compares the version of the source: a binary that is renumbered or rebuilt is neither missed nor blamed', () => {
    const store = memoryStore({
      advisories: [
        statement('CVE-2099-0001', { package: 'mysql-defaults', state: 'fixed', ranges: [{ fixed: '1.0.8' }] }),
      ],
    });
    // The binary's 5.8+1.0.7 is above the fix, its source's 1.0.7 is below.
    const { findings } = match([deb('mysql-common', '5.8+1.0.7', { name: 'mysql-defaults', version: '1.0.7' })], store);
    expect(findings.map(({ id, fix }) => [id, fix])).toEqual([['CVE-2099-0001', { state: 'fixed', version: '1.0.8' }]]);
  });

  it('keeps the states of Debian apart, and leaves out what is not affected or not determined', () => {
    const states = [
      'open',
      'no-dsa',
      'ignored',
      'postponed',
      'end-of-life',
      'unimportant',
      'undetermined',
      'not-affected',
    ] as const;
    const store = memoryStore({
      advisories: states.map((state, index) => statement(`CVE-2099-000${index}`, { state })),
    });
    const { findings, undetermined } = match([deb('x', '1', { name: 'x', version: '1' })], store);
    expect(findings.map(({ state, fix }) => `${state}: ${fix.state}`)).toEqual([
      'open: not-fixed',
      'no-dsa: not-fixed',
      'ignored: wont-fix',
      'postponed: deferred',
      'end-of-life: wont-fix',
      'unimportant: not-fixed',
    ]);
    expect(undetermined).toBe(1);
  });

  it('makes one finding of statements that share an id, and names the version that satisfies them all', () => {
    const advisories = [
      statement('PYSEC-2099-1', {
        source: 'pysec',
        ecosystem: 'PyPI',
        aliases: ['CVE-2099-1'],
        state: 'fixed',
        ranges: [{ introduced: '0', fixed: '1.10' }],
      }),
      statement('GHSA-aaaa-bbbb-cccc', {
        source: 'ghsa',
        ecosystem: 'PyPI',
        aliases: ['CVE-2099-1'],
        state: 'fixed',
        ranges: [{ fixed: '1.9' }],
      }),
    ];
    const { findings } = match([pypi('x', '1.2')], memoryStore({ advisories }));
    expect(findings.map(({ id, aliases, fix, advisories: from }) => [id, aliases, fix.version, from.length])).toEqual([
      ['CVE-2099-1', ['GHSA-aaaa-bbbb-cccc', 'PYSEC-2099-1'], '1.10', 2],
    ]);
  });

  it('does not glue two CVEs together because a bulletin names both', () => {
    const advisories = [
      statement('CVE-2023-0286', { aliases: ['DSA-5343-1'] }),
      statement('CVE-2023-0215', { aliases: ['DSA-5343-1'] }),
      statement('DSA-5343-1', {}),
    ];
    const { findings } = match([deb('x', '1', { name: 'x', version: '1' })], memoryStore({ advisories }));
    expect(findings.map(({ id }) => id)).toEqual(['CVE-2023-0215', 'CVE-2023-0286']);
  });

  it('judges conda packages as what they are elsewhere, and what conda owns all the same', () => {
    const conda = (name: string, version: string, properties: Record<string, string> = {}): Package => ({
      type: 'conda',
      name,
      version,
      ecosystem: 'PyPI',
      purl: `pkg:conda/${name}@${version}`,
      evidence: [],
      properties,
    });
    const store = memoryStore({
      advisories: [
        statement('PYSEC-2099-2', {
          source: 'pysec',
          ecosystem: 'PyPI',
          package: 'brotli',
          state: 'fixed',
          ranges: [{ fixed: '1.1' }],
        }),
        statement('CVE-2022-0778', {
          source: 'nvd',
          ecosystem: 'CPE',
          package: 'openssl:openssl',
          state: 'fixed',
          ranges: [{ fixed: '1.1.1n' }],
        }),
      ],
    });
    const { findings } = match(
      [
        conda('brotli-python', '1.0.9', { dists: 'Brotli==1.0.9' }),
        conda('bottleneck', '1.3.5', { depends: 'python >=3.9' }),
        { ...conda('openssl', '1.1.1m'), ecosystem: 'CPE' },
        pypi('brotli', '1.0.9', { ownedBy: { type: 'conda', name: 'brotli-python' } }),
      ],
      store,
    );
    expect(
      findings.map(({ id, package: { type }, reasons }) => [
        id,
        type,
        reasons[0]?.step === 'searched' && reasons[0].by,
      ]),
    ).toEqual([
      ['PYSEC-2099-2', 'pypi', 'name'],
      ['CVE-2022-0778', 'conda', 'product'],
    ]);
  });

  it('asks NVD for a program without a package, and not for a library of which only the name is known', () => {
    const store = memoryStore({
      advisories: [
        statement('CVE-2022-0778', {
          source: 'nvd',
          ecosystem: 'CPE',
          package: 'openssl:openssl',
          state: 'fixed',
          ranges: [{ fixed: '1.1.1n' }],
        }),
      ],
    });
    const library = (certainty: 'content' | 'name', version: string): Package => ({
      type: 'generic',
      name: 'openssl',
      version,
      certainty,
      ecosystem: 'CPE',
      purl: '',
      evidence: [],
    });
    const { findings, passed } = match([library('content', '1.1.1k'), library('name', '1.1')], store);
    expect(findings.map(({ package: { version } }) => version)).toEqual(['1.1.1k']);
    expect([...passed.keys()]).toEqual(['no-ecosystem']);
  });

  it('does not compare what a lock file declares, a cache keeps or an OS package owns, and counts them', () => {
    const store = memoryStore({ advisories: [statement('PYSEC-1', { ecosystem: 'PyPI' })] });
    const { findings, passed } = match(
      [
        pypi('x', '1', { role: 'declared' }),
        pypi('x', '1', { role: 'cache' }),
        pypi('x', '1', { ownedBy: { type: 'deb', name: 'python3-x' } }),
        { ...pypi('y', '1'), ecosystem: 'CRAN' },
      ],
      store,
    );
    expect(findings).toEqual([]);
    expect([...passed.keys()]).toEqual(['declared', 'cache', 'owned', 'not-covered']);
  });
});

describe('judging one statement', () => {
  const numbers = { compare: (a: string, b: string) => Number(a) - Number(b), comparator: 'numbers' };
  const affected = (more: Partial<Statement>, version: string) =>
    judge(statement('CVE-1', { state: 'fixed', ...more }), version, numbers) !== undefined;

  it('takes introduced as in, fixed as out and last affected as in', () => {
    const range = { ranges: [{ introduced: '2', fixed: '4' }] };
    expect(['1', '2', '3', '4'].map((version) => affected(range, version))).toEqual([false, true, true, false]);
    const last = { ranges: [{ introduced: '0', lastAffected: '4' }] };
    expect(['4', '5'].map((version) => affected(last, version))).toEqual([true, false]);
  });

  it('takes versions that are only listed, and finds the fix above them', () => {
    const listed = statement('CVE-1', { state: 'fixed', versions: ['3'], ranges: [{ introduced: '7', fixed: '8' }] });
    expect(judge(listed, '3', numbers)?.fixed).toBe('8');
  });

  it('ignores a statement that was withdrawn', () => {
    expect(affected({ state: 'open', withdrawn: '2023-01-01T00:00:00Z' }, '1')).toBe(false);
  });
});
