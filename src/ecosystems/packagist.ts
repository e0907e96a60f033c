import { compareComposer, isComposerVersion } from '../versions/composer.ts';
import { ecosystem } from './ecosystem.ts';

export const packagist = ecosystem({
  name: 'Packagist',
  purl: 'composer',
  normalize: (name) => name.toLowerCase(),
  compare: compareComposer,
  comparator: 'composer',
  isVersion: isComposerVersion,
});
