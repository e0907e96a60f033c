import { analyzers } from '../analyzers/index.ts';
import { projectAnalyzers } from '../analyzers/project/index.ts';
import { ecosystemOf } from '../ecosystems/index.ts';
import { DECLARATIONS, type Image, type Inventory, type Package, type Unknown, type Unpinned } from '../model.ts';
import { type ReadingOptions, takeInventory } from './take.ts';

/**
 * The inventory of a project before there is an image: what it declares with an exact version counts as if it were installed,
 * what leaves the version open is listed apart, unless a lock file says which. Throws as `takeInventory`.
 */
export async function projectInventory(image: Image, options: ReadingOptions): Promise<Inventory> {
  const taken = await takeInventory(image, { ...options, analyzers: [...analyzers, ...projectAnalyzers] });
  const inventory = asPlaced(taken.inventory, image.places ?? new Map());
  const isOpen = (pkg: Package): boolean => pkg.role === 'declared' && pkg.properties?.requirement !== undefined;
  const known = new Set(inventory.packages.filter((pkg) => !isOpen(pkg) && pkg.version !== '').map(projectKey));
  const places = new Set(
    inventory.packages.filter((pkg) => !isOpen(pkg)).flatMap(({ evidence }) => evidence.map(({ path }) => path)),
  );
  const open = inventory.packages.filter(
    (pkg) =>
      isOpen(pkg) && !known.has(projectKey(pkg)) && !pkg.evidence.every(({ path }) => isSettled(pkg, path, places)),
  );
  const unpinned = open.flatMap((pkg) => pkg.evidence.map(({ path }) => unpinnedOf(pkg, path)));
  return {
    ...inventory,
    packages: inventory.packages.filter((pkg) => !isOpen(pkg) && !isOwn(pkg) && !isOfOpen(pkg)).map(asInstalled),
    unknowns: [...inventory.unknowns, ...unpinned.map(asUnknown)],
    unpinned,
  };
}

/** What was concluded of a declaration that leaves its version open: `cudatoolkit=11.8` brings some CUDA. */
const isOfOpen = ({ version, evidence }: Package): boolean =>
  version === '' && evidence.every(({ analyzer }) => projectAnalyzers.some(({ name }) => name === analyzer));

/** The project's own package.json, and those of its parts that are never published: nobody's advisories are of them, whatever they are called. */
const isOwn = ({ evidence, properties }: Package): boolean =>
  evidence.every(({ path }) => path.endsWith('package.json') && !path.includes('node_modules/')) &&
  (properties?.private === 'true' || evidence.every(({ path }) => path === 'package.json'));

/** With the real paths of what was shown to analyzers under another name. */
function asPlaced(inventory: Inventory, places: ReadonlyMap<string, string>): Inventory {
  if (places.size === 0) return inventory;
  const real = <T extends { readonly path: string }>(item: T): T => {
    const path = places.get(item.path);
    return path === undefined ? item : { ...item, path };
  };
  return {
    ...inventory,
    packages: inventory.packages.map((pkg) => ({ ...pkg, evidence: pkg.evidence.map(real) })),
    unknowns: inventory.unknowns.map(real),
  };
}

/** Whether a lock file that was read lies beside a manifest that is not, or above it: it says all that the manifest would. */
function isSettled({ properties }: Package, path: string, places: ReadonlySet<string>): boolean {
  const lock = properties?.settledBy;
  if (lock === undefined) return false;
  for (let end = path.lastIndexOf('/'); end >= 0; end = path.lastIndexOf('/', end - 1)) {
    if (places.has(`${path.slice(0, end)}/${lock}`)) return true;
    if (end === 0) break;
  }
  return places.has(lock);
}

const unpinnedOf = ({ type, name, namespace, properties }: Package, path: string): Unpinned => ({
  type,
  name,
  ...(namespace === undefined ? {} : { namespace }),
  requirement: properties?.requirement ?? name,
  path,
});

const asUnknown = ({ requirement, path }: Unpinned): Unknown => ({
  path,
  analyzer: DECLARATIONS,
  reason: `${requirement}: no exact version, not assessed`,
});

/** A declaration is what a project has; where it stands is its evidence. A folder of sources has no layers. */
function asInstalled({ role, ...pkg }: Package): Package {
  const evidence = pkg.evidence.map((proof) => ({ ...proof, layer: 0, diffID: '' }));
  return role === undefined || role === 'declared' ? { ...pkg, evidence } : { ...pkg, role, evidence };
}

/** By what a declaration and a package are the same. */
export const projectKey = ({ type, name }: Package): string => `${type} ${ecosystemOf(type)?.normalize(name) ?? name}`;
