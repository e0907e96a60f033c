import { compareCran, isCranVersion } from '../versions/cran.ts';
import { ecosystem } from './ecosystem.ts';

export const cran = ecosystem({
  name: 'CRAN',
  purl: 'cran',
  normalize: (name) => name,
  compare: compareCran,
  comparator: 'cran',
  isVersion: isCranVersion,
});
