import { compareComposer, isComposerVersion } from '../versions/composer.ts';
import { ecosystem } from './ecosystem.ts';
import { rebuilt } from './fixing.ts';
import { lower, shape } from './purl-shape.ts';

export const packagist = ecosystem({
  name: 'Packagist',
  osv: 'Packagist',
  type: 'composer',
  // https://getcomposer.org/doc/04-schema.md#name
  named: /^[a-z0-9]+(?:[_.-]+[a-z0-9]+)*\/[a-z0-9]+(?:[_.-]+[a-z0-9]+)*$/i,
  group: 'language',
  kind: 'php',
  label: 'PHP',
  words: ['composer', 'packagist', 'php', 'php-composer', 'composer-vendor'],
  normalize: lower,
  compare: compareComposer,
  comparator: 'composer',
  isVersion: isComposerVersion,
  matchedBy: ['trivy', 'grype', 'ecr-enhanced', 'docker-hub', 'gcp', 'snyk'],
  fix: rebuilt(':', 'require'),
  purl: shape('composer', { separator: '/', namespace: lower, name: lower }),
  trivy: { type: 'composer-vendor', target: '', byFile: true },
});
