import { describe, expect, it } from 'vitest';
import { memoryStore } from '../advisories/store/index.ts';
import type { Package } from '../model.ts';
import { match } from './match.ts';
import { releasesAmong } from './releases-among.ts';

const requests = (version: string, among?: string): Package => ({
  type: 'pypi',
  name: 'requests',
  version,
  purl: 'pkg:pypi/requests',
  namespace: 'PyPI',
  evidence: [],
  ...(among !== undefined && { properties: { among } }),
});
const fixedIn = (id: string, introduced: string, fixed: string) => ({
  id,
  source: 'ghsa',
  aliases: [],
  namespace: 'PyPI',
  package: 'requests',
  state: 'fixed' as const,
  ranges: [{ introduced, fixed }],
  ratings: [],
});
const store = memoryStore({
  covers: ['PyPI'],
  statements: [
    fixedIn('CVE-2023-32681', '2.3.0', '2.31.0'),
    fixedIn('CVE-2018-18074', '0', '2.20.0'),
    fixedIn('CVE-2024-35195', '2.26.0', '2.32.0'),
  ],
});
const matched = (pkg: Package) => {
  const { findings, passed } = match([pkg], store);
  return { ids: findings.map(({ id, package: { version } }) => `${id} ${version}`.trim()), passed: [...passed.keys()] };
};

describe('a package of which the release is not known', () => {
  it('has what each of the releases has that it lies among, and counts as not assessed', () => {
    expect(matched(requests('', '2.19.0 2.25.0 2.28.0'))).toEqual({
      ids: ['CVE-2023-32681'],
      passed: ['unknown-version'],
    });
    expect(matched(requests('', '2.25.0 2.28.0')).ids).toEqual(['CVE-2023-32681']);
    expect(matched(requests('', '2.27.0 2.28.0')).ids).toEqual(['CVE-2023-32681', 'CVE-2024-35195']);
    expect(matched(requests('', '2.28.0 2.31.0 2.32.0')).ids).toEqual([]);
  });

  it('has what one release is spoken of by its CVE and another by a publisher’s record', () => {
    const named = (id: string, introduced: string, fixed: string, ...aliases: string[]) => ({
      ...fixedIn(id, introduced, fixed),
      aliases,
    });
    const told = (...statements: ReturnType<typeof named>[]) =>
      match([requests('', '2.25.0 2.28.0')], memoryStore({ covers: ['PyPI'], statements })).findings.map(
        ({ id }) => id,
      );
    const [cve, ghsa] = ['CVE-2023-32681', 'GHSA-j8r2-6x86-q33q'];
    expect(told(named(cve, '0', '2.26.0'), named(ghsa, '2.26.0', '2.31.0', cve))).toEqual([cve]);
    expect(told(named(ghsa, '0', '2.26.0', cve), named(cve, '2.26.0', '2.31.0'))).toEqual([cve]);
    expect(told(named('PYSEC-2023-74', '0', '2.26.0', ghsa), named(ghsa, '2.26.0', '2.31.0'))).toHaveLength(1);
    // Only the other record names the CVE.
    expect(told(named(ghsa, '0', '2.26.0'), named('PYSEC-2023-74', '2.26.0', '2.31.0', ghsa, cve))).toEqual([cve]);
    expect(told(named('PYSEC-2023-74', '0', '2.26.0', ghsa, cve), named(ghsa, '2.26.0', '2.31.0'))).toHaveLength(1);
    expect(told(named('PYSEC-2023-74', '0', '2.26.0'), named(ghsa, '2.26.0', '2.31.0'))).toEqual([]);
  });

  it('is nothing that a version which is known can be turned into', () => {
    expect(releasesAmong(requests('2.32.0', '2.19.0'))).toEqual([]);
    expect(matched(requests('2.32.0', '2.19.0'))).toEqual({ ids: [], passed: [] });
  });

  it('is asked about four releases, however many somebody names', () => {
    const many = Array.from({ length: 10_000 }, (_, at) => `1.${at}`).join(' ');
    expect(releasesAmong(requests('', many)).map(({ version }) => version)).toEqual(['1.3', '1.2', '1.1', '1.0']);
  });
});
