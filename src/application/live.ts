import { PlimsollError } from '../errors.ts';
import type { RunConfig, RunningState } from '../model.ts';
import { parseTarget } from '../sources/reference.ts';
import type { Surroundings } from './surroundings.ts';

/** Whether running processes are looked at, and which. */
export interface LiveRequest {
  /** Those of the container, or of all containers of the image, that the target names. */
  readonly live?: boolean | undefined;
  /** That process and its like, of whatever runs the target. */
  readonly livePid?: number | undefined;
}

/** What was seen of running processes, and the image they are of. */
export interface LiveLook {
  /** What to open: of a container its image. */
  readonly target: string;
  readonly state: RunningState;
  /** What the container was started with. */
  readonly run?: RunConfig;
  /** What the process was started with: where neither a container nor the image says what is started. */
  readonly process?: RunConfig;
}

/** What is started: by the container, the image, or as the process says it. */
export const startedBy = (look: LiveLook | undefined, image: RunConfig | undefined): RunConfig | undefined =>
  look?.run ?? (image?.Entrypoint?.length || image?.Cmd?.length ? image : (look?.process ?? image));

/**
 * Looks at the processes that run a target, where that is asked for. Throws `usage` for a target that no container can be of, as
 * `runningContainers` and `lookAt`, and `unsupported` where the engine's processes are on another machine.
 */
export async function lookAtRunning(
  target: string,
  { live, livePid }: LiveRequest,
  { environment, progress, signal }: Surroundings,
): Promise<LiveLook | undefined> {
  if (livePid === undefined && live !== true) return undefined;
  const { isOfContainer, lookAt, startOf } = await import('../sources/running/index.ts');
  if (livePid !== undefined) return { target, state: lookAt([livePid]), process: startOf('/proc', livePid) };
  const { source, engine, target: name } = parseTarget(target);
  if ((source !== undefined && source !== 'docker') || /^[./~]/.test(name))
    throw new PlimsollError('usage', '--live is asked of containers of an engine', {
      where: target,
      hint: 'name a container that runs, or say which process: --live-pid NUMBER',
    });
  const [{ createHttp }, { runningContainers }] = await Promise.all([
    import('../network/http.ts'),
    import('../sources/engine/index.ts'),
  ]);
  const http = createHttp({ environment, progress });
  try {
    const containers = await runningContainers(name, { http, environment, signal, ...(engine && { engine }) });
    const [first] = containers;
    if (first === undefined) return undefined;
    for (const { pid, id, name: container } of containers)
      if (!isOfContainer('/proc', pid, id))
        throw new PlimsollError('unsupported', `process ${pid} of this machine is not of the container`, {
          where: container,
          hint: 'the engine runs elsewhere or in a virtual machine, or /proc is hidden: run this there, as root',
        });
    progress.say(
      `looked at ${containers.map((container) => `${container.name} (process ${container.pid})`).join(', ')}`,
    );
    const isKnown = containers.every(({ changed }) => changed !== undefined);
    const changed = new Set(containers.flatMap((container) => [...(container.changed ?? [])]));
    const state = lookAt(
      containers.map(({ pid }) => pid),
      { changed },
    );
    const unknown =
      'the engine does not say which files the container has written: what is loaded may be newer than the image';
    return {
      target: `${engine ?? 'docker'}:${first.reference}`,
      run: first.run,
      state: isKnown ? state : { ...state, notes: [...state.notes, unknown] },
    };
  } finally {
    await http.close();
  }
}
