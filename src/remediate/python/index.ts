export { pythonIndex } from './index-client.ts';
export type { PythonIndex } from './index-over-files.ts';
export { type IndexVersion, installable } from './installable.ts';
export { IMAGE_PIP_FILES, pipIndexes } from './pip-configuration.ts';
export { inEnvironment, likenessOf, type PythonPlan, planPython } from './plan.ts';
export { jumpOf } from './planning.ts';
export { indexWithRecord, recordedIndex, recordedVersions } from './recorded-index.ts';
export { releaseWheels } from './release-wheels.ts';
export type { WheelTarget } from './wheel-tags.ts';
