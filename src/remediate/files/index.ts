export { type BuildFiles, readBuildFiles } from './build-files.ts';
export { type DockerfileMatch, matchDockerfile } from './dockerfile-match.ts';
export { type HistoryStep, historySteps } from './history.ts';
export { lockFiles } from './lock-files.ts';
export { makeEdits } from './make-edits.ts';
export { type Maker, makerOf, makersOf, mergedLayers } from './makers.ts';
export { readRequirements } from './requirements-file.ts';
export { writeFiles } from './write-files.ts';
