import type { PackageFact } from '../analyzers/analyzer.ts';
import type { VersionDispute } from '../analyzers/disputed.ts';
import { addTo } from '../collections.ts';
import { npm } from '../ecosystems/npm.ts';
import { moduleFolder, pypi } from '../ecosystems/pypi.ts';
import { sourceOf } from '../ecosystems/source-package.ts';
import { folderOf } from '../formats/paths.ts';
import type { OwnershipSurvey } from '../layers/ownership-survey.ts';
import type { ReadImage, VisibleFact } from '../layers/read-image.ts';
import { sitePackagesOf } from './python-code.ts';

type PackageItem = VisibleFact & { readonly fact: PackageFact };

/** What belongs to a package says another thing of it than the list does. */
export interface Against extends Pick<VersionDispute, 'isLight' | 'isKept'> {
  readonly item: PackageItem;
  /** In words: `its changelog says 1.1.1n-0+deb11u4`. */
  readonly because: string;
  /** What the package is by that; absent where it is only known not to be what the list says. */
  readonly proven?: Pick<PackageFact, 'version' | 'source'>;
  readonly by: NonNullable<PackageFact['recovered']>;
}

/** The version that the source of a package has, as advisories of distributions count. */
export const sourceVersion = ({ version, source }: Pick<PackageFact, 'version' | 'source'>): string =>
  source?.version ?? version;

/** How package databases call a package, whatever the file that lists it. */
export const listingKey = ({ type, name }: Pick<PackageFact, 'type' | 'name'>): string => `${type} ${name}`;

/** What the list of a layer says of a package. */
interface Said {
  readonly layer: number;
  readonly facts: readonly PackageFact[];
}

/** What the lists of lower layers say, by what `keyOf` calls a package: the last word of each layer on it, the lowest layer first. */
function below<Key>(
  { indexes }: ReadImage,
  keys: ReadonlySet<Key>,
  keyOf: (path: string, fact: PackageFact) => Key,
): ReadonlyMap<Key, readonly Said[]> {
  const said = new Map<Key, { readonly layer: number; readonly facts: PackageFact[] }[]>();
  for (const [layer, { facts }] of indexes.slice(0, -1).entries())
    for (const { path, fact } of facts) {
      if ((fact.kind !== undefined && fact.kind !== 'package') || fact.recovered !== undefined) continue;
      const key = keyOf(path, fact);
      if (!keys.has(key)) continue;
      const known = said.get(key) ?? [];
      said.set(key, known);
      const last = known.at(-1);
      if (last?.layer === layer) last.facts.push(fact);
      else known.push({ layer, facts: [fact] });
    }
  return said;
}

/**
 * The uppermost lower layer that says another thing than the list, while most of what the package has is of that layer or of one below it;
 * `code` is how many files each layer has of it. What was edited in one layer may be written again in another.
 */
function otherBelow(
  item: PackageItem,
  said: readonly Said[] | undefined,
  code: ReadonlyMap<number, number> | undefined,
): { readonly layer: number; readonly fact: PackageFact } | undefined {
  for (const { layer, facts } of [...(said ?? [])].reverse())
    if (layer < item.layer && !facts.some((fact) => isSame(fact, item.fact)) && isOlder(code, layer))
      return { layer, fact: facts[0]! };
  return undefined;
}

const isSame = (left: PackageFact, right: PackageFact): boolean =>
  left.version === right.version &&
  sourceVersion(left) === sourceVersion(right) &&
  sourceOf(left).name === sourceOf(right).name;

/** Items by what a key calls them: a list may have a hundred thousand. */
function itemsBy(
  items: readonly PackageItem[],
  keyOf: (item: PackageItem) => string,
): ReadonlyMap<string, readonly PackageItem[]> {
  const by = new Map<string, PackageItem[]>();
  for (const item of items) addTo(by, keyOf(item), item);
  return by;
}

/** A database that says another version than the one of a lower layer did, while the package's files are the lower layer's still: a package manager writes them anew. Of databases that an upper layer hides, too (`isVisible`), of which lists of files may show still. */
export function* byLowerDatabases(
  read: ReadImage,
  installed: readonly PackageItem[],
  survey: OwnershipSurvey,
  isVisible = true,
): Generator<Against> {
  const upper = installed.filter(({ layer }) => layer > 0);
  if (upper.length === 0) return;
  const said = below(read, new Set(upper.map(({ fact }) => listingKey(fact))), (_, fact) => listingKey(fact));
  const layers = new Map<string, ReadonlyMap<number, number>>();
  for (const entry of survey.listings)
    if ((entry.visible || !isVisible) && (entry.code.size > 0 || !layers.has(listingKey(entry))))
      layers.set(listingKey(entry), entry.code);
  const besides = itemsBy(installed, ({ fact }) => listingKey(fact));
  for (const item of upper) {
    const other = otherBelow(item, said.get(listingKey(item.fact)), layers.get(listingKey(item.fact)));
    // Kernels are installed beside each other.
    if (other === undefined || besides.get(listingKey(other.fact))?.some(({ fact }) => isSame(fact, other.fact)))
      continue;
    const { version, source } = other.fact;
    yield {
      item,
      because: `layer ${other.layer + 1} lists ${version}, and its files are of that layer`,
      proven: { version, ...(source === undefined ? {} : { source }) },
      by: 'lower-layer',
    };
  }
}

/** Whether most files are of a layer, or of one below it. */
function isOlder(code: ReadonlyMap<number, number> | undefined, layer: number): boolean {
  let older = 0;
  let newer = 0;
  for (const [of, count] of code ?? []) {
    if (of <= layer) older += count;
    else newer += count;
  }
  return older > newer;
}

/** The same of Python and npm packages: a manifest of another version than the lower layer's, over code that is the lower layer's still. */
export function* byLowerManifests(read: ReadImage, listed: readonly PackageItem[]): Generator<Against> {
  const placeOf = (path: string, { type, name }: PackageFact): string =>
    type === pypi.type ? `${sitePackagesOf(path)}\0${pypi.normalize(name)}` : `${folderOf(path)}\0`;
  const upper = listed.filter(
    ({ path, layer, fact }) =>
      layer > 0 &&
      fact.recovered === undefined &&
      (fact.type === pypi.type || (fact.type === npm.type && path.endsWith('/package.json'))),
  );
  if (upper.length === 0) return;
  const said = below(read, new Set(upper.map(({ path, fact }) => placeOf(path, fact))), placeOf);
  const contested = upper.flatMap((item) => {
    const those = said.get(placeOf(item.path, item.fact)) ?? [];
    const isContested = those.some(({ facts }) => !facts.some((fact) => isSame(fact, item.fact)));
    return isContested ? [{ item, those, folder: folderOfCode(item) }] : [];
  });
  if (contested.length === 0) return;
  const code = codeOf(read, new Set(contested.map(({ folder }) => folder)));
  const besides = itemsBy(listed, ({ path, fact }) => placeOf(path, fact));
  for (const { item, those, folder } of contested) {
    const other = otherBelow(item, those, code.get(folder));
    const here = besides.get(placeOf(item.path, item.fact)) ?? [];
    const isKept = here.some(({ fact }) => fact.version === other?.fact.version);
    if (other !== undefined && !isKept)
      yield {
        item,
        because: `layer ${other.layer + 1} says ${other.fact.name} ${other.fact.version}, and its code is of that layer`,
        proven: { version: other.fact.version },
        by: 'lower-layer',
      };
  }
}

/** Where the code of a package of a language lies, as its manifest's place and name tell. */
const folderOfCode = ({ path, fact }: PackageItem): string =>
  fact.type === pypi.type ? `${sitePackagesOf(path)}/${moduleFolder(fact.name)}` : folderOf(path);

/** How many files of code each layer has in folders. */
function codeOf({ files }: ReadImage, folders: ReadonlySet<string>): ReadonlyMap<string, ReadonlyMap<number, number>> {
  const code = new Map<string, Map<number, number>>();
  for (const { path, found: place } of files.entries()) {
    if (place.type === 'directory' || !/\.(?:py|so|[cm]?js)$/.test(path)) continue;
    for (let folder = folderOf(path); folder !== ''; folder = folderOf(folder)) {
      if (!folders.has(folder)) continue;
      const counts = code.get(folder) ?? new Map<number, number>();
      code.set(folder, counts.set(place.layer, (counts.get(place.layer) ?? 0) + 1));
      break;
    }
  }
  return code;
}
