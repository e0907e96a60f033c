export { projectToday } from './environments.ts';
export { withProjectEdits } from './project-edits.ts';
