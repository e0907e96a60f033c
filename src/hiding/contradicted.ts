import type { PackageFact } from '../analyzers/analyzer.ts';
import { sourceOf } from '../ecosystems/source-package.ts';
import type { VisibleFact } from '../layers/read-image.ts';

type PackageItem = VisibleFact & { readonly fact: PackageFact };

/** What is said of one package besides, told at most. */
const TOLD = 5;

const NUMBERS = /^v?(\d+(?:[.+~]\d+)*)([a-z](?![a-z]))?/;

/**
 * Whether two versions can be of one release of upstream's, as far as both tell: epochs and revisions aside, by the numbers that both have
 * (`5.1-2+deb11u1` and `5.1.4`, `6.2+20201114-2` and `6.2.20201114`), and the letter behind them (`1.1.1n`).
 */
export function isOneRelease(version: string, other: string): boolean {
  const [left, right] = [version, other].map((text) => NUMBERS.exec(text.replace(/^\d+:/, '').replace(/-[^-]*$/, '')));
  if (!left || !right) return version === other;
  const [a, b] = [left, right].map(([, numbers]) => numbers!.split(/[.+~]/).map(Number)) as [number[], number[]];
  const shared = Math.min(a.length, b.length);
  if (a.slice(0, shared).some((number, at) => number !== b[at])) return false;
  return a.length !== b.length || left[2] === undefined || right[2] === undefined || left[2] === right[2];
}

/** Whether a version is the one that follows upon another, by the last of its numbers: `1.8.8` upon `1.8.7-6`. */
export function isNextRelease(version: string, before: string): boolean {
  const [next, last] = [version, before].map((text) =>
    NUMBERS.exec(text.replace(/^\d+:/, ''))?.[1]?.split('.').map(Number),
  );
  if (next === undefined || last === undefined || next.length !== last.length) return false;
  return next.every((number, at) => number - last[at]! === (at === next.length - 1 ? 1 : 0));
}

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
