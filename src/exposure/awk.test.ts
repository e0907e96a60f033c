import { describe, expect, it } from 'vitest';
import { exposed, library, program, reachedOf } from '../../test/exposure.ts';
import { symlink } from '../../test/image.ts';

const FILES = {
  'usr/bin/mawk': program(),
  'etc/alternatives/awk': symlink('/usr/bin/mawk'),
  'usr/bin/awk': symlink('/etc/alternatives/awk'),
  'usr/bin/gawk': program(),
  'bin/busybox': program(),
  'usr/lib/x86_64-linux-gnu/gawk/filefuncs.so': library('filefuncs.so'),
};
const programs = /^usr\/bin\/(?:tool|other|third)/;
const of = async (
  Cmd: readonly string[],
  files: Readonly<Record<string, string>> = {},
  Env: readonly string[] = [],
) => {
  const report = await exposed({ ...FILES, ...files }, { Cmd: [...Cmd], Env: [...Env], WorkingDir: '/srv' });
  return { reached: reachedOf(report, programs), notes: report.start.notes, report };
};

describe('awk', () => {
  it.each([
    ['awk', 'BEGIN { system("tool -x") }'],
    ['gawk', '{ n++ } END { print n | "tool" }'],
    ['awk', 'BEGIN { cmd = "tool"; while ((cmd | getline line) > 0) n++; close(cmd) }'],
    ['awk', 'function run(c) { return system(c " >&2") } BEGIN { run("tool") }'],
    ['gawk', 'BEGIN { "tool" |& getline answer }'],
  ])('%s starts what its program does at the begin and the end: %s', async (called, text) => {
    const { reached, notes, report } = await of([called, text]);
    expect(reached).toEqual(['usr/bin/tool: loaded']);
    // Each is run by a shell.
    expect(reachedOf(report, /dash/)).toEqual(['bin/dash: loaded']);
    expect(notes).toEqual([]);
  });

  it('may start what stands in rules, under conditions and in functions that nothing calls', async () => {
    const text = 'NR > 1 { system("tool") } BEGIN { if (x) system("other") } function f() { "third" | getline }';
    expect((await of(['awk', text])).reached).toEqual([
      'usr/bin/other: callable',
      'usr/bin/third: callable',
      'usr/bin/tool: callable',
    ]);
  });

  it('may start anything where its program works out what', async () => {
    const sure = await of(['awk', 'BEGIN { system(ARGV[1]) }']);
    expect(sure.notes).toEqual([
      'the text of the command line: starts programs whose names are worked out when it runs',
    ]);
    const npm = {
      'srv/node_modules/left/package.json': '{"name":"left","version":"1.0.0"}',
      'srv/node_modules/left/index.js': '',
    };
    const classOf = async (text: string) =>
      (await of(['awk', text], npm)).report.packages.find(({ name }) => name === 'left')?.exposure?.class;
    expect(await classOf('BEGIN { system(ARGV[1]) }')).toBe('unknown');
    expect(await classOf('{ system($1) }')).toBe('callable');
    expect(await classOf('{ print $1 }')).toBe('present');
  });

  it('takes variables from the command line and the environment', async () => {
    expect((await of(['awk', '-v', 'c=tool', 'BEGIN { system(c " -x") }'])).reached).toEqual(['usr/bin/tool: loaded']);
    expect((await of(['awk', '{ n++ } END { system(c) }', 'c=other'])).reached).toEqual(['usr/bin/other: loaded']);
    const { reached } = await of(['awk', 'BEGIN { system(ENVIRON["PAGER"]) }'], {}, ['PAGER=third']);
    expect(reached).toEqual(['usr/bin/third: loaded']);
  });

  it('reads programs in files, what these include, and loads libraries', async () => {
    const files = {
      'srv/job': '#!/usr/bin/gawk -f\n@load "filefuncs"\n@include "more.awk"\nBEGIN { system("tool") }\n',
      'usr/share/awk/more.awk': 'END { system("other") }\n',
    };
    const { reached, notes, report } = await of(['/srv/job'], files);
    expect(reached).toEqual(['usr/bin/other: loaded', 'usr/bin/tool: loaded']);
    expect(reachedOf(report, /awk\//)).toEqual([
      'usr/lib/x86_64-linux-gnu/gawk/filefuncs.so: loaded',
      'usr/share/awk/more.awk: loaded',
    ]);
    expect(notes).toEqual([]);
    expect((await of(['busybox', 'awk', '-f', 'a.awk'], { 'srv/a.awk': 'BEGIN { system("third") }' })).reached).toEqual(
      ['usr/bin/third: loaded'],
    );
  });

  it('without a program, with one that is not there or that nothing says to be one may do anything', async () => {
    expect((await of(['awk'])).notes.join()).toContain('is started without a script');
    expect((await of(['awk', '-f', 'gone.awk'])).notes.join()).toContain('/srv/gone.awk is to be run by');
    expect((await of(['awk', '-f', 'job'], { 'srv/job': 'BEGIN { }' })).notes.join()).toContain('was not read');
    expect((await of(['awk', '--version'])).notes).toEqual([]);
    expect((await of(['gawk', '--sandbox', 'BEGIN { system("tool") }'])).reached).toEqual([]);
  });

  it('in a script of the shell is given what that makes of it, of which a part may be any', async () => {
    const run = (line: string) => of(['/bin/sh', '-c', line]);
    expect((await run('awk \'BEGIN { system("tool") }\'')).reached).toEqual(['usr/bin/tool: loaded']);
    const part = await run('awk "{ print \\$$(hostname) }; BEGIN { system(\\"tool\\") }"');
    expect(part.reached).toEqual(['usr/bin/tool: loaded']);
    expect(part.notes.join()).toContain('is given a program that cannot be told, or a part of one');
  });
});
