import {
  type BomDiff,
  type BomSide,
  bomDiffOf,
  type Diff,
  type DiffInput,
  diffOf,
  sideOfForeign,
  sideOfReport,
} from '../compare/diff/index.ts';
import { asPlimsollError, PlimsollError } from '../errors.ts';
import type { Report } from '../model.ts';
import { findingsUnjudged } from '../policy/judge.ts';
import { readStored } from '../report/stored/index.ts';
import { readReport, reportFile } from '../scanners/read.ts';
import { isReportFile } from './compare-targets.ts';
import { askedExceptions } from './exceptions.ts';
import { inventory } from './inventory.ts';
import { boundAccess, type ImageAccess } from './open-target.ts';
import { isLiveReport, reportOf } from './report-target.ts';
import { type ScanRequest, scan } from './scan.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * Holds two results against each other. Each may be a report (ours or another scanner's; `-`: standard input), or whatever `scan` takes,
 * which is scanned. Throws as `scan`, `readReport`, and `usage` for a document that says nothing of vulnerabilities.
 */
export async function diff(before: string, after: string, request: ScanRequest, around: Surroundings): Promise<Diff> {
  onceOnly(before, after);
  const access = await boundAccess(request, [before, after]);
  const except = (await askedExceptions(request))?.except ?? same;
  const old = await side(before, access, around, except);
  return diffOf(old, await side(after, access, around, except));
}

/** A result of ours, with what of it could not be judged. */
const judgedSide = (report: Report): DiffInput => {
  const unjudged = findingsUnjudged(report);
  return { ...sideOfReport(report), ...(unjudged.length > 0 ? { unjudged } : {}) };
};

/** A report that was stored with what its own scan took out, and now without what this run takes out as well. */
function exceptedToo(stored: Report, except: (report: Report) => Report): Report {
  const now = except(stored);
  return now === stored ? stored : { ...now, suppressed: [...(stored.suppressed ?? []), ...(now.suppressed ?? [])] };
}

const same = (report: Report): Report => report;

function onceOnly(before: string, after: string): void {
  if (before === '-' && after === '-')
    throw new PlimsollError('usage', 'standard input can be read once only', { where: '-' });
}

async function side(
  target: string,
  request: ScanRequest,
  around: Surroundings,
  except: (report: Report) => Report,
): Promise<DiffInput> {
  if (await isLiveReport(target)) return sideOfForeign(await reportOf(target, {}, around));
  if (target !== '-' && !(await isReportFile(target))) return judgedSide(await scanned(target, request, around));
  const source = await reportFile(target);
  const stored = await readStored(source, around.signal);
  if (stored?.kind === 'scan') return judgedSide(exceptedToo(stored.report, except));
  if (stored !== undefined)
    throw new PlimsollError('usage', `this is what plimsoll ${stored.kind} wrote: it says nothing of vulnerabilities`, {
      where: target,
      hint:
        stored.kind === 'inventory' ? 'plimsoll bom diff compares packages' : 'write one with plimsoll scan -f json',
    });
  try {
    const foreign = await readReport(source, around.signal);
    // A bill of materials may hold what somebody said of it one day; scanned it says what is known now, and of which packages.
    const isBill =
      foreign.format.startsWith('CycloneDX') && (foreign.scanner === 'cyclonedx' || foreign.scanner === 'plimsoll');
    if (isBill && target !== '-') return judgedSide(await scanned(target, request, around));
    return sideOfForeign(foreign);
  } catch (error) {
    // A bill of materials and a lock file are no reports: they are what a scan takes.
    const known = asPlimsollError(error, 'corrupt', target);
    if (known.code !== 'unsupported' || target === '-') throw known;
    return judgedSide(await scanned(target, request, around));
  }
}

/** A scan of one side. What nobody vouched for decides what is found here, too, and a difference has no place for remarks. */
async function scanned(target: string, request: ScanRequest, around: Surroundings): Promise<Report> {
  const report = await scan(target, request, around);
  for (const { code, message } of report.notices) if (code === 'database-unverified') around.progress.say(message);
  return report;
}

/** Holds the packages of two targets against each other: images, bills of materials, or results of ours. Throws as `inventory`. */
export async function bomDiff(
  before: string,
  after: string,
  request: ImageAccess,
  around: Surroundings,
): Promise<BomDiff> {
  onceOnly(before, after);
  const access = await boundAccess(request, [before, after]);
  const old = await bomSide(before, access, around);
  return bomDiffOf(old, await bomSide(after, access, around));
}

async function bomSide(target: string, request: ImageAccess, around: Surroundings): Promise<BomSide> {
  if (target === '-' || (await isReportFile(target))) {
    const source = await reportFile(target);
    // What is no document of ours may be a bill of materials, which is opened like an image.
    const stored = await readStored(source, around.signal).catch((error: unknown) => {
      if (target === '-') throw error;
      return undefined;
    });
    if (stored?.kind === 'scan') return bomSideOf(stored.report.subject, stored.report.packages);
    if (stored?.kind === 'inventory') return bomSideOf(stored.listed.subject, stored.listed.inventory.packages);
    if (stored !== undefined || target === '-')
      throw new PlimsollError('usage', 'this lists no packages', {
        where: target,
        hint: 'plimsoll inventory -f json does',
      });
  }
  const { subject, inventory: taken } = await inventory(target, request, around);
  return bomSideOf(subject, taken.packages);
}

const bomSideOf = (
  { reference, digest, imageId }: { readonly reference: string; readonly digest?: string; readonly imageId?: string },
  packages: BomSide['packages'],
): BomSide => {
  const id = digest ?? imageId;
  return { reference, ...(id === undefined ? {} : { digest: id }), packages };
};
