import { needsOf, type Problem } from './constraints.ts';
import { addWeights, compareWeights, WEIGHTLESS, type Weight } from './trade.ts';

/**
 * Changes without the groups that gain nothing: of those that need one another, where together they leave and bring as much as stays
 * without them. A search that is cut short may end with such, and nobody is to install new packages for nothing.
 */
export function withoutIdle(problem: Problem, changes: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const idle = groupsOf(problem, changes).filter((names) => {
    const [today, then] = [names.map((name) => problem.goals.get(name)), names.map((name) => weightOf(name))];
    return compareWeights(sumOf(then), sumOf(today)) >= 0;
  });
  if (idle.length === 0) return changes;
  const dropped = new Set(idle.flat());
  return new Map([...changes].filter(([name]) => !dropped.has(name)));

  function weightOf(name: string): Weight {
    return problem.residue(name, changes.get(name) as string);
  }
}

const sumOf = (weights: readonly (Weight | undefined)[]): Weight =>
  weights.reduce((sum: Weight, weight) => (weight === undefined ? sum : addWeights(sum, weight)), WEIGHTLESS);

/** Changed packages that hang together, each once: one needs the other, in the version it gets or in the one it has. */
function groupsOf(problem: Problem, changes: ReadonlyMap<string, string>): string[][] {
  const beside = new Map([...changes.keys()].map((name): [string, Set<string>] => [name, new Set()]));
  for (const [name, version] of changes) {
    const needs = [...needsOf(problem, name, version), ...(problem.members.get(name)?.needs ?? [])];
    for (const target of [...needs.map((need) => need.name), problem.partOf?.(name)]) {
      if (target === undefined || !changes.has(target)) continue;
      beside.get(name)?.add(target);
      beside.get(target)?.add(name);
    }
  }
  const seen = new Set<string>();
  const groups: string[][] = [];
  for (const start of changes.keys()) {
    if (seen.has(start)) continue;
    seen.add(start);
    const group = [start];
    for (const name of group)
      for (const other of beside.get(name) ?? []) {
        if (seen.has(other)) continue;
        seen.add(other);
        group.push(other);
      }
    groups.push(group);
  }
  return groups;
}
