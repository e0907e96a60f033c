/** The least that each JSON format is recognised by, and a little more. */
export const REPORT_SEEDS: readonly unknown[] = [
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
