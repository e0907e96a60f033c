import type { PackageFact } from '../analyzers/analyzer.ts';
import { pypi } from '../ecosystems/pypi.ts';
import { folderOf } from '../formats/paths.ts';
import { installedOwner, ownersOf } from '../layers/ownership.ts';
import type { ReadImage, VisibleFact } from '../layers/read-image.ts';
import { isLeftover, type ModuleClaims, moduleClaims } from './module-claims.ts';
import { importedFrom } from './python-names.ts';

type PackageItem = VisibleFact & { readonly fact: PackageFact };

/** The source that Python compiled and keeps; where a package of the system owns that, it is the package's. https://peps.python.org/pep-3147/ */
const sourceOfCache = (path: string): string =>
  path.replace(/\/__pycache__\/([^/.]{1,200})\.[\w.-]{1,60}\.pyc$/, '/$1.py');

/** `usr/lib/python3/dist-packages/PIL/_version.py` -> `usr/lib/python3/dist-packages`; of a compiled module's cache (`PIL/__pycache__/`) the same. */
export const sitePackagesOf = (path: string): string => folderOf(folderOf(path.replace('/__pycache__/', '/')));

/** Where the code lies that a module says its version of. */
export function moduleAt(path: string): { readonly site: string; readonly module: string } {
  const site = sitePackagesOf(path);
  return { site, module: path.slice(site.length + 1).split('/')[0]! };
}

/** Whether Python installs into such a folder; elsewhere a library lies beside an application. */
const isSite = (folder: string): boolean => /(?:^|\/)(?:site|dist)-packages$/.test(folder);

const isFolderTrace = ({ fact }: PackageItem): boolean => fact.type === pypi.type && fact.recovered === 'trace';

/**
 * Distributions whose folder is there and whose metadata is not, or names another distribution than the folder does: by the folder's
 * name, which `RECORD` and others keep; another version of the same is the metadata's own affair (`PackageFact.disputed`). Metadata that was written anew is told beside it (`contradictedBy`). What is listed is not touched.
 */
function byFolder(items: readonly PackageItem[]): readonly PackageItem[] {
  const traces = items.filter(isFolderTrace);
  if (traces.length === 0) return [];
  const stated = new Map<string, PackageFact>();
  for (const { path, via = path, fact } of items)
    if (fact.type === pypi.type && fact.recovered === undefined)
      for (const place of [path, via]) stated.set(folderOf(place), fact);
  const byFolder = new Map<string, PackageItem>();
  for (const item of traces) {
    const folder = folderOf(item.path);
    const said = stated.get(folder);
    if (byFolder.has(folder) || (said !== undefined && pypi.normalize(said.name) === pypi.normalize(item.fact.name)))
      continue;
    byFolder.set(
      folder,
      said === undefined
        ? item
        : {
            ...item,
            fact: { ...item.fact, certainty: 'name', properties: { contradictedBy: `${said.name} ${said.version}` } },
          },
    );
  }
  return [...byFolder.values()];
}

/**
 * Parts what Python code says of itself from all else: a version in the code is proof of a package only where no distribution of the same folder
 * holds that code. One for each import package; the files that other files were read for (`_version.py`) say the same.
 */
export function withoutKnownCode(
  items: readonly PackageItem[],
  { facts, files, indexes }: Pick<ReadImage, 'facts' | 'files' | 'indexes'>,
): {
  readonly items: readonly PackageItem[];
  readonly recovered: readonly PackageItem[];
  /** Everything that code says, under the names of distributions, also of those that are known. */
  readonly said: readonly PackageItem[];
} {
  const isThere = (path: string): boolean =>
    ['__init__.py', '__init__.pyc'].some((name) => files.exists(`${folderOf(folderOf(path))}/${name}`));
  const cached = items.flatMap(({ path }) => (path.includes('/__pycache__/') ? sourceOfCache(path) : []));
  const tables = indexes.map(({ owned }) => owned);
  const owners = cached.length === 0 ? new Map() : ownersOf(cached, tables, files, installedOwner(facts));
  const isCode = ({ fact }: PackageItem): boolean => fact.type === pypi.type && fact.recovered === 'code';
  const folders = byFolder(items);
  const rest = items.filter((item) => !isCode(item) && !isFolderTrace(item));
  if (!items.some(isCode)) return { items: rest, recovered: folders, said: [] };
  const distributions = new Set<string>();
  const everywhere = new Set<string>();
  for (const { path, fact } of facts) {
    if (
      (fact.kind === undefined || fact.kind === 'package') &&
      fact.type === pypi.type &&
      fact.recovered === undefined &&
      !isLeftover(path)
    ) {
      everywhere.add(`${pypi.normalize(fact.name)} ${fact.version}`);
      distributions.add(`${sitePackagesOf(path)}\0${pypi.normalize(fact.name)}`);
      // The archive beside the modules in which frozen programs keep the metadata.
      if (path.endsWith('.zip')) distributions.add(`${folderOf(path)}\0${pypi.normalize(fact.name)}`);
    }
  }
  for (const { path, fact } of folders) distributions.add(`${sitePackagesOf(path)}\0${pypi.normalize(fact.name)}`);
  const seen = new Set<string>();
  // The lower layer's word on a distribution is better than its code's.
  const said = items.filter(isCode).flatMap((item): PackageItem[] => {
    const name = importedFrom(item.fact.name);
    return name === '' ? [] : [{ ...item, fact: { ...item.fact, name } }];
  });
  const claims = moduleClaims(
    items,
    facts,
    said.map((item) => ({ ...moduleAt(item.path), name: item.fact.name, version: item.fact.version })),
  );
  const recovered = said.filter((item) => {
    // What is compiled and kept is imported with its source alone.
    if (item.path.includes('/__pycache__/') && (!isThere(item.path) || owners.has(sourceOfCache(item.path))))
      return false;
    const { site, module } = moduleAt(item.path);
    const key = `${site}\0${module}`;
    // An editable installation lists the code that lies elsewhere.
    if (!isSite(site) && everywhere.has(`${item.fact.name} ${item.fact.version}`)) return false;
    if (distributions.has(`${site}\0${item.fact.name}`) || seen.has(key)) return false;
    if (claims.accounts(site, module, item.fact.name, item.fact.version)) return false;
    seen.add(key);
    return true;
  });
  return { items: rest, recovered: [...folders, ...withClaimants(recovered, claims)], said };
}

/** What a distribution of another name says it brought is less sure, and bears that name. */
const withClaimants = (recovered: readonly PackageItem[], claims: ModuleClaims): readonly PackageItem[] =>
  recovered.map((item) => {
    const { site, module } = moduleAt(item.path);
    const by = claims.claimant(site, module);
    if (by === undefined) return item;
    const properties = { contradictedBy: `${by.name} ${by.version}` };
    return { ...item, fact: { ...item.fact, certainty: 'name', properties } };
  });
