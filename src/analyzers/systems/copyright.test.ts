import { describe, expect, it } from 'vitest';
import { facts } from '../../../test/facts.ts';
import { debianCopyright } from './copyright.ts';
import { dep5Licence } from './dep5-licence.ts';

// As Debian 12 writes them (openssh, perl-base, zlib1g, bash), shortened to their fields.
const OPENSSH = `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: OpenSSH
Comment:
 The overall licence is permissive.
 License: no field, the line belongs to the comment

Files: *
Copyright: 1995, Tatu Ylonen
License: OpenSSH

Files: md5crypt.c
License: Beer-ware
 "THE BEER-WARE LICENSE" (Revision 42)

Files: debian/*
License: Expat-with-advertising-restriction and BSD-2-clause

License: BSD-2-clause
 Redistribution and use in source and binary forms

Files: loginrec.c
License:\tGPL-2+ or Artistic, and BSD-3-clause
`;

describe('the copyright files of Debian', () => {
  it('name the licences of a package where programs can read them, as SPDX does where it has them', async () => {
    expect(await facts(debianCopyright, 'usr/share/doc/openssh-client/copyright', OPENSSH)).toEqual([
      {
        kind: 'licences',
        type: 'deb',
        name: 'openssh-client',
        licenses: [
          '(GPL-2.0-or-later OR Artistic-1.0) AND BSD-3-Clause',
          'BSD-2-Clause',
          'Beer-ware',
          'Expat-with-advertising-restriction and BSD-2-clause',
          'OpenSSH',
        ],
      },
    ]);
  });

  it('in prose name none', async () => {
    const prose = "This is Debian GNU/Linux's prepackaged version of GNU bash.\n\nLicense: GPL-3+\n";
    expect(await facts(debianCopyright, 'usr/share/doc/bash/copyright', prose)).toEqual([]);
    expect(await facts(debianCopyright, 'usr/share/doc/bash/copyright', Buffer.from([0, 255, 10, 10]))).toEqual([]);
  });
});

it.each([
  ['GPL-2', 'GPL-2.0-only'],
  ['GPL-2+', 'GPL-2.0-or-later'],
  ['LGPL-2.1+', 'LGPL-2.1-or-later'],
  ['AGPL-3', 'AGPL-3.0-only'],
  ['GFDL-1.3', 'GFDL-1.3-only'],
  ['Expat', 'MIT'],
  ['Perl', '(Artistic-1.0-Perl OR GPL-1.0-or-later)'],
  ['GPL-1+ or Artistic', 'GPL-1.0-or-later OR Artistic-1.0'],
  ['BSD-3-clause', 'BSD-3-Clause'],
  ['public-domain', undefined],
  ['GPL-2+ with Autoconf exception', undefined],
  ['GPL-9', undefined],
  ['GPL', undefined],
  ['Permission to use, copy, modify, and distribute this software and its', undefined],
])('the licence "%s" of Debian is %s of SPDX', (words, expression) => {
  expect(dep5Licence(words)).toBe(expression);
});
