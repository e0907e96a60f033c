import type { Analyzer } from '../analyzers/analyzer.ts';
import { analyzers as builtIn } from '../analyzers/index.ts';
import type { LayerContent } from '../model.ts';
import { workClock } from '../work.ts';
import type { Soon } from './byte-source.ts';
import { type CodeSpool, codeSpool, spooledUpTo } from './code-spool.ts';
import { show } from './examine.ts';
import { layerEntry } from './layer-entries.ts';
import type { CodeItem, LayerIndex } from './layer-index.ts';
import { layerPaths } from './layer-paths.ts';
import { heldArchive, readBytes, readNow } from './read-now.ts';
import type { TarMember } from './tar.ts';
import { wholeBodies } from './whole-body.ts';

/** From where code that was passed over can be had. */
export interface CodeAccess {
  /** What layers are read from that can be sought in, for those that have such code. */
  readonly contents: readonly (LayerContent | undefined)[];
  /** Where the bodies are that layers brought when they passed by in this run. */
  readonly spool?: CodeSpool | undefined;
  /** What was said of code of a layer before, from the cache; undefined where nothing is. */
  kept(layer: number): string | undefined;
  keep(layer: number, make: () => string): void;
  /** Passes over a layer once more. Throws as `indexLayer`. */
  again(layer: number, take: (member: TarMember) => Soon<void>): Promise<void>;
}

/** What code of an image says, file by file, as it is asked about. */
export interface ImageCode {
  /** What is said of the file at a row of a layer's table; nothing yet where its layer has to pass by again (`fetch`). */
  items(layer: number, row: number): readonly CodeItem[];
  /**
   * Passes once more over layers of which something was asked that is not at hand, as when they came out of the cache. False: there was no such thing, and all
   * answers stand; else everything is to be asked anew. Throws as `indexLayer`.
   */
  fetch(): Promise<boolean>;
  /** Reading took longer than it may for one image: something was asked that is not said. */
  readonly isCut: boolean;
  /** Remembers what was asked about, for layers that pass by. */
  close(): void;
}

/** One layer's code, as far as it is known. */
interface Known {
  /** By row; from an earlier run, or asked about in this one. */
  readonly said: Map<number, readonly CodeItem[]>;
  /** Where bodies are, of a layer that has passed by in this run, in the first pass or another. */
  spool: ReadonlyMap<number, number> | 'as indexed' | undefined;
  isNew: boolean;
}

/** Long because it is an object: its methods close over one state. */
export function imageCode(indexes: readonly LayerIndex[], access: CodeAccess): ImageCode {
  const byName = new Map<string, Analyzer>(builtIn.map((analyzer) => [analyzer.name, analyzer]));
  const known = new Map<number, Known>();
  const missing = new Set<number>();
  // What can be sought in is read when it is asked about. Where a layer passes by once more all is asked anew, and is not to be read anew.
  const isAskedOnce = indexes.every(({ codeLater }) => codeLater.inLayer);
  const clock = workClock();
  const archive = heldArchive();
  let own: CodeSpool | undefined;

  const knownOf = (layer: number, index: LayerIndex): Known => {
    const kept = known.get(layer);
    if (kept !== undefined) return kept;
    const said = new Map(keptItems(access.kept(layer)));
    const begun: Known = { said, spool: index.codeLater.inLayer ? undefined : 'as indexed', isNew: false };
    known.set(layer, begun);
    return begun;
  };
  /** What is said of a file; undefined where its body is not at hand. */
  const itemsOf = (layer: number, row: number, { entries, codeLater }: LayerIndex, { spool }: Known) => {
    const place = codeLater.of(row);
    if (place === undefined) return [];
    const [path, size] = [entries.path(row), entries.bytes(row)];
    const analyzers = place.analyzers.flatMap((name) => byName.get(name) ?? []);
    const content = access.contents[layer];
    if (codeLater.inLayer && content !== undefined)
      return readNow(content, { path, size, at: place.at }, analyzers, clock, archive);
    const [from, at] = spool === 'as indexed' ? [access.spool, place.at] : [own, spool?.get(row)];
    return from === undefined || at === undefined ? undefined : readBytes(path, from.read(at, size), analyzers, clock);
  };
  const fetchLayer = async (layer: number): Promise<void> => {
    const { entries, codeLater } = indexes[layer] as LayerIndex;
    const { said } = known.get(layer) as Known;
    own ??= codeSpool();
    const spool = own;
    const places = new Map<number, number>();
    const [placeOf, wholeOf] = [layerPaths(), wholeBodies()];
    await access.again(layer, (member) => {
      const placed = placeOf(member);
      const row = placed?.type === 'file' ? entries.find(placed.path) : -1;
      const place = codeLater.of(row);
      if (placed === undefined || place === undefined || said.has(row)) return undefined;
      const analyzers = place.analyzers.flatMap((name) => byName.get(name) ?? []);
      if (member.size > spooledUpTo(analyzers)) {
        const items: CodeItem[] = [];
        said.set(row, items);
        const entry = layerEntry(member, placed.path, 'file');
        return show(entry, member.body, analyzers, {
          keep: ({ path, fact }) => {
            if (fact.kind === 'code') items.push({ path, language: fact.language, text: fact.text });
          },
          clock,
        });
      }
      const put = (bytes: Buffer): void => {
        const at = spool.keep(bytes);
        if (at === undefined) said.set(row, readBytes(placed.path, bytes, analyzers, clock));
        else places.set(row, at);
      };
      const whole = wholeOf(member.body);
      return whole instanceof Promise ? whole.then(put) : put(whole);
    });
    (known.get(layer) as Known).spool = places;
  };

  return {
    items(layer, row) {
      const index = indexes[layer];
      if (index === undefined || index.codeLater.of(row) === undefined) return [];
      const kept = knownOf(layer, index);
      const before = kept.said.get(row);
      if (before !== undefined) return before;
      const items = itemsOf(layer, row, index, kept);
      if (items !== undefined && !isAskedOnce) {
        kept.said.set(row, items);
        kept.isNew = true;
      } else if (items === undefined && kept.spool === 'as indexed') missing.add(layer);
      return items ?? [];
    },
    async fetch() {
      if (missing.size === 0) return false;
      for (const layer of missing) await fetchLayer(layer);
      missing.clear();
      return true;
    },
    get isCut() {
      return clock.isCut;
    },
    close() {
      archive.close();
      // What was cut for want of time may be told the next time.
      if (!clock.isCut)
        for (const [layer, { said, isNew }] of known)
          if (isNew && !indexes[layer]?.codeLater.inLayer) access.keep(layer, () => JSON.stringify([...said]));
      own?.close();
    },
  };
}

/** What the cache kept; nothing where it is damaged. */
function keptItems(text: string | undefined): (readonly [number, readonly CodeItem[]])[] {
  if (text === undefined) return [];
  try {
    return JSON.parse(text) as (readonly [number, readonly CodeItem[]])[];
  } catch {
    return [];
  }
}
