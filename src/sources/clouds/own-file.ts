import { stat } from 'node:fs/promises';

/**
 * True for a file that nobody but this user (or the administrator) can write: only such a file may name a program that is run. Where the
 * system has no owners (Windows) it is true of every file.
 */
export async function isOwnFile(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return false;
  const user = process.getuid?.();
  if (user === undefined) return true;
  return (found.uid === user || found.uid === 0) && (found.mode & 0o022) === 0;
}
