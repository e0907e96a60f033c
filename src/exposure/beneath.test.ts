import { describe, expect, it } from 'vitest';
import { exposed, library, program } from '../../test/exposure.ts';

const PERL = 'usr/lib/x86_64-linux-gnu/perl5';
const owns = (name: string, ...paths: readonly string[]) => ({
  [`var/lib/dpkg/info/${name}.list`]: paths.map((path) => `/${path}\n`).join(''),
});

describe('what lies where anything may be loaded', () => {
  it('makes unknown what its compiled modules need, however far, and nothing else', async () => {
    const names = ['libxml-perl', 'libxml2', 'libicu', 'libidle', 'libc6'];
    const { packages } = await exposed(
      {
        'usr/bin/perl': program(),
        'report.pl': '#!/usr/bin/perl\n',
        [`${PERL}/auto/XML/XML.so`]: library('XML.so', ['libxml2.so.2', 'libc.so.6']),
        'usr/lib/x86_64-linux-gnu/libxml2.so.2': library('libxml2.so.2', ['libicu.so.72']),
        'usr/lib/x86_64-linux-gnu/libicu.so.72': library('libicu.so.72'),
        'usr/lib/x86_64-linux-gnu/libidle.so.1': library('libidle.so.1', ['libxml2.so.2']),
        'var/lib/dpkg/status': names
          .map((name) => `Package: ${name}\nStatus: install ok installed\nVersion: 1\nArchitecture: all\n`)
          .join('\n'),
        ...owns('libxml-perl', `${PERL}/auto/XML/XML.so`),
        ...owns('libxml2', 'usr/lib/x86_64-linux-gnu/libxml2.so.2'),
        ...owns('libicu', 'usr/lib/x86_64-linux-gnu/libicu.so.72'),
        ...owns('libidle', 'usr/lib/x86_64-linux-gnu/libidle.so.1'),
        ...owns('libc6', 'lib/x86_64-linux-gnu/libc.so.6'),
      },
      { Cmd: ['/report.pl'] },
    );
    expect(Object.fromEntries(packages.map(({ name, exposure }) => [name, exposure?.class]))).toEqual({
      'libxml-perl': 'unknown',
      libxml2: 'unknown',
      libicu: 'unknown',
      libidle: 'present',
      libc6: 'loaded',
    });
    expect(packages.find(({ name }) => name === 'libicu')?.exposure?.why).toMatch(
      /perl5: what else lies there is unknown, since Perl is followed/,
    );
  });
});
