import type { Analyzer } from '../analyzers/analyzer.ts';
import { LIMITS } from '../limits.ts';
import { compareText } from '../versions/order.ts';
import type { LayerIndex } from './layer-index.ts';
import type { VisibleFact } from './read-image.ts';
import type { FileSystem } from './squash.ts';

/** A fact lives as long as the file that proves it: no upper layer may hide or replace it. */
export function visibleFacts(indexes: readonly LayerIndex[], files: FileSystem): VisibleFact[] {
  const visible: VisibleFact[] = [];
  for (const [layer, index] of indexes.entries()) {
    let last: { path: string; shown: boolean } | undefined;
    for (const fact of index.facts) {
      if (last?.path !== fact.path) last = { path: fact.path, shown: files.find(fact.path)?.layer === layer };
      if (last.shown) visible.push({ ...fact, layer });
    }
  }
  return visible;
}

/** The analyzers that are heard of files that no package owns. */
export const unownedNames = (analyzers: readonly Analyzer[]): ReadonlySet<string> =>
  new Set(analyzers.filter(({ unownedOnly }) => unownedOnly).map(({ name }) => name));

/**
 * What was found in files that nobody owns, in an order that does not tell when each was read: at once, by seeking, or in another pass. Of
 * a layer's problems the first are kept, the rest is counted.
 */
export function inOneOrder(facts: readonly VisibleFact[]): VisibleFact[] {
  const sorted = [...facts].sort(
    (a, b) =>
      a.layer - b.layer ||
      compareText(a.path, b.path) ||
      compareText(a.via ?? '', b.via ?? '') ||
      compareText(a.analyzer, b.analyzer),
  );
  const problems = new Map<number, number>();
  const kept = sorted.filter(({ layer, fact }) => {
    if (fact.kind !== 'unknown') return true;
    const count = (problems.get(layer) ?? 0) + 1;
    problems.set(layer, count);
    return count <= LIMITS.unknownsPerLayer;
  });
  const more = [...problems].filter(([, count]) => count > LIMITS.unknownsPerLayer);
  return [
    ...kept,
    ...more.map(([layer, count]): VisibleFact => {
      const reason = `and ${count - LIMITS.unknownsPerLayer} more problems in this layer`;
      return { path: '', analyzer: 'layers', layer, fact: { kind: 'unknown', reason } };
    }),
  ];
}
