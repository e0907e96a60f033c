/** Mounts of a container that reach too far into the host. */
import type { ContainerMount, EngineContainer } from './engine-types.ts';

const SYSTEM = [
  '/boot',
  '/dev',
  '/etc',
  '/lib',
  '/lib32',
  '/lib64',
  '/proc',
  '/sys',
  '/usr',
  '/bin',
  '/sbin',
  '/root',
  '/var/lib/docker',
];
/** Files and folders below those that are commonly and harmlessly mounted. */
const HARMLESS = [
  '/etc/localtime',
  '/etc/timezone',
  '/etc/hostname',
  '/etc/resolv.conf',
  '/etc/hosts',
  '/etc/ssl/certs',
  '/etc/ca-certificates',
  '/usr/share/zoneinfo',
  '/dev/shm',
  '/dev/dri',
  '/var/lib/docker/volumes',
];

/** A mount that shows or hands over a system directory. */
interface SensitiveMount {
  readonly detail: string;
  readonly writable: boolean;
}

const inside = (path: string, folder: string) => path === folder || path.startsWith(`${folder}/`);

const binds = (container: EngineContainer): readonly ContainerMount[] =>
  (container.Mounts ?? []).filter((mount) => mount.Type !== 'volume' && mount.Type !== 'tmpfs');

/** Bind mounts of `/` and of system directories or what lies in them. */
export function sensitiveMounts(container: EngineContainer): SensitiveMount[] {
  return binds(container).flatMap((mount) => {
    const source = mount.Source ?? '';
    const harmless = HARMLESS.some((path) => inside(source, path));
    if (source !== '/' && (harmless || !SYSTEM.some((path) => inside(source, path)))) return [];
    const writable = mount.RW !== false;
    return [{ detail: `${source} at ${mount.Destination} (${writable ? 'writable' : 'read-only'})`, writable }];
  });
}

const SOCKETS = /(?:^|\/)(?:docker|containerd|podman|crio|cri-dockerd|buildkitd)\.sock$/;

/** A place of the host by which an Engine is controlled: its socket, or a folder in which the socket lies. */
export interface ControlPlace {
  readonly path: string;
  readonly socket: boolean;
  /** Device and inode, where the host's files can be seen: a bind mount under another name has the same. */
  readonly identity?: string;
}

/** Mounts that hand over the socket of an Engine, read-only ones too: a socket is not protected by that. */
export function socketMounts(
  container: EngineContainer,
  places: readonly ControlPlace[],
  identityOf: (path: string) => string | undefined = () => undefined,
): string[] {
  return binds(container).flatMap((mount) => {
    const source = (mount.Source ?? '').replace(/(?<=.)\/$/, '');
    const identity = identityOf(source);
    const place = places.find(
      (place) => place.path === source || (identity !== undefined && place.identity === identity),
    );
    if (SOCKETS.test(source) || place?.socket) return [`${source} at ${mount.Destination}`];
    return place === undefined ? [] : [`${source} at ${mount.Destination}, which holds the socket`];
  });
}

/** Sources of bind mounts, for those who look at them on the host. */
export const bindSources = (container: EngineContainer): string[] =>
  binds(container).map((mount) => (mount.Source ?? '').replace(/(?<=.)\/$/, ''));
