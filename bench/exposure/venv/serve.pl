#!/usr/bin/env perl
use Mojolicious::Lite -signatures;
use DBI;
use Template;
use YAML;
use DateTime;
get '/' => sub ($c) {
    my $db = DBI->connect('dbi:SQLite:dbname=:memory:');
    my ($one) = $db->selectrow_array('select 1');
    my $text = '';
    Template->new->process(\'[% one %] [% now %]', {one => $one, now => DateTime->now->ymd}, \$text);
    $c->render(text => YAML::Dump({text => $text}));
};
app->start('daemon', '-l', "http://127.0.0.1:$ENV{PORT}");
