import { createHash } from 'node:crypto';
import { pypi } from '../ecosystems/pypi.ts';
import { PlimsollError, reasonOf } from '../errors.ts';
import { fileNameOf } from '../formats/paths.ts';
import { heardThenCutOff } from '../interruption.ts';
import { type LayerCache, noCache } from '../layers/cache.ts';
import type { ReadImage } from '../layers/read-image.ts';
import { LIMITS } from '../limits.ts';
import type { Image, Inventory, Package, RunConfig, RunningState, UnlistedModule } from '../model.ts';
import { BUILD } from '../version.ts';
import { shownLayers } from './image-config.ts';
import type { ReadingOptions } from './take.ts';

/** An inventory, and from how many cached layers it was made. */
export interface TakenInventory {
  readonly inventory: Inventory;
  readonly cachedLayers: number;
  /** Under what it is kept in the cache, where it is. */
  readonly key?: string | undefined;
}

/** Running processes of the image, where they were looked at, and what they were started with. */
interface RunningOptions {
  readonly running?: { readonly state: RunningState; readonly run?: RunConfig | undefined } | undefined;
}

/**
 * What is in an image, from the cache where this program has taken its inventory before: then neither the layers' indexes
 * nor the analyzers are loaded. Throws as `takeInventory`.
 */
export async function inventoryOf(
  image: Image,
  options: ReadingOptions & RunningOptions = {},
  build = BUILD,
): Promise<TakenInventory> {
  const { analyzers, running } = options;
  if (image.subject.source === 'project' && analyzers === undefined) {
    const { projectInventory } = await import('./project.ts');
    return { inventory: await projectInventory(image, options), cachedLayers: 0 };
  }
  const cache = options.cache === noCache ? undefined : options.cache;
  // What runs now says nothing of the image: such an answer is not kept.
  const isImage = analyzers === undefined && running === undefined;
  const key = isImage && cache !== undefined ? inventoryKey(image, build) : undefined;
  const kept = key === undefined || cache === undefined ? undefined : keptInventory(cache, key);
  if (kept) return { inventory: kept, cachedLayers: image.layers.length, key };
  const { takeInventory } = await import('./take.ts');
  const { codeSpool } = await import('../layers/code-spool.ts');
  const spool = codeSpool();
  let read: ReadImage;
  let inventory: Inventory;
  try {
    const taken = await takeInventory(image, { ...options, spool });
    read = taken.read;
    inventory = await withExposure(taken.inventory, read, image, options);
  } finally {
    spool.close();
  }
  const { packages, risks, unknowns } = inventory;
  const isLarge = packages.length + risks.length + unknowns.length > LIMITS.keptItems;
  const isPassing = read.isCut || read.indexes.some(({ forged }) => forged);
  if (key === undefined || cache === undefined || isLarge || isPassing) return { inventory, cachedLayers: read.cached };
  cache.putText(key, () => JSON.stringify(inventory));
  return { inventory, cachedLayers: read.cached, key };
}

/** With what a container of the image can load. A defect there costs that answer, and nothing else. */
async function withExposure(
  taken: Inventory,
  read: ReadImage,
  image: Image,
  { signal, running }: ReadingOptions & RunningOptions,
): Promise<Inventory> {
  if (image.bill || image.subject.source === 'project') return taken;
  const { exposureOf } = await import('../exposure/index.ts');
  try {
    const run = running === undefined ? image.subject.config?.run : running.run;
    const state = running?.state;
    const { unlisted = [] } = taken;
    const told = await heardThenCutOff(signal, () =>
      exposureOf(read, [...taken.packages, ...unlisted.map(asPackage)], run, { state, programs: taken.linked }),
    );
    const { start, programs, modules } = told;
    if (start.by === 'nobody') return { ...taken, start };
    const packages = told.packages.slice(0, taken.packages.length);
    const linked = taken.linked?.map((program, at) => ({
      ...program,
      ...(programs[at] && { exposure: programs[at] }),
    }));
    const code = unlisted.map((module, at) => {
      const exposure = told.packages[taken.packages.length + at]?.exposure;
      return exposure === undefined ? module : { ...module, exposure };
    });
    return {
      ...taken,
      packages,
      ...(linked && { linked }),
      ...(modules && { modules }),
      ...(code.length > 0 && { unlisted: code }),
      start,
    };
  } catch (error) {
    if (error instanceof PlimsollError && error.code === 'interrupted') throw error;
    const reason = `what a container can load could not be told: ${reasonOf(error)}`;
    return { ...taken, unknowns: [...taken.unknowns, { path: '', analyzer: 'exposure', reason }] };
  }
}

/** Code that no package is of is asked about as the package that known wheels may make of it. */
const asPackage = ({ path, evidence }: UnlistedModule): Package => ({
  type: pypi.type,
  name: fileNameOf(path),
  version: '',
  purl: '',
  recovered: 'wheel',
  evidence: [evidence],
});

/**
 * The key of an image's inventory: its layers, what the inventory says of its configuration, and the very build of the
 * program that makes one of the other. Undefined where there is nothing to rely on: a layer that is not cached itself (a
 * folder), a bill of materials, a program run from its source.
 */
function inventoryKey(image: Image, build: string | undefined): string | undefined {
  if (build === undefined || image.bill || image.layers.some(({ identity }) => identity === null)) return undefined;
  const layers = image.layers.map(({ diffID, identity }) => [diffID, identity]);
  const parts = [build, layers, shownLayers(image.subject), image.subject.config];
  return `inventory ${createHash('sha256').update(JSON.stringify(parts)).digest('hex')}`;
}

function keptInventory(cache: LayerCache, key: string): Inventory | undefined {
  const text = cache.text(key);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as Inventory;
  } catch {
    return undefined; // as everything in the cache: what cannot be read is made again
  }
}
