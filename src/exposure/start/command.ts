import { LIMITS } from '../../limits.ts';
import type { RunConfig } from '../../model.ts';
import type { World } from '../model.ts';
import { PATH } from '../programs.ts';
import { userNamed } from '../users.ts';

/** What a container starts, and who says so. */
interface StartCommand {
  readonly words: readonly string[];
  readonly by: 'image' | 'user' | 'container' | 'nobody';
  /** `ENTRYPOINT`, `CMD`, `--command`. */
  readonly how: string;
}

/**
 * The command line of a container: the entry point followed by the command, as the configuration has them; the shell form is already
 * `/bin/sh -c` there. What the user gives takes their place, split as a shell would where it is one plain command. `isRunning`: the
 * configuration is that of a container that runs.
 * https://github.com/opencontainers/image-spec/blob/main/conversion.md#parsed-fields
 */
export function startCommand(run: RunConfig | undefined, command?: string, isRunning = false): StartCommand {
  if (command !== undefined && command.trim() !== '') {
    const isPlain = /^[\w./:=@%+,\s-]+$/.test(command);
    return { words: isPlain ? command.trim().split(/\s+/) : ['/bin/sh', '-c', command], by: 'user', how: '--command' };
  }
  const entry = run?.Entrypoint ?? [];
  const words = [...entry, ...(run?.Cmd ?? [])];
  if (words.length === 0) return { words, by: 'nobody', how: '' };
  return { words, by: isRunning ? 'container' : 'image', how: entry.length > 0 ? 'ENTRYPOINT' : 'CMD' };
}

/**
 * What the engine runs beside it, every now and then, to see whether it is well; empty: nothing.
 * https://docs.docker.com/reference/dockerfile/#healthcheck
 */
export function healthCommand(run: RunConfig | undefined): readonly string[] {
  const [form, ...words] = run?.Healthcheck?.Test ?? [];
  if (form === 'CMD') return words;
  return form === 'CMD-SHELL' && words[0] !== undefined ? [...(run?.Shell ?? ['/bin/sh', '-c']), words[0]] : [];
}

/**
 * The image's environment, with what an engine adds to it: HOME from the user's line in `etc/passwd`, and PATH where the image sets none.
 * https://github.com/moby/moby/blob/v27.0.0/container/container.go (CreateDaemonEnvironment)
 */
export function startEnvironment(run: RunConfig | undefined, world: World): Map<string, string> {
  const environment = new Map<string, string>();
  let left: number = LIMITS.environmentBytes;
  for (const line of run?.Env ?? []) {
    left -= line.length;
    if (left < 0) break;
    const at = line.indexOf('=');
    if (at > 0) environment.set(line.slice(0, at), line.slice(at + 1));
  }
  if (!environment.has('PATH')) environment.set('PATH', PATH);
  if (!environment.has('HOME')) environment.set('HOME', homeOf(run?.User || '0', world));
  return environment;
}

/** Whether the image's environment is larger than is taken. */
export const isEnvironmentCut = (run: RunConfig | undefined): boolean =>
  (run?.Env ?? []).reduce((bytes, line) => bytes + line.length, 0) > LIMITS.environmentBytes;

function homeOf(user: string, world: World): string {
  const known = userNamed(user, world);
  return known?.home ?? (known?.id === '0' ? '/root' : '/');
}

/** The number of the user that the image runs as; undefined where it names one that it does not know. */
export const startUser = (run: RunConfig | undefined, world: World): string | undefined =>
  userNamed(run?.User || '0', world)?.id;
