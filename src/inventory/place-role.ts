import { roleOfPath } from '../analyzers/systems/index.ts';
import type { FileSystem } from '../layers/squash.ts';
import type { PackageRole } from '../model.ts';

/** Where a system keeps the list of its packages: a folder with one of these, other than the image's own root, is another system's root. */
const DATABASES = [
  'var/lib/dpkg/status',
  // Before the one that its path ends with.
  'usr/lib/apk/db/installed',
  'lib/apk/db/installed',
  'var/lib/chisel/manifest.wall',
  ...['var/lib/rpm', 'usr/lib/sysimage/rpm', 'usr/share/rpm'].flatMap((folder) =>
    ['Packages', 'Packages.db', 'rpmdb.sqlite'].map((name) => `${folder}/${name}`),
  ),
];

/** Distroless images have a file for each package: https://github.com/GoogleContainerTools/distroless/blob/main/PACKAGE_METADATA.md */
const DATABASE_FOLDER = 'var/lib/dpkg/status.d/';

/** What cross compilers are built against: GCC's and Yocto's (`sysroots/TARGET`), and the `libc` of Linaro's and Arm's. */
const SYSROOT =
  /(?:^|\/)(?:sys-?root|sysroots\/[^/]+|[\w.]+-(?:[\w.]+-){1,3}(?:gnu|musl|uclibc)\w*\/libc)\/(?:usr|lib|lib64|var|opt)\//;

/** Environments that were made to be left again: of what uv builds from source. */
const OF_BUILDS = /(?:^|\/)builds-v\d+\//;

/**
 * Why what lies at a path is there, from the path and from what lies around it; undefined: installed, as far as its place tells.
 * `databases` are the paths of all package databases of the image. What programs run from a cache is installed: environments that lie in one, as
 * Poetry's do (https://python-poetry.org/docs/configuration/#virtualenvspath), and what links from elsewhere lead to, as `uv` makes them with
 * `--link-mode symlink`.
 */
export function placeRoles(
  databases: Iterable<string>,
  { exists, folderLinks }: Pick<FileSystem, 'exists' | 'folderLinks'>,
): (path: string, via?: string) => PackageRole | undefined {
  const roots = new Set<string>();
  for (const path of databases) {
    const root = nestedRoot(path);
    if (root !== undefined) roots.add(root);
  }
  const isNested = (path: string): boolean => {
    if (roots.size === 0) return false;
    for (const folder of foldersOf(path)) if (roots.has(folder)) return true;
    return false;
  };
  const known = new Map<string, boolean>();
  const isEnvironment = (folder: string): boolean => {
    const answer = known.get(folder) ?? ENVIRONMENTS.some((name) => exists(`${folder}/${name}`));
    known.set(folder, answer);
    return answer;
  };
  /** Of a path in a cache: how it is spelled outside of caches, if it is. */
  const outside = (path: string): string | undefined => {
    const links = folderLinks();
    for (const folder of foldersOf(path)) {
      const rest = path.slice(folder.length + 1);
      // One in a cache: an environment that has a cache in it, as conda's own has, takes nothing out of it.
      if (roleOfPath(`${folder}/pyvenv.cfg`) === 'cache' && isEnvironment(folder) && !OF_BUILDS.test(`${folder}/`))
        return rest;
      const link = links.get(folder)?.find((from) => roleOfPath(`${from}/${rest}`) !== 'cache');
      if (link !== undefined) return `${link}/${rest}`;
    }
    return undefined;
  };
  const roleOf = (path: string): PackageRole | undefined => {
    if (isNested(path) || SYSROOT.test(path)) return 'nested';
    const role = roleOfPath(path);
    const other = role === 'cache' ? outside(path) : undefined;
    return other === undefined ? role : roleOfPath(other);
  };
  return (path, via) => {
    const role = roleOf(path);
    return role === 'cache' && via !== undefined ? roleOf(via) : role;
  };
}

/** Python's virtual environments and conda's. https://docs.python.org/3/library/site.html */
const ENVIRONMENTS = ['pyvenv.cfg', 'conda-meta/history'];

/** The folders that a path lies in, the outermost first; not the root. */
function* foldersOf(path: string): Generator<string> {
  for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) yield path.slice(0, slash);
}

/** The root of the system whose package database this is; undefined for the image's own, and for what is no database. */
function nestedRoot(path: string): string | undefined {
  if (DATABASES.includes(path) || path.startsWith(DATABASE_FOLDER)) return undefined;
  const inFolder = path.lastIndexOf(`/${DATABASE_FOLDER}`);
  if (inFolder >= 0) return path.slice(0, inFolder);
  const known = DATABASES.find((database) => path.endsWith(`/${database}`));
  return known === undefined ? undefined : path.slice(0, -known.length - 1);
}
