import { compareNuget, isSemver } from '../versions/semver.ts';
import { ecosystem } from './ecosystem.ts';

export const nuget = ecosystem({
  name: 'NuGet',
  purl: 'nuget',
  normalize: (name) => name.toLowerCase(),
  compare: compareNuget,
  comparator: 'nuget',
  isVersion: isSemver,
});
