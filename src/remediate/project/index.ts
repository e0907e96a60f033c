export { type ProjectToday, projectToday } from './environments.ts';
export { installed } from './today.ts';
