import { compareSemver, isSemver } from '../versions/semver.ts';
import { ecosystem } from './ecosystem.ts';

export const hex = ecosystem({
  name: 'Hex',
  purl: 'hex',
  normalize: (name) => name.toLowerCase(),
  compare: compareSemver,
  comparator: 'semver',
  isVersion: isSemver,
});
