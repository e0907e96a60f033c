import { describe, expect, it } from 'vitest';
import { type FakeWorld, verdictOf } from '../../../test/bench.ts';

const result = async (id: string, world: FakeWorld) => (await verdictOf(id, world)).result;

const MOUNTS = [
  '22 27 0:21 / / rw,relatime - ext4 /dev/vda rw',
  '30 22 0:30 / /var/lib/docker rw,noatime shared:1 - xfs /dev/vdb rw',
].join('\n');

describe('1.1.1: container data on its own partition', () => {
  it('passes where the data directory is a mount point', async () => {
    const verdict = await verdictOf('1.1.1', { host: { '/proc/1/mountinfo': MOUNTS } });
    expect(verdict).toMatchObject({ result: 'pass', summary: '/var/lib/docker is mounted from /dev/vdb (xfs)' });
  });
  it('asks for the directory that the Engine names, not for the usual one', async () => {
    const engine = { info: { DockerRootDir: '/data/docker' } };
    expect(await result('1.1.1', { host: { '/proc/1/mountinfo': MOUNTS }, engine })).toBe('warn');
  });
  it('informs where it shares another partition than the root', async () => {
    const mounts = `${MOUNTS}\n31 22 0:31 / /data\\040disk rw - xfs /dev/vdc rw`;
    const engine = { info: { DockerRootDir: '/data disk/docker' } };
    const verdict = await verdictOf('1.1.1', { host: { '/proc/self/mountinfo': mounts }, engine });
    expect(verdict).toMatchObject({ result: 'info', items: [{ detail: '/data disk' }] });
  });
  it('is not taken in by a folder that is mounted onto itself, as dockerd does it', async () => {
    const itself = '30 22 0:21 /var/lib/docker /var/lib/docker rw - ext4 /dev/vda rw';
    const host = { '/proc/1/mountinfo': `${MOUNTS.split('\n')[0]}\n${itself}` };
    expect(await result('1.1.1', { host })).toBe('warn');
    const shared = [MOUNTS.split('\n')[0], '29 22 0:29 / /var rw - xfs /dev/vdc rw', itself.replace('0:21', '0:29')];
    expect(await result('1.1.1', { host: { '/proc/1/mountinfo': shared.join('\n') } })).toBe('info');
  });
  it('says when the mounts cannot be read', async () => {
    const host = { '/proc/1/mountinfo': { denied: true }, '/proc/self/mountinfo': { denied: true } };
    expect(await result('1.1.1', { host })).toBe('could-not-read');
  });
});

describe('1.1.2: who controls the daemon', () => {
  const passwd = 'root:x:0:0::/root:/bin/sh\nann:x:1000:1000::/home/ann:/bin/sh\nbob:x:1001:998::/home/bob:/bin/sh\n';
  const host = { '/etc/group': 'root:x:0:\ndocker:x:998:ann\n', '/etc/passwd': passwd };

  it('finds members by list and by primary group', async () => {
    const verdict = await verdictOf('1.1.2', { host });
    expect(verdict.result).toBe('info');
    expect(verdict.items.map((item) => item.subject)).toEqual(['ann', 'bob']);
  });
  it('warns about those who are not trusted, and passes where all are', async () => {
    expect(await result('1.1.2', { host, scope: { trusted: ['ann'] } })).toBe('warn');
    const daemon = { '/proc/7/cmdline': 'dockerd\0', '/proc/7/status': 'Uid:\t0\t0\t0\t0\n' };
    const trusting = { host: { ...host, ...daemon }, scope: { trusted: ['ann', 'bob'] } };
    expect(await result('1.1.2', trusting)).toBe('pass');
    // Which group it is the daemon says, and there is none to be seen.
    expect(await result('1.1.2', { ...trusting, host })).toBe('could-not-read');
  });
  it('looks at the group that the daemon is told to use', async () => {
    const configured = { ...host, '/etc/docker/daemon.json': '{"group": "engine"}', '/etc/group': 'engine:x:5:eve\n' };
    expect((await verdictOf('1.1.2', { host: configured })).items.map((item) => item.subject)).toEqual(['eve']);
  });
});

describe('1.1.3 to 1.1.18: audit rules', () => {
  const daemon = { '/usr/sbin/dockerd': '', '/etc/docker/daemon.json': '{}' };

  it.each([
    ['a watch', '-w /usr/sbin/dockerd -k docker', 'pass'],
    ['a watch for writing and attributes', '-w /usr/sbin/dockerd -p wa -k docker', 'pass'],
    ['a watch for reading only', '-w /usr/sbin/dockerd -p r -k docker', 'warn'],
    ['a watch for writing only', '-w /usr/sbin/dockerd -p w -k docker', 'warn'],
    ['a rule that is a comment', '# -w /usr/sbin/dockerd -k docker', 'warn'],
    ['a system call rule', '-a always,exit -F path=/usr/sbin/dockerd -F perm=wa -k docker', 'pass'],
    ['a rule that never counts', '-a never,exit -F path=/usr/sbin/dockerd', 'warn'],
    ['a folder above', '-a always,exit -F dir=/usr/sbin -F perm=wa', 'pass'],
    ['a path that only begins the same', '-w /usr/sbin/dockerd-old', 'warn'],
    ['a folder that only begins the same', '-w /usr/sb', 'warn'],
  ])('%s', async (_, rule, expected) => {
    expect(await result('1.1.3', { host: { ...daemon, '/etc/audit/rules.d/docker.rules': `-D\n${rule}\n` } })).toBe(
      expected,
    );
  });
  it('names the file and line of the rule', async () => {
    const host = { ...daemon, '/etc/audit/audit.rules': '-D\n-b 8192\n-w /etc/docker -p wa\n' };
    const verdict = await verdictOf('1.1.11', { host });
    expect(verdict.items[0]).toMatchObject({ path: '/etc/audit/audit.rules', line: 3 });
  });
  it('does not apply to what is not there', async () => {
    expect(await result('1.1.13', { host: daemon })).toBe('not-applicable');
  });
  it('cannot be told where the rules may not be read', async () => {
    const host = { ...daemon, '/etc/audit/rules.d': { denied: true }, '/etc/audit/audit.rules': { denied: true } };
    expect(await result('1.1.3', { host })).toBe('could-not-read');
  });
  it('finds the unit wherever systemd would', async () => {
    const host = {
      '/etc/systemd/system/docker.service': '[Service]\n',
      '/lib/systemd/system/docker.service': '[Service]\n',
      '/etc/audit/rules.d/x.rules': '-w /lib/systemd/system/docker.service -p wa',
    };
    expect((await verdictOf('1.1.7', { host })).items[0]?.subject).toBe('/etc/systemd/system/docker.service');
  });
});

describe('1.2: the host in general', () => {
  it('lists kernel settings that are weaker than they could be', async () => {
    const host = {
      '/proc/sys/kernel/kptr_restrict': '0\n',
      '/proc/sys/kernel/randomize_va_space': '2\n',
      '/sys/kernel/security/lsm': 'capability,yama',
    };
    const verdict = await verdictOf('1.2.1', { host });
    expect(verdict.result).toBe('note');
    expect(verdict.items.map((item) => item.subject)).toEqual(['kernel.kptr_restrict', 'lsm']);
  });
  it.each([
    ['24.0.7', '2026-11-01T00:00:00Z', 'warn'],
    ['28.2.2', '2026-10-01T00:00:00Z', 'pass'],
    ['28.2.2', '2025-05-30T00:00:00Z', 'info'],
    ['20.10.24+dfsg1', '2026-05-07T00:00:00Z', 'warn'],
  ])('Docker %s built %s: %s', async (Version, BuildTime, expected) => {
    expect(await result('1.2.2', { engine: { version: { Version, BuildTime } } })).toBe(expected);
  });
});
