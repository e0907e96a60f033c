import { addTo } from '../collections.ts';
import type { LayerFact, LayerIndex } from './layer-index.ts';
import { installedOwner, type Owner, ownershipTable, ownersOf } from './ownership.ts';
import type { VisibleFact } from './read-image.ts';
import { type FileSystem, squash } from './squash.ts';
import { visibleFacts } from './visible.ts';

/** What is known of an image once its visible facts are. */
interface Known {
  readonly files: FileSystem;
  /** Visible facts with those of ownership that no layer's table holds: from behind links, and of files read together. */
  readonly facts: readonly VisibleFact[];
  /** Who owns the visible files. */
  readonly owners: ReadonlyMap<string, Owner>;
  /** Names of the analyzers that are heard of files that nobody owns. */
  readonly unowned: ReadonlySet<string>;
}

/**
 * Secrets that show in a layer and no longer in the image. What only a file that nobody owns can prove is asked of the image as it was
 * when the file showed last: a package that was removed later took its list along, and the file is the publisher's all the same.
 */
export function buriedSecrets(indexes: readonly LayerIndex[], known: Known): VisibleFact[] {
  const { files, owners, unowned } = known;
  const shown = new Set<string>();
  const hidden: VisibleFact[] = [];
  for (const [layer, { facts }] of indexes.entries())
    for (const fact of facts) {
      if (fact.fact.kind !== 'risk' || fact.fact.category !== 'secret') continue;
      if (files.find(fact.path)?.layer !== layer) hidden.push({ ...fact, layer });
      else if (!unowned.has(fact.analyzer) || !owners.has(fact.path)) shown.add(secretKey(fact));
    }
  const published = ownedWhenShown(
    hidden.filter(({ analyzer }) => unowned.has(analyzer)),
    indexes,
    known,
  );
  // A file that was written anew with the same secret still has it; told once.
  return hidden.filter((fact) => {
    const key = secretKey(fact);
    return !published.has(fact) && !shown.has(key) && shown.add(key);
  });
}

const secretKey = ({ path, fact }: LayerFact): string =>
  fact.kind === 'risk' ? `${path}\0${fact.rule}\0${fact.detail ?? ''}` : path;

/** Those whose file a package owned in the last layer in which it showed. */
function ownedWhenShown(
  hidden: readonly VisibleFact[],
  indexes: readonly LayerIndex[],
  { facts, unowned }: Known,
): ReadonlySet<VisibleFact> {
  const states = new Map<number, FileSystem>();
  const upTo = (top: number): FileSystem => {
    const state = states.get(top) ?? squash(indexes.slice(0, top + 1).map(({ entries }) => entries));
    states.set(top, state);
    return state;
  };
  const byLast = new Map<number, VisibleFact[]>();
  for (const fact of hidden) {
    const last = lastShown(fact, indexes.length, upTo);
    addTo(byLast, last, fact);
  }
  const owned = new Set<VisibleFact>();
  for (const [top, those] of byLast) {
    const state = upTo(top);
    const layers = indexes.slice(0, top + 1);
    const until = facts.filter(({ layer }) => layer <= top);
    const owners = ownersOf(
      those.map(({ path }) => path),
      layers.map(({ owned }) => owned),
      state,
      installedOwner([...visibleFacts(layers, state), ...until].filter(({ analyzer }) => !unowned.has(analyzer))),
      { newest: ownershipTable(until) },
    );
    for (const fact of those) if (owners.has(fact.path)) owned.add(fact);
  }
  return owned;
}

/** The uppermost layer that leaves the file to be seen; once hidden, it is hidden by all that follow. */
function lastShown({ path, layer }: VisibleFact, layers: number, upTo: (top: number) => FileSystem): number {
  let shows = layer;
  let hides = layers - 1;
  while (hides - shows > 1) {
    const middle = (shows + hides) >>> 1;
    if (upTo(middle).find(path)?.layer === layer) shows = middle;
    else hides = middle;
  }
  return shows;
}
