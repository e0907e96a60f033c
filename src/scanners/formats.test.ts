import { describe, expect, it } from 'vitest';
import { readReport, reportBytes } from './read.ts';
import type { ForeignFinding, ScannerReport } from './scanner.ts';

/** Small reports in every shape, with facts of CVE-2023-0464 (openssl), CVE-2022-40897 (setuptools) and their like. */
const read = (value: unknown): Promise<ScannerReport> =>
  readReport(reportBytes(typeof value === 'string' ? value : JSON.stringify(value), 'report'));
const first = async (value: unknown): Promise<ForeignFinding> => (await read(value)).findings[0]!;

describe('Trivy', () => {
  const row = {
    VulnerabilityID: 'CVE-2023-0464',
    PkgName: 'libssl1.1',
    PkgIdentifier: { PURL: 'pkg:deb/debian/libssl1.1@1.1.1n-0%2Bdeb11u4?arch=amd64&distro=debian-11.7' },
    InstalledVersion: '1.1.1n-0+deb11u4',
    FixedVersion: '1.1.1n-0+deb11u5',
    Status: 'fixed',
    Severity: 'HIGH',
    SeveritySource: 'nvd',
    VendorSeverity: { nvd: 3, redhat: 1, ubuntu: 1 },
    CVSS: { nvd: { V3Vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H', V3Score: 7.5 } },
  };
  const report = {
    SchemaVersion: 2,
    Trivy: { Version: '0.70.0' },
    CreatedAt: '2026-01-02T03:04:05Z',
    ArtifactName: 'python:3.9.16',
    Metadata: {
      OS: { Family: 'debian', Name: '11.7' },
      ImageID: `sha256:${'a'.repeat(64)}`,
      RepoDigests: [`python@sha256:${'b'.repeat(64)}`],
      ImageConfig: { architecture: 'amd64' },
    },
    Results: [
      {
        Target: 'python:3.9.16 (debian 11.7)',
        Class: 'os-pkgs',
        Type: 'debian',
        Packages: [
          {
            ID: 'libssl1.1@1.1.1n',
            Name: 'libssl1.1',
            SrcName: 'openssl',
            SrcVersion: '1.1.1n',
            SrcRelease: '0+deb11u4',
            SrcEpoch: 0,
          },
        ],
        Vulnerabilities: [
          row,
          { ...row, VulnerabilityID: 'CVE-2023-2975', FixedVersion: undefined, Status: 'fix_deferred' },
        ],
        ExperimentalModifiedFindings: [
          {
            Type: 'vulnerability',
            Status: 'not_affected',
            Statement: 'vulnerable_code_not_present',
            Source: 'vex.json',
            Finding: { ...row, VulnerabilityID: 'CVE-2023-1' },
          },
        ],
      },
      {
        Target: 'Python',
        Class: 'lang-pkgs',
        Type: 'python-pkg',
        Vulnerabilities: [
          {
            ...row,
            VulnerabilityID: 'CVE-2022-40897',
            PkgName: 'setuptools',
            PkgPath: 'usr/local/lib/python3.9/site-packages/setuptools-58.1.0.dist-info/METADATA',
            InstalledVersion: '58.1.0',
            FixedVersion: '65.5.1',
            SeveritySource: 'ghsa',
          },
        ],
      },
    ],
  };

  it('reads rows of the system with their source package, and of languages with their place', async () => {
    const { findings, suppressed, subject, title, created } = await read(report);
    expect([title, created]).toEqual(['Trivy 0.70.0', '2026-01-02T03:04:05Z']);
    expect(subject).toMatchObject({
      name: 'python:3.9.16',
      digest: `sha256:${'b'.repeat(64)}`,
      imageId: `sha256:${'a'.repeat(64)}`,
      platform: 'amd64',
      os: 'debian:11.7',
    });
    expect(findings[0]).toMatchObject({
      id: 'CVE-2023-0464',
      package: 'libssl1.1',
      kind: 'binary',
      type: 'deb',
      source: { name: 'openssl', version: '1.1.1n-0+deb11u4' },
      fix: { state: 'fixed', versions: ['1.1.1n-0+deb11u5'] },
    });
    expect(findings[0]!.ratings).toContainEqual({
      source: 'nvd',
      severity: 'HIGH',
      method: 'CVSS:3.1',
      score: 7.5,
      vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H',
    });
    expect(findings[1]!.fix.state).toBe('deferred');
    expect(findings[2]).toMatchObject({
      package: 'setuptools',
      type: 'pypi',
      locations: ['usr/local/lib/python3.9/site-packages/setuptools-58.1.0.dist-info/METADATA'],
    });
    expect(suppressed).toMatchObject([
      { id: 'CVE-2023-1', suppressed: 'not_affected, vulnerable_code_not_present, vex.json' },
    ]);
  });

  it('reads the result that comes before its class and type in the file', async () => {
    const [result] = report.Results;
    const { Vulnerabilities, ...rest } = result!;
    expect(
      (await read({ Results: [{ Vulnerabilities, ...rest }], SchemaVersion: 2, ArtifactName: 'x' })).findings[0],
    ).toMatchObject({ type: 'deb', kind: 'binary' });
  });
});

describe('Grype', () => {
  const match = {
    vulnerability: {
      id: 'GHSA-r9hx-vwmv-q579',
      severity: 'High',
      namespace: 'github:language:python',
      cvss: [{ version: '3.1', vector: 'CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:N/I:N/A:H', metrics: { baseScore: 5.9 } }],
      fix: { versions: ['65.5.1'], state: 'fixed' },
    },
    relatedVulnerabilities: [{ id: 'CVE-2022-40897', namespace: 'nvd:cpe', severity: 'Medium', cvss: [] }],
    matchDetails: [{ type: 'exact-direct-match', matcher: 'python-matcher', searchedBy: {}, found: {} }],
    artifact: {
      name: 'setuptools',
      version: '58.1.0',
      type: 'python',
      purl: 'pkg:pypi/setuptools@58.1.0',
      locations: [{ path: '/a/METADATA', layerID: 'sha256:1' }, { path: '/b/METADATA' }],
      upstreams: [],
    },
  };
  const deb = {
    vulnerability: {
      id: 'CVE-2021-3669',
      severity: 'Medium',
      namespace: 'debian:distro:debian:11',
      fix: { versions: [], state: 'wont-fix' },
    },
    matchDetails: [{ type: 'exact-indirect-match', searchedBy: { package: { name: 'linux', version: '5.10.179-1' } } }],
    artifact: {
      name: 'linux-libc-dev',
      version: '5.10.179-1',
      type: 'deb',
      locations: [],
      upstreams: [{ name: 'linux' }],
    },
  };
  const report = {
    matches: [match, deb],
    ignoredMatches: [
      {
        ...deb,
        appliedIgnoreRules: [
          {
            'fix-state': '',
            package: { name: 'linux-libc-dev', type: 'deb', 'upstream-name': 'linux' },
            'match-type': 'exact-indirect-match',
          },
        ],
      },
    ],
    source: {
      type: 'image',
      target: {
        userInput: 'python:3.9.16',
        manifestDigest: `sha256:${'c'.repeat(64)}`,
        os: 'linux',
        architecture: 'arm64',
      },
    },
    distro: { name: 'debian', version: '11' },
    descriptor: {
      name: 'grype',
      version: '0.90.0',
      db: { status: { schemaVersion: 'v6.0.2', built: '2026-01-01T00:00:00Z' } },
    },
  };

  it('reads matches with aliases, upstream and both generations of the database date', async () => {
    const { findings, suppressed, database, subject } = await read(report);
    expect(database).toEqual({ date: '2026-01-01T00:00:00Z', version: 'v6.0.2' });
    expect(subject).toMatchObject({ platform: 'linux/arm64', os: 'debian:11' });
    expect(findings[0]).toMatchObject({
      id: 'GHSA-r9hx-vwmv-q579',
      aliases: ['CVE-2022-40897'],
      type: 'pypi',
      severitySource: 'ghsa',
      locations: ['/a/METADATA', '/b/METADATA'],
    });
    expect(findings[1]).toMatchObject({
      source: { name: 'linux' },
      fix: { state: 'wont-fix' },
    });
    expect(suppressed).toMatchObject([{ id: 'CVE-2021-3669', suppressed: 'ignore rule linux-libc-dev' }]);
  });

  it('is recognised by its first match when its descriptor is cut from the head', async () => {
    expect((await read({ matches: [match] })).scanner).toBe('grype');
  });
});

it('Clair v4: pairs packages and vulnerabilities, keeps both severities, spreads an errata over its CVEs', async () => {
  const report = await read({
    manifest_hash: `sha256:${'d'.repeat(64)}`,
    packages: {
      '10': {
        id: '10',
        name: 'libssl1.1',
        version: '1.1.1n-0+deb11u4',
        kind: 'binary',
        source: { name: 'openssl', version: '1.1.1n-0+deb11u4' },
        arch: 'amd64',
      },
      '11': { id: '11', name: 'setuptools', version: '58.1.0', kind: 'binary' },
    },
    distributions: { '1': { did: 'debian', version_id: '11' } },
    environments: {
      '10': [{ package_db: 'var/lib/dpkg/status', introduced_in: 'sha256:layer' }],
      '11': [{ package_db: 'python:usr/local/lib/python3.9/site-packages', introduced_in: 'sha256:top' }],
    },
    vulnerabilities: {
      a: {
        id: 'a',
        updater: 'debian/updater',
        name: 'CVE-2023-0464',
        severity: 'low',
        normalized_severity: 'Medium',
        fixed_in_version: '',
        links: 'https://security-tracker.debian.org/tracker/CVE-2023-0464',
      },
      b: {
        id: 'b',
        updater: 'osv/pypi',
        name: 'PYSEC-2022-43012',
        normalized_severity: 'High',
        fixed_in_version: '65.5.1',
        links: '',
      },
      c: {
        id: 'c',
        updater: 'rhel-vex',
        name: 'RHSA-2019:0109',
        normalized_severity: 'High',
        links:
          'https://access.redhat.com/security/cve/CVE-2018-18311 https://access.redhat.com/security/cve/CVE-2018-18312',
      },
    },
    package_vulnerabilities: { '10': ['a', 'c'], '11': ['b'] },
    enrichments: {
      'message/vnd.clair.map.vulnerability; enricher=clair.cvss schema=x': [
        { a: [{ version: '3.1', vectorString: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H', baseScore: 7.5 }] },
      ],
    },
  });
  expect([report.rows, report.findings.length]).toEqual([3, 4]);
  const openssl = report.findings.find((finding) => finding.id === 'CVE-2023-0464')!;
  expect(openssl).toMatchObject({
    severity: 'MEDIUM',
    source: { name: 'openssl' },
    type: 'deb',
    layer: 'sha256:layer',
    fix: { state: 'not-fixed' },
  });
  expect(openssl.ratings).toMatchObject([
    { source: 'debian', original: 'low' },
    { source: 'nvd', score: 7.5 },
  ]);
  expect(
    report.findings
      .filter((finding) => finding.aliases.includes('RHSA-2019:0109'))
      .map((finding) => [finding.id, finding.row]),
  ).toEqual([
    ['CVE-2018-18311', 1],
    ['CVE-2018-18312', 1],
  ]);
  expect(report.findings.find((finding) => finding.id === 'PYSEC-2022-43012')).toMatchObject({
    type: 'pypi',
    fix: { versions: ['65.5.1'] },
  });
});

it('Clair v2: reads the layer report of its API and of quay.io', async () => {
  const layer = {
    Name: 'sha256:x',
    NamespaceName: 'debian:11',
    Features: [
      {
        Name: 'openssl',
        Version: '1.1.1n-0+deb11u4',
        AddedBy: 'sha256:y',
        Vulnerabilities: [
          {
            Name: 'CVE-2023-0464',
            NamespaceName: 'debian:11',
            Severity: 'Unknown',
            Metadata: { NVD: { CVSSv2: { Score: 5, Vectors: 'AV:N/AC:L/Au:N/C:N/I:N/A:P' } } },
          },
        ],
      },
      { Name: 'zlib', Version: '1' },
    ],
  };
  for (const value of [{ Layer: layer }, { status: 'scanned', data: { Layer: layer } }]) {
    expect(await first(value)).toMatchObject({
      id: 'CVE-2023-0464',
      package: 'openssl',
      kind: 'source',
      type: 'deb',
      severity: 'UNKNOWN',
      ratings: [{ method: 'CVSS:2.0', score: 5, severity: 'MEDIUM' }],
    });
  }
});

describe('AWS ECR', () => {
  const basic = {
    imageScanFindings: {
      findings: [
        {
          name: 'CVE-2021-33574',
          uri: 'https://security-tracker.debian.org/tracker/CVE-2021-33574',
          severity: 'CRITICAL',
          attributes: [
            { key: 'package_version', value: '2.31-13+deb11u6' },
            { key: 'package_name', value: 'glibc' },
            { key: 'CVSS2_VECTOR', value: 'AV:N/AC:L/Au:N/C:P/I:P/A:P' },
            { key: 'CVSS2_SCORE', value: '7.5' },
          ],
        },
        {
          name: 'CVE-2022-3219',
          uri: 'https://security-tracker.debian.org/tracker/CVE-2022-3219',
          severity: 'UNDEFINED',
          attributes: [
            { key: 'package_name', value: 'gnupg2' },
            { key: 'package_version', value: '2.2.27-2+deb11u2' },
          ],
        },
      ],
      imageScanCompletedAt: 1683900000,
      vulnerabilitySourceUpdatedAt: '2023-05-12T00:00:00Z',
      findingSeverityCounts: { CRITICAL: 1, UNDEFINED: 1, INFORMATIONAL: 218 },
    },
    registryId: '123456789012',
    repositoryName: 'python',
    imageId: { imageDigest: `sha256:${'f'.repeat(64)}`, imageTag: '3.9.16' },
    imageScanStatus: { status: 'COMPLETE', description: 'The scan was completed successfully.' },
  };

  it('basic: reads attributes, dates in both forms, and says when its summary counts more than the file holds', async () => {
    const report = await read(basic);
    expect(report.findings[0]).toMatchObject({
      id: 'CVE-2021-33574',
      package: 'glibc',
      version: '2.31-13+deb11u6',
      kind: 'source',
      type: 'deb',
      severity: 'CRITICAL',
      fix: { state: 'unknown' },
    });
    expect(report.findings[1]).toMatchObject({ severity: 'UNKNOWN', severityOriginal: 'UNDEFINED' });
    expect([report.created, report.database?.date, report.subject.name]).toEqual([
      '2023-05-12T14:00:00.000Z',
      '2023-05-12T00:00:00Z',
      'python:3.9.16',
    ]);
    expect(report.notes).toEqual([
      { code: 'summary-mismatch', message: "the report's own summary counts 220 rows, the file holds 2", count: 218 },
    ]);
  });

  it('basic: says that a scan has no findings because it failed', async () => {
    const failed = await read({
      imageScanStatus: {
        status: 'UNSUPPORTED_IMAGE',
        description: 'The operating system and/or package manager are not supported.',
      },
      repositoryName: 'x',
      imageId: {},
    });
    expect(failed.notes[0]).toMatchObject({ code: 'partial', message: expect.stringContaining('UNSUPPORTED_IMAGE') });
  });

  it('enhanced: reads the same call with enhancedFindings', async () => {
    const finding = {
      type: 'PACKAGE_VULNERABILITY',
      severity: 'HIGH',
      status: 'SUPPRESSED',
      packageVulnerabilityDetails: {
        vulnerabilityId: 'CVE-2023-0464',
        source: 'DEBIAN_CVE',
        vulnerablePackages: [
          {
            name: 'openssl',
            version: '1.1.1n',
            release: '0+deb11u4',
            epoch: 0,
            packageManager: 'OS',
            fixedInVersion: 'NotAvailable',
          },
        ],
      },
      fixAvailable: 'NO',
    };
    const report = await read({
      ...basic,
      imageScanFindings: { enhancedFindings: [finding, { ...finding, status: 'ACTIVE' }] },
    });
    expect([report.scanner, report.rows, report.suppressed.length]).toEqual(['ecr-enhanced', 1, 1]);
    expect(report.findings[0]).toMatchObject({
      version: '1.1.1n-0+deb11u4',
      fix: { state: 'not-fixed', versions: [] },
    });
  });
});

it('GCP: reads the list of `list-vulnerabilities` and the pages of the REST interface, one row for several packages', async () => {
  const issue = {
    affectedCpeUri: 'cpe:/o:debian:debian_linux:11',
    affectedPackage: 'openssl',
    affectedVersion: { name: '1.1.1n', revision: '0+deb11u4', epoch: 1, kind: 'NORMAL' },
    fixedVersion: { kind: 'MAXIMUM' },
    packageType: 'OS',
    effectiveSeverity: 'LOW',
  };
  const occurrence = {
    name: 'projects/p/occurrences/1',
    kind: 'VULNERABILITY',
    noteName: 'projects/goog-vulnz/notes/CVE-2023-0464',
    resourceUri: `https://x/y@sha256:${'e'.repeat(64)}`,
    vulnerability: { severity: 'HIGH', cssv2: {}, packageIssue: [issue, { ...issue, affectedPackage: 'libssl-dev' }] },
  };
  for (const value of [[occurrence], { occurrences: [occurrence], nextPageToken: '' }]) {
    const report = await read(value);
    expect([report.scanner, report.rows, report.findings.length]).toEqual(['gcp', 1, 2]);
    expect(report.findings[0]).toMatchObject({
      id: 'CVE-2023-0464',
      version: '1:1.1.1n-0+deb11u4',
      type: 'deb',
      severity: 'LOW',
      fix: { state: 'not-fixed' },
    });
    expect(report.subject.digest).toBe(`sha256:${'e'.repeat(64)}`);
  }
  const vex = {
    ...occurrence,
    vulnerability: { ...occurrence.vulnerability, vexAssessment: { state: 'NOT_AFFECTED' } },
  };
  expect((await read([vex])).suppressed).toHaveLength(2);
});

describe('Docker', () => {
  it('Scout SARIF: the message names the package, the rule all of them', async () => {
    const report = await read({
      version: '2.1.0',
      runs: [
        {
          tool: {
            driver: {
              fullName: 'Docker Scout',
              name: 'docker scout',
              version: '1.18.0',
              rules: [
                {
                  id: 'CVE-2011-3374',
                  name: 'OsPackageVulnerability',
                  shortDescription: { text: 'LOW : CVE-2011-3374' },
                  helpUri: 'https://scout.docker.com/v/CVE-2011-3374',
                  properties: {
                    affected_version: '>=2.6.1',
                    fixed_version: 'not fixed',
                    purls: ['pkg:deb/debian/apt@2.6.1?os_distro=bookworm&os_name=debian&os_version=12'],
                    'security-severity': '3.7',
                    tags: ['LOW'],
                  },
                },
              ],
            },
          },
          results: [
            {
              ruleId: 'CVE-2011-3374',
              ruleIndex: 0,
              kind: 'fail',
              level: 'note',
              message: {
                text: '  Vulnerability   : CVE-2011-3374  \n  Severity        : LOW  \n  Package         : pkg:deb/debian/apt@2.6.1?os_distro=bookworm&os_name=debian&os_version=12  \n  Affected range  : >=2.6.1  \n  Fixed version   : not fixed  \n',
              },
            },
          ],
        },
      ],
    });
    expect(report).toMatchObject({ scanner: 'docker-hub', title: 'Docker Scout 1.18.0', subject: { os: 'debian:12' } });
    expect(report.findings).toMatchObject([
      {
        id: 'CVE-2011-3374',
        package: 'apt',
        version: '2.6.1',
        kind: 'source',
        type: 'deb',
        severity: 'LOW',
        fix: { state: 'not-fixed' },
      },
    ]);
  });

  it('Scout as printed: packages, then what is wrong with each', async () => {
    const report = await read(
      [
        '                    │              Analyzed Image',
        '  Target            │  felipecruz319/high-profile-demo:latest',
        '    digest          │  fef56b0e73a4',
        '    platform        │ linux/arm64/v8',
        '   1C     0H     0M     0L  curl 8.3.0-r0',
        'pkg:apk/alpine/curl@8.3.0-r0?os_name=alpine&os_version=3.15',
        '',
        '    ✗ CRITICAL CVE-2023-38545',
        '      https://scout-stage.docker.com/v/CVE-2023-38545',
        '      Affected range  : <8.4.0-r0',
        '      Fixed version   : 8.4.0-r0',
        '',
        '   0C     0H     1M     0L  google.golang.org/grpc 1.57.0',
        'pkg:golang/google.golang.org/grpc@1.57.0',
        '',
        '    ✗ MEDIUM CVE-2023-44487 [Uncontrolled Resource Consumption]',
        '      CVSS Score      : 5.3',
        '      CVSS Vector     : CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:L',
        '    ✗ LOW CVE-2024-1',
        '      Fixed version   : not fixed',
      ].join('\n'),
    );
    expect(report.subject).toEqual({
      name: 'felipecruz319/high-profile-demo:latest',
      digest: 'sha256:fef56b0e73a4',
      platform: 'linux/arm64/v8',
      os: 'alpine:3.15',
    });
    expect(
      report.findings.map((finding) => [
        finding.id,
        finding.package,
        finding.version,
        finding.severity,
        finding.fix.versions,
      ]),
    ).toEqual([
      ['CVE-2023-38545', 'curl', '8.3.0-r0', 'CRITICAL', ['8.4.0-r0']],
      ['CVE-2023-44487', 'google.golang.org/grpc', '1.57.0', 'MEDIUM', []],
      ['CVE-2024-1', 'google.golang.org/grpc', '1.57.0', 'LOW', []],
    ]);
    expect(report.findings[1]!.ratings).toMatchObject([{ score: 5.3 }]);
  });

  it('Scout as Markdown, with or without the log in front: packages, badges, tables', async () => {
    const badge = (id: string, label: string, fixed: string, more = ''): string =>
      `<a href="https://scout.docker.com/v/${id}?s=ubuntu&n=pam&vr=%3E%3D0"><img alt="${label}: ${id.replaceAll('-', '--')}" src="https://img.shields.io/badge/x"/></a> \n\n<table>\n<tr><td>Affected range</td><td><code>>=0</code></td></tr>\n<tr><td>Fixed version</td><td>${fixed}</td></tr>\n${more}</table>\n<details><summary>Description</summary>text <a href="https://example.com">link</a></details>\n`;
    const markdown = [
      '<h2>:mag: Vulnerabilities of <code>getwilds/biobambam2:latest</code></h2>',
      `<table>\n<tr><td>digest</td><td><code>sha256:${'2'.repeat(64)}</code></td><tr><tr><td>platform</td><td>linux/amd64</td></tr>`,
      '<small><code>pkg:deb/ubuntu/pam@1.5.3-5ubuntu5.1?os_distro=noble&os_name=ubuntu&os_version=24.04</code></small><br/>',
      badge(
        'CVE-2024-10963',
        'medium 7.4',
        '<strong>Not Fixed</strong>',
        '<tr><td>CVSS Score</td><td><code>7.4</code></td></tr>\n',
      ),
      badge('CVE-2024-10041', 'medium 4.7', '<strong>Not Fixed</strong>'),
      '<small><code>pkg:golang/stdlib@1.24.0</code></small><br/>',
      badge('CVE-2025-22871', 'critical ', '<code>1.24.2</code>'),
    ].join('\n');
    for (const text of [markdown, `    ✓ Indexed 159 packages\n${markdown}`]) {
      const report = await read(text);
      expect(report.subject).toEqual({
        name: 'getwilds/biobambam2:latest',
        digest: `sha256:${'2'.repeat(64)}`,
        platform: 'linux/amd64',
        os: 'ubuntu:24.04',
      });
      expect(
        report.findings.map((finding) => [
          finding.id,
          finding.package,
          finding.version,
          finding.severity,
          finding.fix.versions,
        ]),
      ).toEqual([
        ['CVE-2024-10963', 'pam', '1.5.3-5ubuntu5.1', 'MEDIUM', []],
        ['CVE-2024-10041', 'pam', '1.5.3-5ubuntu5.1', 'MEDIUM', []],
        ['CVE-2025-22871', 'stdlib', '1.24.0', 'CRITICAL', ['1.24.2']],
      ]);
    }
  });

  it('Hub: vulnerabilities by package as its pages ask for them', async () => {
    expect(
      await first({
        data: {
          vulnerabilitiesByPackage: [
            {
              purl: 'pkg:deb/debian/gnupg2@2.2.27-2%2Bdeb11u2?os_name=debian&os_version=11',
              vulnerabilities: [
                { source: 'debian', sourceId: 'CVE-2022-3219', cvss: { severity: 'LOW', score: null }, fixedBy: null },
              ],
            },
          ],
        },
      }),
    ).toMatchObject({ id: 'CVE-2022-3219', package: 'gnupg2', version: '2.2.27-2+deb11u2', severity: 'LOW' });
  });
});

it('Snyk: an issue of two CVEs is one row and two findings, an ignored one is held back', async () => {
  const issue = {
    id: 'SNYK-DEBIAN11-OPENSSL-1',
    title: 'X',
    severity: 'medium',
    identifiers: { CVE: ['CVE-2023-0465', 'CVE-2023-0466'] },
    packageManager: 'debian:11',
    packageName: 'openssl',
    name: 'openssl/libssl1.1',
    version: '1.1.1n-0+deb11u4',
    from: ['docker-image|x@1', 'curl@7', 'openssl/libssl1.1@1.1.1n'],
    isDisputed: true,
  };
  const report = await read({
    vulnerabilities: [issue],
    packageManager: 'deb',
    path: 'x:1',
    filtered: { ignore: [{ ...issue, id: 'SNYK-DEBIAN11-OPENSSL-2' }] },
    applications: [
      { vulnerabilities: [{ ...issue, packageManager: 'npm', name: '@scope/pkg', identifiers: { CVE: ['CVE-1-1'] } }] },
    ],
  });
  expect([report.rows, report.findings.length, report.suppressed.length]).toEqual([2, 3, 2]);
  expect(report.findings.map((finding) => [finding.package, finding.aliases[0]])).toEqual([
    ['libssl1.1', 'CVE-2023-0465'],
    ['libssl1.1', 'CVE-2023-0466'],
    ['@scope/pkg', 'CVE-1-1'],
  ]);
  expect(report.findings[0]).toMatchObject({ validity: 'disputed', locations: ['curl@7 > openssl/libssl1.1@1.1.1n'] });
});

it('OSV-Scanner: groups are rows, Debian packages go by their source', async () => {
  const report = await read({
    results: [
      {
        source: { path: 'image.tar:/var/lib/dpkg/status', type: 'os' },
        packages: [
          {
            package: {
              name: 'openssl',
              os_package_name: 'libssl1.1',
              version: '1.1.1n-0+deb11u4',
              ecosystem: 'Debian:11',
            },
            groups: [{ ids: ['DSA-5417-1', 'CVE-2023-0464'], aliases: ['CVE-2023-0464'], max_severity: '7.5' }],
            vulnerabilities: [
              {
                id: 'CVE-2023-0464',
                affected: [
                  {
                    package: { name: 'openssl', ecosystem: 'Debian:11' },
                    ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '1.1.1n-0+deb11u5' }] }],
                  },
                ],
              },
            ],
          },
        ],
      },
    ],
  });
  expect(report.findings).toMatchObject([
    {
      id: 'CVE-2023-0464',
      aliases: ['DSA-5417-1'],
      package: 'libssl1.1',
      source: { name: 'openssl' },
      type: 'deb',
      severity: 'HIGH',
      fix: { versions: ['1.1.1n-0+deb11u5'] },
      locations: ['image.tar:/var/lib/dpkg/status'],
    },
  ]);
  const sarif = await first({
    runs: [
      {
        tool: {
          driver: {
            name: 'osv-scanner',
            rules: [{ id: 'CVE-2022-40897', properties: { 'security-severity': '5.9' } }],
          },
        },
        results: [
          {
            ruleId: 'CVE-2022-40897',
            message: {
              text: "Package 'setuptools@58.1.0' is vulnerable to 'CVE-2022-40897' (also known as 'GHSA-r9hx-vwmv-q579', 'PYSEC-2022-43012').",
            },
            locations: [{ physicalLocation: { artifactLocation: { uri: 'file:///x' } } }],
          },
        ],
      },
    ],
  });
  expect(sarif).toMatchObject({
    id: 'CVE-2022-40897',
    package: 'setuptools',
    version: '58.1.0',
    aliases: ['GHSA-r9hx-vwmv-q579', 'PYSEC-2022-43012'],
    severity: 'MEDIUM',
  });
});

it('GitLab: the scanner behind it is told, and the fixed version taken from the solution', async () => {
  const report = await read({
    version: '15.0.7',
    scan: { type: 'container_scanning', scanner: { id: 'docker-scout', name: 'Docker Scout', version: '1.9.1' } },
    vulnerabilities: [
      {
        severity: 'Low',
        solution: 'Upgrade apt from 2.6.1 to 2.6.2',
        identifiers: [
          { type: 'cve', value: 'CVE-2011-3374' },
          { type: 'cwe', value: 'CWE-347' },
        ],
        location: {
          image: 'nginx:1.25',
          operating_system: 'debian 12.1',
          dependency: { package: { name: 'apt' }, version: '2.6.1' },
        },
      },
    ],
  });
  expect(report).toMatchObject({
    scanner: 'docker-hub',
    title: 'GitLab (Docker Scout) 1.9.1',
    subject: { name: 'nginx:1.25', os: 'debian:12.1' },
  });
  expect(report.findings).toMatchObject([
    { id: 'CVE-2011-3374', aliases: [], fix: { state: 'fixed', versions: ['2.6.2'] } },
  ]);
});

it('Anchore: "None" means none', async () => {
  const report = await read({
    imageDigest: `sha256:${'1'.repeat(64)}`,
    vulnerability_type: 'all',
    vulnerabilities: [
      {
        feed: 'vulnerabilities',
        feed_group: 'debian:9',
        fix: 'None',
        nvd_data: [{ id: 'CVE-2011-3374', cvss_v2: { base_score: 4.3 }, cvss_v3: { base_score: -1 } }],
        package_name: 'apt',
        package_path: 'pkgdb',
        package_type: 'dpkg',
        package_version: '1.4.10',
        severity: 'Negligible',
        vuln: 'CVE-2011-3374',
      },
    ],
  });
  expect(report.subject).toEqual({ digest: `sha256:${'1'.repeat(64)}`, os: 'debian:9' });
  expect(report.findings).toMatchObject([
    {
      package: 'apt',
      severity: 'NEGLIGIBLE',
      fix: { state: 'not-fixed' },
      locations: [],
      ratings: [{ method: 'CVSS:2.0', score: 4.3 }],
    },
  ]);
});

describe('CycloneDX', () => {
  it('of Grype has its namespace as the feed, and no word on whose a severity is that fills it in from NVD', async () => {
    const finding = (source: string) =>
      first({
        bomFormat: 'CycloneDX',
        specVersion: '1.6',
        metadata: { tools: { components: [{ type: 'application', name: 'grype', version: '0.121.2' }] } },
        components: [
          { 'bom-ref': 'a', type: 'library', name: 'libaom0', version: '1', purl: 'pkg:deb/debian/libaom0@1' },
        ],
        vulnerabilities: [
          {
            id: 'CVE-2024-5171',
            source: { name: source },
            ratings: [
              {
                score: 9.8,
                severity: 'critical',
                method: 'CVSSv31',
                vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H',
              },
            ],
            affects: [{ ref: 'a' }],
          },
        ],
      });
    const debian = await finding('debian-distro-debian-11');
    expect([debian.feed, debian.severitySource, debian.severity]).toEqual([
      'debian:distro:debian:11',
      undefined,
      'CRITICAL',
    ]);
    expect(debian.ratings.map(({ source }) => source)).not.toContain('debian-distro-debian-11');
    expect((await finding('github-language-python')).feed).toBe('github:language:python');
    expect((await finding('NVD')).severitySource).toBe('nvd');
  });

  it('of Trivy says of each package its own fix in one text, and of several ratings not which of them counts', async () => {
    const { findings } = await read({
      bomFormat: 'CycloneDX',
      specVersion: '1.6',
      metadata: {
        tools: { components: [{ type: 'application', group: 'aquasecurity', name: 'trivy', version: '0.74.0' }] },
      },
      components: [],
      vulnerabilities: [
        {
          id: 'CVE-2025-61686',
          source: { name: 'ghsa' },
          ratings: [{ source: { name: 'ghsa' }, score: 9.1, severity: 'critical', method: 'CVSSv31' }],
          recommendation:
            'Upgrade @react-router/node to version 7.9.4; Upgrade @remix-run/deno to version 2.17.2, 3.0.1; Upgrade x to version 1.',
          affects: [
            { ref: 'pkg:npm/%40react-router/node@7.9.3' },
            { ref: 'pkg:npm/%40remix-run/deno@2.17.1' },
            { ref: 'pkg:npm/%40remix-run/other@2.17.1' },
          ],
        },
        {
          id: 'CVE-2025-24143',
          source: { name: 'debian' },
          ratings: [
            { source: { name: 'alma' }, severity: 'high' },
            { source: { name: 'nvd' }, score: 6.5, severity: 'medium', method: 'CVSSv31' },
          ],
          affects: [{ ref: 'pkg:deb/debian/libwebkit2gtk0@2.42.5-1?distro=debian-12.5' }],
        },
      ],
    });
    expect(findings.map(({ fix }) => [fix.state, ...fix.versions])).toEqual([
      ['fixed', '7.9.4'],
      ['fixed', '2.17.2', '3.0.1'],
      ['unknown'],
      ['not-fixed'],
    ]);
    // Trivy shows NVD's where the distribution has none, and does not say so here.
    expect(findings.map(({ severity, severitySource }) => [severity, severitySource]).slice(2)).toEqual([
      ['CRITICAL', 'ghsa'],
      ['MEDIUM', undefined],
    ]);
  });

  it('JSON: one row for each component, found by reference, purl or BOM-Link; the publisher decides the severity', async () => {
    const report = await read({
      bomFormat: 'CycloneDX',
      specVersion: '1.6',
      metadata: {
        tools: { components: [{ name: 'trivy', version: '0.70.0' }] },
        component: { name: `x@sha256:${'2'.repeat(64)}` },
      },
      components: [
        {
          'bom-ref': 'a',
          name: 'outer',
          version: '1',
          components: [
            {
              'bom-ref': 'b',
              name: 'libssl1.1',
              version: '1.1.1n-0+deb11u4',
              purl: 'pkg:deb/debian/libssl1.1@1.1.1n-0%2Bdeb11u4',
            },
          ],
        },
      ],
      vulnerabilities: [
        {
          id: 'CVE-2023-0464',
          source: { name: 'debian' },
          ratings: [
            { source: { name: 'nvd' }, severity: 'high', method: 'CVSSv31', score: 7.5 },
            { source: { name: 'debian' }, severity: 'low' },
          ],
          affects: [
            { ref: 'b' },
            { ref: 'pkg:pypi/setuptools@58.1.0' },
            { ref: `urn:cdx:3e671687-395b-41f5-a30f-a58921a69b79/1#${encodeURIComponent('pkg:npm/left-pad@1.0.0')}` },
          ],
          recommendation: 'Upgrade libssl1.1 to version 1.1.1n-0+deb11u5',
        },
      ],
    });
    expect(report).toMatchObject({
      scanner: 'trivy',
      title: 'trivy (CycloneDX) 0.70.0',
      rows: 3,
      subject: { digest: `sha256:${'2'.repeat(64)}` },
    });
    expect(
      report.findings.map((finding) => [finding.package, finding.version, finding.type, finding.severity]),
    ).toEqual([
      ['libssl1.1', '1.1.1n-0+deb11u4', 'deb', 'LOW'],
      ['setuptools', '58.1.0', 'pypi', 'LOW'],
      ['left-pad', '1.0.0', 'npm', 'LOW'],
    ]);
    expect(report.findings[0]!.fix).toEqual({ state: 'fixed', versions: ['1.1.1n-0+deb11u5'] });
  });

  it('JSON: says that an inventory without vulnerabilities is none of its reports', async () => {
    await expect(read({ bomFormat: 'CycloneDX', specVersion: '1.5', components: [] })).rejects.toThrow(
      'a CycloneDX inventory without vulnerabilities',
    );
  });

  it('XML 1.4: components and targets by reference', async () => {
    const xml =
      '<bom xmlns="http://cyclonedx.org/schema/bom/1.4"><components><component bom-ref="a"><name>setuptools</name><version>58.1.0</version><purl>pkg:pypi/setuptools@58.1.0</purl></component></components><vulnerabilities><vulnerability><id>CVE-2022-40897</id><source><name>NVD</name></source><ratings><rating><severity>medium</severity><score>5.9</score><method>CVSSv31</method></rating></ratings><affects><target><ref>a</ref></target></affects></vulnerability></vulnerabilities></bom>';
    expect(await first(xml)).toMatchObject({
      id: 'CVE-2022-40897',
      package: 'setuptools',
      type: 'pypi',
      severity: 'MEDIUM',
      ratings: [{ score: 5.9 }, { original: 'medium' }],
    });
  });
});

describe('Plimsoll', () => {
  it('JSON: its findings with source, ratings and fix', async () => {
    const report = await read({
      schemaVersion: 1,
      tool: { name: 'plimsoll', version: '0.1.0' },
      subject: {
        name: 'python:3.9.16',
        digest: `sha256:${'a'.repeat(64)}`,
        platform: { os: 'linux', architecture: 'amd64' },
        layers: [{ index: 0, diffID: 'sha256:1' }],
      },
      os: { id: 'debian', versionId: '11' },
      database: { built: '2026-01-01T00:00:00Z', digest: 'sha256:2' },
      findings: [
        {
          id: 'CVE-2023-0464',
          aliases: [],
          package: {
            type: 'deb',
            name: 'libssl1.1',
            version: '1.1.1n-0+deb11u4',
            source: { name: 'openssl', version: '1.1.1n-0+deb11u4' },
            evidence: [{ path: 'var/lib/dpkg/status', diffID: 'sha256:1' }],
          },
          severity: 'LOW',
          severitySource: 'debian',
          ratings: [{ source: 'debian', severity: 'LOW', method: 'urgency', original: 'low' }, 7],
          state: 'fixed',
          fix: { state: 'fixed', version: '1.1.1n-0+deb11u5' },
          reasons: [],
        },
      ],
    });
    expect(report).toMatchObject({
      title: 'Plimsoll 0.1.0',
      subject: { os: 'debian:11', platform: 'linux/amd64', diffIDs: ['sha256:1'] },
      database: { date: '2026-01-01T00:00:00Z' },
    });
    expect(report.findings).toMatchObject([
      {
        source: { name: 'openssl' },
        severity: 'LOW',
        fix: { versions: ['1.1.1n-0+deb11u5'] },
        layer: 'sha256:1',
        ratings: [{ original: 'low' }, { severity: 'UNKNOWN' }],
      },
    ]);
  });

  it('SARIF: one row for a source package, a finding for each binary', async () => {
    const report = await read({
      runs: [
        {
          tool: { driver: { name: 'plimsoll', version: '0.1.0', rules: [{ id: 'CVE-2024-33602' }] } },
          results: [
            {
              ruleId: 'CVE-2024-33602',
              message: {
                text: 'glibc 2.31-13+deb11u5 (libc-bin, libc6) has CVE-2024-33602, HIGH by cisa-adp: fixed in 2.31-13+deb11u10',
              },
              properties: {
                purls: [
                  'pkg:deb/debian/libc-bin@2.31-13%2Bdeb11u5?arch=all',
                  'pkg:deb/debian/libc6@2.31-13%2Bdeb11u5?arch=amd64',
                ],
                fixedVersion: '2.31-13+deb11u10',
              },
            },
          ],
        },
      ],
    });
    expect([
      report.rows,
      report.findings.map((finding) => [
        finding.package,
        finding.version,
        finding.severity,
        finding.severitySource,
        finding.fix.versions[0],
      ]),
    ]).toEqual([
      1,
      [
        ['libc-bin', '2.31-13+deb11u5', 'HIGH', 'cisa-adp', '2.31-13+deb11u10'],
        ['libc6', '2.31-13+deb11u5', 'HIGH', 'cisa-adp', '2.31-13+deb11u10'],
      ],
    ]);
  });
});
