import type { PackageFact } from '../analyzers/analyzer.ts';
import { isSystemType } from '../ecosystems/index.ts';
import type { BillEntry, PackageRole } from '../model.ts';
import { placeRoles } from './place-role.ts';

/** A Python environment, by what lies in it: a bill lists no `pyvenv.cfg`. conda unpacks packages into folders that look the same. */
const ENVIRONMENT = /^(.*)\/lib\/python[\d.]+\/site-packages\//;
const UNPACKED = /(?:^|\/)pkgs\/[^/]+$/;

/**
 * Why what a bill lists is there, by the places that it gives: what lies in a cache, among test data or in another system's root has the role that it has in an
 * image. What lies elsewhere too is installed. Nothing for what has a place that says nothing, or none.
 */
export function billRoles(
  known: readonly { readonly fact: PackageFact; readonly entry: BillEntry }[],
): (entry: BillEntry, fact: PackageFact) => { readonly role?: PackageRole } {
  const environments = new Set(
    known.flatMap(({ entry }) =>
      entry.paths.flatMap((path) => {
        const folder = ENVIRONMENT.exec(path)?.[1];
        return folder === undefined || UNPACKED.test(folder) ? [] : [`${folder}/pyvenv.cfg`];
      }),
    ),
  );
  const databases = known.flatMap(({ fact, entry }) => (isSystemType(fact.type) ? entry.paths : []));
  const roleOf = placeRoles(databases, { exists: (path) => environments.has(path), folderLinks: () => new Map() });
  return ({ paths }, { type }) => {
    // Documents of OS packages lie where documentation does.
    if (isSystemType(type)) return {};
    const roles = new Set(paths.map((path) => roleOf(path)));
    const [role] = roles;
    return role === undefined || roles.has(undefined) ? {} : { role };
  };
}
