import { existsSync, lstatSync, mkdirSync, statfsSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { directoryMembers, isVolatile } from './directory-walk.ts';
import type { TarMember } from './tar.ts';

function namesIn(path: string, what: Parameters<typeof directoryMembers>[1] = {}): string[] {
  const members = directoryMembers(path, what);
  const names: string[] = [];
  for (let member = members.next(); member && !(member instanceof Promise); member = members.next())
    names.push(`${member.name} ${member.type}${member.problem === undefined ? '' : `: ${member.problem}`}`);
  return names;
}

/** A file system that is mounted below a folder of another, on this machine. */
const MOUNT = ['/dev/shm', '/sys/fs/cgroup', '/proc/sys/fs/binfmt_misc', '/dev/pts'].find(
  (path) => existsSync(path) && lstatSync(path).dev !== lstatSync(dirname(path)).dev,
);

describe('a folder as a layer', () => {
  it('is its files in order, with links that are not followed', () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'etc'));
    writeFileSync(join(folder, 'etc/b'), 'b');
    writeFileSync(join(folder, 'etc/a'), 'a');
    symlinkSync('etc', join(folder, 'link'));
    expect(namesIn(folder)).toEqual(['etc directory', 'link symlink', 'etc/a file', 'etc/b file']);
    expect(namesIn(folder, { only: 'link' })).toEqual(['link symlink']);
  });

  it('has files whose names are no UTF-8, each by itself, and links to them', () => {
    const folder = temporaryFolder();
    const odd = (...bytes: number[]): Buffer => Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(bytes)]);
    mkdirSync(odd(0xff));
    writeFileSync(odd(0xff, 0x2f, 0xe9), 'here');
    writeFileSync(join(folder, '\u00ff'), 'UTF-8');
    symlinkSync(Buffer.from([0xff, 0x2f, 0xe9]), join(folder, 'link'));
    expect(namesIn(folder)).toEqual(['link symlink', '\u00ff file', '\uefff directory', '\uefff/\uefe9 file']);
    const members = directoryMembers(folder, { these: ['link', '\uefff/\uefe9'] });
    const next = (): TarMember => members.next() as TarMember;
    expect(next().link).toBe('\uefff/\uefe9');
    expect(String(next().body.chunk(10))).toBe('here');
  });

  it('tells first what a system and its package managers say, and last what is temporary or a cache', () => {
    const folder = temporaryFolder();
    const below = [
      'aaa',
      'etc/apt',
      'home/me/.cache',
      'home/me/src',
      'tmp/x',
      'usr/lib',
      'var/cache',
      'var/lib/docker',
      'var/lib/dpkg',
    ];
    for (const path of below) {
      mkdirSync(join(folder, path), { recursive: true });
      writeFileSync(join(folder, path, 'file'), 'x');
    }
    expect(namesIn(folder).filter((name) => name.endsWith('file'))).toEqual([
      'etc/apt/file file',
      'usr/lib/file file',
      'var/lib/dpkg/file file',
      'aaa/file file',
      'home/me/src/file file',
      'home/me/.cache/file file',
      'var/lib/docker/file file',
      'var/cache/file file',
      'tmp/x/file file',
    ]);
  });

  it('of which no more is entered when the time is over, is told with all that was left out', () => {
    const folder = temporaryFolder();
    for (const path of ['etc/apt', 'usr/bin', 'usr/lib/x', 'tmp/y']) {
      mkdirSync(join(folder, path), { recursive: true });
      for (const name of ['1', '2']) writeFileSync(join(folder, path, name), 'x');
    }
    let looks = 0;
    const after = (count: number) => {
      looks = 0;
      return namesIn(folder, { isOver: () => ++looks > count }).filter((name) => !name.endsWith(' directory'));
    };
    const left = (path: string) =>
      `${path} directory: this folder was not read, nor what is below it: the time for reading was over (--timeout)`;
    expect(after(0)).toEqual([left('etc'), left('usr'), left('tmp')]);
    expect(after(3)).toEqual([
      'etc/apt directory: part of this folder was not read: the time for reading was over (--timeout)',
      left('usr'),
      left('tmp'),
    ]);
    expect(after(1_000)).toEqual([
      'etc/apt/1 file',
      'etc/apt/2 file',
      'usr/lib/x/1 file',
      'usr/lib/x/2 file',
      'usr/bin/1 file',
      'usr/bin/2 file',
      'tmp/y/1 file',
      'tmp/y/2 file',
    ]);
  });

  it('is asked for single files without being gone through', () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'etc'));
    for (const name of ['a', 'b', 'c']) writeFileSync(join(folder, 'etc', name), name);
    expect(namesIn(folder, { these: ['etc/c', 'etc/gone', 'etc/a'] })).toEqual(['etc/c file', 'etc/a file']);
  });

  it.skipIf(MOUNT === undefined)('leaves out what the kernel makes up below it, in silence', () => {
    expect(isVolatile(statfsSync(MOUNT!).type)).toBe(true);
    expect(namesIn(dirname(MOUNT!), { only: MOUNT!.slice(dirname(MOUNT!).length + 1) })).toEqual([]);
  });
});

describe('a file system', () => {
  it.each([
    ['ext4', 0xef53],
    ['XFS', 0x58465342],
    ['btrfs', 0x9123683e],
    ['overlay', 0x794c7630],
    ['NFS', 0x6969],
    ['FUSE', 0x65735546],
  ])('of kind %s holds what stays', (_, type) => expect(isVolatile(type)).toBe(false));

  it.each([
    ['proc', 0x9fa0],
    ['tmpfs', 0x01021994],
    ['bpf, whose number comes with a sign', 0xcafe4a11 | 0],
  ])('of kind %s does not', (_, type) => expect(isVolatile(type)).toBe(true));
});
