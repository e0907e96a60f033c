import { constants, cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { asPlimsollError } from '../../errors.ts';
import type { FileEdit } from '../plan.ts';

/** The context of a build as it will be, in a folder of its own. */
interface LaidOut {
  readonly context: string;
  readonly dockerfile: string;
  /** Where a file of the user's build lies now; undefined for one outside of the context. */
  place(path: string): string | undefined;
}

/**
 * Copies a build's context (as links to the same blocks where the file system can) and makes the edits of a plan in the copy.
 * `path`s of edits are relative to the Dockerfile's folder. Throws `io`.
 */
export function layOut(folder: string, context: string, dockerfile: string, edits: readonly FileEdit[]): LaidOut {
  const [from, file] = [resolve(context), resolve(dockerfile)];
  const to = join(folder, 'context');
  const within = (path: string): string | undefined => {
    const way = relative(from, path);
    return way === '' || way.startsWith('..') || isAbsolute(way) ? undefined : way;
  };
  try {
    cpSync(from, to, { recursive: true, verbatimSymlinks: true, mode: constants.COPYFILE_FICLONE });
    const own = within(file);
    const outside = join(folder, 'files', basename(file));
    if (own === undefined) {
      mkdirSync(dirname(outside), { recursive: true });
      cpSync(file, outside);
    }
    const place = (path: string): string | undefined => {
      const absolute = resolve(dirname(file), path);
      const way = within(absolute);
      return way === undefined ? (absolute === file ? outside : undefined) : join(to, way);
    };
    for (const { path, after } of edits) {
      const target = place(path);
      if (target !== undefined) writeFileSync(target, after);
    }
    return { context: to, dockerfile: own === undefined ? outside : join(to, own), place };
  } catch (error) {
    throw asPlimsollError(error, 'io', from);
  }
}
