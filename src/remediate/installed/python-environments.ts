import { conda } from '../../ecosystems/others.ts';
import { pypi } from '../../ecosystems/pypi.ts';
import { deb } from '../../ecosystems/system-types.ts';
import { parseRequirement } from '../../formats/text/index.ts';
import { isInstalled, type Package, type Platform } from '../../model.ts';
import type { Member, Need } from '../constraints.ts';
import { type MarkerValues, markerValues, normalizeExtra } from './marker-value.ts';
import { type ExtrasInUse, extrasInUse, pythonNeeds } from './python-needs.ts';

/** One Python interpreter's distributions. */
export interface PythonEnvironment {
  /** How it is called: its prefix, or its first folder where several interpreters share one prefix. */
  readonly id: string;
  /** Folder that the interpreter is installed under, without a leading slash: `usr/local`, `opt/venv`. */
  readonly prefix: string;
  /** The folders that distributions lie in. */
  readonly sites: readonly string[];
  /** As exact as it is known: `3.9.16` or `3.9`. */
  readonly python: string;
  readonly values: MarkerValues;
  readonly extras: ExtrasInUse;
  /** By normalised name. */
  readonly members: ReadonlyMap<string, EnvironmentMember>;
  /** Of what a project declares and nobody has installed yet: the files that declare it, for people. */
  readonly declaredIn?: string;
}

export interface EnvironmentMember extends Member {
  /** As its metadata spells it. */
  readonly name: string;
  readonly package: Package;
  /** Another package manager put it there: pip must not change it. */
  readonly held?: string;
}

const SITE = /^(.*?\/?)(?:lib|lib64)\/(python|pypy)(\d+(?:\.\d+)?)\/(?:site-packages|dist-packages)(?=\/|$)/;

/** Where a piece of metadata lies: prefix, folder and version of Python; undefined where that is no environment's folder. */
export function siteOf(
  path: string,
): { prefix: string; site: string; python: string; implementation: string } | undefined {
  const match = SITE.exec(path);
  if (!match) return undefined;
  const [site, before = '', implementation = 'python', python = '3'] = match;
  const within = path.slice(site.length + 1);
  if (within.split('/').length > 2 && !/^[^/]+\.egg\/EGG-INFO\/[^/]+$/.test(within)) return undefined;
  const prefix = before.replace(/\/$/, '');
  return { prefix, site, python, implementation: implementation === 'pypy' ? 'pypy' : 'cpython' };
}

/**
 * Where in a project's folder an environment lies that a package was installed into (`.venv`, `.pixi/envs/default`); undefined for
 * what the project declares.
 */
export function installedUnder({ type, evidence, properties }: Package): string | undefined {
  if (type === conda.type) return properties?.prefix?.replace(/^\//, '');
  const path = type === pypi.type ? evidence[0]?.path : undefined;
  if (path === undefined || !/(?:^|\/)(?:site|dist)-packages\//.test(path)) return undefined;
  return /^(.{1,4096}?)\/(?:lib|lib64|Lib)\//.exec(path)?.[1] ?? path.slice(0, path.search(/(?:site|dist)-packages\//));
}

interface Draft {
  readonly prefix: string;
  python: string;
  readonly implementation: string;
  readonly sites: Set<string>;
  readonly found: Map<string, Package>;
}

/**
 * The Python environments of an image: distributions grouped by the interpreter that sees them. Debian's own Python sees
 * `usr/lib/python3/dist-packages` and `usr/local/lib/python3.N/dist-packages` both.
 * https://docs.python.org/3/library/site.html
 * `asked`: requirements of the build with extras; they count where what these need today is there.
 */
export function pythonEnvironments(
  packages: readonly Package[],
  platform: Platform | undefined,
  asked: readonly string[] = [],
): PythonEnvironment[] {
  const drafts = new Map<string, Draft>();
  for (const pkg of packages) {
    if (pkg.type !== pypi.type || !isInstalled(pkg)) continue;
    for (const { path } of pkg.evidence) {
      const place = siteOf(path);
      if (place) take(drafts, place, pkg);
    }
  }
  mergeDebian(drafts, packages);
  const all = [...drafts.values()];
  return all
    .map((draft) => {
      const alone = all.filter(({ prefix }) => prefix === draft.prefix).length === 1;
      const id = alone ? draft.prefix : ([...draft.sites].sort()[0] as string);
      const own = environmentOf(draft, id, packages, platform);
      const roots = asked.filter((text) => isInstalledWith(own, text));
      return roots.length === 0 ? own : environmentOf(draft, id, packages, platform, roots);
    })
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Whether a distribution is there with all that the extras of a requirement need in its version; one that has no such extra needs nothing for it. */
function isInstalledWith({ members, values }: PythonEnvironment, text: string): boolean {
  const requirement = parseRequirement(text);
  const own = requirement && members.get(pypi.normalize(requirement.name));
  if (own === undefined) return false;
  const extras = new Set(requirement?.extras.map(normalizeExtra));
  const needs = pythonNeeds(own.package.requires ?? [], values, extras);
  return needs.every((need) => members.has(need.name) || own.needs.some(({ name }) => name === need.name));
}

function take(drafts: Map<string, Draft>, place: NonNullable<ReturnType<typeof siteOf>>, pkg: Package): void {
  const key = environmentKey(place);
  const draft = drafts.get(key) ?? {
    prefix: place.prefix,
    python: place.python,
    implementation: place.implementation,
    sites: new Set<string>(),
    found: new Map<string, Package>(),
  };
  draft.sites.add(place.site);
  const name = pypi.normalize(pkg.name);
  const known = draft.found.get(name);
  // Of two copies the newer one is what the last installation left.
  if (!known || pypi.compare(pkg.version, known.version) > 0) draft.found.set(name, pkg);
  drafts.set(key, draft);
}

function environmentKey({ prefix, site, python }: { prefix: string; site: string; python: string }): string {
  return `${prefix}\0${python}\0${site.endsWith('/dist-packages') ? 'dist' : 'site'}`;
}

/** `usr/lib/python3` is shared by every Python 3 of Debian; with one of them it is that one's. */
function mergeDebian(drafts: Map<string, Draft>, packages: readonly Package[]): void {
  const shared = drafts.get('usr\u00003\0dist');
  if (!shared) return;
  const debian = packages
    .filter(({ type, name }) => type === deb.type && /^(?:lib)?python3\.\d+(?:-minimal)?$/.test(name))
    .map(({ name }) => /3\.\d+/.exec(name)?.[0] ?? '')
    .sort(pypi.compare);
  const version = debian.at(-1) ?? [...drafts.values()].find(({ python }) => python.startsWith('3.'))?.python ?? '3';
  shared.python = version;
  const local = [...drafts].find(([key]) => key === `usr/local\0${version}\0dist` || key === `usr\0${version}\0dist`);
  if (!local) return;
  for (const site of local[1].sites) shared.sites.add(site);
  for (const [name, pkg] of local[1].found) shared.found.set(name, pkg);
  drafts.delete(local[0]);
}

function environmentOf(
  draft: Draft,
  id: string,
  packages: readonly Package[],
  platform: Platform | undefined,
  roots: readonly string[] = [],
): PythonEnvironment {
  const python = interpreterVersion(draft, packages);
  const values = markerValues(python, platform, draft.implementation);
  const extras = extrasInUse(
    [['', roots] as const, ...[...draft.found].map(([name, pkg]) => [name, pkg.requires ?? []] as const)],
    values,
  );
  const members = new Map<string, EnvironmentMember>();
  for (const [name, pkg] of draft.found) {
    const held = pkg.ownedBy && `${pkg.ownedBy.type} package ${pkg.ownedBy.name}`;
    members.set(name, {
      name: pkg.name,
      version: pkg.version,
      package: pkg,
      needs: pythonNeeds(pkg.requires ?? [], values, extras.get(name)),
      ...(held === undefined ? {} : { held }),
    });
  }
  return { id, prefix: draft.prefix, sites: [...draft.sites].sort(), python, values, extras, members };
}

/** What a project declares, as far as an environment is made of it. */
interface Declared {
  /** How the environment is called: the file that decides what is in it. */
  readonly id: string;
  /** The files by which its packages are proven. */
  readonly sites: readonly string[];
  readonly declaredIn: string;
  readonly python: string;
  /** What is declared, as requirements: who asks for extras. */
  readonly roots: readonly string[];
  readonly packages: readonly Package[];
}

/** The environment that an installer makes of what a project declares: its distributions lie in the files that name them. */
export function declaredEnvironment(
  { id, sites, declaredIn, python, roots, packages }: Declared,
  platform: Platform | undefined,
): PythonEnvironment {
  const draft: Draft = { prefix: '', python, implementation: 'cpython', sites: new Set(sites), found: new Map() };
  for (const pkg of packages) {
    const name = pypi.normalize(pkg.name);
    const known = draft.found.get(name);
    if (!known || pypi.compare(pkg.version, known.version) > 0) draft.found.set(name, pkg);
  }
  return { ...environmentOf(draft, id, [], platform, roots), declaredIn };
}

/** Where a proof of a Python distribution lies: the folder of an environment, or the file that declares it. */
export const siteOrFile = (path: string): string => siteOf(path)?.site ?? path;

/** The full version where a package of the interpreter itself says so. */
function interpreterVersion({ prefix, python }: Draft, packages: readonly Package[]): string {
  const own = packages.find((pkg) => {
    if (!pkg.version.startsWith(`${python}.`)) return false;
    if (pkg.type === conda.type && pkg.name === 'python') return pkg.properties?.prefix === `/${prefix}`;
    if (pkg.type === deb.type) return prefix === 'usr' && pkg.name === `python${python}`;
    return (
      pkg.type !== pypi.type &&
      /^c?python$/i.test(pkg.name) &&
      pkg.evidence.some(({ path }) => path.startsWith(`${prefix}/bin/`) || path.startsWith(`${prefix}/lib/`))
    );
  });
  return /^\d+\.\d+\.\d+/.exec(own?.version ?? '')?.[0] ?? python;
}

/** What does not hold in the environment as it is, in pip's words. */
export function brokenConstraints({ members }: PythonEnvironment): string[] {
  const broken: string[] = [];
  for (const { name, version, needs } of members.values())
    for (const need of needs) {
      const have = members.get(need.name)?.version;
      if (have === undefined) broken.push(`${name} ${version} requires ${need.text}, which is not installed`);
      else if (!need.accepts(have)) broken.push(complaint({ name, version }, need, have));
    }
  return broken.sort();
}

/** `tensorflow 2.12.0 requires numpy<1.24,>=1.22, but numpy 1.24.3 is installed`. */
const complaint = (owner: { name: string; version: string }, need: Need, have: string): string =>
  `${owner.name} ${owner.version} requires ${need.text}, but ${need.name} ${have} is installed`;

/** Whose requirements bring a package today, at any distance, by normalised name. `name`: of the package; `environment`: the id of its environment. */
export function bringersOf(
  environments: readonly PythonEnvironment[],
  { name, environment }: { readonly name: string; readonly environment?: string },
): ReadonlySet<string> {
  const members: PythonEnvironment['members'] = environments.find(({ id }) => id === environment)?.members ?? new Map();
  const bringers = new Set<string>();
  const open = [pypi.normalize(name)];
  for (let brought = open.pop(); brought !== undefined; brought = open.pop())
    for (const [owner, { needs }] of members)
      if (!bringers.has(owner) && needs.some((need) => need.name === brought)) {
        bringers.add(owner);
        open.push(owner);
      }
  return bringers;
}
