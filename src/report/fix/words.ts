import { pypi } from '../../ecosystems/pypi.ts';
import { counted } from '../../formats/grouped.ts';
import { WORST_FIRST } from '../../model.ts';
import { countedOf, remainingGroups } from '../../remediate/plan/index.ts';
import type { Change, FindingTally, Plan, PlannedFinding, PlanStep } from '../../remediate/plan.ts';

/** `3 CRITICAL, 12 HIGH`; `none` for nothing. */
export function severitiesInWords(severities: FindingTally['severities']): string {
  const parts = WORST_FIRST.filter((level) => severities[level] > 0).map((level) => `${severities[level]} ${level}`);
  return parts.length === 0 ? 'none' : parts.join(', ');
}

/** Numbers of a list of findings by severity. */
export function severityCounts(findings: readonly PlannedFinding[]): FindingTally['severities'] {
  const counts = { CRITICAL: 0, HIGH: 0, MEDIUM: 0, LOW: 0, NEGLIGIBLE: 0, UNKNOWN: 0 };
  for (const { severity } of findings) counts[severity]++;
  return counts;
}

/** `setuptools 58.1.0 -> 65.5.1`. */
export const changeInWords = ({ name, from, to }: Change): string =>
  to === undefined ? `${name} ${from ?? ''}`.trim() : `${name} ${from === undefined ? '(new)' : from} -> ${to}`;

/** The one line to read if only one is read. */
export function fixVerdict(plan: Plan): { readonly word: 'reached' | 'partly' | 'nothing'; readonly text: string } {
  const steps = plan.steps.filter(({ applied }) => applied);
  if (plan.today.goal === 0)
    return { word: 'reached', text: `nothing to do: no finding falls under the goal "${plan.goal}"` };
  const cleared = plan.cleared.filter(({ goal }) => goal).length;
  if (cleared === 0)
    return {
      word: 'nothing',
      text: `none of the ${counted(plan.today.goal, 'finding')} of the goal "${plan.goal}" can be cleared by an upgrade`,
    };
  const how = `${counted(steps.length, 'step')}, ${counted(
    steps.reduce((sum, step) => sum + step.changes.length, 0),
    'package',
  )}`;
  const hoped = plan.cleared.filter((finding) => finding.goal && finding.hoped !== undefined).length;
  if (hoped > 0) {
    const { hopes } = countedOf(plan);
    return {
      word: 'partly',
      text: `${how}: ${cleared - hoped} of ${counted(plan.today.goal, 'finding')} of the goal "${plan.goal}" cleared, and up to ${hoped} more if offered: ${hopes.map(({ reason }) => reason).join('; ')}`,
    };
  }
  // What was looked up piece by piece may not go together: then none of a step's command is carried out.
  const together = steps.some(({ caution }) => caution !== undefined) ? ', if these versions install together' : '';
  return plan.reached
    ? {
        word: 'reached',
        text: `${how}: ${plan.today.goal === 1 ? 'the one finding' : `all ${counted(plan.today.goal, 'finding')}`} of the goal "${plan.goal}" cleared${together}`,
      }
    : {
        word: 'partly',
        text: `${how}: ${cleared} of ${counted(plan.today.goal, 'finding')} of the goal "${plan.goal}" cleared${together}`,
      };
}

/** `clears 12 (3 HIGH, 9 MEDIUM), and up to 4 more if offered (4 LOW)`. */
export function clearsInWords({ clears }: PlanStep): string {
  const [sure, hoped] = [true, false].map((isSure) =>
    clears.filter(({ hoped }) => (hoped === undefined) === isSure),
  ) as [PlannedFinding[], PlannedFinding[]];
  const counts = (findings: readonly PlannedFinding[]): string => severitiesInWords(severityCounts(findings));
  if (hoped.length === 0) return `clears ${sure.length} (${counts(sure)})`;
  const more = `up to ${hoped.length}${sure.length > 0 ? ' more' : ''} if offered (${counts(hoped)})`;
  return sure.length === 0 ? `clears ${more}` : `clears ${sure.length} (${counts(sure)}), and ${more}`;
}

export const capital = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;

/** Findings that a change of a step clears, by the name of its package or of its source. */
export function clearedBy(step: PlanStep, change: Change): readonly PlannedFinding[] {
  return step.clears.filter(({ name }) => pypi.normalize(name) === pypi.normalize(change.name));
}

export { remainingGroups };
