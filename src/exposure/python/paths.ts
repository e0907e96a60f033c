/** A path below a folder; the root is the empty path. */
export const pathIn = (folder: string, path: string): string => (folder === '' ? path : `${folder}/${path}`);

/** The folder a path lies in. */
export const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

/** A path as a process that runs in `folder` writes it, from the root: absolute or not, with `.` and `..`. */
export function fromRoot(path: string, folder: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith('/') ? path : `${folder}/${path}`).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}
