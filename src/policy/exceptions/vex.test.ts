import { describe, expect, it } from 'vitest';
import { deb, finding, report, wheel } from '../../../test/report.ts';
import type { Json } from '../../formats/text/index.ts';
import type { Package } from '../../model.ts';
import { isAboutFinding } from './match.ts';
import { readVex } from './vex.ts';

const django = wheel('Django', '3.2.0');
const openssl = deb('libssl1.1', '1.1.1n-0+deb11u3', 'openssl');
const { subject } = report();
const CVE = 'CVE-2023-46695';

/** Whether a document takes the finding of a package out of the count. */
const hides = (document: object, pkg: Package = django): boolean =>
  readVex(document as Json, 'v.json').some((rule) =>
    isAboutFinding(rule, finding(CVE, pkg, 'HIGH', { aliases: ['GHSA-qmf9-6jqf-j8fq'] }), subject),
  );

const openVex = (...statements: object[]) => ({
  '@context': 'https://openvex.dev/ns/v0.2.0',
  '@id': 'https://vex.example/1',
  author: 'Acme',
  timestamp: '2026-01-01T00:00:00Z',
  version: 1,
  statements,
});
const said = (product: string, status = 'not_affected', name = CVE, day = '01') => ({
  vulnerability: { name },
  products: [{ '@id': product }],
  status,
  timestamp: `2026-01-${day}T00:00:00Z`,
});

describe('OpenVEX', () => {
  it.each([
    ['pkg:pypi/django?vers=vers:pypi%2F%3E%3D3.2%7C%3C4', true],
    ['pkg:pypi/django?vers=vers:pypi%2F%3E%3D4%7C%3C5', false],
    ['pkg:pypi/django?vers=all', false],
  ])('a range in the package URL narrows: %s hides 3.2.0: %s', (product, expected) => {
    expect(hides(openVex(said(product)))).toBe(expected);
  });

  it.each([
    ['pkg:deb/debian/openssl?arch=source', true],
    ['pkg:deb/debian/openssl@1.1.1n-0%2Bdeb11u3?arch=source', true],
    ['pkg:deb/debian/openssl@1.1.1n-0%2Bdeb11u3?arch=source&distro=debian-11', true],
    ['pkg:deb/debian/openssl@1.1.1n-0%2Bdeb11u3?arch=source&distro=debian-12', false],
    ['pkg:deb/debian/openssl@1.1.1n-0%2Bdeb11u4?arch=source', false],
    ['pkg:deb/ubuntu/openssl@1.1.1n-0%2Bdeb11u3?arch=source', false],
    ['pkg:deb/debian/openssl@1.1.1n-0%2Bdeb11u3', false],
  ])('speaks of what is built from a source package: %s: %s', (product, expected) => {
    expect(hides(openVex(said(product)), openssl)).toBe(expected);
  });

  it('a later statement takes back what an earlier one said, however it names product and vulnerability', () => {
    const earlier = said('pkg:pypi/django@3.2.0');
    expect(hides(openVex(earlier))).toBe(true);
    for (const status of ['affected', 'under_investigation'])
      for (const [product, name] of [
        ['pkg:pypi/Django', CVE],
        ['pkg:pypi/django@3.2.0', 'GHSA-qmf9-6jqf-j8fq'],
      ] as const) {
        const later = said(product, status, name, '02');
        expect(hides(openVex(earlier, later)), `${status} ${product} ${name}`).toBe(false);
        expect(hides(openVex(later, earlier)), 'dates count, not places').toBe(false);
        expect(hides(openVex({ ...later, timestamp: '2025-01-01T00:00:00Z' }, earlier))).toBe(true);
      }
    expect(hides(openVex(earlier, said('pkg:pypi/django@4.0', 'affected', CVE, '02')))).toBe(true);
    expect(hides(openVex(earlier, said('pkg:pypi/django', 'affected', 'CVE-2020-1', '02')))).toBe(true);
  });

  it('a status that OpenVEX does not have is an error', () => {
    expect(() => readVex(openVex(said('pkg:pypi/django', 'not-affected')) as Json, 'v.json')).toThrowError(
      /no status "not-affected"/,
    );
  });
});

describe('CycloneDX', () => {
  const cyclonedx = (versions?: readonly object[]) => ({
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    components: [{ 'bom-ref': 'd', name: 'django', purl: 'pkg:pypi/django' }],
    vulnerabilities: [
      { id: CVE, analysis: { state: 'not_affected' }, affects: [{ ref: 'd', ...(versions ? { versions } : {}) }] },
    ],
  });
  it.each([
    [undefined, true],
    [[{ version: '3.2.0', status: 'unaffected' }], true],
    [[{ version: '3.2', status: 'unaffected' }], true],
    [[{ version: '3.2.0' }], true],
    [[{ version: '3.2.1', status: 'unaffected' }], false],
    [[{ version: '3.2.0', status: 'affected' }], false],
    [[{ version: '3.2.0', status: 'unknown' }], false],
    [[{ range: 'vers:pypi/>=3.2|<4', status: 'unaffected' }], true],
    [[{ range: 'vers:pypi/>=4|<5', status: 'unaffected' }], false],
    [[{ range: 'before 4', status: 'unaffected' }], false],
  ])('of the product only the versions that it lists: %j: %s', (versions, expected) => {
    expect(hides(cyclonedx(versions))).toBe(expected);
  });
});

describe('CSAF', () => {
  const csaf = (category: string, name: string, status: object, purl = 'pkg:pypi/django') => ({
    document: { category: 'csaf_vex', publisher: { name: 'Acme' } },
    product_tree: {
      branches: [
        {
          category: 'product_name',
          name: 'django',
          branches: [{ category, name, product: { product_id: 'P', product_identification_helper: { purl } } }],
        },
      ],
    },
    vulnerabilities: [{ cve: CVE, product_status: status }],
  });
  it.each([
    ['product_version_range', 'vers:pypi/>=3.2|<4', true],
    ['product_version_range', 'vers:pypi/>=4|<5', false],
    ['product_version_range', '<4.2', false],
    ['product_version', '3.2.0', true],
    ['product_version', 'v3.2', true],
    ['product_version', '3.2.1', false],
    // Red Hat's are named by the package.
    ['product_version', 'django', true],
  ])(
    'the versions that a branch names count where the package URL names none: %s %s: %s',
    (category, name, expected) => {
      expect(hides(csaf(category, name, { known_not_affected: ['P'] }))).toBe(expected);
    },
  );

  it.each(['known_affected', 'first_affected', 'last_affected', 'under_investigation'])(
    'a document that contradicts itself hides nothing: %s as well',
    (key) => {
      expect(hides(csaf('product_version', '3.2.0', { fixed: ['P'] }))).toBe(true);
      expect(hides(csaf('product_version', '3.2.0', { fixed: ['P'], [key]: ['P'] }))).toBe(false);
    },
  );
});
