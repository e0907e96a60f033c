import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { dirname, isAbsolute, join, parse, resolve } from 'node:path';
import { asSystemError, PlimsollError } from './errors.ts';

/**
 * The folder of the database and the caches: `PLIMSOLL_HOME`, else the XDG cache folder.
 * https://specifications.freedesktop.org/basedir-spec/latest/
 */
export function home(environment: NodeJS.ProcessEnv = process.env): string {
  if (environment.PLIMSOLL_HOME) return environment.PLIMSOLL_HOME;
  const cache = environment.XDG_CACHE_HOME;
  return join(cache?.startsWith('/') ? cache : join(userHome({}), '.cache'), 'plimsoll');
}

/**
 * The user's own folder: `HOME`, else what the system knows of him. Of an empty or relative one everything of ours, and Docker's
 * credentials, would be looked for in the folder of a clone. Who has none (a number without a name) has that of containers: `/`.
 */
export function userHome({ HOME = '' }: NodeJS.ProcessEnv): string {
  if (isAbsolute(HOME)) return HOME;
  for (const known of [homedir, () => userInfo().homedir])
    try {
      const folder = known();
      if (isAbsolute(folder)) return folder;
    } catch {
      // Of a number that no list of users has.
    }
  return parse(process.cwd()).root;
}

/** The folder of the user's settings; a relative one is ignored, as the XDG specification says. */
export const configFolder = (environment: NodeJS.ProcessEnv, home = userHome(environment)): string =>
  isAbsolute(environment.XDG_CONFIG_HOME ?? '') ? (environment.XDG_CONFIG_HOME as string) : join(home, '.config');

/**
 * Makes a folder and those above it, one by one: `mkdir` with `recursive` never ends where a parent takes no entry (`/proc`).
 * Throws `io`, which names the folder and what is wrong with it.
 */
export function makeFolder(path: string): void {
  const missing: string[] = [];
  for (let at = resolve(path); !existsSync(at); at = dirname(at)) missing.push(at);
  try {
    for (const folder of missing.reverse()) mkdirSafely(folder);
    if (!statSync(path).isDirectory())
      throw new PlimsollError('io', 'this is no folder', {
        where: path,
        hint: 'name a folder, or a path where nothing is yet',
      });
    accessSync(path, constants.W_OK);
  } catch (error) {
    if (error instanceof PlimsollError) throw error;
    const reason = asSystemError(error)?.message ?? (error instanceof Error ? error.message : String(error));
    throw new PlimsollError('io', `the folder cannot be written: ${reason}`, {
      where: path,
      hint: 'set PLIMSOLL_HOME to a folder that can be written',
      cause: error,
    });
  }
}

function mkdirSafely(folder: string): void {
  try {
    mkdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error; // made meanwhile by another process
  }
}
