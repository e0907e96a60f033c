import type { Analyzer } from '../analyzers/analyzer.ts';
import type { Layer, LayerContent } from '../model.ts';
import { moment, type WorkClock, workClock } from '../work.ts';
import type { BodyPool } from './body-pool.ts';
import type { Soon } from './byte-source.ts';
import type { CodeSpool } from './code-spool.ts';
import { type LayerDraft, layerDraft } from './layer-draft.ts';
import type { LayerIndex } from './layer-index.ts';
import { layerMembers } from './layer-members.ts';
import { neverPutOff, puttingOff } from './put-off.ts';
import { mayBeRare } from './rare-code.ts';
import type { Selection } from './selection.ts';
import type { Members, TarMember } from './tar.ts';

/** How long the thread may be kept before timers, signals and other layers get their turn. */
const TURN_MS = 40;

export interface IndexOptions {
  readonly signal?: AbortSignal | undefined;
  /** Bytes of the layer read so far, told now and then. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
  /** Threads that take large bodies over. */
  readonly pool?: BodyPool | undefined;
  /** Of the image; default: one of its own. */
  readonly clock?: WorkClock | undefined;
  /** The content comes once only: nothing of it is put off. */
  readonly once?: boolean;
  /** Keeps code of a layer that passes by until it is asked about; without one nothing is kept, and the layer passes again where something is. */
  readonly spool?: CodeSpool | undefined;
  /** Of which analyzers of code nothing is kept there. */
  isRare?(analyzer: Analyzer): boolean;
}

/**
 * Reads a layer once, front to back: keeps what entries there are and what the analyzers prove. Nothing is written to disk.
 * Throws `corrupt`, `limit`, `digest-mismatch`, `network` and `interrupted`; what concerns one file only becomes an Unknown.
 */
export async function indexLayer(
  layer: Layer,
  content: LayerContent,
  chosen: Selection,
  where: string,
  options: IndexOptions = {},
): Promise<LayerIndex> {
  const { draft, diffID } = await draftLayer(layer, content, chosen, where, options);
  return finishLayer(draft, diffID, layer, where, options);
}

/**
 * The first half of `indexLayer`: for content of which nobody knows which layer it is until it has passed by.
 * Returns the diffID with it, where all bytes were seen.
 */
export async function draftLayer(
  layer: Layer,
  content: LayerContent,
  chosen: Selection,
  where: string,
  options: IndexOptions,
): Promise<{ draft: LayerDraft; diffID: string | undefined }> {
  const clock = options.clock ?? workClock(options.signal);
  const reading = await layerMembers(layer, content, where, listingOver(clock));
  const putOff = options.once ? neverPutOff : puttingOff(content, reading.stored !== undefined);
  const draft = layerDraft(chosen, where, {
    stored: reading.stored,
    putOff,
    pool: options.pool,
    clock,
    spool: options.spool,
    isRare: options.isRare ?? mayBeRare,
  });
  try {
    await eachMember(reading.members, options, (member) => draft.take(member));
    return { draft, diffID: await reading.verify() };
  } finally {
    reading.close();
  }
}

/** Of the time that there is, what going through a folder may take: what was put off until all is known (programs that no package owns) is read in the rest. */
const LISTING_SHARE = 0.75;

function listingOver({ deadline }: WorkClock): (() => boolean) | undefined {
  if (deadline === undefined) return undefined;
  const until = deadline - (deadline - moment()) * (1 - LISTING_SHARE);
  return () => moment() > until;
}

/** The second half: hard links whose target was skipped cost another pass over the layer, and the diffID is compared. */
export async function finishLayer(
  draft: LayerDraft,
  diffID: string | undefined,
  layer: Layer,
  where: string,
  options: IndexOptions,
): Promise<LayerIndex> {
  const index = await draft.finish(async (wanted) => {
    const again = await layerMembers({ ...layer, verify: false }, await layer.open(options.signal), where);
    try {
      await eachMember(again.members, options, wanted);
    } finally {
      again.close();
    }
  });
  if (diffID === undefined || diffID === layer.diffID) return index;
  // Some builders get it wrong (zstd:chunked of 2022 does); what is there is worth telling all the same.
  const reason = `the layer's content has the diffID ${diffID}, not ${layer.diffID} as the configuration says; engines may refuse the image`;
  return { ...index, forged: true, unknowns: [...index.unknowns, { path: '', analyzer: 'layers', reason }] };
}

/** Shows every member, giving timers, signals and other layers their turn in between. */
export async function eachMember(
  members: Members,
  { signal, onBytes, clock = workClock(signal) }: IndexOptions,
  take: (member: TarMember) => Soon<void>,
): Promise<void> {
  let turn = performance.now();
  let told = 0;
  for (;;) {
    const next = members.next();
    const member = next instanceof Promise ? await next : next;
    if (member === undefined) break;
    const { size } = member;
    const taken = take(member);
    if (taken !== undefined) await taken;
    told += size;
    if (performance.now() - turn < TURN_MS) continue;
    onBytes?.(told);
    told = 0;
    await clock.breathe();
    turn = performance.now();
  }
  onBytes?.(told);
}
