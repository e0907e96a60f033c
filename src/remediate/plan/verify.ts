import { addTo } from '../../collections.ts';
import type { Report } from '../../model.ts';
import { type Goal, parseGoal } from '../goal.ts';
import { findingKey } from '../proof.ts';
import type { EarlierFinding, Verification } from '../verification.ts';
import type { Earlier } from './earlier.ts';
import { plannedFindings } from './tally.ts';

/** How findings are told apart: by the package's place, or by its name alone where the earlier report says no more. */
type Keys = (finding: EarlierFinding) => string[];

const placed: Keys = ({ id, aliases, type, name, places }) =>
  [id, ...aliases].flatMap((id) => places.map((place) => findingKey(type, name, place, id)));

const named: Keys = ({ id, aliases, name, binaries = [] }) =>
  [id, ...aliases].flatMap((id) => [name, ...binaries].map((name) => `${plainName(name)}\0${id}`));

/** What the scan of today found, each with whether the goal asks for it. */
function nowOf(
  report: Pick<Report, 'findings' | 'packages'>,
  goal: Goal,
): (EarlierFinding & { readonly ofGoal: boolean })[] {
  const aliases = new Map(report.findings.map((finding) => [finding.id, finding.aliases]));
  const all = plannedFindings(report.findings, goal, new Map(), 0);
  const bySource = new Map<string, string[]>();
  for (const { type, name, source } of report.packages)
    if (source && source.name !== name) addTo(bySource, `${type}\0${source.name}`, name);
  return all.map(({ id, type, name, version, severity, fix, places, goal: ofGoal }) => {
    const binaries = bySource.get(`${type}\0${name}`);
    return {
      places: places ?? [''],
      id,
      type,
      name,
      version,
      severity,
      fix,
      aliases: aliases.get(id) ?? [],
      ofGoal,
      ...(binaries ? { binaries } : {}),
    };
  });
}

const plainName = (name: string): string => name.toLowerCase().replace(/[-_.]+/g, '-');

/**
 * Whether it is another image altogether, whose findings say nothing of a change: not one of the packages that had findings is there in any version,
 * and the system is not known to be the same. One package alone may have been taken out.
 */
function isOther({ findings, system }: Earlier, { packages, os }: Report): boolean {
  const then = new Map(
    findings.map(({ name, binaries = [] }) => [plainName(name), [name, ...binaries].map(plainName)]),
  );
  if (then.size < 2 || (system !== undefined && system === os?.id)) return false;
  const now = new Set(packages.flatMap(({ name, source }) => [name, source?.name ?? name].map(plainName)));
  return [...then.values()].every((names) => !names.some((name) => now.has(name)));
}

const without = ({ ofGoal: _, ...rest }: EarlierFinding & { readonly ofGoal: boolean }): EarlierFinding => rest;

/** Whether both are of one image: by its configuration where both name that, since a push recompresses layers, else by its manifest. */
function isSame(earlier: Earlier, { digest, imageId }: Report['subject']): boolean {
  if (earlier.imageId !== undefined && imageId !== undefined) return earlier.imageId === imageId;
  return earlier.digest !== undefined && [digest, imageId].includes(earlier.digest);
}

/**
 * Compares what was, what was promised, and what is. `goal`: what must not come; by default the plan's, else all that has a fix. What exceptions take out of the report of
 * today is not cleared by that: it is in neither count.
 */
export function verify(all: Earlier, report: Report, goal?: string): Verification {
  const keysOf = all.scanner === undefined ? placed : named;
  const taken = (report.suppressed ?? []).flatMap(({ finding }) => finding ?? []);
  const excepted = nowOf({ ...report, findings: taken }, parseGoal('no fixable'));
  const asked = goal ?? all.goal ?? 'no fixable';
  const judged = nowOf(report, parseGoal(asked));
  const now = judged.map(without);
  const has = (findings: readonly EarlierFinding[]): ((finding: EarlierFinding) => boolean) => {
    const keys = new Set(findings.flatMap(keysOf));
    return (finding) => keysOf(finding).some((key) => keys.has(key));
  };
  const [inNow, isExcepted] = [has(now), has(excepted)];
  const earlier = excepted.length === 0 ? all : only(all, (finding) => !isExcepted(finding) || inNow(finding));
  const inThen = has(earlier.findings);
  const fresh = now.filter((finding) => !inThen(finding));
  const cleared = earlier.findings.filter((finding) => !inNow(finding));
  const prediction = earlier.predicted ? predictionOf(earlier, earlier.predicted, now, fresh) : undefined;
  const predicted = has(earlier.predicted ?? []);
  const sameImage = isSame(earlier, report.subject);
  // Of one image read twice, what another scanner did not tell did not come with a change.
  const isOwnView = sameImage && earlier.scanner !== undefined;
  const freshOfGoal = judged
    .filter((finding) => !isOwnView && finding.ofGoal && !inThen(finding) && !predicted(finding))
    .map(without);
  const broken = prediction?.holds === false || (prediction === undefined && freshOfGoal.length > 0);
  return {
    schemaVersion: 1,
    kind: 'verification',
    before: { reference: earlier.reference, created: earlier.created, findings: earlier.findings.length },
    after: { reference: report.subject.reference, created: report.created, findings: now.length },
    cleared,
    remaining: now.filter(inThen),
    fresh,
    goal: asked,
    freshOfGoal,
    // Of one image read twice nothing was cleared by a change: other data or another scanner's rules say less.
    outcome: isOther(earlier, report)
      ? 'other'
      : sameImage || cleared.length === 0
        ? 'nothing'
        : broken
          ? 'broken'
          : 'kept',
    ...(earlier.scanner === undefined ? {} : { scanner: earlier.scanner }),
    sameImage,
    ...(prediction ? { prediction } : {}),
    otherDatabase: earlier.database !== undefined && earlier.database !== report.database.digest,
    ...(excepted.length > 0 ? { excepted: excepted.length } : {}),
  };
}

/** What was and what was promised, as far as it counts. */
const only = (earlier: Earlier, counts: (finding: EarlierFinding) => boolean): Earlier => ({
  ...earlier,
  findings: earlier.findings.filter(counts),
  ...(earlier.predicted ? { predicted: earlier.predicted.filter(counts) } : {}),
});

/** Whether a verification is to fail: a promise was not kept, something of the goal's class is new, or it is another image. */
export const hasFailed = ({ prediction, freshOfGoal, outcome }: Verification): boolean =>
  outcome === 'other' || (prediction === undefined ? freshOfGoal.length > 0 : !prediction.holds);

function predictionOf(
  earlier: Earlier,
  predicted: readonly EarlierFinding[],
  now: readonly EarlierFinding[],
  fresh: readonly EarlierFinding[],
): NonNullable<Verification['prediction']> {
  const uncertain = (finding: EarlierFinding): boolean =>
    finding.places.every((place) =>
      (earlier.uncertain ?? []).some((prefix) => `${place}/`.toLowerCase().startsWith(prefix)),
    );
  const keys = new Set(predicted.flatMap(placed));
  const unforeseen = fresh.filter((finding) => !uncertain(finding) && !placed(finding).some((key) => keys.has(key)));
  const present = new Set(now.flatMap(placed));
  const hopes = new Set((earlier.hoped ?? []).flatMap(placed));
  const still = earlier.findings.filter(
    (finding) => !placed(finding).some((key) => keys.has(key)) && placed(finding).some((key) => present.has(key)),
  );
  const isHoped = (finding: EarlierFinding): boolean => placed(finding).some((key) => hopes.has(key));
  const notCleared = still.filter((finding) => !isHoped(finding));
  const clearedBesides = predicted.filter((finding) => !placed(finding).some((key) => present.has(key)));
  // A hope that came to nothing is no promise broken, and the plan did not come true all the same.
  const hopedFor = still.filter(isHoped);
  return {
    holds: notCleared.length === 0 && unforeseen.length === 0 && hopedFor.length === 0,
    notCleared,
    clearedBesides,
    unforeseen,
    hopedFor,
  };
}
