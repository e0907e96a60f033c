import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { PACKAGES, report } from '../../../test/report.ts';
import { story } from '../../demo/story.ts';
import type { Report } from '../../model.ts';
import { pieces } from '../report-format.ts';
import { spdxReport } from './spdx.ts';

interface Spdx {
  readonly packages: readonly {
    readonly SPDXID: string;
    readonly name: string;
    readonly versionInfo?: string;
    readonly sourceInfo?: string;
    readonly externalRefs?: readonly Record<string, string>[];
  }[];
  readonly relationships: readonly {
    readonly spdxElementId: string;
    readonly relationshipType: string;
    readonly relatedSpdxElement: string;
    readonly comment?: string;
  }[];
}

/** The clauses of SPDX 2.3 that concern what we write; anything else in the document is refused. https://spdx.github.io/spdx-spec/v2.3/ */
const id = { type: 'string', pattern: '^SPDXRef-[a-zA-Z0-9.-]+$' };
const text = { type: 'string', minLength: 1 };
const closed = (required: readonly string[], properties: object): object => ({
  type: 'object',
  required,
  properties,
  additionalProperties: false,
});
const schema = closed(
  ['spdxVersion', 'dataLicense', 'SPDXID', 'name', 'documentNamespace', 'creationInfo', 'packages', 'relationships'],
  {
    spdxVersion: { const: 'SPDX-2.3' },
    dataLicense: { const: 'CC0-1.0' },
    SPDXID: { const: 'SPDXRef-DOCUMENT' },
    name: text,
    documentNamespace: { type: 'string', pattern: '^[a-z][a-z0-9+.-]*:[^#\\s]+$' },
    creationInfo: closed(['created', 'creators'], {
      comment: { type: 'string' },
      created: { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ$' },
      creators: { type: 'array', minItems: 1, items: { type: 'string', pattern: '^(Tool|Person|Organization): ' } },
    }),
    documentDescribes: { type: 'array', items: id },
    packages: {
      type: 'array',
      items: closed(['SPDXID', 'name', 'downloadLocation'], {
        SPDXID: id,
        name: text,
        versionInfo: text,
        supplier: { type: 'string', pattern: '^(?:NOASSERTION|(?:Person|Organization): \\S.*)$' },
        downloadLocation: { const: 'NOASSERTION' },
        filesAnalyzed: { const: false },
        licenseConcluded: { const: 'NOASSERTION' },
        licenseDeclared: text,
        licenseComments: text,
        copyrightText: { const: 'NOASSERTION' },
        sourceInfo: text,
        comment: text,
        primaryPackagePurpose: {
          enum: [
            'APPLICATION',
            'FRAMEWORK',
            'LIBRARY',
            'CONTAINER',
            'OPERATING-SYSTEM',
            'DEVICE',
            'FIRMWARE',
            'SOURCE',
            'ARCHIVE',
            'FILE',
            'INSTALL',
            'OTHER',
          ],
        },
        checksums: {
          type: 'array',
          items: closed(['algorithm', 'checksumValue'], {
            algorithm: { enum: ['MD5', 'SHA1', 'SHA256', 'SHA512'] },
            checksumValue: { type: 'string', pattern: '^(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{128})$' },
          }),
        },
        externalRefs: {
          type: 'array',
          items: {
            oneOf: [
              closed(['referenceCategory', 'referenceType', 'referenceLocator'], {
                referenceCategory: { const: 'PACKAGE-MANAGER' },
                referenceType: { const: 'purl' },
                referenceLocator: { type: 'string', pattern: '^pkg:\\S+$' },
              }),
              closed(['referenceCategory', 'referenceType', 'referenceLocator'], {
                comment: text,
                referenceCategory: { const: 'SECURITY' },
                referenceType: { const: 'advisory' },
                referenceLocator: { type: 'string', pattern: '^\\S+$' },
              }),
            ],
          },
        },
      }),
    },
    relationships: {
      type: 'array',
      items: closed(['spdxElementId', 'relationshipType', 'relatedSpdxElement'], {
        spdxElementId: id,
        comment: text,
        relationshipType: { enum: ['DESCRIBES', 'CONTAINS', 'DEPENDS_ON', 'OTHER'] },
        relatedSpdxElement: id,
      }),
    },
  },
);
const validate = new Ajv2020({ allErrors: true }).compile(schema);

function spdx(value: Report): Spdx {
  const document = JSON.parse([...pieces(spdxReport.render(value, {}))].join(''));
  validate(document);
  expect((validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`)).toEqual([]);
  return document;
}

describe('the SPDX 2.3 document', () => {
  it('holds to what the specification demands', () => {
    spdx(report());
    spdx(report({ packages: [], findings: [] }));
    spdx(report({ packages: PACKAGES.map((pkg) => ({ ...pkg, evidence: [], licenses: ['BSD or so'] })) }));
  });

  it('describes the image, which contains every package, by ids that exist', () => {
    const { packages, relationships } = spdx(report());
    expect(packages).toHaveLength(PACKAGES.length + 1);
    const ids = new Set(['SPDXRef-DOCUMENT', ...packages.map((pkg) => pkg.SPDXID)]);
    expect(ids.size).toBe(packages.length + 1);
    for (const { spdxElementId, relatedSpdxElement } of relationships)
      expect(ids.has(spdxElementId) && ids.has(relatedSpdxElement)).toBe(true);
    expect(relationships).toHaveLength(packages.length);
    expect(packages[0]?.externalRefs?.[0]?.referenceLocator).toBe(
      `pkg:oci/python@sha256:${'d4'.repeat(32)}?arch=amd64&repository_url=docker.io%2Flibrary%2Fpython`,
    );
  });

  it('says of a package its purl, its source package and place, and the advisories about it', () => {
    const pkg = spdx(report()).packages.find(({ name }) => name === 'libssl1.1')!;
    expect(pkg.sourceInfo).toMatch(
      /^built from the source package openssl 1\.1\.1n-0\+deb11u3; seen in \/var\/lib\/dpkg\/status \(layer 1, sha256:/,
    );
    expect(pkg.externalRefs?.map((externalRef) => externalRef.referenceCategory)).toEqual([
      'PACKAGE-MANAGER',
      'SECURITY',
      'SECURITY',
    ]);
  });

  it('says of each package and of what it describes a version, or that nobody states one', () => {
    const unstated = { ...PACKAGES[0]!, name: 'unstated', version: '', purl: 'pkg:golang/unstated' };
    const { digest: _, imageId: __, ...folder } = report().subject;
    const { packages } = spdx(report({ subject: folder, packages: [unstated, PACKAGES[1]!], findings: [] }));
    expect(packages.map((pkg) => pkg.versionInfo)).toEqual(['NOASSERTION', 'NOASSERTION', PACKAGES[1]!.version]);
  });

  it('says who a package is from, its licence and digests, what it needs, and what is not installed', () => {
    const needs = {
      ...PACKAGES[0]!,
      name: 'git',
      type: 'apk',
      purl: 'pkg:apk/alpine/git@1',
      licenses: ['GPL-2.0-only AND MIT'],
      maintainer: 'Natanael Copa <ncopa@example.org>',
      requires: ['so:libz.so.1', '!conflict'],
      properties: { sha1: 'ab'.repeat(20), commit: 'x' },
    };
    const needed = {
      ...needs,
      name: 'zlib',
      purl: 'pkg:apk/alpine/zlib@1',
      licenses: ['of its own'],
      properties: { provides: 'so:libz.so.1=1' },
    };
    const cached = { ...needs, name: 'old', purl: 'pkg:apk/alpine/old@1', role: 'cache' as const };
    const declared = { ...needs, name: 'wish', purl: 'pkg:apk/alpine/wish@1', role: 'declared' as const };
    const { packages, relationships } = spdx(report({ packages: [needs, needed, cached, declared], findings: [] }));
    expect(packages[1]).toMatchObject({
      supplier: 'Person: Natanael Copa (ncopa@example.org)',
      licenseDeclared: 'GPL-2.0-only AND MIT',
      checksums: [{ algorithm: 'SHA1', checksumValue: 'ab'.repeat(20) }],
    });
    expect(packages[2]).toMatchObject({
      licenseDeclared: 'NOASSERTION',
      licenseComments: 'the package says: of its own',
    });
    expect(
      relationships
        .slice(1)
        .map((relationship) => [relationship.relationshipType, relationship.relatedSpdxElement, relationship.comment]),
    ).toEqual([
      ['CONTAINS', 'SPDXRef-package-1', undefined],
      ['CONTAINS', 'SPDXRef-package-2', undefined],
      ['CONTAINS', 'SPDXRef-package-3', 'in a cache of a package manager, not installed'],
      ['OTHER', 'SPDXRef-package-4', 'declared by a manifest or lock file, not installed'],
      ['DEPENDS_ON', 'SPDXRef-package-2', undefined],
    ]);
  });

  it('is valid for real scans as well: the images of the demonstration', async () => {
    for await (const scene of story()) expect(spdx(scene.report)).toHaveProperty('packages.429');
  });
});

describe('suppliers in SPDX (NTIA minimum elements)', () => {
  const suppliers = (value: Report): (string | undefined)[] =>
    (
      JSON.parse([...pieces(spdxReport.render(value, {}))].join('')) as { packages: { supplier?: string }[] }
    ).packages.map((pkg) => pkg.supplier);
  const [first] = PACKAGES;
  const told = (maintainer: string) =>
    suppliers(report({ packages: [{ ...first!, maintainer }], findings: [] })).at(-1);
  it('are whom the package names, else its publisher', () => {
    expect(told('Jane Doe <jane@example.org>')).toBe('Person: Jane Doe (jane@example.org)');
    expect(told('Debian OpenSSL Team <x@lists.debian.org>')).toBe(
      'Organization: Debian OpenSSL Team (x@lists.debian.org)',
    );
    expect(told('Numpy Developers')).toBe('Organization: Numpy Developers');
    expect(told('<nobody@example.org>')).toBe('Organization: Debian');
    expect(suppliers(report()).every((supplier) => supplier !== undefined && supplier !== 'NOASSERTION')).toBe(true);
  });
  it('of an image are its vendor or its place in a registry, and nobody where nobody says', () => {
    const { repoDigests: _, repoTags: __, ...subject } = report().subject;
    const of = (more: object) => suppliers(report({ subject: { ...subject, ...more } }))[0];
    expect(of({})).toBe('Organization: docker.io/library');
    expect(of({ source: 'archive', name: 'x.tar', repoTags: ['mine:1'] })).toBe('NOASSERTION');
    expect(of({ source: 'archive', name: 'x.tar', repoTags: ['ghcr.io/corp/ml:1'] })).toBe(
      'Organization: ghcr.io/corp',
    );
    const config = { ...subject.config!, run: { Labels: { 'org.opencontainers.image.vendor': 'ACME' } } };
    expect(of({ source: 'archive', name: 'x.tar', config })).toBe('Organization: ACME');
  });
});
