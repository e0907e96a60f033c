import type { PackageFact } from '../analyzers/analyzer.ts';
import { npm } from '../ecosystems/npm.ts';
import { moduleFolder, pypi } from '../ecosystems/pypi.ts';
import { rubygems } from '../ecosystems/rubygems.ts';
import { folderOf } from '../formats/paths.ts';
import type { ReadImage, VisibleFact } from '../layers/read-image.ts';
import { isInstalled } from '../model.ts';
import { folderSpecified } from './gem-folders.ts';
import { sitePackagesOf } from './python-code.ts';

type PackageItem = VisibleFact & { readonly fact: PackageFact };

/**
 * Packages of languages whose metadata an upper layer deleted while their code stayed: what a lower layer states of them still holds. One that
 * was upgraded has metadata again, one that was removed has no code.
 */
export function buriedLanguages(read: ReadImage, listed: readonly PackageItem[]): PackageItem[] {
  const gone = withoutManifest(read);
  if (gone.length === 0) return [];
  // A manifest that was moved behind a link is listed at the place of the link as well.
  const known = new Set(
    listed.flatMap((item) =>
      isLanguage(item.fact) ? [item.path, item.via ?? item.path].map((path) => keyOf({ ...item, path })) : [],
    ),
  );
  const modules = modulesBelow(read);
  const byName = new Map<string, PackageItem>();
  for (const item of gone) {
    const places =
      item.fact.type === pypi.type
        ? modules(item)
        : item.fact.type === rubygems.type
          ? (folderSpecified(item.path) ?? [])
          : /(?:^|\/)node_modules\//.test(item.path)
            ? folderOf(item.path)
            : [];
    const isThere = [places].flat().some((place) => read.files.exists(place));
    if (!isThere || known.has(keyOf(item))) continue;
    byName.set(keyOf(item), { ...item, fact: { ...item.fact, certainty: 'content', recovered: 'lower-layer' } });
  }
  return [...byName.values()];
}

const isLanguage = ({ type }: PackageFact): boolean =>
  type === pypi.type || type === npm.type || type === rubygems.type;

/** What layers state of such packages in manifests that are not in the final image, or may say nothing there any more. The uppermost layer hides none of its own. */
function withoutManifest({ indexes, files }: ReadImage): PackageItem[] {
  return indexes.slice(0, -1).flatMap(({ facts }, layer) =>
    facts.flatMap(({ path, analyzer, fact }): PackageItem[] => {
      if ((fact.kind !== undefined && fact.kind !== 'package') || !isLanguage(fact)) return [];
      if (fact.recovered !== undefined || !isInstalled(fact)) return [];
      // A manifest of npm's that is there still may be emptied, as a gem's; of Python's its folder tells, and what its layer listed is `known`.
      if (fact.type === pypi.type && files.exists(path)) return [];
      return [{ path, analyzer, layer, fact }];
    }),
  );
}

/** A Python distribution in its folder; an npm package is what its folder is, a gem what its specification is. */
const keyOf = ({ path, fact }: PackageItem): string =>
  fact.type === pypi.type ? `${sitePackagesOf(path)}\0${pypi.normalize(fact.name)}` : `${fact.type}\0${path}`;

/** Where the import packages of a distribution lay, by the list of files that its layer had. */
function modulesBelow({ indexes }: ReadImage): (item: PackageItem) => readonly string[] {
  const lists = new Map<string, string>();
  for (const [layer, { facts }] of indexes.entries())
    for (const { path, fact } of facts)
      if (fact.kind === 'modules') lists.set(`${layer}\0${folderOf(path)}`, fact.names);
  return ({ path, layer, fact }) => {
    const site = sitePackagesOf(path);
    const names = lists.get(`${layer}\0${folderOf(path)}`)?.split(' ') ?? [moduleFolder(fact.name)];
    return names.flatMap((name) => [`${site}/${name}`, `${site}/${name}.py`]);
  };
}
