import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import type { World } from '../../src/exposure/model.ts';

/** The files of this machine as those of an image: real programs run on them, and what is foreseen is held to that. */
export const machineTree: World['tree'] = {
  real(path) {
    try {
      const real = realpathSync(`/${path}`);
      return statSync(real).isFile() ? real.slice(1) : undefined;
    } catch {
      return undefined;
    }
  },
  isFolder: (path) => existsSync(`/${path}`) && statSync(`/${path}`).isDirectory(),
  realFolder: (path) => (machineTree.isFolder(path) ? realpathSync(`/${path}`).slice(1) : undefined),
  list: (folder) => (machineTree.isFolder(folder) ? readdirSync(`/${folder}`).sort() : []),
  paths: () => [],
};
