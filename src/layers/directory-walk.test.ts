import { existsSync, lstatSync, mkdirSync, statfsSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { directoryMembers, isVolatile } from './directory-walk.ts';

function namesIn(path: string, only?: string): string[] {
  const members = directoryMembers(path, only);
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
    expect(namesIn(folder, 'link')).toEqual(['link symlink']);
  });

  it.skipIf(MOUNT === undefined)('leaves out what the kernel makes up below it, in silence', () => {
    expect(isVolatile(statfsSync(MOUNT!).type)).toBe(true);
    expect(namesIn(dirname(MOUNT!), MOUNT!.slice(dirname(MOUNT!).length + 1))).toEqual([]);
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
