import { LIMITS } from '../limits.ts';
import type { Edge, FileTree, Process, ReachedAs, World } from './model.ts';

/** Where a program is started from: what its name is looked up in. */
interface Surrounding {
  readonly world: World;
  readonly environment: ReadonlyMap<string, string>;
  /** Relative to the root of the image; empty: the root. */
  readonly folder: string;
  readonly user?: string | undefined;
  readonly isAttached?: boolean;
}

/** A word of a command line that cannot be told begins so; no word does that is given to a program. */
const UNTOLD = '\0';
/** A word that cannot be told, by how it is written. */
export const untold = (written: string): string => `${UNTOLD}${written}`;
export const isUntold = (word: string | undefined): boolean => word?.startsWith(UNTOLD) === true;
/** What runs other code by the words that it is given. */
export const INTERPRETER =
  /(?:^|\/)(?:python|pypy|node|java|perl|ruby|php|R|Rscript|julia|env|xargs|sh|bash|dash)[\d.]*$/;
/** As a person reads it. */
export const commandText = (words: readonly string[]): string =>
  words.slice(0, 4).join(' ').replaceAll(UNTOLD, '').slice(0, 80) || 'an empty word';

/** What engines and shells search where the image sets no PATH. https://github.com/opencontainers/runc/blob/main/libcontainer/init_linux.go */
export const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The path that a word names, from a folder, within the root of the image. */
export function pathFrom(folder: string, word: string): string {
  const parts: string[] = [];
  for (const part of (word.startsWith('/') ? word : `${folder}/${word}`).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}

/** The file that a command's name leads to: itself where it is a path, else the first in PATH. Undefined: there is none. */
export function programNamed(name: string, { world, environment, folder }: Surrounding): string | undefined {
  if (name === '') return undefined;
  if (name.includes('/')) {
    const path = pathFrom(folder, name);
    return world.tree.real(path) === undefined ? undefined : path;
  }
  for (const place of foldersOnPath(environment, folder, world.tree).folders) {
    const path = place === '' ? name : `${place}/${name}`;
    if (world.tree.real(path) !== undefined) return path;
  }
  return undefined;
}

/** The folders of a PATH that are there, each once. */
interface ProgramFolders {
  readonly folders: readonly string[];
  /** There are more of them, or more places than are looked at. */
  readonly isCut: boolean;
}

/** By the image, the PATHs that were asked for last, with the folder that relative places start in. */
const asked = new WeakMap<FileTree, Map<string, ProgramFolders>>();
const KEPT_PATHS = 8;

/** Where PATH leads, in its order: every name of a program is looked up there, so that places which are not there are left out once. */
export function foldersOnPath(
  environment: ReadonlyMap<string, string>,
  folder: string,
  tree: FileTree,
): ProgramFolders {
  const text = environment.get('PATH') ?? PATH;
  const kept = asked.get(tree) ?? new Map<string, ProgramFolders>();
  asked.set(tree, kept);
  const key = `${folder}\0${text}`;
  let folders = kept.get(key);
  if (folders === undefined) {
    folders = foldersOfPath(text, folder, tree);
    if (kept.size >= KEPT_PATHS) kept.clear();
    kept.set(key, folders);
  }
  return folders;
}

function foldersOfPath(text: string, folder: string, tree: FileTree): ProgramFolders {
  const folders = new Set<string>();
  const places = text.split(':', LIMITS.searchPlaces + 1);
  for (const place of places.slice(0, LIMITS.searchPlaces)) {
    const path = pathFrom(folder, place === '' ? '.' : place);
    if (!tree.isFolder(path)) continue;
    if (!folders.has(path) && folders.size >= LIMITS.programFolders) return { folders: [...folders], isCut: true };
    folders.add(path);
  }
  return { folders: [...folders], isCut: places.length > LIMITS.searchPlaces };
}

/** What runs a script, as its first line says: the interpreter and at most one argument. https://man7.org/linux/man-pages/man2/execve.2.html */
function interpreterOf(script: string): readonly [string, ...string[]] | undefined {
  const line = /^#![ \t]*([^\n]{1,1000})/.exec(script)?.[1]?.trim();
  if (line === undefined || line === '') return undefined;
  const [program = ''] = line.split(/[ \t]/, 1);
  const argument = line.slice(program.length).trim();
  return argument === '' ? [program] : [program, argument];
}

/** Scripts that run scripts that the kernel goes along with: more of them end in ELOOP. */
const INTERPRETERS = 5;

/** Why a command line starts nothing, as what is said behind its name: of a script it may be what is to run it that is missing. */
export function whyNotStarted([name = '']: readonly string[], around: Surrounding): string {
  let path = programNamed(name, around);
  if (path === undefined) return whyNoFile(name, around);
  for (let depth = 0; depth <= INTERPRETERS; depth += 1) {
    const script = around.world.code(around.world.tree.real(path) as string, 'script');
    const [interpreter] = (script === undefined ? undefined : interpreterOf(script)) ?? [];
    if (interpreter === undefined) break;
    path = programNamed(interpreter, around);
    if (path === undefined)
      return `whose first line names ${shortName(interpreter)} to run it, which the image does not have`;
  }
  return 'whose first line leads from script to script to no program that runs them';
}

/** Why a path names no file that can be run: a folder, a pipe and a link that leads to nothing are there all the same. */
function whyNoFile(name: string, { world: { tree }, environment, folder }: Surrounding): string {
  const path = name.includes('/') ? pathFrom(folder, name) : '';
  if (path === '')
    return !name.includes('/') && foldersOnPath(environment, folder, tree).isCut
      ? `which is not in the part of PATH that is searched (${LIMITS.searchPlaces} places, ${LIMITS.programFolders} folders)`
      : 'which the image does not have';
  if (tree.isFolder(path)) return 'which is a folder';
  const slash = path.lastIndexOf('/');
  return tree.list(path.slice(0, Math.max(0, slash))).includes(path.slice(slash + 1))
    ? 'which is no file, or a link that leads to none'
    : 'which the image does not have';
}

const shortName = (text: string): string => (text.length > 80 ? `${text.slice(0, 80)}...` : text);

/**
 * The process that a command line starts, and the way to it; undefined where the image has no such program. A script is run by its
 * interpreter, and that one's interpreter if it is a script too, as the kernel does it.
 */
export function started(
  words: readonly string[],
  around: Surrounding,
  reach: ReachedAs,
  how: string,
): (Edge & { readonly process: Process }) | undefined {
  const [name = '', ...rest] = words;
  let path = programNamed(name, around);
  let given: readonly string[] = rest;
  for (let depth = 0; path !== undefined && depth <= INTERPRETERS; depth += 1) {
    const real = around.world.tree.real(path) as string;
    const script = around.world.code(real, 'script');
    const [interpreter, ...own] = (script === undefined ? undefined : interpreterOf(script)) ?? [];
    if (interpreter === undefined) {
      const process: Process = {
        // A virtual environment is known by the path of the link that names its interpreter; see `calledAs`.
        program: real,
        calledAs: path,
        arguments: given.slice(0, LIMITS.startedWords),
        environment: around.environment,
        folder: around.folder,
        ...(around.user !== undefined && { user: around.user }),
        ...(around.isAttached && { isAttached: true }),
      };
      return { to: real, reach, how, process };
    }
    given = [...own, `/${path}`, ...given];
    path = programNamed(interpreter, around);
  }
  return undefined;
}

/** Where the programs of a conda environment are: by its path, or by its name below the installation that is used. */
export function condaFolders(environment: ReadonlyMap<string, string>, world: World, name: string): string | undefined {
  if (name.includes('/')) return programsIn(pathFrom('', name), world);
  const conda = programNamed('conda', { world, environment, folder: '' });
  const named = [
    environment.get('CONDA_EXE')?.replace(/\/bin\/conda$/, ''),
    environment.get('MAMBA_ROOT_PREFIX'),
    environment.get('CONDA_DIR'),
  ];
  const roots = [
    ...named.flatMap((path) => (path === undefined || path === '' ? [] : [pathFrom('', path)])),
    ...(conda === undefined ? [] : [conda.replace(/\/(?:condabin|bin)\/conda$/, '')]),
    ...[
      'opt/conda',
      'opt/miniconda3',
      'opt/miniconda',
      'opt/miniforge3',
      'opt/mambaforge',
      'root/miniconda3',
      'root/anaconda3',
    ],
  ];
  for (const root of roots) {
    const programs = programsIn(name === 'base' || name === 'root' ? root : `${root}/envs/${name}`, world);
    if (programs !== undefined) return programs;
  }
  return undefined;
}

function programsIn(prefix: string, world: World): string | undefined {
  return world.tree.isFolder(`${prefix}/bin`) ? `${prefix}/bin` : undefined;
}

/** What packages of a conda environment have read when it is activated. https://docs.conda.io/projects/conda-build/en/stable/resources/activate-scripts.html */
export const condaActivation = (prefix: string, { tree }: World): readonly string[] =>
  tree
    .list(`${prefix}/etc/conda/activate.d`)
    .filter((name) => name.endsWith('.sh') && !name.includes("'"))
    .slice(0, LIMITS.searchFolders)
    .map((name) => `${prefix}/etc/conda/activate.d/${name}`);
