import { describe, expect, it } from 'vitest';
import { memoryStore } from '../advisories/store/memory.ts';
import { readReport, reportBytes } from '../scanners/read.ts';
import { compare } from './compare.ts';
import type { Difference } from './comparison.ts';

/*
 * What the judge of causes (test/e2e/peers/judge.py) found on reports of images that nothing had been mended by: rows of Grype
 * 0.121.2 and Trivy 0.74.0 on the packages of python:3.9.16-bullseye and on others, cut down to what the cause rests on.
 */

const DEBIAN = { Type: 'debian', Class: 'os-pkgs', Target: 'held-out' };

interface TrivyRow {
  readonly VulnerabilityID: string;
  readonly PkgName: string;
  readonly InstalledVersion: string;
  readonly Severity: string;
  readonly [key: string]: unknown;
}

const trivy = (rows: readonly TrivyRow[], result: object = DEBIAN): object => ({
  SchemaVersion: 2,
  ArtifactName: 'held-out:1',
  Trivy: { Version: '0.74.0' },
  Metadata: { OS: { Family: 'debian', Name: '11.6' } },
  Results: [{ ...result, Vulnerabilities: rows }],
});

const match = (id: string, name: string, version: string, vulnerability: object, more: object = {}): object => ({
  vulnerability: {
    id,
    namespace: 'debian:distro:debian:11',
    fix: { state: 'not-fixed', versions: [] },
    ...vulnerability,
  },
  // NVD's record, which Grype fills in from.
  relatedVulnerabilities: 'cvss' in vulnerability ? [{ id, namespace: 'nvd:cpe', cvss: vulnerability.cvss }] : [],
  matchDetails: [{ type: 'exact-direct-match' }],
  artifact: { name, version, type: 'deb', locations: [], upstreams: [] },
  ...more,
});

const grype = (
  matches: readonly object[],
  ignoredMatches: readonly object[] = [],
  configuration: object = {},
): object => ({
  matches,
  ignoredMatches,
  distro: { name: 'debian', version: '11' },
  source: { target: { userInput: 'held-out:1' } },
  descriptor: {
    name: 'grype',
    configuration,
    db: { status: { schemaVersion: 'v6.1.10', built: '2026-11-26T04:40:00Z' } },
  },
});

/** One run of SARIF. */
const sarif = (driver: object, results: readonly object[], more: object = {}): object => ({
  version: '2.1.0',
  runs: [{ tool: { driver }, ...more, results }],
});

const read = (...reports: readonly object[]) =>
  Promise.all(reports.map((report) => readReport(reportBytes(JSON.stringify(report), 'report'))));

/** What a database has beside the reports. */
type Known = Parameters<typeof memoryStore>[0];

const differencesOf = async (reports: readonly object[], known?: Known) =>
  compare({ reports: await read(...reports), ...(known && { store: memoryStore(known) }) }).differences;

const inWords = ({ kind, causes }: Difference): string =>
  `${kind} ${causes[0]!.code} ${causes[0]!.proof}: ${causes[0]!.says}`;

const told = async (...reports: readonly object[]): Promise<readonly string[]> =>
  (await differencesOf(reports)).map(inWords);

const ALPINE = { Type: 'alpine', Class: 'os-pkgs', Target: 'held-out' };

/** Causes where the secdb of Alpine 3.10 is at hand. */
const toldOfAlpine = async (fixes: readonly string[], ...reports: readonly object[]): Promise<readonly string[]> => {
  const statements = fixes.map((fixed) => ({
    id: 'CVE-2018-6789',
    source: 'alpine',
    namespace: 'Alpine:v3.10',
    package: 'exim',
    aliases: [],
    state: 'fixed' as const,
    ranges: [{ fixed }],
    ratings: [],
  }));
  return (await differencesOf(reports, { statements, covers: ['Alpine:v3.10'] })).map(inWords);
};

const score = (source: string, version: string, baseScore: number): object => ({
  source,
  version,
  vector: version === '4.0' ? 'CVSS:4.0/AV:N' : 'CVSS:3.1/AV:N',
  metrics: { baseScore },
});

describe('causes that were false on reports seen for the first time', () => {
  const expat = { VulnerabilityID: 'CVE-2024-45490', PkgName: 'libexpat1', InstalledVersion: '2.2.10-2' };

  it('Trivy names no source where it takes another vendor: that is no word of the distribution', async () => {
    const filled = match('CVE-2024-45490', 'libexpat1', '2.2.10-2', {
      severity: 'Critical',
      cvss: [score('CISA-ADP', '3.1', 9.8)],
    });
    expect(await told(trivy([{ ...expat, Severity: 'MEDIUM', VendorSeverity: { alma: 2 } }]), grype([filled]))).toEqual(
      [
        "severity severity.source-order stated: grype CRITICAL (CISA-ADP's CVSS 3.1 9.8); trivy MEDIUM (almalinux: MEDIUM)",
      ],
    );
  });

  it('of several vendors the first in its order counts, and only if it says so', async () => {
    const unknown = grype([match('CVE-2022-3715', 'bash', '5.1-2', { severity: 'Unknown', cvss: [] })]);
    const row = { VulnerabilityID: 'CVE-2022-3715', PkgName: 'bash', InstalledVersion: '5.1-2' };
    expect(await told(trivy([{ ...row, Severity: 'LOW', VendorSeverity: { alma: 2, ubuntu: 1 } }]), unknown)).toEqual([
      'severity severity.source-order stated: grype UNKNOWN (no rating); trivy LOW (ubuntu: LOW)',
    ]);
    const other = await told(trivy([{ ...row, Severity: 'HIGH', VendorSeverity: { alma: 2, ubuntu: 1 } }]), unknown);
    expect(other.join()).not.toContain('ubuntu');
  });

  it('a score that Grype filled in says whose it is; without one the word is the distribution’s', async () => {
    const rows = [
      { VulnerabilityID: 'CVE-2024-5171', PkgName: 'libaom0', InstalledVersion: '1.0.0', Severity: 'UNKNOWN' },
      {
        VulnerabilityID: 'CVE-2011-3374',
        PkgName: 'apt',
        InstalledVersion: '2.2.4',
        Severity: 'MEDIUM',
        SeveritySource: 'nvd',
        VendorSeverity: { nvd: 2 },
        CVSS: { nvd: { V3Score: 5.3, V3Vector: 'CVSS:3.1/AV:N' } },
      },
    ];
    const matches = [
      match('CVE-2024-5171', 'libaom0', '1.0.0', { severity: 'Critical', cvss: [score('Google', '4.0', 10)] }),
      match('CVE-2011-3374', 'apt', '2.2.4', { severity: 'Low', cvss: [] }),
    ];
    expect(await told(trivy(rows), grype(matches))).toEqual([
      "severity severity.source-order stated: grype LOW (debian: LOW); trivy MEDIUM (NVD's CVSS 3.1 5.3)",
      "severity severity.source-order stated: grype CRITICAL (CNA:GOOGLE's CVSS 4.0 10); trivy UNKNOWN (no rating)",
    ]);
  });

  it('what --only-fixed left out is a filter, not somebody’s ignore rule', async () => {
    const row = { ...expat, Severity: 'UNKNOWN' };
    const left = (rule: object): object =>
      match('CVE-2024-45490', 'libexpat1', '2.2.10-2', { severity: 'Unknown' }, { appliedIgnoreRules: [rule] });
    const fixed = { 'only-fixed': true };
    expect(await told(trivy([row]), grype([], [left({ namespace: '', 'fix-state': 'not-fixed' })], fixed))).toEqual([
      'present filter.default stated: grype was told to report only what has a fix',
    ]);
    expect(
      await told(trivy([row]), grype([], [left({ vulnerability: 'CVE-2024-45490', reason: 'reviewed' })])),
    ).toEqual(['present suppression.vex stated: grype holds it back: reviewed']);
  });

  it('two names of one publisher are no two sources: GitHub’s record is read in two ways, and why is not known', async () => {
    const row = {
      VulnerabilityID: 'GHSA-85q9-7467-r53q',
      PkgName: 'inventree',
      InstalledVersion: '0.7.1',
      FixedVersion: '0.7.3',
      Severity: 'HIGH',
      SeveritySource: 'ghsa',
      DataSource: { ID: 'ghsa' },
    };
    const python = {
      ...match('GHSA-85q9-7467-r53q', 'inventree', '0.7.1', { severity: 'High', namespace: 'github:language:python' }),
      artifact: { name: 'inventree', version: '0.7.1', type: 'python', locations: [] },
    };
    const differences = await told(
      trivy([row], { Type: 'python-pkg', Class: 'lang-pkgs', Target: 'Python' }),
      grype([python]),
    );
    expect(differences).toEqual(['fix unexplained none: not-fixed and fixed in 0.7.3']);
  });

  const oneRow = (
    name: string,
    rule: { readonly id: string; readonly [key: string]: unknown },
    text: string,
    where: string,
  ) =>
    sarif({ name, version: '0.74.0', rules: [rule] }, [
      { ruleId: rule.id, message: { text }, locations: [{ physicalLocation: { artifactLocation: { uri: where } } }] },
    ]);
  const cisa = match('CVE-2024-45490', 'libexpat1', '2.2.10-2', {
    severity: 'Critical',
    cvss: [score('CISA-ADP', '3.1', 9.8)],
  });

  it('UNKNOWN is what a scanner writes that found no rating, in SARIF too', async () => {
    const unknown = oneRow(
      'Trivy',
      { id: 'CVE-2024-45490', properties: { 'security-severity': '0.0', tags: ['vulnerability', 'UNKNOWN'] } },
      'Package: libexpat1\nInstalled Version: 2.2.10-2\nVulnerability CVE-2024-45490\nSeverity: UNKNOWN\nFixed Version: \nLink: x',
      'held-out',
    );
    expect(await told(unknown, grype([cisa]))).toContain(
      "severity severity.source-order stated: grype CRITICAL (CISA-ADP's CVSS 3.1 9.8); trivy UNKNOWN (no rating)",
    );
  });

  it('a score of NVD’s record whose giver Grype’s SARIF does not name may be another’s than NVD’s', async () => {
    const named = oneRow(
      'grype',
      {
        id: 'CVE-2024-45490-libexpat1',
        name: 'DpkgMatcherExactDirectMatch',
        help: {
          text: 'Vulnerability CVE-2024-45490\nSeverity: critical\nPackage: libexpat1\nVersion: 2.2.10-2\nFix Version: \nType: deb\nLocation: /var/lib/dpkg/status\nData Namespace: debian:distro:debian:11\nLink: x',
        },
        properties: { 'security-severity': '9.8' },
      },
      'A critical vulnerability in deb package: libexpat1, version 2.2.10-2 was found at: /var/lib/dpkg/status',
      'held-out:1',
    );
    const [difference] = await told(trivy([{ ...expat, Severity: 'UNKNOWN' }]), named);
    expect(difference).toMatch(
      /^severity severity\.source-order inferred: grype CRITICAL .*; trivy UNKNOWN \(no rating\)$/,
    );
  });

  it('modules of a Go program in Trivy’s SARIF are Go’s, though the place is the program’s', async () => {
    const module = oneRow(
      'Trivy',
      { id: 'CVE-2025-22869', properties: { 'security-severity': '0.0', tags: ['vulnerability', 'UNKNOWN'] } },
      'Package: golang.org/x/crypto\nInstalled Version: v0.24.0\nVulnerability CVE-2025-22869\nSeverity: UNKNOWN\nFixed Version: 0.35.0\nLink: x',
      'usr/local/lib/python3.13/site-packages/wandb/bin/wandb-core',
    );
    const [report] = await read(module);
    expect(report!.findings.map((finding) => [finding.package, finding.type])).toEqual([
      ['golang.org/x/crypto', 'golang'],
    ]);
  });
});

describe('causes that were missing on an image of Alpine 3.10', () => {
  const exim = match('CVE-2018-6789', 'exim', '4.90.1-r0', {
    severity: 'Critical',
    namespace: 'alpine:distro:alpine:3.10',
    fix: { state: 'fixed', versions: ['4.91-r0'] },
  });
  const reports = [
    {
      ...trivy([], { ...ALPINE, Packages: [{ Name: 'exim', Version: '4.90.1-r0' }] }),
      Metadata: { OS: { Family: 'alpine', Name: '3.10.2' } },
    },
    {
      ...grype([
        { ...exim, artifact: { name: 'exim', version: '4.90.1-r0', type: 'apk', locations: [], upstreams: [] } },
      ]),
      distro: { name: 'alpine', version: '3.10.2' },
    },
  ];

  it('of two fixed versions Trivy keeps one: between them its answer is chance, and that is said', async () => {
    expect(await toldOfAlpine(['4.90.1-r0', '4.91-r0'], ...reports)).toEqual([
      'present match.version-input replayed: The distribution names 4.90.1-r0 and 4.91-r0 as fixed, and trivy keeps one of them: by the first 4.90.1-r0 is not affected',
    ]);
  });

  it('of one fixed version, or of two above what is installed, that is no cause', async () => {
    for (const fixes of [['4.91-r0'], ['4.91-r0', '4.92-r0']])
      expect(await toldOfAlpine(fixes, ...reports)).toEqual([
        expect.stringMatching(/^present unexplained none: By the rules of Trivy/),
      ]);
  });
});

describe('causes that were false on an image of several languages', () => {
  const gobinary = { Type: 'gobinary', Class: 'lang-pkgs', Target: 'usr/local/lib/wandb/bin/wandb-core' };
  const stdlib = {
    VulnerabilityID: 'CVE-2024-34155',
    PkgName: 'stdlib',
    InstalledVersion: 'v1.22.5',
    Severity: 'MEDIUM',
  };

  it('go1.22.5 of Grype and v1.22.5 of Trivy are one release, in one row', async () => {
    const actual = match('CVE-2024-34155', 'stdlib', 'go1.22.5', { severity: 'Medium', namespace: 'nvd:cpe' });
    const artifact = { name: 'stdlib', version: 'go1.22.5', type: 'go-module', locations: [], upstreams: [] };
    expect(await told(trivy([stdlib], gobinary), grype([{ ...actual, artifact }]))).toEqual([]);
  });

  it('a row of Trivy names a layer, and is about the final file system all the same', async () => {
    const reports = await read(trivy([{ ...stdlib, Layer: { DiffID: 'sha256:lower' } }], gobinary), grype([]));
    const subject = {
      reference: 'x',
      source: 'archive',
      name: 'x',
      layers: [
        { index: 0, diffID: 'sha256:lower' },
        { index: 1, diffID: 'sha256:upper' },
      ],
    } as const;
    const [difference] = compare({ reports, inventory: { packages: [] }, subject, anyway: true }).differences;
    expect(difference?.causes[0]?.code).not.toBe('layer.model');
  });
});

describe('rows that were taken for others on an image with two Pythons', () => {
  const site = {
    '2.10.0': '/opt/conda/lib/python3.8/site-packages',
    '2.11.3': '/usr/local/lib/python3.9/site-packages',
  };
  const rule = {
    id: 'GHSA-h5c8-rqwp-cp95-jinja2',
    help: {
      text: `Vulnerability GHSA-h5c8-rqwp-cp95\nSeverity: medium\nPackage: jinja2\nVersion: 2.10.0\nFix Version: 3.1.3\nType: python\nLocation: ${site['2.10.0']}/Jinja2-2.10.0.dist-info/METADATA\nData Namespace: github:language:python`,
    },
  };
  const jinja = sarif(
    { name: 'Grype', version: '0.121.2', rules: [rule] },
    Object.entries(site).map(([version, folder]) => ({
      ruleId: rule.id,
      level: 'warning',
      message: {
        text: `A medium vulnerability in python package: jinja2, version ${version} was found in image x.tar at: ${folder}/Jinja2-${version}.dist-info/METADATA`,
      },
      locations: [
        {
          logicalLocations: [
            { fullyQualifiedName: `x.tar@sha256:${'a'.repeat(64)}:${folder}/Jinja2-${version}.dist-info/METADATA` },
          ],
        },
      ],
    })),
  );

  it('Grype’s SARIF has one rule for all versions of a name: which it is, the message of each result says', async () => {
    const { findings } = (await read(jinja))[0]!;
    expect(findings.map(({ version, locations }) => [version, locations[0]])).toEqual(
      Object.entries(site).map(([version, folder]) => [version, `${folder}/Jinja2-${version}.dist-info/METADATA`]),
    );
  });
});

describe('a report without a word on the distribution', () => {
  it('is said to have none, where no rule tells why: Grype without data of AlmaLinux', async () => {
    const rows = ['booth', 'booth-core', 'booth-site', 'fribidi', 'file-devel', 'bind'].map((PkgName, at) => ({
      VulnerabilityID: `CVE-2022-255${at}`,
      PkgName,
      InstalledVersion: '1.0-0.6.el8',
      Severity: 'MEDIUM',
    }));
    const alma = { Type: 'alma', Class: 'os-pkgs', Target: 'held-out' };
    const [first] = await told(trivy(rows, alma), grype([]));
    expect(first).toMatch(/^present unexplained none: grype reports nothing at all on packages of the distribution/);
    expect((await told(trivy(rows.slice(0, 2), alma), grype([])))[0]).not.toContain('nothing at all');
  });
});

describe('a scanner that was told to look at packages of the system alone (trivy --pkg-types os)', () => {
  const many = Array.from({ length: 25 }, (_, at) => at + 1000);
  const system = many.map((at) => ({
    ...{ VulnerabilityID: `CVE-2023-${at}`, PkgName: 'libwebp6', InstalledVersion: '0.6.1-2.1', Severity: 'HIGH' },
    ...{ FixedVersion: '0.6.1-2.2', Status: 'fixed', SeveritySource: 'nvd' },
  }));
  const fixed = { state: 'fixed', versions: ['0.6.1-2.2'] };
  const own = many.map((at) => match(`CVE-2023-${at}`, 'libwebp6', '0.6.1-2.1', { severity: 'High', fix: fixed }));
  const python = (state: string) =>
    many.map((at) =>
      match(
        `CVE-2022-${at}`,
        'apache-airflow',
        '1.10.2',
        { severity: 'High', namespace: 'github:language:python', fix: { state, versions: [] } },
        { artifact: { name: 'apache-airflow', version: '1.10.2', type: 'python', locations: [] } },
      ),
    );

  it('lacks those of languages for that, not for a filter by fixes, which all its rows would pass as well', async () => {
    const differences = await told(trivy(system), grype([...own, ...python('not-fixed')]));
    expect(differences.filter((said) => said.startsWith('present'))).toHaveLength(25);
    for (const said of differences.filter((difference) => difference.startsWith('present')))
      expect(said).toMatch(
        /^present filter\.default inferred: trivy has 25 rows of the system's packages and none of packages of languages, of which grype has 25/,
      );
  });

  it('is not concluded from a few, or where it has one row of a language', async () => {
    const requests = {
      VulnerabilityID: 'CVE-2023-32681',
      PkgName: 'requests',
      InstalledVersion: '2.25.0',
      Severity: 'MEDIUM',
    };
    const report = trivy(system) as { Results: object[] };
    const mixed = {
      ...report,
      Results: [
        ...report.Results,
        { Type: 'python-pkg', Class: 'lang-pkgs', Target: 'Python', Vulnerabilities: [requests] },
      ],
    };
    for (const [left, right] of [
      [mixed, grype([...own, ...python('fixed')])],
      [trivy(system), grype([...own, ...python('fixed').slice(0, 5)])],
    ] as const)
      expect((await told(left, right)).join('\n')).not.toContain('none of any language');
  });
});

it("does not call a severity in Trivy's SARIF that no score gives the distribution's: it takes any vendor's in the end", async () => {
  // AlmaLinux's word for a package of Debian, on webkit2gtk.
  const rule = {
    id: 'CVE-2024-40782',
    name: 'OsPackageVulnerability',
    properties: { 'security-severity': '8.0', tags: ['vulnerability', 'security', 'HIGH'] },
  };
  const webkit = sarif({ name: 'Trivy', version: '0.74.0', rules: [rule] }, [
    {
      ...{ ruleId: 'CVE-2024-40782', ruleIndex: 0 },
      message: {
        text: 'Package: libwebkit2gtk0\nInstalled Version: 2.42.5-1\nVulnerability CVE-2024-40782\nSeverity: HIGH\nFixed Version: 2.44.3-1\nLink: x',
      },
      locations: [{ physicalLocation: { artifactLocation: { uri: 'held-out' } } }],
    },
  ]);
  const cvss = [
    {
      source: 'nvd@nist.gov',
      type: 'Primary',
      version: '3.1',
      vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H',
      metrics: { baseScore: 9.8 },
    },
  ];
  const other = match('CVE-2024-40782', 'libwebkit2gtk0', '2.42.5-1', {
    severity: 'Critical',
    cvss,
    fix: { state: 'fixed', versions: ['2.44.3-1'] },
  });
  const said = (await told(webkit, grype([other]))).join('\n');
  expect(said).toContain(
    "trivy HIGH (no score that is known gives HIGH: it is a vendor's judgement, the distribution's or another's, and it does not say whose)",
  );
});

describe('two reports of one scanner', () => {
  const many = Array.from({ length: 25 }, (_, at) => at + 1000);
  const system = many.map((at) => ({
    ...{ VulnerabilityID: `CVE-2023-${at}`, PkgName: 'libwebp6', InstalledVersion: '0.6.1-2.1', Severity: 'HIGH' },
    ...{ FixedVersion: '0.6.1-2.2', Status: 'fixed', SeveritySource: 'nvd' },
  }));
  const python = many.map((at) => ({
    ...{ VulnerabilityID: `CVE-2022-${at}`, PkgName: 'apache-airflow', InstalledVersion: '1.10.2', Severity: 'LOW' },
    ...{ PkgPath: 'site-packages/apache_airflow-1.10.2.dist-info/METADATA', FixedVersion: '2.0', Status: 'fixed' },
  }));
  /** As `trivy -f sarif` writes it. */
  const trivySarif = (rows: readonly TrivyRow[]): object =>
    sarif(
      { name: 'Trivy', fullName: 'Trivy Vulnerability Scanner', version: '0.74.0', rules: [] },
      rows.map(({ VulnerabilityID: id, PkgName: name, InstalledVersion: version, Severity: severity, ...row }) => ({
        ruleId: id,
        level: 'error',
        message: {
          text: `Package: ${name}\nInstalled Version: ${version}\nVulnerability ${id}\nSeverity: ${severity}\nFixed Version: ${row.FixedVersion}\nLink: [${id}](https://avd.aquasec.com/nvd/${id.toLowerCase()})`,
        },
        locations: [
          {
            physicalLocation: { artifactLocation: { uri: row.PkgPath ?? 'held-out:1', uriBaseId: 'ROOTPATH' } },
            message: { text: `${row.PkgPath ?? 'held-out:1'}: ${name}@${version}` },
          },
        ],
      })),
      { properties: { imageName: 'held-out:1' } },
    );

  it('of which one looks at the system alone (--pkg-types os) lack its languages for that, and not for the format', async () => {
    const differences = await told(trivy(system), trivySarif([...system, ...python]));
    expect(differences).toHaveLength(25);
    for (const said of differences)
      expect(said).toMatch(/^present filter\.default inferred: .* told to look at the system's packages alone$/);
  });

  it('of which one looks at languages alone (--pkg-types library) lack those of the system for that', async () => {
    const report = trivy(system) as { readonly Results: readonly object[] };
    const languages = { Type: 'python-pkg', Class: 'lang-pkgs', Target: 'Python', Vulnerabilities: python };
    const differences = await told({ ...report, Results: [...report.Results, languages] }, trivySarif(python));
    expect(differences).toHaveLength(25);
    for (const said of differences)
      expect(said).toMatch(/^present filter\.default inferred: .* told to look at packages of languages alone$/);
  });

  it('of which one has a severity list lack what is below it for that', async () => {
    const differences = await told(trivy([...system, ...python]), trivySarif(system.map((row) => ({ ...row }))));
    expect(new Set(differences.map((said) => said.slice(0, 40)))).toEqual(
      new Set(['present filter.default inferred: trivy-2']),
    );
  });

  it('of which one matches by CPE as well have more rows, and a worse severity, for that', async () => {
    const airflow = (at: number, type: string, severity: string): object =>
      match(
        `CVE-2022-${at}`,
        'apache-airflow',
        '1.10.2',
        { severity, namespace: type === 'cpe-match' ? 'nvd:cpe' : 'github:language:python' },
        {
          artifact: { name: 'apache-airflow', version: '1.10.2', type: 'python', locations: [] },
          matchDetails: [{ type }],
        },
      );
    const records = many.map((at) => airflow(at, 'exact-direct-match', 'Medium'));
    const both = [...records, ...many.map((at) => airflow(at, 'cpe-match', 'High'))];
    const causes = new Set((await told(grype(both), grype(records))).map((said) => said.replace(/:.*/, '')));
    expect(causes).toEqual(new Set(['severity match.method inferred', 'count match.method inferred']));
  });

  it('of which one lacks a few rows, and nothing says why: that is not known', async () => {
    const [first, ...more] = await told(trivy([...system, ...python.slice(0, 2)]), trivySarif([...system, python[0]!]));
    expect(first).toBe(
      "present unexplained none: trivy-2 is the same scanner's, and does not say what it was told to leave out",
    );
    expect(more).toEqual([]);
  });

  it('of one run, by the second in both, differ by what the formats say: stated', async () => {
    const bom = {
      bomFormat: 'CycloneDX',
      specVersion: '1.6',
      metadata: {
        timestamp: '2026-11-27T05:24:27+00:00',
        tools: { components: [{ type: 'application', name: 'trivy', version: '0.74.0' }] },
      },
      components: [],
      vulnerabilities: system.slice(1).map(({ VulnerabilityID: id }) => ({
        id,
        source: { name: 'debian' },
        ratings: [{ source: { name: 'nvd' }, severity: 'high' }],
        affects: [{ ref: 'pkg:deb/debian/libwebp6@0.6.1-2.1?distro=debian-11.6' }],
      })),
    };
    const json = { ...trivy(system), CreatedAt: '2026-11-27T05:24:27.009740303Z' };
    expect(await told(json, bom)).toEqual([
      'present report.parse stated: The same scanner wrote CycloneDX JSON and Trivy JSON of one scan, and they do not have the same words',
    ]);
    const later = { ...json, CreatedAt: '2026-11-27T05:24:28Z' };
    expect((await told(later, bom))[0]).toMatch(/^present unexplained none/);
  });
});

describe('what a run was told, beside a format that says less', () => {
  const grypeSarif = (rows: readonly (readonly [id: string, name: string, version: string, fix: string])[]): object =>
    sarif(
      {
        name: 'Grype',
        version: '0.121.2',
        rules: rows.map(([id, name, version, fix]) => ({
          id: `${id}-${name}`,
          shortDescription: { text: `${id} high vulnerability for ${name} package` },
          help: {
            text: `Vulnerability ${id}\nSeverity: high\nPackage: ${name}\nVersion: ${version}\nFix Version: ${fix}\nType: python`,
          },
          properties: { 'security-severity': '7.5' },
        })),
      },
      rows.map(([id, name, version], ruleIndex) => ({
        ruleId: `${id}-${name}`,
        ruleIndex,
        message: { text: `A high vulnerability in python package: ${name}, version ${version} was found` },
        locations: [{ physicalLocation: { artifactLocation: { uri: 'image//METADATA' } } }],
      })),
    );

  it('--by-cve joins the records of GitHub that the SARIF of another run has a row for', async () => {
    const ids = ['GHSA-gff3-739c-gxfq', 'GHSA-xw7c-jx9m-xh5g'];
    const joined = match(
      'CVE-2021-32670',
      'datasette',
      '0.31',
      { namespace: 'github:language:python', severity: 'High', fix: { state: 'fixed', versions: ['0.56.1'] } },
      {
        relatedVulnerabilities: ids.map((id) => ({ id, namespace: 'github:language:python' })),
        artifact: { name: 'datasette', version: '0.31', type: 'python', locations: [], upstreams: [] },
      },
    );
    const apart = grypeSarif(ids.map((id) => [id, 'datasette', '0.31', '0.56.1'] as const));
    expect(await told(grype([joined]), apart)).toContain(
      'count id.alias stated: grype-2 has a row for each of the ids GHSA-gff3-739c-gxfq, GHSA-xw7c-jx9m-xh5g of datasette',
    );
  });

  it('Trivy that knows the system and lists no result for it was told to look at languages alone', async () => {
    const python = { Class: 'lang-pkgs', Type: 'python-pkg', Target: 'Python' };
    const left = trivy(
      [{ VulnerabilityID: 'CVE-2024-1', PkgName: 'a', InstalledVersion: '1', Severity: 'HIGH' }],
      python,
    );
    const many = (count: number): object =>
      grype(
        Array.from({ length: count }, (_, index) =>
          match(`CVE-2023-${1000 + index}`, 'libc6', '2.31-13', { severity: 'High' }),
        ),
      );
    const alone = 'present filter.default stated: trivy was told to look at packages of languages alone';
    expect((await told(left, many(25))).filter((line) => line === alone)).toHaveLength(25);
    expect(await told(left, many(3))).not.toContain(alone);
    expect(await told(trivy([], DEBIAN), many(25))).not.toContain(alone);
  });

  it('what --only-fixed left out of SARIF is known from the data where CycloneDX names no fixes', async () => {
    const names = Array.from({ length: 25 }, (_, index) => `p${index}`);
    const idOf = (name: string, kind: number): string => `CVE-2024-${kind}${name.slice(1).padStart(3, '0')}`;
    const all = names.flatMap((name) => [1, 2].map((kind) => [name, idOf(name, kind), kind] as const));
    const cyclonedx = {
      bomFormat: 'CycloneDX',
      metadata: { tools: { components: [{ name: 'grype', version: '0.121.2' }] } },
      components: names.map((name) => ({ 'bom-ref': name, name, version: '1.0', purl: `pkg:pypi/${name}@1.0` })),
      vulnerabilities: all.map(([name, id]) => ({
        id,
        source: { name: 'github-language-python' },
        ratings: [{ severity: 'high' }],
        affects: [{ ref: name }],
      })),
    };
    const only = grypeSarif(names.map((name) => [idOf(name, 1), name, '1.0', '2.0'] as const));
    const statements = all.map(([name, id, kind]) => ({
      id: `GHSA-${id.slice(4)}`,
      source: 'ghsa',
      namespace: 'PyPI',
      package: name,
      aliases: [id],
      state: kind === 1 ? ('fixed' as const) : ('open' as const),
      ranges: [kind === 1 ? { introduced: '0', fixed: '2.0' } : { introduced: '0' }],
      ratings: [{ source: 'ghsa', severity: 'HIGH' as const, method: 'word' }],
    }));
    const causes = async (known?: Known) =>
      (await differencesOf([cyclonedx, only], known))
        .filter(({ kind }) => kind === 'present')
        .map(({ causes: [first] }) => `${first!.code} ${first!.proof}`);
    expect(await causes()).toEqual(names.map(() => 'unexplained none'));
    expect(await causes({ statements })).toEqual(names.map(() => 'filter.default inferred'));
  });
});

it('an empty report beside a row that says no kind of package shows no rule about kinds of packages', async () => {
  // As Security Hub has it of Inspector in lower case, and as an empty report of three scanners.
  const asff = {
    findings: [
      {
        SchemaVersion: '2018-10-08',
        ProductName: 'Inspector',
        Severity: { Label: 'HIGH' },
        Title: 'CVE-2022-3715 - bash',
        Vulnerabilities: [{ Id: 'CVE-2022-3715', VulnerablePackages: [{ Name: 'bash', Version: '5.1-2' }] }],
      },
    ],
  };
  const empties = [
    { SchemaVersion: 2, ArtifactName: 'x', Results: null },
    { imageScanFindings: { findings: [], findingSeverityCounts: {} } },
    { results: [] },
  ];
  for (const empty of empties)
    expect((await told(empty, asff))[0]).toMatch(/^present unexplained none: By the rules of /);
});

it('SARIF names a binary alone: its source is what the other report calls it, in rows on other vulnerabilities too [aom on Debian 11]', async () => {
  const version = '1.0.0.errata1-3+deb11u1';
  const sarif = {
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'Trivy', version: '0.74.0', rules: [{ id: 'CVE-2020-36130' }] } },
        properties: { imageName: 'held-out:1' },
        results: [
          {
            ruleId: 'CVE-2020-36130',
            message: {
              text: `Package: libaom0\nInstalled Version: ${version}\nVulnerability CVE-2020-36130\nSeverity: UNKNOWN\nFixed Version: \n`,
            },
            locations: [{ physicalLocation: { artifactLocation: { uri: 'held-out' } } }],
          },
        ],
      },
    ],
  };
  const upstreams = [{ name: 'aom', version }];
  const other = match('CVE-2020-0478', 'libaom0', version, { severity: 'Unknown' });
  const grypes = grype([{ ...other, artifact: { name: 'libaom0', version, type: 'deb', locations: [], upstreams } }]);
  // The tracker's open entry names the version of a fix to come, and this is it: Grype compares it, Trivy does not.
  const aom = {
    id: 'CVE-2020-36130',
    source: 'debian',
    namespace: 'Debian:11',
    package: 'aom',
    aliases: [],
    state: 'no-dsa' as const,
    ranges: [{ limit: version }],
    ratings: [],
  };
  const differences = await differencesOf([sarif, grypes], { statements: [aom], covers: ['Debian:11'] });
  expect(
    differences
      .filter(({ key }) => key.startsWith('CVE-2020-36130'))
      .map(({ key, causes }) => `${key}: ${causes[0]!.code} ${causes[0]!.proof}`),
  ).toEqual([`CVE-2020-36130 aom@${version}: match.version-input replayed`]);
});

it('a row that does not tell of fixes hides no "only fixed", and a report without rows shows none', async () => {
  const row = (number: number) => ({
    VulnerabilityID: `CVE-2023-${1000 + number}`,
    PkgName: 'bash',
    InstalledVersion: '5.1-2',
    Severity: 'LOW',
    SeveritySource: 'debian',
  });
  const unfixed = trivy(Array.from({ length: 25 }, (_, number) => row(number)));
  const other = (id: string, fix: object): object =>
    match(id, 'openssl', '1.1.1n-0', { severity: 'Low', fix: { versions: [], ...fix } });
  const fixed = Array.from({ length: 25 }, (_, number) =>
    other(`CVE-2022-${2000 + number}`, { state: 'fixed', versions: ['1.1.1o-0'] }),
  );
  const untold = other('CVE-2022-2', { state: 'unknown' });
  const filters = async (...matches: readonly object[]): Promise<readonly string[]> =>
    (await told(unfixed, grype(matches))).filter((line) => line.includes('filter.default'));
  expect(await filters(...fixed)).toHaveLength(25);
  expect((await filters(...fixed, untold))[0]).toContain('All 25 rows of grype that tell of fixes have a fix');
  expect(await filters(untold)).toEqual([]);
  expect(await filters()).toEqual([]);
});

it('SARIF of Grype names a jar without its group: the other report tells it, so that the record is found [spray-json, CVE-2018-18855]', async () => {
  const row = {
    VulnerabilityID: 'CVE-2018-18855',
    PkgName: 'io.spray:spray-json_2.12.0-M3',
    InstalledVersion: '1.3.2',
    FixedVersion: '1.3.5',
    Status: 'fixed',
    Severity: 'MEDIUM',
    SeveritySource: 'ghsa',
  };
  const jar = trivy([row], { Type: 'jar', Class: 'lang-pkgs', Target: 'Java' });
  const name = 'spray-json_2.12.0-M3';
  const help = `Vulnerability GHSA-ww3v-6xjf-jv28\nSeverity: medium\nPackage: ${name}\nVersion: 1.3.2\nFix Version: \nType: java-archive\nLocation: /x.jar\nData Namespace: github:language:java`;
  const sarif = {
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Grype',
            version: '0.121.2',
            rules: [{ id: `GHSA-ww3v-6xjf-jv28-${name}`, help: { text: help } }],
          },
        },
        results: [
          {
            ruleId: `GHSA-ww3v-6xjf-jv28-${name}`,
            message: {
              text: `A medium vulnerability in java-archive package: ${name}, version 1.3.2 was found at: /x`,
            },
          },
        ],
      },
    ],
  };
  const record = {
    id: 'GHSA-ww3v-6xjf-jv28',
    source: 'ghsa',
    namespace: 'Maven',
    package: 'io.spray:spray-json_2.12.0-M3',
    aliases: ['CVE-2018-18855'],
    state: 'open' as const,
    ranges: [{ introduced: '0', limit: '1.3.5' }],
    versions: ['1.3.2'],
    note: 'last known to be affected: < 1.3.5',
    ratings: [],
  };
  const differences = await differencesOf([jar, sarif], { statements: [record], covers: ['Maven'] });
  expect(
    differences
      .filter(({ kind }) => kind === 'fix')
      .map(({ key, causes }) => `${key}: ${causes[0]!.code} ${causes[0]!.proof}`),
  ).toEqual([`CVE-2018-18855 ${name.toLowerCase()}@1.3.2: fix.status-semantics replayed`]);
});
