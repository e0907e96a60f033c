import type { Fact, PackageFact } from '../analyzers/analyzer.ts';
import { isSystemType } from '../ecosystems/index.ts';
import type { LayerIndex } from '../layers/layer-index.ts';
import type { VisibleFact } from '../layers/read-image.ts';

/**
 * The layer that brought an OS package. A package database is one file that every later installation writes anew: its visible copy
 * lies in the last of those layers, while most of what it lists came with the first.
 */
export function originsOf(
  indexes: readonly LayerIndex[],
): (item: VisibleFact & { readonly fact: PackageFact }) => number {
  const several = inSeveralLayers(indexes);
  /** Per database file: the layers that hold a copy, lowest first, and what each copy lists. */
  const copies = new Map<string, { readonly layer: number; readonly keys: Set<string> }[]>();
  for (const [layer, { facts }] of indexes.entries()) {
    for (const { path, fact } of facts) {
      if (!isSystemPackage(fact) || !several.has(path)) continue;
      const list = copies.get(path) ?? [];
      if (list.length === 0) copies.set(path, list);
      if (list.at(-1)?.layer !== layer) list.push({ layer, keys: new Set() });
      list.at(-1)?.keys.add(keyOf(fact));
    }
  }
  return ({ path, layer, fact }) => {
    const list = copies.get(path);
    if (!list || list.length < 2) return layer;
    const key = keyOf(fact);
    let origin = layer;
    for (let index = list.length - 1; index >= 0; index -= 1) {
      const copy = list[index];
      if (!copy || copy.layer > layer) continue;
      // Absent from a copy in between: removed and installed again, by the layer above.
      if (!copy.keys.has(key)) break;
      origin = copy.layer;
    }
    return origin;
  };
}

const isSystemPackage = (fact: Fact): fact is PackageFact =>
  (fact.kind === undefined || fact.kind === 'package') && isSystemType(fact.type);

/** Files that list packages in more than one layer. Most lie in one: what those list need not be held a second time. */
function inSeveralLayers(indexes: readonly LayerIndex[]): ReadonlySet<string> {
  const first = new Map<string, number>();
  const several = new Set<string>();
  for (const [layer, { facts }] of indexes.entries()) {
    for (const { path, fact } of facts) {
      if (!isSystemPackage(fact)) continue;
      const known = first.get(path);
      if (known === undefined) first.set(path, layer);
      else if (known !== layer) several.add(path);
    }
  }
  return several;
}

const keyOf = ({ name, version, architecture }: PackageFact): string => `${name}\0${version}\0${architecture ?? ''}`;
