export { sections } from './checks.ts';
