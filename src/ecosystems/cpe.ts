import { compareOfProduct } from './cpe-versions.ts';
import { ecosystem } from './ecosystem.ts';
import { generic } from './generic.ts';
import { lower } from './purl-shape.ts';

/**
 * Programs and libraries that come in no package, by NVD's vendor and product (`openssl:openssl`). The weakest way to match:
 * only for what nobody else publishes advisories on. See cpe-products.ts for who is called what. PSF's advisories on CPython are filed here too.
 */
export const cpe = ecosystem({ ...generic, name: 'CPE', osv: 'PSF', normalize: lower, compareOf: compareOfProduct });
