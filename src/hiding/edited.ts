import type { PackageFact } from '../analyzers/analyzer.ts';
import { isWellKnown } from '../analyzers/well-known-modules.ts';
import { isSystemType, typeNamed } from '../ecosystems/index.ts';
import { pypi } from '../ecosystems/pypi.ts';
import { sourceOf } from '../ecosystems/source-package.ts';
import { apk, rpm } from '../ecosystems/system-types.ts';
import type { OwnershipSurvey } from '../layers/ownership-survey.ts';
import type { ReadImage, VisibleFact } from '../layers/read-image.ts';
import { isInstalled } from '../model.ts';
import { isEarlierRelease, isOneRelease } from '../versions/releases.ts';
import { byBuildLists } from './build-lists.ts';
import { type Against, byLowerDatabases, byLowerManifests, listingKey, sourceVersion } from './lower-lists.ts';
import { sitePackagesOf } from './python-code.ts';
import { bySecondLists } from './second-lists.ts';
import { statedByPrograms } from './stated.ts';

type PackageItem = VisibleFact & { readonly fact: PackageFact };

/** A command that a package of apk's provides, in the package's own version. https://wiki.alpinelinux.org/wiki/APKBUILD_Reference#provides */
const COMMAND = /(?:^| )cmd:[^\s=]{1,200}=([\w.+-]{1,200})/g;

/** A package database below the root of another system. */
const IN_A_FOLDER =
  /^(?!usr\/lib\/apk\/).{1,4000}?\/(?:var\/lib\/(?:dpkg|rpm|pacman)|lib\/apk|usr\/(?:lib\/sysimage|share)\/rpm)\//;

/** A package that something of its own contradicts. */
interface Contradicted extends Pick<Against, 'isLight'> {
  readonly item: PackageItem;
  readonly words: string;
}

/** Lists of packages that somebody edited. */
export interface Edited {
  /** All that is listed; each of those below as the older of the two versions, marked, and with what the list says (`contradictedBy`). */
  readonly items: readonly PackageItem[];
  /** The packages that something of their own contradicts, in words: `libssl1.1 9.9 (its changelog says 1.1.1n)`. */
  readonly against: readonly Contradicted[];
  /** What packages under names of nobody's are by what their own programs say. */
  readonly disguised: readonly PackageItem[];
}

/**
 * Holds what package databases and manifests list to what belongs to the same packages: changelogs, what others need in one version, commands,
 * the lists of lower layers, where the files are those of the lower layer still, what was read beside the metadata (`PackageFact.disputed`), what npm and RubyGems
 * wrote down besides (of `facts`), and what well-known Python code says of itself (`said`). Where the two differ the older version is what is judged:
 * either may be the lie, and next to nothing is hidden by lowering one (flaws that came later alone).
 */
export function editedLists(
  read: ReadImage,
  listed: readonly PackageItem[],
  facts: readonly PackageItem[],
  said: readonly PackageItem[],
  survey: OwnershipSurvey,
): Edited {
  const against = new Map<PackageItem, Against>();
  // What belongs to this system says nothing of one in a folder: a chroot, a container's storage, a machine's image.
  const installed = listed.filter(
    ({ path, via = path, fact }) => isSystemType(fact.type) && isInstalled(fact) && !IN_A_FOLDER.test(via),
  );
  const stated = statedByPrograms(read, installed);
  for (const contradiction of [
    ...byChangelogs(read, installed),
    ...byNeeds(installed),
    ...byCommands(installed),
    ...stated.against,
    ...byLowerDatabases(read, installed, survey),
    ...byLowerManifests(read, listed),
    ...byCode(listed, said),
    ...bySecondLists(read, facts, listed),
    ...byBuildLists(read, facts, listed),
    ...bySeals(installed),
  ])
    if (decides(contradiction, against.get(contradiction.item))) against.set(contradiction.item, contradiction);
  if (against.size + stated.disguised.length === 0) return { items: listed, against: [], disguised: [] };
  return {
    items: listed.map((item) => judged(item, against.get(item))),
    disguised: stated.disguised.map(({ as }) => as),
    against: [...stated.disguised, ...[...against.values()].map(inWords)],
  };
}

/**
 * Whether a word decides where another was heard before: the first does, but of what installers of languages list the earliest, since a second list
 * is as easily edited as the first, and by a little less.
 */
function decides(word: Against, before: Against | undefined): boolean {
  if (before === undefined) return true;
  if (isSystemType(word.item.fact.type) || word.isKept || !word.proven || !before.proven) return false;
  return before.isKept === true || isEarlierRelease(word.proven.version, before.proven.version);
}

const inWords = ({ item, because, isLight }: Against): Contradicted => ({
  item,
  words: `${item.fact.name} ${item.fact.version} (${because})`,
  ...(isLight && { isLight }),
});

/** The same of packages that only databases of lower layers list: one of those may have been planted over another. */
export function heldToLowerDatabases(
  read: ReadImage,
  buried: readonly PackageItem[],
  survey: OwnershipSurvey,
): Pick<Edited, 'items' | 'against'> {
  const against = new Map([...byLowerDatabases(read, buried, survey, false)].map((told) => [told.item, told]));
  return {
    items: buried.map((item) => judged(item, against.get(item))),
    against: [...against.values()].map(inWords),
  };
}

/** The package as the older of what is said of it. */
function judged(item: PackageItem, against: Against | undefined): PackageItem {
  if (against === undefined) return item;
  const { fact } = item;
  const { proven, by, isLight, isKept } = against;
  if (proven === undefined) return { ...item, fact: { ...fact, certainty: 'name' } };
  if (isKept) {
    const properties = { ...fact.properties, contradictedBy: proven.version };
    return { ...item, fact: { ...fact, properties } };
  }
  const isRenamed = (proven.source?.name ?? fact.source?.name) !== fact.source?.name;
  const { compare } = typeNamed(fact.type);
  const order = compare(sourceVersion(proven), sourceVersion(fact)) || compare(proven.version, fact.version);
  if (!isRenamed && order === 0) return item;
  // What it says itself is the older: that is judged, and no surer than what contradicts it.
  if (!isRenamed && order > 0) {
    const properties = { ...fact.properties, contradictedBy: proven.version };
    return { ...item, fact: { ...fact, certainty: 'name', properties } };
  }
  const properties = {
    ...fact.properties,
    contradictedBy: isRenamed ? `${sourceOf(fact).name} ${fact.version}` : fact.version,
  };
  const { source: _, ...rest } = fact;
  const source = proven.source ?? fact.source;
  return {
    ...item,
    fact: {
      ...rest,
      version: proven.version,
      ...(source === undefined ? {} : { source }),
      certainty: 'name',
      ...(isLight ? {} : { recovered: by }),
      properties,
    },
  };
}

/**
 * Headers of rpm's that are not those of which the digests beside them were made: what was edited in them is not known. One without any is told where
 * its vendor's others have them (nobody's tools write both).
 */
function* bySeals(installed: readonly PackageItem[]): Generator<Against> {
  const rpms = installed.filter(({ fact }) => fact.type === rpm.type);
  const sealed = new Map<string, number>();
  for (const { fact } of rpms)
    if (fact.properties?.header === undefined && fact.maintainer !== undefined)
      sealed.set(fact.maintainer, (sealed.get(fact.maintainer) ?? 0) + 1);
  for (const item of rpms) {
    const { header } = item.fact.properties ?? {};
    const others = sealed.get(item.fact.maintainer ?? '') ?? 0;
    if (header === 'altered') yield { item, because: 'its header is not the one that its digest is of', by: 'trace' };
    if (header === 'unsealed' && others >= SEALED_OTHERS)
      yield { item, because: `its header has no digest, as ${others} others of its vendor have`, by: 'trace' };
  }
}
const SEALED_OTHERS = 5;

/** Debian's packages bring their changelogs, whose first line is source and version. */
function* byChangelogs(read: ReadImage, installed: readonly PackageItem[]): Generator<Against> {
  const byName = keyed(installed);
  for (const { fact } of read.facts) {
    if (fact.kind !== 'told') continue;
    for (const item of byName.get(`${fact.type} ${fact.of}`) ?? []) {
      const { source, version } = item.fact;
      const isRenamed = sourceOf(item.fact).name !== fact.madeOf;
      if (!isRenamed && sourceVersion(item.fact) === fact.stated) continue;
      // Packages have versions of their own beside their source's; without one they have that.
      const isOwn = source?.version !== undefined && source.version !== version;
      yield {
        item,
        because: `its changelog says ${isRenamed ? `${fact.madeOf} ` : ''}${fact.stated}`,
        proven: { version: isOwn ? version : fact.stated, source: { name: fact.madeOf, version: fact.stated } },
        by: 'documentation',
      };
    }
  }
}

/** What another package needs in exactly one version is there in it. */
function* byNeeds(installed: readonly PackageItem[]): Generator<Against> {
  const byName = keyed(installed);
  for (const { fact } of installed)
    for (const need of fact.requires ?? []) {
      const [, name, version] = typeNamed(fact.type).needsExactly?.exec(need) ?? [];
      const those = name === undefined ? [] : (byName.get(`${fact.type} ${name}`) ?? []);
      if (those.length === 0 || those.some((other) => other.fact.version === version)) continue;
      const item = those[0]!;
      const { source } = item.fact;
      // Of the needed package's source nothing is said where that has another version.
      const isOne = source?.version === undefined || source.version === item.fact.version;
      yield {
        item,
        because: `${fact.name} ${fact.version} needs ${version}`,
        proven: {
          version: version!,
          ...(source === undefined ? {} : { source: isOne ? { name: source.name, version: version! } : source }),
        },
        by: 'trace',
      };
    }
}

/** apk writes the commands of a package with its version. */
function* byCommands(installed: readonly PackageItem[]): Generator<Against> {
  for (const item of installed) {
    if (item.fact.type !== apk.type) continue;
    const provided = [...(item.fact.properties?.provides ?? '').matchAll(COMMAND)].map(([, version]) => version!);
    const other = provided.find((version) => version !== item.fact.version);
    if (other !== undefined)
      yield { item, because: `its commands are of ${other}`, proven: inVersion(item.fact, other), by: 'trace' };
  }
}

const inVersion = ({ source }: PackageFact, version: string): Against['proven'] => ({
  version,
  ...(source === undefined ? {} : { source: { name: source.name, version } }),
});

function keyed(items: readonly PackageItem[]): ReadonlyMap<string, readonly PackageItem[]> {
  const byName = new Map<string, PackageItem[]>();
  for (const item of items) {
    const key = listingKey(item.fact);
    const known = byName.get(key);
    if (known === undefined) byName.set(key, [item]);
    else known.push(item);
  }
  return byName;
}

/**
 * Metadata of a well-known Python library that says another release than its code does. Of 123 such on a machine of ours none does; others' code
 * is left behind by its releases now and then, and is not asked.
 */
function* byCode(listed: readonly PackageItem[], said: readonly PackageItem[]): Generator<Against> {
  const versions = new Map<string, Set<string>>();
  for (const { path, fact } of said) {
    const site = sitePackagesOf(path);
    if (!isWellKnown(path.slice(site.length + 1).split('/')[0]!)) continue;
    const key = `${site}\0${pypi.normalize(fact.name)}`;
    versions.set(key, (versions.get(key) ?? new Set()).add(fact.version));
  }
  if (versions.size === 0) return;
  const distributions = new Map<string, PackageItem[]>();
  for (const item of listed) {
    if (item.fact.type !== pypi.type || item.fact.recovered !== undefined || !isInstalled(item.fact)) continue;
    const key = `${sitePackagesOf(item.path)}\0${pypi.normalize(item.fact.name)}`;
    if (versions.has(key)) distributions.set(key, [...(distributions.get(key) ?? []), item]);
  }
  for (const [key, items] of distributions) {
    const stated = [...versions.get(key)!];
    // Two versions were installed into one folder, one over the other: the code is of one of them.
    if (items.some(({ fact }) => stated.some((version) => isOneRelease(version, fact.version)))) continue;
    const [item, version] = [items[0]!, stated[0]!];
    yield { item, because: `its code says ${version}`, proven: { version }, by: 'code' };
  }
}
