import type { Finding, Notice, Report } from '../../model.ts';
import type { PythonEnvironment } from '../installed/index.ts';
import type { PlanStep } from '../plan.ts';
import { applyChanges, rewritingOf } from '../rewriting.ts';
import { removalStep, type StepDraft } from './advice.ts';
import { rematched } from './finished-step.ts';
import type { Planning } from './make-plan.ts';
import { unloadedStep, whyNothingUnloaded } from './remove-unloaded.ts';

/** Steps that take packages out, and the report of what stays where these are part of the plan. */
interface Removals {
  readonly steps: readonly StepDraft[];
  readonly staying: Report;
}

/** What is asked besides the plan's own question. */
interface Surroundings {
  readonly environments: readonly PythonEnvironment[];
  readonly sites: ReadonlyMap<string, readonly string[]>;
  pip(id: string): string;
}

/**
 * Takes out first what the plan takes out: nobody upgrades, counts or takes out a second time what is gone by then. What is only advised is
 * planned after that, and takes nothing out of the report.
 */
export function removalsFirst(planning: Planning, { environments, sites, pip }: Surroundings): Removals {
  const makers = [
    {
      applied: planning.removeBuildTools ?? false,
      make: (report: Report) => removalStep(report, planning.base, planning.removeBuildTools ?? false),
    },
    {
      applied: planning.removeUnloaded ?? false,
      make: (report: Report) => unloadedStep(report, { environments, pip, applied: planning.removeUnloaded ?? false }),
    },
  ].sort((a, b) => Number(b.applied) - Number(a.applied));
  const steps: StepDraft[] = [];
  let staying = planning.report;
  for (const { applied, make } of makers) {
    const made = make(staying);
    steps.push(...made);
    if (!applied) continue;
    for (const { changes } of made) {
      const packages = applyChanges(staying.packages, rewritingOf(changes, sites, new Map()));
      const findings: readonly Finding[] = rematched({ ...planning, report: staying }, packages);
      staying = { ...staying, packages, findings };
    }
  }
  return { steps, staying };
}

/** That nothing is taken out where that was asked for, with why. */
export const notTakenOut = ({ removeUnloaded, report }: Planning, steps: readonly PlanStep[]): Notice[] =>
  removeUnloaded === true && !steps.some(({ id }) => id === 'remove-unloaded')
    ? [{ level: 'info', code: 'nothing-unloaded', message: whyNothingUnloaded(report) }]
    : [];
