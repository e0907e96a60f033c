import type { Scheme } from '../advisories/ratings/index.ts';
import type { AdvisoryStore } from '../advisories/store/index.ts';
import { type Report, SEVERITIES } from '../model.ts';
import { type Filter, filterReport } from '../policy/filter.ts';
import { parseGoal } from '../remediate/goal.ts';
import { makePlan, summaryOf } from '../remediate/plan/index.ts';

/**
 * The report with what a filter lets through and what to change for that: the plan of `fix`, as far as it can be made with what the
 * image and the database hold. `scanned` has to be whole: a plan weighs what it brings against all that is there.
 */
export async function withChanges(
  scanned: Report,
  filter: Filter,
  judging: { readonly store: AdvisoryStore; readonly scheme?: Scheme },
): Promise<Report> {
  const asked = goalOf(filter);
  const { plan } = await makePlan({
    ...judging,
    report: scanned,
    goal: parseGoal(asked),
    base: { layers: 0, by: 'unknown', evidence: [] },
    introduced: new Map(),
    majors: 'needed',
  });
  return { ...filterReport(scanned, filter), changes: summaryOf(plan, asked) };
}

/** The goal that asks for what a filter shows: its lowest severity and worse. Empty: everything that has a fix. */
function goalOf({ severity }: Filter): string {
  const lowest = SEVERITIES.find((one) => severity?.includes(one));
  return lowest === undefined || lowest === SEVERITIES[0] ? '' : `no fixable ${lowest}`;
}
