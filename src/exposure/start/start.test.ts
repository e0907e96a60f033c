import { describe, expect, it } from 'vitest';
import { exposed, library, program, reachedOf } from '../../../test/exposure.ts';
import { symlink } from '../../../test/image.ts';
import type { RunConfig } from '../../model.ts';

/** The programs that are reached, without the C library and the loader. */
const programsOf = async (files: Parameters<typeof exposed>[0], run: RunConfig, command?: string) =>
  reachedOf(await exposed(files, run, command), /^(?!lib)/);

describe('what a container starts', () => {
  it('is the entry point with the command behind it, by PATH of the image', async () => {
    const run = { Entrypoint: ['tool'], Cmd: ['--x'], Env: ['PATH=/opt/bin:/usr/bin'] };
    expect(await programsOf({ 'opt/bin/tool': program() }, run)).toEqual(['opt/bin/tool: loaded']);
    expect(await programsOf({}, run)).toEqual(['usr/bin/tool: loaded']);
    const { start } = await exposed({}, run);
    expect(start).toMatchObject({ command: ['tool', '--x'], by: 'image', notes: [] });
  });

  it.each([
    ['a folder of that name, which is passed over', 'PATH=/a:/usr/bin', '/', 'usr/bin/tool'],
    ['a link to itself and one in a circle', 'PATH=/self:/circle:/usr/bin', '/', 'usr/bin/tool'],
    ['a link to nothing', 'PATH=/gone:/usr/bin', '/', 'usr/bin/tool'],
    ['a file where a folder should be', 'PATH=/etc/words:/usr/bin', '/', 'usr/bin/tool'],
    ['a relative entry, from the working folder', 'PATH=bin:/usr/bin', '/srv', 'srv/bin/tool'],
    ['an empty entry, which is the working folder', 'PATH=/none::/usr/bin', '/srv/bin', 'srv/bin/tool'],
    ['an empty entry at the end', 'PATH=/none:', '/srv/bin', 'srv/bin/tool'],
    ['a way above the root', 'PATH=/../../usr/bin', '/', 'usr/bin/tool'],
    ['slashes and dots too many', 'PATH=//usr//./bin///', '/', 'usr/bin/tool'],
  ])('is found by a PATH with %s', async (_what, path, folder, expected) => {
    const files = {
      'a/tool/x': 'a folder',
      'self/tool': symlink('tool'),
      circle: symlink('circle2'),
      circle2: symlink('circle'),
      'gone/tool': symlink('/nowhere/tool'),
      'etc/words': 'words',
      'srv/bin/tool': program(),
    };
    const run = { Cmd: ['tool'], Env: [path], WorkingDir: folder };
    expect(await programsOf(files, run)).toEqual([`${expected}: loaded`]);
  });

  it('is found behind thousands of places in PATH that are not there, and said to be out of reach beyond', async () => {
    const places = (count: number) => Array.from({ length: count }, (_, at) => `/none/${at}`).join(':');
    const run = (count: number) => ({ Cmd: ['tool'], Env: [`PATH=${places(count)}:/usr/bin`] });
    expect(await programsOf({}, run(9_999))).toEqual(['usr/bin/tool: loaded']);
    const { start, reached } = await exposed({}, run(10_000));
    expect([...reached]).toEqual([]);
    expect(start.notes.join()).toContain('not in the part of PATH that is searched');
  });

  it('is not there where PATH leads nowhere, and what is installed is then unknown and not far', async () => {
    const { start, reached } = await exposed({}, { Cmd: ['tool'], Env: ['PATH=/none:/self'] });
    expect([...reached]).toEqual([]);
    expect(start.notes).not.toEqual([]);
  });

  it('is what the first line of a script names, through env and another script', async () => {
    const files = {
      'opt/run': '#!/usr/bin/env -S tool -x\n',
      'opt/again': '#!/opt/run\n',
    };
    expect(await programsOf(files, { Cmd: ['/opt/again'] })).toEqual(['usr/bin/env: loaded', 'usr/bin/tool: loaded']);
  });

  it.each([
    ['tini', ['-g', '-p', 'SIGTERM', '--', 'tool', 'x']],
    ['dumb-init', ['--rewrite', '15:2', 'tool']],
    ['gosu', ['www-data:www', 'tool']],
    ['su-exec', ['nobody', 'tool']],
    ['env', ['-u', 'HOME', 'A=b', 'tool']],
    ['timeout', ['-k', '5', '30', 'tool']],
    ['nice', ['-n', '10', 'tool']],
    ['xvfb-run', ['-a', 'tool']],
    ['setpriv', ['--reuid', '33', '--clear-groups', 'tool']],
    ['mpirun', ['-np', '4', '--allow-run-as-root', 'tool']],
  ])('is what %s is told to start', async (name, words) => {
    const reached = await programsOf({ [`sbin/${name}`]: program() }, { Entrypoint: [`/sbin/${name}`], Cmd: words });
    expect(reached).toContain('usr/bin/tool: loaded');
    expect(reached).not.toContain('usr/bin/other: loaded');
  });

  it('is what conda runs behind the scripts of its environment, which set what the command is to find', async () => {
    // As gdal and cuda-nvcc of conda-forge bring theirs.
    const files = {
      'opt/conda/bin/conda': program(),
      'opt/conda/envs/ml/bin/serve': program(['libq.so']),
      'opt/conda/envs/ml/etc/conda/activate.d/cuda.sh':
        'export LD_LIBRARY_PATH="$CONDA_PREFIX/cuda:$LD_LIBRARY_PATH"\n/usr/bin/tool\n',
      'opt/conda/envs/ml/etc/conda/activate.d/fish.fish': 'other\n',
      'opt/conda/envs/ml/cuda/libq.so': library('libq.so'),
    };
    const run = { Cmd: ['conda', 'run', '-n', 'ml', 'serve', '$x'], Env: ['PATH=/opt/conda/bin:/usr/bin:/bin'] };
    expect(await programsOf(files, run)).toEqual([
      'bin/bash: loaded',
      'opt/conda/bin/conda: loaded',
      'opt/conda/envs/ml/bin/serve: loaded',
      'opt/conda/envs/ml/cuda/libq.so: loaded',
      'opt/conda/envs/ml/etc/conda/activate.d/cuda.sh: loaded',
      'usr/bin/tool: loaded',
    ]);
  });

  it('is what conda runs in its environment', async () => {
    const programs = await programsOf(
      {
        'opt/conda/bin/conda': program(),
        'opt/conda/envs/ml/bin/serve': program(),
        'opt/conda/bin/serve': program(),
      },
      {
        Cmd: ['conda', 'run', '--no-capture-output', '-n', 'ml', 'serve', '--port', '1'],
        Env: ['PATH=/opt/conda/bin:/usr/bin'],
      },
    );
    expect(programs).toEqual(['opt/conda/bin/conda: loaded', 'opt/conda/envs/ml/bin/serve: loaded']);
  });

  it('is told in time whatever patterns, includes and variables supervisord is given', async () => {
    const conf = (text: string, more: Record<string, string> = {}, ...variables: readonly string[]) =>
      exposed(
        { 'usr/bin/supervisord': program(), 'etc/supervisord.conf': text, ...more },
        { Cmd: ['/usr/bin/supervisord'], Env: ['PATH=/usr/bin', ...variables] },
      );
    // As a regular expression this pattern has no end.
    const long = { [`etc/d/${'a'.repeat(200)}`]: '' };
    await conf(`[include]\nfiles = d/${'*a'.repeat(60)}*b\n`, long);
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`etc/d/${at}.conf`, '']));
    const { start } = await conf(`[include]\nfiles = ${'d/* '.repeat(50)}\n`.repeat(500), many);
    expect(start.notes.join()).toContain('/etc/supervisord.conf includes is more than is followed');
    // 4 GB, were it written out.
    const big = '%(ENV_X)s'.repeat(20_000);
    await conf(`[program:a]\ncommand=/usr/bin/tool ${big}\n`, {}, `X=${'x'.repeat(200_000)}`);
  });

  it('is every program of supervisord, in its file and in those it includes', async () => {
    const programs = await programsOf(
      {
        'usr/bin/supervisord': program(),
        'etc/supervisor/supervisord.conf':
          '[supervisord]\nnodaemon=true\n[program:a]\ncommand=/usr/bin/tool -x "y z"\n[include]\nfiles = conf.d/*.conf\n',
        'etc/supervisor/conf.d/b.conf': '[program:b]\ncommand = other\n[group:g]\nprograms=a\ncommand=third\n',
      },
      { Cmd: ['supervisord', '-n'] },
    );
    expect(programs).toEqual(['usr/bin/other: loaded', 'usr/bin/supervisord: loaded', 'usr/bin/tool: loaded']);
  });

  it('is what supervisord reads: quotes, comments, lines that go on, folders, variables, and what waits to be asked for', async () => {
    const programs = await programsOf(
      {
        'usr/bin/supervisord': program(),
        'srv/bin/run': program(),
        'opt/tools/own': program(),
        'usr/bin/shown': program(),
        'usr/bin/late': program(),
        'etc/app/supervisor-app.conf': `; [program:off]
[supervisord]
environment=TOOLS="/opt/tools",X=1
[program:text]
command=bash -c 'while other; do third; done' ; not tool
[program:here]
directory=/srv
command=%(here)s/../../usr/bin/shown --level
  5
[program:relative]
Command: bin/run "a b"
directory = /srv
[program:named]
command=%(ENV_TOOLS)s/own %(program_name)s-%(process_num)02d
[program:late]
command=late
autostart=false
`,
      },
      { Cmd: ['supervisord', '-n', '-c', '/etc/app/supervisor-app.conf'], Env: ['PATH=/usr/bin:/bin'] },
    );
    expect(programs).toEqual([
      'bin/bash: loaded',
      'opt/tools/own: loaded',
      'srv/bin/run: loaded',
      'usr/bin/late: callable',
      'usr/bin/other: loaded',
      'usr/bin/shown: loaded',
      'usr/bin/supervisord: loaded',
      'usr/bin/third: callable',
    ]);
  });

  it('is found by the PATH that an engine sets where the image sets none', async () => {
    expect(
      await programsOf({ 'opt/start': '#!/bin/sh\nPATH="/opt:$PATH"\nexec tool\n' }, { Cmd: ['/opt/start'] }),
    ).toEqual(['bin/dash: loaded', 'opt/start: loaded', 'usr/bin/tool: loaded']);
  });

  it('is every service of s6-overlay, and the command of the image', async () => {
    const programs = await programsOf(
      {
        init: '#!/bin/sh\nexec s6-svscan "$@"\n',
        'etc/s6-overlay/s6-rc.d/web/run': '#!/bin/sh\nexec tool\n',
        'etc/services.d/x/run': '#!/bin/sh\nexec other\n',
      },
      { Entrypoint: ['/init'], Cmd: ['third'] },
    );
    expect(programs).toEqual(
      expect.arrayContaining(['usr/bin/other: loaded', 'usr/bin/third: loaded', 'usr/bin/tool: loaded']),
    );
  });

  it('is what the user says it is, with the syntax of a shell where that is used', async () => {
    expect(await programsOf({}, { Cmd: ['other'] }, 'tool --x 1')).toEqual(['usr/bin/tool: loaded']);
    expect(await programsOf({}, { Cmd: ['other'] }, 'cd /opt && exec tool')).toEqual([
      'bin/dash: loaded',
      'usr/bin/tool: loaded',
    ]);
  });

  it('is a shell that waits for commands: whoever types may call what is there', async () => {
    const { start, packages } = await exposed(
      {
        'bin/bash': program(),
        'bin/tini': program(),
        'var/lib/dpkg/status': 'Package: left\nStatus: install ok installed\nVersion: 1\nArchitecture: all\n',
        'var/lib/dpkg/info/left.list': '/usr/lib/left.so\n',
        'usr/lib/left.so': library('left.so'),
      },
      { Entrypoint: ['/bin/tini', '--'], Cmd: ['bash'] },
    );
    expect(start.notes.join()).toContain('waits for commands');
    expect(packages.map(({ exposure }) => exposure?.class)).toEqual(['callable']);
  });

  it('is not known without a start command, and of one that is not there', async () => {
    for (const [run, said] of [
      [{}, 'no start command'],
      [{ Cmd: ['/not/there'] }, '/not/there, which the image does not have'],
    ] as const) {
      const { start, packages } = await exposed(
        {
          'var/lib/dpkg/status': 'Package: left\nStatus: install ok installed\nVersion: 1\nArchitecture: all\n',
          'var/lib/dpkg/info/left.list': '/usr/lib/left.so\n',
          'usr/lib/left.so': library('left.so'),
        },
        run,
      );
      expect(start.notes.join(), said).toContain(said);
      expect(packages.map(({ exposure }) => exposure?.class)).toEqual(['unknown']);
    }
  });

  it('interpreters whose code is followed in part make what else lies in their folders unknown, and no more', async () => {
    const owns = (name: string, path: string) => ({ [`var/lib/dpkg/info/${name}.list`]: `/${path}\n`, [path]: '1;' });
    const { packages, start } = await exposed(
      {
        'usr/bin/perl': program(),
        'opt/run.pl': '#!/usr/bin/perl\n',
        'var/lib/dpkg/status': ['libx-perl', 'rubyish', 'texts']
          .map((name) => `Package: ${name}\nStatus: install ok installed\nVersion: 1\nArchitecture: all\n`)
          .join('\n'),
        ...owns('libx-perl', 'usr/share/perl5/X.pm'),
        ...owns('rubyish', 'usr/lib/ruby/x.rb'),
        ...owns('texts', 'usr/share/doc/x.txt'),
      },
      { Cmd: ['/opt/run.pl'] },
    );
    expect(Object.fromEntries(packages.map(({ name, exposure }) => [name, exposure?.class]))).toEqual({
      'libx-perl': 'unknown',
      rubyish: 'present',
      texts: 'not-code',
    });
    expect(start.notes).toEqual([
      '/usr/share/perl5: what else lies there is unknown, since Perl is followed as far as its code names what it loads',
    ]);
  });

  it('links in a circle and scripts that name each other end', async () => {
    const files = { 'opt/a': '#!/opt/b\n', 'opt/b': '#!/opt/a\n', 'opt/l': symlink('l'), 'opt/m': '#!/opt/none -x\n' };
    const said = async (run: RunConfig) => (await exposed(files, run)).start.notes;
    const round = 'whose first line leads from script to script to no program that runs them';
    expect(await said({ Cmd: ['/opt/a'] })).toEqual([`the start command names /opt/a, ${round}`]);
    expect(await said({ Cmd: ['sh', '-c', 'exec /opt/b'] })).toEqual([`/opt/b is to be run, ${round}`]);
    expect(await said({ Cmd: ['env', '/opt/m'] })).toEqual([
      '/opt/m is to be run, whose first line names /opt/none to run it, which the image does not have',
    ]);
    expect(await said({ Cmd: ['/opt/l'] })).toEqual([
      'the start command names /opt/l, which is no file, or a link that leads to none',
    ]);
    expect(await said({ Cmd: ['/opt'] })).toEqual(['the start command names /opt, which is a folder']);
    expect(await said({ Cmd: [''] })).toEqual(['the start command names an empty word, which the image does not have']);
    expect(await said({ Cmd: ['env', '/bin/sh', '$(cat x)', 'sh', ''] })).toEqual([
      'the shell is to run /$(cat x), which the image does not have, or which is no text',
    ]);
  });

  it('takes no more of an environment than any process has, and says so', async () => {
    const large = await exposed({}, { Cmd: ['/bin/sh', '-c', 'tool'], Env: [`A=${'x'.repeat(1_000_000)}`] });
    expect(large.start.notes).toEqual([
      "the image's environment is larger than 256 KiB: variables beyond that are not followed",
    ]);
    expect((await exposed({}, { Cmd: ['/bin/sh', '-c', 'tool'], Env: ['A=x'] })).start.notes).toEqual([]);
  });

  it('says that a script has no name that can be told, rather than that it is not there', async () => {
    expect((await exposed({ 'run.sh': '#!/bin/sh\nsh "$(cat x)" a\n' }, { Cmd: ['/run.sh'] })).start.notes).toEqual([
      'the shell is to run a script whose name cannot be told',
    ]);
  });

  it('goes through as many scripts that run scripts as the kernel of Linux does, and no more', async () => {
    const scripts = Object.fromEntries(
      ['/usr/bin/tool', '/s/0', '/s/1', '/s/2', '/s/3', '/s/4'].map((by, at) => [`s/${at}`, `#!${by}\n`]),
    );
    expect(await programsOf(scripts, { Cmd: ['/s/4'] })).toContain('usr/bin/tool: loaded');
    expect(await programsOf(scripts, { Cmd: ['/s/5'] })).toEqual([]);
  });
});

describe('a health check', () => {
  it('may call what it names, and leads to nothing that is loaded at the start', async () => {
    const run = { Cmd: ['/usr/bin/tool'], Healthcheck: { Test: ['CMD-SHELL', 'other -q || exit 1'] } };
    expect(reachedOf(await exposed({}, run), /other|third/)).toEqual(['usr/bin/other: callable']);
    const plain = { Cmd: ['/usr/bin/tool'], Healthcheck: { Test: ['CMD', 'third'] } };
    expect(reachedOf(await exposed({}, plain), /other|third/)).toEqual(['usr/bin/third: callable']);
    const none = { Cmd: ['/usr/bin/tool'], Healthcheck: { Test: ['NONE'] } };
    expect(reachedOf(await exposed({}, none), /other|third/)).toEqual([]);
  });
});
