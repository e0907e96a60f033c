import { describe, expect, it } from 'vitest';
import { type FakeEngine, type FakeWorld, verdictOf } from '../../../test/bench.ts';
import { parseFlags } from '../host/dockerd.ts';
import { checks } from './checks.ts';

const ids = checks.map(({ id }) => id);

const result = async (id: string, world: FakeWorld) => (await verdictOf(id, world)).result;

/** A running dockerd with these flags and this daemon.json. */
const daemon = (flags: string, file?: unknown, engine?: FakeEngine): FakeWorld => ({
  host: {
    '/proc/7/cmdline': `${['/usr/bin/dockerd', ...flags.split(' ').filter((word) => word !== '')].join('\0')}\0`,
    '/proc/7/status': 'Name:\tdockerd\nUid:\t0\t0\t0\t0\n',
    ...(file === undefined
      ? {}
      : { '/etc/docker/daemon.json': typeof file === 'string' ? file : JSON.stringify(file) }),
  },
  ...(engine === undefined ? {} : { engine }),
});

describe('settings of the daemon, from its command line or daemon.json', () => {
  it.each([
    ['2.2', '--icc=false', {}, 'pass'],
    ['2.2', '', { icc: false }, 'pass'],
    ['2.2', '', {}, 'warn'],
    ['2.3', '-l debug', {}, 'warn'],
    ['2.3', '', { 'log-level': 'warn' }, 'warn'],
    ['2.3', '-D', {}, 'warn'],
    ['2.3', '--log-level info', {}, 'pass'],
    ['2.4', '--iptables=false', {}, 'warn'],
    ['2.4', '', {}, 'pass'],
    ['2.5', '--insecure-registry 10.0.0.1:5000', {}, 'warn'],
    ['2.5', '', { 'insecure-registries': ['r:5000'] }, 'warn'],
    ['2.5', '', { 'insecure-registries': [] }, 'pass'],
    ['2.6', '-s aufs', {}, 'warn'],
    ['2.7', '-H unix:///var/run/docker.sock', {}, 'not-applicable'],
    ['2.7', '-H fd:// -H tcp://0.0.0.0:2375', {}, 'warn'],
    ['2.7', '-H fd:// -H tcp://0.0.0.0:2376 --tls', {}, 'warn'],
    ['2.7', '-H fd:// -Htcp://0.0.0.0:2376 --tlsverify', {}, 'info'],
    [
      '2.7',
      '',
      { hosts: ['tcp://0.0.0.0:2376'], tlsverify: true, tlscacert: '/a', tlscert: '/b', tlskey: '/c' },
      'pass',
    ],
    ['2.8', '--default-ulimit nofile=1024:2048', {}, 'pass'],
    ['2.8', '', { 'default-ulimits': { nofile: { Name: 'nofile' } } }, 'pass'],
    ['2.8', '', {}, 'info'],
    ['2.9', '--userns-remap=default', {}, 'pass'],
    ['2.9', '', {}, 'warn'],
    ['2.10', '--cgroup-parent /limited', {}, 'warn'],
    ['2.10', '', {}, 'pass'],
    ['2.11', '--storage-opt dm.basesize=50G', {}, 'warn'],
    ['2.11', '', { 'storage-opts': ['overlay2.size=1G'] }, 'pass'],
    ['2.12', '--authorization-plugin=opa', {}, 'pass'],
    ['2.12', '', {}, 'warn'],
    ['2.13', '', {}, 'warn'],
    ['2.13', '--log-driver gelf', { 'log-opts': { 'gelf-address': 'udp://1.2.3.4:12201' } }, 'pass'],
    ['2.13', '', { 'log-driver': 'syslog' }, 'info'],
    ['2.13', '', { 'log-driver': 'syslog', 'log-opts': { 'syslog-address': 'tcp://log:514' } }, 'pass'],
    ['2.14', '--no-new-privileges', {}, 'pass'],
    ['2.14', '', { 'no-new-privileges': false }, 'warn'],
    ['2.15', '', { 'live-restore': true }, 'pass'],
    ['2.16', '--userland-proxy=false', {}, 'pass'],
    ['2.16', '', {}, 'warn'],
    ['2.18', '', { experimental: true }, 'warn'],
    ['2.18', '', {}, 'pass'],
  ])('%s with "%s" and %j: %s', async (id, flags, file, expected) => {
    expect(await result(id, daemon(flags, file, saying(flags, file)))).toBe(expected);
  });
  it('prove nothing where the Engine does not answer: a file says how a daemon would start', async () => {
    const passing = [...ids].filter((id) => /^2\.\d+$/.test(id));
    expect(passing).toHaveLength(18);
    for (const id of passing) {
      const world = { ...daemon('--icc=false --no-new-privileges --userland-proxy=false'), engine: undefined };
      expect([id, await result(id, world)]).not.toEqual([id, 'pass']);
    }
  });
  it('of another daemon prove nothing: one that serves another address is not the one that was asked', async () => {
    expect(await result('2.16', daemon('--userland-proxy=false'))).toBe('pass');
    const other = '-H unix:///run/other.sock --userland-proxy=false';
    expect(await result('2.16', daemon(other))).toBe('could-not-read');
    const asked = { ...daemon(other), engine: { address: 'unix:///run/other.sock' } };
    expect(await result('2.16', asked)).toBe('pass');
    const here = {
      ...daemon('-H tcp://0.0.0.0:2375 --userland-proxy=false'),
      engine: { address: 'tcp://127.0.0.1:2375' },
    };
    expect(await result('2.16', here)).toBe('pass');
  });
});

/** What an Engine that is configured so says of itself. */
function saying(flags: string, file: Record<string, unknown>): FakeEngine {
  const driver = /log-driver (\S+)/.exec(flags)?.[1] ?? file['log-driver'];
  const info = {
    ...(flags.includes('aufs') ? { Driver: 'aufs' } : {}),
    ...(driver === undefined ? {} : { LoggingDriver: String(driver) }),
    LiveRestoreEnabled: file['live-restore'] === true,
    ExperimentalBuild: file.experimental === true,
  };
  const options = { 'com.docker.network.bridge.default_bridge': 'true' };
  return { info, networks: [{ Name: 'bridge', Driver: 'bridge', Options: options }] };
}

describe("the Engine's own word goes before its configuration", () => {
  it.each<[string, FakeEngine, string]>([
    ['2.1', { info: { SecurityOptions: ['name=seccomp,profile=default', 'name=rootless'] } }, 'pass'],
    ['2.2', { networks: [{ Name: 'none', Driver: 'null' }] }, 'not-applicable'],
    ['2.2', { networks: [bridge('true')] }, 'warn'],
    ['2.2', { networks: [bridge('false')] }, 'pass'],
    [
      '2.5',
      {
        info: {
          RegistryConfig: {
            InsecureRegistryCIDRs: ['127.0.0.0/8', '::1/128'],
            IndexConfigs: { 'docker.io': { Secure: true } },
          },
        },
      },
      'pass',
    ],
    ['2.5', { info: { RegistryConfig: { IndexConfigs: { 'old:5000': { Secure: false } } } } }, 'warn'],
    ['2.6', { info: { Driver: 'overlay2' } }, 'pass'],
    ['2.9', { info: { SecurityOptions: ['name=userns'] } }, 'pass'],
    ['2.12', { info: { Plugins: { Authorization: ['opa'] } } }, 'pass'],
    ['2.13', { info: { LoggingDriver: 'awslogs' } }, 'pass'],
    ['2.14', { info: { SecurityOptions: ['name=no-new-privileges'] } }, 'pass'],
    ['2.15', { info: { LiveRestoreEnabled: true } }, 'pass'],
    ['2.15', { info: { LiveRestoreEnabled: false, Swarm: { LocalNodeState: 'active' } } }, 'not-applicable'],
    ['2.17', { info: { SecurityOptions: ['name=seccomp,profile=builtin'] } }, 'pass'],
    ['2.17', { info: { SecurityOptions: ['name=seccomp,profile=unconfined'] } }, 'warn'],
    ['2.17', { info: { SecurityOptions: ['name=seccomp,profile=/etc/strict.json'] } }, 'info'],
    ['2.17', { info: { SecurityOptions: [] } }, 'warn'],
    ['2.18', { info: { ExperimentalBuild: true } }, 'warn'],
  ])('%s, %j: %s', async (id, engine, expected) => {
    expect(await result(id, daemon('', undefined, engine))).toBe(expected);
  });
});

function bridge(icc: string) {
  return {
    Name: 'bridge',
    Driver: 'bridge',
    Options: { 'com.docker.network.bridge.default_bridge': 'true', 'com.docker.network.bridge.enable_icc': icc },
  };
}

describe('what cannot be read is said', () => {
  it('a daemon.json that is not JSON', async () => {
    const verdict = await verdictOf('2.16', daemon('', '{ "userland-proxy": false, '));
    expect(verdict.result).toBe('could-not-read');
    expect(verdict.summary).toMatch(/^\/etc\/docker\/daemon\.json is not JSON/);
  });
  it('a daemon.json that is a list', async () => {
    expect((await verdictOf('2.4', daemon('', '[]'))).summary).toBe('/etc/docker/daemon.json is no JSON object');
  });
  it('a damaged daemon.json does not hide what the Engine says', async () => {
    expect(await result('2.6', daemon('', '{', { info: { Driver: 'vfs' } }))).toBe('pass');
  });
  it('a daemon of which nothing is seen', async () => {
    expect(await result('2.16', { engine: undefined })).toBe('could-not-read');
    expect(await result('2.17', { engine: undefined })).toBe('could-not-read');
  });
  it('an Engine on another host has another daemon.json than the one here', async () => {
    const world = { ...daemon('--userland-proxy=false'), engine: { address: 'tcp://10.1.2.3:2376' } };
    expect(await result('2.16', world)).toBe('could-not-read');
  });
  it('Podman has no daemon', async () => {
    const version = { Version: '4.9.4', Components: [{ Name: 'Podman Engine', Version: '4.9.4' }] };
    const engine = { version, info: { ExperimentalBuild: true, LiveRestoreEnabled: false, LoggingDriver: '' } };
    for (const id of ['2.9', '2.13', '2.15', '2.16', '2.18'])
      expect(await result(id, { engine })).toBe('not-applicable');
    expect(await verdictOf('2.1', { engine })).toMatchObject({
      result: 'info',
      summary: expect.stringContaining('Podman'),
    });
  });
});

describe('which daemon', () => {
  it('is the one that serves the socket', async () => {
    const host = {
      '/proc/7/cmdline': 'dockerd\0-H\0unix:///other.sock\0--userland-proxy=false\0',
      '/proc/9/cmdline': '/usr/bin/dockerd\0-H\0fd://\0',
    };
    expect(await result('2.16', { host, engine: {} })).toBe('warn');
    expect(await result('2.16', { host, engine: { address: 'unix:///other.sock' } })).toBe('pass');
  });
  it('that does not run is known by its unit, drop-ins and environment file', async () => {
    const host = {
      '/lib/systemd/system/docker.service': '[Service]\nExecStart=/usr/bin/dockerd -H fd://\n',
      '/etc/systemd/system/docker.service.d/10.conf':
        '[Service]\nEnvironmentFile=-/etc/default/docker\nExecStart=\nExecStart=/usr/bin/dockerd \\\n  $DOCKER_OPTS -H fd://\n',
      '/etc/default/docker': '# a comment\nDOCKER_OPTS="--userland-proxy=false --icc=false"\n',
    };
    expect(await result('2.16', { host })).toBe('pass');
  });
  it('that is rootless reads the daemon.json of its user', async () => {
    const host = {
      '/proc/7/cmdline': 'dockerd\0--rootless\0',
      '/proc/7/status': 'Uid:\t1000\t1000\t1000\t1000\n',
      '/proc/7/environ': 'HOME=/home/ann\0',
      '/home/ann/.config/docker/daemon.json': '{"userland-proxy": false}',
    };
    expect(await result('2.16', { host })).toBe('pass');
  });
});

it('flags come with =, as the next word, in short, joined and as switches', () => {
  const flags = parseFlags([
    '--host=unix:///a',
    '-H',
    'unix:///b',
    '-Hunix:///c',
    '--icc',
    '--log-level',
    'info',
    '-D',
    '--tlsverify=false',
  ]);
  expect(Object.fromEntries(flags)).toEqual({
    host: ['unix:///a', 'unix:///b', 'unix:///c'],
    icc: ['true'],
    'log-level': ['info'],
    debug: ['true'],
    tlsverify: ['false'],
  });
});
