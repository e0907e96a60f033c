export { condaExplicit } from './explicit-list.ts';
export { conda } from './installed.ts';
export { condaIdentity } from './names.ts';
