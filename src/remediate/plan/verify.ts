import { addTo } from '../../collections.ts';
import type { ForeignView } from '../../compare/foreign-view.ts';
import { plainName } from '../../ecosystems/names.ts';
import type { Finding, Report } from '../../model.ts';
import { haveNothingInCommon, marksOf } from '../../policy/other-image.ts';
import { type Goal, parseGoal } from '../goal.ts';
import { findingKey, placesOf } from '../proof.ts';
import type { EarlierFinding, UntoldFinding, Verification } from '../verification.ts';
import { type Earlier, earlierOfReport } from './earlier.ts';
import { plannedFindings, plannedKey } from './tally.ts';
import { namedKeys, type Pairing, pair, stillThere } from './verify-foreign.ts';

/** A finding by its names and places: how ours are told apart. */
const placed = ({ id, aliases, type, name, places }: EarlierFinding): string[] =>
  [id, ...aliases].flatMap((id) => places.map((place) => findingKey(type, name, place, id)));

/** A finding of today: whether the goal asks for it, and why the scanner of the earlier report would not report it. */
type Judged = EarlierFinding & { readonly ofGoal: boolean; readonly why?: string };

/** What the scan of today found. A source package is told where one of its binaries is. */
function judgedNow(report: Report, goal: Goal, whyUntold: (finding: Finding) => string | undefined): Judged[] {
  const why = new Map(report.findings.map((finding) => [finding, whyUntold(finding)]));
  const [told, left] = [true, false].map((isTold) =>
    nowOf(
      { ...report, findings: report.findings.filter((finding) => (why.get(finding) === undefined) === isTold) },
      goal,
    ),
  ) as [Judged[], Judged[]];
  if (left.length === 0) return told;
  const toldKeys = new Set(told.map(plannedKey));
  const reasons = new Map(report.findings.map((finding) => [keyOf(finding), why.get(finding) ?? '']));
  const untold = left.filter((finding) => !toldKeys.has(plannedKey(finding)));
  return [...told, ...untold.map((finding) => ({ ...finding, why: reasons.get(plannedKey(finding)) ?? '' }))];
}

/** What `plannedKey` gives for it once it is planned. */
const keyOf = ({ id, package: pkg }: Finding): string =>
  plannedKey({
    id,
    type: pkg.type,
    name: pkg.source?.name ?? pkg.name,
    version: pkg.source?.version ?? pkg.version,
    places: placesOf(pkg),
  });

/** Findings, each with whether the goal asks for it. */
function nowOf(report: Pick<Report, 'findings' | 'packages'>, goal: Goal): Judged[] {
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

/**
 * Whether it is another image altogether, whose findings say nothing of a change: not one of the packages that had findings is there in any version,
 * and the system is not known to be the same. One package alone may have been taken out.
 */
function isOther({ findings, system }: Earlier, report: Report): boolean {
  const then = new Map(findings.map(({ name, binaries = [] }) => [plainName(name), [name, ...binaries]]));
  return haveNothingInCommon({ packages: [...then.values()], system }, marksOf(report));
}

const without = ({ ofGoal: _, why: __, ...rest }: Judged): EarlierFinding => rest;

/** Whether both are of one image: by its configuration where both name that, since a push recompresses layers, else by its manifest. */
function isSame(earlier: Earlier, { digest, imageId }: Report['subject']): boolean {
  if (earlier.imageId !== undefined && imageId !== undefined) return earlier.imageId === imageId;
  return earlier.digest !== undefined && [digest, imageId].includes(earlier.digest);
}

/**
 * Compares what was, what was promised, and what is. `goal`: what must not come; by default the plan's, else all that has a fix. `view`: what
 * the scanner of the earlier report would say of the image of today. What exceptions take out of the report of today is not cleared by that: it is in
 * neither count.
 */
export function verify(all: Earlier, report: Report, goal?: string, view?: ForeignView): Verification {
  const keysOf = all.scanner === undefined ? placed : namedKeys;
  const taken = (report.suppressed ?? []).flatMap(({ finding }) => finding ?? []);
  const excepted = nowOf({ ...report, findings: taken }, parseGoal('no fixable'));
  const asked = goal ?? all.goal ?? 'no fixable';
  const now = judgedNow(report, parseGoal(asked), view?.whyUntold ?? (() => undefined));
  const has = (findings: readonly EarlierFinding[]): ((finding: EarlierFinding) => boolean) => {
    const keys = new Set(findings.flatMap(keysOf));
    return (finding) => keysOf(finding).some((key) => keys.has(key));
  };
  const [inNow, isExcepted] = [has(now), has(excepted)];
  const earlier = excepted.length === 0 ? all : only(all, (finding) => !isExcepted(finding) || inNow(finding));
  const inThen = has(earlier.findings);
  const { cleared, remaining, fresh, untold } =
    all.scanner === undefined
      ? ownPairing(earlier.findings, now, inNow, inThen)
      : pair(earlier.findings, now, ({ why }) => why !== undefined);
  const stillTold = view === undefined ? [] : stillThere(cleared, earlierOfReport(view.report).findings);
  const prediction = earlier.predicted
    ? predictionOf(earlier, earlier.predicted, now.map(without), fresh.map(without))
    : undefined;
  const predicted = has(earlier.predicted ?? []);
  const sameImage = isSame(earlier, report.subject);
  // Of one image read twice, what another scanner did not tell did not come with a change.
  const isOwnView = sameImage && earlier.scanner !== undefined;
  const freshOfGoal = fresh.filter((finding) => !isOwnView && finding.ofGoal && !predicted(finding)).map(without);
  const broken = prediction?.holds === false || (prediction === undefined && freshOfGoal.length > 0);
  return {
    schemaVersion: 1,
    kind: 'verification',
    before: { reference: earlier.reference, created: earlier.created, findings: earlier.findings.length },
    after: { reference: report.subject.reference, created: report.created, findings: now.length },
    cleared,
    remaining: remaining.map(without),
    fresh: fresh.map(without),
    goal: asked,
    freshOfGoal,
    ...(untold.length === 0
      ? {}
      : { untold: untold.map((finding): UntoldFinding => ({ ...without(finding), why: finding.why ?? '' })) }),
    ...(stillTold.length === 0 ? {} : { stillTold }),
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

/** Ours says where each finding lies. */
function ownPairing(
  then: readonly EarlierFinding[],
  now: readonly Judged[],
  inNow: (finding: EarlierFinding) => boolean,
  inThen: (finding: EarlierFinding) => boolean,
): Pairing<Judged> {
  return {
    cleared: then.filter((finding) => !inNow(finding)),
    remaining: now.filter(inThen),
    fresh: now.filter((finding) => !inThen(finding)),
    untold: [],
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
