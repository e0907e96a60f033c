import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { PlimsollError } from '../errors.ts';
import { lenses, lensFor, lensNamed, scanners } from './index.ts';
import { type ReportSource, readReport, reportBytes, reportFile } from './read.ts';

const trivy = {
  SchemaVersion: 2,
  ArtifactName: 'x',
  Results: [
    {
      Target: 'x (debian 12)',
      Class: 'os-pkgs',
      Type: 'debian',
      Vulnerabilities: [
        { VulnerabilityID: 'CVE-2023-0464', PkgName: 'libssl3', InstalledVersion: '3.0.9-1', Severity: 'HIGH' },
      ],
    },
  ],
};

const refusal = async (content: string | Uint8Array): Promise<string> => {
  try {
    await readReport(reportBytes(content, 'report.json'));
  } catch (error) {
    if (error instanceof PlimsollError) return `${error.code}: ${error.line}`;
    throw error;
  }
  return 'no error';
};

describe('a report that cannot be read', () => {
  it.each([
    ['Trivy', 'app (debian 12)\n===\nTotal: 1\n\n┌─────────┬──────┐\n│ Library │ ID   │\n├─────────┼──────┤'],
    [
      'Grype',
      'NAME                  INSTALLED            FIXED IN       TYPE    VULNERABILITY     SEVERITY\nnetty  3.2.10.Final',
    ],
    ['OSV-Scanner', 'Scanned /x\n+-----+------+\n| OSV URL | CVSS |'],
  ])('a table of %s is called one, in a line that says what to do', async (_, table) => {
    const told = await refusal(table);
    expect(told).toContain('a table for people, not a report (report.json); the JSON of the same scan can be compared');
    expect(told.length).toBeLessThan(250);
  });

  it('test results and code quality reports, which Trivy has templates for, hold no packages', async () => {
    expect(await refusal('<?xml version="1.0" ?><testsuites name="trivy"></testsuites>')).toContain('hold no packages');
    expect(await refusal('[{"type": "issue", "check_name": "x", "fingerprint": "y"}]')).toContain('holds no packages');
  });

  it('is told apart: empty, cut off, damaged, foreign, an inventory, a log in front', async () => {
    expect(await refusal('')).toBe('corrupt: the file is empty (report.json)');
    expect(await refusal(JSON.stringify(trivy).slice(0, -20))).toMatch(
      /^corrupt: the JSON ends in the middle, after \d+ bytes \(report\.json\); the file is cut off/,
    );
    expect(await refusal('{"hello": "world", "n": [1, 2]}')).toMatch(
      /^unsupported: a JSON document with the keys hello, n, which is no report known here .*expected one of: Plimsoll JSON, .*Trivy JSON/,
    );
    expect(await refusal('{"hello": "wor')).toMatch(/^corrupt/);
    expect(await refusal(JSON.stringify({ ...trivy, Results: 'none' }))).toMatch(
      /^corrupt: what stands under Results is no list/,
    );
    expect(await refusal(JSON.stringify({ ...trivy, Results: [{ ...trivy.Results[0], Vulnerabilities: 3 }] }))).toMatch(
      /^corrupt: what stands under Results.Vulnerabilities is no list/,
    );
    expect(await refusal(JSON.stringify({ matches: false, descriptor: { name: 'grype' } }))).toContain('under matches');
    expect(await refusal('{"matches": [}')).toMatch(/^corrupt: not valid JSON/);
    expect(await refusal('[1, 2, 3]')).toMatch(/^unsupported/);
    expect(
      await refusal(`2026-01-01T00:00:00Z INFO Vulnerability scanning is enabled\n${JSON.stringify(trivy)}`),
    ).toContain("the scanner's log was written into the report");
    expect(await refusal('PK\u0003\u0004 not a report')).toMatch(/^unsupported: not a report known here/);
    expect(await refusal('<html><body>Sign in</body></html>')).toContain('a web page, not a report');
    expect(await refusal('<feed/>')).toContain('an XML document <feed>, which is no report known here');
    expect(await refusal('{"spdxVersion": "SPDX-2.3"}')).toContain('an SPDX inventory without vulnerabilities');
    expect(await refusal('SPDXVersion: SPDX-2.3\nDataLicense: CC0-1.0\n')).toContain('an SPDX inventory');
    expect(await refusal('{"version": 0, "detector": {"name": "trivy"}, "manifests": {}}')).toContain('scan sbom:FILE');
    await expect(reportFile('/nowhere/report.json')).rejects.toThrow('no such report');
    await expect(reportFile('src')).rejects.toThrow('a report is a file');
  });

  it('cannot smuggle control characters into the message', async () => {
    expect(await refusal('{"\\u001b[31mred": 1}')).toContain('keys ?[31mred');
  });
});

describe('a report that can', () => {
  it('may be packed, or written by PowerShell', async () => {
    const text = JSON.stringify(trivy);
    for (const bytes of [gzipSync(text), Buffer.from(`\ufeff${text}`, 'utf16le'), Buffer.from(`\ufeff${text}`)]) {
      expect((await readReport(reportBytes(bytes, 'x'))).rows).toBe(1);
    }
  });

  it('counts rows that are no objects', async () => {
    const report = await readReport(
      reportBytes(JSON.stringify({ matches: ['CVE-2023-0464', 7], descriptor: { name: 'grype' } }), 'x'),
    );
    expect(report.notes).toEqual([{ code: 'unreadable-row', message: 'rows that are no objects', count: 2 }]);
  });

  it('counts what stands twice, what has an unknown severity and what has no id', async () => {
    const text = JSON.stringify({
      ...trivy,
      Results: [
        {
          ...trivy.Results[0],
          Vulnerabilities: [
            { ...trivy.Results[0]!.Vulnerabilities[0], Severity: 'SPICY' },
            { PkgName: 'x', Severity: 'LOW' },
          ],
        },
      ],
    }).replace('"ArtifactName":"x"', '"ArtifactName":"x","ArtifactName":"y"');
    const report = await readReport(reportBytes(text, 'x'));
    expect(report.subject.name).toBe('y');
    expect([report.rows, report.findings[0]!.severity, report.findings[0]!.severityOriginal]).toEqual([
      1,
      'UNKNOWN',
      'SPICY',
    ]);
    expect(report.notes.map((note) => [note.code, note.count])).toEqual([
      ['duplicate-key', 1],
      ['unknown-severity', 1],
      ['unreadable-row', 1],
    ]);
  });

  it('has the rows of the later one where a list of rows stands twice', async () => {
    const row = (id: string): string =>
      `{"vulnerability":{"id":"${id}","severity":"Low"},"artifact":{"name":"a","version":"1","type":"deb"},"matchDetails":[]}`;
    const report = await readReport(
      reportBytes(
        `{"matches":[${row('CVE-2020-0001')},${row('CVE-2020-0002')}],"descriptor":{"name":"grype"},"matches":[${row('CVE-2020-0003')}]}`,
        'x',
      ),
    );
    expect(report.findings.map((finding) => finding.id)).toEqual(['CVE-2020-0003']);
  });

  it('is recognised by what stands at its end, when its beginning does not tell', async () => {
    const padding = 'x'.repeat(2 * 1024 * 1024);
    const report = await readReport(
      reportBytes(
        JSON.stringify({ source: { padding }, matches: [], descriptor: { name: 'grype', version: '0.63.0' } }),
        'x',
      ),
    );
    expect([report.scanner, report.rows]).toEqual(['grype', 0]);
  });

  it('is read in bounded memory, however long the texts around its rows are', async () => {
    const rows = 1_500;
    const long = 'y'.repeat(8_000);
    const report = await readReport(bigSarif(rows, long));
    expect([report.rows, report.findings.length]).toEqual([rows, rows]);
    expect(report.findings[rows - 1]).toMatchObject({
      id: `CVE-2023-${100_000 + rows - 1}`,
      package: `pkg${(rows - 1) % 50}`,
      version: '1.0',
      severity: 'LOW',
    });
    // 24 MB of texts passed by; what is kept of a row is a few hundred bytes.
    const kept = report.findings.reduce((sum, finding) => sum + JSON.stringify(finding).length, 0);
    expect(kept / rows).toBeLessThan(1_200);
  });
});

/** SARIF as Grype writes it, made while it is read. */
function bigSarif(rows: number, long: string): ReportSource {
  return {
    where: 'big.sarif',
    async *open() {
      yield Buffer.from('{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"Grype","version":"0.63.0","rules":[');
      for (let at = 0; at < rows; at += 1) {
        const id = `CVE-2023-${100_000 + at}-pkg${at % 50}`;
        const help = `Vulnerability CVE-2023-${100_000 + at}\\nSeverity: low\\nPackage: pkg${at % 50}\\nVersion: 1.0\\nFix Version: \\nType: deb\\nLocation: /x\\nData Namespace: debian:distro:debian:12\\n${long}`;
        yield Buffer.from(
          `${at === 0 ? '' : ','}{"id":"${id}","name":"DpkgMatcher","fullDescription":{"text":"${long}"},"help":{"text":"${help}"}}`,
        );
      }
      yield Buffer.from(']}},"results":[');
      for (let at = 0; at < rows; at += 1)
        yield Buffer.from(
          `${at === 0 ? '' : ','}{"ruleId":"CVE-2023-${100_000 + at}-pkg${at % 50}","message":{"text":"The path /x reports pkg at version 1.0"}}`,
        );
      yield Buffer.from(']}]}');
    },
  };
}

describe('the list of scanners', () => {
  it('has every lens of the issue under its name, each with a citation for each rule', () => {
    expect([...lenses.keys()].sort()).toEqual(
      [
        'clair-v2',
        'clair-v4',
        'docker-hub',
        'ecr-basic',
        'ecr-basic-2023',
        'ecr-enhanced',
        'gcp',
        'grype',
        'grype-2023',
        'osv-scanner',
        'snyk',
        'trivy',
        'trivy-2023',
      ].sort(),
    );
    for (const lens of lenses.values()) {
      const rules = [
        ...lens.leavesOut,
        ...lens.reads,
        ...lens.drops,
        lens.version,
        ...lens.rates,
        lens.fix,
        ...lens.hides,
        lens.unit,
      ];
      for (const rule of rules) {
        expect(rule.cite.length, `${lens.name}: ${rule.says}`).toBeGreaterThan(5);
        expect(rule.says.length, `${lens.name}: ${rule.cite}`).toBeGreaterThan(5);
      }
    }
  });

  it('finds the lens of a report by the era of its version or date', () => {
    const named = (scanner: string, version?: string, date?: string): string | undefined =>
      lensFor(scanner, version, date)?.name;
    expect(named('grype', '0.63.0', undefined)).toBe('grype-2023');
    expect(named('grype', '0.75.0', undefined)).toBe('grype');
    expect(named('grype', 'v0.110.1', undefined)).toBe('grype');
    expect(named('grype', undefined, '2023-07-30')).toBe('grype-2023');
    expect(named('trivy', '0.41.0', '2023-05-12')).toBe('trivy-2023');
    expect(named('trivy', '0.70.0', undefined)).toBe('trivy');
    expect(named('ecr-basic', undefined, '2023-05-12T14:00:00Z')).toBe('ecr-basic-2023');
    expect(named('ecr-basic', undefined, '2026-05-12')).toBe('ecr-basic');
    expect(named('ecr-basic', undefined, undefined)).toBe('ecr-basic');
    expect(named('harbor', undefined, undefined)).toBeUndefined();
    expect(() => lensNamed('twistlock')).toThrow('no lens is called "twistlock"');
  });

  it('names each scanner and format once', () => {
    const names = scanners.map((scanner) => scanner.name);
    const formats = scanners.flatMap((scanner) => scanner.formats.map((format) => format.name));
    expect([new Set(names).size, new Set(formats).size]).toEqual([names.length, formats.length]);
  });
});
