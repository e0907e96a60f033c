import { compareSemver, isSemver } from '../versions/semver.ts';
import { ecosystem } from './ecosystem.ts';

export const julia = ecosystem({
  name: 'Julia',
  purl: 'julia',
  normalize: (name) => name,
  compare: compareSemver,
  comparator: 'semver',
  isVersion: isSemver,
});
