import { roleOfPath } from '../analyzers/systems/index.ts';
import type { PackageRole } from '../model.ts';

/** Where a system keeps the list of its packages: a folder with one of these, other than the image's own root, is another system's root. */
const DATABASES = [
  'var/lib/dpkg/status',
  // Before the one that its path ends with.
  'usr/lib/apk/db/installed',
  'lib/apk/db/installed',
  ...['var/lib/rpm', 'usr/lib/sysimage/rpm', 'usr/share/rpm'].flatMap((folder) =>
    ['Packages', 'Packages.db', 'rpmdb.sqlite'].map((name) => `${folder}/${name}`),
  ),
];

/** What cross compilers are built against. */
const SYSROOT = /(?:^|\/)sys-?root\/(?:usr|lib|lib64)\//;

/**
 * Why what lies at a path is there, from the path and from what lies around it; undefined: installed, as far as its place tells.
 * `databases` are the paths of all package databases of the image.
 */
export function placeRoles(databases: Iterable<string>): (path: string) => PackageRole | undefined {
  const roots = new Set<string>();
  for (const path of databases) {
    const root = nestedRoot(path);
    if (root !== undefined) roots.add(root);
  }
  const isNested = (path: string): boolean => {
    if (roots.size === 0) return false;
    for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1))
      if (roots.has(path.slice(0, slash))) return true;
    return false;
  };
  return (path) => (isNested(path) || SYSROOT.test(path) ? 'nested' : roleOfPath(path));
}

/** The root of the system whose package database this is; undefined for the image's own, and for what is no database. */
function nestedRoot(path: string): string | undefined {
  if (DATABASES.includes(path)) return undefined;
  const known = DATABASES.find((database) => path.endsWith(`/${database}`));
  return known === undefined ? undefined : path.slice(0, -known.length - 1);
}
