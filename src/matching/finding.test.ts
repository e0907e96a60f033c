import { describe, expect, it } from 'vitest';
import { deb, wheel } from '../../test/report.ts';
import type { Candidate, Considered, Judgement, Package, Rating, Statement } from '../model.ts';
import { findingOf } from './finding.ts';

const compared = { step: 'compared', version: '1.1.1n-0+deb11u3', range: {}, comparator: 'dpkg' } as const;
const considered = (
  judgement: { readonly fixed?: string; readonly subscription?: string } | 'not affected',
  more: Partial<Statement> = {},
): Considered => ({
  statement: {
    id: 'CVE-2023-0286',
    source: 'debian',
    namespace: 'Debian:11',
    package: 'openssl',
    aliases: [],
    state: 'fixed',
    ranges: [],
    ratings: [],
    ...more,
  },
  lookup: { namespace: more.namespace ?? 'Debian:11', name: 'openssl', by: 'source', version: '1.1.1n-0+deb11u3' },
  judgement:
    judgement === 'not affected'
      ? { affected: false, because: 'version' }
      : ({ affected: true, compared, ...judgement } as Judgement),
});
const candidate = (
  considered: readonly Considered[],
  pkg: Package = deb('openssl', '1.1.1n-0+deb11u3'),
  more: Partial<Candidate> = {},
): Candidate => ({
  id: 'CVE-2023-0286',
  aliases: [],
  package: pkg,
  considered,
  statements: considered.map(({ statement }) => statement),
  records: [],
  ratings: [],
  ...more,
});

describe('a finding', () => {
  it('is of what is judged affected: nothing else of the candidate is in it', () => {
    const rated: Rating = { source: 'debian', severity: 'CRITICAL', method: 'text' };
    const other = considered('not affected', { source: 'elts', ratings: [rated] });
    const finding = findingOf(candidate([other, considered({ fixed: '1.1.1n-0+deb11u4' })]));
    expect(finding).toMatchObject({
      severity: 'UNKNOWN',
      fix: { state: 'fixed', version: '1.1.1n-0+deb11u4' },
      statements: [{ source: 'debian' }],
    });
    expect(finding?.reasons.filter(({ step }) => step === 'hit')).toHaveLength(1);
  });

  it('is none where nothing is judged affected, or where the package is passed over', () => {
    const affected = considered({ fixed: '1.1.1n-0+deb11u4' });
    expect(findingOf(candidate([considered('not affected')]))).toBeUndefined();
    expect(findingOf(candidate([affected], undefined, { passed: 'declared' }))).toBeUndefined();
    expect(findingOf(candidate([affected]))?.id).toBe('CVE-2023-0286');
  });

  it("hears the distribution's own rating before that of others, for the distribution's packages alone", () => {
    const ratings: readonly Rating[] = [
      { source: 'nvd', severity: 'CRITICAL', method: 'text' },
      { source: 'debian', severity: 'LOW', method: 'urgency' },
    ];
    const distribution = considered({}, { ratings, source: 'x' });
    expect(findingOf(candidate([distribution]))).toMatchObject({ severity: 'LOW', severitySource: 'debian' });
    const library = considered({}, { ratings, source: 'x', namespace: 'PyPI' });
    expect(findingOf(candidate([library], wheel('cryptography', '39.0.0')))?.severitySource).toBe('nvd');
  });

  it('names the highest of several fixes, and one for subscribers where there is no other', () => {
    const [free, later] = [considered({ fixed: '1.1.1n-0+deb11u4' }), considered({ fixed: '1.1.1n-0+deb11u10' })];
    const paid = considered({ fixed: '1.1.1n-0+deb11u12', subscription: 'elts' });
    const fixOf = (...list: readonly Considered[]) => findingOf(candidate(list))?.fix;
    expect(fixOf(later, free)).toEqual({ state: 'fixed', version: '1.1.1n-0+deb11u10' });
    expect(fixOf(paid, free)).toEqual({ state: 'fixed', version: '1.1.1n-0+deb11u4' });
    expect(fixOf(paid)).toEqual({ state: 'subscription', version: '1.1.1n-0+deb11u12', subscription: 'elts' });
    expect(fixOf(considered({}, { state: 'postponed' }))).toEqual({ state: 'deferred' });
    expect(fixOf(considered({}, { state: 'open' }))).toEqual({ state: 'not-fixed' });
  });

  it('is described by the statement with its id, and by the first record that says a thing', () => {
    const other = considered({}, { id: 'GHSA-x', title: 'of the other', url: 'https://other.example' });
    const own = considered({}, { title: 'of its own', url: 'https://own.example' });
    for (const list of [
      [other, own],
      [own, other],
    ])
      expect(findingOf(candidate(list))).toMatchObject({ title: 'of its own', url: 'https://own.example' });
    expect(findingOf(candidate([other]))?.title).toBe('of the other');
    const record = { id: 'CVE-2023-0286', source: 'nvd', aliases: [], ratings: [] };
    const records = [record, { ...record, description: 'the first' }, { ...record, description: 'the second' }];
    expect(findingOf(candidate([own], undefined, { records }))?.description).toBe('the first');
  });

  it('knows a distribution by the first of its statements that is of one', () => {
    const ratings: readonly Rating[] = [
      { source: 'ubuntu', severity: 'CRITICAL', method: 'text' },
      { source: 'debian', severity: 'LOW', method: 'urgency' },
    ];
    const list = ['NVD', 'Debian:11', 'Ubuntu:22.04'].map((namespace) =>
      considered({}, { namespace, source: 'x', ratings }),
    );
    expect(findingOf(candidate(list))?.severitySource).toBe('debian');
  });
});
