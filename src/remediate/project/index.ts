export { projectToday } from './environments.ts';
export { withProjectEdits } from './project-edits.ts';
export { asPipSettings, dockerfileSources, notAskedNotices, projectSources } from './sources.ts';
