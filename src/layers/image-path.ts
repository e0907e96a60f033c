import { LIMITS } from '../limits.ts';

/** A tar member's name as a path inside the image. */
export interface ImagePath {
  /** Relative to the root, without leading slash, dot segments resolved; `''` is the root itself. */
  readonly path: string;
  /** The name climbed above the root; like containerd we stay inside, and say so. */
  readonly escaped: boolean;
}

/** Cleans a name the way Go's path.Clean does, below a root that cannot be left. */
export function imagePath(name: string): ImagePath {
  // The common case costs one look: no dot segments, no doubled slashes.
  if (!/(^|\/)\.{0,2}(\/|$)/.test(name)) return { path: name, escaped: false };
  const parts: string[] = [];
  let escaped = false;
  for (const part of name.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) escaped = true;
  }
  return { path: parts.join('/'), escaped };
}

/** Folder of a path; `''` is the root. */
export function folderOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}

/** The path a symbolic link points to, inside the image root. */
export function linkTarget(linkPath: string, target: string): string {
  return imagePath(target.startsWith('/') ? target : `${folderOf(linkPath)}/${target}`).path;
}

/** The entry a path leads to, as far as links are concerned: `undefined` where there is none. */
export type ReadLink = (path: string) => string | undefined;

/**
 * Follows every symbolic link on the way, folders included, inside the image root only.
 * `undefined` for a loop or a chain longer than `LIMITS.symlinks`.
 */
export function resolveLinks(path: string, readLink: ReadLink): string | undefined {
  let rest = path.split('/').filter((part) => part !== '');
  let done: string[] = [];
  let followed = 0;
  while (rest.length > 0) {
    const part = rest[0] as string;
    rest = rest.slice(1);
    if (part === '.') continue;
    if (part === '..') {
      done.pop();
      continue;
    }
    const candidate = [...done, part].join('/');
    const target = readLink(candidate);
    if (target === undefined) {
      done.push(part);
      continue;
    }
    followed += 1;
    if (followed > LIMITS.symlinks) return undefined;
    rest = [...target.split('/').filter((piece) => piece !== ''), ...rest];
    if (rest.length > LIMITS.pathSegments) return undefined;
    if (target.startsWith('/')) done = [];
  }
  return done.join('/');
}
