import { createHash } from 'node:crypto';
import { ownSources } from '../coverage/own-sources.ts';
import type { LayerCache } from '../layers/cache.ts';
import { type ChangeSummary, type Report, SEVERITIES } from '../model.ts';
import { type Filter, filterReport } from '../policy/filter.ts';
import { type FixJudging, plannedBy } from './fix-judging.ts';

/** What a plan for a scan is made with. */
interface Judging extends FixJudging {
  /** Where a project lies; absent: it is none. */
  readonly project?: string;
  /** Where what to change is kept, for the inventory of this key. */
  readonly kept?: { readonly cache: LayerCache; readonly inventoryKey: string };
}

/**
 * The report with what a filter lets through and what to change for that: the plan of `fix`, as far as it can be made with what the
 * image and the database hold. `scanned` has to be whole: a plan weighs what it brings against all that is there. The same program
 * asked about the same image by the same database has the same answer, which is kept as what matching found is.
 */
export async function withChanges(scanned: Report, filter: Filter, judging: Judging): Promise<Report> {
  const goal = goalOf(filter);
  const { kept } = judging;
  const key = keyOf(scanned, goal, judging);
  const known = key === undefined ? undefined : restored(kept?.cache.text(key));
  const changes = known ?? (await planned(scanned, goal, judging));
  if (known === undefined && key !== undefined) kept?.cache.putText(key, () => JSON.stringify(changes));
  return { ...filterReport(scanned, filter), changes };
}

async function planned(scanned: Report, goal: string, judging: Judging): Promise<ChangeSummary> {
  const { project, kept: _, ...by } = judging;
  if (project !== undefined) return plannedProject(scanned, goal, project, by);
  const [{ makePlan, summaryOf }, { parseGoal }, { askedExtras }] = await Promise.all([
    import('../remediate/plan/index.ts'),
    import('../remediate/goal.ts'),
    import('../remediate/project/index.ts'),
  ]);
  const { plan } = await makePlan({
    ...plannedBy(by, scanned),
    report: scanned,
    goal: parseGoal(goal),
    base: { layers: 0, by: 'unknown', evidence: [] },
    introduced: new Map(),
    asked: askedExtras(undefined, scanned.subject.config),
    majors: 'needed',
  });
  return summaryOf(plan, goal, ownSources(scanned.packageSources, scanned.os, scanned.packages, scanned.created));
}

/** What the files of a project are to become, as far as that can be told without asking an index. */
async function plannedProject(
  scanned: Report,
  goal: string,
  path: string,
  judging: FixJudging,
): Promise<ChangeSummary> {
  const [{ planOfFiles, projectFilesOf }, { summaryOf }, { parseGoal }] = await Promise.all([
    import('./fix-project.ts'),
    import('../remediate/plan/index.ts'),
    import('../remediate/goal.ts'),
  ]);
  const files = await projectFilesOf(scanned, path);
  return summaryOf(await planOfFiles(scanned, files, { goal: parseGoal(goal) }, judging), goal);
}

/** Exceptions and other schemes have plans of their own, which are not kept: nothing says which exceptions there were. */
function keyOf({ suppressed, subject }: Report, goal: string, { store, scheme, kept }: Judging): string | undefined {
  if (kept === undefined || !store.answersAs || scheme !== undefined || suppressed !== undefined) return undefined;
  const asked = [kept.inventoryKey, store.answersAs, goal, subject.reference].join('\n');
  return `changes 4 ${createHash('sha256').update(asked).digest('hex')}`;
}

function restored(text: string | undefined): ChangeSummary | undefined {
  try {
    const kept = text === undefined ? undefined : (JSON.parse(text) as Partial<ChangeSummary>);
    return Array.isArray(kept?.steps) && Array.isArray(kept.stays) ? (kept as ChangeSummary) : undefined;
  } catch {
    return undefined; // as everything in the cache: what cannot be read is made again
  }
}

/** The goal that asks for what a filter shows: its lowest severity and worse. Empty: everything that has a fix. */
function goalOf({ severity }: Filter): string {
  const lowest = SEVERITIES.find((level) => severity?.includes(level));
  return lowest === undefined || lowest === SEVERITIES[0] ? '' : `no fixable ${lowest}`;
}
