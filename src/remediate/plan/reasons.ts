import { addTo } from '../../collections.ts';
import type { Plan, PlannedFinding, Remainder } from '../plan.ts';

/** The same for every package: which versions are meant stands with the conflict, and in the data. */
function withoutVersions(reason: string): string {
  if (/^the (?:indexes of the image's sources offer nothing newer|newest that the image's sources offer)/.test(reason))
    return "the image's package sources do not offer the fixed version";
  const python =
    /^no newer \S+ that can be installed on Python (\S+) is free of it/.exec(reason)?.[1] ??
    /^\S+ (?:\S+, )*\S+(?: and \S+ require| requires) Python [^;]{1,200}, and this is (\S+)$/.exec(reason)?.[1];
  return python === undefined
    ? reason.replace(/; fixed in [^;]{1,200}$/, '')
    : `fixed only in versions that Python ${python} cannot install`;
}

/** Why findings stay, grouped: the same reason once, with those that it keeps; those of the goal first, then the most. */
export function remainingGroups({ remaining }: Pick<Plan, 'remaining'>): {
  reason: string;
  findings: readonly PlannedFinding[];
}[] {
  const groups = new Map<string, Remainder[]>();
  for (const finding of remaining) {
    const reason = withoutVersions(finding.reason);
    addTo(groups, reason, finding);
  }
  return [...groups]
    .map(([reason, findings]) => ({ reason, findings }))
    .sort(
      (a, b) =>
        Number(b.findings.some(({ goal }) => goal)) - Number(a.findings.some(({ goal }) => goal)) ||
        b.findings.length - a.findings.length,
    );
}
