import { describe, expect, it } from 'vitest';
import { exposed, library, program, reachedOf } from '../../test/exposure.ts';
import type { RunningState, Seen } from '../model.ts';

const state = (...files: readonly (readonly [Seen['how'], string])[]): RunningState => ({
  processes: [{ pid: 71, command: ['/opt/app', '--password', 'x', 'serve.py'] }],
  files: new Map(files.map(([how, path]) => [path, { how, path, by: 'app (process 71)' }])),
  elsewhere: ['data/libvolume.so'],
  notes: [],
});
const FILES = {
  'opt/app': program(['liba.so'], { runpath: '$ORIGIN' }),
  'opt/liba.so': library('liba.so'),
  'opt/libidle.so': library('libidle.so'),
  'var/lib/dpkg/status': 'Package: idle\nStatus: install ok installed\nVersion: 1.0\nArchitecture: amd64\n',
  'var/lib/dpkg/info/idle.list': '/opt/libidle.so\n/srv/m.py\n',
  'srv/m.py': 'import os\n',
};
const idle = ({ packages }: Awaited<ReturnType<typeof exposed>>) =>
  packages.find(({ name }) => name === 'idle')?.exposure;

describe('what a running process was seen to have', () => {
  it('is loaded, though nothing known leads to it', async () => {
    const run = { Cmd: ['/opt/app'] };
    expect(idle(await exposed(FILES, run))).toEqual({ class: 'present' });
    const exposure = await exposed(FILES, run, undefined, state(['mapped', 'opt/libidle.so']));
    const seen = { how: 'mapped', path: 'opt/libidle.so', by: 'app (process 71)' };
    expect(idle(exposure)).toEqual({
      class: 'loaded',
      chain: [{ how: 'mapped by app (process 71)', path: 'opt/libidle.so' }],
      seen,
    });
    expect(reachedOf(exposure, /libidle/)).toEqual(['opt/libidle.so: loaded']);
  });

  it('keeps the way that is known to lead there', async () => {
    const { reached } = await exposed(FILES, { Cmd: ['/opt/app'] }, undefined, state(['mapped', 'opt/liba.so']));
    expect(reached.get('opt/liba.so')).toMatchObject({ how: 'NEEDED liba.so', seen: { how: 'mapped' } });
  });

  it('counts by names in memory only where a file of the image is called so; what was compiled stands for its source', async () => {
    const exposure = await exposed(
      FILES,
      { Cmd: ['/opt/app'] },
      undefined,
      state(['named', 'srv/__pycache__/m.cpython-39.pyc'], ['named', 'srv/none.py'], ['mapped', 'opt/none.so']),
    );
    expect(idle(exposure)).toMatchObject({ class: 'loaded', seen: { how: 'named', path: 'srv/m.py' } });
    expect(exposure.start.live).toEqual({
      processes: [{ pid: 71, command: ['/opt/app', 'serve.py'] }],
      files: { mapped: 0, open: 0, named: 1 },
      elsewhere: 2,
      examples: ['data/libvolume.so', 'opt/none.so'],
      notes: [],
    });
  });

  it('is from a container that was started as it says', async () => {
    const exposure = await exposed(FILES, { Cmd: ['/opt/app'] }, undefined, state());
    expect(exposure.start.by).toBe('container');
  });
});
