import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalPurl, packageOfPurl, packageTypes, purlOf } from '../../src/ecosystems/index.ts';
import { parsePurl } from '../../src/ecosystems/purl.ts';
import type { UnknownRecord } from '../../src/formats/json-values.ts';
import { billOfJson } from '../../src/formats/sbom/index.ts';
import { sbomInventory } from '../../src/inventory/sbom.ts';
import type { Inventory, Subject } from '../../src/model.ts';
import { renderInventory } from '../../src/report/inventory/inventory.ts';

/**
 * The facts of the purl specification's own test cases, one a line: as it may be written, in canonical form, and the package
 * that it names. https://github.com/package-url/purl-spec/tree/main/tests
 */
const CASES: readonly (readonly [written: string, canonical: string, name: string, version: string])[] = [
  ['pkg:alpm/arch/pacman@6.0.1-1?arch=x86_64', '', 'pacman', '6.0.1-1'],
  ['pkg:alpm/arch/containers-common@1:0.47.4-4?arch=x86_64', '', 'containers-common', '1:0.47.4-4'],
  [
    'pkg:bitbucket/birKenfeld/pyGments-main@244fd47e07d1014f0aed9c',
    'pkg:bitbucket/birkenfeld/pygments-main@244fd47e07d1014f0aed9c',
    'birkenfeld/pygments-main',
    '244fd47e07d1014f0aed9c',
  ],
  ['pkg:bitnami/wordpress@6.2.0?arch=arm64&distro=photon-4', '', 'wordpress', '6.2.0'],
  ['pkg:cargo/rand@0.7.2', '', 'rand', '0.7.2'],
  ['pkg:composer/Laravel/Laravel@5.5.0', 'pkg:composer/laravel/laravel@5.5.0', 'laravel/laravel', '5.5.0'],
  ['pkg:conan/bincrafters/cctz@2.3?channel=stable', '', 'bincrafters/cctz', '2.3'],
  ['pkg:conda/absl-py@0.4.1?build=py36h06a4308_0&channel=main&subdir=linux-64&type=tar.bz2', '', 'absl-py', '0.4.1'],
  ['pkg:cpan/DROLSKY/DateTime@1.55', '', 'DROLSKY/DateTime', '1.55'],
  ['pkg:cpan/URI::PackageURL@2.11', '', 'URI::PackageURL', '2.11'],
  ['pkg:cran/A3@0.9.1', '', 'A3', '0.9.1'],
  ['pkg:deb/debian/curl@7.50.3-1?arch=i386&distro=jessie', '', 'curl', '7.50.3-1'],
  ['pkg:deb/debian/attr@1:2.4.47-2%2Bb1?arch=amd64', '', 'attr', '1:2.4.47-2+b1'],
  [
    'pkg:gem/jruby-launcher@1.1.2?Platform=java',
    'pkg:gem/jruby-launcher@1.1.2?platform=java',
    'jruby-launcher',
    '1.1.2',
  ],
  ['pkg:generic/openssl@1.1.10g?checksum=sha1:ad9503c3e994a4f%2Csha256:41bf9088b3a1e6c1ef1d', '', 'openssl', '1.1.10g'],
  [
    'pkg:generic/openssl@1.1.10g?download_url=https://openssl.org/source/openssl-1.1.0g.tar.gz&checksum=sha256:de4d501267da',
    'pkg:generic/openssl@1.1.10g?checksum=sha256:de4d501267da&download_url=https:%2F%2Fopenssl.org%2Fsource%2Fopenssl-1.1.0g.tar.gz',
    'openssl',
    '1.1.10g',
  ],
  [
    'pkg:generic/bitwarderl?vcs_url=git%2Bhttps:%2F%2Fgit.fsfe.org%2Fdxtr%2Fbitwarderl%40cc55108da32',
    '',
    'bitwarderl',
    '',
  ],
  [
    'pkg:github/Package-url/purl-Spec@244fd47e07d1004f0aed9c',
    'pkg:github/package-url/purl-spec@244fd47e07d1004f0aed9c',
    'package-url/purl-spec',
    '244fd47e07d1004f0aed9c',
  ],
  [
    'pkg:GOLANG/google.golang.org/genproto@abcdedf#/googleapis/api/annotations/',
    'pkg:golang/google.golang.org/genproto@abcdedf#googleapis/api/annotations',
    'google.golang.org/genproto',
    'abcdedf',
  ],
  [
    'pkg:golang/github.com/gorilla/context@234fd47e07d1004f0aed9c#api',
    '',
    'github.com/gorilla/context',
    '234fd47e07d1004f0aed9c',
  ],
  ['pkg:hackage/AC-HalfInteger@1.2.1', '', 'AC-HalfInteger', '1.2.1'],
  ['pkg:hex/acme/foo@2.3.', '', 'acme/foo', '2.3.'],
  [
    'pkg:hex/bar@1.2.3?repository_url=https://myrepo.example.com',
    'pkg:hex/bar@1.2.3?repository_url=https:%2F%2Fmyrepo.example.com',
    'bar',
    '1.2.3',
  ],
  ['pkg:hex/phoenix_html@2.13.3#priv/static/phoenix_html.js', '', 'phoenix_html', '2.13.3'],
  [
    'pkg:huggingface/EleutherAI/gpt-neo-1.3B@797174552AE47F449AB70B684CABCB6603E5E85E',
    'pkg:huggingface/EleutherAI/gpt-neo-1.3B@797174552ae47f449ab70b684cabcb6603e5e85e',
    'EleutherAI/gpt-neo-1.3B',
    '797174552ae47f449ab70b684cabcb6603e5e85e',
  ],
  ['pkg:huggingface/LumiOpen/Poro-34B@100B', '', 'LumiOpen/Poro-34B', '100B'],
  [
    'pkg:huggingface/microsoft/deberta-v3-base@559062ad13d311b87b2c455e67dcd5f1c8f65111?repository_url=https://hub-ci.huggingface.co',
    'pkg:huggingface/microsoft/deberta-v3-base@559062ad13d311b87b2c455e67dcd5f1c8f65111?repository_url=https:%2F%2Fhub-ci.huggingface.co',
    'microsoft/deberta-v3-base',
    '559062ad13d311b87b2c455e67dcd5f1c8f65111',
  ],
  ['pkg:julia/Dates@1.9.0?uuid=ade2ca70-3891-5945-98fb-dc099432e06a', '', 'Dates', '1.9.0'],
  [
    'pkg:Maven/net.sf.jacob-project/jacob@1.14.3?classifier=x86&type=dll',
    'pkg:maven/net.sf.jacob-project/jacob@1.14.3?classifier=x86&type=dll',
    'net.sf.jacob-project:jacob',
    '1.14.3',
  ],
  ['pkg:maven/HTTPClient/HTTPClient@0.3-3', '', 'HTTPClient:HTTPClient', '0.3-3'],
  ['pkg:maven/mygroup/myartifact@1.0.0%20Final?mykey=my%20value', '', 'mygroup:myartifact', '1.0.0 Final'],
  ['pkg:///maven/org.apache.commons/io', 'pkg:maven/org.apache.commons/io', 'org.apache.commons:io', ''],
  [
    'pkg://maven/org.apache.commons/io@1.3.4',
    'pkg:maven/org.apache.commons/io@1.3.4',
    'org.apache.commons:io',
    '1.3.4',
  ],
  [
    'pkg:mlflow/CreditFraud@3?repository_url=https://adb-5245952564735461.0.azuredatabricks.net/api/2.0/mlflow',
    'pkg:mlflow/creditfraud@3?repository_url=https:%2F%2Fadb-5245952564735461.0.azuredatabricks.net%2Fapi%2F2.0%2Fmlflow',
    'creditfraud',
    '3',
  ],
  [
    'pkg:mlflow/CreditFraud@3?repository_url=https:%2F%2Fwestus2.api.azureml.ms%2Fmlflow%2Fv1.0',
    '',
    'CreditFraud',
    '3',
  ],
  ['pkg:npm/%40angular/animation@12.3.1', '', '@angular/animation', '12.3.1'],
  [
    'pkg:npm/@babel/core#/googleapis/api/annotations/',
    'pkg:npm/%40babel/core#googleapis/api/annotations',
    '@babel/core',
    '',
  ],
  ['pkg:npm/LoDash@4.17.21', 'pkg:npm/lodash@4.17.21', 'lodash', '4.17.21'],
  ['pkg:npm/%40MyScope/MyPackage@1.0.0', 'pkg:npm/%40myscope/mypackage@1.0.0', '@myscope/mypackage', '1.0.0'],
  [
    'pkg:npm/mypackage@12.4.5?vcs_url=git://host.com/path/to/repo.git%404345abcd34343',
    'pkg:npm/mypackage@12.4.5?vcs_url=git:%2F%2Fhost.com%2Fpath%2Fto%2Frepo.git%404345abcd34343',
    'mypackage',
    '12.4.5',
  ],
  [
    'pkg:npm/packageurl-js@0.0.7?vcs_url=git%2Bhttps%3A%2F%2Fgithub.com%2Fpackage-url%2Fpackageurl-js.git',
    'pkg:npm/packageurl-js@0.0.7?vcs_url=git%2Bhttps:%2F%2Fgithub.com%2Fpackage-url%2Fpackageurl-js.git',
    'packageurl-js',
    '0.0.7',
  ],
  ['pkg:npm/foo@1.0.0#src/%F0%9F%98%83/file.js', '', 'foo', '1.0.0'],
  [
    'pkg:Nuget/EnterpriseLibrary.Common@6.0.1304',
    'pkg:nuget/EnterpriseLibrary.Common@6.0.1304',
    'EnterpriseLibrary.Common',
    '6.0.1304',
  ],
  ['pkg:pub/characters@1.2.0', '', 'characters', '1.2.0'],
  [
    'pkg:pypi/My.PyPI_.--._Package@1.11.1.dev1',
    'pkg:pypi/my-pypi-package@1.11.1.dev1',
    'my-pypi-package',
    '1.11.1.dev1',
  ],
  ['pkg:PYPI/Django_package@1.11.1.dev1', 'pkg:pypi/django-package@1.11.1.dev1', 'django-package', '1.11.1.dev1'],
  ['pkg:pypi/django@1.11.1?filename=Django-1.11.1-py2.py3-none-any.whl', '', 'django', '1.11.1'],
  [
    'pkg:Rpm/fedora/curl@7.50.3-1.fc25?Arch=i386&Distro=fedora-25',
    'pkg:rpm/fedora/curl@7.50.3-1.fc25?arch=i386&distro=fedora-25',
    'curl',
    '7.50.3-1.fc25',
  ],
  [
    'pkg:rpm/centerim@4.22.10-1.el6?arch=i686&epoch=1&distro=fedora-25',
    'pkg:rpm/centerim@4.22.10-1.el6?arch=i686&distro=fedora-25&epoch=1',
    'centerim',
    '1:4.22.10-1.el6',
  ],
  ['pkg:swift/github.com/Alamofire/Alamofire@5.4.3', '', 'github.com/Alamofire/Alamofire', '5.4.3'],
]; // prettier-ignore

/** What the specification says is none. What only a type's own definition forbids is read all the same. */
const NONE = [
  'EnterpriseLibrary.Common@6.0.1304',
  'pkg:EnterpriseLibrary.Common@6.0.1304',
  'pkg:n&g?inx/nginx@0.8.9',
  'pkg:3nginx/nginx@0.8.9',
  'pkg:nginx:a/nginx@0.8.9',
  'pkg%3Amaven/org.apache.commons/io',
  'pkg:maven/@1.3.4',
  'pkg:npm/',
  'pkg:hackage',
];

const subject: Subject = { reference: 'bom.json', source: 'sbom', name: 'bom.json', layers: [] };

const rendered = (format: string, inventory: Inventory): string =>
  [...renderInventory(format, subject, inventory, { width: 200 })].join('');

const billed = (document: UnknownRecord): Inventory => sbomInventory(billOfJson(document)!);

const listed = (purls: readonly string[]) => ({
  bomFormat: 'CycloneDX',
  specVersion: '1.6',
  components: purls.map((purl) => ({ type: 'library', name: 'as-another-program-calls-it', purl })),
});

const facts = ({ packages }: Inventory) =>
  packages.map(({ type, name, version, purl }) => ({ type, name, version, purl }));

describe('package URLs', () => {
  it.each(CASES)('%s is read, and written in its canonical form', (written, canonical, name, version) => {
    const purl = parsePurl(written)!;
    expect(canonicalPurl(purl)).toBe(canonical || written);
    expect(packageOfPurl(purl)).toMatchObject({ name, version });
    // The canonical form is its own.
    expect(canonicalPurl(parsePurl(canonical || written)!)).toBe(canonical || written);
  });

  it.each(NONE)('%s is none', (text) => {
    expect(parsePurl(text)).toBeUndefined();
  });

  const inventory = billed(listed(CASES.map(([written]) => written)));

  it('of a bill of materials are the packages of the inventory, with the purl that they came with', () => {
    const stated = facts(inventory).map(({ name, version, purl }) => ({ name, version, purl }));
    // Two cases are one package by two addresses: the first is kept.
    const expected = CASES.filter(([written]) => !written.startsWith('pkg:generic/openssl@1.1.10g?download_url'));
    expect(stated).toEqual(
      expected.map(([written, canonical, name, version]) => ({ name, version, purl: canonical || written })),
    );
  });

  it.each(['cyclonedx', 'spdx'])('come through %s and back unchanged', (format) => {
    const again = billed(JSON.parse(rendered(format, inventory)));
    expect(again.unknowns).toEqual([]);
    expect(facts(again)).toEqual(facts(inventory));
  });

  it('stand in JSON as they are', () => {
    const { packages } = JSON.parse(rendered('json', inventory)) as Inventory;
    expect(facts({ packages } as Inventory)).toEqual(facts(inventory));
  });

  it('of whatever type have their line in the table', () => {
    const purls = [
      ...packageTypes.map(({ type }) => `pkg:${type}/${type}-name@7.7.7`),
      'pkg:x-never-heard-of/a-name@7.7.7',
    ];
    const table = rendered('table', billed(listed(purls)));
    for (const { type, label } of packageTypes) {
      expect(table).toContain(packageOfPurl(parsePurl(`pkg:${type}/${type}-name`)!).name);
      expect(table).toContain(label);
    }
    expect(table).toContain('a-name');
  });
});

describe.each(packageTypes.map((it) => [it.type, it] as const))('purls of %s packages', (type) => {
  it('name the package that they were written for, whatever it is called', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 20 }), fc.string({ maxLength: 12 }), (name, version) => {
        const text = purlOf({ type, name, version });
        const purl = parsePurl(text);
        if (purl === undefined) return expect(name.trim()).toBe('');
        expect(canonicalPurl(purl)).toBe(text);
        expect(/^[\x21-\x7e]+$/.test(text)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});
