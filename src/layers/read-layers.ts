import { availableParallelism } from 'node:os';
import { addTo } from '../collections.ts';
import { PlimsollError } from '../errors.ts';
import { ABSENT_LAYER, type Image, type Layer } from '../model.ts';
import { codePlaces } from './code-places.ts';
import { draftLayer, finishLayer, indexLayer } from './index-layer.ts';
import type { LayerIndex } from './layer-index.ts';
import { ownershipTable } from './ownership.ts';
import { pathTable } from './path-table.ts';
import type { LayerReading } from './reading.ts';
import type { Selection } from './selection.ts';

/** What the terminal and errors call a layer. */
export function layerName(image: Image, layer: Layer): string {
  return `${image.subject.reference}, layer ${layer.index + 1} of ${image.layers.length}, ${layer.diffID.slice(0, 19)}`;
}

/**
 * Reads layers, several side by side where the source lets us, and hands on the index of each. A layer that nobody has to give is an index
 * of nothing, unless none can be had. Throws what reading a layer throws; see `indexLayer`.
 */
export async function readLayers(
  image: Image,
  missing: readonly Layer[],
  chosen: Selection,
  { progress, signal, pool, clock, spool, isRare }: LayerReading,
  keep: (layer: Layer, index: LayerIndex) => void,
): Promise<void> {
  if (missing.length === 0) return;
  if (image.stream) return readPassing(image, missing, chosen, { progress, signal, pool, clock, spool, isRare }, keep);
  // Largest first: it takes longest to decompress, in one thread, and the rest is read beside it. Last, it would leave all others waiting for that thread.
  const queue = [...missing].sort((a, b) => (b.size ?? 0) - (a.size ?? 0));
  // The first failure ends the other readings too: what they would find, nobody will hear.
  const failed = new AbortController();
  const either = signal ? AbortSignal.any([signal, failed.signal]) : failed.signal;
  let failure: { readonly error: unknown } | undefined;
  const read = async (layer: Layer, content: Awaited<ReturnType<Layer['open']>>): Promise<void> => {
    const label =
      content.kind === 'directory' ? `files of ${content.path}` : `layer ${layer.index + 1}/${image.layers.length}`;
    const task = progress.task(label, { unit: 'bytes' });
    try {
      keep(
        layer,
        await indexLayer(layer, content, chosen, layerName(image, layer), {
          signal: either,
          onBytes: (bytes) => task.add(bytes),
          pool,
          clock,
          spool,
          isRare,
        }),
      );
    } finally {
      task.done();
    }
  };
  const worker = async (): Promise<void> => {
    for (let layer = queue.shift(); layer && !failed.signal.aborted; layer = queue.shift()) {
      try {
        await read(layer, await layer.open(either));
      } catch (error) {
        // Some of the layers are better than none: the report says what is missing, and that it is incomplete.
        if (isAbsent(error) && image.layers.length > 1) {
          lost.push(error);
          keep(layer, absentLayer(layerName(image, layer), error));
          continue;
        }
        failure ??= { error };
        failed.abort();
        return;
      }
    }
  };
  const lost: PlimsollError[] = [];
  const workers = Math.min(missing.length, Math.max(2, Math.min(4, availableParallelism())));
  await Promise.all(Array.from({ length: workers }, worker));
  if (failure) throw failure.error;
  if (lost.length === image.layers.length) throw lost[0];
}

/** Layers that nobody has to give (kept elsewhere, or deleted), and those that nobody can read: encrypted, no file system. */
const isAbsent = (error: unknown): error is PlimsollError =>
  error instanceof PlimsollError && (error.code === 'not-found' || error.code === 'unsupported');

/** Why a layer was left out of what was saved (foreign); undefined for one that should have come. */
async function leftOutOf(layer: Layer): Promise<PlimsollError | undefined> {
  if (layer.identity !== null) return undefined;
  try {
    await layer.open();
  } catch (error) {
    if (isAbsent(error)) return error;
  }
  return undefined;
}

/** An index of nothing, for a layer that could not be had; it is not remembered. */
function absentLayer(name: string, error: PlimsollError): LayerIndex {
  const could = error.code === 'unsupported' ? 'read' : 'had';
  const reason = `this layer could not be ${could}, and what it holds or hides is not known: ${error.line} (${name})`;
  return {
    entries: pathTable(),
    facts: [],
    owned: ownershipTable([]),
    unknowns: [{ path: '', analyzer: ABSENT_LAYER, reason }],
    links: [],
    deferred: [],
    code: () => [],
    codeLater: codePlaces(false),
    extras: new Map(),
    forged: true,
  };
}

/** Reads the layers of a source that has one pass only, in the order in which they pass by. */
async function readPassing(
  image: Image,
  missing: readonly Layer[],
  chosen: Selection,
  { progress, signal, pool, clock, spool, isRare }: Omit<LayerReading, 'analyzers' | 'cache'>,
  keep: (layer: Layer, index: LayerIndex) => void,
): Promise<void> {
  const wanted = new Map<string, Layer[]>();
  for (const layer of missing) addTo(wanted, layer.diffID, layer);
  const task = progress.task(`layers of ${image.subject.reference}`, { unit: 'bytes' });
  const options = { signal, pool, clock, spool, isRare, once: true, onBytes: (bytes: number) => task.add(bytes) };
  let spoilt: unknown;
  try {
    const passing = (image as Required<Pick<Image, 'stream'>>).stream((diffID) => wanted.has(diffID), signal);
    for await (const { diffID, content } of passing) {
      const expected = diffID === undefined ? undefined : wanted.get(diffID)?.[0];
      const layer: Layer = expected ?? { ...(missing[0] as Layer), diffID: '', verify: false };
      const where = expected ? layerName(image, expected) : image.subject.reference;
      try {
        const { draft, diffID: actual } = await draftLayer(layer, content, chosen, where, options);
        const layers = wanted.get(diffID ?? actual ?? '') ?? [];
        for (const layer of layers)
          keep(layer, await finishLayer(draft, actual, layer, layerName(image, layer), options));
        wanted.delete(layers[0]?.diffID ?? '');
      } catch (error) {
        // What is none of the image's layers need not be a tar; if a layer stays away, this was why.
        if (expected || !(error instanceof PlimsollError && error.code === 'corrupt')) throw error;
        spoilt ??= error;
      }
      if (wanted.size === 0) break;
    }
  } finally {
    task.done();
  }
  for (const layer of [...wanted.values()].flat()) {
    const absent = image.layers.length > 1 ? await leftOutOf(layer) : undefined;
    if (absent === undefined)
      throw (
        spoilt ?? new PlimsollError('corrupt', 'the source did not send this layer', { where: layerName(image, layer) })
      );
    keep(layer, absentLayer(layerName(image, layer), absent));
  }
}
