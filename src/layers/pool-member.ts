import { PlimsollError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import type { Entry } from '../model.ts';
import type { WorkClock } from '../work.ts';
import { type BodyRequest, type FromBodyThread, type Slots, slotOf, type ToBodyThread } from './body-messages.ts';
import type { Soon } from './byte-source.ts';
import type { LayerFact } from './layer-index.ts';

/** A body of which a thread is given one part after the other, as it passes by. */
export interface PassingBody {
  readonly facts: Promise<readonly LayerFact[]>;
  /** The thread needs no more of it. */
  readonly enough: boolean;
  /** Copies a part for the thread; waits while it has enough to read. */
  push(part: Uint8Array): Soon<void>;
  /** To be called once, behind the last part or when the source failed. */
  over(): void;
}

/** One thread of a pool. */
export interface PoolMember {
  /** Bodies it has not told of. */
  readonly waiting: number;
  readonly waitingBytes: number;
  /** A passing body of which more parts are to come. */
  readonly streaming: boolean;
  readonly dead: boolean;
  /** Undefined where the thread ended before it came to this one. */
  read(
    entry: Entry,
    analyzers: readonly string[],
    stored: { file: string; offset: number },
  ): Promise<readonly LayerFact[] | undefined>;
  /** Only where it is not `streaming`: what is behind another in the queue would hold the memory that the other waits for. */
  follow(entry: Entry, analyzers: readonly string[]): PassingBody;
  end(): Promise<unknown>;
}

const SLOTS = 4;
const SLOT_BYTES = 512 * 1024;

interface Asked {
  settle(facts: readonly LayerFact[] | undefined): void;
  fail(error: unknown): void;
  readonly path: string;
  readonly size: number;
  /** It can be read by another. */
  readonly isStored: boolean;
}

/**
 * Starts a thread that runs `script`, with so many megabytes for what is new in its memory.
 * Long because it is an object: its methods close over one state.
 */
export function startMember(script: URL, clock: WorkClock | undefined, youngMb: number): PoolMember {
  const slots: Slots = { memory: new SharedArrayBuffer(SLOTS * SLOT_BYTES), slotBytes: SLOT_BYTES };
  const { Worker } = process.getBuiltinModule('node:worker_threads');
  const worker = new Worker(script, {
    workerData: slots,
    execArgv: [],
    resourceLimits: { maxYoungGenerationSizeMb: youngMb },
  });
  // It ends with the program, whoever forgets it.
  worker.unref();
  const asked = new Map<number, Asked>();
  const free = Array.from({ length: SLOTS }, (_, slot) => slot);
  let wake: () => void = () => {};
  let ids = 0;
  let waitingBytes = 0;
  let streaming = false;
  let dead = false;
  const tell = (message: ToBodyThread): void => worker.postMessage(message);
  const ask = (
    request: Omit<BodyRequest, 'kind' | 'id' | 'leftMs' | 'deadline'>,
  ): { id: number; facts: Promise<readonly LayerFact[] | undefined> } => {
    ids += 1;
    const id = ids;
    worker.ref();
    const { path, size } = request.entry;
    const facts = new Promise<readonly LayerFact[] | undefined>((settle, fail) => {
      asked.set(id, { settle, fail, path, size, isStored: request.stored !== undefined });
    });
    waitingBytes += size;
    const leftMs = clock?.left ?? LIMITS.imageReadingMs;
    tell({ kind: 'body', id, leftMs, deadline: clock?.deadline, ...request });
    return { id, facts };
  };
  const answered = (message: Exclude<FromBodyThread, { kind: 'free' }>): void => {
    const request = asked.get(message.id);
    asked.delete(message.id);
    waitingBytes -= request?.size ?? 0;
    if (asked.size === 0) worker.unref();
    clock?.charge(message.ms, message.cut);
    if (!request) return;
    if (message.kind === 'facts') request.settle(message.facts);
    else {
      const { code, message: said, where, hint } = message.failed;
      request.fail(
        new PlimsollError(code, said, { ...(where !== undefined && { where }), ...(hint !== undefined && { hint }) }),
      );
    }
  };
  worker.on('message', (message: FromBodyThread) => {
    if (message.kind === 'free') free.push(message.slot);
    else answered(message);
    wake();
  });
  // A thread that dies takes with it what it was reading, not the scan, nor what it was still to read.
  const died = (why: string): void => {
    dead = true;
    let isFirst = true;
    for (const { settle, path, isStored } of asked.values()) {
      const reason = `the thread that read it ended: ${why}`;
      settle(isFirst || !isStored ? [{ path, analyzer: 'layers', fact: { kind: 'unknown', reason } }] : undefined);
      isFirst = false;
    }
    asked.clear();
    waitingBytes = 0;
    wake();
  };
  worker.on('error', (error) => died(error.message));
  worker.on('exit', (code) => died(`exit ${code}`));

  const follow = (entry: Entry, analyzers: readonly string[]): PassingBody => {
    streaming = true;
    const { id, facts } = ask({ entry, analyzers, stored: undefined });
    const told = facts.then((known) => known ?? []);
    const enough = (): boolean => dead || !asked.has(id);
    const pushed = (part: Uint8Array): Soon<void> => {
      for (let from = 0; from < part.length && !enough(); from += SLOT_BYTES) {
        const slot = free.pop();
        if (slot === undefined)
          return new Promise<void>((resolve) => {
            wake = resolve;
          }).then(() => pushed(part.subarray(from)));
        const bytes = Math.min(SLOT_BYTES, part.length - from);
        slotOf(slots, slot, bytes).set(part.subarray(from, from + bytes));
        tell({ kind: 'part', id, slot, bytes });
      }
      return undefined;
    };
    return {
      facts: told,
      get enough() {
        return enough();
      },
      push: pushed,
      over() {
        streaming = false;
        tell({ kind: 'over', id });
      },
    };
  };
  return {
    get waiting() {
      return asked.size;
    },
    get waitingBytes() {
      return waitingBytes;
    },
    get streaming() {
      return streaming;
    },
    get dead() {
      return dead;
    },
    read: (entry, analyzers, stored) => ask({ entry, analyzers, stored }).facts,
    follow,
    end: () => worker.terminate(),
  };
}
