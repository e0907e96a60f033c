import { lstatSync, opendirSync, readlinkSync, realpathSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { asPlimsollError, PlimsollError } from '../errors.ts';
import { mayBeBytes, pathOfBytes } from '../formats/path-bytes.ts';
import { LIMITS } from '../limits.ts';
import { type ByteSource, fileSource } from './byte-source.ts';
import { openInside, systemPath } from './inside-folder.ts';
import type { Members, TarMember } from './tar.ts';

/** Most files are looked at for their first bytes only. */
const WINDOW_BYTES = LIMITS.magicBytes;

/** What of a folder is gone through, and for how long. */
interface Walk {
  /** Nothing but this entry of the root, and what is below it. */
  readonly only?: string | undefined;
  /** Nothing but what lies at these paths. */
  readonly these?: Iterable<string>;
  /** No more folders are entered: those that are left are members with a `problem`. */
  isOver?(): boolean;
}

/**
 * A root file system directory as if it were a layer, the names of each folder in order, and folders in the order of what they tell of a system:
 * where the time is not enough for all, it is caches that are not read. Links are not followed, and other file systems mounted
 * below it are not entered: those that the kernel makes up (/proc, /sys, /dev, /run) in silence, others with a word. Synchronous calls: a thread-pool trip for each of a hundred thousand files costs more than it gives. What cannot be listed or read is a member with a `problem`, not an error.
 * Throws `not-found` and `io` for the root itself.
 */
export function directoryMembers(path: string, what: Walk = {}): Members {
  const members = what.these === undefined ? walk(path, what) : membersAt(path, what.these);
  return { next: () => members.next().value ?? undefined };
}

function* membersAt(path: string, these: Iterable<string>): Generator<TarMember, undefined> {
  const root = realpathSync(path);
  const { dev } = lstatSync(root);
  for (const name of these) {
    const member = memberOf(root, name, dev);
    if (!member) continue;
    yield member;
    void member.body.skip(member.body.remaining);
  }
}

function* walk(path: string, { only, isOver = () => false }: Walk): Generator<TarMember, undefined> {
  const root = realpathSync(path);
  const { dev } = lstatSync(root);
  const folders = foldersToEnter();
  let entries = 0;
  for (let folder = folders.next(); folder !== undefined; folder = folders.next()) {
    // The root is listed whatever the time: what it holds is the least that can be said.
    const isLate = (): boolean => folder !== '' && isOver();
    if (isLate()) {
      yield { ...emptyMember(folder, 'directory'), problem: NOT_REACHED, isLate: true };
      continue;
    }
    const names = folder === '' && only !== undefined ? [only] : namesIn(systemPath(root, folder));
    if (names instanceof Error) {
      if (folder === '') throw asPlimsollError(names, 'io', path);
      yield { ...emptyMember(folder, 'directory'), problem: `the folder cannot be listed: ${names.message}` };
      continue;
    }
    entries += names.length;
    if (entries > LIMITS.layerEntries)
      throw new PlimsollError('limit', `more than ${LIMITS.layerEntries} files`, { where: path });
    for (const name of names) {
      if (isLate()) {
        yield { ...emptyMember(folder, 'directory'), problem: PARTLY_REACHED, isLate: true };
        break;
      }
      const member = memberOf(root, folder === '' ? name : `${folder}/${name}`, dev);
      if (!member) continue;
      if (member.type === 'directory') folders.add(member.name);
      yield member;
      void member.body.skip(member.body.remaining);
    }
  }
}

const PARTLY_REACHED = 'part of this folder was not read: the time for reading was over (--timeout)';
const NOT_REACHED = 'this folder was not read, nor what is below it: the time for reading was over (--timeout)';

/**
 * Where folders come in the order in which they are entered, and who is above them: what says what the system is and what its package managers
 * installed; the system's own programs and what was installed beside it; everything else; and what is temporary, was downloaded, or is an image of its own.
 */
const RANKS: readonly RegExp[] = [
  /^(?:etc(?:\/.*)?|(?:usr|var)(?:\/lib)?|lib(?:\/apk.*)?|var\/lib\/(?:dpkg|rpm|pacman)(?:\/.*)?|usr\/lib\/(?:sysimage|apk)(?:\/.*)?|usr\/share\/rpm)?$/s,
  /^(?:usr|s?bin|lib[^/]*|opt|srv|app)(?:\/|$)/,
];
const LAST =
  /^(?:(?:var\/)?tmp|var\/(?:cache|lib\/(?:docker|containerd|containers|kubelet|libvirt|machines))|(?:root|home\/[^/]+)\/\.cache)(?:\/|$)/;

function rankOf(folder: string): number {
  if (LAST.test(folder)) return RANKS.length + 1;
  const rank = RANKS.findIndex((pattern) => pattern.test(folder));
  return rank < 0 ? RANKS.length : rank;
}

/** Folders that were seen and not entered yet: of one rank, one is gone through before its neighbour. */
function foldersToEnter(): { add(folder: string): void; next(): string | undefined } {
  const ranked: string[][] = [...RANKS, 'others', 'last'].map(() => []);
  (ranked[0] as string[]).push('');
  /** Of the folder that is being listed: they come in the order of their names. */
  let listed: string[] = [];
  return {
    add: (folder) => void listed.push(folder),
    next() {
      // What is pushed last is taken first.
      for (const folder of listed.reverse()) (ranked[rankOf(folder)] as string[]).push(folder);
      listed = [];
      return ranked.find(({ length }) => length > 0)?.pop();
    },
  };
}

function namesIn(folder: string | Buffer): string[] | Error {
  try {
    const names = listed(folder, 'utf8');
    // Listed once more: names as bytes take twice as long, and are hardly ever needed.
    return (names.some(mayBeBytes) ? listed(folder, 'buffer') : names).sort();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function listed(folder: string | Buffer, encoding: 'utf8' | 'buffer'): string[] {
  const names: string[] = [];
  const listing = opendirSync(folder, { encoding: encoding as 'utf8' });
  try {
    for (let entry = listing.readSync(); entry && names.length <= LIMITS.layerEntries; entry = listing.readSync()) {
      const name: string | Buffer = entry.name;
      names.push(typeof name === 'string' ? name : pathOfBytes(name));
    }
  } finally {
    listing.closeSync();
  }
  return names;
}

function memberOf(root: string, path: string, device: number): TarMember | undefined {
  const full = systemPath(root, path);
  try {
    const status = lstatSync(full);
    if (status.dev !== device && status.isDirectory())
      return isVolatile(statfsSync(full).type) ? undefined : { ...emptyMember(path, 'other'), problem: NOT_ENTERED };
    const type = status.isFile()
      ? 'file'
      : status.isDirectory()
        ? 'directory'
        : status.isSymbolicLink()
          ? 'symlink'
          : 'other';
    const size = type === 'file' ? status.size : 0;
    return {
      ...emptyMember(path, type),
      link: type === 'symlink' ? pathOfBytes(readlinkSync(full, 'buffer')) : '',
      mode: status.mode & 0o7777,
      uid: status.uid,
      gid: status.gid,
      size,
      mtime: Math.floor(status.mtimeMs / 1000),
      body: lazyBody(root, path, size),
    };
  } catch (error) {
    // Gone since it was listed: as if it had never been there.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    return { ...emptyMember(path, 'other'), problem: error instanceof Error ? error.message : String(error) };
  }
}

const NOT_ENTERED = 'another file system is mounted here and is not entered: scan it by itself';

/**
 * File systems without a disk, by their numbers: what is in them is gone when the machine is turned off, or was never there.
 * https://man7.org/linux/man-pages/man2/statfs.2.html
 */
const MADE_UP: ReadonlySet<number> = new Set([
  0x9fa0, // proc
  0x62656572, // sysfs
  0x01021994, // tmpfs, devtmpfs
  0x858458f6, // ramfs
  0x1cd1, // devpts
  0x27e0eb, // cgroup
  0x63677270, // cgroup 2
  0x64626720, // debugfs
  0x74726163, // tracefs
  0x73636673, // securityfs
  0xcafe4a11, // bpf
  0x19800202, // mqueue
  0x958458f6, // hugetlbfs
  0x6165676c, // pstore
  0xde5e81e4, // efivarfs
  0x62656570, // configfs
  0x65735543, // fusectl
  0x42494e4d, // binfmt_misc
  0x0187, // autofs
  0x6e736673, // nsfs
]);

/** Whether a file system holds nothing that stays; the number may come with a sign. */
export const isVolatile = (type: number): boolean => MADE_UP.has(type >>> 0);

function emptyMember(name: string, type: TarMember['type']): TarMember {
  const body = { remaining: 0, chunk: () => Buffer.alloc(0), skip: () => undefined };
  return { name, link: '', type, mode: 0, uid: 0, gid: 0, size: 0, mtime: 0, sparse: false, at: 0, body };
}

/** A file's body: opened when the first byte is asked for, closed behind the last. */
function lazyBody(root: string, path: string, size: number): TarMember['body'] {
  let source: ByteSource | undefined;
  let remaining = size;
  const finish = (): void => {
    remaining = 0;
    source?.close();
    source = undefined;
  };
  const opened = (): ByteSource => {
    try {
      return fileSource(openInside(root, path), 0, size, Math.min(size, WINDOW_BYTES));
    } catch (error) {
      finish();
      throw asPlimsollError(error, 'io', join(root, path));
    }
  };
  const counted = (shared: Buffer): Buffer => {
    const bytes = Buffer.from(shared);
    remaining -= bytes.length;
    // Empty before its size: the file has shrunk since its size was read.
    if (remaining === 0 || bytes.length === 0) finish();
    return bytes;
  };
  return {
    get remaining() {
      return remaining;
    },
    chunk(max) {
      if (remaining === 0) return Buffer.alloc(0);
      source ??= opened();
      const bytes = source.chunk(Math.min(max, remaining));
      return bytes instanceof Promise ? bytes.then(counted) : counted(bytes);
    },
    async skip(count) {
      const passed = Math.min(count, remaining);
      remaining -= passed;
      if (remaining === 0) finish();
      else {
        source ??= opened();
        await source.skip(passed);
      }
    },
  };
}
