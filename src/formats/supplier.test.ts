import { describe, expect, it } from 'vitest';
import { billOfJson, billOfText } from './sbom/index.ts';
import { cycloneDxSupplier, spdxSupplierNamed, supplierNamed } from './supplier.ts';

describe('whom something is from', () => {
  it('is a name with its address, of a person unless the name says otherwise', () => {
    expect(supplierNamed('Jane Doe <jane@example.org>')).toEqual({
      name: 'Jane Doe',
      kind: 'person',
      address: 'jane@example.org',
    });
    expect(supplierNamed('Debian OpenSSL Team <x@lists.debian.org>')?.kind).toBe('organization');
    expect(supplierNamed('<nobody@example.org>')).toBeUndefined();
    expect(supplierNamed('unknown')).toBeUndefined();
  });

  it("is what SPDX's notation says it is", () => {
    expect(spdxSupplierNamed('Organization: NVIDIA (psirt@nvidia.com)')).toEqual({
      name: 'NVIDIA',
      kind: 'organization',
      address: 'psirt@nvidia.com',
    });
    expect(spdxSupplierNamed('Person: Jane Doe ()')).toEqual({ name: 'Jane Doe', kind: 'person' });
    expect(spdxSupplierNamed('NOASSERTION')).toBeUndefined();
  });

  it('is one line without controls, and no address that ends the notation', () => {
    expect(supplierNamed('a\u001b[31mb\n <x@y>')?.name).toBe('a?[31mb?');
    expect(cycloneDxSupplier({ name: 'ACME', contact: [{ email: 'x@y) evil' }] })).toEqual({
      name: 'ACME',
      kind: 'organization',
    });
    expect(supplierNamed('x'.repeat(1_000_000))?.name.length).toBeLessThanOrEqual(300);
  });
});

describe('the supplier that a bill of materials states', () => {
  const of = (bill: ReturnType<typeof billOfJson>) => [bill?.supplier?.name, bill?.entries[0]?.supplier?.name];

  it('is read from CycloneDX, JSON and XML: of the subject and of each component', () => {
    const component = { type: 'library', name: 'torch', purl: 'pkg:pypi/torch@2.0.0' };
    const document = (parts: object, metadata: object = {}) =>
      billOfJson({ bomFormat: 'CycloneDX', specVersion: '1.6', metadata, components: [{ ...component, ...parts }] });
    expect(of(document({ supplier: { name: 'Meta' } }, { supplier: { name: 'ACME' } }))).toEqual(['ACME', 'Meta']);
    expect(of(document({ publisher: 'PyTorch Team' }, { component: { publisher: 'ACME' } }))).toEqual([
      'ACME',
      'PyTorch Team',
    ]);
    expect(of(document({ authors: [{ name: 'Jane Doe' }] }))).toEqual([undefined, 'Jane Doe']);
    expect(of(document({ author: 'Jane Doe' }))).toEqual([undefined, 'Jane Doe']);
    const xml = `<bom xmlns="http://cyclonedx.org/schema/bom/1.6"><metadata><supplier><name>ACME</name><contact><email>a@b.example</email></contact></supplier></metadata>
      <components><component type="library"><supplier><name>Meta</name></supplier><name>torch</name><purl>pkg:pypi/torch@2.0.0</purl></component></components></bom>`;
    const read = billOfText(xml);
    expect(of(read)).toEqual(['ACME', 'Meta']);
    expect(read?.supplier?.address).toBe('a@b.example');
  });

  it('is read from SPDX 2, JSON and tag-value: the subject is what the document describes', () => {
    const purl = {
      referenceCategory: 'PACKAGE-MANAGER',
      referenceType: 'purl',
      referenceLocator: 'pkg:pypi/torch@2.0.0',
    };
    const document = (more: object) =>
      billOfJson({
        spdxVersion: 'SPDX-2.3',
        SPDXID: 'SPDXRef-DOCUMENT',
        packages: [
          { SPDXID: 'SPDXRef-image', name: 'x', primaryPackagePurpose: 'CONTAINER', supplier: 'Organization: ACME' },
          {
            SPDXID: 'SPDXRef-1',
            name: 'torch',
            externalRefs: [purl],
            supplier: 'NOASSERTION',
            originator: 'Person: Jane',
          },
        ],
        ...more,
      });
    expect(of(document({ documentDescribes: ['SPDXRef-image'] }))).toEqual(['ACME', 'Jane']);
    const describes = {
      spdxElementId: 'SPDXRef-DOCUMENT',
      relationshipType: 'DESCRIBES',
      relatedSpdxElement: 'SPDXRef-image',
    };
    expect(of(document({ relationships: [describes] }))).toEqual(['ACME', 'Jane']);
    const text = `SPDXVersion: SPDX-2.3
DocumentName: x
Relationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-image
PackageName: x
SPDXID: SPDXRef-image
PackageSupplier: Organization: ACME
PrimaryPackagePurpose: CONTAINER
PackageName: torch
SPDXID: SPDXRef-1
PackageSupplier: Organization: Meta
ExternalRef: PACKAGE-MANAGER purl pkg:pypi/torch@2.0.0
`;
    expect(of(billOfText(text))).toEqual(['ACME', 'Meta']);
  });

  it('is read from SPDX 3, where agents are elements of the graph', () => {
    const graph = [
      { type: 'Organization', spdxId: 'urn:acme', name: 'ACME' },
      { type: 'Person', spdxId: 'urn:jane', name: 'Jane Doe' },
      { type: 'software_Package', name: 'x', software_primaryPurpose: 'container', suppliedBy: 'urn:acme' },
      {
        type: 'software_Package',
        name: 'torch',
        software_packageUrl: 'pkg:pypi/torch@2.0.0',
        originatedBy: ['urn:jane'],
      },
    ];
    const bill = billOfJson({ '@context': 'https://spdx.org/rdf/3.0.1/spdx-context.jsonld', '@graph': graph });
    expect(of(bill)).toEqual(['ACME', 'Jane Doe']);
    expect(bill?.entries[0]?.supplier?.kind).toBe('person');
  });
});
