/** Questions to one container that several checks ask. */
import type { DaemonConfiguration } from '../host/index.ts';
import type { EngineContainer } from './engine-types.ts';

/** What a container has without asking. https://docs.docker.com/engine/containers/run/#runtime-privilege-and-linux-capabilities */
const DEFAULT_CAPABILITIES = new Set(
  `AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE NET_RAW SETFCAP SETGID SETPCAP SETUID
   SYS_CHROOT`.split(/\s+/),
);

/** Names without `CAP_`, upper case. */
const capabilityName = (name: string) => name.toUpperCase().replace(/^CAP_/, '');

/** Capabilities added beyond the default ones; `ALL` stays `ALL`. */
export function addedCapabilities(container: EngineContainer): string[] {
  const added = (container.HostConfig?.CapAdd ?? []).map(capabilityName);
  return [...new Set(added)].filter((name) => !DEFAULT_CAPABILITIES.has(name));
}

/** True where the container has the capability: added, with `ALL`, or privileged. */
export function hasCapability(container: EngineContainer, name: string): boolean {
  if (container.HostConfig?.Privileged) return true;
  const added = addedCapabilities(container);
  const dropped = (container.HostConfig?.CapDrop ?? []).map(capabilityName);
  return added.includes(name) || (added.includes('ALL') && !dropped.includes(name));
}

/** A published port. */
export interface HostPort {
  readonly address: string;
  readonly port: number;
  /** `8888/tcp`. */
  readonly inside: string;
  /** Bound to every interface of the host. */
  readonly everywhere: boolean;
}

const EVERYWHERE = new Set(['', '0.0.0.0', '::', '*']);

/** Published ports of a running container. */
export function hostPorts(container: EngineContainer): HostPort[] {
  return Object.entries(container.NetworkSettings?.Ports ?? {}).flatMap(([inside, bindings]) =>
    (bindings ?? []).map(({ HostIp = '', HostPort = '' }) => ({
      address: HostIp,
      port: Number(HostPort),
      inside,
      everywhere: EVERYWHERE.has(HostIp),
    })),
  );
}

/** Value of a security option in both spellings (`a=b`, `a:b`); empty for one without a value, undefined for none. */
export function securityOption(container: EngineContainer, name: string): string | undefined {
  for (const option of container.HostConfig?.SecurityOpt ?? []) {
    if (option === name) return '';
    if (option.startsWith(`${name}=`) || option.startsWith(`${name}:`)) return option.slice(name.length + 1);
  }
  return undefined;
}

/** Why seccomp does not apply; undefined where it does. */
export function seccompOff(container: EngineContainer): string | undefined {
  if (securityOption(container, 'seccomp') === 'unconfined') return 'seccomp=unconfined';
  return container.HostConfig?.Privileged ? 'privileged, which switches seccomp off' : undefined;
}

/** The command a container runs: entrypoint and arguments. */
export function containerCommand(container: EngineContainer): string[] {
  return [container.Path ?? '', ...(container.Args ?? [])].filter((word) => word !== '');
}

/** Environment variables by name. */
export function environmentOf(list: readonly string[] | null | undefined): Map<string, string> {
  return new Map(
    (list ?? []).map((pair): [string, string] => {
      const equals = pair.indexOf('=');
      return equals === -1 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
    }),
  );
}

/** Ulimits that are not the daemon's defaults, which every container's configuration repeats; undefined for none. */
export async function ownUlimits(
  container: EngineContainer,
  daemonOf: () => Promise<DaemonConfiguration>,
): Promise<string | undefined> {
  if ((container.HostConfig?.Ulimits ?? []).length === 0) return undefined;
  const defaults = defaultUlimits((await daemonOf()).setting('default-ulimit')?.value);
  const own = (container.HostConfig?.Ulimits ?? [])
    .map(({ Name = '', Soft = 0, Hard = Soft }) => `${Name}=${Soft}:${Hard}`)
    .filter((limit) => !defaults.has(limit));
  return own.length > 0 ? own.join(', ') : undefined;
}

/** `nofile=1024:2048` of the command line, `{"nofile": {"Soft": 1024, "Hard": 2048}}` of daemon.json. */
function defaultUlimits(value: unknown): Set<string> {
  if (typeof value === 'string' || Array.isArray(value))
    return new Set([value].flat().map((limit) => String(limit).replace(/^(\w+=)(-?\d+)$/, '$1$2:$2')));
  if (typeof value !== 'object' || value === null) return new Set();
  return new Set(
    Object.entries(value as Record<string, { Soft?: unknown; Hard?: unknown } | null>).map(
      ([name, limit]) => `${name}=${String(limit?.Soft ?? 0)}:${String(limit?.Hard ?? limit?.Soft ?? 0)}`,
    ),
  );
}
