/** Where an Engine's control socket lies on this host, for 5.32: the Engine's own address, the daemon's, and the usual ones. */
import { bindSources, type ControlPlace, type EngineContainer } from '../engine/index.ts';
import type { Facts } from '../facts.ts';
import { isPodman } from '../host/index.ts';

const USUAL = [
  '/run/docker.sock',
  '/var/run/docker.sock',
  '/run/containerd/containerd.sock',
  '/run/docker/containerd/containerd.sock',
  '/run/podman/podman.sock',
  '/run/crio/crio.sock',
  '/run/buildkit/buildkitd.sock',
];

/** Every socket and every folder above it, the root included. */
export async function controlPlaces(facts: Facts): Promise<readonly ControlPlace[]> {
  // Podman has no daemon that could be told of other addresses.
  const hosts = (await isPodman(facts)) ? [] : (await facts.daemon()).values('host');
  const named = hosts.filter((host) => host.startsWith('unix://')).map((host) => host.slice('unix://'.length));
  const own = facts.engine.endpoint.socketPath;
  const sockets = [...new Set([...(own === undefined ? [] : [own]), ...named, ...USUAL])];
  const places = new Map<string, ControlPlace>();
  for (const socket of sockets) {
    const paths = [socket, ...foldersAbove(socket)];
    for (const path of paths)
      if (!places.has(path)) places.set(path, { path, socket: path === socket, ...(await identity(facts, path)) });
  }
  return [...places.values()];
}

/** Identities of what these containers mount, by path. */
export async function mountedIdentities(
  facts: Facts,
  containers: readonly EngineContainer[],
): Promise<ReadonlyMap<string, string>> {
  const identities = new Map<string, string>();
  for (const source of new Set(containers.flatMap(bindSources))) {
    const { identity: known } = await identity(facts, source);
    if (known !== undefined) identities.set(source, known);
  }
  return identities;
}

/** Of another's host nothing can be seen; there only paths tell. */
async function identity(facts: Facts, path: string): Promise<{ identity?: string }> {
  if (facts.remote || path === '') return {};
  const file = await facts.host.stat(path);
  return file.ok ? { identity: file.value.identity } : {};
}

function foldersAbove(path: string): string[] {
  const folders: string[] = [];
  for (let at = path.lastIndexOf('/'); at >= 0; at = path.lastIndexOf('/', at - 1)) {
    folders.push(at === 0 ? '/' : path.slice(0, at));
    if (at === 0) break;
  }
  return folders;
}
