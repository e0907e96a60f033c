import { addTo } from '../../collections.ts';
import { folderOf, pathIn } from '../../formats/paths.ts';
import { type BuildFile, type ProjectFiles, readRequirements } from '../files/index.ts';
import { type ProjectPython, pythonOf } from './python.ts';
import { type Roots, rootsOf } from './roots.ts';

/** Files of a project that one environment is made of. */
export interface ProjectUnit extends Roots {
  /** The file that decides what is in it: a lock, else the first that declares. */
  readonly id: string;
  /** Every file that has a say, by its path. */
  readonly paths: readonly string[];
  /** True: a lock pins the whole of it. */
  readonly locked: boolean;
  readonly python: ProjectPython;
}

/**
 * What is installed together: a lock with what it is made of, requirements with those that they include, a pyproject or an environment
 * by itself. `seen`: paths by which packages are proven.
 */
export function projectUnits(project: ProjectFiles, seen: Iterable<string>, python: string | undefined): ProjectUnit[] {
  const byPath = new Map(project.files.map((file) => [file.path, file]));
  const taken = new Set<string>();
  const units: ProjectUnit[] = [];
  const unit = (id: string, files: readonly BuildFile[], locked: boolean): ProjectUnit => ({
    id,
    paths: [...new Set([id, ...files.map(({ path }) => path)])],
    locked,
    python: pythonOf(files, folderOf(id), project, python),
    ...rootsOf(files),
  });
  const workspaces = project.locks.filter(({ file }) => file === 'uv.lock').map(({ folder }) => folder);
  for (const { folder, file, manifests } of project.locks) {
    const own = manifests.flatMap((name) => byPath.get(pathIn(folder, name)) ?? []);
    // Members of a workspace have no lock of their own.
    const members =
      file === 'uv.lock'
        ? project.files.filter(
            ({ kind, path }) =>
              kind === 'project' &&
              path.endsWith('pyproject.toml') &&
              nearest(workspaces, folderOf(path)) === folder &&
              !project.locks.some((lock) => lock.folder === folderOf(path) && lock.folder !== folder),
          )
        : [];
    const files = [...new Set([...own, ...members])];
    for (const { path } of files) taken.add(path);
    units.push(unit(pathIn(folder, file), files, true));
  }
  for (const group of groupsOf(project.files.filter(({ path }) => !taken.has(path))))
    units.push(unit((group[0] as BuildFile).path, group, false));
  // Locks that nobody here renews: their pins are seen all the same.
  const known = new Set(units.flatMap(({ paths }) => paths.flatMap((path) => [path, asIncluded(path)])));
  for (const path of new Set(seen)) if (!known.has(path)) units.push(unit(path, [], true));
  return units;
}

/** The innermost of these folders that holds another. */
const nearest = (folders: readonly string[], inner: string): string | undefined =>
  folders
    .filter((folder) => folder === '' || inner === folder || inner.startsWith(`${folder}/`))
    .sort((a, b) => b.length - a.length)[0];

/** What is included under a name that says nothing is read as one of a folder of requirements. */
export function asIncluded(path: string): string {
  const [, before = '', name = ''] = /^((?:.*\/)?)([^/]+)\.(?:txt|in)$/.exec(path) ?? [];
  return name === '' ? path : `${before}requirements/${name}.txt`;
}

/** Files that include each other, or are compiled from each other, are one; others stand alone. */
function groupsOf(files: readonly BuildFile[]): BuildFile[][] {
  const leader = new Map(files.map(({ path }) => [path, path]));
  const find = (path: string): string => {
    let at = path;
    while (leader.get(at) !== at) at = leader.get(at) as string;
    return at;
  };
  const join = (a: string, b: string): void => {
    if (!leader.has(a) || !leader.has(b)) return;
    const [first, second] = [find(a), find(b)];
    leader.set(second, first);
  };
  for (const { path, kind, text } of files) {
    if (kind !== 'requirements' && kind !== 'constraints') continue;
    if (path.endsWith('.txt')) join(path, path.replace(/txt$/, 'in'));
    for (const include of readRequirements(text).includes) join(path, resolved(folderOf(path), include.path));
  }
  const groups = new Map<string, BuildFile[]>();
  for (const file of files) addTo(groups, find(file.path), file);
  // Whoever includes the others speaks for all.
  return [...groups].map(([first, own]) =>
    [...own].sort((a, b) => Number(b.path === first) - Number(a.path === first)),
  );
}

/** The path that another is written relative to: `../base.txt` in `requirements` is `base.txt`. */
function resolved(folder: string, path: string): string {
  const parts = folder === '' ? [] : folder.split('/');
  for (const part of path.split('/'))
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  return parts.join('/');
}
