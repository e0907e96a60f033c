import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { billOfJson, billOfText } from '../formats/sbom/index.ts';
import type { Bill } from '../model.ts';
import { openSbom } from '../sources/files/sbom.ts';
import { sbomInventory } from './sbom.ts';
import { systemNamed } from './system-names.ts';

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-bills-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const cyclonedx = (components: readonly Record<string, unknown>[], more = {}): Bill =>
  billOfJson({ bomFormat: 'CycloneDX', specVersion: '1.6', components, ...more })!;
const said = (bill: Bill) =>
  sbomInventory(bill).packages.map(({ type, name, version }) => `${type} ${name} ${version}`);

describe('the same package in every format of a bill of materials', () => {
  const PURL = 'pkg:rpm/almalinux/openssl-libs@3.0.7-28.el9_4?arch=x86_64&distro=almalinux-9.2&epoch=1';
  const XML = `<?xml version="1.0"?>
<bom xmlns="http://cyclonedx.org/schema/bom/1.4" version="1"><components><component type="library" bom-ref="a">
<name>openssl-libs</name><version>1:3.0.7-28.el9_4</version><purl>${PURL.replaceAll('&', '&amp;')}</purl>
<properties><property name="syft:metadata:sourceRpm">openssl-3.0.7-28.el9_4.src.rpm</property></properties>
</component></components></bom>`;
  const TAG_VALUE = `SPDXVersion: SPDX-2.3
DocumentName: x
Creator: Tool: syft-1.2.0

##### Package: openssl-libs

PackageName: openssl-libs
SPDXID: SPDXRef-1
PackageVersion: 1:3.0.7-28.el9_4
PackageSourceInfo: <text>acquired from: RPM DB
in two lines</text>
ExternalRef: PACKAGE-MANAGER purl ${PURL}
`;
  const spdx = {
    spdxVersion: 'SPDX-2.3',
    name: 'x',
    packages: [
      {
        name: 'openssl-libs',
        versionInfo: '1:3.0.7-28.el9_4',
        externalRefs: [{ referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: PURL }],
      },
    ],
  };
  const spdx3 = {
    '@context': 'https://spdx.org/rdf/3.0.1/spdx-context.jsonld',
    '@graph': [
      { type: 'CreationInfo', specVersion: '3.0.1', created: '2026-01-01T00:00:00Z' },
      {
        type: 'software_Package',
        name: 'openssl-libs',
        software_packageVersion: '1:3.0.7-28.el9_4',
        externalIdentifier: [{ externalIdentifierType: 'packageUrl', identifier: PURL }],
      },
    ],
  };
  const syft = {
    artifacts: [
      { name: 'openssl-libs', version: '1:3.0.7-28.el9_4', type: 'rpm', purl: PURL, locations: [], cpes: [] },
    ],
    distro: { id: 'almalinux', versionID: '9.2' },
    descriptor: { name: 'syft', version: '1.2.0' },
    schema: { version: '16.0.0' },
  };
  const library = { type: 'library', name: 'openssl-libs', version: '1:3.0.7-28.el9_4', purl: PURL };

  it.each([
    ['CycloneDX JSON 1.4', cyclonedx([library], { specVersion: '1.4', metadata: { tools: [{ name: 'syft' }] } })],
    ['CycloneDX JSON 1.7', cyclonedx([library], { specVersion: '1.7', metadata: { tools: { components: [] } } })],
    ['CycloneDX XML', billOfText(XML)],
    ['SPDX 2 JSON', billOfJson(spdx)],
    ["GitHub's export", billOfJson({ sbom: spdx })],
    ["BuildKit's", billOfJson({ SPDX: spdx })],
    ['SPDX 2 tag-value', billOfText(TAG_VALUE)],
    ['SPDX 3', billOfJson(spdx3)],
    ['Syft JSON', billOfJson(syft)],
  ])('%s has its epoch, release and architecture', (_, bill) => {
    const { os, packages, unknowns } = sbomInventory(bill!);
    expect(packages).toHaveLength(1);
    expect(packages[0]).toMatchObject({
      type: 'rpm',
      name: 'openssl-libs',
      version: '1:3.0.7-28.el9_4',
      architecture: 'x86_64',
      namespace: 'AlmaLinux:9',
      purl: PURL,
    });
    expect(os).toMatchObject({ id: 'almalinux', versionId: '9.2' });
    expect(unknowns).toEqual([]);
  });

  it('names the source of an rpm with the epoch of the binary', () => {
    expect(sbomInventory(billOfText(XML)!).packages[0]?.source).toEqual({
      name: 'openssl',
      version: '1:3.0.7-28.el9_4',
    });
  });

  it('that Trivy found on a system it does not know is that of --distro, and told without it', () => {
    // As Trivy writes a Debian root without etc/debian_version.
    const component = {
      type: 'library',
      name: 'git-man',
      version: '1:2.30.2-1',
      properties: Object.entries({
        PkgType: 'none',
        SrcEpoch: '1',
        SrcName: 'git',
        SrcRelease: '1',
        SrcVersion: '2.30.2',
      }).map(([key, value]) => ({ name: `aquasecurity:trivy:${key}`, value })),
    };
    const bill = cyclonedx([{ type: 'operating-system', name: 'none' }, component]);
    const assumed = sbomInventory({ ...bill, assumedSystem: 'debian:11' });
    expect(assumed.packages).toMatchObject([
      {
        type: 'deb',
        name: 'git-man',
        version: '1:2.30.2-1',
        namespace: 'Debian:11',
        source: { name: 'git', version: '1:2.30.2-1' },
      },
    ]);
    expect(assumed.unknowns).toEqual([]);
    const alone = sbomInventory(bill);
    expect(alone.packages).toEqual([]);
    expect(alone.unknowns.map(({ reason }) => reason)).toEqual([
      '1 OS package is of a system that the bill does not name: --distro debian:12 names it',
    ]);
  });

  it('names the module stream of an rpm, as a property or as a qualifier', () => {
    const label = 'nodejs:18:8080020230322095415:63b34585';
    const purl = 'pkg:rpm/redhat/nodejs@18.14.2-2.module%2Bel8.7.0?arch=x86_64&epoch=1';
    const modules = [
      { purl: `${purl}&rpmmod=${label}` },
      { purl: `${purl}&rpmmod=nodejs%3A18` },
      { purl: `${purl}&modularitylabel=${label}` },
      { purl, properties: [{ name: 'aquasecurity:trivy:Modularitylabel', value: label }] },
      { purl, properties: [{ name: 'syft:metadata:modularityLabel', value: label }] },
    ].map((more) => {
      const bill = cyclonedx([{ type: 'library', name: 'nodejs', version: '1:18.14.2-2.module+el8.7.0', ...more }]);
      return sbomInventory(bill).packages[0]?.properties?.modularity;
    });
    expect(modules).toEqual([label, 'nodejs:18', label, label, label]);
  });

  it('is read from a file whatever it is called', async () => {
    for (const [name, text] of Object.entries({ 'a.xml': XML, 'b.spdx': TAG_VALUE, 'c.json': JSON.stringify(syft) })) {
      writeFileSync(join(folder, name), text);
      const { bill } = await openSbom(`sbom:${name}`, join(folder, name));
      expect(said(bill!)).toEqual(['rpm openssl-libs 1:3.0.7-28.el9_4']);
    }
  });
});

describe('the operating system of a bill', () => {
  it.each([
    ['debian-11', 'debian', '11'],
    ['debian:12.4', 'debian', '12.4'],
    ['bookworm', 'debian', '12'],
    ['debian-buster', 'debian', '10'],
    ['jammy', 'ubuntu', '22.04'],
    ['Debian GNU/Linux 11', 'debian', '11'],
    ['alpine-3.18.4', 'alpine', '3.18.4'],
    ['rhel-8.6', 'rhel', '8.6'],
    ['amazon-2', 'amzn', '2'],
    ['opensuse-leap-15.5', 'opensuse-leap', '15.5'],
    ['sles-15.4', 'sles', '15.4'],
    ['Debian GNU/Linux 12 (bookworm)', 'debian', '12'],
    ['Ubuntu 20.04.6 LTS', 'ubuntu', '20.04.6'],
    ['AlmaLinux 8.5 (Arctic Sphynx)', 'almalinux', '8.5'],
    ['alma-el9', 'almalinux', '9'],
    ['debian_12', 'debian', '12'],
    ['Debian/12', 'debian', '12'],
    ['debian12', 'debian', '12'],
    ['DEBIAN_BOOKWORM', 'debian', '12'],
    ['ubuntu2204', 'ubuntu', '22.04'],
    ['opensuse_leap_15.5', 'opensuse-leap', '15.5'],
    ['CentOS Stream 9', 'centos', '9'],
  ])('%s is %s %s', (text, id, versionId) => {
    expect(systemNamed(text)).toMatchObject({ id, versionId });
  });

  it('is what most packages name, unless an entry of the bill says it', () => {
    const curl = { type: 'library', name: 'curl', purl: 'pkg:deb/debian/curl@7.88.1-10?arch=amd64&distro=bookworm' };
    expect(sbomInventory(cyclonedx([curl])).packages[0]?.namespace).toBe('Debian:12');
    const system = { type: 'operating-system', name: 'debian', version: '12.5' };
    expect(sbomInventory(cyclonedx([system, curl])).os).toMatchObject({ versionId: '12.5' });
  });

  it('is named by name and version as os-release has them for people, by the mark of its packages, and as the subject', () => {
    const curl = { type: 'library', name: 'curl', purl: 'pkg:deb/debian/curl@7.88.1-10?arch=amd64' };
    const system = { type: 'operating-system', name: 'Debian GNU/Linux', version: '12 (bookworm)' };
    const namespace = (...bill: Parameters<typeof cyclonedx>) =>
      sbomInventory(cyclonedx(...bill)).packages[0]?.namespace;
    expect(namespace([system, curl])).toBe('Debian:12');
    expect(namespace([curl], { metadata: { component: { ...system, version: '12.5' } } })).toBe('Debian:12');
    expect(namespace([{ type: 'library', purl: 'pkg:rpm/almalinux/curl@7.61.1-30.el8?distro=el8' }])).toBe(
      'AlmaLinux:8',
    );
    expect(
      namespace([curl], { metadata: { component: { type: 'container', name: 'debian', version: '12' } } }),
    ).toBeUndefined();
  });

  it('of a package of another release is its own', () => {
    const both = ['distro=debian-11', 'distro=debian-12'].map((distro, index) => ({
      type: 'library',
      purl: `pkg:deb/debian/curl${index}@7.88.1-10?${distro}`,
    }));
    const system = { type: 'operating-system', name: 'debian', version: '12' };
    expect(sbomInventory(cyclonedx([system, ...both])).packages.map(({ namespace }) => namespace)).toEqual([
      'Debian:11',
      'Debian:12',
    ]);
  });

  it.each([
    [{ name: 'debian' }, 'distro=debian', undefined],
    [{ name: 'debian' }, 'distro=debian-11', 'Debian:11'],
    [{ name: 'debian', version: '11' }, 'distro=debian', 'Debian:11'],
    [{ name: 'debian', description: 'Debian GNU/Linux 12 (bookworm)' }, 'arch=amd64', 'Debian:12'],
    [{ name: 'debian', version: 'sid' }, 'arch=amd64', 'Debian:sid'],
    [{ name: 'wolfi' }, 'arch=amd64', undefined],
  ])('without its release is no unstable one: %o with %s is %s', (system, qualifier, namespace) => {
    const curl = { type: 'library', purl: `pkg:deb/debian/curl@7.88.1-10?${qualifier}` };
    const { packages, unknowns } = sbomInventory(cyclonedx([{ type: 'operating-system', ...system }, curl]));
    expect(packages[0]?.namespace).toBe(namespace);
    if (system.name === 'debian' && namespace === undefined)
      expect(unknowns[0]?.reason).toContain('--distro debian:12');
  });

  it('that nobody names is asked for, and may be given', () => {
    const bill = cyclonedx([{ type: 'library', purl: 'pkg:deb/debian/curl@7.88.1-10' }]);
    const alone = sbomInventory(bill);
    expect(alone.packages[0]?.namespace).toBeUndefined();
    expect(alone.unknowns[0]?.reason).toContain('--distro debian:12');
    expect(sbomInventory({ ...bill, assumedSystem: 'debian:12' }).packages[0]?.namespace).toBe('Debian:12');
    const named = cyclonedx([{ type: 'library', purl: 'pkg:deb/debian/curl@7.88.1-10?distro=debian-11' }]);
    expect(sbomInventory({ ...named, assumedSystem: 'debian:12' }).packages[0]?.namespace).toBe('Debian:11');
  });
});

describe('what an entry says twice', () => {
  const make = (entry: Record<string, unknown>) => sbomInventory(cyclonedx([{ type: 'library', ...entry }]));

  it('is told where it contradicts itself: the purl is what the package is', () => {
    const { packages, unknowns } = make({ name: 'jinja2', version: '2.10.0', purl: 'pkg:pypi/jinja2@2.11.0' });
    expect(packages[0]?.version).toBe('2.11.0');
    expect(unknowns[0]?.reason).toContain('2.10.0 and 2.11.0');
  });

  it.each([
    [{ version: '1:2.30.2-1', purl: 'pkg:deb/debian/git@2.30.2-1?epoch=1&distro=debian-11' }, '1:2.30.2-1'],
    [{ version: '1:2.30.2-1', purl: 'pkg:deb/debian/git@2.30.2-1?distro=debian-11' }, '1:2.30.2-1'],
    [{ version: '1:2.30.2-1+b1', purl: 'pkg:deb/debian/git@1:2.30.2-1+b1?distro=debian-11' }, '1:2.30.2-1+b1'],
    [{ version: '3.0.7-1.el9', purl: 'pkg:rpm/rhel/a@3.0.7-1.el9?epoch=0&distro=rhel-9' }, '3.0.7-1.el9'],
    [{ version: '1.19.0', purl: 'pkg:golang/stdlib@v1.19.0' }, 'v1.19.0'],
    [{ version: '2.11.0', purl: 'pkg:pypi/jinja2' }, '2.11.0'],
    [{ version: '^4.17.11', purl: 'pkg:npm/lodash' }, ''],
    [{ version: 'NOASSERTION', purl: 'pkg:npm/lodash' }, ''],
  ])('agrees: %o is %s', (entry, version) => {
    const { packages, unknowns } = make(entry);
    expect(packages[0]?.version).toBe(version);
    expect(unknowns).toEqual([]);
  });

  it("keeps a Go module's capitals, which its purl has not", () => {
    const purl = 'pkg:golang/github.com/azure/azure-sdk-for-go@v68.0.0';
    expect(make({ name: 'github.com/Azure/azure-sdk-for-go', version: 'v68.0.0', purl }).packages[0]).toMatchObject({
      name: 'github.com/Azure/azure-sdk-for-go',
      purl,
    });
  });

  it('without a purl goes by its CPE, and without either is an Unknown', () => {
    const cpe = 'cpe:2.3:a:openbsd:openssh:8.9p1:*:*:*:*:*:*:*';
    expect(make({ name: 'openssh', version: '8.9p1', cpe }).packages[0]).toMatchObject({
      type: 'generic',
      version: '8.9p1',
      namespace: 'CPE',
    });
    expect(make({ name: 'something' }).unknowns[0]?.reason).toContain('neither a package URL nor a CPE');
  });
});

describe('what belongs to an OS package', () => {
  const DEB = 'pkg:deb/debian/python3-yaml@5.3.1-5?arch=amd64&distro=debian-11&upstream=pyyaml';
  const PIL = 'pkg:deb/debian/python3-pil@8.1.2%2Bdfsg-0.3?arch=amd64&distro=debian-11&upstream=pillow';
  const INFO = '/usr/lib/python3/dist-packages/PyYAML-5.3.1.egg-info';
  const owners = (bill: Bill | undefined) =>
    sbomInventory(bill!).packages.flatMap(({ name, ownedBy }) => (ownedBy ? [`${ownedBy.name} ${name}`] : []));
  const python = (name: string, version: string, path: string) => ({
    type: 'library',
    name,
    version,
    purl: `pkg:pypi/${name}@${version}`,
    properties: [{ name: 'syft:location:0:path', value: path }],
  });

  it('goes by its name or source, its version and its folder, where a format relates nothing', () => {
    const debs = [DEB, PIL].map((purl) => ({ type: 'library', purl }));
    const bill = (...more: ReturnType<typeof python>[]) => cyclonedx([...debs, ...more]);
    expect(owners(bill(python('PyYAML', '5.3.1', INFO)))).toEqual(['python3-yaml PyYAML']);
    expect(owners(bill(python('Pillow', '8.1.2', '/usr/lib/python3/dist-packages/Pillow-8.1.2.egg-info')))).toEqual([
      'python3-pil Pillow',
    ]);
    // Another version, which somebody installed over it, and the folder of pip.
    expect(owners(bill(python('PyYAML', '5.4.1', INFO)))).toEqual([]);
    expect(owners(bill(python('PyYAML', '5.3.1', '/usr/local/lib/python3.9/dist-packages/PyYAML/METADATA')))).toEqual(
      [],
    );
  });

  it("goes by Syft's relations, in its own JSON and in SPDX, where they are to be believed", () => {
    const comment = 'ownership-by-file-overlap: indicates that the parent package claims ownership';
    const syft = (name: string, path: string) =>
      billOfJson({
        artifacts: [
          { id: 'a', name: 'python3-yaml', version: '5.3.1-5', purl: DEB },
          { id: 'b', name, version: '5.3.1', purl: `pkg:pypi/${name}@5.3.1`, locations: [{ path }] },
        ],
        artifactRelationships: [{ parent: 'a', child: 'b', type: 'ownership-by-file-overlap' }],
        descriptor: { name: 'syft' },
      });
    expect(owners(syft('yaml-extras', INFO))).toEqual(['python3-yaml yaml-extras']);
    expect(owners(syft('yaml-extras', '/opt/app/METADATA'))).toEqual([]);
    const packages = [
      { SPDXID: 'SPDXRef-a', name: 'python3-yaml', externalRefs: [{ referenceType: 'purl', referenceLocator: DEB }] },
      {
        SPDXID: 'SPDXRef-b',
        name: 'yaml-extras',
        sourceInfo: `acquired package info from installed python package manifest file: ${INFO}`,
        externalRefs: [{ referenceType: 'purl', referenceLocator: 'pkg:pypi/yaml-extras@5.3.1' }],
      },
    ];
    const related = {
      spdxElementId: 'SPDXRef-a',
      relatedSpdxElement: 'SPDXRef-b',
      relationshipType: 'OTHER',
      comment,
    };
    expect(owners(billOfJson({ spdxVersion: 'SPDX-2.3', packages, relationships: [related] }))).toEqual([
      'python3-yaml yaml-extras',
    ]);
    const tagValue = `SPDXVersion: SPDX-2.3
${packages
  .map(
    ({ SPDXID, name, sourceInfo, externalRefs: [purl] }) => `PackageName: ${name}
SPDXID: ${SPDXID}
PackageSourceInfo: <text>${sourceInfo ?? ''}</text>
ExternalRef: PACKAGE-MANAGER purl ${purl!.referenceLocator}`,
  )
  .join('\n')}
Relationship: SPDXRef-a OTHER SPDXRef-b
RelationshipComment: ${comment}
`;
    expect(owners(billOfText(tagValue))).toEqual(['python3-yaml yaml-extras']);
  });
});

describe('what lies in a cache', () => {
  const at = (version: string, ...paths: readonly string[]) => ({
    type: 'library',
    purl: `pkg:pypi/urllib3@${version}`,
    properties: paths.map((value, index) => ({ name: `syft:location:${index}:path`, value })),
  });
  const info = 'lib/python3.9/site-packages/urllib3-1.26.5.dist-info/METADATA';
  it.each([
    ['conda unpacked it', [`/opt/conda/pkgs/urllib3-1.26.5-py39h06a4308_0/${info}`], 'cache'],
    ['pip built it', ['/tmp/pip-install-x/urllib3/urllib3.egg-info/PKG-INFO'], 'cache'],
    ['an environment in a cache is installed', [`/root/.cache/pypoetry/virtualenvs/app-py3.9/${info}`], undefined],
    [
      'it is installed as well',
      [`/opt/conda/pkgs/urllib3-1.26.5-py39h06a4308_0/${info}`, `/opt/conda/${info}`],
      undefined,
    ],
    ['a bill may name no place', [], undefined],
  ])('has its role in a bill as in an image: %s', (_, paths, role) => {
    const installed = at('2.6.3', '/opt/conda/lib/python3.9/site-packages/urllib3-2.6.3.dist-info/METADATA');
    const { packages } = sbomInventory(cyclonedx([at('1.26.5', ...paths), installed]));
    expect(packages.map(({ version, role: read }) => [version, read])).toEqual([
      ['1.26.5', role],
      ['2.6.3', undefined],
    ]);
  });
});

describe('what is no package of a bill', () => {
  const image = 'pkg:oci/debian@sha256%3A8e99?arch=amd64';
  it.each([
    [
      "Syft's image in SPDX",
      { spdxVersion: 'SPDX-2.3', packages: [{ name: 'debian.tar', primaryPackagePurpose: 'CONTAINER', purl: image }] },
    ],
    [
      'the program that Trivy read packages from, in SPDX',
      { spdxVersion: 'SPDX-2.3', packages: [{ name: 'usr/bin/yq', SPDXID: 'SPDXRef-Application-66ea15bf83645dfa' }] },
    ],
    [
      'the same in CycloneDX',
      {
        bomFormat: 'CycloneDX',
        components: [
          {
            type: 'application',
            name: 'usr/bin/yq',
            properties: [{ name: 'aquasecurity:trivy:Class', value: 'lang-pkgs' }],
          },
          { type: 'container', name: 'debian', purl: image },
        ],
      },
    ],
  ])('%s is not told to be one that cannot be read', (_, document: Record<string, unknown>) => {
    const packages = (document.packages as { purl?: string }[] | undefined)?.map(({ purl, ...item }) => ({
      ...item,
      ...(purl && { externalRefs: [{ referenceType: 'purl', referenceLocator: purl }] }),
    }));
    const { packages: made, unknowns } = sbomInventory(billOfJson({ ...document, ...(packages && { packages }) })!);
    expect([made, unknowns]).toEqual([[], []]);
  });
});

describe("a snapshot for GitHub's dependency graph", () => {
  it('as Syft writes it', () => {
    const bill = billOfJson({
      version: 0,
      detector: { name: 'syft', version: '1.2.0' },
      metadata: { 'syft:distro': 'pkg:generic/debian@11.11?like=x' },
      manifests: {
        'a:1:/usr/lib/python3/dist-packages/PyYAML-5.3.1.egg-info': {
          file: { source_location: 'a:1:/usr/lib/python3/dist-packages/PyYAML-5.3.1.egg-info' },
          resolved: { a: { package_url: 'pkg:pypi/pyyaml@5.3.1' } },
        },
        'a:1:/var/lib/dpkg/status': {
          resolved: { b: { package_url: 'pkg:deb/debian/python3-yaml@5.3.1-5?distro=debian-11.11&upstream=pyyaml' } },
        },
      },
    })!;
    expect(bill).toMatchObject({ creator: 'syft 1.2.0', system: { name: 'debian', version: '11.11' } });
    expect(sbomInventory(bill).packages).toMatchObject([
      { name: 'pyyaml', version: '5.3.1', ownedBy: { name: 'python3-yaml' } },
      { name: 'python3-yaml', namespace: 'Debian:11', source: { name: 'pyyaml' } },
    ]);
  });

  it('as Trivy writes it names no sources, which is told', () => {
    const resolved = Object.fromEntries(
      Array.from({ length: 30 }, (_, at) => [
        `lib${at}`,
        { package_url: `pkg:deb/debian/lib${at}@1.0-1?arch=amd64&distro=debian-11.11` },
      ]),
    );
    const said = (more: Record<string, unknown>) =>
      sbomInventory(
        billOfJson({ detector: { name: 'trivy' }, manifests: { x: { resolved: { ...resolved, ...more } } } })!,
      ).unknowns.map(({ reason }) => reason);
    expect(said({})).toEqual([expect.stringContaining('30 OS packages do not name their source packages')]);
    expect(said({ b: { package_url: 'pkg:deb/debian/libc6@2.31-13?distro=debian-11&upstream=glibc' } })).toEqual([]);
  });
});

const CASES = '../shared/cases/sbom';
describe.skipIf(!existsSync(CASES))('the cases beside the project (skipped without ../shared)', () => {
  const read = (name: string) => sbomInventory(billOfJson(JSON.parse(readFileSync(join(CASES, name), 'utf8')))!);

  it('are all read without an Unknown', () => {
    for (const name of readdirSync(CASES)) expect(read(name).unknowns, name).toEqual([]);
  });

  it('give an epoch the same place wherever it stood', () => {
    const versions = ['epoch.cdx.json', 'epoch-written.cdx.json', 'epoch.spdx.json'].map((name) => read(name).packages);
    expect(new Set(versions.map(([pkg]) => `${pkg?.version} ${pkg?.namespace}`))).toEqual(
      new Set(['1:3.0.7-28.el9_4 AlmaLinux:9']),
    );
    expect(read('trivy-deb-epoch.cdx.json').packages[0]).toMatchObject({ version: '1:2.30.2-1+deb11u2' });
  });

  it('know codenames', () => {
    expect(read('codename.cdx.json').packages[0]?.namespace).toBe('Debian:10');
    expect(read('codename12.cdx.json').packages[0]?.namespace).toBe('Debian:12');
  });
});
