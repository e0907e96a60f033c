import { describe, expect, it } from 'vitest';
import { exposed, program, reachedOf } from '../../test/exposure.ts';

const FILES = {
  'usr/bin/perl': program(),
  'usr/bin/ruby': program(),
  'usr/lib/R/bin/exec/R': program(),
  'usr/bin/R': '#!/bin/sh\nexec /usr/lib/R/bin/exec/R "$@"\n',
  'usr/bin/Rscript': program(),
  'usr/share/perl5/Tool.pm': "sub run { system('other', @_); system($_[0]); }\n1;\n",
};
const programs = /^usr\/bin\/(?:tool|other|third)/;
const WORKED_OUT = 'starts programs whose names are worked out when it runs';

describe('programs that scripts start', () => {
  it.each([
    ['Perl', 'job.pl', '#!/usr/bin/perl\nsystem("tool", "-x");\nsub f { exec "other"; }\n'],
    ['Ruby', 'job.rb', '#!/usr/bin/ruby\nsystem("tool", "-x")\ndef f\n  exec "other"\nend\n'],
    ['R', 'job.R', '#!/usr/bin/Rscript\nsystem2("tool", "-x")\nf <- function() system("other", intern = TRUE)\n'],
  ])('of %s: at its level for sure, elsewhere they may be called', async (_, name, text) => {
    const report = await exposed({ ...FILES, [`srv/${name}`]: text }, { Cmd: [`/srv/${name}`] });
    expect(reachedOf(report, programs)).toEqual(['usr/bin/other: callable', 'usr/bin/tool: loaded']);
    expect(report.start.notes.join('\n')).not.toContain(WORKED_OUT);
  });

  it('go on in the shell that a text is for, around what is put into it', async () => {
    const text = 'my $n = `tool $ARGV[0] | other > /tmp/x`;\nopen(my $p, "-|", "third", $n);\n';
    const report = await exposed({ ...FILES, 'srv/a.pl': text }, { Cmd: ['perl', '/srv/a.pl'] });
    expect(reachedOf(report, programs)).toEqual([
      'usr/bin/other: loaded',
      'usr/bin/third: loaded',
      'usr/bin/tool: loaded',
    ]);
    expect(reachedOf(report, /dash/)).toEqual(['bin/dash: loaded']);
  });

  it('are followed where the command line is the text', async () => {
    const report = await exposed(FILES, { Cmd: ['ruby', '-e', 'exec("tool")'] });
    expect(reachedOf(report, programs)).toEqual(['usr/bin/tool: loaded']);
  });

  it('may be any where the program works out which, and a library does so for who asks it to', async () => {
    const sure = await exposed({ ...FILES, 'srv/a.pl': 'system($ARGV[0]);\n' }, { Cmd: ['perl', '/srv/a.pl'] });
    expect(sure.start.notes).toContain(`/srv/a.pl: ${WORKED_OUT}`);
    const asked = await exposed({ ...FILES, 'srv/a.pl': 'use Tool;\nprint 1;\n' }, { Cmd: ['perl', '/srv/a.pl'] });
    expect(asked.start.notes.join('\n')).not.toContain(WORKED_OUT);
    expect(reachedOf(asked, programs)).toEqual(['usr/bin/other: callable']);
  });
});
