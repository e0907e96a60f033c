import { describe, expect, it } from 'vitest';
import type { ForeignFinding } from '../scanners/scanner.ts';
import { align } from './align.ts';
import { plainVersion } from './package-names.ts';
import { vulnerabilityNames } from './vulnerability-names.ts';

let row = 0;
const finding = (id: string, name: string, version: string, more: Partial<ForeignFinding> = {}): ForeignFinding => ({
  row: row++,
  id,
  aliases: [],
  package: name,
  kind: 'binary',
  version,
  type: 'deb',
  severity: 'LOW',
  ratings: [],
  fix: { state: 'not-fixed', versions: [] },
  locations: [],
  ...more,
});
const report = (...findings: ForeignFinding[]) => ({ findings, suppressed: [] });
const keys = (...reports: ReturnType<typeof report>[]): readonly string[] =>
  align(reports).rows.map((row) => `${row.key} [${row.cells.map((cell) => cell?.findings.length ?? 0).join(' ')}]`);

describe('one table of several reports', () => {
  it('holds GHSA, CVE and PYSEC of one vulnerability in one row', () => {
    expect(
      keys(
        report(finding('CVE-2022-40897', 'setuptools', '58.1.0', { type: 'pypi' })),
        report(finding('GHSA-r9hx-vwmv-q579', 'setuptools', '58.1.0', { type: 'pypi', aliases: ['CVE-2022-40897'] })),
        report(finding('PYSEC-2022-43012', 'Setuptools', '58.1.0', { type: 'pypi', aliases: ['GHSA-r9hx-vwmv-q579'] })),
      ),
    ).toEqual(['CVE-2022-40897 setuptools@58.1.0 [1 1 1]']);
  });

  it('holds binaries and their source in one row, wherever the source is named', () => {
    expect(
      keys(
        report(
          finding('CVE-2022-0563', 'libblkid1', '2.38.1-5+b1'),
          finding('CVE-2022-0563', 'bsdutils', '1:2.38.1-5+b1'),
        ),
        report(finding('CVE-2022-0563', 'libblkid1', '2.38.1-5+b1', { source: { name: 'util-linux' } })),
        report(finding('CVE-2022-0563', 'util-linux', '2.38.1-5', { kind: 'source' })),
      ),
    ).toEqual(['CVE-2022-0563 util-linux@2.38.1-5 [2 1 1]']);
  });

  it('does not see a difference in an epoch, a percent sign, a rebuild or a path', () => {
    expect(plainVersion('1:2.38.1-5%2Bdeb12u1+b1')).toBe('2.38.1-5+deb12u1');
    expect(
      keys(
        report(finding('CVE-2007-5686', 'passwd', '1:4.13+dfsg1-1+b1', { locations: ['/var/lib/dpkg/status'] })),
        report(finding('CVE-2007-5686', 'passwd', '4.13%2Bdfsg1-1', { locations: ['var/lib/dpkg/status.d/passwd'] })),
      ),
    ).toEqual(['CVE-2007-5686 passwd@4.13+dfsg1-1 [1 1]']);
  });

  it('keeps apart what is apart: two versions, two sources with one vulnerability', () => {
    expect(
      keys(
        report(
          finding('CVE-2020-1', 'a', '1', { source: { name: 'src-a' } }),
          finding('CVE-2020-1', 'b', '1', { source: { name: 'src-b' } }),
        ),
        report(finding('CVE-2020-1', 'a', '2', { source: { name: 'src-a' } })),
      ),
    ).toEqual(['CVE-2020-1 src-a@1 [1 0]', 'CVE-2020-1 src-a@2 [0 1]', 'CVE-2020-1 src-b@1 [1 0]']);
  });

  it('takes the source from the image where it is there: version traps included', () => {
    const known = (_: string | undefined, name: string) =>
      name === 'mysql-common' ? { name: 'mysql-defaults', version: '1.0.7' } : undefined;
    const reports = [
      report(finding('CVE-2020-2', 'mysql-common', '5.8+1.0.7')),
      report(finding('CVE-2020-2', 'mysql-defaults', '1.0.7', { kind: 'source' })),
    ];
    expect(align(reports, { source: known }).rows.map((row) => row.key)).toEqual(['CVE-2020-2 mysql-defaults@1.0.7']);
  });

  it('compares Python names as pip does', () => {
    expect(
      keys(
        report(finding('CVE-2020-3', 'Typing_Extensions', '4.0', { type: 'pypi' })),
        report(finding('CVE-2020-3', 'typing-extensions', '4.0', { type: 'pypi' })),
      ),
    ).toEqual(['CVE-2020-3 typing-extensions@4.0 [1 1]']);
  });
});

describe('ids of one vulnerability', () => {
  const of = (
    findings: readonly { id: string; aliases: readonly string[] }[],
    more?: (id: string) => readonly string[],
  ) => {
    const classes = vulnerabilityNames(findings, more);
    return findings.map((finding) => classes.of(finding));
  };

  it('never make one of two CVEs, whatever a record claims', () => {
    expect(
      of([
        { id: 'GHSA-aaaa-bbbb-cccc', aliases: ['CVE-2021-0001', 'CVE-2021-0002'] },
        { id: 'CVE-2021-0001', aliases: [] },
        { id: 'CVE-2021-0002', aliases: [] },
      ]),
    ).toEqual(['CVE-2021-0001', 'CVE-2021-0001', 'CVE-2021-0002']);
  });

  it('give each finding of a Snyk issue its own CVE', () => {
    expect(
      of([
        { id: 'SNYK-1-1', aliases: ['CVE-2023-0465'] },
        { id: 'SNYK-1-1', aliases: ['CVE-2023-0466'] },
      ]),
    ).toEqual(['CVE-2023-0465', 'CVE-2023-0466']);
  });

  it('are not joined by a bulletin that speaks of several', () => {
    expect(
      of([
        { id: 'CVE-2018-18311', aliases: ['RHSA-2019:0109'] },
        { id: 'CVE-2018-18312', aliases: ['RHSA-2019:0109'] },
        { id: 'RHSA-2019:0109', aliases: ['CVE-2018-18311'] },
      ]),
    ).toEqual(['CVE-2018-18311', 'CVE-2018-18312', 'RHSA-2019:0109']);
  });

  it('are completed from a database, and OSV names of distributions mean the CVE', () => {
    expect(
      of(
        [
          { id: 'PYSEC-2022-43012', aliases: [] },
          { id: 'DEBIAN-CVE-2023-0464', aliases: [] },
        ],
        (id) => (id === 'PYSEC-2022-43012' ? ['CVE-2022-40897'] : []),
      ),
    ).toEqual(['CVE-2022-40897', 'CVE-2023-0464']);
  });
});
