import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { folderOf, pathIn } from '../../formats/paths.ts';
import { parseDockerfile } from '../../formats/text/index.ts';
import { LIMITS } from '../../limits.ts';
import { type BuildFile, type BuildFiles, takeFile } from './build-files.ts';
import { lockFiles, type PlacedLock } from './lock-files.ts';

/** What a project declares in, as far as a plan can change it. */
export interface ProjectFiles extends BuildFiles {
  /** Files that say which Python is used, by their path: `.python-version`, a `pyproject.toml` that declares nothing besides, a Dockerfile. */
  readonly hints: ReadonlyMap<string, string>;
  readonly npmLocks: readonly NpmLock[];
}

/** What npm locks, and where that lies. */
export interface NpmLock {
  readonly folder: string;
  readonly file: string;
  readonly content: string;
}

const NPM_LOCKS = ['package-lock.json', 'npm-shrinkwrap.json'];

const HINTS = ['.python-version', 'runtime.txt'];
/** Those that say more than that. */
const LONG_HINTS = ['pyproject.toml', 'setup.cfg', 'Dockerfile', 'Containerfile'];

/**
 * Reads the files of a project that were seen to declare something, and those that they include. `places`: their paths from the
 * project's folder, with forward slashes; what is not there by that name was read as an include.
 */
export async function readProjectFiles(folder: string, places: Iterable<string>): Promise<ProjectFiles> {
  const files = new Map<string, BuildFile>();
  const notes: string[] = [];
  const locks: PlacedLock[] = [];
  const npmLocks: NpmLock[] = [];
  const seen = new Set<string>();
  const sorted = [...new Set(places)].sort();
  for (const place of sorted) {
    const lock = lockFiles.find(({ file }) => file === basename(place));
    const within = folderOf(place);
    if (lock !== undefined) {
      locks.push({ ...lock, folder: within });
      for (const name of lock.manifests) await takeNamed(folder, pathIn(within, name), files, notes);
    } else if (NPM_LOCKS.includes(basename(place))) {
      const content = await small(join(folder, place), LIMITS.fileBytes);
      if (content === undefined) continue;
      npmLocks.push({ folder: within, file: basename(place), content });
      await takeNamed(folder, pathIn(within, 'package.json'), files, notes);
    } else await takeNamed(folder, place, files, notes);
    seen.add(within);
  }
  // What is compiled is declared in a file of another ending beside it.
  for (const { path, kind } of [...files.values()])
    if (kind === 'requirements' && path.endsWith('.txt'))
      await takeNamed(folder, path.replace(/txt$/, 'in'), files, notes);
  const hints = new Map<string, string>();
  for (const within of new Set([...seen, '']))
    for (const name of [...HINTS, ...LONG_HINTS]) {
      const text = await small(
        join(folder, within, name),
        LONG_HINTS.includes(name) ? LIMITS.buildFileBytes : undefined,
      );
      if (text !== undefined) hints.set(pathIn(within, name), text);
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
    npmLocks,
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
  if (name === 'package.json') return 'manifest';
  if (!/\.(?:txt|in)$/.test(name)) return undefined;
  return name.startsWith('constraints') ? 'constraints' : 'requirements';
}

async function small(path: string, limit = LIMITS.pathBytes): Promise<string | undefined> {
  const status = await stat(path).catch(() => undefined);
  return status?.isFile() && status.size <= limit ? readFile(path, 'utf8') : undefined;
}

/** The folder of a project, whether it was named itself or by one of its files. */
export async function folderOfProject(target: string): Promise<string> {
  const status = await stat(target).catch(() => undefined);
  return status?.isFile() ? dirname(target) : target;
}
