import { SEMVER } from '../versions/semver.ts';
import { ecosystem } from './ecosystem.ts';
import { rebuilt } from './fixing.ts';
import { lower, shape } from './purl-shape.ts';

export const pub = ecosystem({
  name: 'Pub',
  osv: 'Pub',
  type: 'pub',
  // https://dart.dev/tools/pub/pubspec#name
  named: /^[a-z_]\w*$/i,
  group: 'language',

  label: 'Dart',
  words: ['pub', 'dart', 'dart-pub'],
  normalize: lower,
  ...SEMVER,
  matchedBy: ['trivy', 'grype', 'docker-hub'],
  fix: rebuilt(' '),
  purl: shape('pub', { name: (name) => lower(name).replaceAll('-', '_') }),
  trivy: { type: 'pub', target: '', byFile: true },
});
