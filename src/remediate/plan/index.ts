export type { StepDraft } from './advice.ts';
export { earlierOfPlan, earlierOfReport, readEarlier } from './earlier.ts';
export { makePlan, type Planned, type Planning } from './make-plan.ts';
export { type NewerBase, newerBase, slimVariant, type TriedBase } from './newer-base.ts';
export { platformOf } from './platform.ts';
export { remainingGroups } from './reasons.ts';
export { countedOf, isUnread, summaryOf } from './summary.ts';
export { hasFailed, verify } from './verify.ts';
