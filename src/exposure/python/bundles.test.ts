import { describe, expect, it } from 'vitest';
import { elf } from '../../../test/elf.ts';
import { exposed, library, program, reachedOf } from '../../../test/exposure.ts';
import { zip } from '../../../test/zip.ts';

const LIB = 'usr/lib/python3.11';
const SYSTEM = {
  'usr/bin/python3.11': program(),
  'usr/bin/python3': program(),
  [`${LIB}/os.py`]: '',
  [`${LIB}/site.py`]: '',
  [`${LIB}/runpy.py`]: '',
  'usr/lib/x86_64-linux-gnu/libz.so.1': library('libz.so.1'),
};
const METADATA = (name: string) => `Metadata-Version: 2.1\nName: ${name}\nVersion: 2.0\n`;
const dist = (below: string, name: string, more: Readonly<Record<string, string>> = {}) => ({
  [`${below}${name}-2.0.dist-info/METADATA`]: METADATA(name),
  [`${below}${name}-2.0.dist-info/RECORD`]: `${name}/__init__.py,,\n${name}-2.0.dist-info/METADATA,,\n`,
  ...Object.fromEntries(Object.entries(more).map(([path, text]) => [`${below}${path}`, text])),
});
const SHEBANG = '#!/usr/bin/env python3.11\n';
const archive = (files: Readonly<Record<string, string | Buffer>>, first = SHEBANG): Buffer =>
  Buffer.concat([Buffer.from(first), zip(files)]);

async function run(
  files: Readonly<Record<string, string | Buffer>>,
  Cmd: readonly string[],
  Env: readonly string[] = [],
) {
  const report = await exposed({ ...SYSTEM, ...files }, { Cmd: [...Cmd], Env: [...Env], WorkingDir: '/srv' });
  return {
    lines: reachedOf(report, /^srv\//),
    notes: report.start.notes,
    classOf: (name: string) => report.packages.find((pkg) => pkg.name === name)?.exposure?.class,
    report,
  };
}

describe('an archive that Python runs', () => {
  const files = {
    '__main__.py': 'import shop\ndef f():\n    import late\n',
    'shop/__init__.py': 'from . import core\n',
    'shop/core.py': 'import used\n',
    'late.py': '',
    'never.py': '',
    'used/quick.cpython-311-x86_64-linux-gnu.so': elf({ parts: [] }),
    'used/quick.py': '',
    ...dist('', 'used', { 'used/__init__.py': 'from . import quick\nimport_module(x)\n' }),
    ...dist('', 'other', { 'other/__init__.py': '' }),
  };
  const LINES = [
    'srv/app!/__main__.py: loaded',
    'srv/app!/late.py: importable',
    'srv/app!/shop/__init__.py: loaded',
    'srv/app!/shop/core.py: loaded',
    'srv/app!/used/__init__.py: loaded',
    // Out of an archive Python loads no compiled module.
    'srv/app!/used/quick.py: loaded',
    'srv/app: loaded',
  ];

  it.each([
    ['by its first line', 'app', ['/srv/app']],
    ['given to Python', 'app.pyz', ['python3.11', 'app.pyz']],
    ['whatever it is called', 'job.py', ['python3.11', '/srv/job.py']],
  ])('is followed into itself: %s', async (_, name, Cmd) => {
    const { lines, notes, classOf } = await run(
      { [`srv/${name}`]: archive(files, name === 'job.py' ? '' : SHEBANG) },
      Cmd,
    );
    expect(lines).toEqual(LINES.map((line) => line.replace('srv/app', `srv/${name}`)));
    expect(notes).toEqual([expect.stringMatching(/^used: names of modules are worked out/)]);
    expect([classOf('used'), classOf('other')]).toEqual(['loaded', 'present']);
  });

  it('is searched where PYTHONPATH, a .pth file or the program names it', async () => {
    const own = { 'srv/lib.zip': archive(files, ''), 'srv/main.py': 'import used\n' };
    const there = /^srv\/lib\.zip(?:!\/used\/__init__\.py)?: loaded$/;
    const at = async (more: object, Env: string[] = []) =>
      (await run({ ...own, ...more }, ['python3.11', 'main.py'], Env)).lines.filter((line) => there.test(line)).length;
    expect(await at({}, ['PYTHONPATH=/srv/lib.zip'])).toBe(2);
    expect(await at({ [`${LIB}/dist-packages/x.pth`]: '/srv/lib.zip\n' })).toBe(2);
    expect(await at({ 'srv/main.py': 'import sys\nsys.path.insert(0, "lib.zip")\nimport used\n' })).toBe(2);
    expect(await at({})).toBe(0);
  });

  it('without a __main__ starts nothing, and one that is cut short may hold more', async () => {
    const { '__main__.py': _, ...rest } = files;
    expect((await run({ 'srv/app.pyz': archive(rest) }, ['/srv/app.pyz'])).notes.join()).toContain(
      'srv/app.pyz!/__main__.py is to be run by Python and is not there',
    );
    const whole = archive(files);
    const { notes, classOf } = await run({ 'srv/app.pyz': whole.subarray(0, whole.length - 200) }, ['/srv/app.pyz']);
    expect(notes).toContain('/srv/app.pyz is more than is read of an archive of Python, or damaged');
    expect(classOf('used')).not.toBe('present');
  });
});

describe('a bundle', () => {
  const WHEEL = '.deps/shop-2.0-py3-none-any.whl/';
  const shop = dist(WHEEL, 'shop', {
    'shop/__init__.py': '',
    'shop/run.py': 'import fast\ndef main():\n    import late\n    starts()\ndef starts():\n    pass\n',
    'late.py': '',
    'shop/tool.py': '',
    'shop-2.0.dist-info/entry_points.txt': '[console_scripts]\ntool = shop.tool:main\n',
  });
  const pex = (info: object): Readonly<Record<string, string | Buffer>> => ({
    'PEX-INFO': JSON.stringify(info),
    // The launcher unpacks it and starts what it works out, which is none of the program's doing.
    '__main__.py': 'import os, sys\nsys.path.insert(0, x)\nos.execv(y, z)\n',
    '.bootstrap/pex/__init__.py': 'exec(x)\n',
    ...shop,
    ...dist('.deps/fast-2.0-cp311-cp311-linux_x86_64.whl/', 'fast', { 'fast/__init__.py': 'from . import quick\n' }),
    '.deps/fast-2.0-cp311-cp311-linux_x86_64.whl/fast/quick.cpython-311-x86_64-linux-gnu.so': library(
      'quick.so',
      ['libz.so.1', 'libown.so'],
      {
        runpath: '$ORIGIN/../fast.libs',
      },
    ),
    '.deps/fast-2.0-cp311-cp311-linux_x86_64.whl/fast.libs/libown.so': library('libown.so'),
    ...dist('.deps/idle-2.0-py3-none-any.whl/', 'idle', { 'idle/__init__.py': '' }),
  });
  const LATE = /shop|fast|late|idle|libz/;

  it('of PEX starts what PEX-INFO names, with the libraries that it unpacks', async () => {
    const { report, notes, classOf } = await run({ 'srv/app.pex': archive(pex({ entry_point: 'shop.run:main' })) }, [
      '/srv/app.pex',
    ]);
    const at = 'srv/app.pex!/.deps/';
    expect(reachedOf(report, LATE)).toEqual([
      `${at}fast-2.0-cp311-cp311-linux_x86_64.whl/fast.libs/libown.so: loaded`,
      `${at}fast-2.0-cp311-cp311-linux_x86_64.whl/fast/__init__.py: loaded`,
      `${at}fast-2.0-cp311-cp311-linux_x86_64.whl/fast/quick.cpython-311-x86_64-linux-gnu.so: loaded`,
      `${at}shop-2.0-py3-none-any.whl/late.py: loaded`,
      `${at}shop-2.0-py3-none-any.whl/shop/__init__.py: loaded`,
      `${at}shop-2.0-py3-none-any.whl/shop/run.py: loaded`,
      'usr/lib/x86_64-linux-gnu/libz.so.1: loaded',
    ]);
    expect([classOf('shop'), classOf('fast'), classOf('idle')]).toEqual(['loaded', 'loaded', 'present']);
    expect(notes.join('\n')).not.toMatch(/anything in|programs whose names/);
  });

  it.each([
    ['a script by its name', { script: 'tool' }, [], 'shop/tool.py'],
    ['what the environment names instead', { entry_point: 'shop.run:main' }, ['PEX_SCRIPT=tool'], 'shop/tool.py'],
    ['a module of the environment', { script: 'tool' }, ['PEX_MODULE=shop.run'], 'shop/run.py'],
  ])('of PEX starts %s', async (_, info, Env, file) => {
    const { lines } = await run({ 'srv/app.pex': archive(pex(info)) }, ['/srv/app.pex'], Env);
    expect(lines).toContain(`srv/app.pex!/${WHEEL}${file}: loaded`);
  });

  it('of PEX that starts nothing of its own is a Python with what it brings', async () => {
    const app = { 'srv/app.pex': archive(pex({})), 'srv/job.py': 'import fast\n' };
    expect((await run(app, ['/srv/app.pex', 'job.py'])).lines).toContain('srv/job.py: loaded');
    expect((await run(app, ['/srv/app.pex'])).notes.join()).toContain('Python waits for commands');
    expect((await run(app, ['/srv/app.pex', '-m', 'shop.run'])).lines).toContain(
      `srv/app.pex!/${WHEEL}shop/run.py: loaded`,
    );
  });

  it('that names what it does not have may be anything', async () => {
    const { notes } = await run({ 'srv/app.pex': archive(pex({ script: 'gone' })) }, ['/srv/app.pex']);
    expect(notes).toContain('/srv/app.pex is to start gone, which it does not have');
  });

  it('of PEX that is a folder, or holds wheels as they are, is followed as well', async () => {
    const wheel = zip(Object.fromEntries(Object.entries(shop).map(([path, body]) => [path.slice(WHEEL.length), body])));
    const loose = {
      'srv/app.pex/PEX-INFO': JSON.stringify({ entry_point: 'shop.tool' }),
      'srv/app.pex/__main__.py': '',
      'srv/app.pex/.deps/shop-2.0-py3-none-any.whl': wheel,
    };
    expect((await run(loose, ['python3.11', 'app.pex'])).lines).toContain(
      'srv/app.pex/.deps/shop-2.0-py3-none-any.whl!/shop/tool.py: loaded',
    );
    const packed = {
      'PEX-INFO': '{"entry_point":"shop.tool"}',
      '__main__.py': '',
      '.deps/shop-2.0-py3-none-any.whl': wheel,
    };
    const { lines, classOf } = await run({ 'srv/app.pex': archive(packed) }, ['/srv/app.pex']);
    expect(lines).toContain(`srv/app.pex!/${WHEEL}shop/tool.py: loaded`);
    expect(classOf('shop')).toBe('loaded');
  });

  it('of PEX that begins with a script of the shell is run by the first Python that this finds', async () => {
    const boot =
      '#!/bin/sh\nset -eu\nPEX_ROOT="x"\nfor python in \\\n"python3.12" \\\n"python3.11" \\\n; do\ndone\nexec "$python_exe" "$0" "$@"\n';
    const { lines, notes } = await run({ 'srv/app': archive(pex({ entry_point: 'shop.run:main' }), boot) }, [
      '/srv/app',
    ]);
    expect(lines).toContain(`srv/app!/${WHEEL}shop/run.py: loaded`);
    expect(notes.join()).not.toContain('cannot be told');
  });

  it('of shiv starts what environment.json names', async () => {
    const shiv = {
      '__main__.py': 'import _bootstrap\n_bootstrap.bootstrap()\n',
      '_bootstrap/__init__.py': 'def bootstrap():\n    import_module(x)\n',
      'environment.json': '{"shiv_version": "1.0.8", "entry_point": "shop.run:main", "script": null}',
      ...Object.fromEntries(
        Object.entries(shop).map(([path, body]) => [`site-packages/${path.slice(WHEEL.length)}`, body]),
      ),
    };
    const { lines, notes, classOf } = await run({ 'srv/app': archive(shiv) }, ['/srv/app']);
    expect(lines).toContain('srv/app!/site-packages/late.py: loaded');
    expect(lines).toContain('srv/app!/_bootstrap/__init__.py: loaded');
    expect(classOf('shop')).toBe('loaded');
    expect(notes.join()).not.toContain('anything in /srv');
    const other = await run({ 'srv/app': archive(shiv) }, ['/srv/app'], ['SHIV_CONSOLE_SCRIPT=tool']);
    expect(other.lines).toContain('srv/app!/site-packages/shop/tool.py: loaded');
  });

  it('and another one with the same distribution elsewhere in it: both lead to it', async () => {
    const files = {
      'srv/a.pex': archive(pex({ entry_point: 'shop.run' })),
      'srv/b.pyz': archive({
        '__main__.py': 'import shop.tool\n',
        ...dist('', 'shop', { 'shop/__init__.py': '', 'shop/tool.py': '' }),
      }),
    };
    expect((await run(files, ['/srv/a.pex'])).classOf('shop')).toBe('loaded');
    expect((await run(files, ['/srv/b.pyz'])).classOf('shop')).toBe('loaded');
    expect((await run(files, ['python3.11', '-c', '1'])).classOf('shop')).toBe('present');
  });
});
