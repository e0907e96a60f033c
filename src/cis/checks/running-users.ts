/** 4.1 on a host: as whom the processes of running containers really run. */
import { type BenchItem, type CheckVerdict, pass, warn } from '../check.ts';
import type { EngineContainer, EngineProcesses } from '../engine/index.ts';
import { containerName, type Facts, securityOptions, value } from '../facts.ts';
import { isPodman } from '../host/index.ts';
import { missed, type Reading } from '../reading.ts';

/**
 * The processes of a container. With `--pid host` Podman shows those of the host, among which the container's cannot be
 * told apart: `absent`.
 */
export async function processesOf(facts: Facts, container: EngineContainer): Promise<Reading<EngineProcesses>> {
  if (container.HostConfig?.PidMode === 'host' && (await isPodman(facts)))
    return missed('absent', 'with --pid host the processes of the container cannot be told apart');
  return facts.engine.top(container.Id);
}

/** Judges every running container by its processes, by its configuration where they cannot be seen; undefined where none runs. */
export async function judgeRunningUsers(facts: Facts): Promise<CheckVerdict | undefined> {
  const containers = value(await facts.containers());
  if (containers === undefined || containers.length === 0) return undefined;
  const engine = value(await facts.engine.info());
  const options = engine === undefined ? undefined : securityOptions(engine);
  // With mapped users, root of a container is somebody else to the host's ps.
  const remapped = options?.has('userns') === true || options?.has('rootless') === true;
  const items: BenchItem[] = [];
  for (const container of containers) {
    const top = remapped ? undefined : value(await processesOf(facts, container));
    const detail = top === undefined ? byConfiguration(container) : byProcesses(top);
    if (detail !== undefined) items.push({ subject: containerName(container), detail });
  }
  return items.length > 0 ? warn('containers run as root', items) : pass('no running container has processes of root');
}

function byConfiguration(container: EngineContainer): string | undefined {
  const user = container.Config?.User?.split(':')[0] ?? '';
  return user === '' || user === 'root' || /^0+$/.test(user) ? `USER ${user || '(none)'}` : undefined;
}

function byProcesses({ Titles, Processes }: EngineProcesses): string | undefined {
  const titles = (Titles ?? []).map((title) => title.toUpperCase());
  const uid = titles.findIndex((title) => title === 'UID' || title === 'USER' || title === 'HUSER');
  const program = titles.findIndex((title) => title === 'COMMAND' || title === 'CMD' || title === 'COMM');
  if (uid === -1) return undefined;
  const rooted = (Processes ?? []).filter((row) => row[uid] === '0' || row[uid] === 'root');
  if (rooted.length === 0) return undefined;
  const names = [...new Set(rooted.map((row) => row[program] ?? '?'))];
  return `${rooted.length} of ${Processes!.length} processes: ${names.slice(0, 4).join(', ')}`;
}
