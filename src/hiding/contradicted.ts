import type { PackageFact } from '../analyzers/analyzer.ts';
import { sourceOf } from '../ecosystems/source-package.ts';
import type { VisibleFact } from '../layers/read-image.ts';

type PackageItem = VisibleFact & { readonly fact: PackageFact };

/** What is said of one package besides, told at most. */
const TOLD = 5;

/** Two proofs agree where one is the beginning of the other (`2.0.1` and `2.0.1+cu117`, `1.2-3` and `1.2-3+b1`), epochs aside. */
function agree(left: string, other: string): boolean {
  const [a, b] = [left, other].map((version) => version.replace(/^\d+:/, '')) as [string, string];
  return a.startsWith(b) || b.startsWith(a);
}

/**
 * Recovered packages, and what other proofs say of the same ones: where those name another version, one of them was planted. Nothing is added:
 * the package stays what the better proof says, is less sure, and bears what contradicts it.
 */
export function withContradictions(
  recovered: readonly PackageItem[],
  others: readonly PackageItem[],
  keyOf: (item: PackageItem) => string,
): readonly PackageItem[] {
  const said = new Map<string, Set<string>>();
  for (const item of others) {
    const versions = said.get(keyOf(item)) ?? new Set();
    if (versions.size < TOLD) said.set(keyOf(item), versions.add(item.fact.version));
  }
  return recovered.map((item) => {
    const { fact } = item;
    const own = [fact.version, sourceOf(fact).version];
    const against = [...(said.get(keyOf(item)) ?? [])].filter(
      (version) => !own.some((ownVersion) => agree(ownVersion, version)),
    );
    if (against.length === 0) return item;
    const properties = { ...fact.properties, contradictedBy: against.join(', ') };
    return { ...item, fact: { ...fact, certainty: 'name', properties } };
  });
}
