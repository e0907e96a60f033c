export { type BuiltImage, findBuilder } from './builder.ts';
export { checkBuilt } from './checks.ts';
export { renewLocks } from './locks.ts';
export { layOut } from './workshop.ts';
