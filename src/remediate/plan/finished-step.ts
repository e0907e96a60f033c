import type { Scheme } from '../../advisories/ratings/index.ts';
import type { AdvisoryStore } from '../../advisories/store/index.ts';
import { match } from '../../matching/match.ts';
import type { Finding, Package, Report } from '../../model.ts';
import type { PlannedFinding, PlanStep } from '../plan.ts';
import { applyChanges, findingKeys, without } from '../proof.ts';
import type { Planning } from './make-plan.ts';
import type { Draft } from './upgrade-steps.ts';

/** Matches what changed and takes the rest of the findings as they are: the same answer as matching all of it. */
export function rematched(
  report: Report,
  packages: readonly Package[],
  store: AdvisoryStore,
  scheme: Scheme | undefined,
): Finding[] {
  const before = new Set(report.packages);
  const kept = new Set(packages.filter((pkg) => before.has(pkg)));
  const fresh = packages.filter((pkg) => !before.has(pkg));
  return [...report.findings.filter((finding) => kept.has(finding.package)), ...match(fresh, store, scheme).findings];
}

/** A step with what it clears, leaves and brings, proven: it is applied to the inventory, which is matched again. */
export function finished(
  draft: Draft,
  planning: Planning,
  described: (findings: readonly Finding[]) => PlannedFinding[],
): PlanStep {
  const { report, store, scheme } = planning;
  const { rewriting, ...rest } = draft;
  const packages = applyChanges(report.packages, rewriting);
  const kept = new Set(packages);
  const after = rematched(report, packages, store, scheme);
  const left = new Set(after.flatMap(findingKeys));
  const touched = report.findings.filter((finding) => !kept.has(finding.package));
  const stays = (finding: Finding): boolean => findingKeys(finding).some((key) => left.has(key));
  return {
    ...rest,
    clears: described(touched.filter((finding) => !stays(finding))),
    leaves: described(touched.filter(stays)),
    brings: described(without(after, report.findings)),
    edits: [],
  };
}
