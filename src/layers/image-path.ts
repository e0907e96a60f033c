import { folderOf } from '../formats/paths.ts';

/** A tar member's name as a path inside the image. */
interface ImagePath {
  /** Relative to the root, without leading slash, dot segments resolved; `''` is the root itself. */
  readonly path: string;
  /** The name climbed above the root; like containerd we stay inside, and say so. */
  readonly escaped: boolean;
}

/** Cleans a name the way Go's path.Clean does, below a root that cannot be left. */
export function imagePath(name: string): ImagePath {
  // The common case costs one look: no dot segments, no doubled slashes, but for the `./` that many archives begin their names with and
  // the slash at the end of a folder's.
  const from = name.startsWith('./') ? 2 : 0;
  const to = name.endsWith('/') ? name.length - 1 : name.length;
  const plain = from < to ? name.slice(from, to) : name;
  if (!/(^|\/)\.{0,2}(\/|$)/.test(plain)) return { path: plain, escaped: false };
  const parts: string[] = [];
  let escaped = false;
  for (const part of name.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) escaped = true;
  }
  return { path: parts.join('/'), escaped };
}

/** The path a symbolic link points to, inside the image root. */
export function linkTarget(linkPath: string, target: string): string {
  return imagePath(target.startsWith('/') ? target : `${folderOf(linkPath)}/${target}`).path;
}
