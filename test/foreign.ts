import type { ForeignFinding, ScannerReport } from '../src/scanners/scanner.ts';

/** A row of another scanner's report, on OpenSSL of a Debian. */
export const foreignFinding = (id: string, more: Partial<ForeignFinding>): ForeignFinding => ({
  row: 0,
  id,
  aliases: [],
  package: 'openssl',
  kind: 'source',
  version: '1.1.1n',
  type: 'deb',
  severity: 'HIGH',
  ratings: [],
  fix: { state: 'not-fixed', versions: [] },
  locations: [],
  ...more,
});

/** Another scanner's report with these rows. */
export const foreignReport = (
  scanner: string,
  findings: readonly ForeignFinding[],
  more: Partial<ScannerReport>,
): ScannerReport => ({
  scanner,
  title: scanner,
  format: 'JSON',
  where: scanner,
  subject: {},
  rows: findings.length,
  findings,
  suppressed: [],
  notes: [],
  ...more,
});
