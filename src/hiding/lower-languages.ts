import type { PackageFact } from '../analyzers/analyzer.ts';
import { npm } from '../ecosystems/npm.ts';
import { pypi } from '../ecosystems/pypi.ts';
import { folderOf } from '../layers/image-path.ts';
import type { ReadImage, VisibleFact } from '../layers/read-image.ts';
import { sitePackagesOf } from './python-code.ts';

type PackageItem = VisibleFact & { readonly fact: PackageFact };

/**
 * Packages of languages whose metadata an upper layer deleted while their code stayed: what a lower layer states of them still holds. One that
 * was upgraded has metadata again, one that was removed has no code.
 */
export function buriedLanguages(read: ReadImage, listed: readonly PackageItem[]): PackageItem[] {
  const known = new Set(listed.map((item) => keyOf(item)));
  const modules = modulesBelow(read);
  const found = new Map<string, PackageItem>();
  for (const [layer, { facts }] of read.indexes.entries())
    for (const { path, analyzer, fact } of facts) {
      if ((fact.kind !== undefined && fact.kind !== 'package') || fact.recovered !== undefined) continue;
      if ((fact.role ?? 'installed') !== 'installed' || read.files.exists(path)) continue;
      const item: PackageItem = { path, analyzer, layer, fact };
      const isThere =
        fact.type === pypi.type
          ? modules(item).some((name) => read.files.exists(name))
          : fact.type === npm.type && /(?:^|\/)node_modules\//.test(path) && read.files.exists(folderOf(path));
      if (!isThere || known.has(keyOf(item))) continue;
      found.set(keyOf(item), { ...item, fact: { ...fact, certainty: 'content', recovered: 'lower-layer' } });
    }
  return [...found.values()];
}

/** A Python distribution in its folder; an npm package is what its folder is. */
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
    const names = lists.get(`${layer}\0${folderOf(path)}`)?.split(' ') ?? [
      fact.name.toLowerCase().replace(/[-.]/g, '_'),
    ];
    return names.flatMap((name) => [`${site}/${name}`, `${site}/${name}.py`]);
  };
}
