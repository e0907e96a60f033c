export type { StepDraft } from './advice.ts';
export { makePlan, type Planned, type Planning } from './make-plan.ts';
export { type NewerBase, newerBase, slimVariant, type TriedBase } from './newer-base.ts';
export { type EarlierFinding, readEarlier, type Verification, verify } from './verify.ts';
