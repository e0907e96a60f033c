import type { PackageFact } from '../analyzers/analyzer.ts';
import { typeNamed } from '../ecosystems/index.ts';
import type { VisibleFact } from '../layers/read-image.ts';
import { isInstalled } from '../model.ts';
import type { Edited } from './edited.ts';

type PackageItem = VisibleFact & { readonly fact: PackageFact };

/** Other versions of one package, told at most. */
const TOLD = 5;

/**
 * What one database of dpkg or apk lists more than once under one name and architecture, which its package manager never does: once, as the oldest
 * of the versions, with others that are told. rpm installs kernels beside each other.
 */
export function withoutDoubles(items: readonly PackageItem[]): Pick<Edited, 'items' | 'against'> {
  const keyOf = ({ path, layer, fact: { type, name, architecture } }: PackageItem): string =>
    `${layer}\0${path}\0${type}\0${name}\0${architecture ?? ''}`;
  const oldest = new Map<string, { item: PackageItem; readonly others: Set<string> }>();
  for (const item of items) {
    if (!typeNamed(item.fact.type).listedOnce || !isInstalled(item.fact)) continue;
    const known = oldest.get(keyOf(item));
    if (known === undefined) oldest.set(keyOf(item), { item, others: new Set() });
    else {
      const isOlder = typeNamed(item.fact.type).compare(item.fact.version, known.item.fact.version) < 0;
      const other = (isOlder ? known.item : item).fact.version;
      if (isOlder) known.item = item;
      if (known.others.size < TOLD) known.others.add(other);
    }
  }
  const doubled = [...oldest.values()].filter(({ item, others }) => {
    others.delete(item.fact.version);
    return others.size > 0;
  });
  if (doubled.length === 0) return { items, against: [] };
  const told = new Map(doubled.map(({ item, others }) => [item, [...others].join(', ')]));
  const keys = new Set(doubled.map(({ item }) => keyOf(item)));
  const against = doubled.map(({ item }) => ({
    item,
    words: `${item.fact.name} ${item.fact.version} (listed as ${told.get(item)} as well)`,
  }));
  const left = items.flatMap((item): PackageItem[] => {
    const contradictedBy = told.get(item);
    if (contradictedBy === undefined) return keys.has(keyOf(item)) && isInstalled(item.fact) ? [] : [item];
    const properties = { ...item.fact.properties, contradictedBy };
    return [{ ...item, fact: { ...item.fact, certainty: 'name', properties } }];
  });
  return { items: left, against };
}
