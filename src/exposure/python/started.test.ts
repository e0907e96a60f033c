import { describe, expect, it } from 'vitest';
import { exposed, program, reachedOf } from '../../../test/exposure.ts';

const LIB = 'usr/lib/python3.11';
const files = {
  'usr/bin/python3.11': program(),
  'usr/bin/git': program(),
  'usr/bin/convert': program(),
  'usr/bin/wc': program(),
  'usr/bin/idle': program(),
  ...Object.fromEntries(['env', 'sudo', 'xargs', 'nice'].map((name) => [`usr/bin/${name}`, program()])),
  'bin/sh': program(),
  [`${LIB}/os.py`]: '',
  [`${LIB}/site.py`]: '',
  [`${LIB}/subprocess.py`]: 'def f(a):\n    Popen(["wc"])\n    Popen(a)\n',
  [`${LIB}/dist-packages/library.py`]:
    'import subprocess\ndef f(a):\n    subprocess.run(["git", a])\n    subprocess.run(a)\n',
  [`${LIB}/dist-packages/fonts.py`]:
    'import subprocess\ndef find():\n    subprocess.run(["convert"])\ndef load():\n    return find()\nmanager = load()\n',
  'var/lib/dpkg/status': 'Package: idle\nStatus: install ok installed\nVersion: 1\nArchitecture: all\n',
  'var/lib/dpkg/info/idle.list': '/usr/bin/idle\n',
  'app/tool.py': 'x = 1\n',
};

async function started(source: string) {
  const made = { ...files, 'app/main.py': source };
  const exposure = await exposed(made, { Cmd: ['python3.11', 'main.py'], WorkingDir: '/app' });
  return {
    lines: reachedOf(exposure, /^(?:usr\/bin|bin|app)\//),
    notes: exposure.start.notes,
    idle: exposure.packages.find(({ name }) => name === 'idle')?.exposure?.class,
  };
}
const OWN = ['app/main.py: loaded', 'usr/bin/python3.11: loaded'];

describe('programs that Python starts', () => {
  it.each<[string, string, readonly string[]]>([
    ['at the level of the program', 'subprocess.run(["git", "--version"])', ['usr/bin/git: loaded']],
    ['in a function of it', 'def f(a):\n    subprocess.run(["git", a])', ['usr/bin/git: callable']],
    ['by a shell', 'def f():\n    os.system("cat x | convert - y")', ['bin/sh: callable', 'usr/bin/convert: callable']],
    ['by what they are looked up for', 'tool = shutil.which("convert")', ['usr/bin/convert: callable']],
    [
      'by sudo',
      'def f(a):\n    subprocess.run(["sudo", "-u", "x", "git", a])',
      ['usr/bin/git: callable', 'usr/bin/sudo: callable'],
    ],
    ['by env', 'subprocess.run(["env", "A=1", "git"])', ['usr/bin/env: loaded', 'usr/bin/git: loaded']],
    [
      'by xargs',
      'subprocess.run(["xargs", "-n", "1", "git", "add"])',
      ['usr/bin/git: loaded', 'usr/bin/xargs: loaded'],
    ],
    [
      'by xargs in a shell',
      'os.system("ls | nice xargs git add")',
      ['bin/sh: loaded', 'usr/bin/git: loaded', 'usr/bin/nice: loaded', 'usr/bin/xargs: loaded'],
    ],
    ['of a library and of the standard library', 'import library', ['usr/bin/git: callable', 'usr/bin/wc: callable']],
    [
      'of a library that is loaded, by a function that it calls',
      'import fonts',
      ['usr/bin/convert: importable', 'usr/bin/wc: callable'],
    ],
    ['in a function that the program calls', 'def f():\n    subprocess.run(["git"])\nf()', ['usr/bin/git: loaded']],
    ['as another Python', 'def f():\n    subprocess.run([sys.executable, "tool.py"])', ['app/tool.py: callable']],
  ])('are followed %s', async (_, source, lines) => {
    const actual = await started(source);
    expect(actual.lines).toEqual([...OWN, ...lines].sort());
    expect(actual).toMatchObject({ notes: [], idle: 'present' });
  });

  it.each([
    ['are worked out', 'subprocess.run(words)'],
    ['are worked out and run by sudo', 'subprocess.run(["sudo", a])'],
    ['are worked out and run by xargs', 'subprocess.run(["xargs", "env", a])'],
    ['are what xargs reads', 'subprocess.run(["xargs", "env"])'],
    ['are called under another name', 'from subprocess import run as go'],
    ['are called by what was given another name', 'import subprocess\ngo = subprocess.run\ngo(["wc"])'],
    ['are started by a package', 'import pexpect\npexpect.spawn("wc")'],
    ['are another Python whose words are worked out', 'subprocess.run([sys.executable, a])'],
    ['are worked out in what runs at once', 'def main():\n    subprocess.run(words)\nmain()'],
    ['are a shell that works them out', 'os.system("exec $(cat /run/it)")'],
  ])('may be any program where they %s', async (_, source) => {
    const { notes, idle } = await started(source);
    expect(notes.length).toBeGreaterThan(0);
    expect(idle).toBe('unknown');
  });

  it.each([
    ['are worked out', 'def f(words):\n    subprocess.run(words)'],
    ['are another Python whose words are worked out', 'def f(a):\n    subprocess.run([sys.executable, a])'],
    ['are a shell that works them out', 'def f(a):\n    os.system("exec $(cat /run/it)")'],
    [
      'are called by what was given another name',
      'import subprocess\ndef f():\n    go = subprocess.run\n    go(["wc"])',
    ],
    ['are called by a method', 'import subprocess\nclass A:\n    def f(self):\n        self.go = subprocess.run\n'],
  ])('may be called, each of them, where a function that need not run starts what they are: %s', async (_, source) => {
    const { notes, idle } = await started(source);
    expect(notes.length).toBeGreaterThan(0);
    expect(idle).toBe('callable');
  });

  it('that the image does not have lead to nothing where they need not run', async () => {
    const actual = await started(
      'def f():\n    subprocess.run(["env", "rpm"])\n    os.system("rpm x")\n    subprocess.run([sys.executable, "gone.py"])',
    );
    expect(actual.idle).toBe('present');
  });

  it("are npm and what it needs, where Jupyter's extension for language servers is switched on", async () => {
    const site = `${LIB}/dist-packages`;
    const made = {
      ...files,
      'usr/bin/node': program(),
      'usr/bin/npm': '#!/usr/bin/env node\nrequire("./prefix.js");\n',
      'usr/bin/prefix.js': '',
      // jupyter_lsp 2.3.1
      [`${site}/jupyter_lsp/__init__.py`]: 'from .types import *\n',
      [`${site}/jupyter_lsp/types.py`]:
        'import shutil, subprocess\nclass Manager:\n    def _npm_prefix(self, npm):\n        return subprocess.run([npm, "prefix", "-g"])\n',
    };
    const exposure = await exposed(
      { ...made, 'app/main.py': 'import jupyter_lsp\n' },
      { Cmd: ['python3.11', 'main.py'], WorkingDir: '/app' },
    );
    expect(reachedOf(exposure, /^usr\/bin\/(?:n|prefix)/)).toEqual([
      'usr/bin/node: importable',
      'usr/bin/npm: importable',
      'usr/bin/prefix.js: importable',
    ]);
  });
});
