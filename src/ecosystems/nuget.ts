import { compareNuget, isSemver } from '../versions/semver.ts';
import { ecosystem } from './ecosystem.ts';
import { rebuilt } from './fixing.ts';
import { lower, shape } from './purl-shape.ts';

export const nuget = ecosystem({
  name: 'NuGet',
  osv: 'NuGet',
  type: 'nuget',
  group: 'language',
  kind: 'dotnet',
  label: '.NET',
  words: ['nuget', 'dotnet', 'dotnet-core', 'dotnet_deps'],
  normalize: lower,
  compare: compareNuget,
  comparator: 'nuget',
  isVersion: isSemver,
  fix: rebuilt(' '),
  purl: shape('nuget'),
  trivy: { type: 'dotnet-core', target: '', byFile: true },
});
