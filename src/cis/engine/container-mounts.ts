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
export interface SensitiveMount {
  readonly detail: string;
  readonly writable: boolean;
}

const inside = (path: string, folder: string) => path === folder || path.startsWith(`${folder}/`);

const binds = (container: EngineContainer): readonly ContainerMount[] =>
  (container.Mounts ?? []).filter((one) => one.Type !== 'volume' && one.Type !== 'tmpfs');

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
/** Folders in which those sockets lie. */
const HOLDERS = ['/', '/run', '/var/run', '/run/docker', '/run/containerd', '/run/podman', '/var/run/docker'];

/** Mounts that hand over the socket of an Engine, read-only ones too: a socket is not protected by that. */
export function socketMounts(container: EngineContainer): string[] {
  return binds(container).flatMap((mount) => {
    const source = (mount.Source ?? '').replace(/(?<=.)\/$/, '');
    if (SOCKETS.test(source)) return [`${source} at ${mount.Destination}`];
    return HOLDERS.includes(source) ? [`${source} at ${mount.Destination}, which holds the socket`] : [];
  });
}
