export { type BuildFiles, readBuildFiles } from './build-files.ts';
export { type DockerfileMatch, matchDockerfile } from './dockerfile-match.ts';
export { type HistoryStep, historySteps } from './history.ts';
export { makeEdits } from './make-edits.ts';
export { writeFiles } from './write-files.ts';
