export { healthCommand, isEnvironmentCut, startCommand, startEnvironment, startUser } from './command.ts';
export { execline } from './execline.ts';
export { wrappers } from './wrappers.ts';
