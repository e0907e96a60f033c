import { type OwnSources, ownSources } from '../../coverage/own-sources.ts';
import { ecosystemNamed } from '../../ecosystems/index.ts';
import { pypi } from '../../ecosystems/pypi.ts';
import { sourceOf } from '../../ecosystems/source-package.ts';
import type { Finding } from '../../model.ts';
import type { Change, PlannedFinding, PlanStep } from '../plan.ts';
import { isOsPackage } from '../systems/index.ts';
import type { Planning } from './make-plan.ts';

/** Kinds of which a version that only an advisory names may not be there for this Python, platform or channel. */
const UNSURE: ReadonlySet<PlanStep['kind']> = new Set(['python', 'conda']);

/** Whether nobody says that a change can be installed: what it clears is hoped for and not counted. */
export const isUnsure = (
  { kind }: Pick<PlanStep, 'kind'>,
  { verified, doubt }: Pick<Change, 'verified' | 'doubt'>,
): boolean => doubt !== undefined || (UNSURE.has(kind) && verified === 'advisory');

const NOBODY_ASKED = 'nobody was asked whether these versions can be installed';

/** A finding as reports count it: once for each package of a version, wherever that lies. */
export const rowOf = ({ type, name, version, id }: Pick<PlannedFinding, 'type' | 'name' | 'version' | 'id'>): string =>
  [type, name, version, id].join('\0');

/**
 * Marks what is only hoped for among the findings that a plan clears: what the image's own sources may not offer, where they were not
 * asked, and what an applied step clears by versions that nobody was asked about.
 */
export function hopingOf(
  { report, osIndex }: Planning,
  steps: readonly PlanStep[],
): (finding: PlannedFinding) => PlannedFinding {
  const doubted = new Map<string, string>();
  const unasked =
    osIndex !== undefined && osIndex.read > 0
      ? undefined
      : ownSources(report.packageSources, report.os, report.packages, report.created);
  if (unasked !== undefined) doubtSystem(report.findings, unasked, steps, doubted);
  for (const step of steps) {
    if (!step.applied) continue;
    const why = new Map(
      step.changes
        .filter((change) => isUnsure(step, change))
        .map((change) => [pypi.normalize(change.name), change.doubt ?? NOBODY_ASKED]),
    );
    for (const finding of step.clears) {
      const doubt = why.get(pypi.normalize(finding.name));
      if (doubt !== undefined) doubted.set(rowOf(finding), doubt);
    }
  }
  return (finding) => {
    const hoped = doubted.get(rowOf(finding));
    return hoped === undefined ? finding : { ...finding, hoped };
  };
}

/** What is taken out is gone for sure, whatever its sources offer. */
function doubtSystem(
  findings: readonly Finding[],
  sources: OwnSources,
  steps: readonly PlanStep[],
  doubted: Map<string, string>,
): void {
  const takenOut = new Set(
    steps.flatMap(({ applied, kind, clears }) => (applied && kind !== 'os' ? clears.map(rowOf) : [])),
  );
  const own = findings.filter((finding) => isOsPackage(finding.package));
  const offered = offeredFixes(own, sources);
  for (const finding of own) {
    const { id, package: pkg } = finding;
    const { name, version } = sourceOf(pkg);
    const row = rowOf({ id, type: pkg.type, name, version });
    if (takenOut.has(row) || offered(finding)) continue;
    // What the sources lack may be fixed by a version that is planned for another, of which nobody knows whether they have it.
    const doubt = sources.refuses(finding) ?? sources.doubts(finding);
    if (doubt !== undefined) doubted.set(row, doubt);
  }
}

/** Whether a fix is in a version that the sources have because it brings another fix that came to them, or in an older one. */
function offeredFixes(findings: readonly Finding[], sources: OwnSources): (finding: Finding) => boolean {
  const orderOf = ({ package: pkg }: Finding) => ecosystemNamed(pkg.namespace ?? '')?.compare;
  const keyOf = ({ package: pkg }: Finding): string =>
    `${pkg.namespace}\0${sourceOf(pkg).name}\0${sourceOf(pkg).version}`;
  const newest = new Map<string, string>();
  for (const finding of findings) {
    const { version } = finding.fix;
    const compare = orderOf(finding);
    if (version === undefined || compare === undefined) continue;
    const known = newest.get(keyOf(finding));
    if (known !== undefined && compare(version, known) <= 0) continue;
    if (sources.refuses(finding) === undefined && sources.doubts(finding) === undefined)
      newest.set(keyOf(finding), version);
  }
  return (finding) => {
    const known = newest.get(keyOf(finding));
    return (
      known !== undefined &&
      finding.fix.version !== undefined &&
      (orderOf(finding)?.(finding.fix.version, known) ?? 1) <= 0
    );
  };
}
