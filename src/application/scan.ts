import type { AttestationReach } from '../inventory/attested-sboms.ts';
import type { Report } from '../model.ts';
import { type ImageAccess, withTarget } from './open-target.ts';
import { scanImage } from './scan-image.ts';
import { type DatabaseView, openJudgingStore } from './stores.ts';
import type { Surroundings } from './surroundings.ts';

/** What is asked of a scan. */
export interface ScanRequest extends ImageAccess, DatabaseView {
  /** Whose ratings count: a scheme's name, or sources separated by commas. */
  readonly severityFrom?: string;
  /** Another scanner, by whose rules the findings are judged. */
  readonly lens?: string;
  /** How far attached SBOMs are looked for; default `known`. */
  readonly attestations?: AttestationReach;
}

/**
 * Opens a target, reads it and judges it by the database of this machine. Filters and gates are the caller's (`policy/`).
 * Throws as `openImage` and `openJudgingStore`, and `usage` for a scheme or lens that does not exist.
 */
export async function scan(target: string, request: ScanRequest, around: Surroundings): Promise<Report> {
  const { severityFrom, lens, attestations } = request;
  const scheme =
    severityFrom === undefined
      ? undefined
      : (await import('../advisories/ratings/severity.ts')).schemeNamed(severityFrom);
  const { store, notices } = await openJudgingStore(request, around);
  try {
    return await withTarget(target, request, around, async ({ image, cache }) => {
      const scanned = await scanImage(image, {
        store,
        cache,
        progress: around.progress,
        signal: around.signal,
        ...(attestations ? { attestations } : {}),
        ...(scheme ? { scheme } : {}),
      });
      const report = { ...scanned, notices: [...scanned.notices, ...notices()] };
      return lens === undefined ? report : (await import('../compare/scan-lens.ts')).throughLens(report, lens, store);
    });
  } finally {
    store.close();
  }
}
