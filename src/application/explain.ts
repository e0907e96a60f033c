import type { AdvisoryStore } from '../advisories/store/index.ts';
import { type Explanation, explain } from '../compare/explain.ts';
import { PlimsollError } from '../errors.ts';
import type { Image } from '../model.ts';
import { excepting } from '../policy/exceptions/index.ts';
import { completeFor } from './complete-database.ts';
import { askedExceptions, type ExceptionsRequest } from './exceptions.ts';
import { type Freshness, readyMadeFirst } from './fresh-database.ts';
import { evidence } from './inventory.ts';
import type { ImageAccess } from './open-target.ts';
import { type LiveAccess, reportOf } from './report-target.ts';
import type { ScanRequest } from './scan.ts';
import { openOptionalStore, pastNotices } from './stores.ts';
import type { Surroundings } from './surroundings.ts';

/** What is asked when one vulnerability is explained: an image, reports that speak of it, or both. */
export interface ExplainRequest
  extends ImageAccess,
    LiveAccess,
    ExceptionsRequest,
    Pick<Freshness, 'readyMade'>,
    Pick<ScanRequest, 'severityFrom'> {
  readonly target?: string;
  /** Scanners' reports: paths, or services that have findings. */
  readonly reports?: readonly string[];
  /** Only by the rules of these scanners. */
  readonly lenses?: readonly string[];
  readonly asOf?: string;
  /** Never asks the network for advisories. */
  readonly offline?: boolean;
}

/**
 * One vulnerability: who would say what of it, and why. Throws `usage` for what is no id and where there is nothing to look
 * at, and as `openImage`, `readReport` and `openStore`.
 */
export async function explainVulnerability(
  id: string,
  request: ExplainRequest,
  around: Surroundings,
): Promise<Explanation> {
  const { target, lenses, asOf, offline } = request;
  await checkAsked(id, request);
  const exceptions = await askedExceptions(request);
  const scheme =
    request.severityFrom === undefined
      ? undefined
      : (await import('../advisories/ratings/severity.ts')).schemeNamed(request.severityFrom);
  const reports = await Promise.all((request.reports ?? []).map((file) => reportOf(file, request, around)));
  const needed = target !== undefined && reports.length === 0;
  const ready = await readyMadeFirst(request, around);
  let store = await openOptionalStore(asOf, needed, around);
  try {
    const exceptionsOf = async (image: Image) => exceptions?.of(image, around.signal);
    const looked = target === undefined ? undefined : await evidence(target, request, around, exceptionsOf);
    const inventory = looked?.inventory;
    const missing = store === undefined ? [] : await completeFor({ inventory, ids: [id], offline }, around);
    store?.close();
    // What was fetched on the way is in another file.
    store = store && (await openOptionalStore(asOf, needed, around));
    const explanation = explain({
      id,
      reports,
      ...(inventory !== undefined && { inventory }),
      ...(store !== undefined && { store }),
      ...(lenses !== undefined && { lenses }),
      ...(scheme !== undefined && { scheme }),
      ...(looked?.besides !== undefined && {
        excepted: excepting(looked.besides.rules, looked.subject, new Date()),
      }),
    });
    const said = [...ready, ...(looked?.besides?.notices ?? [])].map(({ message }) => message).concat(missing);
    if (store !== undefined) said.push(...pastNotices(store).map(({ message }) => message));
    if (!explanation.known) said.push(...knownSince(id, store));
    return {
      ...explanation,
      ...(asOf === undefined ? {} : { asOf: asOf.slice(0, 10) }),
      ...(said.length > 0 ? { missing: said } : {}),
    };
  } finally {
    store?.close();
  }
}

/** Throws `usage` for what no image could mend: it is told before one is read, which takes minutes. */
async function checkAsked(id: string, { target, reports, lenses, asOf }: ExplainRequest): Promise<void> {
  if (!/^[A-Za-z][\w.:-]{3,100}$/.test(id))
    throw new PlimsollError('usage', `"${id.slice(0, 60)}" is no id of a vulnerability`, {
      hint: 'such as CVE-2023-0464 or GHSA-r9hx-vwmv-q579',
    });
  // Ids have numbers; those of GitHub are drawn from letters too.
  if (!/\d|^GHSA-/i.test(id))
    throw new PlimsollError('usage', `"${id}" is no id of a vulnerability`, {
      hint: `such as CVE-2023-0464; of a package, plimsoll db search ${id} lists what is known`,
    });
  if (target === undefined && reports === undefined)
    throw new PlimsollError('usage', 'explain needs an image, or reports', {
      hint: 'plimsoll explain CVE-2023-0464 IMAGE',
    });
  if (lenses !== undefined) {
    const { lensNamed } = await import('../scanners/index.ts');
    lenses.forEach(lensNamed);
  }
  if (asOf !== undefined) (await import('../advisories/ratings/as-of.ts')).parseMoment(asOf);
}

/** What today's database knows of an id that nobody knew on the day that was asked about. */
function knownSince(id: string, store: AdvisoryStore | undefined): readonly string[] {
  const since = store?.knownSince?.(id);
  if (since === undefined) return [];
  return [`today's database knows ${id}: it was published ${since.day === undefined ? 'since' : `on ${since.day}`}`];
}
