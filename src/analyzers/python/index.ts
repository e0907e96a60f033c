export { pythonEgg, pythonWheelFile, pythonZip, pythonZipApp } from './archives.ts';
export {
  pythonCodeVersions,
  pythonCompiledVersions,
  pythonFolders,
  pythonModules,
  pythonStrewnVersions,
  pythonVendoredVersions,
} from './code-versions.ts';
export { pythonDist, pythonInstaller } from './distributions.ts';
export { pythonDirectUrl, pythonEditable } from './editable.ts';
export { installerSettings } from './installer-settings.ts';
export { pythonLocks } from './locks.ts';
export { pythonPublished } from './published.ts';
export { pythonVendor } from './vendored.ts';
