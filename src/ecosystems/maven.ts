import { compareMaven, isMavenVersion } from '../versions/maven.ts';
import { ecosystem } from './ecosystem.ts';

export const maven = ecosystem({
  name: 'Maven',
  purl: 'maven',
  // Advisories write `group:artifact`.
  // An artifact's own name may hold a slash: what has its colon already stays.
  normalize: (name) => (name.includes(':') ? name : name.replace('/', ':')),
  compare: compareMaven,
  comparator: 'maven',
  isVersion: isMavenVersion,
});
