import { compareGo, isGoVersion } from '../versions/semver.ts';
import { ecosystem } from './ecosystem.ts';

export const go = ecosystem({
  name: 'Go',
  purl: 'golang',
  normalize: (name) => name,
  compare: compareGo,
  comparator: 'semver',
  isVersion: isGoVersion,
});
