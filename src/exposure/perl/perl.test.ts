import { describe, expect, it } from 'vitest';
import { exposed, library, program, reachedOf } from '../../../test/exposure.ts';

const FILES = {
  'usr/bin/perl': program(),
  'usr/lib/x86_64-linux-gnu/perl-base/strict.pm': '1;\n',
  'usr/share/perl/5.36.0/strict.pm': '1;\n',
  'usr/lib/x86_64-linux-gnu/perl/5.36.0/POSIX.pm': 'use strict;\nrequire XSLoader;\n1;\n',
  'usr/lib/x86_64-linux-gnu/perl/5.36.0/auto/POSIX/POSIX.so': library('POSIX.so', ['libm.so.6']),
  'usr/lib/x86_64-linux-gnu/libm.so.6': library('libm.so.6'),
  'usr/share/perl5/LWP/UserAgent.pm': 'my $class = "LWP::Protocol::$scheme";\n',
  'usr/share/perl5/LWP/Protocol/http.pm': 'use Net::HTTP;\n',
  'usr/share/perl5/Net/HTTP.pm': '1;\n',
  'usr/share/perl5/Never/Named.pm': '1;\n',
};
const perlFiles = /^(?:srv|opt|usr\/(?:share\/perl|lib\/x86_64-linux-gnu\/(?:perl|libm)))/;

describe('Perl', () => {
  it('leads from its script to modules, to what is compiled of them, and to what a text names', async () => {
    const script = '#!/usr/bin/perl -w\nuse strict;\nuse POSIX qw(floor);\nuse LWP::UserAgent;\n';
    const report = await exposed({ ...FILES, 'srv/job.pl': script }, { Cmd: ['/srv/job.pl'] });
    expect(reachedOf(report, perlFiles)).toEqual([
      'srv/job.pl: loaded',
      'usr/lib/x86_64-linux-gnu/libm.so.6: loaded',
      'usr/lib/x86_64-linux-gnu/perl-base/strict.pm: loaded',
      'usr/lib/x86_64-linux-gnu/perl/5.36.0/POSIX.pm: loaded',
      'usr/lib/x86_64-linux-gnu/perl/5.36.0/auto/POSIX/POSIX.so: loaded',
      'usr/share/perl5/LWP/Protocol/http.pm: importable',
      'usr/share/perl5/LWP/UserAgent.pm: loaded',
      'usr/share/perl5/Net/HTTP.pm: importable',
    ]);
    // What no text names may be loaded all the same: a name can be worked out.
    expect(report.start.notes.join('\n')).toMatch(/\/usr\/share\/perl5\b.*: what else lies there is unknown/);
  });

  it('looks where its command line, its environment and its script say', async () => {
    const files = {
      ...FILES,
      'opt/a/First.pm': '1;\n',
      'opt/b/Second.pm': '1;\n',
      'srv/lib/Third.pm': '1;\n',
      'srv/bin/run.pl': 'use FindBin;\nuse lib "$FindBin::Bin/../lib";\nuse Third;\nuse Second;\n',
    };
    const report = await exposed(files, {
      Cmd: ['perl', '-I/opt/a', '-MFirst', '/srv/bin/run.pl'],
      Env: ['PERL5LIB=/opt/b'],
    });
    expect(reachedOf(report, /\.pm/)).toEqual(
      ['opt/a/First.pm', 'opt/b/Second.pm', 'srv/lib/Third.pm'].map((path) => `${path}: loaded`),
    );
  });

  it('runs a text of its command line', async () => {
    const report = await exposed(FILES, { Cmd: ['perl', '-wMstrict', '-e', 'require POSIX; print 1'] });
    expect(reachedOf(report, /\.pm/)).toEqual([
      'usr/lib/x86_64-linux-gnu/perl-base/strict.pm: loaded',
      'usr/lib/x86_64-linux-gnu/perl/5.36.0/POSIX.pm: loaded',
    ]);
  });

  it('loads the classes and roles that a class is made of, in one line or over many', async () => {
    const files = {
      ...FILES,
      // As Dancer2::Core::App and Dancer2::Template::Tiny have it.
      'srv/job.pl': [
        'use strict;',
        "extends 'Shop::Base';",
        'with qw<',
        '  Shop::Role::Hookable',
        '  Shop::Role::Priced',
        '>;',
        "with 'Shop::Role::Named' => { -alias => { name => 'Shop::Role::Other' } };",
        'sub late { with $role }',
      ].join('\n'),
      ...Object.fromEntries(
        ['Base', 'Role/Hookable', 'Role/Priced', 'Role/Named', 'Role/Never'].map((name) => [
          `usr/share/perl5/Shop/${name}.pm`,
          '1;\n',
        ]),
      ),
    };
    const report = await exposed(files, { Cmd: ['perl', '/srv/job.pl'] });
    expect(reachedOf(report, /\/Shop\//)).toEqual(
      ['Base', 'Role/Hookable', 'Role/Named', 'Role/Priced'].map((name) => `usr/share/perl5/Shop/${name}.pm: loaded`),
    );
  });

  it('looks below the names that classes are put together from, and where plug-ins are searched', async () => {
    const below = [
      ['Asks.pm', "my $class = Plack::Util::load_class($server, 'Shop::Server');\n"],
      ['Server/Fast.pm', '1;\n'],
      // As Dancer2::Core::Factory puts a class together of its kind and its name.
      ['Factory.pm', `my $class = "Shop::Made::\${type}::\${name}";\nuse_module($class);\n`],
      ['Made/Session/YAML.pm', '1;\n'],
      ['Made/Session/Deep/Never.pm', '1;\n'],
      // As Config::Any looks for its readers, and as Module::Pluggable does where it is told nothing.
      ['Config.pm', 'my $finder = Module::Pluggable::Object->new(\n  search_path => [ __PACKAGE__ ],\n);\n'],
      ['Config/INI.pm', '1;\n'],
      ['Plug.pm', 'use Module::Pluggable require => 1;\n'],
      ['Plug/Plugin/One.pm', '1;\n'],
      ['Plug/Never.pm', '1;\n'],
    ] as const;
    const files = {
      ...FILES,
      'srv/job.pl': 'use Shop::Asks;\nuse Shop::Factory;\nuse Shop::Config;\nuse Shop::Plug;\n',
      ...Object.fromEntries(below.map(([name, text]) => [`usr/share/perl5/Shop/${name}`, text])),
    };
    const report = await exposed(files, { Cmd: ['perl', '/srv/job.pl'] });
    expect(reachedOf(report, /\/Shop\/.*importable/)).toEqual(
      ['Config/INI', 'Made/Session/YAML', 'Plug/Plugin/One', 'Server/Fast'].map(
        (name) => `usr/share/perl5/Shop/${name}.pm: importable`,
      ),
    );
  });

  it('runs the application that a server of PSGI is told, or the one that lies where it is started', async () => {
    const server = '#!/usr/bin/perl\nuse Plack::Runner;\nPlack::Runner->new->run;\n';
    const files = {
      ...FILES,
      'usr/bin/starman': server,
      'usr/bin/plackup': server,
      'usr/share/perl5/Plack/Runner.pm': '1;\n',
      'usr/share/perl5/Plack/Handler/Gazelle.pm': '1;\n',
      'usr/share/perl5/Plack/Handler/Starman.pm': '1;\n',
      'srv/shop.psgi': 'use LWP::UserAgent;\n',
      'srv/app.psgi': 'use Net::HTTP;\n',
    };
    const of = async (...Cmd: string[]) =>
      reachedOf(await exposed(files, { Cmd, WorkingDir: '/srv' }), /^(?:srv|usr\/share\/perl5).*: loaded$/);
    expect(await of('starman', '--workers', '2', 'shop.psgi')).toEqual([
      'srv/shop.psgi: loaded',
      'usr/share/perl5/LWP/UserAgent.pm: loaded',
      'usr/share/perl5/Plack/Handler/Starman.pm: loaded',
      'usr/share/perl5/Plack/Runner.pm: loaded',
    ]);
    expect(await of('plackup', '-s', 'Gazelle')).toEqual([
      'srv/app.psgi: loaded',
      'usr/share/perl5/Net/HTTP.pm: loaded',
      'usr/share/perl5/Plack/Handler/Gazelle.pm: loaded',
      'usr/share/perl5/Plack/Runner.pm: loaded',
    ]);
  });
});
