import { posix } from 'node:path';
import { analyzers as builtIn } from '../analyzers/index.ts';
import { addTo } from '../collections.ts';
import { folderOf } from '../formats/paths.ts';
import type { Image, Layer } from '../model.ts';
import { moment, workClock } from '../work.ts';
import { bodyPool } from './body-pool.ts';
import { buriedSecrets } from './buried.ts';
import { layerKey } from './cache.ts';
import { heldTogether } from './held-together.ts';
import type { CodeAccess } from './image-code.ts';
import { eachMember } from './index-layer.ts';
import { joinedFacts } from './joined-reads.ts';
import { deferredReads, linkedReads, secondReader, those } from './later-reads.ts';
import type { CodeItem, LayerFact, LayerIndex } from './layer-index.ts';
import { layerMembers } from './layer-members.ts';
import { mayOwn } from './owner-names.ts';
import { installedOwner, type Owner, ownershipTable, ownersOf } from './ownership.ts';
import { rareCode } from './rare-code.ts';
import { layerName, readLayers } from './read-layers.ts';
import type { LayerReading, ReadOptions } from './reading.ts';
import type { SecondRead } from './second-read.ts';
import { selection } from './selection.ts';
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

/**
 * Reads every layer that the cache does not know, side by side where the source lets us, and squashes them.
 * Throws what reading a layer throws; see `indexLayer`.
 */
export async function readImage(image: Image, options: ReadOptions): Promise<ReadImage> {
  const { readingMs } = image;
  const clock = workClock(options.signal, { deadline: readingMs === undefined ? undefined : moment() + readingMs });
  const pool = bodyPool(options.threads ?? threadsWanted(), builtIn, { clock });
  try {
    return await readWith(image, { ...options, pool, clock, isRare: rareCode(image.subject, options.command) });
  } finally {
    await pool.close();
  }
}

/** Long because it is one story: each step needs what the one before it found. */
async function readWith(image: Image, options: LayerReading): Promise<ReadImage> {
  const chosen = selection(options.analyzers);
  const keys = image.layers.map((layer) => layerKey(layer, options.analyzers));
  const known = keys.map((key) => (key === undefined ? undefined : options.cache.get(key)));
  const missing = image.layers.filter((_, index) => !known[index]);
  const indexes = new Map<Layer, LayerIndex>();
  const held = heldTogether(image.subject.reference);
  for (const index of known) if (index) held(index);
  await readLayers(image, missing, chosen, options, (layer, index) => {
    held(index);
    indexes.set(layer, index);
    const key = keys[layer.index];
    if (key !== undefined && !index.forged && !options.clock.isCut) options.cache.put(key, index);
  });
  const all = image.layers.map((layer, index) => known[index] ?? (indexes.get(layer) as LayerIndex));
  const files = squash(all.map(({ entries }) => entries));
  // What was read is put together whether or not the time for reading is over: on a clock of its own.
  const after = workClock(options.signal);
  const account = after.open(0);
  const timed: <Result>(work: () => Result) => Result = (work) => after.run(account, work);
  const again = secondReader(image, all, keys, options);
  const linked = timed(() => linkedReads(all, files, chosen));
  // Behind links may lie the very database that says what is installed.
  const { facts: behindLinks, code: linkedCode } = withoutCode(
    await again(those(linked, ({ analyzer }) => !analyzer.unownedOnly && !analyzer.ownedOnly)),
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
  const unowned = unownedNames(options.analyzers);
  const owners = timed(() =>
    ownersOf(
      [...facts, ...all.flatMap(({ deferred }) => deferred), ...[...linked.values()].flat()].map(({ path }) => path),
      all.map(({ owned }) => owned),
      files,
      // What is heard of files that nobody owns makes nobody an owner, if it was read at once or will be.
      installedOwner(facts.filter(({ analyzer }) => !unowned.has(analyzer))),
      { newest: ownershipTable(together) },
    ),
  );
  const ownedOnly = new Set(options.analyzers.flatMap(({ ownedOnly, name }) => (ownedOnly ? [name] : [])));
  const credible = new Map([...owners].filter(([path, { name }]) => mayOwn(path, name)));
  const atOnce = facts.filter(({ path, analyzer }) => unowned.has(analyzer) && !credible.has(path));
  const late = timed(() => deferredReads(all, files, credible, chosen));
  const isLate = ({ analyzer, path }: SecondRead): boolean => analyzer.unownedOnly === true && !credible.has(path);
  for (const [layer, reads] of those(linked, isLate)) for (const read of reads) addTo(late, layer, read);
  const later = (await again(late)).filter(({ path, fact }) => isProven(path, fact, files));
  const buried = timed(() => buriedSecrets(all, { files, facts: together, owners: credible, unowned }));
  return {
    files,
    facts: [
      ...facts.filter(
        ({ analyzer, path }) => !unowned.has(analyzer) && (!ownedOnly.has(analyzer) || credible.has(path)),
      ),
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
  { cache, signal, spool, clock }: LayerReading,
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

/** That links were given up is said once, of the image. */
function linksGivenUp(files: FileSystem): VisibleFact[] {
  if (!files.linksGivenUp) return [];
  const reason = 'the links of this image take too many steps to follow: what some of them lead to is not known';
  return [{ path: '', analyzer: 'layers', layer: 0, fact: { kind: 'unknown', reason } }];
}
