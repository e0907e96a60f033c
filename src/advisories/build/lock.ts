import { closeSync, openSync, readFileSync, rmSync, statSync, utimesSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { keptText } from '../../bounded-file.ts';
import { PlimsollError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';

interface Owner {
  readonly pid: number;
  /** When that process began, where the system tells: a number is given to another process one day. */
  readonly began: string;
  /** The machine or container: a process number means nothing elsewhere. */
  readonly host: string;
}

const POLL_MS = 250;
/** A lock is written in the moment in which it is made: one that stays empty, or says something else, is nobody's. */
const WRITING_MS = 5_000;
/** How often a holder touches its lock, and after what silence one of another machine is taken for dead. */
const BEAT_MS = 15_000;
const SILENCE_MS = 15 * 60_000;

/**
 * Takes a lock file for this process, waiting while a living process holds it. One that was left by a killed process, that
 * is empty or of something else, or whose holder on another machine has been silent for long is taken over, and `tell` is
 * told so; it is also told, once, who is waited for. Resolves to whether it had to wait.
 * Throws `interrupted` when the signal comes first, `io` where no lock can be made.
 */
export async function takeLock(
  path: string,
  tell: (what: string) => void,
  signal?: AbortSignal,
): Promise<{ waited: boolean; release(): void }> {
  let waited = false;
  for (;;) {
    if (create(path)) {
      const beat = setInterval(() => touch(path), BEAT_MS);
      beat.unref();
      // A run that is ended because it did not end by itself leaves no lock behind.
      const putAway = (): void => {
        if (isMine(readOwner(path))) rmSync(path, { force: true });
      };
      process.once('exit', putAway);
      return {
        waited,
        release: () => {
          clearInterval(beat);
          process.off('exit', putAway);
          putAway();
        },
      };
    }
    const { owner, age } = held(path);
    const dead = whyDead(owner, age);
    if (dead !== undefined) {
      // Only the file of that dead owner is removed: between reading and removing another may have taken it over.
      if (JSON.stringify(readOwner(path)) === JSON.stringify(owner)) {
        if (owner !== undefined && owner.pid > 0 && age < SILENCE_MS)
          tell('the lock of an update that was killed is taken over');
        else tell(`${path} is taken over: ${dead}`);
        remove(path);
      }
      continue;
    }
    if (!waited && owner !== undefined && owner.pid > 0) {
      waited = true;
      tell(
        `another update is running (process ${owner.pid}${owner.host === hostname() || owner.host === '' ? '' : ` on ${owner.host}`}): waiting for it`,
      );
    }
    await sleep(POLL_MS, undefined, signal ? { signal } : {}).catch(() => {
      throw new PlimsollError('interrupted', 'interrupted while another update was running', { where: path });
    });
  }
}

function create(path: string): boolean {
  try {
    const file = openSync(path, 'wx');
    writeSync(file, JSON.stringify({ pid: process.pid, began: beganAt(process.pid), host: hostname() }));
    closeSync(file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw cannot(path, error);
  }
}

function remove(path: string): void {
  try {
    rmSync(path, { force: true, recursive: true });
  } catch (error) {
    throw cannot(path, error);
  }
}

const cannot = (path: string, error: unknown): PlimsollError =>
  new PlimsollError('io', `cannot lock the database: ${(error as Error).message}`, {
    where: path,
    hint: 'check that the folder can be written to; without another update running, the lock may be removed',
    cause: error,
  });

function touch(path: string): void {
  try {
    if (isMine(readOwner(path))) utimesSync(path, new Date(), new Date());
  } catch {
    // Gone, or not ours to touch: the next look tells.
  }
}

const isMine = (owner: Owner | undefined): boolean =>
  owner?.pid === process.pid && (owner.host === hostname() || owner.host === '');

function held(path: string): { owner: Owner | undefined; age: number } {
  const stat = statSync(path, { throwIfNoEntry: false });
  // A link that leads nowhere holds the name all the same.
  const age = stat === undefined ? Number.POSITIVE_INFINITY : Date.now() - stat.mtimeMs;
  return { owner: readOwner(path), age };
}

/** Undefined: it says nothing that a lock says, perhaps because it is just being written. */
function readOwner(path: string): Owner | undefined {
  try {
    const value: unknown = JSON.parse(keptText(path, LIMITS.settingsBytes));
    if (typeof value !== 'object' || value === null || !('pid' in value) || typeof value.pid !== 'number')
      return undefined;
    const word = (name: 'began' | 'host'): string =>
      name in value ? String((value as Record<string, unknown>)[name]) : '';
    return { pid: value.pid, began: word('began'), host: word('host') };
  } catch {
    return undefined;
  }
}

/** Why nobody holds this lock any more; undefined: somebody may. */
function whyDead(owner: Owner | undefined, age: number): string | undefined {
  if (owner === undefined || owner.pid <= 0)
    return age > WRITING_MS ? 'it does not say whose it is, and nothing has written to it for seconds' : undefined;
  if (owner.host !== '' && owner.host !== hostname())
    return age > SILENCE_MS ? `its holder on ${owner.host} has been silent for a quarter of an hour` : undefined;
  return isAlive(owner) ? undefined : `process ${owner.pid} has ended`;
}

function isAlive({ pid, began }: Owner): boolean {
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
