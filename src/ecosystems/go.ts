import { compareGo, isGoVersion } from '../versions/semver.ts';
import { ecosystem } from './ecosystem.ts';
import { rebuilt } from './fixing.ts';
import { lower, shape } from './purl-shape.ts';

/** Module paths keep their case in names and advisories; purls have them in lower case. */
export const go = ecosystem({
  name: 'Go',
  osv: 'Go',
  type: 'golang',
  // https://go.dev/ref/mod#module-path
  named: /^[a-z0-9_][a-z0-9._~/-]*$/i,
  group: 'language',
  compiled: true,
  kind: 'go',
  label: 'Go',
  words: ['golang', 'go', 'gobinary', 'gomod', 'go-module', 'gomodules', 'go_stdlib'],
  normalize: (name) => name,
  compare: compareGo,
  comparator: 'semver',
  isVersion: isGoVersion,
  matchedBy: ['trivy', 'grype', 'ecr-enhanced', 'docker-hub', 'gcp', 'osv-scanner', 'clair-v4', 'snyk'],
  fix: rebuilt('@'),
  purl: shape('golang', { separator: '/', namespace: lower, name: lower }),
  trivy: { type: 'gobinary', target: '', byFile: true },
});
