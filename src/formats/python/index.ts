export { type KeptModule, type ModuleFiles, modulesNamed, packModules, unpackModules } from './named-modules.ts';
export { pycAssignments } from './pyc.ts';
export { extensionNames } from './python-extension.ts';
export { pythonImports } from './python-imports.ts';
export { OWN_INTERPRETER } from './python-programs.ts';
