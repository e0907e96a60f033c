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

/**
 * What a sticky pattern finds behind a folder of this name, with the path up to and with that folder: the last such folder behind which it holds.
 * A pattern that begins anywhere would try each place of a long path against each of its own.
 */
export function behindFolder(
  path: string,
  folder: string,
  pattern: RegExp,
): { readonly above: string; readonly parts: RegExpExecArray } | undefined {
  const [rooted, name] = [`/${path}`, `/${folder}/`];
  for (let at = rooted.lastIndexOf(name); at >= 0; at = at === 0 ? -1 : rooted.lastIndexOf(name, at - 1)) {
    pattern.lastIndex = at + name.length;
    const parts = pattern.exec(rooted);
    if (parts !== null) return { above: rooted.slice(1, at + name.length - 1), parts };
  }
  return undefined;
}
