import { compareSemver, isSemver } from '../versions/semver.ts';
import { ecosystem } from './ecosystem.ts';

export const crates = ecosystem({
  name: 'crates.io',
  purl: 'cargo',
  // Cargo itself treats both signs alike: two crates never differ in them only.
  normalize: (name) => name.toLowerCase().replaceAll('_', '-'),
  compare: compareSemver,
  comparator: 'semver',
  isVersion: isSemver,
});
