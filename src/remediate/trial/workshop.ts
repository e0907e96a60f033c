import {
  constants,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { asPlimsollError, PlimsollError } from '../../errors.ts';
import { ignoreRules } from '../../formats/text/index.ts';
import { LIMITS } from '../../limits.ts';
import type { FileEdit } from '../plan.ts';

/** The context of a build as it will be, in a folder of its own. */
interface LaidOut {
  readonly context: string;
  readonly dockerfile: string;
  /** Where a file of the user's build lies now; undefined for one outside of the context. */
  place(path: string): string | undefined;
}

/** What a builder looks for beside a Dockerfile that is called so, before the `.dockerignore` of the context. */
const OWN_LISTS = ['.dockerignore', '.containerignore'];

/**
 * Copies a build's context, without what its `.dockerignore` leaves out (as links to the same blocks where the file system can) and makes the edits of a plan in the copy.
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
    const real = realpathSync(from);
    const own = within(file);
    const inContext = (path: string): string[] => {
      const way = within(path);
      return way === undefined ? [] : [join(real, way)];
    };
    const edited = edits.flatMap(({ path }) => inContext(resolve(dirname(file), path)));
    const given = givenOf(real, own === undefined ? file : join(real, own), edited);
    copyContext(real, to, realpathSync(folder), given);
    const outside = join(folder, 'files', basename(file));
    if (own === undefined) {
      mkdirSync(dirname(outside), { recursive: true });
      cpSync(file, outside);
      for (const list of OWN_LISTS) if (existsSync(`${file}${list}`)) cpSync(`${file}${list}`, `${outside}${list}`);
    }
    const place = (path: string): string | undefined => {
      const absolute = resolve(dirname(file), path);
      const way = within(absolute);
      return way === undefined ? (absolute === file ? outside : undefined) : join(to, way);
    };
    for (const { path, after } of edits) {
      const target = place(path);
      // A link of a folder may lead out of the copy, to what is the user's and no build is given.
      if (target === undefined || !isWithin(dirname(target), folder)) continue;
      const isLink = lstatSync(target, { throwIfNoEntry: false })?.isSymbolicLink() === true;
      if (isLink && !isWithin(target, folder)) rmSync(target);
      writeFileSync(target, after);
    }
    return { context: to, dockerfile: own === undefined ? outside : join(to, own), place };
  } catch (error) {
    throw asLaidOutError(error, from, folder);
  }
}

/**
 * Copies a folder of a build, without the folder of the trial, which may lie in it (`TMPDIR=$PWD/tmp`): `cpSync` copies nothing into
 * itself, whatever is filtered. Sockets, pipes and devices stay behind: no build can copy them, and one of them would stop this.
 */
function copyContext(from: string, to: string, trial: string, filter: (path: string) => boolean): void {
  if (from === trial || !filter(from)) return;
  if (!trial.startsWith(from + sep)) {
    cpSync(from, to, { recursive: true, verbatimSymlinks: true, mode: constants.COPYFILE_FICLONE, filter });
    return;
  }
  mkdirSync(to, { mode: lstatSync(from).mode & 0o7777 });
  for (const name of readdirSync(from)) copyContext(join(from, name), join(to, name), trial, filter);
}

/**
 * Whether a path of a context is needed for the build. What `.dockerignore` leaves out may be larger than all the rest, or another user's, and no build is given
 * it; where a builder may go by another list, all is. The Dockerfile and what is edited always are, and sockets, pipes and devices never.
 */
function givenOf(from: string, dockerfile: string, edited: readonly string[]): (path: string) => boolean {
  const list = join(from, '.dockerignore');
  const always = [list, dockerfile, ...edited];
  const others = [join(from, '.containerignore'), ...OWN_LISTS.map((name) => `${dockerfile}${name}`)];
  const rules = ignoreRules(
    isSmallFile(list) && !others.some((path) => existsSync(path)) ? readFileSync(list, 'utf8') : '',
  );
  return (path) => {
    const status = lstatSync(path);
    if (!status.isFile() && !status.isDirectory() && !status.isSymbolicLink()) return false;
    const way = relative(from, path).split(sep);
    if (path === from || always.includes(path)) return true;
    if (status.isDirectory() && (rules.hasKept || always.some((file) => file.startsWith(path + sep)))) return true;
    return !rules.below(way.slice(0, -1).join('/'))(way.at(-1) ?? '');
  };
}

const isSmallFile = (path: string): boolean => {
  const status = statSync(path, { throwIfNoEntry: false });
  return status?.isFile() === true && status.size <= LIMITS.contextTextBytes;
};

/** What is full is where the copy is made, for which TMPDIR is asked, and not where the context lies. */
function asLaidOutError(error: unknown, from: string, folder: string): PlimsollError {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return asPlimsollError(error, 'io', from);
  return new PlimsollError('io', 'no space is left on the disk for a copy of the build context', {
    where: folder,
    hint: 'set TMPDIR to a folder on another disk, or leave out in .dockerignore what the build does not need',
    cause: error,
  });
}

/** Whether a path leads into a folder, links followed; one that leads nowhere does not. */
function isWithin(path: string, folder: string): boolean {
  try {
    return realpathSync(path).startsWith(realpathSync(folder) + sep);
  } catch {
    return false;
  }
}
