import { describe, expect, it } from 'vitest';
import type { Statement } from '../../model.ts';
import { memoryStore } from './memory.ts';

// Facts of setuptools' ReDoS, as PyPA, GitHub and NVD have them.
const pypa: Statement = {
  id: 'PYSEC-2022-43012',
  source: 'pysec',
  namespace: 'PyPI',
  package: 'setuptools',
  aliases: ['CVE-2022-40897'],
  state: 'fixed',
  ranges: [{ fixed: '65.5.1' }],
  ratings: [],
};
const github = { id: 'GHSA-r9hx-vwmv-q579', aliases: ['CVE-2022-40897'], ratings: [] };
const vector = { source: 'nvd', severity: 'MEDIUM', method: 'text' } as const;
const nvd = { id: 'CVE-2022-40897', aliases: [], ratings: [vector], publishedByNvd: '2022-12-23T00:15:00Z' };

describe('a store in memory', () => {
  const store = memoryStore({ statements: [pypa], vulnerabilities: [github, nvd] });

  it('gives statements under every name of their vulnerability, and with all of them', () => {
    for (const id of ['PYSEC-2022-43012', 'CVE-2022-40897', 'GHSA-r9hx-vwmv-q579'])
      expect(store.statementsById(id).map((statement) => [statement.id, ...statement.aliases])).toEqual([
        ['PYSEC-2022-43012', 'CVE-2022-40897', 'GHSA-r9hx-vwmv-q579'],
      ]);
  });

  it('says of each name what is known of the vulnerability by any', () => {
    expect(store.vulnerability('PYSEC-2022-43012')).toEqual({
      id: 'PYSEC-2022-43012',
      aliases: ['CVE-2022-40897', 'GHSA-r9hx-vwmv-q579'],
      ratings: [vector],
      publishedByNvd: '2022-12-23T00:15:00Z',
    });
    expect(store.vulnerability('CVE-1999-0001')).toBeUndefined();
  });

  it('finds packages as their ecosystem spells them, however who brought the data did', () => {
    const { statements } = memoryStore({ statements: [{ ...pypa, package: 'Flask_SQLAlchemy' }] });
    expect(statements('PyPI', 'flask-sqlalchemy')).toHaveLength(1);
  });
});
