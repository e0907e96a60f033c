export { projectToday } from './environments.ts';
export { withProjectEdits } from './project-edits.ts';
export { asPipSettings, hostsNotAsked, projectSources } from './sources.ts';
