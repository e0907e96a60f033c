export { type NpmPlan, planNpm, semverJump } from './plan.ts';
export { npmStep, partedByTree } from './step.ts';
