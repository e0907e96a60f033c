import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { deb, FINDINGS, finding, PACKAGES, report, wheel } from '../../../test/report.ts';
import type { Package, Report } from '../../model.ts';
import { pieces, type RenderOptions } from '../report-format.ts';
import { trivyReport } from './trivy.ts';

interface Vulnerability {
  readonly [key: string]: unknown;
  readonly Severity: string;
}
interface TrivyResult {
  readonly Target: string;
  readonly Class: string;
  readonly Type: string;
  readonly Packages?: readonly Record<string, unknown>[];
  readonly Vulnerabilities?: readonly Vulnerability[];
}
interface TrivyDocument {
  readonly [key: string]: unknown;
  readonly Metadata: Record<string, unknown>;
  readonly Results: readonly TrivyResult[];
}

const render = (value: Report, options: RenderOptions = {}): TrivyDocument =>
  JSON.parse([...pieces(trivyReport.render(value, options))].join(''));
const real = new URL('../../../../shared/reports/trivy/all_statuses.json', import.meta.url);

describe("Trivy's report", () => {
  it('has the operating system first and the languages after it, one row for each installed package', () => {
    const { Results } = render(report());
    expect(
      Results.map(({ Target, Class, Type, Vulnerabilities }) => [Target, Class, Type, Vulnerabilities?.length]),
    ).toEqual([
      ['python:3.9.16 (debian 11)', 'os-pkgs', 'debian', 10],
      ['Python', 'lang-pkgs', 'python-pkg', 1],
    ]);
  });

  it('answers the script that counts severities in the first two results', () => {
    const document = render(report());
    // What the common script does: json.load, then Results[0] for the OS and Results[1] for the language.
    const counts = (index: number) => {
      const severities: Record<string, number> = {};
      for (const { Severity } of document.Results[index]?.Vulnerabilities ?? [])
        severities[Severity] = (severities[Severity] ?? 0) + 1;
      return severities;
    };
    expect(counts(0)).toEqual({ HIGH: 7, LOW: 2, UNKNOWN: 1 });
    expect(counts(1)).toEqual({ MEDIUM: 1 });
    // jq '[.Results[].Vulnerabilities[]? | select(.FixedVersion)] | length'
    expect(
      document.Results.flatMap((result) => result.Vulnerabilities ?? []).filter(
        (vulnerability) => vulnerability.FixedVersion,
      ),
    ).toHaveLength(5);
  });

  it('writes a vulnerability as Trivy does', () => {
    const { Results } = render(report());
    expect(Results[1]?.Vulnerabilities?.[0]).toEqual({
      VulnerabilityID: 'CVE-2022-40897',
      VendorIDs: ['GHSA-r9hx-vwmv-q579', 'PYSEC-2022-43012'],
      PkgID: 'setuptools@58.1.0',
      PkgName: 'setuptools',
      PkgPath: 'usr/local/lib/python3.9/site-packages/setuptools-58.1.0.dist-info/METADATA',
      PkgIdentifier: { PURL: 'pkg:pypi/setuptools@58.1.0' },
      InstalledVersion: '58.1.0',
      FixedVersion: '65.5.1',
      Status: 'fixed',
      Layer: { Digest: `sha256:${'c3'.repeat(32)}`, DiffID: `sha256:${'2b'.repeat(32)}` },
      SeveritySource: 'ghsa',
      PrimaryURL: 'https://security-tracker.debian.org/tracker/CVE-2022-40897',
      DataSource: { ID: 'osv', Name: 'Python Packaging Advisory Database', URL: 'https://github.com/pypa/advisory-db' },
      Title: 'Regular expression denial of service in package_index',
      Severity: 'MEDIUM',
      CweIDs: ['CWE-843'],
      VendorSeverity: { ghsa: 2 },
      CVSS: { ghsa: { V3Vector: 'CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:N/I:N/A:H', V3Score: 5.9 } },
      References: ['https://www.openssl.org/news/secadv/20230207.txt'],
      PublishedDate: '2023-02-08T20:15:00Z',
    });
  });

  it('counts bulletins among the ids of vendors', () => {
    expect(render(report()).Results[0]?.Vulnerabilities?.[0]).toMatchObject({
      VulnerabilityID: 'CVE-2023-0286',
      VendorIDs: ['DSA-5343-1'],
    });
  });

  it('keeps every CVSS version of every source, and numbers severities from 0 to 4', () => {
    const sample = finding('CVE-2019-18276', deb('bash', '5.0-4'), 'NEGLIGIBLE', { by: 'debian' });
    const ratings = [
      ...sample.ratings,
      { source: 'nvd', severity: 'HIGH', method: 'CVSS:3.1', vector: 'CVSS:3.1/AV:L', score: 7.8 },
      { source: 'nvd', severity: 'HIGH', method: 'CVSS:2.0', vector: 'AV:L/AC:L', score: 7.2 },
      { source: 'nvd', severity: 'CRITICAL', method: 'CVSS:4.0', vector: 'CVSS:4.0/AV:L', score: 9.3 },
    ] as const;
    const [entry] = render(report({ findings: [{ ...sample, ratings }], packages: [sample.package] })).Results[0]!
      .Vulnerabilities!;
    expect(entry).toMatchObject({ Severity: 'LOW', SeveritySource: 'debian', VendorSeverity: { debian: 1, nvd: 4 } });
    expect(entry!.CVSS).toEqual({
      nvd: {
        V2Vector: 'AV:L/AC:L',
        V3Vector: 'CVSS:3.1/AV:L',
        V40Vector: 'CVSS:4.0/AV:L',
        V2Score: 7.2,
        V3Score: 7.8,
        V40Score: 9.3,
      },
    });
  });

  it.each([
    ['open', 'affected'],
    ['no-dsa', 'affected'],
    ['unimportant', 'affected'],
    ['ignored', 'will_not_fix'],
    ['postponed', 'fix_deferred'],
    ['end-of-life', 'end_of_life'],
    ['undetermined', 'under_investigation'],
    // Elsewhere, or for subscribers: without a version beside it nobody can take that for a fix.
    ['fixed', 'affected'],
  ] as const)('calls %s %s', (state, status) => {
    const pkg = deb('curl', '7.74.0-1.3+deb11u3');
    const [entry] = render(report({ findings: [finding('CVE-2023-1', pkg, 'LOW', { state })], packages: [pkg] }))
      .Results[0]!.Vulnerabilities!;
    expect(entry).toMatchObject({ Status: status });
    expect(entry).not.toHaveProperty('FixedVersion');
  });

  it('lists a language package once for each place, and files of their own where Trivy does', () => {
    const two = wheel('setuptools', '58.1.0');
    const twice = {
      ...two,
      evidence: [
        ...two.evidence,
        { ...two.evidence[0]!, path: 'opt/venv/lib/python3.9/site-packages/setuptools-58.1.0.dist-info/METADATA' },
      ],
    };
    const { namespace: _, ...go } = {
      ...two,
      type: 'golang',
      name: 'stdlib',
      purl: 'pkg:golang/stdlib@1.20',
      evidence: [{ ...two.evidence[0]!, path: 'usr/bin/gosu' }],
    };
    const { Results } = render(
      report({
        packages: [go, twice],
        findings: [finding('CVE-2022-40897', twice, 'MEDIUM'), finding('CVE-2023-24540', go, 'CRITICAL')],
      }),
    );
    expect(Results.map(({ Target, Type, Vulnerabilities }) => [Target, Type, Vulnerabilities?.length])).toEqual([
      ['usr/bin/gosu', 'gobinary', 1],
      ['Python', 'python-pkg', 2],
    ]);
    expect(new Set(Results[1]?.Vulnerabilities?.map((vulnerability) => vulnerability.PkgPath)).size).toBe(2);
  });

  it('has two results for a file that holds packages of two types, each with its own', () => {
    const path = 'opt/app/bom.json';
    const listed = (type: string): Package => ({
      ...wheel('brotli', '1.0'),
      type,
      purl: `pkg:${type}/brotli@1.0`,
      evidence: [{ ...wheel('brotli', '1.0').evidence[0]!, path }],
    });
    const packages = [listed('pub'), listed('swift')];
    const { Results } = render(
      report({ packages, findings: packages.map((pkg) => finding('CVE-2024-10001', pkg, 'LOW')) }),
    );
    expect(Results.map(({ Target, Type, Vulnerabilities }) => [Target, Type, Vulnerabilities?.length])).toEqual([
      [path, 'pub', 1],
      [path, 'swift', 1],
    ]);
  });

  it('leaves Vulnerabilities out where there are none, and lists packages when asked', () => {
    const { Results } = render(report({ findings: [] }), { all: true });
    expect(Results.map((result) => 'Vulnerabilities' in result)).toEqual([false, false]);
    expect(Results[0]?.Packages?.[1]).toMatchObject({
      ID: 'libssl-dev@1.1.1n-0+deb11u3',
      SrcName: 'openssl',
      SrcVersion: '1.1.1n-0+deb11u3',
      Arch: 'amd64',
    });
    expect(render(report()).Results[0]).not.toHaveProperty('Packages');
    expect(Results.flatMap((result) => result.Packages ?? [])).toHaveLength(PACKAGES.length);
  });

  it('names what was scanned', () => {
    expect(render(report())).toMatchObject({
      SchemaVersion: 2,
      ArtifactName: 'python:3.9.16',
      ArtifactType: 'container_image',
      Metadata: {
        OS: { Family: 'debian', Name: '11' },
        ImageID: `sha256:${'e5'.repeat(32)}`,
        RepoTags: ['python:3.9.16'],
        ImageConfig: { architecture: 'amd64', os: 'linux', rootfs: { type: 'layers' }, config: { Cmd: ['python3'] } },
      },
    });
    const directory = render(
      report({
        subject: { reference: './rootfs', source: 'dir', name: '/srv/rootfs', layers: [] },
        os: { id: 'rhel', versionId: '9.2', name: 'RHEL' },
      }),
    );
    expect(directory).toMatchObject({
      ArtifactType: 'filesystem',
      Metadata: { OS: { Family: 'redhat', Name: '9.2' } },
    });
  });

  it.skipIf(!existsSync(real))('has the keys of a real report in their order (where ../shared holds one)', () => {
    const theirs: TrivyDocument = JSON.parse(readFileSync(real, 'utf8'));
    const sample = { ...FINDINGS[0]!, description: 'x', modified: '2023-05-01T00:00:00Z' };
    const ours = render(report({ findings: [sample] }));
    const order = (mine: readonly string[], their: readonly string[]) =>
      expect(mine.filter((key) => their.includes(key))).toEqual(their.filter((key) => mine.includes(key)));
    order(Object.keys(ours), Object.keys(theirs));
    expect(Object.keys(ours)).toEqual(expect.arrayContaining(Object.keys(theirs)));
    expect(Object.keys(ours.Metadata)).toEqual(expect.arrayContaining(Object.keys(theirs.Metadata)));
    order(Object.keys(ours.Metadata), Object.keys(theirs.Metadata));
    expect(Object.keys(ours.Metadata.ImageConfig as object)).toEqual(
      Object.keys(theirs.Metadata.ImageConfig as object),
    );
    const mine = Object.keys(ours.Results[0]!.Vulnerabilities![0]!);
    for (const their of theirs.Results[0]!.Vulnerabilities!) order(mine, Object.keys(their));
    expect(mine).toEqual(expect.arrayContaining(Object.keys(theirs.Results[0]!.Vulnerabilities![0]!)));
  });
});
