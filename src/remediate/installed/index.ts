export { holds, type MarkerValues, machineOf, markerValues } from './marker-value.ts';
export {
  type NpmCopy,
  type NpmDemand,
  type NpmTrees,
  npmPlace,
  npmRequirement,
  npmTrees,
  partsByTree,
} from './npm-trees.ts';
export {
  bringersOf,
  brokenConstraints,
  declaredEnvironment,
  type EnvironmentMember,
  installedUnder,
  type PythonEnvironment,
  pythonEnvironments,
  siteOf,
  siteOrFile,
} from './python-environments.ts';
export { extraOf, needOf, pythonNeeds } from './python-needs.ts';
