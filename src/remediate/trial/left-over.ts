import { lstatSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { LIMITS } from '../../limits.ts';
import { isAlive } from '../../orphans.ts';
import { mountsBelow } from './own-store.ts';
import { closing, starter, TRIAL_IMAGE, type Workshop } from './workbench.ts';

/** What the folder of a trial is called, among temporary files: with the number of the process that made it. */
export const trialFolderPrefix = (pid = process.pid): string => `plimsoll-try-${pid}-`;

/** The file in it with the name of the image that the Engine is asked to build: the one thing that lies elsewhere. */
export const ENGINE_IMAGE = 'engine-image';

/** How often, and how long apart, a folder is removed whose processes were just ended. */
const TRIES = 20;
const BETWEEN_MS = 100;

/**
 * Puts away what trials left that were killed: in our own folders whose process is no more, the builder that outlived its trial is ended, what is
 * mounted is let go of, the Engine's image is taken back, and the folder is removed. What cannot be removed stays.
 */
export async function clearTrials(temporary: string, environment: NodeJS.ProcessEnv): Promise<void> {
  for (const name of names(temporary)) {
    const pid = Number(/^plimsoll-try-(\d{1,10})-/.exec(name)?.[1] ?? 0);
    const folder = join(temporary, name);
    if (pid === 0 || pid === process.pid || isAlive(pid) || !isOwnFolder(folder)) continue;
    const workshop = closing({ folder, environment, signal: new AbortController().signal });
    await takeBackImage(workshop);
    for (let tries = 0; tries < TRIES; tries++) {
      for (const builder of processesOf(folder)) end(builder);
      for (const point of mountsBelow(folder)) await starter('umount', workshop)([point], LIMITS.toolMs);
      if (mountsBelow(folder).length === 0 && isRemoved(folder)) break;
      await new Promise((resolve) => setTimeout(resolve, BETWEEN_MS));
    }
  }
}

async function takeBackImage(workshop: Workshop): Promise<void> {
  let image: string;
  try {
    image = readFileSync(join(workshop.folder, ENGINE_IMAGE), 'utf8');
  } catch {
    return;
  }
  if (!image.startsWith(`${TRIAL_IMAGE}-`) || !/^[\w-]{1,64}$/.test(image)) return;
  await starter('docker', workshop)(['image', 'rm', '--force', '--no-prune', image], LIMITS.toolMs);
}

/** Processes that work in the folder: what is temporary for them is in it, or their root folder is. https://man7.org/linux/man-pages/man5/proc.5.html */
function processesOf(folder: string): number[] {
  return names('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => pid !== process.pid && worksIn(folder, pid));
}

function worksIn(folder: string, pid: number): boolean {
  try {
    const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
    return (
      environment.includes(`TMPDIR=${join(folder, 'tmp')}`) ||
      readlinkSync(`/proc/${pid}/root`).startsWith(`${folder}/`)
    );
  } catch {
    return false;
  }
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}

function isRemoved(folder: string): boolean {
  try {
    rmSync(folder, { recursive: true, force: true });
    return true;
  } catch {
    // Something in it is still being written; or files of other users of a rootless store, which the system clears one day.
    return false;
  }
}

function names(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function isOwnFolder(path: string): boolean {
  const status = lstatSync(path, { throwIfNoEntry: false });
  return status?.isDirectory() === true && (process.getuid === undefined || status.uid === process.getuid());
}
