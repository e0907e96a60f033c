import { normalize } from 'node:path/posix';
import type { PackageFact } from '../analyzers/analyzer.ts';
import { isServersPackage } from '../analyzers/well-known-modules.ts';
import { npm } from '../ecosystems/npm.ts';
import { folderOf } from '../formats/paths.ts';
import type { VisibleFact } from '../layers/read-image.ts';
import type { FileSystem } from '../layers/squash.ts';
import { withContradictions } from './contradicted.ts';

type PackageItem = VisibleFact & { readonly fact: PackageFact };

/** `srv/app/node_modules/lodash/dist/lodash.js` -> `srv/app/node_modules/lodash`; undefined outside of such folders, and in those of installers (`.bin`, `.pnpm`). */
export const packageFolder = (path: string): string | undefined =>
  /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/@.][^/]*(?=\/)/.exec(path)?.[0];

/** The folder that a lock file speaks of. */
export const folderOfLocked = (path: string, { needs }: PackageFact): string =>
  normalize(`./${folderOf(path)}/${needs?.[0]}`);

/** `srv/app/node_modules/@acme/util` -> `@acme/util`. */
const folderName = (folder: string): string | undefined =>
  /(?:^|\/)node_modules\/((?:@[^/]{1,200}\/)?[^/@][^/]{0,200})$/.exec(folder)?.[1];

/**
 * npm packages whose folder has code and no `package.json`, or one that names no package (emptied, broken) or another than its folder: by what a lock file of the project fixes for that very folder, else by what the code
 * says of itself; and those whose code is a well-known library of another name. Folders of which a lower layer tells (`told`) are left to that. One for each folder, beside each other name that its code and its address tell; two versions in one folder contradict each other, and the first file by name is believed.
 */
export function npmWithoutManifest(
  facts: readonly PackageItem[],
  files: FileSystem,
  told: ReadonlySet<string>,
): readonly PackageItem[] {
  const aliases = new Set<string>();
  for (const { fact, path } of facts)
    if (fact.type === npm.type && fact.recovered === 'lock-file') {
      const folder = folderOfLocked(path, fact);
      // An address does not say that a folder has the name of a well-known package on purpose.
      if (!isRenamed(fact) || !isServersPackage(folderName(folder) ?? ''))
        aliases.add(`${folder}\0${fact.name.toLowerCase()}`);
    }
  const stating = new Set<string>();
  for (const { fact, path, via = path } of facts)
    if (fact.type === npm.type && fact.recovered === undefined)
      for (const place of [path, via]) {
        const folder = folderOf(place);
        const name = fact.name.toLowerCase();
        // Installers call the folder as the package, or write down that they do not (`"foo": "npm:bar@1"`).
        const isNamed = folderName(folder)?.toLowerCase() === name || aliases.has(`${folder}\0${name}`);
        if (isNamed || folderName(folder) === undefined) stating.add(place);
      }
  const bare = (folder: string): boolean =>
    !told.has(folder) && files.exists(folder) && !stating.has(`${folder}/package.json`);
  const byName = new Map<string, PackageItem>();
  for (const item of facts) {
    const { fact, path } = item;
    if (fact.type !== npm.type || fact.recovered !== 'lock-file' || isRenamed(fact)) continue;
    const folder = folderOfLocked(path, fact);
    if (!byName.has(folder) && bare(folder)) byName.set(folder, item);
  }
  const renamed = renamedIn(facts, files);
  const code = facts.filter(({ fact }) => fact.type === npm.type && fact.recovered === 'code' && !isRenamed(fact));
  for (const item of code.sort(byPath)) {
    const folder = packageFolder(item.path);
    if (folder !== undefined && !byName.has(folder) && bare(folder)) byName.set(folder, item);
  }
  for (const item of facts) {
    const folder = calledOtherwise(item);
    if (folder === undefined || byName.has(folder) || !bare(folder)) continue;
    const named = underFolder(item, folder);
    if (!renamed.has(keyOf(folder, named))) byName.set(folder, named);
  }
  const folders = new Map([...byName].map(([folder, item]) => [item, folder]));
  for (const { folder, item } of renamed.values()) {
    const named = byName.get(folder);
    if (named === undefined || keyOf(folder, named) !== keyOf(folder, item)) folders.set(item, folder);
  }
  return heldToNpmHints([...folders.keys()], facts, (item) => folders.get(item) ?? placeOf(item) ?? item.path);
}

/** What lock files and scripts say of the packages in the same folders; those that nearly every server has are what their code says, where that is earlier. */
function heldToNpmHints(
  items: readonly PackageItem[],
  facts: readonly PackageItem[],
  folderOfItem: (item: PackageItem) => string,
): readonly PackageItem[] {
  return withContradictions(
    items,
    facts.filter(({ fact }) => isNpmHint(fact) && !isRenamed(fact)),
    folderOfItem,
    ({ fact }) => fact.recovered === 'code' && isServersPackage(fact.name),
  );
}

/** npm packages whose manifests only a lower layer has, held to what their folders say now. */
export const npmOfLowerLayers = (
  items: readonly PackageItem[],
  facts: readonly PackageItem[],
): readonly PackageItem[] =>
  heldToNpmHints(items, facts, (item) => (isNpmHint(item.fact) ? placeOf(item) : folderOf(item.path)) ?? item.path);

/**
 * Packages that are called otherwise than their code or the address that they were fetched from, by folder and name: an address that anybody can write takes
 * the place of no library whose code is there.
 */
function renamedIn(
  facts: readonly PackageItem[],
  files: FileSystem,
): ReadonlyMap<string, { readonly folder: string; readonly item: PackageItem }> {
  const renamed = new Map<string, { readonly folder: string; readonly item: PackageItem }>();
  const manifests = new Map<string, PackageItem>();
  for (const item of facts)
    if (item.fact.type === npm.type && item.fact.recovered === undefined && !manifests.has(item.path))
      manifests.set(item.path, item);
  for (const item of facts.filter(({ fact }) => isRenamed(fact)).sort(byProof)) {
    const folder = placeOf(item);
    if (folder === undefined || renamed.has(keyOf(folder, item)) || !files.exists(folder)) continue;
    const own = manifests.get(`${folder}/package.json`);
    if (own?.fact.name.toLowerCase() === item.fact.name.toLowerCase()) continue;
    const says: Readonly<Record<string, string>> =
      own === undefined ? {} : { contradictedBy: `${own.fact.name} ${own.fact.version}` };
    renamed.set(keyOf(folder, item), { folder, item: { ...item, fact: { ...item.fact, properties: says } } });
  }
  return renamed;
}

/** The folder of a package that everybody knows under the folder's name, and whose manifest calls it otherwise: programs ask for it by the folder. */
const calledOtherwise = ({ path, fact }: PackageItem): string | undefined => {
  if (fact.type !== npm.type || fact.recovered !== undefined || !path.endsWith('/package.json')) return undefined;
  const folder = folderOf(path);
  const name = folderName(folder);
  return name !== undefined && name !== fact.name && isServersPackage(name) ? folder : undefined;
};

/** It as what its folder is called, in the version that its manifest has. */
const underFolder = (item: PackageItem, folder: string): PackageItem => ({
  ...item,
  fact: {
    ...item.fact,
    name: folderName(folder)!,
    certainty: 'name',
    recovered: 'trace',
    properties: { contradictedBy: `${item.fact.name} ${item.fact.version}` },
  },
});

/** The folder that a lock file or a script speaks of. */
const placeOf = ({ path, fact }: PackageItem): string | undefined =>
  fact.recovered === 'lock-file' ? folderOfLocked(path, fact) : packageFolder(path);

/** A package that is called otherwise than its code or the address that it was fetched from. */
const isRenamed = ({ type, properties }: PackageFact): boolean => type === npm.type && properties?.calls === 'itself';

const keyOf = (folder: string, { fact }: PackageItem): string => `${folder}\0${fact.name.toLowerCase()}`;

/** What code says of itself before what is written elsewhere, the first file by name first. */
const byProof = (a: PackageItem, b: PackageItem): number =>
  Number(b.fact.recovered === 'code') - Number(a.fact.recovered === 'code') || byPath(a, b);

const byPath = (a: PackageItem, b: PackageItem): number => (a.path < b.path ? -1 : 1);

/** Whether a fact is to be heard here alone: it repeats what a manifest says, where there is one. */
export const isNpmHint = ({ type, recovered }: PackageFact): boolean =>
  type === npm.type && (recovered === 'code' || recovered === 'lock-file');
