import { comparePep440, isPep440, meantPep440, publicVersion } from '../versions/pep440.ts';
import { ecosystem } from './ecosystem.ts';

export const pypi = ecosystem({
  name: 'PyPI',
  purl: 'pypi',
  // https://packaging.python.org/en/latest/specifications/name-normalization/
  normalize: (name) => name.replace(/[-_.]+/g, '-').toLowerCase(),
  compare: comparePep440,
  comparator: 'pep440',
  isVersion: isPep440,
  withoutBuild: publicVersion,
  meant: meantPep440,
});
