import { compareSemver, isSemver } from '../versions/semver.ts';
import { ecosystem } from './ecosystem.ts';

export const npm = ecosystem({
  name: 'npm',
  purl: 'npm',
  normalize: (name) => name.toLowerCase(),
  compare: compareSemver,
  comparator: 'semver',
  isVersion: isSemver,
});
