import { describe, expect, it } from 'vitest';
import { memoryStore } from '../advisories/store/memory.ts';
import { ecosystemNamed } from '../ecosystems/index.ts';
import type { Package, Statement } from '../model.ts';
import { judge } from './judge.ts';
import { match } from './match.ts';

const deb = (name: string, version: string, source: { name: string; version: string }): Package => ({
  type: 'deb',
  name,
  version,
  source,
  namespace: 'Debian:11',
  purl: `pkg:deb/debian/${name}@${version}`,
  evidence: [],
});
const pypi = (name: string, version: string, more: Partial<Package> = {}): Package => ({
  type: 'pypi',
  name,
  version,
  namespace: 'PyPI',
  purl: `pkg:pypi/${name}@${version}`,
  evidence: [],
  ...more,
});
const statement = (id: string, more: Partial<Statement>): Statement => ({
  id,
  source: 'debian',
  namespace: 'Debian:11',
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
      statements: [
        statement('CVE-2099-0001', { package: 'mysql-defaults', state: 'fixed', ranges: [{ fixed: '1.0.8' }] }),
      ],
    });
    // The binary's 5.8+1.0.7 is above the fix, its source's 1.0.7 is below.
    const { findings } = match([deb('mysql-common', '5.8+1.0.7', { name: 'mysql-defaults', version: '1.0.7' })], store);
    expect(findings.map(({ id, fix }) => [id, fix])).toEqual([['CVE-2099-0001', { state: 'fixed', version: '1.0.8' }]]);
  });

  it('a bulletin without a CVE is a finding of its own, unless it announces the CVEs that its fix closes', () => {
    const curl = (id: string, fixed: string, more: Partial<Statement> = {}) =>
      statement(id, { package: 'curl', state: 'fixed', ranges: [{ introduced: '0', fixed }], ...more });
    const store = memoryStore({
      statements: [
        curl('CVE-2024-8096', '7.74.0-1.3+deb11u14'),
        curl('CVE-2025-0725', '7.74.0-1.3+deb11u16'),
        curl('DLA-3951-1', '7.74.0-1.3+deb11u14', { bulletin: 'DLA-3951-1' }),
        curl('DLA-4213-1', '7.74.0-1.3+deb11u15', { bulletin: 'DLA-4213-1' }),
      ],
    });
    const matched = match([deb('curl', '7.74.0-1.3+deb11u3', { name: 'curl', version: '7.74.0-1.3+deb11u3' })], store);
    expect(matched.findings.map(({ id }) => id)).toEqual(['CVE-2024-8096', 'CVE-2025-0725', 'DLA-4213-1']);
    const announced = matched.findings.find(({ id }) => id === 'CVE-2024-8096');
    expect(announced?.statements.map(({ bulletin }) => bulletin)).toContain('DLA-3951-1');
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
      statements: states.map((state, index) => statement(`CVE-2099-000${index}`, { state })),
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
    const statements = [
      statement('PYSEC-2099-1', {
        source: 'pysec',
        namespace: 'PyPI',
        aliases: ['CVE-2099-1'],
        state: 'fixed',
        ranges: [{ introduced: '0', fixed: '1.10' }],
      }),
      statement('GHSA-aaaa-bbbb-cccc', {
        source: 'ghsa',
        namespace: 'PyPI',
        aliases: ['CVE-2099-1'],
        state: 'fixed',
        ranges: [{ fixed: '1.9' }],
      }),
    ];
    const { findings } = match([pypi('x', '1.2')], memoryStore({ statements }));
    expect(findings.map(({ id, aliases, fix, statements: from }) => [id, aliases, fix.version, from.length])).toEqual([
      ['CVE-2099-1', ['GHSA-aaaa-bbbb-cccc', 'PYSEC-2099-1'], '1.10', 2],
    ]);
  });

  it('does not glue two CVEs together because a bulletin names both', () => {
    const statements = [
      statement('CVE-2023-0286', { aliases: ['DSA-5343-1'] }),
      statement('CVE-2023-0215', { aliases: ['DSA-5343-1'] }),
      statement('DSA-5343-1', {}),
    ];
    const { findings } = match([deb('x', '1', { name: 'x', version: '1' })], memoryStore({ statements }));
    expect(findings.map(({ id }) => id)).toEqual(['CVE-2023-0215', 'CVE-2023-0286']);
  });

  it('a CVE whose record says that it is another one keeps its own name, and that one is none of its names', () => {
    const statements = [
      statement('CVE-2099-0001', { ratings: [] }),
      statement('CVE-2099-0002', { aliases: ['CVE-2099-0001'] }),
    ];
    const { findings } = match([deb('x', '1', { name: 'x', version: '1' })], memoryStore({ statements }));
    expect(findings.map(({ id, aliases }) => [id, aliases])).toEqual([
      ['CVE-2099-0001', []],
      ['CVE-2099-0002', []],
    ]);
  });

  it('two vulnerabilities that are both said to be a third are told apart by name, whichever comes first', () => {
    const on = [deb('x', '1', { name: 'x', version: '1' })];
    const statements = [
      statement('PYSEC-2099-1', { aliases: ['CVE-2099-0002'] }),
      statement('PYSEC-2099-1', { aliases: ['CVE-2099-0001'] }),
      statement('PYSEC-2099-1', { aliases: ['CVE-2099-0001'] }),
      statement('CVE-2099-0002', {}),
    ];
    for (const told of [statements, [...statements].reverse()]) {
      const names = match(on, memoryStore({ statements: told })).findings.map(({ id }) => id);
      expect(new Set(names).size).toBe(names.length);
      expect(names).toContain('CVE-2099-0002');
    }
  });

  it('judges conda packages as what they are elsewhere, and what conda owns all the same', () => {
    const conda = (name: string, version: string, properties: Record<string, string> = {}): Package => ({
      type: 'conda',
      name,
      version,
      namespace: 'PyPI',
      purl: `pkg:conda/${name}@${version}`,
      evidence: [],
      properties,
    });
    const store = memoryStore({
      statements: [
        statement('PYSEC-2099-2', {
          source: 'pysec',
          namespace: 'PyPI',
          package: 'brotli',
          state: 'fixed',
          ranges: [{ fixed: '1.1' }],
        }),
        statement('CVE-2022-0778', {
          source: 'nvd',
          namespace: 'CPE',
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
        { ...conda('openssl', '1.1.1m'), namespace: 'CPE' },
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
      statements: [
        statement('CVE-2022-0778', {
          source: 'nvd',
          namespace: 'CPE',
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
      namespace: 'CPE',
      purl: '',
      evidence: [],
    });
    const { findings, passed } = match([library('content', '1.1.1k'), library('name', '1.1')], store);
    expect(findings.map(({ package: { version } }) => version)).toEqual(['1.1.1k']);
    expect([...passed.keys()]).toEqual(['no-ecosystem']);
  });

  it('does not compare what a lock file declares, a cache keeps or an OS package owns, and counts them', () => {
    const store = memoryStore({ statements: [statement('PYSEC-1', { namespace: 'PyPI' })] });
    const { findings, passed } = match(
      [
        pypi('x', '1', { role: 'declared' }),
        pypi('x', '1', { role: 'cache' }),
        pypi('x', '1', { ownedBy: { type: 'deb', name: 'python3-x' } }),
        { ...pypi('y', '1'), namespace: 'CRAN' },
      ],
      store,
    );
    expect(findings).toEqual([]);
    expect([...passed.keys()]).toEqual(['declared', 'cache', 'owned', 'not-covered']);
  });
});

describe('unknown installed versions', () => {
  const at = (type: string, namespace: string, version: string): Package => ({
    ...pypi(nameIn(namespace), version),
    type,
    namespace,
  });
  // An artifact without its group is asked for nowhere.
  const nameIn = (namespace: string): string => (namespace === 'Maven' ? 'org.x:x' : 'x');
  const old = (namespace: string, more: Partial<Statement> = {}) =>
    statement('CVE-2099-1', {
      namespace,
      package: nameIn(namespace),
      state: 'fixed',
      ranges: [{ fixed: '2.0.0' }],
      ...more,
    });

  it.each([
    ['golang', 'Go', '(devel)'],
    ['golang', 'Go', ''],
    ['golang', 'Go', 'v0.0.0-00010101000000-000000000000'],
    ['pypi', 'PyPI', '0.0.0'],
    ['pypi', 'PyPI', '0+unknown'],
    ['pypi', 'PyPI', '0.1.dev1+g1234567'],
    ['pypi', 'PyPI', 'UNKNOWN'],
    ['maven', 'Maven', '\x24{revision}'],
    ['maven', 'Maven', 'unspecified'],
    ['npm', 'npm', '0.0.0-development'],
    ['composer', 'Packagist', 'dev-main'],
    ['gem', 'RubyGems', '@VERSION@'],
    ['cargo', 'crates.io', 'workspace'],
    ['nuget', 'NuGet', '$version$'],
  ])('%s (%s) %s is not older than everything, but not assessed', (type, namespace, version) => {
    const { findings, passed } = match([at(type, namespace, version)], memoryStore({ statements: [old(namespace)] }));
    expect(findings).toEqual([]);
    expect(passed.get('unknown-version')?.map(({ version: said }) => said)).toEqual([version]);
  });

  it('a pseudo-version of Go is one', () => {
    const installed = at('golang', 'Go', 'v0.0.0-20201216223049-8b5274cf687f');
    const store = memoryStore({
      statements: [old('Go', { ranges: [{ fixed: '0.0.0-20220101000000-000000000000' }] })],
    });
    expect(match([installed], store).findings).toHaveLength(1);
  });

  it('what is said of every version, or names this one letter by letter, is still said', () => {
    const malicious = old('npm', { state: 'open', ranges: [{}] });
    const listed = old('npm', { id: 'CVE-2099-2', ranges: [], state: 'open', versions: ['0.0.0'] });
    // So does GitHub begin what has no end: CVE-2017-16177 in chatbyvista.
    const begun = old('npm', { id: 'CVE-2099-3', ranges: [{ introduced: '0.0.0' }], state: 'open' });
    const later = old('npm', { id: 'CVE-2099-4', ranges: [{ introduced: '0.1.0' }], state: 'open' });
    const statements = [malicious, listed, begun, later];
    const { findings, passed } = match([at('npm', 'npm', '0.0.0')], memoryStore({ statements }));
    expect(findings.map(({ id }) => id)).toEqual(['CVE-2099-1', 'CVE-2099-2', 'CVE-2099-3']);
    expect(passed.has('unknown-version')).toBe(true);
  });
});

describe('local builds', () => {
  const affected = (statementOf: Partial<Statement>, version: string) =>
    judge(statement('CVE-1', { namespace: 'PyPI', ...statementOf }), version, ecosystemNamed('PyPI')!).affected;

  it('a bound covers its local builds: CVE-2026-4538 on torch 2.10.0', () => {
    const last = { ranges: [{ lastAffected: '2.10.0' }] };
    expect(affected(last, '2.10.0+cu126')).toBe(true);
    expect(affected(last, '2.10.1+cu126')).toBe(false);
    expect(affected({ ranges: [{ fixed: '2.10.0' }] }, '2.10.0+cu126')).toBe(false);
    expect(affected({ ranges: [{ introduced: '2.10.0' }] }, '2.10.0+cu126')).toBe(true);
  });

  it('a listed version covers its local builds, a listed build only itself', () => {
    expect(affected({ versions: ['2.0.1'] }, '2.0.1+cu118')).toBe(true);
    expect(affected({ versions: ['2.0.1+cu118'] }, '2.0.1')).toBe(false);
    expect(affected({ versions: ['2.0.1+cu118'] }, '2.0.1+cu121')).toBe(false);
    expect(affected({ versions: ['2.0.1'] }, '2.0.1.post1')).toBe(false);
  });

  it("programs' builds too: Java's 17.0.1+12 is 17.0.1", () => {
    const { namespace, ...rest } = statement('CVE-1', { ranges: [{ lastAffected: '17.0.1' }] });
    expect(judge({ ...rest, namespace: 'CPE' }, '17.0.1+12', ecosystemNamed('CPE')!).affected).toBe(true);
  });
});

describe('judging one statement', () => {
  const numbers = {
    compare: (a: string, b: string) => Number(a) - Number(b),
    comparator: 'numbers',
    isVersion: (text: string) => /^\d+$/.test(text),
  };
  const affected = (more: Partial<Statement>, version: string) =>
    judge(statement('CVE-1', { state: 'fixed', ...more }), version, numbers).affected;

  it('takes introduced as in, fixed as out and last affected as in', () => {
    const range = { ranges: [{ introduced: '2', fixed: '4' }] };
    expect(['1', '2', '3', '4'].map((version) => affected(range, version))).toEqual([false, true, true, false]);
    const last = { ranges: [{ introduced: '0', lastAffected: '4' }] };
    expect(['4', '5'].map((version) => affected(last, version))).toEqual([true, false]);
  });

  it('takes versions that are only listed, and finds the fix above them', () => {
    const listed = statement('CVE-1', { state: 'fixed', versions: ['3'], ranges: [{ introduced: '7', fixed: '8' }] });
    expect(judge(listed, '3', numbers)).toMatchObject({ affected: true, fixed: '8' });
  });

  it('ignores a statement that was withdrawn', () => {
    expect(affected({ state: 'open', withdrawn: '2023-01-01T00:00:00Z' }, '1')).toBe(false);
  });
});

describe('several ids of one flaw', () => {
  const of = (id: string, more: Partial<Statement>) =>
    statement(id, { namespace: 'PyPI', package: 'pillow', state: 'fixed', ranges: [{ fixed: '10.0.1' }], ...more });
  const ghsa = { source: 'ghsa', bulletin: 'GHSA-j7hp-h8jx-5ppr' };
  const ids = (...statements: readonly Statement[]) =>
    match([pypi('pillow', '10.0.0')], memoryStore({ statements })).findings.map(({ id, aliases }) => [id, ...aliases]);

  it('are one finding where nothing else speaks of the other id: CVE-2023-4863 and CVE-2023-5129 in Pillow', () => {
    const actual = ids(
      of('CVE-2023-4863', ghsa),
      of('CVE-2023-5129', ghsa),
      of('PYSEC-2026-1794', { source: 'pysec', aliases: ['CVE-2023-4863'] }),
      of('CVE-2023-4863', { source: 'pysec', bulletin: 'PYSEC-2023-175' }),
      of('CVE-2023-5129', { source: 'pysec', bulletin: 'PYSEC-2023-175' }),
    );
    expect(actual).toEqual([
      ['CVE-2023-4863', 'CVE-2023-5129', 'GHSA-j7hp-h8jx-5ppr', 'PYSEC-2023-175', 'PYSEC-2026-1794'],
    ]);
  });

  it('stay two where each has a record of its own: CVE-2021-24040 and CVE-2021-39207 in ParlAI', () => {
    const actual = ids(
      of('CVE-2021-24040', { source: 'ghsa', bulletin: 'GHSA-mwgj-7x7j-6966' }),
      of('CVE-2021-39207', { source: 'ghsa', bulletin: 'GHSA-mwgj-7x7j-6966' }),
      of('PYSEC-2021-330', { source: 'pysec', aliases: ['CVE-2021-24040'] }),
      of('PYSEC-2021-334', { source: 'pysec', aliases: ['CVE-2021-39207'] }),
    );
    expect(actual.map(([id]) => id)).toEqual(['CVE-2021-24040', 'CVE-2021-39207']);
  });

  it('stay two where the record of its own of one of them names other versions', () => {
    const actual = ids(
      of('CVE-2021-24040', { source: 'ghsa', bulletin: 'GHSA-mwgj-7x7j-6966' }),
      of('CVE-2021-39207', { source: 'ghsa', bulletin: 'GHSA-mwgj-7x7j-6966' }),
      of('PYSEC-2021-330', { source: 'pysec', aliases: ['CVE-2021-24040'], ranges: [{ fixed: '9.0.0' }] }),
      of('PYSEC-2021-334', { source: 'pysec', aliases: ['CVE-2021-39207'] }),
    );
    expect(actual.map(([id]) => id)).toEqual(['CVE-2021-24040', 'CVE-2021-39207']);
  });

  it('are one finding where NVD rejected the one for the other, and go by the one that stands', () => {
    const statements = [
      of('PYSEC-2010-1', { source: 'pysec', aliases: ['CVE-2010-3089'] }),
      of('GHSA-2222-3333-4444', { source: 'ghsa', aliases: ['CVE-2010-3090'] }),
    ];
    // As NVD's record of CVE-2010-3090 reads.
    const description =
      '** REJECT **  DO NOT USE THIS CANDIDATE NUMBER. ConsultIDs: CVE-2010-3089. Reason: This issue was MERGED into CVE-2010-3089 in accordance with CVE content decisions';
    const resultOf = (text: string, id = 'CVE-2010-3090') =>
      match(
        [pypi('pillow', '10.0.0')],
        memoryStore({
          statements,
          vulnerabilities: [{ id, aliases: [], ratings: [], state: 'rejected', description: text }],
        }),
      ).findings.map((finding) => [finding.id, ...finding.aliases]);
    expect(resultOf(description)).toEqual([['CVE-2010-3089', 'CVE-2010-3090', 'GHSA-2222-3333-4444', 'PYSEC-2010-1']]);
    // The other way round: the number that was given up is the lower one.
    expect(resultOf(description.replaceAll('3089', '3090'), 'CVE-2010-3089')[0]?.[0]).toBe('CVE-2010-3090');
    // One that was split is neither, and one that names another in passing is not that.
    expect(resultOf(description.replace('3089.', '3089, CVE-2010-9999.'))).toHaveLength(2);
    expect(resultOf('Rejected reason: not a vulnerability, unlike CVE-2010-3089')).toHaveLength(2);
  });

  it("a distribution's bulletin glues nothing together", () => {
    const dsa = { state: 'fixed' as const, ranges: [{ fixed: '2' }], bulletin: 'DSA-1-1' };
    const store = memoryStore({ statements: [statement('CVE-2099-1', dsa), statement('CVE-2099-2', dsa)] });
    expect(match([deb('x', '1', { name: 'x', version: '1' })], store).findings).toHaveLength(2);
  });
});
