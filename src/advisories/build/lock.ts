import {
  closeSync,
  lstatSync,
  openSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { keptText } from '../../bounded-file.ts';
import { asSystemError, PlimsollError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';

interface Owner {
  readonly pid: number;
  /** When that process began, where the system tells: a number is given to another process one day. */
  readonly began: string;
  /** The machine or container: a process number means nothing elsewhere. */
  readonly host: string;
  /** The processes that it counts, where the system tells: containers of one name have numbers of their own. */
  readonly space: string;
}

const POLL_MS = 250;
/** A lock is written in the moment in which it is made: one that stays empty, or says something else, is nobody's. */
const WRITING_MS = 5_000;
/** How often a holder touches its lock, and after what silence one of another machine is taken for dead. */
const BEAT_MS = 15_000;
const SILENCE_MS = 15 * 60_000;
/** The same of another container that has this one's name: mostly it is the one before it. */
const CONTAINER_SILENCE_MS = 2 * 60_000;

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
  const silence = silenceOf(path);
  for (;;) {
    if (create(path)) {
      const beat = setInterval(() => touch(path), BEAT_MS);
      beat.unref();
      // A run that is ended because it did not end by itself leaves no lock behind.
      const { file } = lookAt(path);
      const putAway = (): void => {
        const now = lookAt(path);
        // Where it cannot be read (too many open files), which file it is has to do.
        const isOurs = now.owner === undefined ? now.file?.[0] === file?.[0] : isMine(now.owner);
        if (isOurs) rmSync(path, { force: true });
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
    const seen = lookAt(path);
    const { owner } = seen;
    const dead = whyDead(owner, silence());
    if (dead !== undefined && takeOver(path, seen)) {
      tell(
        owner !== undefined && owner.pid > 0 && isHere(owner)
          ? 'the lock of an update that was killed is taken over'
          : `${path} is taken over: ${dead}`,
      );
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
  let file: number | undefined;
  try {
    file = openSync(path, 'wx');
    writeFileSync(
      file,
      JSON.stringify({ pid: process.pid, began: beganAt(process.pid), host: hostname(), space: space() }),
    );
    return true;
  } catch (error) {
    if (file === undefined && (error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    // One that says nothing would be waited for.
    if (file !== undefined) rmSync(path, { force: true });
    throw cannot(path, error);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/**
 * Removes the lock of a dead owner; whether it did. One process at a time does, and looks again before: between looking and
 * removing another may have taken it over, and two that hold it would write into each other's database.
 */
function takeOver(path: string, seen: Look): boolean {
  const turn = `${path}.taking`;
  try {
    closeSync(openSync(turn, 'wx'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw cannot(path, error);
    // It takes a moment: one that stays is of a process that was killed in it.
    if (Math.abs(ageOf(turn)) > WRITING_MS) remove(turn);
    return false;
  }
  try {
    if (JSON.stringify(lookAt(path)) !== JSON.stringify(seen)) return false;
    remove(path);
    return true;
  } finally {
    rmSync(turn, { force: true });
  }
}

function remove(path: string): void {
  try {
    rmSync(path, { force: true, recursive: true });
  } catch (error) {
    throw cannot(path, error);
  }
}

function cannot(path: string, error: unknown): PlimsollError {
  const known = ['ENOSPC', 'EDQUOT', 'EROFS'].includes((error as NodeJS.ErrnoException).code ?? '');
  const { message, hint } = (known ? asSystemError(error) : undefined) ?? {
    message: (error as Error).message,
    hint: 'check that the folder can be written to; without another update running, the lock may be removed',
  };
  return new PlimsollError('io', `cannot lock the database: ${message}`, {
    where: path,
    ...(hint && { hint }),
    cause: error,
  });
}

function touch(path: string): void {
  try {
    if (isMine(readOwner(path))) utimesSync(path, new Date(), new Date());
  } catch {
    // Gone, or not ours to touch: the next look tells.
  }
}

interface Look {
  readonly owner: Owner | undefined;
  readonly file: readonly [number, number] | undefined;
}

/** What it says, and which file it is: of two that say nothing one may be just being written. */
function lookAt(path: string): Look {
  const { ino, mtimeMs } = lstatSync(path, { throwIfNoEntry: false }) ?? {};
  return { owner: readOwner(path), file: ino === undefined || mtimeMs === undefined ? undefined : [ino, mtimeMs] };
}

/** Whether the numbers of its processes are ours. */
const isHere = ({ host, space: theirs }: Owner): boolean =>
  (host === '' || host === hostname()) && (theirs === '' || space() === '' || theirs === space());

const isMine = (owner: Owner | undefined): boolean => owner?.pid === process.pid && isHere(owner) && isAlive(owner);

/** When it was touched; undefined for a link that leads nowhere or round in a circle, which holds the name all the same. */
function touchedAt(path: string): number | undefined {
  try {
    return statSync(path).mtimeMs;
  } catch {
    return undefined;
  }
}

/** Milliseconds since it was touched, by the clock of the machine that did; negative for one that is ahead. */
const ageOf = (path: string): number => Date.now() - (touchedAt(path) ?? Number.NEGATIVE_INFINITY);

/** How long nobody has touched it. Times of files may lie, and clocks jump: how long it was watched without a change counts too. */
function silenceOf(path: string): () => number {
  let touched: number | undefined;
  let since = performance.now();
  return () => {
    const now = touchedAt(path);
    if (now !== touched) since = performance.now();
    touched = now;
    return Math.max(ageOf(path), performance.now() - since);
  };
}

/** Undefined: it says nothing that a lock says, perhaps because it is just being written. */
function readOwner(path: string): Owner | undefined {
  try {
    const value: unknown = JSON.parse(keptText(path, LIMITS.settingsBytes));
    if (typeof value !== 'object' || value === null || !('pid' in value) || typeof value.pid !== 'number')
      return undefined;
    const word = (name: 'began' | 'host' | 'space'): string =>
      name in value ? String((value as Record<string, unknown>)[name]) : '';
    return { pid: value.pid, began: word('began'), host: word('host'), space: word('space') };
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
  if (!isHere(owner))
    return age > CONTAINER_SILENCE_MS ? 'its holder in another container has been silent for minutes' : undefined;
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

/** https://man7.org/linux/man-pages/man7/pid_namespaces.7.html */
function space(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
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
