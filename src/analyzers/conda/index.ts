export { condaExplicit } from './explicit-list.ts';
export { condaPackages } from './installed.ts';
export { condaIdentity } from './names.ts';
export { condaChannels } from './settings.ts';
