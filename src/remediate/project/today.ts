import { addTo } from '../../collections.ts';
import { purlOf } from '../../ecosystems/index.ts';
import { pypi } from '../../ecosystems/pypi.ts';
import { parseRequirement, type Requirement } from '../../formats/text/index.ts';
import { LIMITS } from '../../limits.ts';
import type { Package, Platform } from '../../model.ts';
import type { Need } from '../constraints.ts';
import { extraOf, holds, type MarkerValues, machineOf, markerValues, needOf, pythonNeeds } from '../installed/index.ts';
import { type IndexVersion, installable, type PythonIndex, type WheelTarget } from '../python/index.ts';
import { resolve } from '../resolver.ts';
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
  const notes = unit.python.isAssumed
    ? [`${unit.id}: no file says which Python it is for: ${python} is assumed; --python VERSION says another`]
    : [];
  const base = { unit, python, sites, notes };
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
      notes: [...notes, `${unit.id}: ${why}; only its pins are planned for`],
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

/**
 * What an installer takes for what a unit asks for; `moved` are versions that are pinned, by normalised name, whatever its files
 * say of these names.
 */
export async function installed(
  { roots, bounds }: Pick<ProjectUnit, 'roots' | 'bounds'>,
  python: string,
  index: PythonIndex,
  platform: Platform | undefined,
  pins: ReadonlyMap<string, string>,
  moved: ReadonlyMap<string, string> = new Map(),
): Promise<ReadonlyMap<string, string> | 'impossible' | 'unknown'> {
  const values = markerValues(python, platform);
  const target = targetOf(python, platform);
  const { names, demands } = askedBy(roots, bounds, values, moved);
  const known = new Map<string, Promise<readonly string[]>>();
  const candidates = (name: string): Promise<readonly string[]> => {
    const own = extraOf(name)?.name ?? name;
    const made = known.get(own) ?? offered(own);
    known.set(own, made);
    return made;
  };
  const offered = async (name: string): Promise<readonly string[]> => {
    const needs = demands.get(name) ?? [];
    const fixed = moved.get(name) ?? pins.get(name);
    // A pin is taken although its publisher has withdrawn it, and although it is a pre-release.
    if (fixed !== undefined && needs.every((need) => need.accepts(fixed))) return [fixed];
    const suits = (listed: readonly IndexVersion[] | undefined): readonly string[] =>
      (listed ?? [])
        .map(({ version }) => version)
        .filter((version) => needs.every((need) => need.accepts(version)))
        .reverse()
        .slice(0, LIMITS.projectVersions);
    const listed = suits(await index.versions(name, target, undefined));
    if (listed.length > 0) return listed;
    // An installer builds from source what has no wheel among what is allowed.
    const sources = (await index.files(name))?.filter(({ filename }) => !filename.endsWith('.whl'));
    return suits(sources && installable(name, sources, target, undefined));
  };
  return resolve({
    names,
    budget: LIMITS.improvementConflicts,
    effort: { left: LIMITS.improvementEffort },
    partOf: (name) => extraOf(name)?.name,
    candidates,
    needs: async (name, version) => {
      const { name: own, extra } = extraOf(name) ?? { name, extra: undefined };
      const requires = await index.requires(own, version, target);
      if (requires === 'failed') return undefined;
      const needs = pythonNeeds(requires ?? [], values, new Set(extra === undefined ? [] : [extra]), new Map());
      return extra === undefined ? needs : [exactNeed(own, version), ...needs];
    },
  });
}

/** The names that are asked for, extras as `name[extra]`, and what is asked of each version; of those that are moved, nothing. */
function askedBy(
  roots: readonly string[],
  bounds: readonly string[],
  values: MarkerValues,
  moved: ReadonlyMap<string, string>,
): { readonly names: ReadonlySet<string>; readonly demands: ReadonlyMap<string, readonly Need[]> } {
  const meant = (text: string): Requirement[] => {
    const requirement = parseRequirement(text);
    if (requirement === undefined || requirement.url !== undefined) return [];
    return requirement.marker === undefined || holds(requirement.marker, values) ? [requirement] : [];
  };
  const asked = roots.flatMap(meant);
  const demands = new Map<string, Need[]>();
  for (const requirement of [...asked, ...bounds.flatMap(meant)]) {
    const need = needOf(requirement);
    if (need !== undefined && !moved.has(need.name)) addTo(demands, need.name, need);
  }
  const names = asked.flatMap(({ name, extras }) => {
    const own = pypi.normalize(name);
    return [own, ...extras.map((extra) => `${own}[${pypi.normalize(extra)}]`)];
  });
  return { names: new Set(names), demands };
}

const exactNeed = (name: string, version: string): Need => ({
  name,
  text: `${name}==${version}`,
  accepts: (candidate) => candidate === version,
});

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

const targetOf = (python: string, platform: Platform | undefined): WheelTarget => ({
  python,
  machine: machineOf(platform),
  musl: false,
});

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
