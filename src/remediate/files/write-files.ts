import { createHash } from 'node:crypto';
import { open, readdir, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { asPlimsollError, PlimsollError } from '../../errors.ts';
import { clearOrphans, isAlive } from '../../orphans.ts';
import { hasUncommittedChanges } from './uncommitted.ts';

/** A file to be written: what it was when the plan was made, and what it becomes. */
interface PlannedWrite {
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

/**
 * Writes all files or none: each whole beside its target, then renamed over it; where a rename fails, those that were done are
 * undone. Refuses a file that changed since it was read, and one with uncommitted changes in git unless `force`.
 * A run that is killed between two renames leaves a mark, and the next one refuses to write on unless `force`.
 * Links are followed, permissions kept. Throws `usage` for a refusal, `io` where writing fails.
 */
export async function writeFiles(writes: readonly PlannedWrite[], force: boolean): Promise<void> {
  const targets = await Promise.all(writes.map(async (write) => ({ ...write, path: await behindLinks(write.path) })));
  for (const { path, before } of targets) await refuseChanged(path, before, force);
  if (!force) await refuseDirty(targets.map(({ path }) => path));
  const folders = [...new Set(targets.map(({ path }) => dirname(path)))];
  if (!force) await refuseHalfWritten(folders);
  for (const folder of folders) await clearOrphans(folder, PARTIAL);
  const marks = targets.length < 2 ? [] : folders.map((folder) => join(folder, `${MARK}.${process.pid}.plimsoll`));
  const staged: { path: string; partial: string; before: string }[] = [];
  const done: { path: string; before: string }[] = [];
  try {
    for (const { path, before, after } of targets) {
      const partial = `${path}.${process.pid}.plimsoll`;
      await stage(path, partial, after);
      staged.push({ path, partial, before });
    }
    for (const mark of marks) await writeFile(mark, '');
    for (const { path, partial, before } of staged) {
      await rename(partial, path);
      done.push({ path, before });
    }
  } catch (error) {
    for (const { partial } of staged) await rm(partial, { force: true });
    for (const { path, before } of done) {
      await stage(path, `${path}.${process.pid}.plimsoll`, before);
      await rename(`${path}.${process.pid}.plimsoll`, path);
    }
    await unmark(marks);
    throw new PlimsollError('io', `nothing was written: ${asPlimsollError(error, 'io').message}`, {
      where: targets[staged.length]?.path ?? staged.at(-1)?.path ?? '',
      hint: 'check that the folder can be written to and has room',
      cause: error,
    });
  }
  await unmark(marks);
}

/** Where a path leads. What was read a moment ago may be gone, or the folder be none. */
async function behindLinks(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    throw new PlimsollError('io', `nothing was written: ${asPlimsollError(error, 'io').message}`, {
      where: path,
      hint: 'name the folder that the files of the plan are in',
      cause: error,
    });
  }
}

/** Files of a run that are not yet in their places: the number of its process is in the name. */
const PARTIAL = /\.(\d{1,10})\.plimsoll$/;
/** Beside the files while they are renamed: who finds it beside partial files of the same process knows that some are in place. */
const MARK = 'renaming';

async function unmark(marks: readonly string[]): Promise<void> {
  for (const mark of marks) await rm(mark, { force: true });
}

/** Refuses to write where a run was killed between two renames: one file has its change, another has not. */
async function refuseHalfWritten(folders: readonly string[]): Promise<void> {
  const byPid = new Map<number, { isMarked: boolean; partials: string[] }>();
  for (const folder of folders)
    for (const name of await readdir(folder).catch(() => [])) {
      const pid = Number(PARTIAL.exec(name)?.[1] ?? 0);
      if (pid === 0 || pid === process.pid || isAlive(pid)) continue;
      const run = byPid.get(pid) ?? { isMarked: false, partials: [] };
      if (name === `${MARK}.${pid}.plimsoll`) run.isMarked = true;
      else run.partials.push(join(folder, name));
      byPid.set(pid, run);
    }
  const half = [...byPid.values()].find(({ isMarked, partials }) => isMarked && partials.length > 0);
  if (half === undefined) return;
  throw new PlimsollError(
    'usage',
    'a run was killed while it put its files into place: not all of them have its changes',
    {
      where: half.partials.map((path) => path.replace(PARTIAL, '')).join(', '),
      hint: `put ${half.partials.join(', ')} over what is named, or take the other files back to what they were; then run again, with --force`,
    },
  );
}

async function stage(path: string, partial: string, text: string): Promise<void> {
  const { mode } = await stat(path);
  const file = await open(partial, 'wx', mode & 0o777);
  try {
    await file.writeFile(text, 'utf8');
    await file.sync();
    // The umask may have taken permissions off.
    await file.chmod(mode & 0o777);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}

async function refuseChanged(path: string, before: string, force: boolean): Promise<void> {
  const now = await readFile(path, 'utf8');
  const digest = (text: string): string => createHash('sha256').update(text).digest('hex');
  if (digest(now) === digest(before)) return;
  // Even with force: the edit was made for another text.
  throw new PlimsollError(
    'usage',
    `the file changed while the plan was made${force ? ', and a plan for another text is not written' : ''}`,
    {
      where: path,
      hint: 'run the command again',
    },
  );
}

async function refuseDirty(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    if (!(await hasUncommittedChanges(path))) continue;
    throw new PlimsollError('usage', 'the file has changes that are not committed', {
      where: path,
      hint: 'commit, stage or stash them, so that the fix can be seen and undone by itself, or write --force',
    });
  }
}
