export { askedExtras } from './asked-extras.ts';
export { dockerfileIndexes, historyIndexes } from './dockerfile-indexes.ts';
export { projectToday } from './environments.ts';
export { asPipSettings, notAskedNotices } from './named-indexes.ts';
export { withProjectEdits } from './project-edits.ts';
export { projectIndexes } from './project-indexes.ts';
