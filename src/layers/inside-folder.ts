import { closeSync, constants, fstatSync, lstatSync, openSync, readlinkSync, realpathSync } from 'node:fs';
import { join, sep } from 'node:path';
import { PlimsollError } from '../errors.ts';
import { bytesOfPath, hasBytes } from '../formats/path-bytes.ts';

// Windows has neither: there nothing is lost, a link is found by the path that is compared.
const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;

/**
 * Opens a regular file of a folder by its path in it, and nothing else: not what a link leads to, be it put in the file's place or in that of a folder above
 * it between the listing of the folder and now; no pipe, on which opening would wait, and no device. What was opened is asked for its path, so that there is
 * no moment in between. The descriptor is the caller's to close. Throws `io`, and what opening throws.
 * https://man7.org/linux/man-pages/man2/open.2.html , https://man7.org/linux/man-pages/man5/proc_pid_fd.5.html
 */
export function openInside(folder: string, path: string): number {
  const full = systemPath(folder, path);
  const file = openSync(full, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    if (!fstatSync(file).isFile() || !isAt(file, full, folder, path))
      throw new PlimsollError('io', 'is not the file any more that it was when its folder was listed', {
        where: join(folder, path),
      });
    return file;
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

/** Where a file of a folder lies, for calls of the system: as bytes where its name is not UTF-8. */
export const systemPath = (folder: string, path: string): string | Buffer =>
  hasBytes(path) ? Buffer.concat([Buffer.from(join(folder, sep)), bytesOfPath(path)]) : join(folder, path);

function isAt(file: number, full: string | Buffer, folder: string, path: string): boolean {
  const wanted = Buffer.concat([Buffer.from(rootOf(folder) + sep), bytesOfPath(join(path))]);
  try {
    return readlinkSync(`/proc/self/fd/${file}`, 'buffer').equals(wanted);
  } catch {
    // No /proc: the path as it is now, and the file that lies there.
    if (!realpathSync(full, 'buffer').equals(wanted)) return false;
    const [opened, there] = [fstatSync(file), lstatSync(full)];
    return opened.dev === there.dev && opened.ino === there.ino;
  }
}

/** The folder by which all its files are known; it is the user's, and looked up once. */
const roots = new Map<string, string>();
function rootOf(folder: string): string {
  const known = roots.get(folder);
  if (known !== undefined) return known;
  // `/` is no beginning that could be taken off.
  const root = realpathSync(folder).replace(/\/$/, '');
  if (roots.size > 100) roots.clear();
  roots.set(folder, root);
  return root;
}
