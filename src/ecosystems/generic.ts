import { compareNatural, isNaturalVersion, withoutMetadata } from '../versions/natural.ts';
import type { PackageType } from './ecosystem.ts';
import { rebuilt } from './fixing.ts';
import { shape } from './purl-shape.ts';

/** Programs and libraries that no package manager put there: told by their content, by a version file, by their name. */
export const generic: PackageType = {
  type: 'generic',
  group: 'native',
  kind: 'program',
  label: 'Programs and libraries',
  words: ['generic', 'binary', 'stock'],
  normalize: (name) => name,
  compare: compareNatural,
  comparator: 'natural',
  isVersion: isNaturalVersion,
  withoutBuild: withoutMetadata,
  fix: rebuilt(' '),
  purl: shape('generic'),
  trivy: { type: 'binary', target: 'Programs' },
};
