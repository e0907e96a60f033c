import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { PlimsollError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import { type ProgramResult, printedText } from '../../programs/run.ts';
import {
  type BuilderKind,
  buildOptions,
  closing,
  failureOf,
  starter,
  succeeded,
  TRIAL_IMAGE,
  type Workshop,
} from './workbench.ts';

/** Buildah and podman get a store of their own within the folder, and look images up in the user's besides. */
export function ownStore(program: 'buildah' | 'podman'): BuilderKind {
  return {
    name: program,
    isThere: async (workshop) => succeeded(await starter(program, workshop)(['--version'], LIMITS.toolMs)),
    async open(workshop) {
      const start = starter(program, workshop);
      const store = await storeOptions(program, workshop);
      return {
        name: program,
        async build(job) {
          const isolation = ['--isolation', 'chroot'];
          const built = await start([
            ...store,
            'build',
            ...isolation,
            '--format',
            'docker',
            '--quiet',
            ...buildOptions(job),
            '--tag',
            TRIAL_IMAGE,
            job.context,
          ]);
          if (!succeeded(built)) return { failure: failureOf(built) };
          const layout = join(workshop.folder, 'image');
          const pushed = await start([...store, 'push', '--quiet', `localhost/${TRIAL_IMAGE}`, `oci:${layout}:latest`]);
          if (!succeeded(pushed)) return { failure: failureOf(pushed) };
          return { reference: `oci:${layout}`, execute: (command) => executed(program, start, store, command) };
        },
        remove: () => removed(program, closing(workshop), store),
      };
    },
  };
}

/** How often, and how long apart, a folder is removed in which a program that was told to end may still be at work. */
const TRIES = 40;
const BETWEEN_MS = 250;

/** Lets go of what is mounted in the folder, which an interrupted build leaves so, and removes it. Never throws. */
async function removed(program: 'buildah' | 'podman', workshop: Workshop, store: readonly string[]): Promise<void> {
  const { folder } = workshop;
  const start = starter(program, workshop);
  await start([...store, 'rm', '--all'], LIMITS.toolMs).catch(() => {});
  await start([...store, 'rmi', '--all', '--force'], LIMITS.toolMs).catch(() => {});
  for (let tries = 0; tries < TRIES && existsSync(folder); tries++) {
    for (const point of mountsBelow(folder)) await starter('umount', workshop)([point], LIMITS.toolMs).catch(() => {});
    try {
      rmSync(folder, { recursive: true, force: true });
    } catch {
      // Files of other users of a rootless store.
      await start(['unshare', 'rm', '-rf', folder], LIMITS.toolMs).catch(() => {});
      await new Promise((resolve) => setTimeout(resolve, BETWEEN_MS));
    }
  }
}

/** What is mounted below a folder, the innermost first. https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html */
export function mountsBelow(folder: string): string[] {
  try {
    const points = readFileSync('/proc/self/mountinfo', 'utf8')
      .split('\n')
      .map((line) => line.split(' ')[4] ?? '');
    return points.filter((point) => point.startsWith(`${folder}/`)).reverse();
  } catch {
    return [];
  }
}

async function executed(
  program: 'buildah' | 'podman',
  start: ReturnType<typeof starter>,
  store: readonly string[],
  command: readonly string[],
): Promise<ProgramResult> {
  if (program === 'podman') {
    const [entrypoint = '', ...args] = command;
    const options = ['run', '--rm', '--network', 'none', '--entrypoint', entrypoint];
    return start([...store, ...options, `localhost/${TRIAL_IMAGE}`, ...args], LIMITS.trialRunMs);
  }
  const container = `${TRIAL_IMAGE}-check`;
  const made = await start([...store, 'from', '--quiet', '--name', container, `localhost/${TRIAL_IMAGE}`]);
  if (!succeeded(made)) return made;
  try {
    return await start([...store, 'run', '--isolation', 'chroot', container, '--', ...command], LIMITS.trialRunMs);
  } finally {
    await start([...store, 'rm', container], LIMITS.toolMs);
  }
}

/** Overlay is ten times as fast as copying, and not everywhere; the user's own store is only read. */
async function storeOptions(program: string, workshop: Workshop): Promise<string[]> {
  const start = starter(program, workshop);
  const asked = await start(['info', ...(program === 'podman' ? ['--format', 'json'] : [])], LIMITS.toolMs);
  const own = storeOf(printedText(asked));
  let said = '';
  for (const driver of ['overlay', 'vfs']) {
    const options = [
      '--storage-driver',
      driver,
      '--root',
      join(workshop.folder, `store-${driver}`),
      '--runroot',
      // Podman 4 takes no path of more than 50 letters.
      join(workshop.folder, `r${driver[0]}`),
      ...(own && own.driver === driver ? ['--storage-opt', `${driver}.imagestore=${own.root}`] : []),
    ];
    // Asking podman about a store makes it.
    const tried = await start([...options, ...(program === 'podman' ? ['info'] : ['from', 'scratch'])], LIMITS.toolMs);
    if (succeeded(tried)) return options;
    said = failureOf(tried).trim().split('\n').at(-1) ?? '';
  }
  // Podman 4 takes no folder of more than fifty letters for what runs.
  throw new PlimsollError(
    'unsupported',
    `${program} can keep no images in a folder of its own here${said === '' ? '' : `: ${said}`}`,
    { where: workshop.folder, ...(/longer than|too long/.test(said) ? { hint: 'set TMPDIR to a shorter one' } : {}) },
  );
}

/** Where the user's own images are, as `info` says in either spelling. */
function storeOf(text: string): { driver: string; root: string } | undefined {
  const driver = /"(?:GraphDriverName|graphDriverName)":\s*"(\w+)"/.exec(text)?.[1];
  const root = /"(?:GraphRoot|graphRoot)":\s*"([^"]+)"/.exec(text)?.[1];
  return driver !== undefined && root !== undefined ? { driver, root } : undefined;
}
