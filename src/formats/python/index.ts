export { type KeptModule, type ModuleFiles, modulesNamed, packModules, unpackModules } from './module-files.ts';
export { pycAssignments } from './pyc.ts';
export { extensionNames } from './python-extension.ts';
export { pythonImports } from './python-imports.ts';
export { OWN_INTERPRETER } from './python-programs.ts';
export {
  eachWheel,
  firstOf,
  keptDigest,
  type PythonSource,
  recordedFiles,
  type Sources,
  sourcesInRecord,
  tells,
  type WheelSources,
  wheelSources,
} from './wheel-sources.ts';
