import { compareSemver, isSemver } from '../versions/semver.ts';
import { ecosystem } from './ecosystem.ts';

export const pub = ecosystem({
  name: 'Pub',
  purl: 'pub',
  normalize: (name) => name.toLowerCase(),
  compare: compareSemver,
  comparator: 'semver',
  isVersion: isSemver,
});
