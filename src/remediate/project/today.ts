import { purlOf } from '../../ecosystems/index.ts';
import { pypi } from '../../ecosystems/pypi.ts';
import type { Package, Platform } from '../../model.ts';
import { extraOf } from '../installed/index.ts';
import type { PythonIndex, WheelTarget } from '../python/index.ts';
import { installed, targetOf } from './installer.ts';
import { asIncluded, type ProjectUnit } from './units.ts';

/** What an installer makes of a unit today. */
export interface UnitToday {
  readonly unit: ProjectUnit;
  readonly python: string;
  /** Paths by which its packages are proven. */
  readonly sites: readonly string[];
  /** With what each requires, where that was found out; the same objects as given where nothing was. */
  readonly packages: readonly Package[];
  /** Those among them that nobody declares with a version: what an installer chooses or brings along. */
  readonly brought: readonly Package[];
  /** True: an index was asked for all of it, and all of it goes together. */
  readonly isWhole: boolean;
  /** What is to be said of it, in sentences. */
  readonly notes: readonly string[];
}

/** Where the files of a unit prove packages. */
export const sitesOf = ({ paths }: ProjectUnit): string[] => [
  ...new Set(paths.flatMap((path) => [path, asIncluded(path)])),
];

/**
 * Works out what an installer would install for a unit today: the newest versions that go together, of everything that is asked for.
 * Of a lock, what it pins. Without an index: what is pinned, and nothing of what that needs.
 */
export async function unitToday(
  unit: ProjectUnit,
  pinned: readonly Package[],
  index: PythonIndex | undefined,
  platform: Platform | undefined,
): Promise<UnitToday> {
  const sites = sitesOf(unit);
  const python = await chosenPython(unit, pinned, index, platform);
  const base = { unit, python, sites, notes: [] };
  if (index === undefined) return { ...base, packages: pinned, brought: [], isWhole: false };
  const target = targetOf(python, platform);
  if (unit.locked || unit.roots.length === 0) {
    const packages = await withRequirements(pinned, index, target);
    return { ...base, packages, brought: [], isWhole: packages.every(({ requires }) => requires !== undefined) };
  }
  const chosen = await installed(unit, python, index, platform, exactly(pinned));
  if (chosen === 'impossible' || chosen === 'unknown') {
    const why =
      chosen === 'unknown'
        ? 'what is installed with it today could not be worked out'
        : `what it asks for cannot be installed together on Python ${python} today${await obstaclesOf(pinned, index, target)}`;
    return {
      ...base,
      packages: await withRequirements(pinned, index, target),
      brought: [],
      isWhole: false,
      notes: [`${unit.id}: ${why}; only its pins are planned for`],
    };
  }
  const own = new Map(pinned.map((pkg) => [`${pypi.normalize(pkg.name)}\0${pkg.version}`, pkg]));
  const fresh: Package[] = [];
  const packages: Package[] = [];
  for (const [name, version] of chosen) {
    if (extraOf(name) !== undefined) continue;
    const known = own.get(`${name}\0${version}`);
    if (known) packages.push(known);
    else {
      const pkg = distribution(name, version, sites[0] as string);
      fresh.push(pkg);
      packages.push(pkg);
    }
  }
  const all = await withRequirements(packages, index, target);
  const isFresh = new Set(fresh.map(({ name }) => name));
  return { ...base, packages: all, brought: all.filter(({ name }) => isFresh.has(name)), isWhole: true };
}

/** The newest pin of each name. */
function exactly(pinned: readonly Package[]): Map<string, string> {
  const pins = new Map<string, string>();
  for (const { name, version } of pinned) {
    const key = pypi.normalize(name);
    const known = pins.get(key);
    if (known === undefined || pypi.compare(version, known) > 0) pins.set(key, version);
  }
  return pins;
}

/** Of the Pythons that it may be, the first on which every pin can be installed; the first of all where there is none, or nobody is asked. */
async function chosenPython(
  { locked, python: { candidates, isAssumed } }: ProjectUnit,
  pinned: readonly Package[],
  index: PythonIndex | undefined,
  platform: Platform | undefined,
): Promise<string> {
  const first = candidates[0] as string;
  // A lock was made for all of them, with versions of their own for some.
  if (index === undefined || candidates.length === 1 || (locked && !isAssumed)) return first;
  let best = { python: first, obstacles: Number.POSITIVE_INFINITY };
  for (const python of candidates) {
    const target = targetOf(python, platform);
    let obstacles = 0;
    for (const { name, version } of pinned)
      if ((await index.obstacle(pypi.normalize(name), version, target, version)) !== undefined) obstacles += 1;
    if (obstacles < best.obstacles) best = { python, obstacles };
    if (obstacles === 0) break;
  }
  return best.python;
}

/** The first pins that cannot be had by themselves, in brackets. */
async function obstaclesOf(pinned: readonly Package[], index: PythonIndex, target: WheelTarget): Promise<string> {
  const said: string[] = [];
  for (const { name, version } of pinned) {
    const why = await index.obstacle(pypi.normalize(name), version, target, version);
    if (why !== undefined && said.length < SHOWN) said.push(`${name} ${version} ${why}`);
  }
  return said.length === 0 ? '' : ` (${said.join('; ')})`;
}

const SHOWN = 3;

async function withRequirements(
  packages: readonly Package[],
  index: PythonIndex,
  target: WheelTarget,
): Promise<readonly Package[]> {
  return Promise.all(
    packages.map(async (pkg): Promise<Package> => {
      if (pkg.requires !== undefined) return pkg;
      const requires = await index.requires(pypi.normalize(pkg.name), pkg.version, target);
      return requires === undefined || requires === 'failed' ? pkg : { ...pkg, requires };
    }),
  );
}

/** A distribution that an installer brings, proven by the file on whose behalf. */
const distribution = (name: string, version: string, site: string): Package => ({
  type: pypi.type,
  name,
  version,
  namespace: pypi.name,
  purl: purlOf({ type: pypi.type, name, version }),
  evidence: [{ path: site, layer: 0, diffID: '', analyzer: 'installer' }],
});
