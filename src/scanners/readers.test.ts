import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readReport, reportBytes, reportFile } from './read.ts';
import type { ScannerReport } from './scanner.ts';

const read = (value: unknown): Promise<ScannerReport> =>
  readReport(reportBytes(typeof value === 'string' ? value : JSON.stringify(value), 'report'));

describe('OSV-Scanner', () => {
  const zlib = (record: object, group: object) => ({
    results: [
      {
        source: { path: '/var/lib/dpkg/status', type: 'os' },
        packages: [
          {
            package: { name: 'zlib', os_package_name: 'zlib1g', version: '1:1.2.11.dfsg-1', ecosystem: 'Debian:10' },
            groups: [group],
            vulnerabilities: [record],
          },
        ],
      },
    ],
    image_metadata: { os: 'Debian GNU/Linux 10 (buster)', layer_metadata: [] },
  });
  const affected = (release: string, urgency: string, fixed?: string) => ({
    package: { name: 'zlib', ecosystem: `Debian:${release}` },
    ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, ...(fixed === undefined ? [] : [{ fixed }])] }],
    ecosystem_specific: { urgency },
  });

  it('rates by the highest score of the group, whatever word the tracker has', async () => {
    const report = await read(
      zlib(
        { id: 'DEBIAN-CVE-2022-37434', affected: [affected('10', 'not yet assigned')] },
        { ids: ['DEBIAN-CVE-2022-37434'], aliases: ['CVE-2022-37434'], max_severity: '9.8' },
      ),
    );
    expect(report.findings[0]).toMatchObject({ severity: 'CRITICAL', fix: { state: 'not-fixed' } });
    expect(report.notes).toEqual([]);
    expect(report.subject.os).toBe('debian:10');
  });

  it('knows no severity where the group has no score', async () => {
    const report = await read(zlib({ id: 'DLA-1', affected: [] }, { ids: ['DLA-1'], aliases: [], max_severity: '' }));
    expect(report.findings[0]!.severity).toBe('UNKNOWN');
  });

  it('takes no fix from another release', async () => {
    const record = {
      id: 'DEBIAN-CVE-2022-37434',
      affected: [affected('10', 'low'), affected('12', 'low', '1:1.2.12.dfsg-2')],
    };
    const report = await read(zlib(record, { ids: ['DEBIAN-CVE-2022-37434'], max_severity: '9.8' }));
    expect(report.findings[0]!.fix).toEqual({ state: 'not-fixed', versions: [] });
  });

  it('reads a bulletin as the vulnerabilities that it names as upstream, in one row', async () => {
    const report = await read(
      zlib(
        { id: 'DLA-3103-1', upstream: ['CVE-2022-37434', 'CVE-2018-25032'], affected: [affected('10', '', '2')] },
        { ids: ['DLA-3103-1'], aliases: ['DLA-3103-1'], max_severity: '' },
      ),
    );
    expect(report.rows).toBe(1);
    expect(report.findings.map((finding) => [finding.id, finding.aliases])).toEqual([
      ['CVE-2022-37434', ['DLA-3103-1']],
      ['CVE-2018-25032', ['DLA-3103-1']],
    ]);
  });
});

describe('Snyk', () => {
  const issue = (...path: string[]) => ({
    id: 'SNYK-DEBIAN11-DB53-1',
    severity: 'low',
    identifiers: { CVE: ['CVE-2019-8457'] },
    packageManager: 'debian:11',
    name: 'db5.3/libdb5.3',
    version: '5.3.28+dfsg1-0.8',
    relativeImportance: 'minor issue',
    nvdSeverity: 'critical',
    from: ['docker-image|demo', ...path, 'db5.3/libdb5.3@5.3.28+dfsg1-0.8'],
  });

  it('counts an issue of a package once, however many dependencies lead to it', async () => {
    const report = await read({
      vulnerabilities: [issue(), issue('adduser@3.118', 'pam/libpam-modules@1.4.0-9')],
      packageManager: 'deb',
      summary: '2 vulnerable dependency paths',
    });
    expect(report.rows).toBe(1);
    expect(report.findings[0]!.locations).toEqual([
      'adduser@3.118 > pam/libpam-modules@1.4.0-9 > db5.3/libdb5.3@5.3.28+dfsg1-0.8',
    ]);
    expect(report.notes).toEqual([]);
  });

  it('keeps what Debian says of it apart from the severity', async () => {
    const { findings } = await read({ vulnerabilities: [issue()], packageManager: 'deb' });
    expect(findings[0]).toMatchObject({ severity: 'LOW', vendorWord: 'minor issue' });
    expect(findings[0]!.severitySource).toBeUndefined();
  });
});

describe('Grype', () => {
  const match = (severity: string, nvd?: string) => ({
    vulnerability: { id: 'CVE-2016-1585', severity, namespace: 'debian:distro:debian:11', fix: { state: 'not-fixed' } },
    relatedVulnerabilities: nvd === undefined ? [] : [{ id: 'CVE-2016-1585', severity: nvd, namespace: 'nvd:cpe' }],
    matchDetails: [{ type: 'exact-direct-match' }],
    artifact: { name: 'libapparmor1', version: '2.13.6-10', type: 'deb' },
  });
  const source = async (severity: string, nvd?: string): Promise<string | undefined> =>
    (await read({ matches: [match(severity, nvd)] })).findings[0]!.severitySource;

  it('is taken for the word of the distribution only where NVD is seen to say another', async () => {
    expect(await source('Negligible')).toBe('debian');
    expect(await source('Low', 'Critical')).toBe('debian');
    expect(await source('Critical', 'Critical')).toBeUndefined();
    expect(await source('Critical')).toBeUndefined();
  });

  it('tells how it was set up', async () => {
    const { settings } = await read({
      matches: [match('Low')],
      descriptor: {
        name: 'grype',
        configuration: {
          'only-fixed': true,
          search: { scope: 'all-layers' },
          match: { python: { 'using-cpes': false }, stock: { 'using-cpes': true } },
        },
      },
    });
    expect(settings).toEqual({
      scope: 'all-layers',
      only: 'fixed',
      cpeMatching: new Map([
        ['pypi', false],
        ['generic', true],
      ]),
    });
  });
});

describe('Inspector', () => {
  const finding = (status: string) => ({
    findingArn: 'arn:2',
    type: 'PACKAGE_VULNERABILITY',
    severity: 'MEDIUM',
    status,
    inspectorScoreDetails: { adjustedCvss: { scoreSource: 'NVD' } },
    packageVulnerabilityDetails: {
      vulnerabilityId: 'CVE-2022-3715',
      source: 'DEBIAN_CVE',
      vendorSeverity: 'unimportant',
      vulnerablePackages: [{ name: 'bash', version: '5.1', release: '2' }],
    },
    resources: [{ details: { awsEcrContainerImage: { imageHash: `sha256:${'b'.repeat(64)}` } } }],
  });
  const code = { findingArn: 'arn:1', type: 'CODE_VULNERABILITY', severity: 'HIGH', codeVulnerabilityDetails: {} };

  it('is known by any of its first findings, and takes the image from one that has it', async () => {
    const report = await read({ findings: [code, finding('ACTIVE')] });
    expect([report.scanner, report.rows, report.subject.digest]).toEqual([
      'ecr-enhanced',
      1,
      `sha256:${'b'.repeat(64)}`,
    ]);
    expect(report.findings[0]).toMatchObject({ severitySource: 'nvd', vendorWord: 'unimportant' });
  });

  // https://docs.aws.amazon.com/inspector/v2/APIReference/API_VulnerablePackage.html (packageManager)
  it.each(
    Object.entries({
      pypi: ['PIP', 'PIPENV', 'POETRY', 'PYTHONPKG'],
      npm: ['NPM', 'NODEPKG', 'YARN'],
      golang: ['GOBINARY', 'GOMOD'],
      maven: ['JAR', 'POM'],
      gem: ['BUNDLER', 'GEMSPEC'],
      nuget: ['NUGET', 'DOTNET_CORE'],
      cargo: ['CARGO'],
      composer: ['COMPOSER'],
    }),
  )('knows packages of %s by each of its package managers', async (type, managers) => {
    const vulnerablePackages = managers.map((packageManager) => ({ name: 'lib', version: '1.0.0', packageManager }));
    const row = { ...finding('ACTIVE'), packageVulnerabilityDetails: { vulnerabilityId: 'CVE-1', vulnerablePackages } };
    const { findings } = await read({ findings: [row] });
    expect(findings.map((finding) => finding.type)).toEqual(managers.map(() => type));
  });

  it('does not count what it has closed', async () => {
    const report = await read({ findings: [finding('CLOSED'), finding('ACTIVE')] });
    expect([report.rows, report.suppressed.length]).toEqual([1, 1]);
  });
});

describe('other spellings of known reports', () => {
  it('Docker Scout up to 0.6: the purl is a name of the place', async () => {
    const report = await read({
      runs: [
        {
          tool: { driver: { name: 'Scout', fullName: 'Docker Scout', version: 'v0.6.0', rules: [] } },
          results: [
            {
              ruleId: 'CVE-2023-24537',
              message: { text: '  Severity       : HIGH  \n  Package        : stdlib 1.19.4   \n' },
              locations: [
                {
                  logicalLocations: [
                    { fullyQualifiedName: 'pkg:golang/stdlib@1.19.4' },
                    { fullyQualifiedName: '/bin/tool' },
                  ],
                },
              ],
            },
            { ruleId: 'CVE-1', message: { text: '  Severity       : LOW  \n  Package        : zlib 1.2   \n' } },
          ],
        },
      ],
    });
    expect(report.scanner).toBe('docker-hub');
    expect(
      report.findings.map((finding) => [
        finding.package,
        finding.version,
        finding.type,
        finding.severity,
        finding.locations,
      ]),
    ).toEqual([
      ['stdlib', '1.19.4', 'golang', 'HIGH', ['/bin/tool']],
      ['zlib', '1.2', undefined, 'LOW', []],
    ]);
  });

  it('anchorectl: a bare list, its keys in the other spelling', async () => {
    const row = {
      vuln: 'CVE-2022-3715',
      packageName: 'bash',
      packageVersion: '5.1-2',
      packageType: 'dpkg',
      fix: 'None',
    };
    const report = await read([row]);
    expect([report.scanner, report.findings[0]!.package, report.findings[0]!.type]).toEqual(['anchore', 'bash', 'deb']);
    expect((await read({ imageDigest: `sha256:${'a'.repeat(64)}`, vulnerabilities: [row] })).subject.digest).toMatch(
      /^sha256:a/,
    );
  });

  it('Trivy on a cluster, by all three names of its list', async () => {
    for (const list of ['Vulnerabilities', 'Resources', 'Findings']) {
      const report = await read({
        ClusterName: 'c',
        [list]: [
          {
            Kind: 'Deployment',
            Results: [
              {
                Class: 'os-pkgs',
                Type: 'debian',
                Vulnerabilities: [
                  { VulnerabilityID: 'CVE-1', PkgName: 'bash', InstalledVersion: '5', Severity: 'LOW' },
                ],
              },
            ],
          },
        ],
      });
      expect([report.format, report.findings[0]?.package, report.findings[0]?.type]).toEqual([
        'Trivy Kubernetes JSON',
        'bash',
        'deb',
      ]);
    }
  });

  it('GitLab before its schema had `scan`', async () => {
    const report = await read({
      version: '14.0.6',
      vulnerabilities: [
        {
          severity: 'Critical',
          location: {
            dependency: { package: { name: 'busybox' }, version: '1.34.1-r4' },
            operating_system: 'alpine 3.15',
            image: 'demo:1',
          },
          identifiers: [{ type: 'cve', value: 'CVE-2022-28391' }],
        },
      ],
      remediations: [],
    });
    expect([report.format, report.findings[0]!.id, report.subject.os]).toEqual([
      'GitLab container scanning',
      'CVE-2022-28391',
      'alpine:3.15',
    ]);
    expect((await read({ version: '14.0.6', vulnerabilities: [], remediations: [] })).format).toBe(
      'GitLab container scanning',
    );
  });

  it('GitLab before its schema had `scan`, of klar; a report on dependencies is another kind', async () => {
    const row = {
      severity: 'High',
      scanner: { id: 'klar', name: 'klar' },
      location: {
        dependency: { package: { name: 'openssl' }, version: '1.1.1n-0+deb11u4' },
        operating_system: 'debian:11',
        image: 'demo:1',
      },
      identifiers: [{ type: 'cve', value: 'CVE-2023-0464' }],
    };
    const report = await read({ version: '2.3', vulnerabilities: [row] });
    expect([report.scanner, report.title, report.rows]).toEqual(['clair-v2', 'GitLab (klar)', 1]);
    const dependencies = { version: '15.0.0', scan: { type: 'dependency_scanning' }, vulnerabilities: [] };
    await expect(read(dependencies)).rejects.toThrow(/^a report of GitLab on dependency scanning, not on container/);
  });

  it('Inspector: findings in code and of further images are told, not passed over', async () => {
    const row = (image: string) => ({
      findingArn: 'arn:aws:inspector2:eu-west-1:0:finding/1',
      type: 'PACKAGE_VULNERABILITY',
      severity: 'HIGH',
      packageVulnerabilityDetails: {
        vulnerabilityId: 'CVE-2023-0464',
        vulnerablePackages: [{ name: 'openssl', version: '1.1.1n', packageManager: 'OS' }],
      },
      resources: [{ type: 'AWS_ECR_CONTAINER_IMAGE', id: `arn:aws:ecr:eu-west-1:0:repository/demo/sha256:${image}` }],
    });
    const code = { findingArn: 'arn:aws:inspector2:eu-west-1:0:finding/2', type: 'CODE_VULNERABILITY' };
    const notes = async (...findings: readonly object[]): Promise<string[]> =>
      (await read({ findings })).notes.map(({ code, count }) => `${code} ${count}`);
    expect(await notes(code, row('a'.repeat(64)))).toEqual(['other-findings 1']);
    expect(await notes(code, code)).toEqual(['other-findings 2']);
    expect(await notes(row('a'.repeat(64)), row('b'.repeat(64)))).toEqual(['several-subjects 2']);
    expect(await notes(row('a'.repeat(64)))).toEqual([]);
  });

  it('Grype: a package of the system and a program of one name share a rule in SARIF, and are two packages [ffmpeg on Debian 11 and in a wheel, CVE-2023-49502]', async () => {
    const result = (type: string, version: string) => ({
      ruleId: 'CVE-2023-49502-ffmpeg',
      message: {
        text: `A high vulnerability in ${type} package: ffmpeg, version ${version} was found in image x at: /y`,
      },
    });
    const help =
      'Vulnerability CVE-2023-49502\nSeverity: high\nPackage: ffmpeg\nVersion: 4.4.1\nFix Version: 3.4.14,4.4.6\nType: binary\nLocation: /z.so\nData Namespace: nvd:cpe';
    const rule = { id: 'CVE-2023-49502-ffmpeg', name: 'StockMatcherCpeMatch', help: { text: help } };
    const report = await read({
      version: '2.1.0',
      runs: [
        {
          tool: { driver: { name: 'Grype', rules: [{ ...rule, properties: { 'security-severity': '8.8' } }] } },
          results: [result('binary', '4.4.1'), result('deb', '7:4.3.7-0+deb11u1')],
        },
      ],
    });
    expect(
      report.findings.map(({ type, version, severity, fix, match, feed, ratings }) => [
        [type, version, severity, match, feed].join(' '),
        fix,
        ratings.length,
      ]),
    ).toEqual([
      ['generic 4.4.1 HIGH StockMatcherCpeMatch nvd:cpe', { state: 'fixed', versions: ['3.4.14', '4.4.6'] }, 1],
      ['deb 7:4.3.7-0+deb11u1 HIGH  ', { state: 'unknown', versions: [] }, 0],
    ]);
  });

  it('Docker Scout: a result that names two packages is of both', async () => {
    const names = [
      'pkg:deb/debian/openssl@1.1.1n-0%2Bdeb11u4?os_name=debian&os_version=11',
      'pkg:golang/stdlib@1.19.4',
    ];
    const report = await read({
      version: '2.1.0',
      runs: [
        {
          tool: { driver: { name: 'docker scout', version: '0.6.0', rules: [{ id: 'CVE-2023-0464' }] } },
          results: [
            {
              ruleId: 'CVE-2023-0464',
              message: { text: '  Severity : HIGH\n' },
              locations: [
                {
                  logicalLocations: [names[0], names[1], names[0]].map((fullyQualifiedName) => ({
                    fullyQualifiedName,
                  })),
                },
              ],
            },
          ],
        },
      ],
    });
    expect([report.rows, report.findings.map(({ package: name }) => name)]).toEqual([2, ['openssl', 'stdlib']]);
  });

  it('ASFF in lower case, without the product; the image is in the name of the resource', async () => {
    const report = await read({
      findings: [
        {
          SchemaVersion: '2018-10-08',
          ProductName: 'Inspector',
          Severity: { Label: 'HIGH' },
          Resources: [{ Id: `arn:aws:ecr:eu-west-1:0:repository/demo/sha256:${'b'.repeat(64)}` }],
          Vulnerabilities: [{ Id: 'CVE-2022-3715', VulnerablePackages: [{ Name: 'bash', Version: '5.1' }] }],
        },
      ],
    });
    expect([report.scanner, report.rows, report.subject.name, report.subject.digest]).toEqual([
      'ecr-enhanced',
      1,
      'demo',
      `sha256:${'b'.repeat(64)}`,
    ]);
  });
});

describe('what Trivy writes in the formats of others', () => {
  it('its findings in Security Hub are its own, and no findings of Inspector', async () => {
    const row = (target: string, told: object, label: string) => ({
      SchemaVersion: '2018-10-08',
      ProductArn: 'arn:aws:securityhub:eu-west-1::product/aquasecurity/aquasecurity',
      GeneratorId: 'Trivy/x',
      Severity: { Label: label },
      ProductFields: { 'Product Name': 'Trivy' },
      Resources: [{ Type: 'Container', Id: target, Details: { Other: told } }],
    });
    const report = await read({
      Findings: [
        row(
          'demo:1 (alpine 3.8.5)',
          {
            'CVE ID': 'CVE-2017-6519',
            PkgName: 'avahi',
            'Installed Package': '0.7-r1',
            'Patched Package': '0.7-r2',
            NvdCvssScoreV3: '9.1',
            NvdCvssVectorV3: 'CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:H',
            NvdCvssScoreV2: '0',
          },
          'CRITICAL',
        ),
        row(
          'Node.js',
          { 'CVE ID': 'CVE-2025-13465', PkgName: 'lodash-amd', 'Installed Package': '4.17.22', 'Patched Package': '' },
          'INFORMATIONAL',
        ),
        row('Dockerfile', { Message: 'a misconfiguration' }, 'HIGH'),
      ],
    });
    expect([report.scanner, report.rows, report.subject.name, report.subject.os]).toEqual([
      'trivy',
      2,
      'demo:1',
      'alpine:3.8.5',
    ]);
    expect(
      report.findings.map(({ id, package: name, type, severity, fix }) => [id, name, type, severity, fix.versions]),
    ).toEqual([
      ['CVE-2017-6519', 'avahi', 'apk', 'CRITICAL', ['0.7-r2']],
      ['CVE-2025-13465', 'lodash-amd', 'npm', 'UNKNOWN', []],
    ]);
  });

  it('GitLab: all fixed versions, and the system of the image is not that of each package', async () => {
    const row = (name: string, version: string, solution: string) => ({
      id: 'CVE-2011-0447',
      severity: 'High',
      solution,
      location: { dependency: { package: { name }, version }, operating_system: 'alpine 3.8.5', image: 'demo:1' },
      identifiers: [{ type: 'cve', name: 'CVE-2011-0447', value: 'CVE-2011-0447' }],
    });
    const report = await read({
      version: '15.0.7',
      scan: { type: 'container_scanning', scanner: { id: 'trivy', name: 'Trivy' } },
      vulnerabilities: [
        row('actionpack', '2.2.3', 'Upgrade actionpack to 2.3.11, 3.0.4'),
        row('avahi', '0.7-r1', 'Upgrade avahi to 0.7-r2'),
        row('org.demo:lib', '1.0', 'No solution provided'),
        row('@remix-run/node', '2.17.1', 'Upgrade @remix-run/node to 2.17.2.'),
      ],
    });
    expect(report.findings.map(({ type, fix }) => [type, fix.versions])).toEqual([
      [undefined, ['2.3.11', '3.0.4']],
      ['apk', ['0.7-r2']],
      ['maven', []],
      ['npm', ['2.17.2']],
    ]);
  });

  it("CycloneDX: of NVD's scores the newer version's counts, whatever order they stand in", async () => {
    const nvd = (method: string, severity: string, score: number) => ({
      source: { name: 'nvd' },
      method,
      severity,
      score,
    });
    const report = await read({
      bomFormat: 'CycloneDX',
      specVersion: '1.6',
      metadata: { tools: { components: [{ name: 'trivy', version: '0.74.0' }] } },
      components: [{ 'bom-ref': 'a', name: 'avahi', version: '0.7-r1', purl: 'pkg:apk/alpine/avahi@0.7-r1' }],
      vulnerabilities: [
        {
          id: 'CVE-2017-6519',
          source: { name: 'alpine' },
          ratings: [nvd('CVSSv2', 'medium', 6.4), nvd('CVSSv3', 'critical', 9.1)],
          affects: [{ ref: 'a' }],
        },
        {
          id: 'CVE-2010-0001',
          source: { name: 'alpine' },
          ratings: [nvd('CVSSv2', 'medium', 6.8)],
          affects: [{ ref: 'a' }],
        },
      ],
    });
    expect(report.findings.map(({ severity, severitySource }) => [severity, severitySource])).toEqual([
      ['CRITICAL', 'nvd'],
      ['MEDIUM', 'nvd'],
    ]);
  });

  it.each([
    [[{ Class: 'lang-pkgs', Type: 'python-pkg', Target: 'Python' }], true],
    [
      [
        { Class: 'os-pkgs', Type: 'alpine', Target: 'demo:1 (alpine 3.8.5)' },
        { Class: 'lang-pkgs', Target: 'Python' },
      ],
      undefined,
    ],
    [[{ Type: 'pip', Target: 'Python' }], undefined],
    [[], undefined],
  ])(
    'JSON without a result for the system that it knows was told to look at languages alone: %j',
    async (Results, told) => {
      const report = await read({
        SchemaVersion: 2,
        ArtifactName: 'demo:1',
        Metadata: { OS: { Family: 'alpine', Name: '3.8.5' } },
        Results,
      });
      expect(report.settings?.withoutSystem).toBe(told);
    },
  );
});

describe('reports without findings', () => {
  it.each([
    ['null', 'unknown'],
    ['[]', 'unknown'],
    ['{"findings":[]}', 'ecr-enhanced'],
    ['{"Findings":[]}', 'ecr-enhanced'],
    ['{"matches":[]}', 'grype'],
    ['{"results":[]}', 'osv-scanner'],
    ['{"occurrences":[]}', 'gcp'],
    ['{"vulnerabilities":[]}', 'unknown'],
    ['{"ok":true,"vulnerabilities":[],"dependencyCount":3}', 'snyk'],
    ['{"SchemaVersion":2,"ArtifactName":"x","Results":null}', 'trivy'],
    ['{"results":[],"experimental_config":{}}', 'osv-scanner'],
  ])('%s is a report of none', async (text, scanner) => {
    const report = await read(text);
    expect([report.scanner, report.rows]).toEqual([scanner, 0]);
  });

  it('is no excuse for a document of another kind', async () => {
    await expect(read('{"findings":[{"a":1}]}')).rejects.toThrow('which is no report known here');
    await expect(read('{"name":"x","version":"1","dependencies":{},"findings":[]}')).rejects.toThrow('no report known');
    await expect(read('nullify')).rejects.toThrow('not a report known here');
  });
});

it('names the tool of a SARIF file that it does not know', async () => {
  await expect(
    read({ version: '2.1.0', runs: [{ tool: { driver: { name: 'Semgrep' } }, results: [] }] }),
  ).rejects.toThrow('SARIF of "Semgrep"');
});

const folder = resolve('../shared/cases/compare');

describe.skipIf(!existsSync(folder))('cases (skipped where ../shared/cases is not there)', () => {
  it.each([
    ['09-scout-0.6.sarif', 'docker-hub', 1],
    ['15-anchorectl.json', 'anchore', 1],
    ['15-asff-lowercase.json', 'ecr-enhanced', 1],
    ['15-gitlab-no-scan.json', 'gitlab', 1],
    ['15-inspector-code-first.json', 'ecr-enhanced', 1],
    ['15-inspector-empty.json', 'ecr-enhanced', 0],
    ['15-trivy-k8s-old.json', 'trivy', 1],
    ['15-trivy-null.json', 'unknown', 0],
    ['02-paths-snyk.json', 'snyk', 1],
    ['04-osv.json', 'osv-scanner', 1],
    ['05-osv-dla.json', 'osv-scanner', 1],
  ])('%s is read', async (file, scanner, rows) => {
    const report = await readReport(await reportFile(join(folder, file)));
    expect([report.scanner, report.rows]).toEqual([scanner, rows]);
    expect(report.notes.filter((note) => note.code === 'unreadable-row' || note.code === 'unknown-severity')).toEqual(
      [],
    );
  });
});
