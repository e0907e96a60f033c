import { PlimsollError } from '../errors.ts';
import { heardThenCutOff } from '../interruption.ts';
import type { AttestationReach } from '../inventory/attested-sboms.ts';
import { inventoryOf } from '../inventory/kept.ts';
import type { Inventory, Notice, Report } from '../model.ts';
import { type Filter, filterReport } from '../policy/filter.ts';
import { withCompleteness } from '../policy/judge.ts';
import { signatureCheck } from '../sources/signatures/index.ts';
import { askedExceptions, type ExceptionsRequest } from './exceptions.ts';
import type { Freshness } from './fresh-database.ts';
import { type LiveLook, type LiveRequest, lookAtRunning, startedBy } from './live.ts';
import { type ImageAccess, type OpenedTarget, withTarget } from './open-target.ts';
import type { DockerfileRequest, OnBase } from './project-base.ts';
import { askedGates, type GateRequest, type ReportToJudge } from './scan-gates.ts';
import { scanImage } from './scan-image.ts';
import {
  type DatabaseView,
  isKeptByScans,
  isToBeMade,
  type JudgingStore,
  mayNeedUpdate,
  openJudgingStore,
} from './stores.ts';
import type { Surroundings } from './surroundings.ts';

/** What is asked of a scan. */
export interface ScanRequest
  extends ImageAccess,
    ExceptionsRequest,
    LiveRequest,
    DatabaseView,
    Filter,
    Freshness,
    GateRequest,
    DockerfileRequest {
  /** Whose ratings count: a scheme's name, or sources separated by commas. */
  readonly severityFrom?: string;
  /** Another scanner, by whose rules the findings are judged. */
  readonly lens?: string;
  /** How far attached SBOMs are looked for; default `known`. */
  readonly attestations?: AttestationReach;
  /** `36h`, `7d`, `2w`: an answer that rests on older data is refused. */
  readonly maxDbAge?: string;
  /** A configuration file that had a say, and the keys that it says something of: told in the report, so that no gate is eased in silence. */
  readonly settings?: { readonly file: string; readonly keys: readonly string[] };
  /** Whether the report is to say what to change (`Report.changes`): a plan is made for it. */
  readonly changes?: boolean;
}

/**
 * Opens a target, reads it and judges it by the database of this machine, filters what was found and asks the gates.
 * Throws as `openImage` and `openJudgingStore`, `usage` for a scheme, lens or gate that does not exist or cannot be asked,
 * `database-stale` when data that the image needs is older than `maxDbAge`, and as `readBaseline`.
 */
export async function scan(target: string, request: ScanRequest, around: Surroundings): Promise<Report> {
  return (await preparedScan(request, around))(target);
}

/**
 * A request that was read and found sound, as what scans one target after the other by it. `openDatabase`: where each gets its database
 * from. Throws what concerns the request as `scan` does, and what comes back throws what concerns a target.
 * Long because it is the order of a scan, and what has to be closed at its end.
 */
export async function preparedScan(
  request: ScanRequest,
  around: Surroundings,
  openDatabase: typeof openJudgingStore = openJudgingStore,
): Promise<(target: string) => Promise<Report>> {
  const { lens, attestations, asOf, dockerfile } = request;
  const gates = await askedGates(request, around);
  const severityFrom = request.severityFrom ?? gates.scheme;
  const scheme =
    severityFrom === undefined
      ? undefined
      : (await import('../advisories/ratings/severity.ts')).schemeNamed(severityFrom);
  if (lens !== undefined) (await import('../scanners/index.ts')).lensNamed(lens);
  const checkData = await askedAge(request);
  const check = request.attestationSigner && (await signatureCheck(request.attestationSigner));
  const exceptions = await askedExceptions(request);
  const said = settingsNotice(request);
  const work = async (target: string, { image, cache }: OpenedTarget, running?: LiveLook): Promise<Report> => {
    const { progress, signal } = around;
    if (dockerfile !== undefined && image.subject.source !== 'project')
      throw new PlimsollError('usage', `--dockerfile goes with a project, and ${target} is none`, {
        hint: 'name its folder, or one of its requirements or lock files',
      });
    const own = await exceptions?.of(image, signal);
    const except = (report: Report): Report => own?.except(report) ?? report;
    const read = await inventoryOf(image, {
      cache,
      progress,
      signal,
      ...(running && {
        running: { state: running.state, run: startedBy(running, image.subject.config?.run) },
      }),
    });
    const onBase: OnBase =
      dockerfile === undefined
        ? { inventory: read.inventory, notices: [] }
        : await (await import('./project-base.ts')).withBase(
            read.inventory,
            { ...request, dockerfile },
            request,
            around,
          );
    const taken = dockerfile === undefined ? read : { inventory: onBase.inventory, cachedLayers: 0 };
    const first = await openFresh(taken.inventory, request, around, openDatabase);
    const judge = async (
      { store, notices }: JudgingStore,
      besides: readonly Notice[],
    ): Promise<ReportToJudge & { readonly full: Report }> => {
      try {
        const scanned = await scanImage(image, {
          store,
          cache,
          progress,
          signal,
          taken,
          ...(attestations ? { attestations } : {}),
          ...(check ? { check } : {}),
          ...(scheme ? { scheme } : {}),
        });
        const full = withCompleteness({
          ...scanned,
          notices: [...scanned.notices, ...onBase.notices, ...(own?.notices ?? []), ...besides, ...notices(), ...said],
        });
        if (lens !== undefined) {
          const { throughLens } = await import('../compare/scan-lens.ts');
          const whole = except(throughLens(full, lens, store));
          return { full, whole, asked: filterReport(whole, request) };
        }
        const whole = except(full);
        if (request.changes !== true) return { full, whole, asked: filterReport(whole, request) };
        const { withChanges } = await import('./what-to-change.ts');
        const kept = cache && taken.key !== undefined ? { cache, inventoryKey: taken.key } : undefined;
        const asked = await withChanges(whole, request, {
          store,
          ...(scheme ? { scheme } : {}),
          ...(kept ? { kept } : {}),
          ...(whole === full ? {} : { except }),
          ...(await projectAt(target, image)),
        });
        return { full, whole, asked };
      } finally {
        store.close();
      }
    };
    const judged = await heardThenCutOff(signal, () => judge(first.opened, first.renewed));
    // A database that was made a moment ago was made with what rates its findings.
    const wasAsked = first.isMade === true || first.renewed.length > 0;
    const isRated = asOf !== undefined || wasAsked || !(await ratingsFetched(judged.full, request, around));
    const rated = isRated
      ? judged
      : await heardThenCutOff(signal, async () => judge(await openDatabase(request, around), first.renewed));
    checkData(rated.full);
    return gates.ask(rated, { image, cache, ...(onBase.base ? { base: onBase.base } : {}) });
  };
  return async (target) => {
    const running = await lookAtRunning(target, request, around);
    const image = running?.target ?? target;
    return withTarget(image, request, around, (opened) => work(image, opened, running));
  };
}

/**
 * The database, with what the image needs: one that nobody has to add to or renew is opened once, and nothing of feeds is
 * loaded for it.
 */
async function openFresh(
  inventory: Inventory,
  request: ScanRequest,
  around: Surroundings,
  openDatabase: typeof openJudgingStore,
): Promise<{ readonly opened: JudgingStore; readonly renewed: readonly Notice[]; readonly isMade?: boolean }> {
  let isMade = false;
  if (request.offline || request.asOf !== undefined)
    return { opened: await openDatabase(request, around), renewed: [] };
  try {
    const opened = await openDatabase(request, around);
    if (!mayNeedUpdate(opened.store.info, request.skipUpdate ?? false, around)) return { opened, renewed: [] };
    opened.store.close();
  } catch (error) {
    isMade = await isToBeMade(error, around);
    if (!isMade) throw error;
  }
  const renewed = await (await import('./fresh-database.ts')).freshenFor(inventory, request, around);
  return { opened: await openDatabase(request, around), renewed, isMade };
}

/** Where a project lies, for whoever plans a change of its files. */
async function projectAt(target: string, { subject }: OpenedTarget['image']): Promise<{ project?: string }> {
  if (subject.source !== 'project') return {};
  const path = await (await import('./fix-project.ts')).pathOfProject(target);
  return path === undefined ? {} : { project: path };
}

/** Whether what rates the findings had to be fetched (nobody who could not be reached a moment ago is asked again), so that they have to be judged again. */
async function ratingsFetched(report: Report, request: ScanRequest, around: Surroundings): Promise<boolean> {
  if (request.offline || !isKeptByScans(around)) return false;
  return (await import('./fresh-database.ts')).freshenRatings(report.findings, request, around);
}

/** Whether the data that a report rests on is young enough. Throws `usage` for what is no age and no date, whatever is opened later. */
async function askedAge({ maxDbAge, asOf }: ScanRequest): Promise<(report: Report) => void> {
  const day =
    asOf === undefined ? Date.now() : Date.parse((await import('../advisories/ratings/as-of.ts')).parseMoment(asOf));
  if (maxDbAge === undefined) return () => {};
  const { checkAge, parseAge } = await import('../advisories/age.ts');
  const maximum = parseAge(maxDbAge);
  return ({ needed = [], database }) => checkAge(needed, database, maximum, day);
}

const settingsNotice = ({ settings }: ScanRequest): readonly Notice[] =>
  settings === undefined
    ? []
    : [
        {
          level: 'info',
          code: 'settings',
          message: `in force from ${settings.file}: ${settings.keys.join(', ')}`,
        },
      ];
