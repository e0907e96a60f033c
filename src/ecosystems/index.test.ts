import { describe, expect, it } from 'vitest';
import type { OperatingSystem } from '../model.ts';
import { ecosystemNamed, ecosystemOf, ecosystems, namespaceOf, purlInVersion, typeInWords } from './index.ts';

const os = (id: string, versionId?: string, codename?: string): OperatingSystem => ({
  id,
  name: id,
  ...(versionId === undefined ? {} : { versionId }),
  ...(codename === undefined ? {} : { codename }),
});

describe('ecosystems', () => {
  it('have names of their own', () => {
    expect(new Set(ecosystems.map(({ name }) => name)).size).toBe(ecosystems.length);
  });

  it.each([
    [os('debian', '11'), 'Debian:11'],
    [os('debian', '12', 'bookworm'), 'Debian:12'],
    [os('debian', undefined, 'trixie'), 'Debian:13'],
    [os('debian'), 'Debian:sid'],
    [os('ubuntu', '22.04'), 'Ubuntu:22.04:LTS'],
    [os('ubuntu', '23.10'), 'Ubuntu:23.10'],
    [os('ubuntu', '23.04'), 'Ubuntu:23.04'],
    [os('kali', '2023.1'), undefined],
    [os('raspbian', '11'), undefined],
  ])('a deb on %o is matched in %s', (system, expected) => {
    expect(namespaceOf('deb', system)).toBe(expected);
  });

  it.each([
    ['rpm', os('almalinux', '8.9'), 'AlmaLinux:8'],
    ['rpm', os('rocky', '9.3'), 'Rocky Linux:9'],
    ['rpm', os('rhel', '8.6'), 'Red Hat:8'],
    ['rpm', os('centos', '7'), 'Red Hat:7'],
    ['rpm', os('amzn', '2'), 'Amazon Linux:2'],
    ['rpm', os('amzn', '2018.03'), 'Amazon Linux:1'],
    ['rpm', os('amzn', '2023'), 'Amazon Linux:2023'],
    ['rpm', os('ol', '8.8'), 'Oracle Linux:8'],
    ['rpm', os('sles', '15.4'), 'SUSE:Linux Enterprise Server 15 SP4'],
    ['rpm', os('opensuse-leap', '15.5'), 'openSUSE:Leap 15.5'],
    ['rpm', os('scratch'), undefined],
    ['apk', os('alpine', '3.18.4'), 'Alpine:v3.18'],
    ['apk', os('alpine', '3.21.0_alpha20240807'), 'Alpine:edge'],
    ['apk', os('wolfi', '20230201'), 'Wolfi'],
    ['apk', os('chainguard'), 'Chainguard'],
  ])('%s on %o is matched in %s', (type, system, expected) => {
    expect(namespaceOf(type, system)).toBe(expected);
    if (expected !== undefined) expect(ecosystemNamed(expected)?.type).toBe(type);
  });

  it('a deb without an operating system is matched nowhere, a wheel everywhere', () => {
    expect(ecosystemOf('deb')).toBeUndefined();
    expect(namespaceOf('deb')).toBeUndefined();
    expect(namespaceOf('pypi')).toBe('PyPI');
  });

  it('are found by the namespace of an advisory', () => {
    expect(ecosystemNamed('Debian:11')?.comparator).toBe('dpkg');
    expect(ecosystemNamed('Ubuntu:Pro:20.04:LTS')?.name).toBe('Ubuntu');
    expect(ecosystemNamed('PyPI')?.normalize('Foo.Bar_-baz')).toBe('foo-bar-baz');
    expect(ecosystemNamed('Windows')).toBeUndefined();
  });
});

describe('the purl of a package in another version', () => {
  it.each([
    ['pkg:pypi/torch@1.13.1', '2.0.0+cu118', 'pkg:pypi/torch@2.0.0%2Bcu118'],
    ['pkg:npm/%40babel/core@7.1.0', '7.2.0', 'pkg:npm/%40babel/core@7.2.0'],
    // An epoch stands in a deb's version, as the inventory writes it, and beside that of an rpm.
    [
      'pkg:deb/debian/git@1:2.30.2-1?arch=amd64&distro=debian-11',
      '1:2.30.2-1+deb11u2',
      'pkg:deb/debian/git@1:2.30.2-1%2Bdeb11u2?arch=amd64&distro=debian-11',
    ],
    [
      'pkg:rpm/redhat/bind-libs@9.11.36-3.el8?arch=x86_64&distro=rhel-8.6&epoch=32',
      '32:9.11.36-8.el8_8.1',
      'pkg:rpm/redhat/bind-libs@9.11.36-8.el8_8.1?arch=x86_64&distro=rhel-8.6&epoch=32',
    ],
    // What was true of the old file is not said of the new one.
    ['pkg:generic/openssl@1.1.1g?checksum=sha1:ad9503c3e994a4f', '1.1.1w', 'pkg:generic/openssl@1.1.1w'],
    ['no purl', '1', 'no purl'],
  ])('%s in %s is %s', (purl, version, expected) => {
    expect(purlInVersion(purl, version)).toBe(expected);
  });

  it('says which version of its source it was built of, where that is another', () => {
    const purl = 'pkg:deb/debian/libgcc-s1@10.2.1-6?arch=amd64&upstream=gcc-10';
    expect(purlInVersion(purl, '10.2.1-7')).toBe('pkg:deb/debian/libgcc-s1@10.2.1-7?arch=amd64&upstream=gcc-10');
    expect(purlInVersion(purl, '10.2.1-7+b1', '10.2.1-7')).toBe(
      'pkg:deb/debian/libgcc-s1@10.2.1-7%2Bb1?arch=amd64&upstream=gcc-10%4010.2.1-7',
    );
  });
});

it.each([
  ['jenkins-plugin', 'maven'],
  ['graalvm-native-image', 'maven'],
  ['sbt', 'maven'],
  ['lua-rocks', 'luarocks'],
  ['github-action-workflow', 'github'],
  ['bun', 'npm'],
  ['pylock', 'pypi'],
  ['packages-props', 'nuget'],
  ['conda-environment', 'conda'],
])('%s, as Syft 1.57 or Trivy 0.74 writes a type, is %s', (word, type) => {
  expect(typeInWords(word)).toBe(type);
});
