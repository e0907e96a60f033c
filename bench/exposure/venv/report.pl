#!/usr/bin/perl
use strict;
use warnings;
use XML::Simple;
use LWP::UserAgent;
print XMLin('<a><b>1</b></a>')->{b}, "\n";
print LWP::UserAgent->new(timeout => 1)->get('http://127.0.0.1:1/')->code, "\n";
