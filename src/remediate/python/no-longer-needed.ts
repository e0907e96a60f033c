import { needsOf, type Problem } from '../constraints.ts';
import { extraOf } from '../installed/index.ts';

/** Tools that environments and base images bring by themselves. */
const TOOLS = new Set(['pip', 'setuptools', 'wheel']);

/**
 * Distributions that something needed and, with the changes, nothing needs any more. pip leaves them where it installs over what is
 * there; a rebuild leaves them out, unless the build asks for them by name.
 */
export function noLongerNeeded(problem: Problem, changes: ReadonlyMap<string, string>): ReadonlySet<string> {
  const gone = new Set<string>();
  const namesOf = (needs: readonly { readonly name: string }[]): ReadonlySet<string> =>
    new Set(needs.map(({ name }) => extraOf(name)?.name ?? name));
  const then = new Map([...problem.members].map(([name, { needs }]) => [name, namesOf(needs)]));
  for (const [name, version] of changes)
    if (Array.isArray(problem.needs(name, version))) then.set(name, namesOf(needsOf(problem, name, version)));
  const isNeeded = (name: string): boolean =>
    [...then].some(([owner, needs]) => owner !== name && !gone.has(owner) && needs.has(name));
  const open = [...changes.keys()].flatMap((name) => {
    const still = then.get(name);
    return [...namesOf(problem.members.get(name)?.needs ?? [])].filter((need) => still?.has(need) !== true);
  });
  for (let name = open.shift(); name !== undefined; name = open.shift()) {
    const member = problem.members.get(name);
    if (member === undefined || gone.has(name) || changes.has(name) || TOOLS.has(name) || isNeeded(name)) continue;
    gone.add(name);
    open.push(...namesOf(member.needs));
  }
  return gone;
}
