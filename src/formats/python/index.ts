export { type KeptModule, type ModuleFiles, modulesNamed, packModules, unpackModules } from './module-files.ts';
export { pycAssignments } from './pyc.ts';
export { extensionNames } from './python-extension.ts';
export { pythonImports } from './python-imports.ts';
export { OWN_INTERPRETER } from './python-programs.ts';
