import { expect, it } from 'vitest';
import { facts } from '../../../test/facts.ts';
import { bitnamiComponents } from './bitnami.ts';

it('a component of a Bitnami image is what its document says, by the release that advisories count', () => {
  const spdx = JSON.stringify({
    spdxVersion: 'SPDX-2.3',
    packages: [
      {
        name: 'python',
        versionInfo: '3.8.17-2',
        licenseConcluded: 'PSF-2.0',
        externalRefs: [
          {
            referenceCategory: 'SECURITY',
            referenceType: 'cpe23Type',
            referenceLocator: 'cpe:2.3:*:python:python:3.8.17:*:*:*:*:*:*:*',
          },
          {
            referenceCategory: 'PACKAGE-MANAGER',
            referenceType: 'purl',
            referenceLocator: 'pkg:bitnami/python@3.8.17-2?arch=amd64&distro=debian-11',
          },
        ],
      },
      { name: 'setuptools', versionInfo: '68.0.0', externalRefs: [{ referenceLocator: 'pkg:pypi/setuptools@68.0.0' }] },
    ],
  });
  expect(facts(bitnamiComponents, 'opt/bitnami/python/.spdx-python.spdx', spdx)).toEqual([
    { type: 'bitnami', name: 'python', version: '3.8.17', licenses: ['PSF-2.0'], properties: { revision: '2' } },
  ]);
  expect(facts(bitnamiComponents, 'opt/bitnami/x/.spdx-x.spdx', '[]')).toEqual([
    { kind: 'unknown', reason: 'no JSON object' },
  ]);
});
