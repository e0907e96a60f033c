import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Removes what runs that were killed left in a folder: files whose names match, with the number of the process that made them as the
 * first group, where that process is no more. What cannot be listed or removed stays.
 */
export async function clearOrphans(folder: string, names: RegExp): Promise<void> {
  for (const name of await readdir(folder).catch(() => []))
    if (isOrphan(name, names)) await rm(join(folder, name), { force: true }).catch(() => {});
}

/** Whether a file of this name was made by a process that is no more: its number is the first group of `names`. */
export function isOrphan(name: string, names: RegExp): boolean {
  const pid = Number(names.exec(name)?.[1] ?? 0);
  return pid > 0 && pid !== process.pid && !isAlive(pid);
}

/** Whether a process of this number is running, whoever it belongs to. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
