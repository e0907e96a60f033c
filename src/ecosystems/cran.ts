import { compareCran, isCranVersion } from '../versions/cran.ts';
import { ecosystem } from './ecosystem.ts';
import { rebuilt } from './fixing.ts';
import { shape } from './purl-shape.ts';

export const cran = ecosystem({
  name: 'CRAN',
  osv: 'CRAN',
  type: 'cran',
  // https://cran.r-project.org/doc/manuals/r-release/R-exts.html#The-DESCRIPTION-file
  named: /^[a-z][a-z0-9.]*[a-z0-9]$/i,
  group: 'language',
  kind: 'r',
  label: 'R',
  words: ['cran', 'r', 'r-package'],
  normalize: (name) => name,
  compare: compareCran,
  comparator: 'cran',
  isVersion: isCranVersion,
  fix: rebuilt('@', 'install'),
  purl: shape('cran', { demands: ['version'] }),
  trivy: { type: 'cran', target: 'R' },
});
