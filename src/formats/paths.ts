/** Paths inside an image: POSIX, from the root, without a leading slash. */

/** The folder a path lies in; `''` is the root. */
export function folderOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}

/** The last name of a path. */
export const fileNameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** A path below a folder; `''` is the root. */
export const pathIn = (folder: string, path: string): string => (folder === '' ? path : `${folder}/${path}`);
