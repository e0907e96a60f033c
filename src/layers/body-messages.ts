import type { ErrorCode } from '../errors.ts';
import type { Entry } from '../model.ts';
import type { LayerFact } from './layer-index.ts';

/** What `body-pool.ts` and `body-thread.ts` say to each other. */

/** To the thread: analyzers go by their names. A body lies in a file of this machine, or comes in slots of shared memory. */
export interface BodyRequest {
  readonly kind: 'body';
  readonly id: number;
  readonly stored: { readonly file: string; readonly offset: number } | undefined;
  readonly entry: Entry;
  readonly analyzers: readonly string[];
  /** Milliseconds that readers may still take for the image. */
  readonly leftMs: number;
  /** The moment after which nothing of the image is read any more: a body may wait long for its turn. */
  readonly deadline: number | undefined;
}

export type ToBodyThread =
  | BodyRequest
  | { readonly kind: 'part'; readonly id: number; readonly slot: number; readonly bytes: number }
  /** There will be no more parts: all have been sent, or their source failed. */
  | { readonly kind: 'over'; readonly id: number };

/** From the thread. */
export type FromBodyThread =
  | { readonly kind: 'free'; readonly slot: number }
  | (AnswerHead & { readonly kind: 'facts'; readonly facts: readonly LayerFact[] })
  | (AnswerHead & {
      readonly kind: 'failed';
      readonly failed: { code: ErrorCode; message: string; where: string | undefined; hint: string | undefined };
    });

interface AnswerHead {
  readonly id: number;
  /** What it took, and whether something was cut for want of time. */
  readonly ms: number;
  readonly cut: boolean;
}

/** Memory through which bodies come that are stored nowhere: what the pool gives a thread. */
export interface Slots {
  readonly memory: SharedArrayBuffer;
  readonly slotBytes: number;
}

/** The bytes of a slot. */
export const slotOf = ({ memory, slotBytes }: Slots, slot: number, bytes: number): Uint8Array =>
  new Uint8Array(memory, slot * slotBytes, bytes);
