export { findBuilder } from './builder.ts';
export { checkBuilt } from './checks.ts';
export { clearTrials, trialFolderPrefix } from './left-over.ts';
export { renewLocks } from './locks.ts';
export type { BuiltImage } from './workbench.ts';
export { layOut } from './workshop.ts';
