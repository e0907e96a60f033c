import { compareGem, isGemVersion } from '../versions/gem.ts';
import { ecosystem } from './ecosystem.ts';
import { gemInstall } from './fixing.ts';
import { shape } from './purl-shape.ts';

export const rubygems = ecosystem({
  name: 'RubyGems',
  osv: 'RubyGems',
  type: 'gem',
  // https://guides.rubygems.org/specification-reference/#name
  named: /^[a-z0-9_][a-z0-9._-]*$/i,
  group: 'language',
  kind: 'ruby',
  label: 'Ruby',
  words: ['gem', 'gemspec', 'bundler', 'rubygems', 'ruby'],
  normalize: (name) => name,
  compare: compareGem,
  comparator: 'gem',
  isVersion: isGemVersion,
  matchedBy: ['trivy', 'grype', 'ecr-enhanced', 'docker-hub', 'gcp', 'clair-v4'],
  fix: gemInstall,
  installs: /(?<![\w.-])(?:gem|bundle)\s+install\b/,
  purl: shape('gem', { qualifiers: ['platform'] }),
  trivy: { type: 'gemspec', target: 'Ruby' },
});
