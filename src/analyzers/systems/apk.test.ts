import { expect, it } from 'vitest';
import { facts } from '../../../test/facts.ts';
import { apkInstalled } from './apk.ts';

// From python:3.9-alpine (Alpine 3.18).
const INSTALLED = `C:Q1/OEjqvHuFUZ1qjJWhXRFZXxpDLs=
P:libcrypto3
V:3.1.1-r1
A:x86_64
S:1695166
I:4206592
T:Crypto library from openssl
U:https://www.openssl.org/
L:Apache-2.0
o:openssl
m:Ariadne Conill <ariadne@dereferenced.org>
t:1685618386
c:6a0e0f1b0c9b7d6f4a0f0d7b7c0a9e6a1f4b2c3d
D:so:libc.musl-x86_64.so.1
p:so:libcrypto.so.3=3
F:etc
F:etc/ssl
R:ct_log_list.cnf
a:0:0:644
R:openssl.cnf
F:lib
R:libcrypto.so.3
a:0:0:755

C:Q1qKcZ+j23xssAXmgQhkOO8dHnbWw=
P:alpine-baselayout
V:3.4.3-r1
A:x86_64
L:GPL-2.0-only
o:alpine-baselayout
F:
R:marker

`;

it('reads packages with their source package, and which files they own', () => {
  const actual = facts(apkInstalled, 'lib/apk/db/installed', INSTALLED);
  expect(actual).toEqual([
    {
      type: 'apk',
      name: 'libcrypto3',
      version: '3.1.1-r1',
      architecture: 'x86_64',
      source: { name: 'openssl', version: '3.1.1-r1' },
      maintainer: 'Ariadne Conill <ariadne@dereferenced.org>',
      licenses: ['Apache-2.0'],
      requires: ['so:libc.musl-x86_64.so.1'],
      properties: {
        commit: '6a0e0f1b0c9b7d6f4a0f0d7b7c0a9e6a1f4b2c3d',
        provides: 'so:libcrypto.so.3=3',
        sha1: 'fce123aaf1ee154675aa3256857445657c690cbb',
      },
    },
    {
      kind: 'owns',
      type: 'apk',
      name: 'libcrypto3',
      paths: 'etc/ssl/ct_log_list.cnf\netc/ssl/openssl.cnf\nlib/libcrypto.so.3',
    },
    expect.objectContaining({ name: 'alpine-baselayout', version: '3.4.3-r1' }),
    { kind: 'owns', type: 'apk', name: 'alpine-baselayout', paths: 'marker' },
  ]);
});

it('a paragraph that is cut off is said to be', () => {
  expect(facts(apkInstalled, 'lib/apk/db/installed', 'P:busybox\nA:x86_64\n')).toEqual([
    { kind: 'unknown', reason: 'package busybox has no version' },
  ]);
});

it('the last paragraph needs no empty line behind it', () => {
  expect(facts(apkInstalled, 'lib/apk/db/installed', 'P:busybox\nV:1.36.1-r0')).toMatchObject([
    { name: 'busybox', source: { name: 'busybox' } },
  ]);
});
