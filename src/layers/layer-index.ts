import type { Fact } from '../analyzers/analyzer.ts';
import type { Unknown } from '../model.ts';
import { type PathTable, type PathTableBuilder, readPathTable } from './path-table.ts';

/** A fact and the file of the layer that proves it. */
export interface LayerFact {
  readonly path: string;
  readonly analyzer: string;
  readonly fact: Fact;
}

/** A body that was passed over: it can be read later, once it is known whether an OS package owns the file. */
export interface Deferred {
  readonly path: string;
  /** Names of the analyzers that want it. */
  readonly analyzers: readonly string[];
  /** Where the body begins in the layer's content. */
  readonly at: number;
  readonly size: number;
}

/** Everything that reading one layer once brings to light; what the layer cache keeps. */
export interface LayerIndex {
  readonly entries: PathTable;
  readonly facts: readonly LayerFact[];
  readonly unknowns: readonly Unknown[];
  /** Paths that an analyzer asked for and that are links, or lie in folders that are: resolved when all layers are known. */
  readonly links: readonly string[];
  readonly deferred: readonly Deferred[];
  /** Bodies read on request after the first pass (targets of links), by `extraKey`. */
  readonly extras: ReadonlyMap<string, readonly LayerFact[]>;
  /** The content does not have the diffID that the image claims: nothing to be remembered under that name. */
  readonly forged?: true;
}

/** Bytes for the cache. */
export function serializeIndex(index: LayerIndex): Buffer {
  const table = (index.entries as PathTableBuilder).serialize();
  const rest = Buffer.from(
    JSON.stringify({
      facts: index.facts,
      unknowns: index.unknowns,
      links: index.links,
      deferred: index.deferred,
      extras: [...index.extras],
    }),
    'utf8',
  );
  const size = Buffer.alloc(8);
  size.writeUInt32LE(table.length, 0);
  return Buffer.concat([size, table, rest]);
}

/** The reverse. Throws a RangeError or SyntaxError on other bytes. */
export function deserializeIndex(bytes: Buffer): LayerIndex {
  const tableLength = bytes.readUInt32LE(0);
  const entries = readPathTable(bytes.subarray(8, 8 + tableLength));
  const rest = JSON.parse(bytes.toString('utf8', 8 + tableLength)) as Omit<LayerIndex, 'entries' | 'extras'> & {
    extras: [string, LayerFact[]][];
  };
  return { ...rest, entries, extras: new Map(rest.extras) };
}
