import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * The folder of the database and the caches: `PLIMSOLL_HOME`, else the XDG cache folder.
 * https://specifications.freedesktop.org/basedir-spec/latest/
 */
export function home(environment: NodeJS.ProcessEnv = process.env): string {
  if (environment.PLIMSOLL_HOME) return environment.PLIMSOLL_HOME;
  const cache = environment.XDG_CACHE_HOME;
  return join(cache?.startsWith('/') ? cache : join(homedir(), '.cache'), 'plimsoll');
}
