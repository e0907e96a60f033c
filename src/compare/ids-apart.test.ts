import { describe, expect, it } from 'vitest';
import { memoryStore } from '../advisories/store/memory.ts';
import type { Statement } from '../model.ts';
import { readReport, reportBytes } from '../scanners/read.ts';
import type { ScannerReport } from '../scanners/scanner.ts';
import { compare } from './compare.ts';
import type { Comparison } from './comparison.ts';

const read = (value: unknown): Promise<ScannerReport> => readReport(reportBytes(JSON.stringify(value), 'report'));

interface Row {
  readonly id: string;
  readonly text: string;
  readonly help?: string;
}

const sarif = (name: string, rows: readonly Row[]): Promise<ScannerReport> =>
  read({
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: { name, version: '0.74.0', rules: rows.map(({ id, help = '' }) => ({ id, help: { text: help } })) },
        },
        results: rows.map(({ id, text }) => ({
          ruleId: id,
          level: 'error',
          message: { text },
          locations: [{ physicalLocation: { artifactLocation: { uri: 'usr/METADATA' } } }],
        })),
      },
    ],
  });

/** What Trivy's SARIF says of a Python package: CVEs, and of aliases nothing. */
const trivy = (...rows: readonly (readonly [id: string, pkg: string, version: string])[]): Promise<ScannerReport> =>
  sarif(
    'Trivy',
    rows.map(([id, pkg, version]) => ({
      id,
      text: `Package: ${pkg}\nInstalled Version: ${version}\nVulnerability ${id}\nSeverity: HIGH\nFixed Version: 2.2.13\nLink: [${id}](https://avd.aquasec.com/nvd/${id.toLowerCase()})`,
    })),
  );

/** What Grype's says of it: GitHub's ids. */
const grype = (...rows: readonly (readonly [id: string, pkg: string, version: string])[]): Promise<ScannerReport> =>
  sarif(
    'grype',
    rows.map(([id, pkg, version]) => ({
      id: `${id}-${pkg}`,
      text: `A high vulnerability in python package: ${pkg}, version ${version} was found in image x at: /usr/METADATA`,
      help: `Vulnerability ${id}\nSeverity: high\nPackage: ${pkg}\nVersion: ${version}\nFix Version: 2.2.13\nType: python\nLocation: /usr/METADATA\nData Namespace: github:language:python\nLink: [${id}](https://github.com/advisories/${id})`,
    })),
  );

const says = ({ differences }: Comparison): readonly string[] =>
  differences.filter(({ kind }) => kind === 'present').map(({ causes }) => causes.map((cause) => cause.says).join());

const APART = [
  'Unknown: ids not joined: grype names vulnerabilities of django by ids of other databases, trivy by CVE ids',
  'Unknown: ids not joined: trivy names vulnerabilities of django by CVE ids, grype by ids of other databases',
];

describe('one names CVEs and the other records of GitHub', () => {
  const pair = async (): Promise<ScannerReport[]> =>
    Promise.all([trivy(['CVE-2020-13254', 'django', '2.2.1']), grype(['GHSA-wpjr-j57x-wxfw', 'django', '2.2.1'])]);

  it('says that the ids are not joined, and once that a database joins them', async () => {
    const comparison = compare({ reports: await pair() });
    expect([...says(comparison)].sort()).toEqual(APART);
    expect(comparison.differences.map(({ causes }) => causes[0]!.proof)).toEqual(['none', 'none']);
    expect(comparison.identity.remarks.filter((remark) => remark.includes('plimsoll db update'))).toEqual([
      'At 2 places ids are not joined: one names CVEs and the other does not, and no report says which are one; an advisory database does (plimsoll db update)',
    ]);
  });

  it('says the same in the other order', async () => {
    expect([...says(compare({ reports: (await pair()).reverse() }))].sort()).toEqual(APART);
  });

  it('joins them by a database, and then hints at none', async () => {
    const statement: Statement = {
      id: 'GHSA-wpjr-j57x-wxfw',
      source: 'ghsa',
      namespace: 'PyPI',
      package: 'django',
      aliases: ['CVE-2020-13254'],
      state: 'fixed',
      ranges: [{ introduced: '0', fixed: '2.2.13' }],
      ratings: [],
    };
    const comparison = compare({
      reports: await pair(),
      store: memoryStore({ statements: [statement], vulnerabilities: [] }),
    });
    expect(says(comparison)).toEqual([]);
    expect(comparison.rows).toHaveLength(1);
    expect(comparison.identity.remarks.join()).not.toContain('ids are not joined');
  });

  it.each([
    ['another version of the package', ['GHSA-wpjr-j57x-wxfw', 'django', '3.0']],
    ['another package', ['GHSA-wpjr-j57x-wxfw', 'jinja2', '2.2.1']],
    ['a CVE as well', ['CVE-2021-0001', 'django', '2.2.1']],
  ] as const)('does not say it of %s', async (_, row) => {
    const comparison = compare({ reports: [await trivy(['CVE-2020-13254', 'django', '2.2.1']), await grype(row)] });
    expect(says(comparison).filter((entry) => entry.startsWith('Unknown: ids'))).toEqual([]);
    expect(comparison.identity.remarks.join()).not.toContain('ids are not joined');
  });
});
