import { compareNuget, isSemver } from '../versions/semver.ts';
import { ecosystem } from './ecosystem.ts';
import { rebuilt } from './fixing.ts';
import { lower, shape } from './purl-shape.ts';

export const nuget = ecosystem({
  name: 'NuGet',
  osv: 'NuGet',
  type: 'nuget',
  // https://learn.microsoft.com/en-us/nuget/reference/nuspec#id
  named: /^\w+(?:[.-]\w+)*$/,
  group: 'language',
  kind: 'dotnet',
  label: '.NET',
  words: ['nuget', 'dotnet', 'dotnet-core', 'dotnet_deps', 'packages-props'],
  normalize: lower,
  compare: compareNuget,
  comparator: 'nuget',
  isVersion: isSemver,
  matchedBy: ['trivy', 'grype', 'ecr-enhanced', 'docker-hub', 'gcp', 'snyk'],
  fix: rebuilt(' '),
  purl: shape('nuget'),
  trivy: { type: 'dotnet-core', target: '', byFile: true },
});
