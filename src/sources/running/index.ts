export { lookAt } from './look.ts';
export { isOfContainer, startOf } from './process-files.ts';
