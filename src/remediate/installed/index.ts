export { machineOf } from './marker-value.ts';
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
  brokenConstraints,
  type EnvironmentMember,
  type PythonEnvironment,
  pythonEnvironments,
  siteOf,
} from './python-environments.ts';
export { extraOf, pythonNeeds } from './python-needs.ts';
