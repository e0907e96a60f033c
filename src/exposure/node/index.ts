export { node } from './session.ts';
