import { PlimsollError } from '../errors.ts';
import type { AttestationReach } from '../inventory/attested-sboms.ts';
import type { Report } from '../model.ts';
import { type Filter, filterReport } from '../policy/filter.ts';
import { type ImageAccess, withTarget } from './open-target.ts';
import { scanImage } from './scan-image.ts';
import { type DatabaseView, openJudgingStore } from './stores.ts';
import type { Surroundings } from './surroundings.ts';

/** What is asked of a scan. */
export interface ScanRequest extends ImageAccess, DatabaseView, Filter {
  /** Whose ratings count: a scheme's name, or sources separated by commas. */
  readonly severityFrom?: string;
  /** Another scanner, by whose rules the findings are judged. */
  readonly lens?: string;
  /** How far attached SBOMs are looked for; default `known`. */
  readonly attestations?: AttestationReach;
  /** Gates: what must not be in it (`HIGH`, `fixable:HIGH`, `secret`, `end-of-life`); the report says how they were judged. */
  readonly failOn?: readonly string[];
  /** A report of an earlier scan (a file of `-f json`), against which `new:` is judged. */
  readonly baseline?: string;
  /** Gates pass although part of what they speak of could not be judged. */
  readonly allowUnjudged?: boolean;
}

/**
 * Opens a target, reads it and judges it by the database of this machine, filters what was found and asks the gates.
 * Throws as `openImage` and `openJudgingStore`, `usage` for a scheme, lens or gate that does not exist or cannot be asked,
 * and as `readBaseline`.
 */
export async function scan(target: string, request: ScanRequest, around: Surroundings): Promise<Report> {
  const { severityFrom, lens, attestations } = request;
  const scheme =
    severityFrom === undefined
      ? undefined
      : (await import('../advisories/ratings/severity.ts')).schemeNamed(severityFrom);
  if (lens !== undefined) (await import('../scanners/index.ts')).lensNamed(lens);
  const ask = await askedGates(request);
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
      const full = { ...scanned, notices: [...scanned.notices, ...notices()] };
      const judged =
        lens === undefined ? full : (await import('../compare/scan-lens.ts')).throughLens(full, lens, store);
      return ask(filterReport(judged, request));
    });
  } finally {
    store.close();
  }
}

/** The gates of a request, read before anything else is done. */
async function askedGates({
  failOn,
  baseline,
  severity,
  allowUnjudged,
}: ScanRequest): Promise<(report: Report) => Report> {
  if (failOn === undefined) {
    if (baseline !== undefined)
      throw new PlimsollError('usage', '--baseline is for gates on what is new', { hint: 'add --fail-on new:HIGH' });
    return (report) => report;
  }
  const [{ parseGates }, { checkAsked, judgeGates }] = await Promise.all([
    import('../policy/gate.ts'),
    import('../policy/judge.ts'),
  ]);
  const gates = parseGates(failOn);
  const before =
    baseline === undefined ? undefined : await (await import('../policy/baseline.ts')).readBaseline(baseline);
  for (const gate of gates) checkAsked(gate, severity, before);
  const judging = { ...(before ? { baseline: before } : {}), ...(allowUnjudged ? { allowUnjudged } : {}) };
  return (report) => (gates.length === 0 ? report : { ...report, gate: judgeGates(report, gates, judging) });
}
