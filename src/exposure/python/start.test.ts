import { describe, expect, it } from 'vitest';
import { exposed, program } from '../../../test/exposure.ts';
import { symlink } from '../../../test/image.ts';

const files = {
  'usr/bin/python3.11': program(),
  'usr/lib/python3.11/os.py': '',
  'usr/lib/python3.11/site.py': '',
  'usr/lib/python3/dist-packages/idle/__init__.py': '',
  'var/lib/dpkg/status': 'Package: idle\nStatus: install ok installed\nVersion: 1\nArchitecture: all\n',
  'var/lib/dpkg/info/idle.list': '/usr/lib/python3/dist-packages/idle/__init__.py\n',
  'app/here.py': 'x = 1\n',
};
const started = async (...words: readonly string[]) => {
  const { packages, start } = await exposed(files, { Cmd: ['python3.11', ...words], WorkingDir: '/app' });
  return [start.notes.join('; '), packages.find(({ name }) => name === 'idle')?.exposure?.class] as const;
};

describe('a Python of which it cannot be told what it runs', () => {
  it.each([
    ['that reads its program', ['-u', '-'], 'without a program'],
    ['whose script a volume may bring', ['serve.py'], 'app/serve.py is to be run by Python and is not there'],
    ['whose module is not found', ['-m', 'gone'], 'the module gone, which is not found'],
  ])('%s makes what is not reached unknown, and says so', async (_, words, said) => {
    const [notes, idle] = await started(...words);
    expect(notes).toContain(said);
    expect(idle).toBe('unknown');
  });

  it('at its prompt whoever types may import what is installed, and call any program: both is said', async () => {
    const [notes, idle] = await started();
    expect(notes).toContain('whoever types there may import what is installed');
    expect(idle).toBe('importable');
    const { packages } = await exposed(
      { ...files, 'var/lib/dpkg/info/idle.list': '/usr/bin/idle\n', 'usr/bin/idle': program() },
      { Cmd: ['python3.11'] },
    );
    expect(packages[0]?.exposure).toMatchObject({
      class: 'callable',
      why: expect.stringContaining('waits for commands'),
    });
  });

  it.each(['echo x | python3.11', 'python3.11 < /x', 'exec < /x; python3.11', 'python3.11 <<EOF\nx\nEOF'])(
    'what comes from elsewhere may load anything: %s',
    async (script) => {
      const { packages } = await exposed({ ...files, 'bin/sh': program() }, { Cmd: ['/bin/sh', '-c', script] });
      expect(packages[0]?.exposure?.class).toBe('unknown');
    },
  );

  it.each(['exec python3.11', 'cd /app; python3.11', 'env A=1 python3.11'])(
    'is still at its prompt: %s',
    async (script) => {
      const made = { ...files, 'bin/sh': program(), 'usr/bin/env': program() };
      const { packages } = await exposed(made, { Cmd: ['/bin/sh', '-c', script] });
      expect(packages[0]?.exposure?.class).toBe('importable');
    },
  );

  it('one without its standard library, as a zip of it leaves it, makes what is not reached unknown too', async () => {
    const { 'usr/lib/python3.11/os.py': _, ...bare } = files;
    const { packages, start } = await exposed(bare, { Cmd: ['python3.11', 'here.py'], WorkingDir: '/app' });
    expect(start.notes.join()).toContain('standard library is not found');
    expect(packages.find(({ name }) => name === 'idle')?.exposure?.class).toBe('unknown');
  });

  it('one that is told runs nothing else, and one that is only asked for its version runs nothing', async () => {
    expect(await started('here.py')).toEqual(['', 'present']);
    expect(await started('--version')).toEqual(['', 'present']);
  });
});

describe('a virtual environment whose lib64 is a link', () => {
  const site = 'venv/lib/python3.11/site-packages';
  const wheel = (name: string, needs: string, code: string) => ({
    [`${site}/${name}-1.dist-info/METADATA`]: `Metadata-Version: 2.1\nName: ${name}\nVersion: 1\n${needs}`,
    [`${site}/${name}-1.dist-info/RECORD`]: `${name}/__init__.py,,\n${name}-1.dist-info/METADATA,,\n`,
    [`${site}/${name}/__init__.py`]: code,
  });
  const venv = {
    ...files,
    'venv/bin/python': symlink('/usr/bin/python3.11'),
    'venv/pyvenv.cfg': 'home = /usr/bin\ninclude-system-site-packages = false\n',
    'venv/lib64': symlink('lib'),
    ...wheel(
      'tool',
      'Requires-Dist: asked\n',
      'import importlib\ndef load(name):\n    importlib.import_module(name)\n',
    ),
    ...wheel('asked', '', ''),
    ...wheel('other', '', ''),
  };
  const classes = async (text: string) => {
    const { packages } = await exposed({ ...venv, 'app/main.py': text }, { Cmd: ['/venv/bin/python', '/app/main.py'] });
    return Object.fromEntries(
      packages.filter(({ type }) => type === 'pypi').map(({ name, exposure }) => [name, exposure?.class]),
    );
  };

  it('has what a library may mean there unknown, and no more', async () => {
    expect(await classes('import tool\n')).toEqual({ tool: 'loaded', asked: 'unknown', other: 'present' });
  });

  it('has what the program itself may mean there unknown, which is all', async () => {
    expect(await classes('import sys\nexec(sys.stdin.read())\n')).toEqual({
      tool: 'unknown',
      asked: 'unknown',
      other: 'unknown',
    });
    const run = { Cmd: ['/venv/bin/python', '/app/main.py'] };
    const { start } = await exposed({ ...venv, 'app/main.py': 'import sys\nexec(sys.stdin.read())\n' }, run);
    expect(start.notes.filter((note) => note.includes('site-packages'))).toEqual([
      `/app/main.py: text or files are run that are chosen when it runs; anything in /${site} may be meant`,
    ]);
  });
});
