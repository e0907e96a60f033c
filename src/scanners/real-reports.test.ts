import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { jsonReader } from '../formats/text/json-stream.ts';
import type { Severity } from '../model.ts';
import { scanners } from './index.ts';
import { readReport, reportFile } from './read.ts';
import type { ScannerReport } from './scanner.ts';

const folder = resolve('../shared/reports');
const present = existsSync(folder);
const read = async (name: string): Promise<ScannerReport> => readReport(await reportFile(join(folder, name)));

/** What each real report holds, counted by other means: [file, scanner, format, rows, findings, held back, severities]. */
const REPORTS: readonly (readonly [
  string,
  string,
  string,
  number,
  number,
  number,
  Partial<Record<Severity, number>>,
])[] = [
  [
    'clair/clair_many_vul.json',
    'clair-v2',
    'clair-scanner JSON (Clair v2)',
    35,
    35,
    0,
    { MEDIUM: 9, LOW: 15, NEGLIGIBLE: 11 },
  ],
  [
    'clair/clairklar_mixed.json',
    'clair-v2',
    'klar JSON (Clair v2)',
    6,
    6,
    0,
    { CRITICAL: 2, HIGH: 1, MEDIUM: 1, LOW: 1, UNKNOWN: 1 },
  ],
  [
    'cyclonedx/grype.xml',
    'grype',
    'CycloneDX XML',
    327,
    327,
    0,
    { CRITICAL: 5, HIGH: 24, MEDIUM: 155, LOW: 133, UNKNOWN: 10 },
  ],
  ['cyclonedx/valid-vulnerability-1.4.json', 'cyclonedx', 'CycloneDX JSON', 0, 0, 1, {}],
  [
    'ecr/aws_inspector2_many_vul.json',
    'ecr-enhanced',
    'Amazon Inspector findings (ECR enhanced)',
    7,
    9,
    1,
    { HIGH: 2, MEDIUM: 3, LOW: 2, UNKNOWN: 2 },
  ],
  [
    'ecr/inspector_ecr.json',
    'ecr-enhanced',
    'AWS Security Hub findings (ASFF)',
    7,
    12,
    0,
    { CRITICAL: 4, HIGH: 7, MEDIUM: 1 },
  ],
  [
    'gcp/artifact-analysis-occurrences-sample.json',
    'gcp',
    'GCP image description',
    12,
    13,
    0,
    { CRITICAL: 2, HIGH: 3, MEDIUM: 1, LOW: 3, NEGLIGIBLE: 2, UNKNOWN: 2 },
  ],
  ['gcp/many_vulns.json', 'gcp', 'GCP image description', 7, 7, 0, { CRITICAL: 6, HIGH: 1 }],
  [
    'gitlab/gl-container-scanning-report-5-vuln_v15.json',
    'trivy',
    'GitLab container scanning',
    5,
    5,
    0,
    { HIGH: 4, MEDIUM: 1 },
  ],
  ['grype/check_all_fields.json', 'grype', 'Grype JSON', 6, 6, 0, { CRITICAL: 2, HIGH: 3, NEGLIGIBLE: 1 }],
  ['grype/fix_available.json', 'grype', 'Grype JSON', 1, 1, 0, { HIGH: 1 }],
  [
    'grype/many_vulns3.json',
    'grype',
    'Grype JSON',
    327,
    327,
    0,
    { CRITICAL: 5, HIGH: 24, MEDIUM: 155, LOW: 27, NEGLIGIBLE: 106, UNKNOWN: 10 },
  ],
  ['harbor/harbor-trivy-vuln.json', 'trivy', 'Harbor vulnerability report', 3, 3, 0, { HIGH: 1, LOW: 2 }],
  [
    'osv-scanner/many_findings.json',
    'osv-scanner',
    'OSV-Scanner JSON',
    37,
    37,
    0,
    { CRITICAL: 5, HIGH: 16, MEDIUM: 14, UNKNOWN: 2 },
  ],
  [
    'same-image/nginx-debian12-2023-07/grype.sarif.json',
    'grype',
    'Grype SARIF',
    99,
    99,
    0,
    { HIGH: 3, MEDIUM: 19, LOW: 77 },
  ],
  ['same-image/nginx-debian12-2023-07/snyk.sarif.json', 'snyk', 'Snyk SARIF', 65, 65, 0, { LOW: 65 }],
  [
    'same-image/nginx-debian12-2023-07/trivy.sarif.json',
    'trivy',
    'Trivy SARIF',
    99,
    99,
    0,
    { HIGH: 3, MEDIUM: 21, LOW: 75 },
  ],
  ['snyk/snykcontainer_issue_epss.json', 'snyk', 'Snyk JSON', 13, 13, 0, { CRITICAL: 1, HIGH: 2, MEDIUM: 9, LOW: 1 }],
  ['trivy/all_statuses.json', 'trivy', 'Trivy JSON', 8, 8, 0, { LOW: 8 }],
  ['trivy/issue_10991.json', 'trivy', 'Trivy Kubernetes JSON', 0, 0, 0, {}],
  ['trivy/legacy_many_vulns.json', 'trivy', 'Trivy JSON', 93, 93, 0, { HIGH: 18, MEDIUM: 9, LOW: 65, UNKNOWN: 1 }],
  ['trivy/scheme_2_many_vulns.json', 'trivy', 'Trivy JSON', 5, 5, 0, { CRITICAL: 1, HIGH: 1, MEDIUM: 3 }],
];

describe.skipIf(!present)('real reports (skipped where ../shared/reports is not there)', () => {
  it.each(REPORTS)('%s is read without loss', async (file, scanner, format, rows, findings, suppressed, severities) => {
    const report = await read(file);
    const counted: Partial<Record<Severity, number>> = {};
    for (const finding of report.findings) counted[finding.severity] = (counted[finding.severity] ?? 0) + 1;
    expect([report.scanner, report.format, report.rows, report.findings.length, report.suppressed.length]).toEqual([
      scanner,
      format,
      rows,
      findings,
      suppressed,
    ]);
    expect(counted).toEqual(severities);
    expect(report.notes.filter((note) => note.code === 'unreadable-row' || note.code === 'unknown-severity')).toEqual(
      [],
    );
    // Every finding says what and where, except the git checkout of OSV-Scanner that has no version.
    for (const finding of report.findings) {
      expect(finding.id).not.toBe('');
      expect(finding.package).not.toBe('');
      expect(finding.version, `${finding.id} ${finding.package}`).not.toBe('');
    }
  });

  it('takes the image, the system and the age of the data from where each scanner writes them', async () => {
    const digest = 'sha256:13d22ec63300e16014d4a42aed735207a8b33c223cff19627dd3042e5a10a3a0';
    for (const name of ['grype', 'snyk', 'trivy']) {
      expect((await read(`same-image/nginx-debian12-2023-07/${name}.sarif.json`)).subject.digest).toBe(digest);
    }
    expect((await read('same-image/nginx-debian12-2023-07/snyk.sarif.json')).subject.os).toBe('debian:12');
    expect((await read('grype/many_vulns3.json')).subject.os).toBe('debian:10');
    expect((await read('trivy/legacy_many_vulns.json')).subject.os).toBe('debian:10.8');
    expect((await read('ecr/inspector_ecr.json')).subject).toEqual({
      name: 'repo-os',
      digest: 'sha256:af965ef68c78374a5f987fce98c0ddfa45801df2395bf012c50b863e65978d74',
      platform: 'amd64',
      os: 'debian:11',
    });
    expect((await read('grype/check_all_fields.json')).database).toEqual({
      date: '2021-12-24T08:14:02Z',
      version: '3',
    });
    expect((await read('gcp/many_vulns.json')).created).toBe('2023-08-23T16:57:34.358092699Z');
  });

  it('puts the parts of a version together: epoch, version, release', async () => {
    const inspector = await read('ecr/aws_inspector2_many_vul.json');
    // Inspector closed it: the first finding of the file is one that is no longer there.
    expect(inspector.suppressed[0]).toMatchObject({
      package: 'linux',
      version: '4.19.118-2',
      fix: { state: 'fixed', versions: ['0:4.19.232-1'] },
    });
    expect(inspector.suppressed[0]!.ratings[0]).toEqual({
      source: 'debian',
      severity: 'NEGLIGIBLE',
      method: 'text',
      original: 'unimportant',
    });
    const gcp = await read('gcp/artifact-analysis-occurrences-sample.json');
    expect(gcp.findings.find((finding) => finding.id === 'CVE-2018-6829')).toMatchObject({
      version: '1.10.1-3',
      severity: 'NEGLIGIBLE',
      severityOriginal: 'MINIMAL',
      fix: { state: 'not-fixed', versions: [] },
    });
  });

  it('knows binary and source apart where the scanner does', async () => {
    const snyk = await read('same-image/nginx-debian12-2023-07/snyk.sarif.json');
    expect(snyk.findings.find((finding) => finding.aliases.includes('CVE-2022-0563'))).toMatchObject({
      package: 'libblkid1',
      source: { name: 'util-linux' },
      kind: 'binary',
      version: '2.38.1-5+b1',
    });
    const grype = await read('grype/check_all_fields.json');
    expect(grype.findings[0]).toMatchObject({
      package: 'libgssapi-krb5-2',
      source: { name: 'krb5', version: '1.17-3+deb10u3' },
    });
  });

  it('keeps what a report says against its own rows', async () => {
    const snyk = await read('same-image/nginx-debian12-2023-07/snyk.sarif.json');
    expect(
      snyk.findings.filter((finding) => finding.validity === 'rejected').map((finding) => finding.aliases),
    ).toEqual([['CVE-2023-0634']]);
    const grype = await read('same-image/nginx-debian12-2023-07/grype.sarif.json');
    expect(grype.notes).toEqual([
      { code: 'coarse', message: 'SARIF of Grype writes negligible and unknown as low', count: 77 },
    ]);
    const epss = await read('snyk/snykcontainer_issue_epss.json');
    expect(epss.notes.map((note) => note.code)).toEqual(['summary-mismatch']);
    expect((await read('cyclonedx/valid-vulnerability-1.4.json')).suppressed[0]).toMatchObject({
      id: 'SNYK-JAVA-COMFASTERXMLJACKSONCORE-32111',
      suppressed: 'VEX: not_affected',
      version: '2.9.4',
    });
  });

  it('is claimed by one format only', async () => {
    const json = REPORTS.map(([file]) => file).filter((file) => file.endsWith('.json'));
    const formats = scanners.flatMap((scanner) => scanner.formats).filter((format) => format.kind === 'json');
    for (const file of json) {
      const reader = jsonReader();
      reader.write(readFileSync(join(folder, file)));
      const document = reader.end();
      expect(
        formats.filter((format) => format.recognise(document)).map((format) => format.name),
        file,
      ).toHaveLength(1);
    }
  });

  it('calls a Docker Bench report what it is', async () => {
    await expect(read('docker-bench/docker-bench-report-many-vulns.json')).rejects.toThrow(
      'a Docker Bench for Security report',
    );
  });
});
