/** The host's files as the benchmark sees them, below a root directory: `/`, a mounted host (`/host`), or a tree in a test. */
import { lstat, open, readdir, readlink, stat } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { LIMITS } from '../../limits.ts';
import { got, missed, type Reading } from '../reading.ts';

/** Owner and permissions of a file of the host. */
export interface HostFile {
  /** As asked for, from the host's `/`. */
  readonly path: string;
  readonly type: 'file' | 'directory' | 'socket' | 'other';
  /** Permission bits with setuid, setgid and sticky (07777). */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Device and inode: the same for one file under two names. */
  readonly identity: string;
}

/** Reads the host. Paths are absolute on the host; nothing throws. */
export interface Host {
  /** Directory that stands for the host's `/`. */
  readonly root: string;
  /** Text of a file, at most `LIMITS.hostFileBytes`. */
  read(path: string): Promise<Reading<string>>;
  /** Text of the first of these files that can be read: places where the same thing stands. */
  readFirst(paths: readonly string[]): Promise<Reading<string>>;
  /** Follows symbolic links. */
  stat(path: string): Promise<Reading<HostFile>>;
  /** Names in a directory, sorted. */
  list(path: string): Promise<Reading<readonly string[]>>;
}

/** The host below `root` (absolute). Links are followed inside `root` only. */
export function openHost(root = '/'): Host {
  return {
    root,
    read: (path) => reading(path, async () => readText(await resolve(root, path))),
    readFirst: (paths) =>
      firstReadable((path) => reading(path, async () => readText(await resolve(root, path))), paths),
    stat: (path) => reading(path, async () => describe(path, await resolve(root, path))),
    list: (path) =>
      reading(path, async () => {
        const names = await readdir(await resolve(root, path));
        return names.slice(0, LIMITS.hostDirectoryEntries).sort();
      }),
  };
}

/** The first good reading, else the first of all. */
export async function firstReadable(
  read: (path: string) => Promise<Reading<string>>,
  paths: readonly string[],
): Promise<Reading<string>> {
  let first: Reading<string> | undefined;
  for (const path of paths) {
    const reading = await read(path);
    if (reading.ok) return reading;
    first ??= reading;
  }
  return first ?? missed('absent', 'no file was named');
}

async function reading<T>(path: string, read: () => Promise<T>): Promise<Reading<T>> {
  try {
    return got(await read());
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return missed('absent', `${path} does not exist`);
    if (code === 'EACCES' || code === 'EPERM') return missed('denied', `no permission to read ${path}: run as root`);
    return missed('broken', `${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Resolves links as the host would, so that an absolute link below `/host` stays below `/host`. */
async function resolve(root: string, path: string): Promise<string> {
  if (root === '/') return path;
  const rest = path.split('/').filter((part) => part !== '' && part !== '.');
  let inside = '';
  let links = 0;
  while (rest.length > 0) {
    const part = rest.shift()!;
    if (part === '..') {
      inside = posix.dirname(inside);
      if (inside === '.' || inside === '/') inside = '';
      continue;
    }
    const next = `${inside}/${part}`;
    const stats = await lstat(join(root, next));
    if (!stats.isSymbolicLink()) {
      inside = next;
      continue;
    }
    if (++links > LIMITS.symlinks) throw new Error('too many symbolic links');
    const target = await readlink(join(root, next));
    if (target.startsWith('/')) inside = '';
    rest.unshift(...target.split('/').filter((segment) => segment !== '' && segment !== '.'));
  }
  return join(root, inside);
}

async function describe(path: string, real: string): Promise<HostFile> {
  // `resolve` has followed the links already; for `/` the kernel does.
  const stats = await stat(real);
  const type = stats.isFile() ? 'file' : stats.isDirectory() ? 'directory' : stats.isSocket() ? 'socket' : 'other';
  return {
    path,
    type,
    mode: stats.mode & 0o7777,
    uid: stats.uid,
    gid: stats.gid,
    identity: `${stats.dev}:${stats.ino}`,
  };
}

/** Files of /proc have no size, so this reads until the end or the budget. */
async function readText(real: string): Promise<string> {
  const handle = await open(real, 'r');
  try {
    const chunks: Buffer[] = [];
    let total = 0;
    while (total < LIMITS.hostFileBytes) {
      const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(65_536), 0, 65_536, null);
      if (bytesRead === 0) return Buffer.concat(chunks).toString('utf8');
      chunks.push(buffer.subarray(0, bytesRead));
      total += bytesRead;
    }
    throw new Error(`larger than ${LIMITS.hostFileBytes} bytes`);
  } finally {
    await handle.close();
  }
}
