import { memoryStore } from '../src/advisories/store/memory.ts';
import { match } from '../src/matching/match.ts';
import type { Package, Statement } from '../src/model.ts';
import { parseGoal } from '../src/remediate/goal.ts';
import { makePlan, type Planning } from '../src/remediate/plan/make-plan.ts';
import type { Plan } from '../src/remediate/plan.ts';
import { report } from './report.ts';

/** The plan for packages of which these statements speak: no base is known, and everything fixable is to go. */
export async function planOf(
  packages: readonly Package[],
  statements: readonly Statement[],
  more: Partial<Planning> = {},
): Promise<Plan> {
  const store = memoryStore({ statements });
  const { findings } = match(packages, store);
  const { plan } = await makePlan({
    report: report({ packages, findings, database: store.info }),
    store,
    goal: parseGoal('no fixable'),
    base: { layers: 0, by: 'unknown', evidence: [] },
    introduced: new Map(),
    majors: 'needed',
    ...more,
  });
  return plan;
}
