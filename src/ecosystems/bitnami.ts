import { compareBitnami, SEMVER, withoutRevision } from '../versions/semver.ts';
import { ecosystem } from './ecosystem.ts';
import { rebuilt } from './fixing.ts';
import { lower, shape } from './purl-shape.ts';

/** Applications as Bitnami builds them; the type's definition gives them architecture and distribution. */
export const bitnami = ecosystem({
  name: 'Bitnami',
  osv: 'Bitnami',
  type: 'bitnami',
  group: 'native',
  label: 'Bitnami',
  normalize: lower,
  ...SEMVER,
  compare: compareBitnami,
  comparator: 'bitnami',
  withoutBuild: withoutRevision,
  fix: rebuilt(' ', 'take a newer image of'),
  purl: shape('bitnami', { name: lower, qualifiers: ['arch', 'distro'] }),
  trivy: { type: 'bitnami', target: 'Bitnami' },
});
