export { applyExceptions, type Excepted, excepting } from './apply.ts';
export type { Exception } from './exception.ts';
export { glob } from './glob.ts';
export { readExceptions } from './own.ts';
export { readAllExceptions } from './read.ts';
export { asAttached, readVex } from './vex.ts';
