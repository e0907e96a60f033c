import { closeSync, mkdirSync, openSync, symlinkSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { isOfContainer, lookAt, startOf } from './index.ts';

/** As the kernel wrote it of Debian 11's Python; addresses made small, so that its memory can be a file. */
const PYTHON_MAPS = `00400000-0041f000 r--p 00000000 fe:00 12657679                           /usr/bin/python3.9
0041f000-006a7000 r-xp 0001f000 fe:00 12657679                           /usr/bin/python3.9
00001000-00003000 rw-p 00000000 00:00 0                                  [heap]
7f2f1c000000-7f2f1c021000 r--p 00000000 00:00 0 
7f2f1d0b8000-7f2f1d0ba000 r--p 00000000 fe:00 12663296                   /usr/lib/x86_64-linux-gnu/libz.so.1.2.11
7f2f1d0ba000-7f2f1d0cb000 r--p 00000000 fe:00 12663297                   /opt/my\\040libs/liba.so (deleted)
7f2f1d0d0000-7f2f1d0d1000 r--p 00000000 fe:00 12663298                   /data/libvolume.so
7ffe6a1b2000-7ffe6a1d3000 rw-p 00000000 00:00 0                          [stack]
`;
const SLEEP_MAPS = `5581e0000000-5581e0005000 r-xp 00000000 fe:00 12657680                           /usr/bin/sleep
`;

interface Recorded {
  readonly parent?: number;
  readonly words?: readonly string[];
  readonly maps?: string;
  readonly mounts?: string;
  readonly links?: Readonly<Record<string, string>>;
  /** Texts at addresses. */
  readonly memory?: Readonly<Record<number, string | Buffer>>;
  readonly cgroup?: string;
  readonly environment?: readonly string[];
}

/** A /proc of these processes. */
function recorded(processes: Readonly<Record<string, Recorded>>): string {
  const proc = temporaryFolder();
  for (const [pid, entry] of Object.entries(processes)) {
    const folder = join(proc, pid);
    for (const name of ['fd', 'ns']) mkdirSync(join(folder, name), { recursive: true });
    for (const [name, to] of Object.entries({ root: '/', ...entry.links })) symlinkSync(to, join(folder, name));
    if (pid === 'self') continue;
    writeFileSync(join(folder, 'stat'), `${pid} (a) b (c) S ${entry.parent ?? 1} 7 7 0 -1\n`);
    writeFileSync(
      join(folder, 'cmdline'),
      (entry.words ?? ['python3', 'serve.py']).map((word) => `${word}\0`).join(''),
    );
    writeFileSync(join(folder, 'environ'), (entry.environment ?? []).map((line) => `${line}\0`).join(''));
    if (entry.maps !== undefined) writeFileSync(join(folder, 'maps'), entry.maps);
    writeFileSync(join(folder, 'mountinfo'), entry.mounts ?? '');
    writeFileSync(join(folder, 'cgroup'), entry.cgroup ?? '');
    if (entry.memory === undefined) continue;
    const memory = openSync(join(folder, 'mem'), 'w');
    for (const [address, text] of Object.entries(entry.memory))
      writeSync(memory, Buffer.from(text), 0, undefined, Number(address));
    closeSync(memory);
  }
  return proc;
}

const seenAt = (proc: string, pids: readonly number[], changed?: ReadonlySet<string>) => {
  const { files, elsewhere, notes, processes } = lookAt(pids, { proc, ...(changed && { changed }) });
  return {
    files: [...files.values()].map(({ how, path }) => `${how} ${path}`).sort(),
    elsewhere,
    notes,
    pids: processes.map(({ pid }) => pid).sort(),
  };
};

describe('a process that runs', () => {
  it('has files mapped and open, and an interpreter names in its memory of what it has read', () => {
    const proc = recorded({
      71: {
        maps: PYTHON_MAPS,
        memory: {
          4096: 'x\0/usr/lib/python3.9/json/__init__.py\0\x07/srv/__pycache__/app.cpython-39.pyc\0"/not/quoted.py"\n/srv/t.pyx\0/srv/node.json',
          12032: Buffer.from('\x01\0\0/srv/größe.py\0', 'utf8'),
          20480: '/beyond/what/is/mapped.py',
        },
        links: { 'fd/3': '/opt/app/lib.jar', 'fd/4': '/var/log/x.txt', 'fd/5': 'socket:[9]' },
      },
    });
    expect(seenAt(proc, [71])).toEqual({
      files: [
        'mapped data/libvolume.so',
        'mapped opt/my libs/liba.so',
        'mapped usr/bin/python3.9',
        'mapped usr/lib/x86_64-linux-gnu/libz.so.1.2.11',
        'named not/quoted.py',
        'named srv/__pycache__/app.cpython-39.pyc',
        'named srv/größe.py',
        'named usr/lib/python3.9/json/__init__.py',
        'open opt/app/lib.jar',
      ],
      elsewhere: [],
      notes: [],
      pids: [71],
    });
  });

  it('has what lies in a volume, or was written since the start, from elsewhere', () => {
    const mounts = `100 90 0:50 / / rw - overlay overlay rw
101 100 0:51 /vol /data rw,relatime - ext4 /dev/vda rw
102 100 0:52 / /proc rw - proc proc rw
`;
    const proc = recorded({ 71: { maps: PYTHON_MAPS, mounts, memory: { 4096: '/data/plugin.py\0' } } });
    const { files, elsewhere } = seenAt(proc, [71], new Set(['/usr/lib/x86_64-linux-gnu/libz.so.1.2.11']));
    expect(files).toEqual(['mapped opt/my libs/liba.so', 'mapped usr/bin/python3.9']);
    expect(elsewhere).toEqual(['data/libvolume.so', 'usr/lib/x86_64-linux-gnu/libz.so.1.2.11']);
  });

  it('stands for what it has started, and for all in its mounts, and for nobody else', () => {
    const proc = recorded({
      self: { links: { 'ns/mnt': 'mnt:[1]' } },
      1: { parent: 0, maps: SLEEP_MAPS, links: { 'ns/mnt': 'mnt:[1]' } },
      71: { maps: SLEEP_MAPS, links: { 'ns/mnt': 'mnt:[2]' } },
      72: { parent: 71, maps: SLEEP_MAPS, links: { 'ns/mnt': 'mnt:[2]' } },
      73: { parent: 72, maps: SLEEP_MAPS, links: { 'ns/mnt': 'mnt:[3]' } },
      // What `docker exec` started.
      80: { parent: 1, maps: SLEEP_MAPS, links: { 'ns/mnt': 'mnt:[2]' } },
      90: { parent: 1, maps: SLEEP_MAPS, links: { 'ns/mnt': 'mnt:[1]' } },
    });
    expect(seenAt(proc, [71]).pids).toEqual([71, 72, 73, 80]);
    expect(seenAt(proc, [90]).pids).toEqual([90]);
  });

  it('in a root of its own has its files there, and none of the machine', () => {
    const maps = `00400000-0041f000 r-xp 00000000 fe:00 1    /srv/root/usr/bin/python3.9
0041f000-00500000 r-xp 00000000 fe:00 2    /usr/lib/libmachine.so
`;
    const proc = recorded({
      71: {
        maps,
        memory: {},
        links: { root: '/srv/root', cwd: '/srv/root/app' },
        words: ['python3', '-m', 'shop'],
        environment: ['PATH=/bin', 'PYTHONPATH=/lib/a'],
      },
    });
    expect(seenAt(proc, [71]).files).toEqual(['mapped usr/bin/python3.9']);
    expect(startOf(proc, 71)).toEqual({
      Cmd: ['python3', '-m', 'shop'],
      Env: ['PATH=/bin', 'PYTHONPATH=/lib/a'],
      WorkingDir: '/app',
    });
  });

  it('of which the memory may not be read is seen by what it has mapped, and that is said', () => {
    const { files, notes } = seenAt(recorded({ 71: { maps: PYTHON_MAPS } }), [71]);
    expect(files).toContain('mapped usr/bin/python3.9');
    expect(notes.join()).toMatch(
      /^the memory of process 71 cannot be read \(.*\): modules that are not mapped are not seen$/,
    );
  });

  it('that may not be looked at is one line, as one that is not there and a machine without /proc', () => {
    const proc = recorded({ 71: {} });
    expect(() => lookAt([71], { proc })).toThrow(/^what process 71 has mapped cannot be read: /);
    expect(() => lookAt([72], { proc })).toThrow('no process 72 runs on this machine');
    expect(() => lookAt([1], { proc: join(proc, 'none') })).toThrow('which this machine does not have');
  });

  it('is one of many that may not be looked at: those that may count, and that is said', () => {
    const { files, notes } = seenAt(recorded({ 71: { maps: SLEEP_MAPS }, 72: { parent: 71 } }), [71]);
    expect(files).toEqual(['mapped usr/bin/sleep']);
    expect(notes.join()).toMatch(/^1 of 2 processes could not be looked at: /);
  });

  it('is of a container if the kernel says so', () => {
    const id = '6c06b4bf6013579f6a3bc47babda644015353a96aca33c6e6305426bb3a15c25';
    const proc = recorded({
      71: { cgroup: `0::/docker/${id}\n` },
      72: { mounts: `1 2 0:5 /var/lib/docker/containers/${id}/hostname /etc/hostname rw - ext4 x rw\n` },
      73: {},
    });
    expect([71, 72, 73, 74].map((pid) => isOfContainer(proc, pid, id))).toEqual([true, true, false, false]);
  });
});
