import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { PlimsollError } from './errors.ts';

/** How often a pipe without bytes is looked at, and how long one is waited for that nobody has opened for writing. */
const POLL_MS = 20;
const NOBODY_MS = 10_000;
const CHUNK_BYTES = 64 * 1024;

/**
 * The bytes of a file that a person named, of at most so many: what is no plain file (a link to /dev/zero in a clone, a pipe) has no size that
 * could be looked at before. A pipe is read as its writer writes, and never holds the process: to open one as usual waits where no
 * signal and no end of the process is heard. Throws `limit`, `io` for a pipe that nobody writes to, and what the file system does.
 */
export async function boundedBytes(path: string, most: number, patience = NOBODY_MS): Promise<Buffer> {
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const isPipe = (await file.stat()).isFIFO();
    const parts: Buffer[] = [];
    const since = performance.now();
    for (let total = 0; ; ) {
      const part = Buffer.allocUnsafe(CHUNK_BYTES);
      const count = await file.read(part, 0, CHUNK_BYTES, null).then(
        ({ bytesRead }) => bytesRead,
        (error: NodeJS.ErrnoException) => {
          if (error.code === 'EAGAIN') return undefined;
          // Of a folder the opening says nothing, and the reading not which one it is.
          error.path ??= path;
          throw error;
        },
      );
      total += count ?? 0;
      if (total > most) throw new PlimsollError('limit', `this is larger than ${most} bytes`, { where: path });
      if (count !== undefined && count > 0) parts.push(part.subarray(0, count));
      // A pipe that nobody has opened yet looks like one that is at its end.
      else if (count === undefined || (isPipe && total === 0 && performance.now() - since < patience))
        await sleep(POLL_MS);
      else if (isPipe && total === 0)
        throw new PlimsollError('io', 'this is a pipe that nobody writes to', { where: path });
      else return Buffer.concat(parts);
    }
  } finally {
    await file.close();
  }
}

/**
 * The text of a small file that we keep ourselves, at once: a plain file of at most so many bytes. A pipe in its place would hold the
 * process, and no signal would end it. Throws `io`, and what the file system does.
 */
export function keptText(path: string, most: number): string {
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const status = fstatSync(file);
    if (!status.isFile() || status.size > most)
      throw new PlimsollError('io', 'what is in its place is none of our files', { where: path });
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
}

/** The bytes that `boundedBytes` reads, as text. */
export const boundedText = async (path: string, most: number): Promise<string> =>
  decodedText(await boundedBytes(path, most));

/**
 * Text as its byte order mark says: UTF-16, which PowerShell writes where output is redirected (`pip freeze > requirements.txt`), else UTF-8.
 * The mark is no part of the text. https://www.unicode.org/faq/utf_bom.html
 */
export function decodedText(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString('utf16le', 2);
  if (bytes[0] === 0xfe && bytes[1] === 0xff)
    return Buffer.from(bytes.subarray(2, bytes.length & ~1))
      .swap16()
      .toString('utf16le');
  const isMarked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return bytes.toString('utf8', isMarked ? 3 : 0);
}

/** What libsql opens besides a database and its journals: where it cannot, a panic of its own ends the whole process. */
const LIBRARY_FILES = 10;

/** To be called before libsql opens a file. Throws `EMFILE` where the process may not open as many files as it will. */
export function needFiles(): void {
  if (process.platform === 'win32') return;
  const files: number[] = [];
  try {
    while (files.length < LIBRARY_FILES) files.push(openSync('/', 'r'));
  } finally {
    for (const file of files) closeSync(file);
  }
}
