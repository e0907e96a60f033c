import { match } from '../../matching/match.ts';
import type { Finding, Package } from '../../model.ts';
import type { PlannedFinding, PlanStep } from '../plan.ts';
import { placeOf, presence, without } from '../proof.ts';
import { applyChanges } from '../rewriting.ts';
import type { Planning } from './make-plan.ts';
import type { Draft } from './upgrade-steps.ts';

/** Matches what changed and takes the rest of the findings as they are: the same answer as matching all of it. */
export function rematched(
  { report, store, scheme, except }: Pick<Planning, 'report' | 'store' | 'scheme' | 'except'>,
  packages: readonly Package[],
): Finding[] {
  const before = new Set(report.packages);
  const kept = new Set(packages.filter((pkg) => before.has(pkg)));
  const fresh = packages.filter((pkg) => !before.has(pkg));
  const { findings } = match(fresh, store, scheme);
  return [...report.findings.filter((finding) => kept.has(finding.package)), ...(except?.(findings) ?? findings)];
}

/** A step with what it clears, leaves and brings, proven: it is applied to the inventory, which is matched again. */
export function finished(
  draft: Draft,
  planning: Planning,
  described: (findings: readonly Finding[]) => PlannedFinding[],
): PlanStep {
  const { report } = planning;
  const { rewriting, ...rest } = draft;
  const packages = applyChanges(report.packages, rewriting);
  const kept = new Set(packages);
  const after = rematched(planning, packages);
  const left = presence(after);
  const touched = report.findings.filter((finding) => !kept.has(finding.package));
  const parts = touched.map((finding) => goneFrom(finding, left) ?? finding);
  return {
    ...rest,
    clears: described(parts.filter((part) => !left.has(part))),
    leaves: described(parts.filter((part) => left.has(part))),
    brings: described(without(after, report.findings)),
    edits: [],
  };
}

/**
 * The finding in those of its places that a step takes it out of, where it stays in others: the same version in two environments is
 * upgraded by two steps, each of which clears one. Undefined where it stays in all of them.
 */
function goneFrom(finding: Finding, left: ReturnType<typeof presence>): Finding | undefined {
  const { package: pkg } = finding;
  const sets = left.places(finding);
  const evidence = pkg.evidence.filter((proof) => {
    const place = placeOf(pkg.type, proof);
    return !sets.some((set) => set.has(place));
  });
  if (evidence.length === 0) return undefined;
  return evidence.length === pkg.evidence.length ? finding : { ...finding, package: { ...pkg, evidence } };
}
