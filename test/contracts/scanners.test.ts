import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePurl } from '../../src/ecosystems/purl.ts';
import { PlimsollError } from '../../src/errors.ts';
import { jsonReader } from '../../src/formats/text/json-stream.ts';
import type { Json } from '../../src/formats/text/json-value.ts';
import { scanners } from '../../src/scanners/index.ts';
import { readReport, reportBytes } from '../../src/scanners/read.ts';
import { BODIES } from './junk.ts';

/** The least that each JSON format is recognised by, and a little more. */
const SEEDS: readonly unknown[] = [
  {
    data: [
      {
        properties: {
          id: 'CVE-2020-1',
          status: { code: 'Unhealthy', severity: 'High' },
          additionalData: {
            assessedResourceType: 'AzureContainerRegistryVulnerability',
            artifactDetails: { repositoryName: 'a', digest: 'sha256:1', tags: ['1'] },
            softwareDetails: {
              packageName: 'a',
              version: '1',
              category: 'OS',
              osDetails: { osVersion: 'debian_linux_11' },
            },
            vulnerabilityDetails: { cveId: 'CVE-2020-1', cvss: { '3.0': { base: 1 } }, references: [{ link: 'x' }] },
          },
        },
      },
    ],
  },
  [{ properties: { additionalData: { assessedResourceType: 'AzureContainerRegistryVulnerability' } } }],
  {
    runs: [
      {
        tool: { driver: { name: 'plimsoll' } },
        results: [{ ruleId: 'x', properties: { purls: ['pkg:deb/debian/a@1'] } }],
      },
    ],
  },
  {
    tool: { name: 'plimsoll', version: '1' },
    subject: { name: 'x', layers: [{ diffID: 'sha256:1' }] },
    findings: [
      {
        id: 'CVE-2020-1',
        package: { name: 'a', version: '1', evidence: [{ path: 'x' }] },
        fix: { state: 'fixed' },
        ratings: [],
      },
    ],
  },
  {
    SchemaVersion: 2,
    ArtifactName: 'x',
    Metadata: { OS: { Family: 'debian' } },
    Results: [
      {
        Class: 'os-pkgs',
        Type: 'debian',
        Packages: [{ Name: 'a', SrcName: 'b' }],
        Vulnerabilities: [
          { VulnerabilityID: 'CVE-2020-1', PkgName: 'a', CVSS: { nvd: { V3Score: 1 } }, VendorSeverity: { nvd: 1 } },
        ],
        ExperimentalModifiedFindings: [{ Finding: {} }],
      },
    ],
  },
  [{ Target: 'x (debian 10)', Type: 'debian', Vulnerabilities: [{ VulnerabilityID: 'CVE-2020-1', PkgName: 'a' }] }],
  { invocation: {}, scanner: { version: '1', result: { SchemaVersion: 2, ArtifactName: 'x', Results: [] } } },
  {
    predicate: {
      scanner: { result: { SchemaVersion: 2, Results: [{ Vulnerabilities: [{ VulnerabilityID: 'CVE-2020-1' }] }] } },
    },
  },
  {
    ClusterName: 'x',
    Resources: [{ Results: [{ Vulnerabilities: [{ VulnerabilityID: 'CVE-2020-1', PkgName: 'a' }] }] }],
  },
  {
    matches: [
      {
        vulnerability: { id: 'CVE-2020-1', fix: { versions: ['1'] }, cvss: [{ metrics: { baseScore: 1 } }] },
        relatedVulnerabilities: [{ id: 'x' }],
        matchDetails: [{ searchedBy: { package: {} } }],
        artifact: { name: 'a', type: 'deb', upstreams: [{ name: 'b' }], locations: [{ path: '/' }] },
      },
    ],
    ignoredMatches: [{ appliedIgnoreRules: [{}] }],
    descriptor: { name: 'grype', db: { status: {} } },
  },
  {
    manifest_hash: 'sha256:1',
    packages: { a: { name: 'a', source: {} } },
    environments: { a: [{}] },
    vulnerabilities: { b: { name: 'CVE-2020-1' } },
    package_vulnerabilities: { a: ['b'] },
    enrichments: { 'clair.cvss': [{ b: [{ baseScore: 1 }] }] },
  },
  { LayerCount: 1, Vulnerabilities: { High: [{ Name: 'CVE-2020-1', FeatureName: 'a' }] } },
  { image: 'x', unapproved: ['CVE-2020-1'], vulnerabilities: [{ vulnerability: 'CVE-2020-1', featurename: 'a' }] },
  {
    Layer: {
      Features: [{ Name: 'a', Vulnerabilities: [{ Name: 'CVE-2020-1', Metadata: { NVD: { CVSSv2: { Score: 1 } } } }] }],
    },
  },
  {
    imageScanFindings: {
      findings: [{ name: 'CVE-2020-1', attributes: [{ key: 'package_name', value: 'a' }] }],
      findingSeverityCounts: { HIGH: 1 },
    },
    imageId: {},
    imageScanStatus: { status: 'COMPLETE' },
  },
  {
    findings: [
      {
        type: 'PACKAGE_VULNERABILITY',
        packageVulnerabilityDetails: {
          vulnerabilityId: 'CVE-2020-1',
          cvss: [{}],
          vulnerablePackages: [{ name: 'a', epoch: 1 }],
        },
        resources: [{ details: { awsEcrContainerImage: {} } }],
      },
    ],
  },
  {
    Findings: [
      {
        SchemaVersion: '1',
        ProductArn: 'x',
        Vulnerabilities: [{ Id: 'CVE-2020-1', Vendor: {}, Cvss: [{}], VulnerablePackages: [{ Name: 'a' }] }],
        Resources: [{ Details: {} }],
        ProductFields: {},
      },
    ],
  },
  {
    image_summary: {},
    discovery_summary: { discovery: [{}] },
    package_vulnerability_summary: {
      vulnerabilities: {
        HIGH: [
          {
            noteName: 'a/CVE-2020-1',
            vulnerability: {
              packageIssue: [{ affectedPackage: 'a', affectedVersion: {}, fixedVersion: {}, fileLocation: [{}] }],
              relatedUrls: [{}],
            },
          },
        ],
      },
    },
  },
  [{ kind: 'VULNERABILITY', noteName: 'a/CVE-2020-1', vulnerability: { packageIssue: [{ affectedPackage: 'a' }] } }],
  {
    runs: [
      {
        tool: {
          driver: {
            name: 'Grype',
            rules: [
              {
                id: 'x',
                help: { text: 'Vulnerability CVE-2020-1\nPackage: a', markdown: 'x' },
                properties: { tags: ['x'], 'security-severity': '1' },
              },
            ],
          },
        },
        results: [
          {
            ruleId: 'x',
            ruleIndex: 0,
            message: { text: 'x' },
            locations: [{ logicalLocations: [{}] }],
            suppressions: [{}],
          },
        ],
      },
    ],
  },
  {
    runs: [
      {
        tool: { driver: { name: 'Trivy', rules: [{ id: 'x' }] } },
        results: [{ ruleId: 'x', message: { text: 'Package: a' } }],
        properties: { repoDigests: ['x'] },
      },
    ],
  },
  {
    runs: [
      {
        tool: {
          driver: { name: 'Snyk Container', rules: [{ id: 'x', fullDescription: { text: '(CVE-2020-1) a/b@1' } }] },
        },
        results: [{ ruleId: 'x', locations: [{ physicalLocation: { artifactLocation: { uri: 'x' } } }] }],
      },
    ],
  },
  {
    runs: [
      {
        tool: { driver: { name: 'docker scout', rules: [{ id: 'x', properties: { purls: ['pkg:deb/debian/a@1'] } }] } },
        results: [{ ruleId: 'x' }],
      },
    ],
  },
  {
    runs: [
      {
        tool: { driver: { name: 'osv-scanner' } },
        results: [{ ruleId: 'x', message: { text: "Package 'a@1' is vulnerable to 'CVE-2020-1'" } }],
      },
    ],
  },
  {
    data: {
      vulnerabilitiesByPackage: [
        { purl: 'pkg:deb/debian/a@1', vulnerabilities: [{ sourceId: 'CVE-2020-1', cvss: {} }] },
      ],
    },
  },
  {
    results: [
      {
        source: { path: 'x' },
        packages: [
          {
            package: { name: 'a' },
            groups: [{ ids: ['x'] }],
            vulnerabilities: [{ id: 'x', affected: [{ package: {}, ranges: [{ events: [{}] }] }], severity: [{}] }],
          },
        ],
      },
    ],
  },
  {
    scan: { type: 'container_scanning', scanner: {} },
    vulnerabilities: [
      { identifiers: [{ type: 'cve', value: 'CVE-2020-1' }], location: { dependency: { package: { name: 'a' } } } },
    ],
  },
  {
    'application/vnd.security.vulnerability.report; version=1.1': {
      generated_at: 'x',
      scanner: {},
      vulnerabilities: [
        { id: 'CVE-2020-1', package: 'a', preferred_cvss: {}, vendor_attributes: { CVSS: { nvd: {} } } },
      ],
    },
  },
  {
    bomFormat: 'CycloneDX',
    components: [{ 'bom-ref': 'a', name: 'a', components: [{}] }],
    vulnerabilities: [{ id: 'CVE-2020-1', ratings: [{ score: 1, method: 'CVSSv3' }], affects: [{ ref: 'a' }] }],
    metadata: { tools: [{}] },
  },
  {
    vulnerability_type: 'all',
    vulnerabilities: [{ vuln: 'CVE-2020-1', package_version: '1', package_name: 'a', nvd_data: [{ cvss_v2: {} }] }],
  },
  {
    packageManager: 'deb',
    vulnerabilities: [
      { id: 'x', packageName: 'a', identifiers: { CVE: ['CVE-2020-1'] }, from: ['x'], cvssDetails: [{}] },
    ],
    filtered: { ignore: [{}] },
    applications: [{ vulnerabilities: [{}] }],
  },
  { findings: [] },
];

const NASTY: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1e308,
  '',
  'x',
  '\u0000\u001b[31m',
  '__proto__',
  'pkg:',
  'pkg:deb',
  'pkg:deb/a@%E0%A4%A',
  'CVE-2020-1',
  'x'.repeat(3_000),
  [],
  [null],
  [[]],
  {},
  { constructor: 1 },
  { toString: null },
];

/** Replaces the value at a random place by a nasty one. */
function spoiled(value: unknown, choose: (below: number) => number): unknown {
  if (typeof value !== 'object' || value === null || choose(4) === 0) return NASTY[choose(NASTY.length)];
  if (Array.isArray(value)) {
    if (value.length === 0) return NASTY[choose(NASTY.length)];
    const at = choose(value.length);
    return value.map((entry, index) => (index === at ? spoiled(entry, choose) : entry));
  }
  const keys = Object.keys(value);
  const key = keys[choose(Math.max(1, keys.length))];
  return key === undefined
    ? NASTY[choose(NASTY.length)]
    : { ...value, [key]: spoiled((value as Record<string, unknown>)[key], choose) };
}

describe('every report format', () => {
  it('has a seed that it and no other recognises', () => {
    const formats = scanners.flatMap((scanner) => scanner.formats).filter((format) => format.kind === 'json');
    const parse = (seed: unknown): Json => {
      const reader = jsonReader();
      reader.write(Buffer.from(JSON.stringify(seed)));
      return reader.end();
    };
    const claimed = SEEDS.map((seed) =>
      formats.filter((format) => format.recognise(parse(seed))).map((format) => format.name),
    );
    expect(claimed.filter((names) => names.length !== 1)).toEqual([]);
    // All but those that differ from their twins in one key or its spelling.
    expect(formats.map((format) => format.name).filter((name) => !claimed.flat().includes(name))).toEqual([
      'AWS Security Hub findings (ASFF, lower case)',
      'AWS Security Hub findings (ASFF list)',
      'GCP occurrences (REST)',
      'Anchore JSON (anchorectl list)',
    ]);
  });

  it('gives a report or an error that a person can act on, whatever is in the file', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...SEEDS),
        fc.infiniteStream(fc.nat()),
        fc.integer({ min: 1, max: 4 }),
        async (seed, numbers, times) => {
          const choose = (below: number): number => (numbers.next().value as number) % below;
          let value: unknown = seed;
          for (let time = 0; time < times; time += 1) value = spoiled(value, choose);
          try {
            const report = await readReport(reportBytes(JSON.stringify(value) ?? 'null', 'x'));
            for (const finding of [...report.findings, ...report.suppressed]) {
              expect(typeof finding.id).toBe('string');
              expect(typeof finding.package).toBe('string');
              expect(typeof finding.version).toBe('string');
            }
          } catch (error) {
            if (!(error instanceof PlimsollError)) throw error;
            expect(error.line).not.toMatch(/[\u0000-\u001f]/);
          }
        },
      ),
      { numRuns: 1_500 },
    );
  });
});

it.each(BODIES)('a report of %s is refused in one line', async (_, body) => {
  const outcome = await readReport(reportBytes(body, 'x')).then(
    () => 'read',
    (error: unknown) => (error instanceof PlimsollError ? error.line : String(error)),
  );
  expect(outcome).not.toMatch(/^(?:read|TypeError|RangeError)/);
  expect(outcome.length).toBeLessThan(1_500);
});

it('a purl is taken apart or is none, whatever it holds', () => {
  fc.assert(fc.property(fc.string(), (text) => void parsePurl(`pkg:${text}`)));
  expect(parsePurl('pkg:npm/%40scope/name@1.0.0?a=b#c')).toEqual({
    type: 'npm',
    namespace: '@scope',
    name: 'name',
    version: '1.0.0',
    qualifiers: new Map([['a', 'b']]),
    subpath: 'c',
  });
  expect(parsePurl('pkg:deb/debian/a@1%2Bb1')).toMatchObject({ version: '1+b1' });
});
