export { ruby } from './session.ts';
