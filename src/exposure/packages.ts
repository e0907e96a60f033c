import { addTo } from '../collections.ts';
import { pypi } from '../ecosystems/pypi.ts';
import { before } from '../formats/ends.ts';
import { fileNameOf, folderOf } from '../formats/paths.ts';
import { installedOwner, type Owner, ownerAsker } from '../layers/ownership.ts';
import type { ReadImage } from '../layers/read-image.ts';
import type { Exposure, Package, Seen } from '../model.ts';
import { archiveOf, evidencePaths } from './archives.ts';
import { chainOf } from './chain.ts';
import { isNamedAsCode } from './code-names.ts';
import { type Bound, type Note, REACHES, type Reached, type World } from './model.ts';
import { definedIn, moduleKeeper } from './modules.ts';
import type { IsCode } from './world.ts';

/** What is known of the files of a package. */
interface Standing {
  best?: Reached;
  seen?: Seen;
  hasCode: boolean;
  /** Something of it lies where it cannot be told what is loaded: what it may be. */
  unclear?: Unclear;
}
/** What something may be of which it cannot be told, and why. */
interface Unclear {
  readonly as: 'unknown' | Bound;
  readonly why: string;
}
const unclearOf = ({ as, message: why }: Note): Unclear => ({ as: as ?? 'unknown', why });
/** The most first. */
const UNCLEAR = ['unknown', 'importable', 'callable'] as const satisfies readonly Unclear['as'][];
const stronger = (unclear: Unclear | undefined, other: Unclear | undefined): Unclear | undefined =>
  unclear === undefined || (other !== undefined && UNCLEAR.indexOf(other.as) < UNCLEAR.indexOf(unclear.as))
    ? other
    : unclear;

/**
 * The class of each package: that of the file of it that is reached the strongest. What owns no code is not code; what nothing leads to is
 * there and no more, unless something could not be told that might lead to it.
 * Long because it is one story: whose each file is, then what each package is by its files.
 */
export function exposures(
  packages: readonly Package[],
  read: ReadImage,
  { world, isCode }: { readonly world: World; readonly isCode: IsCode },
  reached: ReadonlyMap<string, Reached>,
  notes: readonly Note[],
): {
  readonly classes: readonly Exposure[];
  readonly owners: ReadonlyMap<string, readonly number[]>;
  readonly modules?: string | undefined;
} {
  const ofReached = new Map<string, readonly number[]>();
  const standings: Standing[] = packages.map(() => ({ hasCode: false }));
  const belongsTo = placesOf(packages, world);
  const bySystem = new Map<string, number[]>();
  for (const [at, { type, name }] of packages.entries()) addTo(bySystem, `${type} ${name}`, at);
  const unclear = widening(notes);
  // Where no Python starts a module is as far as its package.
  const modules = [...reached.keys()].some((path) => path.endsWith('.py')) ? moduleKeeper(packages) : undefined;

  const askOwner = ownerAsker(
    read.indexes.map(({ owned }) => owned),
    read.files,
    installedOwner(read.facts),
  );
  const ofSystem = ofOwner(bySystem);
  const ownersAt = (path: string): readonly number[] => {
    const [own, owned] = [belongsTo(path), ofSystem(askOwner(path))];
    return own.length === 0 ? owned : owned.length === 0 ? own : [...own, ...owned];
  };
  const isLoadable = (path: string): boolean => reached.has(path) || isNamedAsCode(path);
  const take = (path: string): void => {
    const owned = ownersAt(path);
    if (owned.length === 0) return;
    const file = reached.get(path);
    if (file !== undefined) ofReached.set(path, owned);
    modules?.add(path, owned);
    for (const at of owned) noted(standings[at] as Standing, file, unclear(path));
  };
  for (const path of reached.keys()) take(path);
  const inside = new Set(
    packages.flatMap((pkg) => (pkg.properties?.inside === undefined ? [] : evidencePaths(pkg, world))),
  );
  // A link is of whoever put it there; what it leads to is loaded. No list is made of these, and of most no path: there may be a million.
  for (const [layer, table] of read.files.layers.entries())
    for (const row of read.files.showing(layer)) {
      if (table.type(row) !== 'file' || !(isNamedAsCode(table.name(row)) || isCode(layer, row))) continue;
      const path = read.files.path(layer, row);
      if (!reached.has(path) && !inside.has(path)) take(path);
    }
  for (const path of inside) if (!reached.has(path)) take(path);
  for (const [at, pkg] of packages.entries())
    for (const path of placesInArchives(pkg, world)) noted(standings[at] as Standing, reached.get(path), unclear(path));
  for (const [at, why] of meant(packages, notes, (path) => (isLoadable(path) ? ownersAt(path) : belongsTo(path)))) {
    const standing = standings[at] as Standing;
    standing.unclear = stronger(standing.unclear, why);
  }
  const listed = new Set(
    read.indexes.flatMap(({ owned }) => owned.listings.map(({ type, name }) => `${type} ${name}`)),
  );
  return {
    classes: packages.map((pkg, at) => exposureOfPackage(pkg, standings[at] as Standing, unclear(''), listed)),
    owners: ofReached,
    modules: modules?.packed(
      (path, at) => reached.get(path)?.reach ?? stronger(unclear(path), standings[at]?.unclear)?.as ?? 'present',
      // Those that were read on the way here; the others are not read for it.
      (path) => (reached.has(path) ? definedIn(path, world) : undefined),
    ),
  };
}

function noted(standing: Standing, file: Reached | undefined, unclear: Unclear | undefined): void {
  standing.hasCode = true;
  standing.unclear = stronger(standing.unclear, unclear);
  if (file === undefined) return;
  // What is mapped says more than a name in memory.
  if (file.seen !== undefined && (standing.seen === undefined || standing.seen.how === 'named'))
    standing.seen = file.seen;
  if (standing.best === undefined || REACHES.indexOf(file.reach) < REACHES.indexOf(standing.best.reach))
    standing.best = file;
}

function exposureOfPackage(
  pkg: Package,
  { best, seen, hasCode, unclear }: Standing,
  all: Unclear | undefined,
  listed: ReadonlySet<string>,
): Exposure {
  const mayBe = ({ as, why }: Unclear): Exposure => ({ class: as, why });
  if (best !== undefined) {
    // A program that may be called, and of which it cannot be told whether it runs at the start, is not known to be that far.
    const isMore =
      unclear !== undefined && unclear.as !== 'callable' && best.reach === 'callable' && seen === undefined;
    return isMore ? mayBe(unclear) : { class: best.reach, chain: chainOf(best), ...(seen && { seen }) };
  }
  // What a lock file names, or a package manager keeps for later, is on no path of a running program.
  if (pkg.role === 'declared' || pkg.role === 'cache') return all === undefined ? { class: 'present' } : mayBe(all);
  const why = hasCode ? stronger(unclear, all) : undefined;
  if (why !== undefined) return mayBe(why);
  if (hasCode) return { class: 'present' };
  // Of a package whose database is gone nobody tells which of the files that are left are its own.
  const isTold =
    pkg.recovered === undefined && (listed.has(`${pkg.type} ${pkg.name}`) || pkg.evidence.some(isOwnFolder));
  return isTold ? { class: 'not-code' } : { class: 'unknown', why: "no list says which files are the package's" };
}

/** All of a package of npm lies in one folder: that without code is types, styles or data. */
const isOwnFolder = ({ path }: Package['evidence'][number]): boolean =>
  /(?:^|\/)(?:node_modules|usr\/share\/nodejs)\/(?:@[^/]+\/)?[^/]+\/package\.json$/.test(path);

/** Which packages an owner is; thousands of files have the same one. */
function ofOwner(bySystem: ReadonlyMap<string, readonly number[]>): (owner: Owner | undefined) => readonly number[] {
  const known = new Map<Owner, readonly number[]>();
  return (owner) => {
    if (owner === undefined) return NOBODY;
    const those = known.get(owner) ?? bySystem.get(`${owner.type} ${owner.name}`) ?? NOBODY;
    known.set(owner, those);
    return those;
  };
}

/** What a file may be that lies where something could not be told; of the empty path, what everything may be. */
function widening(notes: readonly Note[]): (path: string) => Unclear | undefined {
  let everything: Unclear | undefined;
  const folders = new Map<string, Unclear>();
  const endings = new Map<string, Unclear>();
  const put = (places: Map<string, Unclear>, place: string, note: Note): void => {
    const known = stronger(places.get(place), unclearOf(note));
    if (known !== undefined) places.set(place, known);
  };
  for (const note of notes) {
    const { widens } = note;
    if (widens === 'all') everything = stronger(everything, unclearOf(note));
    else if (widens !== undefined && 'below' in widens) put(folders, widens.below, note);
    else if (widens !== undefined && 'endings' in widens)
      for (const ending of widens.endings) put(endings, ending, note);
  }
  // Files lie many to a folder, and are asked about folder by folder.
  let last = { folder: '', strongest: everything };
  const ofFolder = (folder: string): Unclear | undefined => {
    if (folder === last.folder) return last.strongest;
    let strongest = everything;
    for (let at = folder; at !== ''; at = folderOf(at)) strongest = stronger(strongest, folders.get(at));
    last = { folder, strongest };
    return strongest;
  };
  return (path) => {
    let strongest = everything;
    if (endings.size > 0) strongest = stronger(strongest, endings.get(path.slice(path.lastIndexOf('.'))));
    if (folders.size > 0) strongest = stronger(stronger(strongest, folders.get(path)), ofFolder(folderOf(path)));
    return strongest;
  };
}

/**
 * Packages that somebody may mean who can only mean what he says he needs: what that needs in turn too, but of its optional needs only his
 * own.
 */
function meant(
  packages: readonly Package[],
  notes: readonly Note[],
  belongsTo: (path: string) => readonly number[],
): ReadonlyMap<number, Unclear> {
  const asked = notes.flatMap((note): { path: string; unclear: Unclear }[] =>
    typeof note.widens === 'object' && 'needsOf' in note.widens
      ? [{ path: note.widens.needsOf, unclear: unclearOf(note) }]
      : [],
  );
  const clouded = new Map<number, Unclear>();
  if (asked.length === 0) return clouded;
  const byName = new Map<string, number[]>();
  for (const [at, { type, name }] of packages.entries()) {
    addTo(byName, `${type} ${pypi.normalize(name)}`, at);
  }
  const owners = new Set(asked.flatMap(({ path }) => belongsTo(path)));
  // The strongest first: each package is gone through once.
  for (const as of UNCLEAR)
    for (const { path, unclear } of asked) {
      if (unclear.as !== as) continue;
      const reached = new Set(belongsTo(path).filter((at) => !clouded.has(at)));
      for (const at of reached) {
        clouded.set(at, unclear);
        const { type, requires = [] } = packages[at] as Package;
        for (const text of requires) {
          if (!owners.has(at) && /; *optional|, optional|\bextra\b/.test(text)) continue;
          const name = /^@?[^\s@<>=!~;([|:]+/.exec(text)?.[0] ?? '';
          for (const other of byName.get(`${type} ${pypi.normalize(name)}`) ?? [])
            if (!clouded.has(other)) reached.add(other);
        }
      }
    }
  return clouded;
}

/** Where a distribution lies in archives of Python: of one that was opened where its list says, of another, to which nothing leads, the archive. */
function placesInArchives(pkg: Package, world: World): readonly string[] {
  if (pkg.type !== pypi.type || pkg.properties?.inside === undefined) return [];
  return evidencePaths(pkg, world).flatMap((path) => {
    const archive = archiveOf(path) as string;
    if (!world.tree.isFolder(`${archive}!`)) return [archive];
    return placesNamed(path, world).filter(
      (place) => world.tree.isFolder(place) || world.tree.real(place) !== undefined,
    );
  });
}

/** Of a path, which packages it is of by their own metadata: the ones with the nearest folder, or the file itself. */
function placesOf(packages: readonly Package[], world: World): (path: string) => readonly number[] {
  const places = new Map<string, number[]>();
  for (const [at, pkg] of packages.entries())
    for (const path of evidencePaths(pkg, world))
      for (const place of placesNamed(path, world)) addTo(places, place, at);
  // Files lie many to a folder: whose those above it are is asked once.
  const above = new Map<string, readonly number[]>([['', NOBODY]]);
  const ofFolder = (folder: string): readonly number[] => {
    const known = above.get(folder);
    if (known !== undefined) return known;
    const owners = places.get(folder) ?? ofFolder(folderOf(folder));
    above.set(folder, owners);
    return owners;
  };
  return (path) => places.get(path) ?? ofFolder(folderOf(path));
}

const NOBODY: readonly number[] = [];

/** Where the files of a package lie that a file proves. */
function placesNamed(evidence: string, world: World): string[] {
  const folder = folderOf(evidence);
  if (/\.(?:dist-info|egg-info)\/[^/]+$/.test(evidence)) {
    const site = folderOf(folder);
    // Paths of RECORD begin beside the folder of metadata, those that `setup.py install` wrote down in it.
    for (const [name, base] of [
      ['RECORD', site],
      ['installed-files.txt', folder],
      ['top_level.txt', site],
    ] as const) {
      const text = world.code(`${folder}/${name}`, 'owned');
      if (text !== undefined) return text.split('\n').flatMap((path) => placesIn(base, path.trim()));
    }
    return placesIn(site, nameOf(folder));
  }
  if (/\/(?:package\.json|DESCRIPTION|Project\.toml|composer\.json)$/.test(evidence)) return [folder];
  const gem = /^(.*)\/specifications\/(?:default\/)?([^/]+)\.gemspec$/.exec(evidence);
  if (gem) return [`${gem[1]}/gems/${gem[2]}`];
  return [evidence];
}

/** `tornado-6.0.dist-info` -> `tornado`: the module is nearly always called as the distribution. */
const nameOf = (folder: string): string => before(fileNameOf(folder), '-').toLowerCase();

function placesIn(site: string, name: string): string[] {
  if (name === '') return [];
  const parts = site.split('/');
  let rest = name;
  for (; rest.startsWith('../'); rest = rest.slice(3)) parts.pop();
  const path = [...parts, rest].filter((part) => part !== '').join('/');
  // A list of names alone does not say whether they are folders or files.
  return /\.\w+$/.test(rest) ? [path] : [path, `${path}.py`];
}
