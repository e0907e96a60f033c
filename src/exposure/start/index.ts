export { healthCommand, startCommand, startEnvironment } from './command.ts';
export { wrappers } from './wrappers.ts';
