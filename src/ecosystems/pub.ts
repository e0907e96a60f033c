import { SEMVER } from '../versions/semver.ts';
import { ecosystem } from './ecosystem.ts';
import { rebuilt } from './fixing.ts';
import { lower, shape } from './purl-shape.ts';

/** A hyphen is an underscore, in package URLs as well. https://github.com/package-url/purl-spec/blob/main/types/pub-definition.json */
const normalize = (name: string): string => lower(name).replaceAll('-', '_');

export const pub = ecosystem({
  name: 'Pub',
  osv: 'Pub',
  type: 'pub',
  // https://dart.dev/tools/pub/pubspec#name
  named: /^[a-z_]\w*$/i,
  group: 'language',

  label: 'Dart',
  words: ['pub', 'dart', 'dart-pub'],
  normalize,
  ...SEMVER,
  matchedBy: ['trivy', 'grype', 'docker-hub'],
  fix: rebuilt(' '),
  purl: shape('pub', { name: normalize }),
  trivy: { type: 'pub', target: '', byFile: true },
});
