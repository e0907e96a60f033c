import { PlimsollError } from '../errors.ts';
import type { Report } from '../model.ts';
import { type Filter, filterReport } from '../policy/filter.ts';
import { readStored, type Stored } from '../report/stored/index.ts';
import { reportFile } from '../scanners/report-source.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * Reads a document that `-f json` of scan, compare, fix or bench wrote (a file's path, `-` for standard input; gzip is undone). Throws
 * `not-found`, `corrupt`, `limit`, and `unsupported` for what another program wrote.
 */
export async function storedDocument(path: string, { signal }: Pick<Surroundings, 'signal'>): Promise<Stored> {
  const source = await reportFile(path);
  const stored = await readStored(source, signal);
  if (stored !== undefined) return stored;
  throw new PlimsollError('unsupported', 'another program wrote this', {
    where: source.where,
    hint: 'write one with -f json; plimsoll compare reads reports of other scanners',
  });
}

/** Reads a report of a scan. Throws as `storedDocument`, `usage` for another document of ours. */
export async function storedReport(path: string, around: Pick<Surroundings, 'signal'>): Promise<Report> {
  const stored = await storedDocument(path, around);
  if (stored.kind === 'scan') return stored.report;
  throw new PlimsollError('usage', `this is what plimsoll ${stored.kind} wrote, and no report of a scan`, {
    where: path,
    hint: 'write one with plimsoll scan -f json',
  });
}

/** A report as its reader wants it; as it is where nothing is asked. */
export const filteredReport = (report: Report, filter: Filter): Report =>
  Object.keys(filter).length === 0 ? report : filterReport(report, filter);
