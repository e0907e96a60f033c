import { describe, expect, it } from 'vitest';
import { type FakeWorld, verdictOf } from '../../../test/bench.ts';
import { parseExecLog } from '../engine/container-exec.ts';
import type { EngineContainer, EngineInfo } from '../engine/engine-types.ts';

type Container = Partial<EngineContainer>;
const judged = async (id: string, container: Container, world: FakeWorld = {}, info: EngineInfo = {}) =>
  verdictOf(id, {
    ...world,
    host: { '/proc/7/cmdline': 'dockerd\0', '/proc/7/status': 'Uid:\t0\t0\t0\t0\n', ...world.host },
    engine: { info, containers: [{ Name: '/trainer', ...container }], images: [], top: {}, ...world.engine },
  });
const host = (HostConfig: EngineContainer['HostConfig']): Container => ({ HostConfig: HostConfig! });
const ports = (HostIp: string, HostPort: string): Container => ({
  NetworkSettings: { Ports: { '8888/tcp': [{ HostIp, HostPort }] } },
});
const bind = (Source: string, RW = true, more = {}): Container => ({
  Mounts: [{ Type: 'bind', Source, Destination: '/x', RW, ...more }],
});

describe('one container at a time', () => {
  it.each<[id: string, bad: Container, good: Container, result: string]>([
    ['5.4', host({ CapAdd: ['CAP_SYS_ADMIN'] }), host({ CapAdd: ['NET_BIND_SERVICE'], CapDrop: ['ALL'] }), 'warn'],
    ['5.4', host({ Privileged: true }), host({}), 'warn'],
    ['5.4', host({ CapAdd: ['ALL'] }), host({ CapAdd: null }), 'warn'],
    ['5.5', host({ Privileged: true }), host({ Privileged: false }), 'warn'],
    ['5.6', bind('/etc'), bind('/etc/localtime'), 'warn'],
    ['5.6', bind('/usr/lib/x'), bind('/data'), 'warn'],
    [
      '5.6',
      bind('/'),
      { Mounts: [{ Type: 'volume', Source: '/var/lib/docker/volumes/v/_data', Destination: '/x', RW: true }] },
      'warn',
    ],
    ['5.6', bind('/etc', false), bind('/etcetera'), 'info'],
    ['5.8', ports('127.0.0.1', '443'), ports('127.0.0.1', '1024'), 'warn'],
    ['5.9', ports('127.0.0.1', '8443'), { NetworkSettings: { Ports: { '80/tcp': null } } }, 'warn'],
    ['5.10', host({ NetworkMode: 'host' }), host({ NetworkMode: 'bridge' }), 'warn'],
    ['5.11', host({ Memory: 0 }), host({ Memory: 1 }), 'warn'],
    ['5.12', host({ CpuShares: 0 }), host({ NanoCpus: 500_000_000 }), 'warn'],
    ['5.13', host({ ReadonlyRootfs: false }), host({ ReadonlyRootfs: true }), 'warn'],
    ['5.14', ports('0.0.0.0', '8888'), ports('127.0.0.1', '8888'), 'warn'],
    ['5.14', ports('::', '8888'), ports('10.0.0.1', '8888'), 'warn'],
    ['5.14', ports('', '8888'), {}, 'warn'],
    ['5.15', host({ RestartPolicy: { Name: 'always' } }), host({ RestartPolicy: { Name: 'no' } }), 'warn'],
    [
      '5.15',
      host({ RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 0 } }),
      host({ RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 5 } }),
      'warn',
    ],
    [
      '5.15',
      host({ RestartPolicy: { Name: 'unless-stopped' } }),
      { ...host({ RestartPolicy: { Name: 'always' } }), Config: { Labels: { 'com.docker.swarm.service.id': 'x' } } },
      'warn',
    ],
    ['5.16', host({ PidMode: 'host' }), host({ PidMode: '' }), 'warn'],
    ['5.17', host({ IpcMode: 'host' }), host({ IpcMode: 'private' }), 'warn'],
    ['5.18', host({ Devices: [{ PathOnHost: '/dev/nvidia0' }] }), host({ Devices: [] }), 'info'],
    ['5.18', host({ DeviceRequests: [{ Driver: 'nvidia', Count: -1 }] }), host({}), 'info'],
    ['5.19', host({ Ulimits: [{ Name: 'memlock' }] }), host({ Ulimits: null }), 'info'],
    ['5.20', bind('/mnt', true, { Propagation: 'rshared' }), bind('/mnt', true, { Propagation: 'rprivate' }), 'warn'],
    ['5.21', host({ UTSMode: 'host' }), host({ UTSMode: '' }), 'warn'],
    [
      '5.22',
      host({ SecurityOpt: ['seccomp=unconfined'] }),
      host({ SecurityOpt: ['seccomp={"defaultAction":"x"}'] }),
      'warn',
    ],
    ['5.22', host({ SecurityOpt: ['seccomp:unconfined'] }), host({}), 'warn'],
    ['5.25', host({ CgroupParent: '/big' }), host({ CgroupParent: '' }), 'warn'],
    ['5.26', host({}), host({ SecurityOpt: ['no-new-privileges'] }), 'warn'],
    [
      '5.26',
      host({ SecurityOpt: ['no-new-privileges=false'] }),
      host({ SecurityOpt: ['no-new-privileges:true'] }),
      'warn',
    ],
    ['5.27', { State: {} }, { State: { Health: { Status: 'healthy' } } }, 'warn'],
    ['5.27', { State: { Health: { Status: 'unhealthy' } } }, { State: { Health: { Status: 'starting' } } }, 'warn'],
    ['5.29', host({ PidsLimit: null }), host({ PidsLimit: 100 }), 'warn'],
    ['5.29', host({ PidsLimit: -1 }), host({ PidsLimit: 1 }), 'warn'],
    [
      '5.30',
      { NetworkSettings: { Networks: { bridge: {} } } },
      { NetworkSettings: { Networks: { mine: {} } } },
      'info',
    ],
    ['5.31', host({ UsernsMode: 'host' }), host({ UsernsMode: '' }), 'warn'],
    ['5.32', bind('/var/run/docker.sock', false), bind('/data'), 'warn'],
    ['5.32', bind('/run'), bind('/running'), 'warn'],
    ['5.32', bind('/run/podman/podman.sock'), bind('/srv/docker.sock.md'), 'warn'],
    ['C.5.3.1', host({ CapAdd: ['DAC_READ_SEARCH'] }), host({ CapAdd: ['DAC_OVERRIDE'] }), 'warn'],
    ['C.5.3.2', host({ CapAdd: ['CAP_SYS_MODULE'] }), host({}), 'warn'],
    ['C.5.3.3', host({ CapAdd: ['ALL'] }), host({ CapAdd: ['ALL'], CapDrop: ['SYS_ADMIN'] }), 'warn'],
    ['C.5.3.4', host({ Privileged: true }), host({}), 'warn'],
  ])('%s: %j against %j', async (id, bad, good, expected) => {
    const verdict = await judged(id, bad);
    expect(verdict.result).toBe(expected);
    expect(verdict.items[0]?.subject).toBe('trainer');
    expect((await judged(id, good)).result).toBe('pass');
  });

  it.each(['5.4', '5.5', '5.6', '5.7', '5.11', '5.28', '5.32'])('%s does not apply where nothing runs', async (id) => {
    expect((await verdictOf(id, { engine: { containers: [], info: {} } })).result).toBe('not-applicable');
  });
  it.each(['5.1', '5.5', '5.28', '6.1', '7.1', 'C.5.3.1', 'P.3'])(
    '%s could not be read where there is no Engine',
    async (id) => {
      expect(await verdictOf(id, { engine: undefined })).toMatchObject({
        result: 'could-not-read',
        summary: expect.stringMatching(/^no Engine/),
      });
    },
  );
});

describe('with a look at the Engine', () => {
  const apparmor = { SecurityOptions: ['name=apparmor', 'name=seccomp,profile=default'] };
  it('AppArmor and SELinux are asked for only where the Engine has them', async () => {
    expect((await judged('5.2', { AppArmorProfile: '' }, {}, { SecurityOptions: [] })).result).toBe('not-applicable');
    expect((await judged('5.2', { AppArmorProfile: 'unconfined' }, {}, apparmor)).result).toBe('warn');
    expect((await judged('5.2', { AppArmorProfile: 'docker-default' }, {}, apparmor)).result).toBe('pass');
    const selinux = { SecurityOptions: ['name=selinux'] };
    expect((await judged('5.3', {}, {}, apparmor)).result).toBe('not-applicable');
    expect((await judged('5.3', { ProcessLabel: 'system_u:system_r:container_t:s0' }, {}, selinux)).result).toBe(
      'pass',
    );
    expect(
      (await judged('5.3', { ProcessLabel: 'x', HostConfig: { SecurityOpt: ['label=disable'] } }, {}, selinux)).result,
    ).toBe('warn');
  });
  it('swarm mode', async () => {
    expect((await judged('5.1', {}, {}, { Swarm: { LocalNodeState: 'inactive' } })).result).toBe('pass');
    expect((await judged('5.1', {}, {}, { Swarm: { LocalNodeState: 'active' } })).result).toBe('warn');
  });
  it('no-new-privileges may be the default', async () => {
    expect((await judged('5.26', {}, {}, { SecurityOptions: ['name=no-new-privileges'] })).result).toBe('pass');
    expect(
      (await judged('5.26', {}, { host: { '/etc/docker/daemon.json': '{"no-new-privileges": true}' } })).result,
    ).toBe('pass');
  });
  it("5.19: the daemon's defaults, which every container repeats, are nobody's own", async () => {
    const container = host({ Ulimits: [{ Name: 'nofile', Soft: 1024, Hard: 2048 }] });
    const daemon = (file: unknown) => ({ host: { '/etc/docker/daemon.json': JSON.stringify(file) } });
    const same = { 'default-ulimits': { nofile: { Name: 'nofile', Soft: 1024, Hard: 2048 } } };
    expect((await judged('5.19', container, daemon(same))).result).toBe('pass');
    expect(await judged('5.19', container, daemon({}))).toMatchObject({ items: [{ detail: 'nofile=1024:2048' }] });
    const flag = { host: { '/proc/7/cmdline': 'dockerd\0--default-ulimit\0nofile=1024:2048\0' } };
    expect((await judged('5.19', container, flag)).result).toBe('pass');
  });
  it('sharing the cgroup namespace is the default with cgroups v1 and a choice with v2', async () => {
    const container = host({ CgroupnsMode: 'host' });
    expect((await judged('5.25', container, {}, { CgroupVersion: '1' })).result).toBe('pass');
    expect((await judged('5.25', container, {}, { CgroupVersion: '2' })).result).toBe('warn');
  });
  it('an SSH server among the processes', async () => {
    const top = (command: string) => ({
      engine: {
        top: {
          Titles: ['PID', 'UID', 'GID', 'COMMAND'],
          Processes: [
            ['1', '0', '0', 'python'],
            ['9', '0', '0', command],
          ],
        },
      },
    });
    expect((await judged('5.7', {}, top('sshd'))).result).toBe('warn');
    expect((await judged('5.7', {}, top('sshdump'))).result).toBe('pass');
  });
  it('with --pid host, Podman shows the processes of the host: no SSH server of the container', async () => {
    const top = { Titles: ['PID', 'USER', 'GROUP', 'COMMAND'], Processes: [['9', 'root', 'root', 'sshd']] };
    const version = { Version: '4.3.1', Components: [{ Name: 'Podman Engine' }] };
    const container = { ...host({ PidMode: 'host' }), Config: { User: '1000' } };
    expect((await judged('5.7', container, { engine: { top, version } })).result).toBe('pass');
    expect((await judged('4.1', container, { engine: { top, version } })).result).toBe('pass');
    expect((await judged('5.7', container, { engine: { top } })).result).toBe('warn');
  });
  it('images that have moved on, and old ones', async () => {
    const images = [
      { Id: 'sha256:new', RepoTags: ['model:1'], Created: '2026-11-01T00:00:00Z' },
      { Id: 'sha256:old', RepoTags: null, Created: '2026-01-01T00:00:00Z' },
    ];
    const container = (Image: string) => ({ Image, Config: { Image: 'model:1' } });
    expect(await judged('5.28', container('sha256:new'), { engine: { images } })).toMatchObject({ result: 'pass' });
    const verdict = await judged('5.28', container('sha256:old'), { engine: { images } });
    expect(verdict.result).toBe('warn');
    expect(verdict.items.map((item) => item.detail)).toEqual([
      'model:1 means another image by now',
      'model:1 was built 326 days ago',
    ]);
  });
});

describe('5.23 and 5.24: docker exec', () => {
  const log = [
    'type=EXECVE msg=audit(1700000000.1:1): argc=6 a0="docker" a1="exec" a2="--privileged" a3="-it" a4="web" a5="sh"',
    'type=EXECVE msg=audit(1700000000.1:2): argc=6 a0="/usr/bin/docker" a1="exec" a2="-u" a3="root" a4="web" a5="sh"',
    'type=EXECVE msg=audit(1700000000.1:3): argc=5 a0="docker" a1="exec" a2="web" a3="ls" a4="--privileged"',
    'type=EXECVE msg=audit(1700000000.1:4): argc=4 a0="docker" a1="exec" a2="web" a3=6C7320612062',
    'type=SYSCALL msg=audit(1700000000.1:5): a0="docker"',
  ].join('\n');
  it('reads the audit log, options of docker only', () => {
    expect(parseExecLog(log).map(({ privileged, root, line }) => [privileged, root, line])).toEqual([
      [true, false, 1],
      [false, true, 2],
      [false, false, 3],
      [false, false, 4],
    ]);
    expect(parseExecLog(log)[3]?.detail).toBe('docker exec web ls a b');
  });
  it('warns with the line, passes where the log knows of none, notes where there is no log', async () => {
    const world = (text: string) => ({ host: { '/var/log/audit/audit.log': text } });
    expect(await judged('5.23', {}, world(log))).toMatchObject({
      result: 'warn',
      items: [{ line: 1, path: '/var/log/audit/audit.log' }],
    });
    expect((await judged('5.24', {}, world(log))).items).toHaveLength(1);
    expect((await judged('5.23', {}, world('type=SYSCALL\n'))).result).toBe('pass');
    expect((await judged('5.23', {})).result).toBe('note');
  });
  it('sees sessions that are still open', async () => {
    const exec = { Running: true, ProcessConfig: { privileged: true, user: '0', entrypoint: 'sh', arguments: ['-l'] } };
    const world = { engine: { exec } };
    expect(await judged('5.23', { ExecIDs: ['e1'] }, world)).toMatchObject({
      result: 'warn',
      items: [{ subject: 'trainer', detail: 'sh -l' }],
    });
    expect((await judged('5.24', { ExecIDs: ['e1'] }, world)).result).toBe('warn');
  });
});

describe('no pass by another name', () => {
  const hostWith = (files: Record<string, { type?: 'socket' | 'directory'; identity?: string }>) => ({
    host: { '/proc/7/cmdline': 'dockerd\0', '/proc/7/status': 'Uid:\t0\t0\t0\t0\n', ...files },
  });
  it('5.32: the folder of the socket, the socket of another address, and both under other names', async () => {
    for (const path of ['/run', '/var', '/', '/run/containerd', '/run/podman'])
      expect([path, (await judged('5.32', bind(path, false))).result]).toEqual([path, 'warn']);
    const engine = { address: 'unix:///srv/docker/engine.sock' };
    const own = {
      '/proc/7/cmdline': 'dockerd\0-H\0unix:///srv/docker/engine.sock\0',
      '/proc/7/status': 'Uid:\t0\t0\t0\t0\n',
    };
    for (const path of ['/srv/docker/engine.sock', '/srv/docker', '/srv'])
      expect((await judged('5.32', bind(path), { host: own, engine })).result).toBe('warn');
    const same = hostWith({
      '/var/run/docker.sock': { type: 'socket', identity: '0:99' },
      '/srv/harmless': { type: 'socket', identity: '0:99' },
      '/run': { type: 'directory', identity: '0:7' },
      '/mnt/state': { type: 'directory', identity: '0:7' },
      '/srv/data': { type: 'directory', identity: '0:8' },
    });
    expect((await judged('5.32', bind('/srv/harmless'), same)).result).toBe('warn');
    expect((await judged('5.32', bind('/mnt/state'), same)).result).toBe('warn');
    expect((await judged('5.32', bind('/srv/data'), same)).result).toBe('pass');
  });
  it('5.18: a privileged container sees every device, whatever is listed', async () => {
    expect(await judged('5.18', host({ Privileged: true }))).toMatchObject({
      result: 'info',
      items: [{ detail: 'every device (privileged)' }],
    });
  });
  it('5.6: what can only be read is not said to be changed', async () => {
    const both = { Mounts: [...(bind('/etc', true).Mounts ?? []), ...(bind('/usr', false).Mounts ?? [])] };
    const verdict = await judged('5.6', both);
    expect(verdict).toMatchObject({ result: 'warn', summary: expect.stringContaining('1 more can be read') });
    expect(verdict.items).toHaveLength(1);
  });
});

describe('no pass by yet another name', () => {
  it.each<[string, string]>([
    ['5.32', '/var/run/'],
    ['5.32', '/run/docker'],
    ['5.32', '/run/docker/containerd'],
    ['5.32', '/run/crio/crio.sock'],
    ['5.32', '/home/ann/.docker/run/docker.sock'],
    ['5.32', '/run/user/1000/podman/podman.sock'],
    ['5.6', '/etc/shadow'],
    ['5.6', '/lib64/'],
    ['5.6', '/var/lib/docker/overlay2'],
    ['5.6', '/root'],
    ['5.6', '/proc/sys'],
    ['5.6', '/'],
  ])('%s: a mount of %s', async (id, source) => expect((await judged(id, bind(source))).result).toBe('warn'));

  it.each<[string, Container, string]>([
    ['5.18', host({ DeviceCgroupRules: ['c *:* rwm'] }), 'info'],
    ['5.18', bind('/dev/mem'), 'info'],
    ['5.18', bind('/dev', false), 'info'],
    ['5.22', host({ SecurityOpt: ['seccomp=unconfined'] }), 'warn'],
    ['5.22', host({ Privileged: true }), 'warn'],
    ['5.4', host({ CapAdd: ['sys_admin'] }), 'warn'],
    ['5.26', host({ SecurityOpt: ['no-new-privileges:false'] }), 'warn'],
    ['5.26', host({ SecurityOpt: ['no-new-privileges=false'] }), 'warn'],
    ['5.2', { AppArmorProfile: 'unconfined' }, 'warn'],
    ['5.15', host({ RestartPolicy: { Name: 'unless-stopped', MaximumRetryCount: 0 } }), 'warn'],
    ['5.14', ports('::', '8888'), 'warn'],
  ])('%s: %j: %s', async (id, container, expected) => expect((await judged(id, container)).result).toBe(expected));
});
