/** Facts about the daemon that several sections ask for, from the Engine's word or else from its configuration. */
import { type CheckVerdict, info, need, pass, warn } from '../check.ts';
import { isPodmanVersion } from '../engine/index.ts';
import { type Facts, securityOptions, value } from '../facts.ts';

/** The daemon's data directory. */
export async function dataRoot(facts: Facts): Promise<string> {
  const said = value(await facts.engine.info())?.DockerRootDir;
  if (typeof said === 'string' && said.startsWith('/')) return said;
  return String((await facts.daemon()).setting('data-root')?.value ?? '/var/lib/docker');
}

/** Where containerd's socket can be, the likeliest first: the address the daemon was given, its own, that below its exec-root. */
export async function containerdSockets(facts: Facts): Promise<readonly string[]> {
  const daemon = await facts.daemon();
  const given = daemon.setting('containerd')?.value;
  if (typeof given === 'string') return [given];
  const root = String(daemon.setting('exec-root')?.value ?? '/var/run/docker');
  return ['/run/containerd/containerd.sock', `${root}/containerd/containerd.sock`];
}

/** True where the daemon runs as an ordinary user. */
export async function isRootless(facts: Facts): Promise<boolean> {
  const said = value(await facts.engine.info());
  if (said !== undefined && securityOptions(said).has('rootless')) return true;
  const daemon = await facts.daemon();
  return daemon.isTrue('rootless') || (daemon.process !== undefined && daemon.process.uid !== 0);
}

/** True for Podman's Docker-compatible socket. */
export async function isPodman(facts: Facts): Promise<boolean> {
  const version = value(await facts.engine.version());
  return version !== undefined && isPodmanVersion(version);
}

/** Major versions that Docker has stopped to patch. https://docs.docker.com/engine/release-notes/ */
const UNSUPPORTED_BEFORE = 25;
const FRESH_DAYS = 183;

/** 1.2.2: what can be known without asking the network is the version and when it was built. */
export async function engineFreshness(facts: Facts): Promise<CheckVerdict> {
  const version = need(await facts.engine.version());
  const name = version.Version ?? 'unknown';
  if (await isPodman(facts)) return info(`Podman ${name}: its publisher says whether that is current`);
  const major = Number.parseInt(name, 10);
  const item = { subject: `Docker ${name}`, detail: `built ${version.BuildTime ?? 'at an unknown time'}` };
  if (Number.isInteger(major) && major < UNSUPPORTED_BEFORE)
    return warn(`Docker ${name} gets no more fixes from its publisher; a distribution may still patch it`, [item]);
  const built = Date.parse(version.BuildTime ?? '');
  const days = Math.floor((facts.now - built) / 86_400_000);
  if (Number.isFinite(days) && days <= FRESH_DAYS) return pass(`Docker ${name}, built ${days} days ago`);
  return info(`Docker ${name}: built more than half a year ago, look for a newer one`, [item]);
}
