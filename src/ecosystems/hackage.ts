import { compareCran } from '../versions/cran.ts';
import { versionLike } from '../versions/known.ts';
import { ecosystem } from './ecosystem.ts';
import { rebuilt } from './fixing.ts';
import { shape } from './purl-shape.ts';

/** Versions are lists of numbers, of which the longer of two that agree is the newer, as R's are. https://pvp.haskell.org/#version-numbers */
export const hackage = ecosystem({
  name: 'Hackage',
  osv: 'Hackage',
  type: 'hackage',
  // https://cabal.readthedocs.io/en/stable/cabal-package-description-file.html#pkg-field-name
  named: /^[a-z0-9]+(?:-[a-z0-9]+)*$/i,
  group: 'language',
  label: 'Haskell',
  words: ['hackage', 'haskell'],
  normalize: (name) => name,
  compare: compareCran,
  comparator: 'pvp',
  isVersion: versionLike(/^\d+(?:\.\d+)*$/),
  fix: rebuilt('-'),
  purl: shape('hackage'),
  trivy: { type: 'hackage', target: 'Haskell' },
});
