import type { PackageFact } from '../analyzers/analyzer.ts';
import { typeNamed } from '../ecosystems/index.ts';
import { sourceOf } from '../ecosystems/source-package.ts';
import type { VisibleFact } from '../layers/read-image.ts';
import { isEarlierRelease } from '../versions/releases.ts';

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
 * the package stays what the better proof says, is less sure, and bears what contradicts it. Where a proof that keeps its word (`isKept`: the code of a
 * well-known library) is of an earlier release it is judged as that, as what is listed is: a list in a lower layer and a lock file are as easily written.
 */
export function withContradictions(
  recovered: readonly PackageItem[],
  others: readonly PackageItem[],
  keyOf: (item: PackageItem) => string,
  isKept: (item: PackageItem) => boolean = () => false,
): readonly PackageItem[] {
  const kept = new Set<string>();
  const said = new Map<string, Set<string>>();
  for (const item of others) {
    const versions = said.get(keyOf(item)) ?? new Set();
    if (versions.size < TOLD) said.set(keyOf(item), versions.add(item.fact.version));
    if (isKept(item)) kept.add(`${keyOf(item)}\0${item.fact.version}`);
  }
  return recovered.map((item) => {
    const { fact } = item;
    const own = [fact.version, sourceOf(fact).version];
    const { compare } = typeNamed(fact.type);
    const against = [...(said.get(keyOf(item)) ?? [])].filter(
      // `2020.12.5` and `2020.12.05` are one version of Python's.
      (version) => !own.some((ownVersion) => agree(ownVersion, version) || compare(ownVersion, version) === 0),
    );
    if (against.length === 0) return item;
    const version = against
      .filter((other) => kept.has(`${keyOf(item)}\0${other}`))
      .reduce((oldest, other) => (isEarlierRelease(other, oldest) ? other : oldest), fact.version);
    const others = version === fact.version ? against : [fact.version, ...against].filter((other) => other !== version);
    const properties = { ...fact.properties, contradictedBy: others.join(', ') };
    return { ...item, fact: { ...fact, version, certainty: 'name', properties } };
  });
}
