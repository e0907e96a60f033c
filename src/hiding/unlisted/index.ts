export { type Accounting, accounting } from './accounted.ts';
export { type Part, packageAt, partOf } from './parts.ts';
export { tracedSystem } from './traced-system.ts';
export { isSystemHint, unlistedSystem } from './unlisted.ts';
