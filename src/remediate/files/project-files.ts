import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { folderOf } from '../../formats/paths.ts';
import { parseDockerfile } from '../../formats/text/index.ts';
import { LIMITS } from '../../limits.ts';
import { type BuildFile, type BuildFiles, takeFile } from './build-files.ts';
import { lockFiles, type PlacedLock } from './lock-files.ts';

/** What a project declares in, as far as a plan can change it. */
export interface ProjectFiles extends BuildFiles {
  /** Small files that say which Python is used, by their path: `.python-version`. */
  readonly hints: ReadonlyMap<string, string>;
}

const HINTS = ['.python-version', 'runtime.txt'];

/**
 * Reads the files of a project that were seen to declare something, and those that they include. `places`: their paths from the
 * project's folder, with forward slashes; what is not there by that name was read as an include.
 */
export async function readProjectFiles(folder: string, places: Iterable<string>): Promise<ProjectFiles> {
  const files = new Map<string, BuildFile>();
  const notes: string[] = [];
  const locks: PlacedLock[] = [];
  const seen = new Set<string>();
  const sorted = [...new Set(places)].sort();
  for (const place of sorted) {
    const lock = lockFiles.find(({ file }) => file === basename(place));
    const within = folderOf(place);
    if (lock !== undefined) {
      locks.push({ ...lock, folder: within });
      for (const name of lock.manifests)
        await takeNamed(folder, within === '' ? name : `${within}/${name}`, files, notes);
    } else await takeNamed(folder, place, files, notes);
    seen.add(within);
  }
  // What is compiled is declared in a file of another ending beside it.
  for (const { path, kind } of [...files.values()])
    if (kind === 'requirements' && path.endsWith('.txt'))
      await takeNamed(folder, path.replace(/txt$/, 'in'), files, notes);
  const hints = new Map<string, string>();
  for (const within of new Set([...seen, '']))
    for (const name of HINTS) {
      const text = await small(join(folder, within, name));
      if (text !== undefined) hints.set(within === '' ? name : `${within}/${name}`, text);
    }
  return {
    folder,
    dockerfile: parseDockerfile(''),
    files: [...files.values()],
    embedded: [],
    locks,
    notes,
    misunderstood: [],
    hints,
  };
}

async function takeNamed(folder: string, place: string, files: Map<string, BuildFile>, notes: string[]): Promise<void> {
  const kind = kindOf(place);
  const absolute = join(folder, place);
  if (kind === undefined || !(await stat(absolute).catch(() => undefined))?.isFile()) return;
  await takeFile(absolute, kind, folder, files, notes);
}

function kindOf(place: string): BuildFile['kind'] | undefined {
  const name = basename(place);
  if (/^(?:pyproject\.toml|Pipfile|pixi\.toml)$/.test(name)) return 'project';
  if (/^(?:conda-)?environment\.ya?ml$/.test(name)) return 'environment';
  if (!/\.(?:txt|in)$/.test(name)) return undefined;
  return name.startsWith('constraints') ? 'constraints' : 'requirements';
}

async function small(path: string): Promise<string | undefined> {
  const status = await stat(path).catch(() => undefined);
  return status?.isFile() && status.size <= LIMITS.pathBytes ? readFile(path, 'utf8') : undefined;
}

/** The folder of a project, whether it was named itself or by one of its files. */
export async function folderOfProject(target: string): Promise<string> {
  const status = await stat(target).catch(() => undefined);
  return status?.isFile() ? dirname(target) : target;
}
