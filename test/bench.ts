/** Hosts, Engines and facts for tests of the benchmark, laid out as plain data. */

import { judgeCheck } from '../src/cis/bench.ts';
import type { CheckVerdict } from '../src/cis/check.ts';
import { checks } from '../src/cis/checks/checks.ts';
import type { Engine } from '../src/cis/engine/engine.ts';
import type * as Api from '../src/cis/engine/engine-types.ts';
import type { DockerfileFacts, Facts, Scope } from '../src/cis/facts.ts';
import { gatherFacts } from '../src/cis/gather.ts';
import { firstReadable, type Host, type HostFile } from '../src/cis/host/host.ts';
import type { BuildContext } from '../src/cis/image/build-context.ts';
import type { ImageFacts, ImageScan } from '../src/cis/image/facts.ts';
import { imageFactsOf } from '../src/cis/image/open.ts';
import { got, missed, type Reading } from '../src/cis/reading.ts';
import { parseDockerfile } from '../src/formats/text/dockerfile.ts';
import { takeInventory } from '../src/inventory/take.ts';
import { type MemoryImage, memoryImage } from '../src/sources/files/memory.ts';

/** A file of a fake host: its text, or more. */
export type FakeFile =
  | string
  | {
      readonly text?: string;
      readonly type?: HostFile['type'];
      readonly mode?: number;
      readonly uid?: number;
      readonly gid?: number;
      readonly denied?: boolean;
      /** Device and inode; default: of its own. */
      readonly identity?: string;
    };

/** A host that exists only in memory; folders follow from the files in them. */
export function fakeHost(files: Readonly<Record<string, FakeFile>>): Host {
  const all = new Map(
    Object.entries(files).map(([path, file]) => [path, typeof file === 'string' ? { text: file } : file]),
  );
  const below = (path: string) => {
    const folder = path === '/' ? '/' : `${path}/`;
    const names = [...all.keys()]
      .filter((entry) => entry.startsWith(folder))
      .map((entry) => entry.slice(folder.length).split('/')[0]!);
    return [...new Set(names)].sort();
  };
  const absent = (path: string) => missed('absent', `${path} does not exist`);
  const denied = (path: string) => missed('denied', `no permission to read ${path}: run as root`);
  const read: Host['read'] = async (path) => {
    const file = all.get(path);
    if (file?.denied) return denied(path);
    return file?.text === undefined ? absent(path) : got(file.text);
  };
  return {
    root: '/',
    read,
    readFirst: (paths) => firstReadable(read, paths),
    stat: async (path) => {
      const file = all.get(path);
      if (file === undefined && below(path).length === 0) return absent(path);
      if (file?.denied) return denied(path);
      const type = file?.type ?? (file === undefined ? 'directory' : 'file');
      return got({
        path,
        type,
        mode: file?.mode ?? (type === 'directory' ? 0o755 : 0o644),
        uid: file?.uid ?? 0,
        gid: file?.gid ?? 0,
        identity: file?.identity ?? path,
      });
    },
    list: async (path) => {
      if (all.get(path)?.denied) return denied(path);
      const names = below(path);
      return names.length === 0 ? absent(path) : got(names);
    },
  };
}

/** What a fake Engine answers; what is left out it does not know. */
export interface FakeEngine {
  readonly version?: Api.EngineVersion;
  readonly info?: Api.EngineInfo;
  readonly containers?: readonly Partial<Api.EngineContainer>[];
  readonly allContainers?: readonly Api.ListedContainer[];
  readonly images?: readonly Api.EngineImage[];
  readonly history?: readonly Api.EngineHistory[];
  readonly networks?: readonly Api.EngineNetwork[];
  readonly swarm?: Api.EngineSwarm;
  readonly nodes?: readonly Api.EngineNode[];
  readonly services?: readonly Api.EngineService[];
  readonly secrets?: readonly unknown[];
  readonly top?: Api.EngineProcesses;
  readonly exec?: Api.EngineExec;
  readonly address?: string;
}

/** What `docker inspect` says of a container that was started without any option: nothing is left out. */
export const CONTAINER: Api.EngineContainer = {
  Id: 'c0',
  Name: '/c0',
  Image: 'sha256:1',
  Path: 'sleep',
  Args: ['1'],
  AppArmorProfile: 'docker-default',
  ProcessLabel: '',
  ExecIDs: null,
  State: {},
  Mounts: [],
  Config: { User: '', Image: 'debian', Env: [], Labels: {} },
  HostConfig: {
    Privileged: false,
    CapAdd: null,
    CapDrop: null,
    SecurityOpt: null,
    NetworkMode: 'default',
    PidMode: '',
    IpcMode: 'private',
    UTSMode: '',
    UsernsMode: '',
    CgroupParent: '',
    CgroupnsMode: 'private',
    Memory: 0,
    CpuShares: 0,
    NanoCpus: 0,
    CpuQuota: 0,
    PidsLimit: null,
    ReadonlyRootfs: false,
    ShmSize: 67_108_864,
    Devices: [],
    DeviceRequests: null,
    Ulimits: null,
    RestartPolicy: { Name: 'no', MaximumRetryCount: 0 },
    Runtime: 'runc',
  },
  NetworkSettings: { Ports: {}, Networks: { app: {} } },
};

/** What `docker info` says of an ordinary Engine. */
export const INFO: Api.EngineInfo = {
  Driver: 'overlay2',
  DockerRootDir: '/var/lib/docker',
  SecurityOptions: ['name=apparmor', 'name=seccomp,profile=builtin', 'name=cgroupns'],
  LoggingDriver: 'json-file',
  LiveRestoreEnabled: false,
  ExperimentalBuild: false,
  Debug: false,
  CgroupDriver: 'systemd',
  CgroupVersion: '2',
  Plugins: { Authorization: null },
  RegistryConfig: { InsecureRegistryCIDRs: ['127.0.0.0/8'], IndexConfigs: { 'docker.io': { Secure: true } } },
  Swarm: { LocalNodeState: 'inactive', ControlAvailable: false },
};

/** An answer over the ordinary one, member by member. */
export function over<T>(usual: T, told: unknown): T {
  if (told === undefined) return usual;
  const both = [usual, told].every((entry) => typeof entry === 'object' && entry !== null && !Array.isArray(entry));
  if (!both) return told as T;
  const merged: Record<string, unknown> = { ...(usual as object) };
  for (const [name, value] of Object.entries(told as object))
    merged[name] = MAPS.has(name) ? value : over(merged[name], value);
  return merged as T;
}

const MAPS = new Set(['Labels', 'Ports', 'Networks', 'Options', 'IndexConfigs']);

export const NO_ENGINE = 'no Engine at unix:///var/run/docker.sock';

/** An Engine of plain answers; undefined: there is none. */
export function fakeEngine(answers: FakeEngine | undefined): Engine {
  const give = <T>(value: T | undefined): Promise<Reading<T>> =>
    Promise.resolve(
      value === undefined ? missed('absent', answers === undefined ? NO_ENGINE : 'not asked in this test') : got(value),
    );
  const address = answers?.address ?? 'unix:///var/run/docker.sock';
  const socket = address.startsWith('unix://') ? { socketPath: address.slice('unix://'.length) } : {};
  return {
    endpoint: { address, base: 'http://localhost', ...socket },
    version: () =>
      give(answers?.version ?? (answers === undefined ? undefined : { Version: '28.2.2', ApiVersion: '1.50' })),
    info: () => give(answers === undefined ? undefined : over(INFO, answers.info)),
    containers: () =>
      give(
        answers?.containers?.map(
          (container, index): Api.EngineContainer =>
            over({ ...CONTAINER, Id: `c${index}`, Name: `/c${index}` }, container),
        ),
      ),
    allContainers: () => give(answers?.allContainers),
    images: () => give(answers?.images),
    history: () => give(answers?.history),
    networks: () => give(answers?.networks),
    swarm: () => give(answers?.swarm),
    nodes: () => give(answers?.nodes),
    services: () => give(answers?.services),
    secrets: () => give(answers?.secrets),
    top: () => give(answers?.top),
    exec: () => give(answers?.exec),
  };
}

export interface FakeWorld {
  readonly host?: Readonly<Record<string, FakeFile>>;
  /** Default: one that answers; `undefined`: there is none. */
  readonly engine?: FakeEngine | undefined;
  readonly scope?: Partial<Scope>;
  readonly environment?: NodeJS.ProcessEnv;
  readonly images?: readonly ImageFacts[];
  readonly dockerfile?: string;
  /** What the Dockerfile is built from. */
  readonly context?: BuildContext;
  readonly now?: number;
}

/** Facts of such a world, by other eyes where some are given. */
export function fakeFacts(world: FakeWorld, eyes: Partial<Pick<Facts, 'host' | 'engine'>> = {}): Facts {
  const dockerfile: DockerfileFacts | undefined =
    world.dockerfile === undefined
      ? undefined
      : {
          path: 'Dockerfile',
          file: parseDockerfile(world.dockerfile),
          ...(world.context === undefined ? {} : { context: world.context }),
        };
  return gatherFacts({
    host: eyes.host ?? fakeHost(world.host ?? {}),
    engine: eyes.engine ?? fakeEngine('engine' in world ? world.engine : {}),
    scope: { include: [], exclude: [], trusted: [], trustedBases: [], ...world.scope },
    environment: world.environment ?? {},
    now: world.now ?? Date.parse('2026-11-23T00:00:00Z'),
    ...(dockerfile === undefined ? {} : { dockerfile }),
    ...(world.images === undefined ? {} : { named: world.images }),
  });
}

/** The verdict of one check in such a world. */
export async function verdictOf(id: string, world: FakeWorld): Promise<CheckVerdict> {
  const check = checks.find((check) => check.id === id);
  if (check === undefined) throw new Error(`no check ${id}`);
  return judgeCheck(check, fakeFacts(world));
}

/** The facts of an image in memory, its layers really written, compressed and read. */
export function imageFacts(image: MemoryImage, scan: Partial<ImageScan> | 'no database' = {}): ImageFacts {
  const opened = memoryImage(image);
  return imageFactsOf(opened, {
    read: () => takeInventory(opened),
    scan: async () =>
      scan === 'no database'
        ? missed('broken', 'there is no advisory database')
        : got({ findings: [], assessed: 1, unassessed: 0, gaps: [], data: 'oldest data: NVD of 2026-11-23', ...scan }),
    signatures: async () => missed('absent', 'the image comes from memory, not from a registry'),
  });
}

/** The verdict of one check on such an image. */
export const verdictOfImage = (id: string, image: MemoryImage, world: FakeWorld = {}): Promise<CheckVerdict> =>
  verdictOf(id, { ...world, images: [imageFacts(image)] });
