export { type Accounting, accounting } from './accounted.ts';
export { tracedSystem } from './traced-system.ts';
export { isSystemHint, unlistedSystem } from './unlisted.ts';
