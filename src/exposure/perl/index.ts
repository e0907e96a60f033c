export { perl } from './session.ts';
