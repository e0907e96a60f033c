import { compareMaven } from '../versions/maven.ts';
import { ecosystem } from './ecosystem.ts';

export const maven = ecosystem({
  name: 'Maven',
  purl: 'maven',
  // Advisories write `group:artifact`.
  normalize: (name) => name.replace('/', ':'),
  compare: compareMaven,
  comparator: 'maven',
});
