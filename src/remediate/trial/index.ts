export { findBuilder } from './builder.ts';
export { checkBuilt } from './checks.ts';
export { renewLocks } from './locks.ts';
export type { BuiltImage } from './workbench.ts';
export { layOut } from './workshop.ts';
