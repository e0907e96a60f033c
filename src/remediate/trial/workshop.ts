import { constants, cpSync, lstatSync, mkdirSync, readdirSync, realpathSync, writeFileSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
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
    copyContext(realpathSync(from), to, realpathSync(folder));
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

/**
 * Copies a folder of a build, without the folder of the trial, which may lie in it (`TMPDIR=$PWD/tmp`): `cpSync` copies nothing into
 * itself, whatever is filtered. Sockets, pipes and devices stay behind: no build can copy them, and one of them would stop this.
 */
function copyContext(from: string, to: string, trial: string): void {
  if (from === trial) return;
  if (!trial.startsWith(from + sep)) {
    if (!isCopied(from)) return;
    cpSync(from, to, { recursive: true, verbatimSymlinks: true, mode: constants.COPYFILE_FICLONE, filter: isCopied });
    return;
  }
  mkdirSync(to, { mode: lstatSync(from).mode & 0o7777 });
  for (const name of readdirSync(from)) copyContext(join(from, name), join(to, name), trial);
}

function isCopied(path: string): boolean {
  const status = lstatSync(path);
  return status.isFile() || status.isDirectory() || status.isSymbolicLink();
}
