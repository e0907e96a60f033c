import { describe, expect, it } from 'vitest';
import { facts } from '../../../test/facts.ts';
import { dpkg, dpkgFiles } from './dpkg.ts';

const read = (status: string, path = 'var/lib/dpkg/status') => facts(dpkg, path, status);

describe('the dpkg database', () => {
  it('knows a package by its name in lower case, as dpkg-query prints it whoever wrote it otherwise', () => {
    const status = 'Package: LIBSSL1.1\nStatus: install ok installed\nSource: OpenSSL\nVersion: 1.1.1n-0+deb11u5\n';
    expect(read(status)).toMatchObject([{ name: 'libssl1.1', source: { name: 'openssl' } }]);
  });

  it('gives a binary its source and the version of the source, through rebuilds, epochs and renamed versions', () => {
    // Real paragraphs of python:3.9.16-bullseye, shortened.
    const status = `Package: libgirepository-1.0-1
Status: install ok installed
Priority: optional
Architecture: amd64
Multi-Arch: same
Source: gobject-introspection (1.66.1-1)
Version: 1.66.1-1+b1
Depends: libc6 (>= 2.14), libffi7 (>= 3.3~20180313)
Description: Library for handling GObject introspection data (runtime library)
 GObject Introspection is a project for providing machine readable
 introspection data of the API of C libraries.
 .
 Source: not this

Package: mysql-common
Status: install ok installed
Architecture: all
Source: mysql-defaults (1.0.7)
Version: 5.8+1.0.7

Package: git
Status: install ok installed
Architecture: amd64
Version: 1:2.30.2-1+deb11u2
`;
    expect(read(status).map((fact) => 'source' in fact && [fact.name, fact.version, fact.source])).toEqual([
      ['libgirepository-1.0-1', '1.66.1-1+b1', { name: 'gobject-introspection', version: '1.66.1-1' }],
      ['mysql-common', '5.8+1.0.7', { name: 'mysql-defaults', version: '1.0.7' }],
      ['git', '1:2.30.2-1+deb11u2', { name: 'git', version: '1:2.30.2-1+deb11u2' }],
    ]);
  });

  it('keeps what a package needs', () => {
    const [fact] = read(
      'Package: a\nStatus: install ok installed\nVersion: 1\nPre-Depends: dpkg (>= 1.15)\nDepends: libc6 (>= 2.14), b | c\n',
    );
    expect(fact).toMatchObject({ requires: ['dpkg (>= 1.15)', 'libc6 (>= 2.14)', 'b | c'] });
  });

  it('keeps the Go compilers that it was built with', () => {
    // Real fields of restic 0.14.0-1+b5, shortened; newer Debians name the second one.
    const restic = 'Package: restic\nStatus: install ok installed\nVersion: 0.14.0-1+b5\n';
    const used =
      'go-md2man-v2 (= 2.0.2+ds1-1), golang-1.19 (= 1.19.8-2), golang-bazil-fuse (= 0.0~git20160811.0.371fbbd-4)';
    const expected = [{ goCompilers: ['1.19.8'] }];
    expect(read(`${restic}Built-Using: ${used}\n`)).toMatchObject(expected);
    expect(read(`${restic}Static-Built-Using: ${used}\n`)).toMatchObject(expected);
    expect(read(restic)[0]).not.toHaveProperty('goCompilers');
  });

  it('takes the rebuild off where the paragraph names a source without version', () => {
    const [fact] = read(
      'Package: libedit2\nStatus: install ok installed\nSource: libedit\nVersion: 3.1-20191231-2+b1\n',
    );
    expect(fact).toMatchObject({ source: { name: 'libedit', version: '3.1-20191231-2' } });
  });

  it('leaves out what was removed and keeps what is half there', () => {
    const status = [
      'deinstall ok config-files',
      'install ok half-configured',
      'purge ok not-installed',
      'hold ok installed',
    ]
      .map((state, index) => `Package: p${index}\nStatus: ${state}\nVersion: 1\n`)
      .join('\n');
    expect(read(status).map((fact) => 'name' in fact && fact.name)).toEqual(['p1', 'p3']);
  });

  it('reads the one file per package that distroless images have, and not the checksums beside it', () => {
    expect(
      read('Package: tzdata\nVersion: 2021a-1+deb11u8\nArchitecture: all\n', 'var/lib/dpkg/status.d/tzdata'),
    ).toHaveLength(1);
    expect(
      read('d41d8cd98f00b204e9800998ecf8427e  usr/share/zoneinfo/UTC\n', 'var/lib/dpkg/status.d/tzdata.md5sums'),
    ).toEqual([]);
  });

  it('says which paragraph it could not use', () => {
    expect(read('Package: broken\nStatus: install ok installed\n')).toEqual([
      { kind: 'unknown', reason: 'package broken has no Version' },
    ]);
  });
});

describe('the file lists of dpkg', () => {
  it('name the files of a package, whichever of the two forms they have', () => {
    expect(facts(dpkgFiles, 'var/lib/dpkg/info/libc6:amd64.list', '/.\n/lib/ld.so\n')).toEqual([
      { kind: 'owns', type: 'deb', name: 'libc6', paths: '.\nlib/ld.so\n' },
    ]);
    expect(
      facts(dpkgFiles, 'var/lib/dpkg/info/six.md5sums', 'd41d8cd98f00b204e9800998ecf8427e  usr/lib/six.py\n'),
    ).toEqual([{ kind: 'owns', type: 'deb', name: 'six', paths: 'usr/lib/six.py\n' }]);
  });
});
