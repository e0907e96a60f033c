import { once } from 'node:events';
import { createWriteStream, existsSync, readFileSync, readlinkSync } from 'node:fs';
import { access, chmod, constants, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { getSystemErrorMap } from 'node:util';
import { asPlimsollError, PlimsollError } from '../errors.ts';
import { heardThenCutOff } from '../interruption.ts';
import { clearOrphans } from '../orphans.ts';
import type { Context } from './command.ts';

/**
 * Writes a rendering to standard output, or to a file that appears whole or not at all. A file that is there keeps its mode,
 * links are followed, a device or pipe (`/dev/null`, `/dev/stderr`) is written to and not replaced. A reader of standard output that
 * has seen enough (`| head`) is no error. Throws `io`.
 */
export const writeOutput = (
  pieces: Iterable<string>,
  file: string | undefined,
  context: Pick<Context, 'stdout'>,
): Promise<void> => writeOutputs([{ pieces, ...(file === undefined ? {} : { file }) }], context);

/** One of several results of a run. */
interface OutputPart {
  readonly pieces: Iterable<string>;
  /** Absent, `-`: standard output. */
  readonly file?: string;
}

/**
 * Writes several results: every file is written whole beside its place before the first of them appears, so that a full disk or a
 * missing folder leaves none of them. Standard output comes last. Throws `io`.
 */
export async function writeOutputs(
  parts: readonly OutputPart[],
  context: Pick<Context, 'stdout'> & Partial<Pick<Context, 'signal'>>,
): Promise<void> {
  // Who asked to stop while the last of the work was done gets no result.
  await heardThenCutOff(context.signal, () => undefined);
  const staged: Staged[] = [];
  const printed: Iterable<string>[] = [];
  try {
    for (const { pieces, file } of parts)
      if (await isStandardOutput(file)) printed.push(pieces);
      else staged.push(await stage(pieces, file!, staged.length));
    for (const file of staged) await told(file.file, file.appear);
  } finally {
    for (const file of staged) await file.clear();
  }
  for (const pieces of printed) await toStandardOutput(pieces, context.stdout);
}

interface Staged {
  readonly file: string;
  readonly appear: () => Promise<void>;
  /** Removes what stands beside the target; nothing after it has appeared. */
  readonly clear: () => Promise<void>;
}

/** Writes a result beside its place, as far as it is a file that can be replaced. */
function stage(pieces: Iterable<string>, file: string, number: number): Promise<Staged> {
  return told(file, async () => {
    const target = await endOfLinks(file);
    const there = await stat(target).catch(() => undefined);
    if (there?.isDirectory())
      throw new PlimsollError('io', 'the result could not be written: this is a folder', { where: file });
    if (there && (!there.isFile() || isOpenFile(target)))
      return { file, appear: () => writeAll(pieces, target, 'a'), clear: async () => {} };
    // Who made a file read-only means it, though the folder would let it be replaced.
    if (there) await access(target, constants.W_OK);
    return replacement(pieces, target, there?.mode, file, number);
  });
}

/** Runs a step of writing; what goes wrong says which file it was and what to do. */
export async function told<T>(file: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    if (error instanceof PlimsollError) throw error;
    const long = (error as NodeJS.ErrnoException).code === 'ENAMETOOLONG';
    const target = await endOfLinks(file).catch(() => resolve(file));
    const folder = dirname(target === resolve(file) ? file : target);
    if (!long && !existsSync(folder))
      throw new PlimsollError('io', `the result could not be written: there is no folder ${folder}`, {
        where: file,
        hint: `check that ${folder} exists (mkdir -p makes it)`,
        cause: error,
      });
    throw new PlimsollError(
      'io',
      `the result could not be written: ${long ? 'the name of the file is too long' : saidBySystem(error)}`,
      {
        where: file,
        hint: long ? 'file systems take 255 bytes' : `check that ${folder} exists, may be written to and has room`,
        cause: error,
      },
    );
  }
}

/** What the operating system says, without the path that Node adds: that of a file beside the result, which nobody named. */
function saidBySystem(error: unknown): string {
  const { message } = asPlimsollError(error, 'io');
  const { errno, syscall } = error as NodeJS.ErrnoException;
  const raw = error instanceof Error && message === error.message && syscall !== undefined;
  return raw ? (getSystemErrorMap().get(errno ?? 0)?.[1] ?? message) : message;
}

/** Whole beside its target, then renamed over it. Where the folder does not allow that but the file does, it is written in place, as a shell would. */
async function replacement(
  pieces: Iterable<string>,
  target: string,
  mode: number | undefined,
  file: string,
  number: number,
): Promise<Staged> {
  await clearOrphans(dirname(target), /^\.plimsoll-(\d{1,10})(?:-\d+)?\.partial$/);
  const partial = join(dirname(target), `.plimsoll-${process.pid}${number === 0 ? '' : `-${number}`}.partial`);
  const all = [...pieces];
  const clear = (): Promise<void> => rm(partial, { force: true }).catch(() => {});
  const inPlace = (error: unknown): Staged => {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (mode === undefined || !['EACCES', 'EPERM', 'EBUSY', 'EXDEV'].includes(code)) throw error;
    return { file, appear: () => writeAll(all, target, 'w'), clear };
  };
  try {
    await writeAll(all, partial, 'wx');
    if (mode !== undefined) await chmod(partial, mode & 0o7777);
    const written = await open(partial, 'r+');
    await written.sync().finally(() => written.close());
  } catch (error) {
    await clear();
    return inPlace(error);
  }
  return { file, appear: () => rename(partial, target).catch((error) => inPlace(error).appear()), clear };
}

/** Links that a path may lead through (Linux: 40). */
const LINKS = 40;

/** Where a path leads, also where what it leads to is still to be made. What this process has open (`/dev/fd/3`) ends there, as `/proc/PID/fd/3`. */
export async function endOfLinks(file: string): Promise<string> {
  let path = resolve(file);
  for (let followed = 0; followed < LINKS; followed++) {
    path = join(await realpath(dirname(path)).catch(() => dirname(path)), basename(path));
    if (isOpenFile(path)) return path;
    let target: string;
    try {
      target = readlinkSync(path);
    } catch {
      return path;
    }
    path = resolve(dirname(path), target);
  }
  throw new PlimsollError('io', 'the result could not be written: its links lead round in a circle', { where: file });
}

/** Whether a path is a file that a process has open: what it leads to may have no name (a pipe), or be another program's to replace. https://man7.org/linux/man-pages/man5/proc_pid_fd.5.html */
export const isOpenFile = (path: string): boolean => /^\/(?:proc\/\d+|dev)\/fd\/\d+$/.test(path);

/** Whether a name is standard output: none, `-`, or its file (`/dev/stdout`), which a shell may have led to a file that others write to. */
export async function isStandardOutput(file: string | undefined): Promise<boolean> {
  if (file === undefined || file === '-') return true;
  const end = await endOfLinks(file).catch(() => '');
  return end === `/proc/${process.pid}/fd/1` || end === '/dev/fd/1';
}

async function writeAll(pieces: Iterable<string>, file: string, flags: 'a' | 'w' | 'wx'): Promise<void> {
  const stream = createWriteStream(file, { flags });
  await once(stream, 'open');
  for (const chunk of chunked(pieces)) if (!stream.write(chunk)) await once(stream, 'drain');
  stream.end();
  await once(stream, 'close');
}

/** Writes to standard output, with a turn for signals now and then. A reader that has gone is no error. Throws `io`. */
export async function toStandardOutput(pieces: Iterable<string>, stdout: Context['stdout']): Promise<void> {
  if (stdout === process.stdout && isClosed()) throw cannot(new Error('it is closed'));
  let turn = performance.now();
  for (const chunk of chunked(pieces)) {
    // A pipe takes everything at once: without a pause nobody would hear a signal until a report of megabytes is out.
    if (performance.now() - turn > TURN_MS) {
      await new Promise((resolve) => setImmediate(resolve));
      turn = performance.now();
    }
    const error = await written(stdout, chunk);
    if (error === undefined) continue;
    if (
      (error as NodeJS.ErrnoException).code === 'EPIPE' ||
      (error as NodeJS.ErrnoException).code === 'ERR_STREAM_DESTROYED'
    )
      return;
    throw cannot(error);
  }
}

const cannot = (cause: Error): PlimsollError =>
  new PlimsollError('io', `the result could not be written: ${asPlimsollError(cause, 'io').message}`, {
    where: 'standard output',
    cause,
  });

/** Characters that are written at once: a call for each of a report's thousands of lines costs more than making them. */
const CHUNK = 64 * 1024;

/** Pieces put together to parts that are worth writing at once. */
export function* chunked(pieces: Iterable<string>): Generator<string> {
  let chunk = '';
  for (const piece of pieces) {
    chunk += piece;
    if (chunk.length < CHUNK) continue;
    yield chunk;
    chunk = '';
  }
  if (chunk !== '') yield chunk;
}

/** Writes a chunk; resolves when it has gone, or with what kept it. */
function written(stdout: Context['stdout'], chunk: string): Promise<Error | undefined> {
  return new Promise((done) => {
    stdout.write(chunk, (error) => done(error ?? undefined));
  });
}

/** How long the thread may be kept before signals get their turn. */
const TURN_MS = 40;

const READ_WRITE = 0o2;
/** Shells, by the names of their processes. */
const SHELLS = /^(?:ba|da|z|k|mk|a|fi|busybox-?)?sh\d?$|^busybox$/;

/**
 * Whether standard output was closed (`>&-`). Node then opens /dev/null in its place, for reading and writing, where a shell's
 * `> /dev/null` is for writing only; but libraries that start programs (Python's DEVNULL, Node's `ignore`) open it that way too, for a
 * caller that wants the exit code alone. From inside the two look the same, so that it is looked whether a shell started
 * this, with an output of its own that it did not hand on. https://man7.org/linux/man-pages/man5/proc_pid_fdinfo.5.html
 */
function isClosed(): boolean {
  if (!isOpenedNull('self', 1) || isOpenedNull('self', 0)) return false;
  const parent = String(process.ppid);
  return linkOf(parent, 1) === '' || (isShell(parent) && !isOpenedNull(parent, 1));
}

/** Whether a process has /dev/null, opened for reading and writing, under a number. */
function isOpenedNull(pid: string, fd: number): boolean {
  try {
    const flags = /^flags:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'utf8'))?.[1] ?? '';
    return (Number.parseInt(flags, 8) & 0o3) === READ_WRITE && linkOf(pid, fd) === '/dev/null';
  } catch {
    return false;
  }
}

/** What a process has open under a number: empty for nothing, undefined where that cannot be seen. */
function linkOf(pid: string, fd: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/fd/${fd}`);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? '' : undefined;
  }
}

function isShell(pid: string): boolean {
  try {
    return SHELLS.test(readFileSync(`/proc/${pid}/comm`, 'utf8').trim());
  } catch {
    return false;
  }
}
