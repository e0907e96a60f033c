import { LIMITS } from '../../limits.ts';
import { comparePep440 } from '../../versions/pep440.ts';
import type { Need, Problem } from '../constraints.ts';
import type { Learning } from '../improve.ts';
import { extraOf } from '../installed/index.ts';
import type { Solution } from '../solver.ts';
import { compareWeights, type Weight } from '../trade.ts';
import { type PythonPlanning, wheelTarget } from './planning.ts';

/**
 * Packages in a newer version than what would clear a finding can go with, and the older ones that could (`gradio 3.50 requires
 * mdit-py-plugins<=0.3.3`, and 0.4.0 is there): an installer would lower them. The newest first; none where nothing stays, or no index can be asked.
 */
export async function olderVersions(
  { environment, index, ...planning }: PythonPlanning,
  problem: Problem,
  learning: Learning,
  solution: Solution,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const older = new Map<string, readonly string[]>();
  if (index === undefined) return older;
  const inTheWay: Need[] = [];
  for (const [name, left] of solution.uncleared)
    for (const version of await lighterThan(problem, learning, name, left))
      inTheWay.push(...(await asked(name, version)));
  for (
    let need = inTheWay.shift();
    need !== undefined && older.size < LIMITS.loweredPackages;
    need = inTheWay.shift()
  ) {
    const { accepts } = need;
    const name = extraOf(need.name)?.name ?? need.name;
    const member = environment.members.get(name);
    if (member === undefined || member.held !== undefined || problem.goals.has(name) || older.has(name)) continue;
    if (accepts(member.version)) continue;
    await learning.candidates([name]);
    if ((problem.candidates(name) ?? []).some(accepts)) continue;
    const listed = await index.versions(name, wheelTarget({ environment, ...planning }), member.version);
    const below = (listed ?? [])
      .map(({ version }) => version)
      .filter((version) => comparePep440(version, member.version) < 0 && accepts(version))
      .reverse()
      .slice(0, LIMITS.olderVersions);
    if (below.length === 0) continue;
    older.set(name, below);
    // It may want others lowered in turn.
    inTheWay.push(...(await asked(name, below[0] as string)));
  }
  return older;

  async function asked(name: string, version: string): Promise<readonly Need[]> {
    if (problem.needs(name, version) === undefined) await learning.needs(name, version);
    const needs = problem.needs(name, version);
    return needs === undefined || needs === 'unknown' ? [] : needs;
  }
}

/** Versions that would leave less, the first and the last of them: what they need differs most. */
async function lighterThan(
  problem: Problem,
  learning: Learning,
  name: string,
  left: Weight,
): Promise<readonly string[]> {
  await learning.candidates([name]);
  const lighter = (problem.candidates(name) ?? []).filter(
    (version) => compareWeights(problem.residue(name, version), left) < 0,
  );
  return [...new Set([...lighter.slice(0, 1), ...lighter.slice(-1)])];
}
