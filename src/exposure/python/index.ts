export { python } from './session.ts';
