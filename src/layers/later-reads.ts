import type { Analyzer } from '../analyzers/analyzer.ts';
import { addTo } from '../collections.ts';
import { folderOf } from '../formats/paths.ts';
import type { Image, Layer } from '../model.ts';
import type { LayerIndex } from './layer-index.ts';
import type { Owner } from './ownership.ts';
import type { VisibleFact } from './read-image.ts';
import { layerName } from './read-layers.ts';
import type { LayerReading } from './reading.ts';
import { extraKey, readAgain, type SecondRead } from './second-read.ts';
import type { Selection } from './selection.ts';
import type { FileSystem } from './squash.ts';

/**
 * Reads what can be read only when all layers are known: files that analyzers ask for by a name that is only a link (a manifest renamed
 * and linked back, a package database moved away), and files that were put off until it is known whether an OS package owns them.
 */
export function secondReader(
  image: Image,
  indexes: readonly LayerIndex[],
  keys: readonly (string | undefined)[],
  options: LayerReading,
): (wanted: ReadsByLayer) => Promise<VisibleFact[]> {
  const extrasOf = indexes.map(({ extras }) => extras);
  return async (wanted) => {
    const facts: VisibleFact[] = [];
    for (const [layer, reads] of wanted) {
      const index = indexes[layer] as LayerIndex;
      let extras = extrasOf[layer] as LayerIndex['extras'];
      // Hard links share the body that they name.
      const missing = [
        ...new Map(reads.filter((read) => !extras.has(extraKey(read))).map((read) => [extraKey(read), read])).values(),
      ];
      if (missing.length > 0) {
        const source = image.layers[layer] as Layer;
        const read = await readAgain(source, missing, layerName(image, source), options);
        extras = new Map([...extras, ...read]);
        extrasOf[layer] = extras;
        const key = keys[layer];
        if (key !== undefined && !index.forged && !options.clock.isCut) options.cache.put(key, { ...index, extras });
      }
      for (const read of reads) {
        const via = read.via === read.path ? {} : { via: read.via };
        const link = read.link === undefined ? {} : { path: read.link };
        for (const fact of extras.get(extraKey(read)) ?? []) facts.push({ ...fact, ...link, layer, ...via });
      }
    }
    return facts;
  };
}

/** What is to be read once more, by layer. */
type ReadsByLayer = Map<number, SecondRead[]>;

/** Only those reads. */
export function those(reads: ReadsByLayer, wanted: (read: SecondRead) => boolean): ReadsByLayer {
  const kept = [...reads].map(([layer, all]) => [layer, all.filter(wanted)] as const);
  return new Map(kept.filter(([, left]) => left.length > 0));
}

/** Files that analyzers ask for by a name that is only a link to them. */
export function linkedReads(indexes: readonly LayerIndex[], files: FileSystem, chosen: Selection): ReadsByLayer {
  const reads: ReadsByLayer = new Map();
  const follow = (via: string, analyzers: readonly Analyzer[]): void => {
    const target = files.resolve(via);
    if (!target || target.path === via || target.found.type !== 'file') return;
    const already = chosen.byPath(target.path);
    for (const analyzer of analyzers) {
      if (!already.includes(analyzer)) addTo(reads, target.found.layer, { path: target.path, via, analyzer });
    }
  };
  for (const [layer, index] of indexes.entries()) {
    for (const path of index.links) {
      const target = files.find(path) ?? files.find(folderOf(path));
      if (target?.layer === layer && target.type === 'symlink') follow(path, chosen.byPath(path));
    }
  }
  for (const [path, analyzers] of chosen.fixedPaths) if (!files.find(path)) follow(path, analyzers);
  return reads;
}

/** Files that were put off, and that no OS package owns. */
export function deferredReads(
  indexes: readonly LayerIndex[],
  files: FileSystem,
  owners: ReadonlyMap<string, Owner>,
  chosen: Selection,
): ReadsByLayer {
  const reads: ReadsByLayer = new Map();
  const byName = new Map(chosen.analyzers.map((analyzer) => [analyzer.name, analyzer]));
  for (const [layer, index] of indexes.entries()) {
    for (const deferred of index.deferred) {
      const { path, body = path } = deferred;
      const link = body === path ? {} : { link: path };
      if (owners.has(path) || files.find(path)?.layer !== layer) continue;
      for (const name of deferred.analyzers) {
        const analyzer = byName.get(name);
        if (analyzer) addTo(reads, layer, { path: body, via: body, analyzer, deferred, ...link });
      }
    }
  }
  return reads;
}
