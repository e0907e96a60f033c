// Long because it is the one story of how layers become visible facts, its steps in their order.
import { availableParallelism } from 'node:os';
import { posix } from 'node:path';
import type { Analyzer } from '../analyzers/analyzer.ts';
import { analyzers as builtIn } from '../analyzers/index.ts';
import { PlimsollError } from '../errors.ts';
import type { Image, Layer } from '../model.ts';
import type { Progress } from '../progress.ts';
import { type WorkClock, workClock } from '../work.ts';
import { type BodyPool, bodyPool } from './body-pool.ts';
import { buriedSecrets } from './buried.ts';
import { type LayerCache, layerKey } from './cache.ts';
import { codePlaces } from './code-places.ts';
import type { CodeSpool } from './code-spool.ts';
import type { CodeAccess } from './image-code.ts';
import { folderOf } from './image-path.ts';
import { draftLayer, eachMember, finishLayer, indexLayer } from './index-layer.ts';
import { joinedFacts } from './joined-reads.ts';
import type { CodeItem, LayerFact, LayerIndex } from './layer-index.ts';
import { layerMembers } from './layer-members.ts';
import { installedOwner, type Owner, ownershipTable, ownersOf } from './ownership.ts';
import { pathTable } from './path-table.ts';
import { extraKey, readAgain, type SecondRead } from './second-read.ts';
import { type Selection, selection } from './selection.ts';
import { type FileSystem, squash } from './squash.ts';
import { threadsWanted } from './threads.ts';
import { inOneOrder, unownedNames, visibleFacts } from './visible.ts';

/** A fact that is visible in the final image. */
export interface VisibleFact extends LayerFact {
  readonly layer: number;
  /** The link through which the file was asked for. */
  readonly via?: string;
}

/** An image whose layers have been read. */
export interface ReadImage {
  readonly files: FileSystem;
  readonly facts: readonly VisibleFact[];
  /** Secrets in files that a later layer removed or replaced: they can be had from the image all the same. */
  readonly buried: readonly VisibleFact[];
  /** The OS packages that own the files which facts speak of. */
  readonly owners: ReadonlyMap<string, Owner>;
  readonly indexes: readonly LayerIndex[];
  /** Where code is that was passed over (`imageCode`). */
  readonly later: CodeAccess;
  /** What code says that was found behind links, when all layers were known. */
  readonly linkedCode: readonly CodeItem[];
  /** How many layers the cache answered. */
  readonly cached: number;
  /** Something was not read for want of time. */
  readonly isCut: boolean;
}

interface ReadOptions {
  readonly analyzers: readonly Analyzer[];
  readonly cache: LayerCache;
  readonly progress: Progress;
  readonly signal?: AbortSignal | undefined;
  /** Threads that reading may use, this one included; by default `threadsWanted`. */
  readonly threads?: number | undefined;
  /** Where code of layers that pass by is kept, for those who will ask what can be loaded. Theirs to close. */
  readonly spool?: CodeSpool | undefined;
}

/** What the functions of this file hand on. */
type Reading = ReadOptions & { readonly pool: BodyPool; readonly clock: WorkClock };

/**
 * Reads every layer that the cache does not know, side by side where the source lets us, and squashes them.
 * Throws what reading a layer throws; see `indexLayer`.
 */
export async function readImage(image: Image, options: ReadOptions): Promise<ReadImage> {
  const clock = workClock(options.signal);
  const pool = bodyPool(options.threads ?? threadsWanted(), builtIn, { clock });
  try {
    return await readWith(image, { ...options, pool, clock });
  } finally {
    await pool.close();
  }
}

/** Long because it is one story: each step needs what the one before it found. */
async function readWith(image: Image, options: Reading): Promise<ReadImage> {
  const chosen = selection(options.analyzers);
  const keys = image.layers.map((layer) => layerKey(layer, options.analyzers));
  const known = keys.map((key) => (key === undefined ? undefined : options.cache.get(key)));
  const missing = image.layers.filter((_, index) => !known[index]);
  const indexes = new Map<Layer, LayerIndex>();
  await readLayers(image, missing, chosen, options, (layer, index) => {
    indexes.set(layer, index);
    const key = keys[layer.index];
    if (key !== undefined && !index.forged && !options.clock.isCut) options.cache.put(key, index);
  });
  const all = image.layers.map((layer, index) => known[index] ?? (indexes.get(layer) as LayerIndex));
  const files = squash(all.map(({ entries }) => entries));
  const account = options.clock.open(0);
  const timed: <Result>(work: () => Result) => Result = (work) => options.clock.run(account, work);
  const again = secondReader(image, all, keys, options);
  const linked = timed(() => linkedReads(all, files, chosen));
  // Behind links may lie the very database that says what is installed.
  const { facts: behindLinks, code: linkedCode } = withoutCode(
    await again(those(linked, ({ analyzer }) => !analyzer.unownedOnly)),
  );
  const alone = timed(() =>
    [...visibleFacts(all, files), ...behindLinks].filter(({ path, fact }) => isProven(path, fact, files)),
  );
  const together = await joinedFacts(alone, {
    analyzers: options.analyzers,
    files,
    layers: image.layers,
    nameOf: (layer) => layerName(image, layer),
    options,
  });
  const facts = together.filter(({ fact }) => fact.kind !== 'owns');
  const owners = timed(() =>
    ownersOf(
      [...facts, ...all.flatMap(({ deferred }) => deferred), ...[...linked.values()].flat()].map(({ path }) => path),
      all.map(({ owned }) => owned),
      files,
      installedOwner(facts),
      { newest: ownershipTable(together) },
    ),
  );
  const unowned = unownedNames(options.analyzers);
  const atOnce = facts.filter(({ path, analyzer }) => unowned.has(analyzer) && !owners.has(path));
  const late = timed(() => deferredReads(all, files, owners, chosen));
  const isLate = ({ analyzer, path }: SecondRead): boolean => analyzer.unownedOnly === true && !owners.has(path);
  for (const [layer, reads] of those(linked, isLate)) for (const read of reads) add(late, layer, read);
  const later = (await again(late)).filter(({ path, fact }) => isProven(path, fact, files));
  const buried = timed(() => buriedSecrets(all, { files, facts: together, owners, unowned }));
  return {
    files,
    facts: [
      ...facts.filter(({ analyzer }) => !unowned.has(analyzer)),
      ...inOneOrder([...atOnce, ...later]),
      ...linksGivenUp(files),
    ],
    buried,
    owners,
    indexes: all,
    linkedCode,
    later: await codeAccess(image, all, keys, options),
    cached: image.layers.length - missing.length,
    isCut: options.clock.isCut,
  };
}

/** What is said of other files holds where one of them is there. */
function isProven(path: string, fact: LayerFact['fact'], files: FileSystem): boolean {
  if ((fact.kind !== undefined && fact.kind !== 'package') || fact.needs === undefined) return true;
  const folder = folderOf(path);
  return fact.needs.some((name) => files.exists(posix.normalize(folder === '' ? name : `${folder}/${name}`)));
}

function withoutCode(facts: readonly VisibleFact[]): { facts: VisibleFact[]; code: CodeItem[] } {
  const code = facts.flatMap(({ path, fact }) =>
    fact.kind === 'code' ? [{ path, language: fact.language, text: fact.text }] : [],
  );
  return { facts: facts.filter(({ fact }) => fact.kind !== 'code'), code };
}

/** Layers that can be sought in stay open to questions: opening them reads nothing. */
async function codeAccess(
  image: Image,
  indexes: readonly LayerIndex[],
  keys: readonly (string | undefined)[],
  { cache, signal, spool, clock }: Reading,
): Promise<CodeAccess> {
  const isSought = (at: number): boolean => indexes[at]?.codeLater.inLayer === true && indexes[at].codeLater.size > 0;
  const contents = await Promise.all(image.layers.map((layer, at) => (isSought(at) ? layer.open(signal) : undefined)));
  const keyOf = (layer: number): string | undefined =>
    keys[layer] === undefined || indexes[layer]?.forged || clock.isCut ? undefined : `code ${keys[layer]}`;
  return {
    contents,
    spool,
    kept(layer) {
      const key = keyOf(layer);
      return key && cache.text(key);
    },
    keep(layer, make) {
      const key = keyOf(layer);
      if (key !== undefined) cache.putText(key, make);
    },
    async again(layer, take) {
      const source = image.layers[layer] as Layer;
      const content = await source.open(signal);
      const reading = await layerMembers({ ...source, verify: false }, content, layerName(image, source));
      try {
        await eachMember(reading.members, { signal, clock }, take);
      } finally {
        reading.close();
      }
    },
  };
}

/** What the terminal and errors call a layer. */
function layerName(image: Image, layer: Layer): string {
  return `${image.subject.reference}, layer ${layer.index + 1} of ${image.layers.length}, ${layer.diffID.slice(0, 19)}`;
}

async function readLayers(
  image: Image,
  missing: readonly Layer[],
  chosen: Selection,
  { progress, signal, pool, clock, spool }: Reading,
  keep: (layer: Layer, index: LayerIndex) => void,
): Promise<void> {
  if (missing.length === 0) return;
  if (image.stream) return readPassing(image, missing, chosen, { progress, signal, pool, clock, spool }, keep);
  const queue = [...missing];
  // The first failure ends the other readings too: what they would find, nobody will hear.
  const failed = new AbortController();
  const either = signal ? AbortSignal.any([signal, failed.signal]) : failed.signal;
  let failure: { readonly error: unknown } | undefined;
  const read = async (layer: Layer, content: Awaited<ReturnType<Layer['open']>>): Promise<void> => {
    const task = progress.task(`layer ${layer.index + 1}/${image.layers.length}`, { unit: 'bytes' });
    try {
      keep(
        layer,
        await indexLayer(layer, content, chosen, layerName(image, layer), {
          signal: either,
          onBytes: (bytes) => task.add(bytes),
          pool,
          clock,
          spool,
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

/** Layers that nobody has to give: kept elsewhere (foreign), or deleted. */
const isAbsent = (error: unknown): error is PlimsollError =>
  error instanceof PlimsollError && error.code === 'not-found';

/** An index of nothing, for a layer that could not be had; it is not remembered. */
function absentLayer(name: string, error: PlimsollError): LayerIndex {
  const reason = `this layer could not be had, and what it holds or hides is not known: ${error.line} (${name})`;
  return {
    entries: pathTable(),
    facts: [],
    owned: ownershipTable([]),
    unknowns: [{ path: '', analyzer: 'layers', reason }],
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
  { progress, signal, pool, clock, spool }: Pick<Reading, 'progress' | 'signal' | 'pool' | 'clock' | 'spool'>,
  keep: (layer: Layer, index: LayerIndex) => void,
): Promise<void> {
  const wanted = new Map<string, Layer[]>();
  for (const layer of missing) wanted.set(layer.diffID, [...(wanted.get(layer.diffID) ?? []), layer]);
  const task = progress.task(`layers of ${image.subject.reference}`, { unit: 'bytes' });
  const options = { signal, pool, clock, spool, once: true, onBytes: (bytes: number) => task.add(bytes) };
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
  const [lost] = [...wanted.values()].flat();
  if (lost)
    throw (
      spoilt ?? new PlimsollError('corrupt', 'the source did not send this layer', { where: layerName(image, lost) })
    );
}

/** That links were given up is said once, of the image. */
function linksGivenUp(files: FileSystem): VisibleFact[] {
  if (!files.linksGivenUp) return [];
  const reason = 'the links of this image take too many steps to follow: what some of them lead to is not known';
  return [{ path: '', analyzer: 'layers', layer: 0, fact: { kind: 'unknown', reason } }];
}

/**
 * Reads what can be read only when all layers are known: files that analyzers ask for by a name that is only a link (a manifest renamed
 * and linked back, a package database moved away), and files that were put off until it is known whether an OS package owns them.
 */
function secondReader(
  image: Image,
  indexes: readonly LayerIndex[],
  keys: readonly (string | undefined)[],
  options: Reading,
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

type ReadsByLayer = Map<number, SecondRead[]>;

function those(reads: ReadsByLayer, wanted: (read: SecondRead) => boolean): ReadsByLayer {
  const kept = [...reads].map(([layer, all]) => [layer, all.filter(wanted)] as const);
  return new Map(kept.filter(([, left]) => left.length > 0));
}

function add(reads: ReadsByLayer, layer: number, read: SecondRead): void {
  const list = reads.get(layer);
  if (list) list.push(read);
  else reads.set(layer, [read]);
}

function linkedReads(indexes: readonly LayerIndex[], files: FileSystem, chosen: Selection): ReadsByLayer {
  const reads: ReadsByLayer = new Map();
  const follow = (via: string, analyzers: readonly Analyzer[]): void => {
    const target = files.resolve(via);
    if (!target || target.path === via || target.found.type !== 'file') return;
    const already = chosen.byPath(target.path);
    for (const analyzer of analyzers) {
      if (!already.includes(analyzer)) add(reads, target.found.layer, { path: target.path, via, analyzer });
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

function deferredReads(
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
        if (analyzer) add(reads, layer, { path: body, via: body, analyzer, deferred, ...link });
      }
    }
  }
  return reads;
}
