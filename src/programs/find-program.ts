import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { basename, delimiter, dirname, isAbsolute, join, resolve } from 'node:path';

/**
 * The folders of `PATH` in which programs are looked for. Left out are those that follow the current folder about, since a cloned
 * repository or an unpacked image may be that folder: empty and relative entries, the current folder itself, and the
 * `node_modules/.bin` that npm and npx put in front for every folder up from it.
 */
export function programFolders(environment: NodeJS.ProcessEnv, current: string = process.cwd()): string[] {
  const folders = (environment.PATH ?? environment.Path ?? '').split(delimiter).filter(isAbsolute);
  return [...new Set(folders.map((folder) => resolve(folder)))].filter(
    (folder) => folder !== resolve(current) && !isNpmFolder(folder),
  );
}

const isNpmFolder = (folder: string): boolean =>
  basename(folder) === '.bin' && basename(dirname(folder)) === 'node_modules';

/** Endings of programs that Windows starts without a shell; scripts (.bat, .cmd) would need one. */
const WINDOWS_ENDINGS = ['.exe', '.com'];

/** The absolute path of an installed program; undefined where there is none, or where the name is more than a name. */
export async function findProgram(
  name: string,
  environment: NodeJS.ProcessEnv,
  current?: string,
): Promise<string | undefined> {
  if (!/^[A-Za-z0-9_][A-Za-z0-9._+-]{0,127}$/.test(name)) return undefined;
  const endings = process.platform === 'win32' ? WINDOWS_ENDINGS : [''];
  for (const folder of programFolders(environment, current)) {
    for (const ending of endings) {
      const path = join(folder, name + ending);
      if (await isProgram(path)) return path;
    }
  }
  return undefined;
}

/** The path where a program stands at it. */
export const programAt = async (path: string): Promise<string | undefined> =>
  (await isProgram(path)) ? path : undefined;

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
