import { deflateSync, inflateSync } from 'node:zlib';
import type { Fact } from '../analyzers/analyzer.ts';
import { LIMITS } from '../limits.ts';
import type { Unknown } from '../model.ts';
import { type CodePlaces, type KeptPlaces, readCodePlaces } from './code-places.ts';
import type { OwnershipTable } from './ownership.ts';
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
  /** For a hard link: the path of the file that has the body. */
  readonly body?: string;
  /** Names of the analyzers that want it. */
  readonly analyzers: readonly string[];
  /** Where the body begins in the layer's content; absent where that has to pass by again. */
  readonly at?: number;
  readonly size: number;
}

/** What code of a layer says it leads to (`CodeFact`). */
export interface CodeItem {
  readonly path: string;
  readonly language: string;
  readonly text: string;
}

/** Everything that reading one layer once brings to light; what the layer cache keeps. */
export interface LayerIndex {
  readonly entries: PathTable;
  /** Without those of ownership, which `owned` holds, and of code. */
  readonly facts: readonly LayerFact[];
  readonly owned: OwnershipTable;
  /** Asked for only where what can be loaded is worked out: many megabytes in an image of many modules. */
  readonly code: () => readonly CodeItem[];
  /** Code that was passed over: read when it is asked about (`imageCode`). */
  readonly codeLater: CodePlaces;
  readonly unknowns: readonly Unknown[];
  /** Paths that an analyzer asked for and that are links, or lie in folders that are: resolved when all layers are known. */
  readonly links: readonly string[];
  readonly deferred: readonly Deferred[];
  /** Bodies read on request after the first pass (targets of links), by `extraKey`. */
  readonly extras: ReadonlyMap<string, readonly LayerFact[]>;
  /** The content does not have the diffID that the image claims: nothing to be remembered under that name. */
  readonly forged?: true;
}

/** Bytes for the cache: packed, but for the numbers of ownership, which are as good as random. */
export function serializeIndex(index: LayerIndex): Buffer {
  const table = (index.entries as PathTableBuilder).serialize();
  const { entries, ...owning } = index.owned;
  const owned = Buffer.from(entries.buffer, entries.byteOffset, entries.byteLength);
  const { facts, unknowns, links, deferred, extras } = index;
  const codeLater = index.codeLater.serialize();
  const code = deflateSync(JSON.stringify(index.code()), { level: 1 });
  const rest = Buffer.from(
    JSON.stringify({ facts, owning, unknowns, links, deferred, codeLater, extras: [...extras] }),
    'utf8',
  );
  const sizes = Buffer.alloc(HEAD_BYTES);
  sizes.writeUInt32LE(
    table.reduce((sum, part) => sum + part.length, 0),
    0,
  );
  sizes.writeUInt32LE(owned.length, 4);
  sizes.writeUInt32LE(rest.length, 8);
  sizes.writeUInt32LE(code.length, 12);
  return Buffer.concat([sizes, owned, code, deflateSync(Buffer.concat([...table, rest]), { level: 1 })]);
}

const HEAD_BYTES = 16;

/** Deflate packs no better. https://zlib.net/zlib_tech.html */
const MAX_RATIO = 1032;

/** The reverse. Throws on other bytes. */
export function deserializeIndex(bytes: Buffer): LayerIndex {
  const [tableBytes, ownedBytes, restBytes, codeBytes] = [0, 4, 8, 12].map((at) => bytes.readUInt32LE(at)) as [
    number,
    number,
    number,
    number,
  ];
  const codeAt = HEAD_BYTES + ownedBytes;
  const packedAt = codeAt + codeBytes;
  const size = tableBytes + restBytes;
  if (size > (bytes.length - packedAt) * MAX_RATIO) throw new RangeError('the index is damaged');
  // One piece of the right size: put together from many it takes twice as long.
  const unpacked = inflateSync(bytes.subarray(packedAt), { chunkSize: size + 64, maxOutputLength: size + 64 });
  if (unpacked.length !== size) throw new RangeError('the index is cut short');
  const entries = readPathTable(unpacked.subarray(0, tableBytes));
  const { owning, ...rest } = JSON.parse(unpacked.toString('utf8', tableBytes)) as Omit<
    LayerIndex,
    'entries' | 'extras' | 'owned' | 'code' | 'codeLater'
  > & {
    readonly owning: Omit<OwnershipTable, 'entries'>;
    readonly extras: [string, LayerFact[]][];
    readonly codeLater: KeptPlaces;
  };
  // A copy: eight-byte numbers need a place that eight divides.
  const owned = {
    ...owning,
    entries: new BigUint64Array(Uint8Array.from(bytes.subarray(HEAD_BYTES, codeAt)).buffer),
  };
  const packedCode = bytes.subarray(codeAt, packedAt);
  const code = (): readonly CodeItem[] =>
    JSON.parse(inflateSync(packedCode, { maxOutputLength: LIMITS.codeBytes * 2 }).toString('utf8')) as CodeItem[];
  return { ...rest, entries, owned, code, codeLater: readCodePlaces(rest.codeLater), extras: new Map(rest.extras) };
}
