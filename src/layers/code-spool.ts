import { randomUUID } from 'node:crypto';
import { closeSync, openSync, readSync, unlinkSync, write, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Analyzer } from '../analyzers/analyzer.ts';
import { LIMITS } from '../limits.ts';

/** Bodies of small files of code out of layers that pass by only once, until it is known which of them are asked about. */
export interface CodeSpool {
  /** Keeps a copy of a body, and says where; undefined where there is no room for it. */
  keep(body: Buffer): number | undefined;
  /** A body that was kept, valid until the next is read; fewer bytes where it cannot be read any more. */
  read(at: number, size: number): Buffer;
  close(): void;
}

/** The largest body that is worth a copy for these analyzers: what reads a file as it passes by costs little more than the copy. */
export const spooledUpTo = (analyzers: readonly Analyzer[]): number =>
  analyzers.every(({ stream }) => stream === undefined) ? LIMITS.spooledTextBytes : LIMITS.spooledBytes;

/** Kept in memory until there is more: the code of a small image never leaves it. As much as one body may be; twice that while the one half is written. */
const MEMORY_BYTES = LIMITS.spooledTextBytes;
/** Nearly all bodies fit. Thousands of them, each in memory of its own, would be 30 MB that wait for V8 to collect them just where a scan needs most. */
const WINDOW_BYTES = 1024 * 1024;

/** A full memory on its way to the file; what is in it can be read until it has arrived. */
interface Leaving {
  readonly memory: Buffer;
  readonly from: number;
  readonly used: number;
}

/**
 * A spool. What is more than a few megabytes goes to a temporary file that has no name: it is gone with the program, however that ends, and nothing
 * of an image can be found by a path. Where none can be had (a system without a writable folder, Windows, a full disk), there is only the memory.
 * It is written while the caller goes on: copying into the system's memory took this thread a tenth of a packed image.
 * Long because it is an object: its methods close over one state.
 */
export function codeSpool(folders: readonly string[] = temporaryFolders(), open = nameless): CodeSpool {
  let memory: Buffer | undefined;
  /** Where in the spool the memory begins; what is before it is in the file, or leaving for it. */
  let from = 0;
  let used = 0;
  let file: number | undefined;
  let isFull = false;
  let isClosed = false;
  /** Stays for good where it could not be written. */
  let leaving: Leaving | undefined;
  let isWriting = false;
  let spare: Buffer | undefined;
  let window: Buffer | undefined;

  const closeFile = (): void => {
    if (file !== undefined) closeSync(file);
    file = undefined;
  };
  /** Writes it to its end. What could not be written stays readable, and nothing more is taken. */
  const send = (going: Leaving, written = 0): void => {
    isWriting = true;
    write(file as number, going.memory, written, going.used - written, going.from + written, (error, count) => {
      isWriting = false;
      if (isClosed) return closeFile();
      if (error || count === 0) isFull = true;
      else if (written + count < going.used) send(going, written + count);
      else {
        leaving = undefined;
        spare = going.memory;
      }
    });
  };
  /** Makes room in memory; says whether it could. */
  const flush = (): boolean => {
    try {
      file ??= open(folders);
      if (file === undefined) return false;
      if (leaving === undefined) {
        leaving = { memory: memory as Buffer, from, used };
        memory = spare ?? Buffer.allocUnsafeSlow(MEMORY_BYTES);
        spare = undefined;
        send(leaving);
      } else {
        // The caller is faster than the disk, or has never waited.
        for (let written = 0; written < used; )
          written += writeSync(file, memory as Buffer, written, used - written, from + written);
      }
    } catch {
      return false;
    }
    from += used;
    used = 0;
    return true;
  };
  return {
    keep(body) {
      if (isFull || from + used + body.length > LIMITS.spoolBytes) return undefined;
      memory ??= Buffer.allocUnsafeSlow(MEMORY_BYTES);
      if (used + body.length > memory.length && (body.length > memory.length || !flush())) {
        // What is in memory stays readable.
        isFull = true;
        return undefined;
      }
      body.copy(memory, used);
      used += body.length;
      return from + used - body.length;
    },
    read(at, size) {
      if (at >= from) return memory?.subarray(at - from, Math.min(used, at - from + size)) ?? Buffer.alloc(0);
      if (leaving && at >= leaving.from && at < leaving.from + leaving.used)
        return leaving.memory.subarray(at - leaving.from, Math.min(leaving.used, at - leaving.from + size));
      if (size <= WINDOW_BYTES) window ??= Buffer.allocUnsafeSlow(WINDOW_BYTES);
      const bytes = size <= WINDOW_BYTES ? (window as Buffer) : Buffer.allocUnsafe(size);
      let have = 0;
      while (file !== undefined && have < size) {
        const got = readSync(file, bytes, have, size - have, at + have);
        if (got === 0) break;
        have += got;
      }
      return bytes.subarray(0, have);
    },
    close() {
      isClosed = true;
      isFull = true;
      memory = undefined;
      window = undefined;
      // Not under the hands of who writes to it: another file may get its number.
      if (!isWriting) closeFile();
    },
  };
}

/** What was put into `/tmp` is memory on many systems; `/var/tmp` is for what is large. https://systemd.io/TEMPORARY_DIRECTORIES/ */
const temporaryFolders = (): string[] =>
  process.platform === 'win32' ? [] : tmpdir() === '/tmp' ? ['/var/tmp', '/tmp'] : [tmpdir()];

/** A file that nobody can open by a name: it has none as soon as it is open. */
function nameless(folders: readonly string[]): number | undefined {
  for (const folder of folders) {
    const path = join(folder, `plimsoll-${randomUUID()}`);
    try {
      const file = openSync(path, 'wx+', 0o600);
      unlinkSync(path);
      return file;
    } catch {
      // The next folder.
    }
  }
  return undefined;
}
