import { checkCount, compare } from '../compare/compare.ts';
import type { Comparison } from '../compare/comparison.ts';
import { PlimsollError } from '../errors.ts';
import { heardThenCutOff } from '../interruption.ts';
import { readReport, reportBytes } from '../scanners/read.ts';
import type { ScannerReport } from '../scanners/scanner.ts';
import { sortTargets } from './compare-targets.ts';
import { completeFor } from './complete-database.ts';
import type { ExceptionsRequest } from './exceptions.ts';
import { type Freshness, readyMadeFirst } from './fresh-database.ts';
import { evidence } from './inventory.ts';
import type { ImageAccess } from './open-target.ts';
import { type LiveAccess, nameForPrograms, reportOf } from './report-target.ts';
import type { ScanRequest } from './scan.ts';
import { openOptionalStore, pastNotices } from './stores.ts';
import type { Surroundings } from './surroundings.ts';

/** What is asked of a comparison. */
export interface CompareRequest
  extends ImageAccess,
    LiveAccess,
    ExceptionsRequest,
    Pick<Freshness, 'readyMade'>,
    Pick<ScanRequest, 'severityFrom'> {
  /** The image that was scanned: its files are the evidence. */
  readonly image?: string;
  /** Scanners whose rules are replayed. */
  readonly lenses?: readonly string[];
  /** Installed scanners that are run on the image. */
  readonly run?: readonly string[];
  readonly asOf?: string;
  /** Never asks the network for advisories. */
  readonly offline?: boolean;
  /** Goes on although the reports are about different images. */
  readonly anyway?: boolean;
}

/**
 * Why scanners differ: reports (paths, or services that have findings: `ecr:NAME:TAG`), replayed rules and fresh runs laid side by side, every difference by its cause. A target
 * that can only be the image, or is no report where lenses or runs want one, is the image; one report or lens alone is compared with our own scan of it. Throws `usage` and `not-found` for targets that do not go
 * together, and as `readReport`, `openImage` and `openStore`.
 */
export async function compareTargets(
  targets: readonly string[],
  request: CompareRequest,
  around: Surroundings,
): Promise<Comparison> {
  const { lenses, run, asOf, offline } = request;
  const scheme = await checkedWords(request);
  const { files, image } = await sortTargets(targets, request);
  const ready = await readyMadeFirst(request, around);
  const reports = await Promise.all(files.map((file) => reportOf(file, request, around)));
  if (run !== undefined) {
    if (image === undefined)
      throw new PlimsollError('usage', '--run needs the image to scan', {
        hint: 'plimsoll compare --run trivy,grype IMAGE',
      });
    const { runScanner } = await import('../compare/run.ts');
    const { environment, progress, signal } = around;
    const named = await nameForPrograms(image, around);
    for (const name of run) reports.push(await runScanner(name, named, { environment, progress, signal }));
  }
  if (image !== undefined && reports.length + (lenses?.length ?? 0) === 1)
    reports.push(await ownReport(image, request, around));
  if (lenses !== undefined && image === undefined && reports.length === 0)
    throw new PlimsollError('usage', '--lens needs an image, or reports to replay over', {
      hint: 'plimsoll compare --lens trivy,ecr-basic IMAGE',
    });
  const needed = image !== undefined && (lenses !== undefined || reports.length === 0);
  checkCount(reports.length + (lenses?.length ?? 0));
  let store = await openOptionalStore(asOf, needed, around);
  try {
    const opened = image === undefined ? undefined : await evidenceIfAny(image, request, around);
    const question = { inventory: opened?.inventory, ids: vulnerabilitiesOf(reports), offline };
    const missing = store === undefined ? [] : await completeFor(question, around);
    store?.close();
    // What was fetched on the way is in another file.
    store = store && (await openOptionalStore(asOf, needed, around));
    const asked = {
      reports,
      lenses: lenses ?? [],
      ...(opened !== undefined && opened),
      ...(store !== undefined && { store }),
      anyway: request.anyway === true,
      ...(scheme !== undefined && { scheme }),
    };
    // Of half a million rows this takes seconds.
    const comparison = await heardThenCutOff(around.signal, () => compare(asked));
    const { identity } = comparison;
    const past = store === undefined ? [] : pastNotices(store).map(({ message }) => message);
    return {
      ...comparison,
      identity: {
        ...identity,
        remarks: [...identity.remarks, ...ready.map(({ message }) => message), ...missing, ...past],
      },
    };
  } finally {
    store?.close();
  }
}

/** Whose ratings count. Throws `usage` for a lens, scanner, scheme or date that there is not: told before an image is read, which takes minutes. */
async function checkedWords({ lenses = [], run = [], asOf, severityFrom }: CompareRequest) {
  const { lensNamed, scannerNamed } = await import('../scanners/index.ts');
  lenses.forEach(lensNamed);
  run.forEach(scannerNamed);
  if (asOf !== undefined) (await import('../advisories/ratings/as-of.ts')).parseMoment(asOf);
  return severityFrom === undefined
    ? undefined
    : (await import('../advisories/ratings/severity.ts')).schemeNamed(severityFrom);
}

/** Our own scan of the image: what one report or lens alone is compared with. Throws as `scan`. */
async function ownReport(image: string, request: CompareRequest, around: Surroundings): Promise<ScannerReport> {
  const [{ scan }, { jsonReport }, { pieces }] = await Promise.all([
    import('./scan.ts'),
    import('../report/scan/json.ts'),
    import('../report/report-format.ts'),
  ]);
  around.progress.say(`One report or lens alone: our own scan of ${image} is the other`);
  const { lenses: _, run: __, image: ___, anyway: ____, ...access } = request;
  const report = await scan(image, access, around);
  const written = [...pieces(jsonReport.render(report, {}))].map((piece) => Buffer.from(piece));
  return readReport(reportBytes(Buffer.concat(written), `plimsoll scan ${image}`), around.signal);
}

/** What reports speak of, for which NVD may have a word. */
const vulnerabilitiesOf = (reports: readonly ScannerReport[]): readonly string[] => [
  ...new Set(reports.flatMap(({ findings }) => findings.map(({ id }) => id)).filter((id) => id.startsWith('CVE-'))),
];

/** Where scanners were run, their reports can be compared even if we cannot open the image ourselves. */
async function evidenceIfAny(image: string, request: CompareRequest, around: Surroundings) {
  try {
    return await evidence(image, request, around);
  } catch (error) {
    if (request.run === undefined || request.image !== undefined || request.lenses !== undefined) throw error;
    if (!(error instanceof PlimsollError) || error.code === 'interrupted') throw error;
    around.progress.say(`The image itself cannot be opened here, so its files are no evidence: ${error.line}`);
    return undefined;
  }
}
