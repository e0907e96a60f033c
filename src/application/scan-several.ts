import { asInternalError, asSystemError, type ErrorCode, PlimsollError } from '../errors.ts';
import type { Report } from '../model.ts';
import { boundAccess } from './open-target.ts';
import { preparedScan, type ScanRequest } from './scan.ts';
import { sharedDatabase } from './stores.ts';
import type { Surroundings } from './surroundings.ts';

/** What became of one of several targets. */
export type ScannedTarget =
  | { readonly target: string; readonly report: Report }
  | { readonly target: string; readonly error: PlimsollError };

/** What no target is to blame for: the next would end with it too. */
const OF_THE_RUN: readonly ErrorCode[] = ['interrupted', 'config', 'database-missing', 'database-damaged'];

/**
 * Scans targets one after the other, by one request that is read once and one database that is opened once. A target that cannot be
 * scanned is handed over with its error, and the next one's turn comes; only the report that is handed over is held. Throws as `scan` for what concerns
 * the request, the database or the user's word to stop, and `usage` for what can be asked of one target only.
 */
export async function* scanSeveral(
  targets: readonly string[],
  request: ScanRequest,
  around: Surroundings,
): AsyncGenerator<ScannedTarget> {
  refuseSingular(targets, request);
  const database = sharedDatabase();
  try {
    const scan = await preparedScan(await boundAccess(request, targets), around, database.open);
    for (const target of targets) yield await outcomeOf(target, scan);
  } finally {
    database.close();
  }
}

async function outcomeOf(target: string, scan: (target: string) => Promise<Report>): Promise<ScannedTarget> {
  try {
    return { target, report: await scan(target) };
  } catch (error) {
    const known = asSystemError(error) ?? asInternalError(error, target);
    if (OF_THE_RUN.includes(known.code)) throw known;
    return { target, error: known };
  }
}

function refuseSingular(targets: readonly string[], { dockerfile, baseline }: ScanRequest): void {
  if (targets.length < 2) return;
  const option = dockerfile === undefined ? baseline && '--baseline' : '--dockerfile';
  if (option !== undefined)
    throw new PlimsollError('usage', `${option} is about one image, and there are ${targets.length}`, {
      hint: 'scan that one by itself',
    });
}
