import { home } from '../home.ts';
import { earlierOfReport, readEarlier, verify } from '../remediate/plan/index.ts';
import type { Verification } from '../remediate/verification.ts';
import { askedExceptions, type ExceptionsRequest } from './exceptions.ts';
import { type ImageAccess, withTarget } from './open-target.ts';
import { isLiveReport, reportOf } from './report-target.ts';
import { scanImage } from './scan-image.ts';
import type { Surroundings } from './surroundings.ts';

/** What is asked when a rebuilt image is held against what was promised. */
export interface VerifyRequest extends ImageAccess, ExceptionsRequest {
  readonly severityFrom?: string;
  /** What must not come with the change; default: the plan's goal, else whatever has a fix. */
  readonly goal?: string;
}

/**
 * Scans a rebuilt target and holds it against an earlier report or plan (a file's path, or a service that has findings: `ecr:NAME:TAG`): what is cleared, what remains, what is
 * new, and whether the plan held. Throws as `readEarlier`, `openStore` and `openImage`.
 */
export async function verifyTarget(
  old: string,
  target: string,
  request: VerifyRequest,
  around: Surroundings,
): Promise<Verification> {
  const [{ openStore, databasePath }, { schemeNamed }] = await Promise.all([
    import('../advisories/store/sqlite-store.ts'),
    import('../advisories/ratings/severity.ts'),
  ]);
  const scheme = request.severityFrom === undefined ? undefined : schemeNamed(request.severityFrom);
  const exceptions = await askedExceptions(request);
  const earlier = (await isLiveReport(old)) ? earlierOfReport(await reportOf(old, {}, around)) : await readEarlier(old);
  const store = openStore(databasePath(home(around.environment)));
  try {
    return await withTarget(target, request, around, async ({ image, cache }) => {
      const { progress, signal } = around;
      const scanned = await scanImage(image, { store, cache, progress, signal, ...(scheme ? { scheme } : {}) });
      const own = await exceptions?.of(image, signal);
      for (const { level, message } of own?.notices ?? []) if (level === 'warning') progress.say(message);
      const report = own?.except(scanned) ?? scanned;
      if (earlier.report === undefined) return verify(earlier, report, request.goal);
      const { foreignView } = await import('../compare/foreign-view.ts');
      return verify(earlier, report, request.goal, foreignView(earlier.report, scanned, store));
    });
  } finally {
    store.close();
  }
}
