import type { Statement } from '../src/model.ts';

/** What a publisher says of a package whose fix is known. */
export const fixedStatement = (
  source: string,
  namespace: string,
  name: string,
  id: string,
  fixed: string,
  more: Partial<Statement> = {},
): Statement => ({
  id,
  source,
  namespace,
  package: name,
  aliases: [],
  state: 'fixed',
  ranges: [{ fixed }],
  ratings: [],
  ...more,
});

/** Debian's tracker on OpenSSL in Debian 11. */
export const OPENSSL_FIXED = fixedStatement('debian', 'Debian:11', 'openssl', 'CVE-2023-0286', '1.1.1n-0+deb11u4');

/** PyPA's advisory on setuptools. */
export const SETUPTOOLS_FIXED = fixedStatement('pysec', 'PyPI', 'setuptools', 'PYSEC-2022-43012', '65.5.1');

/** GitHub's on the same, rated. */
export const SETUPTOOLS_RATED = fixedStatement('ghsa', 'PyPI', 'setuptools', 'GHSA-r9hx-vwmv-q579', '65.5.1', {
  aliases: ['CVE-2022-40897'],
  ranges: [{ introduced: '0', fixed: '65.5.1' }],
  ratings: [{ source: 'ghsa', severity: 'HIGH', method: 'text', original: 'HIGH' }],
});
