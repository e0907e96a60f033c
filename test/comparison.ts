import { compare } from '../src/compare/compare.ts';
import type { Comparison } from '../src/compare/comparison.ts';
import type { ForeignFinding, ScannerReport } from '../src/scanners/scanner.ts';
import { foreignFinding, foreignReport } from './foreign.ts';

/** Text that a report may bring: markup, an escape, a turn of direction. */
export const HOSTILE = '<script>alert(1)</script>"\u001b[31m\u202e';
let row = 0;
const finding = (id: string, more: Partial<ForeignFinding> = {}): ForeignFinding =>
  foreignFinding(id, { row: row++, title: HOSTILE, ...more });
const report = (
  scanner: string,
  findings: readonly ForeignFinding[],
  more: Partial<ScannerReport> = {},
): ScannerReport =>
  foreignReport(scanner, findings, {
    where: HOSTILE,
    subject: { name: `nginx@sha256:${'0'.repeat(64)} ${HOSTILE}` },
    notes: [{ code: 'partial', message: HOSTILE, count: 1 }],
    ...more,
  });

/** Four reports that differ in everything, one of them a lens. */
export const hostileComparison = (): Comparison =>
  compare({
    reports: [
      report('trivy', [
        finding('CVE-2023-0464'),
        finding('CVE-2023-1', { package: HOSTILE }),
        finding('CVE-2023-2', { severity: 'LOW' }),
      ]),
      report(
        'grype',
        [
          finding('CVE-2023-0464', { severity: 'LOW', severityOriginal: 'Negligible' }),
          finding('CVE-2023-0464', { package: 'libssl1.1', kind: 'binary', source: { name: 'openssl' } }),
        ],
        { version: '0.63.0', database: { date: '2023-05-12' } },
      ),
      report('snyk', [finding('CVE-2023-0464')]),
    ],
    lenses: ['clair-v2'],
    anyway: true,
    now: new Date('2026-01-02T03:04:05Z'),
  });

/** Two reports that agree on everything, with that many findings each. */
export const largeComparison = (count: number): Comparison => {
  const findings = Array.from({ length: count }, (_, at) =>
    finding(`CVE-2024-${10_000 + at}`, { title: `Problem ${at}` }),
  );
  return compare({
    reports: [report('trivy', findings), report('grype', findings)],
    anyway: true,
    now: new Date('2026-01-02T03:04:05Z'),
  });
};
