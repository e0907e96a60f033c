import { stat } from 'node:fs/promises';

/**
 * True for a file that nobody but this user (or the administrator) can write: only such a file may name a program that is run. Where the
 * system has no owners (Windows) it is true of every file.
 */
export async function isOwnFile(path: string): Promise<boolean> {
  const status = await stat(path).catch(() => undefined);
  if (status === undefined) return false;
  const user = process.getuid?.();
  if (user === undefined) return true;
  return (status.uid === user || status.uid === 0) && (status.mode & 0o022) === 0;
}
