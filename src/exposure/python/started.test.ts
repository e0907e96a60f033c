import { describe, expect, it } from 'vitest';
import { exposed, program, reachedOf } from '../../../test/exposure.ts';

const LIB = 'usr/lib/python3.11';
const files = {
  'usr/bin/python3.11': program(),
  'usr/bin/git': program(),
  'usr/bin/convert': program(),
  'usr/bin/wc': program(),
  'bin/sh': program(),
  [`${LIB}/os.py`]: '',
  [`${LIB}/site.py`]: '',
  [`${LIB}/subprocess.py`]: 'def f(a):\n    Popen(["wc"])\n    Popen(a)\n',
  [`${LIB}/dist-packages/library.py`]:
    'import subprocess\ndef f(a):\n    subprocess.run(["git", a])\n    subprocess.run(a)\n',
  'var/lib/dpkg/status': 'Package: idle\nStatus: install ok installed\nVersion: 1\nArchitecture: all\n',
  'var/lib/dpkg/info/idle.list': '/usr/bin/wc\n',
  'app/tool.py': 'x = 1\n',
};

async function started(source: string) {
  const made = { ...files, 'app/main.py': source };
  const found = await exposed(made, { Cmd: ['python3.11', 'main.py'], WorkingDir: '/app' });
  return {
    lines: reachedOf(found, /^(?:usr\/bin|bin|app)\//),
    notes: found.start.notes,
    idle: found.packages.find(({ name }) => name === 'idle')?.exposure?.class,
  };
}
const OWN = ['app/main.py: loaded', 'usr/bin/python3.11: loaded'];

describe('programs that Python starts', () => {
  it.each<[string, string, readonly string[]]>([
    ['at the level of the program', 'subprocess.run(["git", "--version"])', ['usr/bin/git: loaded']],
    ['in a function of it', 'def f(a):\n    subprocess.run(["git", a])', ['usr/bin/git: callable']],
    ['by a shell', 'def f():\n    os.system("cat x | convert - y")', ['bin/sh: callable', 'usr/bin/convert: callable']],
    ['by what they are looked up for', 'tool = shutil.which("convert")', ['usr/bin/convert: callable']],
    ['of a library', 'import library', ['usr/bin/git: callable']],
    ['as another Python', 'def f():\n    subprocess.run([sys.executable, "tool.py"])', ['app/tool.py: callable']],
  ])('are followed %s', async (_, source, lines) => {
    const found = await started(source);
    expect(found.lines).toEqual([...OWN, ...lines].sort());
    expect(found).toMatchObject({ notes: [], idle: 'present' });
  });

  it.each([
    ['are worked out', 'def f(words):\n    subprocess.run(words)'],
    ['are called under another name', 'from subprocess import run as go'],
    ['are called by what was given another name', 'import subprocess\ngo = subprocess.run\ngo(["wc"])'],
    ['are started by a package', 'import pexpect\npexpect.spawn("wc")'],
    ['are another Python whose words are worked out', 'def f(a):\n    subprocess.run([sys.executable, a])'],
    ['are a shell that works them out', 'os.system("exec $(cat /run/it)")'],
  ])('may be any program where they %s', async (_, source) => {
    const { notes, idle } = await started(source);
    expect(notes.length).toBeGreaterThan(0);
    expect(idle).toBe('unknown');
  });
});
