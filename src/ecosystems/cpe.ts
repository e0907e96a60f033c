import { compareNatural, isNaturalVersion, withoutMetadata } from '../versions/natural.ts';
import { ecosystem } from './ecosystem.ts';

/**
 * Programs and libraries that come in no package, by NVD's vendor and product (`openssl:openssl`). The weakest way to match:
 * only for what nobody else publishes advisories on. See cpe-products.ts for who is called what.
 */
export const cpe = ecosystem({
  name: 'CPE',
  purl: 'generic',
  normalize: (name) => name.toLowerCase(),
  compare: compareNatural,
  comparator: 'natural',
  isVersion: isNaturalVersion,
  withoutBuild: withoutMetadata,
});
