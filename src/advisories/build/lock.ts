import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { PlimsollError } from '../../errors.ts';

interface Owner {
  readonly pid: number;
  /** When that process began, where the system tells: a number is given to another process one day. */
  readonly began: string;
}

const POLL_MS = 250;

/**
 * Takes a lock file for this process, waiting while a living process holds it; one that was left by a killed process is
 * taken over. `waiting` is told once with the holder's process number. Resolves to whether it had to wait.
 * Throws `interrupted` when the signal comes first.
 */
export async function takeLock(
  path: string,
  waiting: (pid: number) => void,
  signal?: AbortSignal,
): Promise<{ waited: boolean; release(): void }> {
  let waited = false;
  for (;;) {
    if (create(path)) return { waited, release: () => release(path) };
    const owner = readOwner(path);
    if (owner !== undefined && !isAlive(owner)) {
      // Only the file of that dead owner is removed: between reading and removing another may have taken it over.
      if (sameOwner(readOwner(path), owner)) rmSync(path, { force: true });
      continue;
    }
    if (owner !== undefined && !waited) {
      waited = true;
      waiting(owner.pid);
    }
    await sleep(POLL_MS, undefined, signal ? { signal } : {}).catch(() => {
      throw new PlimsollError('interrupted', 'interrupted while another update was running', { where: path });
    });
  }
}

function create(path: string): boolean {
  try {
    const file = openSync(path, 'wx');
    writeSync(file, JSON.stringify({ pid: process.pid, began: beganAt(process.pid) }));
    closeSync(file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw new PlimsollError('io', `cannot lock the database: ${(error as Error).message}`, {
      where: path,
      cause: error,
    });
  }
}

function release(path: string): void {
  const owner = readOwner(path);
  if (owner?.pid === process.pid) rmSync(path, { force: true });
}

/** Undefined while the file is being written, or when it is gone. A file of something else counts as a dead owner's. */
function readOwner(path: string): Owner | undefined {
  try {
    const text = readFileSync(path, 'utf8');
    if (text === '') return undefined;
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && 'pid' in value && typeof value.pid === 'number') {
      return { pid: value.pid, began: 'began' in value ? String(value.began) : '' };
    }
    return { pid: 0, began: '' };
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? undefined : { pid: 0, began: '' };
  }
}

const sameOwner = (a: Owner | undefined, b: Owner): boolean => a?.pid === b.pid && a.began === b.began;

function isAlive({ pid, began }: Owner): boolean {
  if (pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const now = beganAt(pid);
  return began === '' || now === '' || began === now;
}

/** Start time in clock ticks since boot; empty where there is no /proc. https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function beganAt(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}
