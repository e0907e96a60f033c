import type { Report } from '../src/model.ts';
import { pieces, reportFormatNamed } from '../src/report/index.ts';
import { readReport, reportBytes } from '../src/scanners/read.ts';
import type { ScannerReport } from '../src/scanners/scanner.ts';

/** A scan as one report among others, by the way that it goes in the program: written, and read again. */
export const ownReport = (scan: Report, format = 'json'): Promise<ScannerReport> =>
  readReport(reportBytes([...pieces(reportFormatNamed(format).render(scan, {}))].join(''), `scan.${format}`));
