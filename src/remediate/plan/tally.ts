import { sourceOf } from '../../ecosystems/source-package.ts';
import { type Finding, type Package, severityRank } from '../../model.ts';
import type { Goal } from '../goal.ts';
import type { FindingTally, Plan, PlannedFinding } from '../plan.ts';
import { placesOf } from '../proof.ts';

/** The findings as a plan counts them: one for each vulnerability of each source package in one version, the worst of its binaries. */
export function plannedFindings(
  findings: readonly Finding[],
  goal: Goal,
  introduced: ReadonlyMap<Package, number>,
  baseLayers: number,
): PlannedFinding[] {
  const byKey = new Map<string, PlannedFinding>();
  for (const finding of findings) {
    const pkg = finding.package;
    const name = sourceOf(pkg).name;
    const version = sourceOf(pkg).version;
    const places = placesOf(pkg);
    const key = plannedKey({ id: finding.id, type: pkg.type, name, version, places });
    const known = byKey.get(key);
    const wanted = goal.wants(finding);
    if (known && severityRank(known.severity) >= severityRank(finding.severity) && (known.goal || !wanted)) continue;
    const layer = introduced.get(pkg) ?? pkg.evidence[0]?.layer;
    byKey.set(key, {
      id: finding.id,
      type: pkg.type,
      name,
      version,
      severity: finding.severity,
      fix: finding.fix,
      state: finding.state,
      ...noteOf(finding),
      purl: pkg.purl,
      ...(places.length === 1 && places[0] === '' ? {} : { places }),
      ...(finding.exploited === undefined ? {} : { exploited: finding.exploited }),
      goal: wanted || (known?.goal ?? false),
      ...(layer === undefined ? {} : { layer, inherited: layer < baseLayers }),
    });
  }
  return [...byKey.values()].sort((a, b) => severityRank(b.severity) - severityRank(a.severity));
}

/** What tells two lines of a plan apart. */
export const plannedKey = ({
  type,
  name,
  version,
  id,
  places,
}: Pick<PlannedFinding, 'type' | 'name' | 'version' | 'id' | 'places'>): string =>
  `${type}\0${name}\0${version}\0${id}\0${(places ?? ['']).join('\0')}`;

function noteOf({ reasons }: Finding): { note: string } | Record<never, never> {
  for (const reason of reasons) if (reason.step === 'state' && reason.note) return { note: reason.note };
  return {};
}

/** Numbers of a list of findings. */
export function tally(findings: readonly PlannedFinding[]): FindingTally {
  const severities = { CRITICAL: 0, HIGH: 0, MEDIUM: 0, LOW: 0, NEGLIGIBLE: 0, UNKNOWN: 0 };
  for (const { severity } of findings) severities[severity]++;
  return {
    severities,
    total: findings.length,
    fixable: findings.filter(({ fix }) => fix.state === 'fixed').length,
    goal: findings.filter(({ goal }) => goal).length,
  };
}

/** How many of today's findings the words of a goal mean and cannot ask to go, counted as the plan counts. */
export function withoutFix(
  findings: readonly Finding[],
  goal: Goal,
  described: (findings: readonly Finding[]) => readonly PlannedFinding[],
): Pick<Plan, 'withoutFix'> {
  const { length } = described(findings.filter((finding) => goal.cannotAsk(finding)));
  return length === 0 ? {} : { withoutFix: length };
}
