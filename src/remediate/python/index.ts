export { type PythonIndex, pythonIndex } from './index-client.ts';
export { IMAGE_PIP_FILES, pipIndexes } from './pip-configuration.ts';
export { type PythonPlan, planPython } from './plan.ts';
export { jumpOf } from './planning.ts';
