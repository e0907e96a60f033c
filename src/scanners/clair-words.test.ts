import { describe, expect, it } from 'vitest';
import { clairFix, clairIds } from './clair-words.ts';
import { readReport, reportBytes } from './read.ts';

describe('a fixed version of Clair v4', () => {
  // What claircore 1.5.48 writes for each event of an OSV range, and what its matchers take for "not affected".
  it.each([
    ['1.1.1n-0+deb11u5', '1.1.1n-0+deb11u5'],
    ['fixed=2.31.0&introduced=2.3.0', '2.31.0'],
    ['fixed=1.0%2Bcu118', '1.0+cu118'],
    ['introduced=0.1.2', undefined],
    ['introduced=0.1.2&lastAffected=1.1.1', undefined],
    ['lastAffected=1.1.1', undefined],
    ['0:0', undefined],
    ['0', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%s is the version %s', (stated, version) => {
    expect(clairFix(stated)).toEqual(
      version === undefined ? { state: 'not-fixed', versions: [] } : { state: 'fixed', versions: [version] },
    );
  });
});

describe('a name of Clair v4', () => {
  it.each([
    ['CVE-2022-29458 ncurses', undefined, [{ id: 'CVE-2022-29458', aliases: [] }]],
    [
      'PYSEC-2023-74',
      'https://github.com/psf/requests/releases/tag/v2.31.0 https://osv.dev/vulnerability/CVE-2023-32681 https://osv.dev/vulnerability/GHSA-j8r2-6x86-q33q',
      [{ id: 'PYSEC-2023-74', aliases: ['CVE-2023-32681', 'GHSA-j8r2-6x86-q33q'] }],
    ],
    // A reference to another vulnerability's page is no alias.
    [
      'GHSA-aaaa-bbbb-cccc',
      'https://nvd.nist.gov/vuln/detail/CVE-2020-1',
      [{ id: 'GHSA-aaaa-bbbb-cccc', aliases: [] }],
    ],
    [
      'RHSA-2023:0946: openssl security update',
      'https://access.redhat.com/security/cve/CVE-2022-4304 https://access.redhat.com/security/cve/CVE-2022-4450',
      [
        { id: 'CVE-2022-4304', aliases: ['RHSA-2023:0946'] },
        { id: 'CVE-2022-4450', aliases: ['RHSA-2023:0946'] },
      ],
    ],
  ])('%s is told by id', (name, links, ids) => {
    expect(clairIds(name, links)).toEqual(ids);
  });
});

it("reads Quay's answer as that of the Clair v4 behind it: binaries, ids, fixes, the system", async () => {
  // Values of a Debian 11 image at quay.io in 2023, in the shape of Quay's own description (endpoints/api/secscan.py).
  const feature = (Name: string, Version: string, row: object): object => ({
    ...{ Name, Version, VersionFormat: '', NamespaceName: '', AddedBy: 'sha256:bf2c', BaseScores: [7.1], CVEIds: [] },
    Vulnerabilities: [row],
  });
  const metadata = (score: number | null, system: string | null, version: string | null): object => ({
    ...{ UpdatedBy: 'x', RepoName: null, RepoLink: null, DistroName: system, DistroVersion: version },
    NVD: { CVSSv3: { Vectors: score === null ? '' : 'CVSS:3.1/AV:L/AC:L/PR:N/UI:R/S:U/C:H/I:N/A:H', Score: score } },
  });
  const Features = [
    feature('requests', '2.28.0', {
      ...{ Severity: 'Medium', NamespaceName: 'osv/pypi', Name: 'PYSEC-2023-74', Description: '' },
      ...{ Link: 'https://osv.dev/vulnerability/CVE-2023-32681', FixedBy: 'fixed=2.31.0&introduced=2.3.0' },
      Metadata: metadata(null, null, null),
    }),
    feature('libncurses6', '6.2+20201114-2', {
      ...{
        Severity: 'High',
        NamespaceName: 'debian/updater/bullseye',
        Name: 'CVE-2022-29458 ncurses',
        Description: '',
      },
      ...{ Link: 'https://security-tracker.debian.org/tracker/CVE-2022-29458', FixedBy: '0:6.2+20201114-2+deb11u1' },
      Metadata: metadata(7.1, 'Debian GNU/Linux', '11 (bullseye)'),
    }),
  ];
  const Name = `sha256:${'3'.repeat(64)}`;
  const answer = {
    status: 'scanned',
    data: { Layer: { Name, ParentName: '', NamespaceName: '', IndexedByVersion: 4, Features } },
  };
  const report = await readReport(reportBytes(Buffer.from(JSON.stringify(answer)), 'quay.json'));
  expect(report).toMatchObject({ scanner: 'clair-v4', subject: { digest: Name, os: 'debian:11' }, rows: 2 });
  expect(report.findings).toMatchObject([
    {
      ...{ id: 'PYSEC-2023-74', aliases: ['CVE-2023-32681'], package: 'requests', type: 'pypi', severity: 'MEDIUM' },
      fix: { state: 'fixed', versions: ['2.31.0'] },
    },
    {
      ...{ id: 'CVE-2022-29458', package: 'libncurses6', kind: 'binary', type: 'deb', severity: 'HIGH' },
      fix: { state: 'fixed', versions: ['0:6.2+20201114-2+deb11u1'] },
    },
  ]);
});
