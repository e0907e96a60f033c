import { compareGem, isGemVersion } from '../versions/gem.ts';
import { ecosystem } from './ecosystem.ts';

export const rubygems = ecosystem({
  name: 'RubyGems',
  purl: 'gem',
  normalize: (name) => name,
  compare: compareGem,
  comparator: 'gem',
  isVersion: isGemVersion,
});
