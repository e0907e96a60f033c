import { describe, expect, it } from 'vitest';
import { wheel } from '../../../test/report.ts';
import { memoryStore } from '../../advisories/store/memory.ts';
import { compare } from '../../compare/compare.ts';
import { explain } from '../../compare/explain.ts';
import type { Severity, Statement } from '../../model.ts';
import type { ForeignFinding, ScannerReport } from '../../scanners/scanner.ts';
import { explainTable } from './explain-table.ts';
import { compareFormatNamed } from './format.ts';

const SEVERITIES: readonly Severity[] = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'NEGLIGIBLE', 'UNKNOWN'];

const report = (scanner: string, title: string, ids: readonly string[], turn: number): ScannerReport => ({
  scanner,
  title,
  format: 'JSON',
  where: 'report.json',
  subject: { name: 'registry.example/team/image:2023-07-01' },
  rows: ids.length,
  findings: ids.map(
    (id, at): ForeignFinding => ({
      row: at,
      id,
      aliases: [],
      package: at % 2 === 0 ? 'gstreamer1.0-plugins-base' : 'jackson-databind',
      kind: 'source',
      version: '2:1.18.4+really1.18.4-2+deb11u1~bpo10+1',
      type: 'deb',
      severity: SEVERITIES[(at + turn) % SEVERITIES.length]!,
      ratings: [],
      fix: { state: 'not-fixed', versions: [] },
      locations: [],
    }),
  ),
  suppressed: [],
  notes: [
    { code: 'partial', message: 'rows of packages whose system is not known were left as they stand', count: 12 },
  ],
});

const ids = (from: number, count: number): readonly string[] =>
  Array.from({ length: count }, (_, at) =>
    at % 5 === 0 ? `GHSA-mc87-3fv2-${1000 + from + at}` : `CVE-2023-${1000234 + from + at}`,
  );

describe('an explanation on a terminal', () => {
  const statement: Statement = {
    id: 'CVE-2022-40897',
    source: 'pysec',
    namespace: 'PyPI',
    package: 'setuptools',
    aliases: [],
    state: 'fixed',
    ranges: [{ fixed: '65.5.1' }],
    ratings: [],
  };
  const explanation = explain({
    id: 'CVE-2022-40897',
    store: memoryStore({ statements: [statement] }),
    inventory: { packages: [wheel('setuptools', '58.1.0')] },
  });

  it.each([60, 80, 120, 200])('stands out nowhere at %i columns, and cuts no version', (width) => {
    const text = [...explainTable(explanation, { width })].join('');
    expect(text.split('\n').filter((line) => line.length > width)).toEqual([]);
    expect(text).toMatch(/^ {2}Plimsoll +unknown +65\.5\.1 /m);
  });
});

describe('a comparison on a terminal', () => {
  const comparison = compare({
    reports: [
      report('trivy', 'Trivy 0.74.0', ids(0, 40), 0),
      report('docker-scout', 'Docker Scout 1.18.2', ids(10, 40), 1),
      report('snyk', 'Snyk Container 1.1194.0', ids(20, 60), 2),
      report('anchore', 'Anchore Enterprise', ids(30, 30), 3),
    ],
  });

  it.each([60, 72, 80, 100, 120])('stands out nowhere at %i columns, whatever is listed', (width) => {
    for (const all of [false, true]) {
      const text = [...compareFormatNamed('table').render(comparison, { width, all })].join('');
      expect(text.split('\n').filter((line) => line.length > width)).toEqual([]);
      for (const word of ['What they say', 'Why single findings differ', 'What only one reports', 'CRIT'])
        expect(text.toUpperCase()).toContain(word.toUpperCase());
    }
  });
});
