import { compareSemver, isSemver } from '../versions/semver.ts';
import { ecosystem } from './ecosystem.ts';

export const bitnami = ecosystem({
  name: 'Bitnami',
  purl: 'bitnami',
  normalize: (name) => name.toLowerCase(),
  compare: compareSemver,
  comparator: 'semver',
  isVersion: isSemver,
});
