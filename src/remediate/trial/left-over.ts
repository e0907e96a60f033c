import { lstatSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive } from '../../orphans.ts';
import { mountsBelow } from './own-store.ts';

/** What the folder of a trial is called, among temporary files: with the number of the process that made it. */
export const trialFolderPrefix = (pid = process.pid): string => `plimsoll-try-${pid}-`;

/**
 * Removes folders of trials that were killed: our own ones, whose process is no more, and in which nothing is mounted (a builder that outlived
 * its trial may have the folder of the build in there). What cannot be removed stays.
 */
export function clearTrials(temporary: string): void {
  for (const name of names(temporary)) {
    const pid = Number(/^plimsoll-try-(\d{1,10})-/.exec(name)?.[1] ?? 0);
    const folder = join(temporary, name);
    if (pid === 0 || pid === process.pid || isAlive(pid) || !isOwnFolder(folder)) continue;
    if (mountsBelow(folder).length > 0) continue;
    try {
      rmSync(folder, { recursive: true, force: true });
    } catch {
      // Files of other users of a rootless store: the system clears its temporary files one day.
    }
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
