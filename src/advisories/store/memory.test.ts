import { describe, expect, it } from 'vitest';
import { growth, IN_PROPORTION } from '../../../test/growth.ts';
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

  it('hears a record that speaks of several packages once', () => {
    // One record of two packages says the one thing, two records say the other.
    const other = { ...pypa, package: 'pkg-resources' };
    const cve = 'CVE-2024-0001';
    const records = [
      { id: 'GHSA-aaaa-bbbb-cccc', aliases: [cve], ratings: [] },
      { id: cve, aliases: [pypa.id], ratings: [] },
      { id: cve, aliases: [pypa.id], ratings: [vector] },
    ];
    const { aliases } = memoryStore({
      statements: [pypa, other, { ...other, package: 'x' }],
      vulnerabilities: records,
    });
    expect(aliases?.(cve)).toEqual(['GHSA-aaaa-bbbb-cccc', pypa.id]);
    const own = { id: pypa.id, aliases: pypa.aliases, ratings: [] };
    const store = memoryStore({ statements: [pypa, other], vulnerabilities: [...records, own] });
    expect(store.aliases?.(cve)).toEqual(['GHSA-aaaa-bbbb-cccc', pypa.id]);
  });

  it('hears documents in the order of their names, as a database file does, in whatever order they are given', () => {
    const documents = ['osv/PyPI', 'debian/tracker', 'nvd/2024'];
    const { statements, vulnerability, feedsOn } = memoryStore({
      statements: documents.map((feed, at) => ({ ...pypa, source: `${at}`, feed })),
      vulnerabilities: documents.map((feed) => ({ ...nvd, feed, title: `as ${feed} calls it` })),
    });
    expect(statements('PyPI', 'setuptools').map(({ feed }) => feed)).toEqual(documents.toSorted());
    expect(vulnerability(nvd.id)?.title).toBe('as debian/tracker calls it');
    expect(feedsOn?.('PyPI')).toEqual(documents.toSorted());
  });

  it('of ids that are all one vulnerability is made in proportion to how many there are', () => {
    const made = (count: number): void => {
      const statements = Array.from({ length: count }, (_, at) => ({
        ...pypa,
        id: `X-${at}`,
        aliases: [`X-${at + 1}`],
      }));
      const store = memoryStore({ statements });
      for (const { id } of statements) store.statementsById(id);
    };
    expect(growth(made, 4_000)).toBeLessThan(IN_PROPORTION);
  });

  it('finds packages as their ecosystem spells them, however who brought the data did', () => {
    const { statements } = memoryStore({ statements: [{ ...pypa, package: 'Flask_SQLAlchemy' }] });
    expect(statements('PyPI', 'flask-sqlalchemy')).toHaveLength(1);
  });
});
