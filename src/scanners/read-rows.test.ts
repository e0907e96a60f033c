import { describe, expect, it } from 'vitest';
import { readReport, reportBytes } from './read.ts';

/** A budget that a test can fill. */
const FEW = { mostRows: 1_200 };

const sarif = (rows: number): string =>
  JSON.stringify({
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'Trivy', version: '0.57.0', rules: [] } },
        results: Array.from({ length: rows }, (_, at) => ({
          ruleId: `CVE-2020-${at + 1000}`,
          level: 'error',
          message: {
            text: 'Package: openssl\nInstalled Version: 1.0\nVulnerability CVE-2020-1000\nSeverity: HIGH\nFixed Version: 2.0',
          },
          locations: [{ physicalLocation: { artifactLocation: { uri: 'library/x' } } }],
        })),
      },
    ],
  });

const trivy = (rows: number): string =>
  JSON.stringify({
    SchemaVersion: 2,
    Results: [
      {
        Target: 'x (debian 12)',
        Class: 'os-pkgs',
        Type: 'debian',
        Vulnerabilities: Array.from({ length: rows }, (_, at) => ({
          VulnerabilityID: `CVE-2020-${at + 1000}`,
          PkgName: 'libssl3',
          InstalledVersion: '3.0.9-1',
          Severity: 'HIGH',
        })),
      },
    ],
  });

describe('the rows that one report may have', () => {
  it.each([
    ['SARIF', sarif],
    ['JSON', trivy],
  ])('%s: as many are read, one more is refused with the figure, the report and the way on', async (_, of) => {
    expect((await readReport(reportBytes(of(1_200), 'report'), undefined, FEW)).findings).toHaveLength(1_200);
    await expect(readReport(reportBytes(of(1_201), 'report'), undefined, FEW)).rejects.toMatchObject({
      code: 'limit',
      line: expect.stringMatching(/^the report has more than 1,200 rows \(report\); .*split it/),
    });
  });
});
