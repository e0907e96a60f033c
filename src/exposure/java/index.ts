export { java } from './session.ts';
