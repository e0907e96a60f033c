export { type NpmPlan, planNpm, semverJump } from './plan.ts';
export { npmStep, overrideStep, partedByTree } from './step.ts';
