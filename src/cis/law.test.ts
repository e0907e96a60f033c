import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CONTAINER, type FakeFile, type FakeWorld, fakeFacts, imageFacts, over } from '../../test/bench.ts';
import { judgeCheck } from './bench.ts';
import { checks } from './checks/checks.ts';
import type { Engine } from './engine/engine.ts';
import type { EngineContainer } from './engine/engine-types.ts';
import type { Facts } from './facts.ts';
import type { ImageFacts } from './image/facts.ts';
import { missed, type Reading } from './reading.ts';

/** Something a check asked for: a file of the host, an answer of the Engine or a member of it, something of an image. */
type Thing = string;

/**
 * The facts of a world with a note of everything that is asked for, and with one thing taken away: a file that cannot be
 * read, an Engine or an image that does not answer, an answer that lacks a member. Written without the product's own witness.
 */
function observed(world: FakeWorld, without?: Thing): { facts: Facts; asked: Set<Thing> } {
  const asked = new Set<Thing>();
  const facts = fakeFacts(world);
  const gone = missed('broken', 'taken away');
  const ask = async <T>(thing: Thing, answer: () => Promise<Reading<T>>): Promise<Reading<T>> => {
    asked.add(thing);
    return thing === without ? gone : answer();
  };
  const { host, engine } = facts;
  const watched = fakeFacts(world);
  const watchedHost = {
    root: '/',
    read: (path: string) => ask(`file ${path}`, () => host.read(path)),
    readFirst: async (paths: readonly string[]) => {
      for (const path of paths) {
        const reading = await watchedHost.read(path);
        if (reading.ok) return reading;
      }
      return watchedHost.read(paths[0]!);
    },
    stat: (path: string) => ask(`file ${path}`, () => host.stat(path)),
    list: (path: string) => ask(`file ${path}`, () => host.list(path)),
  };
  const methods = [
    'version',
    'info',
    'containers',
    'allContainers',
    'images',
    'history',
    'networks',
    'swarm',
    'nodes',
    'services',
    'secrets',
    'top',
    'exec',
  ] as const;
  const watchedEngine = { endpoint: engine.endpoint } as Record<string, unknown>;
  for (const name of methods)
    watchedEngine[name] = async (argument: string) => {
      const answer = await ask(`engine ${name}`, () =>
        (engine[name] as (argument: string) => Promise<Reading<unknown>>)(argument),
      );
      return answer.ok ? { ok: true, value: members(answer.value, `member of ${name}`, asked, without) } : answer;
    };
  const images = async () => {
    const all = await facts.images();
    return all.ok ? { ok: true as const, value: all.value.map((image) => watchedImage(image, ask)) } : all;
  };
  // Gathered again from what is watched, so that the daemon's configuration is read through it, too.
  const again = gatherWith(world, watchedHost as Facts['host'], watchedEngine as unknown as Engine);
  return { facts: { ...watched, ...again, images: world.images ? images : again.images }, asked };
}

function gatherWith(world: FakeWorld, host: Facts['host'], engine: Engine): Facts {
  return fakeFacts(world, { host, engine });
}

function watchedImage(
  image: ImageFacts,
  ask: <T>(thing: Thing, answer: () => Promise<Reading<T>>) => Promise<Reading<T>>,
): ImageFacts {
  return {
    ...image,
    files: () => ask('image files', () => image.files()),
    read: (path) => ask(`image ${path}`, () => image.read(path)),
    inventory: () => ask('image inventory', () => image.inventory()),
    risks: () => ask('image risks', () => image.risks()),
    scan: () => ask('image scan', () => image.scan()),
    signatures: () => ask('image signatures', () => image.signatures()),
  };
}

/** Names that are others' to choose, and members whose absence is an answer (older Engines, `omitempty`). */
const FREE = new Set(['Labels', 'Ports', 'Networks', 'Options', 'IndexConfigs']);
const ABSENT_TELLS = new Set([
  'DeviceCgroupRules',
  'DeviceRequests',
  'CgroupnsMode',
  'CgroupVersion',
  'Components',
  'Env',
  'Health',
  'NodeCertExpiry',
  'TrustRoot',
  'TLSInfo',
  'Type',
  'BuildTime',
  'Experimental',
  'ContainerSpec',
]);

function members<T>(value: T, from: string, asked: Set<Thing>, without: Thing | undefined): T {
  if (typeof value !== 'object' || value === null) return value;
  return new Proxy(value as object, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof name !== 'string' || name === 'then' || typeof member === 'function') return member;
      const thing = /^\d+$/.test(name) ? from : `${from}.${name}`;
      if (!Array.isArray(target)) {
        if (name in target && !ABSENT_TELLS.has(name)) asked.add(thing);
        if (thing === without) return undefined;
      }
      return FREE.has(name) ? member : members(member, thing, asked, without);
    },
    has: (target, name) => `${from}.${String(name)}` !== without && Reflect.has(target, name),
  }) as T;
}

const SAFE: Partial<EngineContainer> = over(CONTAINER, {
  Path: 'tritonserver',
  Args: ['--model-repository=/models'],
  ProcessLabel: 'system_u:system_r:container_t:s0',
  State: { Health: { Status: 'healthy' } },
  Mounts: [{ Type: 'bind', Source: '/srv/models', Destination: '/models', RW: false, Propagation: 'rprivate' }],
  Config: { User: '1000', Env: ['NVIDIA_VISIBLE_DEVICES=0'], Image: 'model:1' },
  Image: 'sha256:1',
  HostConfig: {
    CapDrop: ['ALL'],
    SecurityOpt: ['no-new-privileges'],
    Memory: 1,
    CpuShares: 512,
    PidsLimit: 100,
    ReadonlyRootfs: true,
  },
});
const NOTEBOOK: Partial<EngineContainer> = over(SAFE as EngineContainer, {
  Path: 'start-notebook.sh',
  Args: [],
  Config: { User: 'jovyan', Env: ['JUPYTER_TOKEN=0123456789abcdef'] },
}) as Partial<EngineContainer>;

const AUDITED = [
  '/usr/bin/dockerd',
  '/run/containerd',
  '/var/lib/docker',
  '/etc/docker',
  '/usr/lib/systemd/system',
  '/etc/default/docker',
  '/etc/containerd',
  '/etc/sysconfig',
  '/usr/bin',
];
const HOST: Record<string, FakeFile> = {
  '/etc/passwd': 'root:x:0:0::/root:/bin/sh\n',
  '/etc/group': 'root:x:0:\ndocker:x:998:\n',
  '/proc/7/cmdline': 'dockerd\0--icc=false\0--userland-proxy=false\0',
  '/proc/7/status': 'Uid:\t0\t0\t0\t0\n',
  '/proc/1/mountinfo': '22 27 8:1 / / rw - ext4 /dev/vda rw\n30 22 8:2 / /var/lib/docker rw - xfs /dev/vdb rw\n',
  '/proc/1/net/tcp': '  0: 0100007F:0949 00000000:0000 0A 0 0 0 0 0 0\n',
  '/proc/1/net/tcp6': '',
  '/etc/audit/rules.d/docker.rules': AUDITED.map((path) => `-w ${path} -k docker`).join('\n'),
  '/var/log/audit/audit.log': 'type=SYSCALL msg=audit(1:1): x\n',
  '/etc/docker/daemon.json':
    '{"default-ulimits":{"nofile":{"Name":"nofile","Soft":1,"Hard":1}},"tlscacert":"/pki/ca","tlscert":"/pki/cert","tlskey":"/pki/key"}',
  '/etc/docker/certs.d/r/ca.crt': { text: '', mode: 0o444 },
  '/pki/ca': { text: '', mode: 0o444 },
  '/pki/cert': { text: '', mode: 0o444 },
  '/pki/key': { text: '', mode: 0o400 },
  '/usr/lib/systemd/system/docker.service': '[Service]\n',
  '/usr/lib/systemd/system/docker.socket': '[Socket]\n',
  '/var/run/docker.sock': { type: 'socket', mode: 0o660 },
  '/run/containerd/containerd.sock': { type: 'socket', mode: 0o660 },
  '/var/lib/docker/swarm/docker-state.json': '{"DataPathAddr":"10.0.0.2","AdvertiseAddr":"10.1.0.2:2377"}',
  ...Object.fromEntries(
    [
      '/usr/bin/dockerd',
      '/usr/bin/containerd',
      '/usr/bin/containerd-shim',
      '/usr/bin/containerd-shim-runc-v1',
      '/usr/bin/containerd-shim-runc-v2',
      '/usr/bin/runc',
      '/etc/default/docker',
      '/etc/sysconfig/docker',
      '/etc/containerd/config.toml',
    ].map((path) => [path, '']),
  ),
};
const image = { Id: 'sha256:1', RepoTags: ['model:1'], Created: '2026-11-20T00:00:00Z', Size: 1 };
const bridge = {
  Name: 'bridge',
  Driver: 'bridge',
  Options: { 'com.docker.network.bridge.default_bridge': 'true', 'com.docker.network.bridge.enable_icc': 'false' },
};
const engineOf = (info: object, containers: readonly Partial<EngineContainer>[]): FakeWorld['engine'] => ({
  version: { Version: '29.0.0', ApiVersion: '1.51', BuildTime: '2026-11-01T00:00:00Z', Experimental: false },
  info: {
    SecurityOptions: [
      'name=apparmor',
      'name=selinux',
      'name=seccomp,profile=builtin',
      'name=userns',
      'name=no-new-privileges',
    ],
    LiveRestoreEnabled: true,
    LoggingDriver: 'awslogs',
    Plugins: { Authorization: ['opa'] },
    ...info,
  },
  containers,
  allContainers: containers.map((_, at) => ({
    Id: `c${at}`,
    Names: [`/c${at}`],
    ImageID: 'sha256:1',
    State: 'running',
  })),
  images: [image],
  history: [{ CreatedBy: 'RUN true', Size: 1 }],
  networks: [bridge, { Name: 'o', Driver: 'overlay', Ingress: false, Scope: 'swarm', Options: { encrypted: '' } }],
  swarm: {
    UpdatedAt: 'x',
    Spec: { EncryptionConfig: { AutoLockManagers: true }, CAConfig: { NodeCertExpiry: 86_400e9 } },
    TLSInfo: {},
  },
  nodes: [{ Spec: { Role: 'manager' }, Description: { Hostname: 'm' } }],
  services: [{ ID: 's', Spec: { Name: 'web', TaskTemplate: { ContainerSpec: { Env: ['A=b'] } } } }],
  secrets: [{}],
  top: { Titles: ['PID', 'UID', 'COMMAND'], Processes: [['1', '1000', 'tritonserver']] },
});

/** A world in which much is well: which switches are set is a matter of chance. */
const worlds: fc.Arbitrary<FakeWorld> = fc
  .record({
    swarm: fc.boolean(),
    rootless: fc.boolean(),
    tcp: fc.boolean(),
    notebook: fc.boolean(),
    spoilt: fc.option(fc.constantFrom('Privileged', 'ReadonlyRootfs', 'Memory', 'PidMode'), { nil: undefined }),
  })
  .map(({ swarm, rootless, tcp, notebook, spoilt }) => {
    const info = {
      Swarm: { LocalNodeState: swarm ? 'active' : 'inactive', ControlAvailable: swarm },
      ...(rootless ? { SecurityOptions: ['name=rootless', 'name=seccomp,profile=builtin'] } : {}),
    };
    const bad: Record<string, object> = {
      Privileged: { Privileged: true },
      ReadonlyRootfs: { ReadonlyRootfs: false },
      Memory: { Memory: 0 },
      PidMode: { PidMode: 'host' },
    };
    const containers = [SAFE, ...(notebook ? [NOTEBOOK] : [])].map((entry) =>
      spoilt === undefined ? entry : over(entry as EngineContainer, { HostConfig: bad[spoilt] }),
    );
    const flags = tcp
      ? 'dockerd\0-H\0fd://\0-H\0tcp://0.0.0.0:2376\0--tlsverify\0--icc=false\0--userland-proxy=false\0'
      : HOST['/proc/7/cmdline']!;
    return { host: { ...HOST, '/proc/7/cmdline': flags }, engine: engineOf(info, containers) };
  });

const images: readonly FakeWorld[] = [
  {
    images: [
      imageFacts({
        run: { User: 'app', Healthcheck: { Test: ['CMD', 'true'] }, Cmd: ['tritonserver'] },
        layers: [
          {
            files: {
              'etc/passwd': 'app:x:1000:1000::/:/bin/false\n',
              'etc/group': 'app:x:1000:\n',
              'models/m.onnx': { content: 'x', mode: 0o644 },
            },
            createdBy: 'RUN /bin/sh -c true # buildkit',
          },
        ],
      }),
    ],
  },
  {
    dockerfile: `FROM python@sha256:${'0'.repeat(64)}\nUSER 7:7\nHEALTHCHECK CMD true\nRUN find / -perm /6000 -exec chmod a-s {} +\nCOPY a.py /a.py\nCMD ["tritonserver"]\n`,
  },
];

/** What something is called, and by which labels it is chosen, is asked for all, and is nobody's evidence. */
const isAddress = (id: string, thing: Thing): boolean =>
  /^member of (?:containers|images)\.(?:Id|Name|RepoTags|Config|Config\.Labels|Created)$/.test(thing) ||
  (id.startsWith('P.') && /history/.test(thing));

describe('a pass was earned', () => {
  const passed = new Set<string>();
  const unearned = new Set<string>();
  const hold = async (world: FakeWorld): Promise<void> => {
    for (const check of checks) {
      const { facts, asked } = observed(world);
      const verdict = await judgeCheck(check, facts);
      if (verdict.result !== 'pass') continue;
      passed.add(check.id);
      expect([check.id, verdict.items.length > 0]).toEqual([check.id, true]);
      for (const thing of asked) {
        if (isAddress(check.id, thing)) continue;
        const less = await judgeCheck(check, observed(world, thing).facts);
        if (less.result === 'pass') unearned.add(`${check.id} without ${thing}`);
      }
    }
  };

  it('by something that was looked at: without it no check passes', async () => {
    await fc.assert(fc.asyncProperty(worlds, hold), { numRuns: 12 });
    for (const world of images) await hold(world);
    expect([...unearned].sort()).toEqual([]);
    // Else the law would hold of nothing.
    expect(passed.size).toBeGreaterThan(95);
  });
});
