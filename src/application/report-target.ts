import { userHome } from '../home.ts';
import { readReport, reportBytes, reportFile } from '../scanners/read.ts';
import type { ScannerReport } from '../scanners/scanner.ts';
import type { Surroundings } from './surroundings.ts';

/** How findings are fetched from a service. */
export interface LiveAccess {
  /** The service is asked to scan the image anew first, where it does that on request. */
  readonly startScan?: boolean;
}

/** True for what names a service's findings on an image (`ecr:NAME:TAG`): a report, though no file. */
export const isLiveReport = async (target: string): Promise<boolean> =>
  (await import('../sources/live/index.ts')).liveTarget(target) !== undefined;

/** How findings of a service are named, for a target that begins so and is none. */
export async function spellingFor(target: string): Promise<string | undefined> {
  const spelling = (await import('../sources/live/index.ts')).liveSpelling(target);
  return spelling === undefined ? undefined : `write ${spelling}`;
}

/**
 * A report wherever it is: a file, standard input (`-`), or a service that has findings on an image.
 * Throws as `readReport` and `fetchFindings`.
 */
export async function reportOf(target: string, access: LiveAccess, around: Surroundings): Promise<ScannerReport> {
  if (target === '-' || !(await isLiveReport(target))) return readReport(await reportFile(target), around.signal);
  const { fetchFindings } = await import('../sources/live/index.ts');
  const { environment, progress, signal } = around;
  const { startScan } = access;
  const { where, bytes, dataOf } = await fetchFindings(target, { environment, progress, signal, startScan });
  const report = await readReport(reportBytes(bytes, where), signal);
  return dataOf === undefined || report.database?.date !== undefined
    ? report
    : { ...report, database: { ...report.database, date: dataOf } };
}

/** An image as other programs can be told it: those of services (`ecr:NAME:TAG`) by the registry that has them. Throws as the service. */
export async function nameForPrograms(image: string, { environment, progress, signal }: Surroundings): Promise<string> {
  if (!(await isLiveReport(image))) return image;
  const [{ liveImage }, { createHttp }] = await Promise.all([
    import('../sources/live/index.ts'),
    import('../network/http.ts'),
  ]);
  const http = createHttp({ environment, progress, namedBy: 'user' });
  try {
    const home = userHome(environment);
    const name = await liveImage(image, async () => ({ http, environment, home, progress, signal }));
    return name === undefined ? image : `registry:${name}`;
  } finally {
    await http.close();
  }
}
