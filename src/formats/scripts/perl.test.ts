import { describe, expect, it } from 'vitest';
import { perlNames } from './perl.ts';

describe('what a text of Perl loads', () => {
  it('is what it uses, wherever that stands, and what it requires at its own level', () => {
    // URI's _generic.pm, as Debian 12 has it.
    const code = perlNames(`package URI::_generic;

use strict;
use parent qw(
  URI
  URI::_query
);
use URI::Escape qw(uri_unescape);
require URI::IRI;

sub _check {
  no warnings;
  if ( !$IPv6_re ) { #-- lazy / runs once / use Regexp::IPv6 if installed
    eval {
      require Regexp::IPv6;
    };
  }
}
`);
    expect(code.uses).toEqual(['strict', 'parent', 'URI', 'URI::_query', 'URI::Escape', 'warnings']);
    expect(code.requires).toEqual(['URI::IRI']);
    expect(code.mentions).toContain('Regexp::IPv6');
    expect(code.mentions).not.toContain('URI::IRI');
  });

  it('is no documentation, no comment, no text that goes on over lines, and nothing behind the end', () => {
    const code = perlNames(`# use Comment;
print <<"EOT" . <<'OTHER';
use InText;
EOT
use InOther;
OTHER
my $shifted = 1 <<WIDTH;
=head1 SYNOPSIS

  use Example;

=cut

use Real;
__END__
use Behind;
`);
    expect(code.uses).toEqual(['Real']);
    expect([...code.requires, ...code.mentions]).toEqual([]);
  });

  it('is what a class is made of, and every word of a list, also of one that goes on over lines', () => {
    // Dancer2's Core/App.pm, as Debian 12 has it, shortened.
    const code = perlNames(`with qw<
    Dancer2::Core::Role::Hookable
    Dancer2::Core::Role::ConfigReader
>;
with 'Shop::Named' => { -alias => { name => 'named' } };
my @backends = qw(EV::One EV::Two EV::Three);
sub make { shift->with($name) }
`);
    expect(code.uses).toEqual(['Dancer2::Core::Role::Hookable', 'Dancer2::Core::Role::ConfigReader', 'Shop::Named']);
    expect(code.mentions).toEqual(expect.arrayContaining(['EV::One', 'EV::Two', 'EV::Three']));
  });

  it('is what is used by how it is written: texts that are opened as files, and attributes', () => {
    expect(perlNames("open my $in, '<', \\$text;\n").mentions).toEqual(['PerlIO::scalar']);
    expect(perlNames('sub first : lvalue { $x }\n').mentions).toEqual(['attributes']);
    expect(perlNames("open my $in, '<', $path; my $x = $y ? A::b : 3;\n").mentions).not.toContain('attributes');
  });

  it('is names in texts, also where only the beginning is said', () => {
    const code = perlNames(`my $class = $ENV{MOJO_REACTOR} || 'Mojo::Reactor::EV';
$module = "LWP::Protocol::$scheme";
$impl = 'URI::' . $scheme;
has namespaces => sub { ['Mojolicious::Plugin'] };
$self->plugin($_) for qw(EPRenderer TagHelpers);
`);
    expect(code.mentions).toEqual(
      expect.arrayContaining(['Mojo::Reactor::EV', 'LWP::Protocol::*', 'URI::*', 'Mojolicious::Plugin::*']),
    );
    expect(code.words).toEqual(['EPRenderer', 'TagHelpers']);
  });

  it('says where it looks: beside itself, where it was started, or at a place', () => {
    const code = perlNames(`use FindBin;\nuse lib "$FindBin::Bin/../lib", '/opt/perl';\nuse lib qw(local/lib);\n`);
    expect(code.folders).toEqual(['./../lib', '/opt/perl', 'local/lib']);
  });
});
