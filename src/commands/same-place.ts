import { randomUUID } from 'node:crypto';
import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { PlimsollError } from '../errors.ts';
import { endOfLinks, isStandardOutput } from './output.ts';

/** A place that a result goes to, and the option that names it as its user wrote it. */
interface NamedPlace {
  readonly option: string;
  /** Absent, `-`: standard output. */
  readonly file?: string;
}

/**
 * Refuses two results that would be written to one file, of which only the last would be left: by a link, by another spelling of the
 * same path, by two names of a file (hard links), or in a folder that does not tell upper case from lower. Throws `usage`.
 */
export async function refuseSamePlace(places: readonly NamedPlace[]): Promise<void> {
  if (places.length < 2) return;
  const ends: End[] = [];
  for (const place of places) {
    const end = await endOf(place);
    for (const other of ends)
      if (await isSame(other, end))
        throw new PlimsollError('usage', `${other.option} and ${place.option} would be written to one place`, {
          hint: 'give each a file of its own',
        });
    ends.push(end);
  }
}

interface End {
  readonly option: string;
  /** Where it leads; `-`: standard output; absent: its links lead in a circle, which is told when it is written. */
  readonly path?: string;
  /** The file that is there, by device and number. */
  readonly inode?: string;
}

async function endOf({ option, file }: NamedPlace): Promise<End> {
  if (await isStandardOutput(file)) return { option, path: '-' };
  const path = await endOfLinks(file!).catch(() => undefined);
  if (path === undefined) return { option };
  const there = await stat(path, { bigint: true }).catch(() => undefined);
  return { option, path, ...(there?.isFile() ? { inode: `${there.dev}:${there.ino}` } : {}) };
}

async function isSame(first: End, other: End): Promise<boolean> {
  if (first.path === undefined || other.path === undefined) return false;
  if (first.path === other.path) return true;
  if (first.inode !== undefined || other.inode !== undefined) return first.inode === other.inode;
  return (
    dirname(first.path) === dirname(other.path) &&
    isOneName(dirname(first.path), basename(first.path), basename(other.path))
  );
}

/** Names as the most forgiving file systems compare them. */
const folded = (name: string): string => name.normalize('NFKC').toLowerCase();

/** Whether a folder takes two names for one. Only it can say: it is asked in an empty folder within it, which is removed again. */
async function isOneName(folder: string, name: string, other: string): Promise<boolean> {
  if (folded(name) !== folded(other)) return false;
  const trial = join(folder, `.plimsoll-${randomUUID()}`);
  try {
    await mkdir(trial);
    await writeFile(join(trial, name), '', { flag: 'wx' });
    return await stat(join(trial, other)).then(
      () => true,
      () => false,
    );
  } catch {
    // A folder that takes nothing is told of when the result is written.
    return false;
  } finally {
    await rm(trial, { recursive: true, force: true }).catch(() => {});
  }
}
