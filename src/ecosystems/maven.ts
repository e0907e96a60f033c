import { compareMaven, isMavenVersion } from '../versions/maven.ts';
import { ecosystem } from './ecosystem.ts';
import { rebuilt } from './fixing.ts';
import { shape } from './purl-shape.ts';

/** Names are `group:artifact`, as advisories write them. */
export const maven = ecosystem({
  name: 'Maven',
  osv: 'Maven',
  type: 'maven',
  // https://maven.apache.org/guides/mini/guide-naming-conventions.html
  named: /^[a-z0-9_][a-z0-9._-]*(?:[:/][a-z0-9_][a-z0-9._-]*)?$/i,
  group: 'language',
  kind: 'java',
  label: 'Java',
  words: ['maven', 'java', 'jar', 'java-archive', 'jenkins-plugin', 'graalvm-native-image', 'gradle', 'sbt', 'pom'],
  // An artifact's own name may hold a slash: what has its colon already stays.
  normalize: (name) => (name.includes(':') ? name : name.replace('/', ':')),
  compare: compareMaven,
  comparator: 'maven',
  isVersion: isMavenVersion,
  matchedBy: ['trivy', 'grype', 'ecr-enhanced', 'docker-hub', 'gcp', 'osv-scanner', 'clair-v4', 'snyk'],
  fix: rebuilt(':', 'take'),
  purl: shape('maven', { separator: ':', demands: ['namespace'] }),
  trivy: { type: 'jar', target: 'Java' },
});
