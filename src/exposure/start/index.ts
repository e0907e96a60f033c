export { healthCommand, startCommand, startEnvironment, startUser } from './command.ts';
export { wrappers } from './wrappers.ts';
