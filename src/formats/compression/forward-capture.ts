import type { WindowView } from './sliding-window.ts';

/** Keeps the bytes of a file from an offset on, as views pass by, up to a length or to a gap. */
export interface ForwardCapture {
  feed(view: WindowView): void;
  /** Raises how much is wanted. */
  extend(length: number): void;
  /** True when all wanted bytes are there, or nothing more will come. */
  readonly done: boolean;
  /** True when the bytes that are wanted were passed over. */
  readonly broken: boolean;
  bytes(): Buffer;
}

/** See `ForwardCapture`; `start` may lie ahead of what has passed. Copies, since views are valid only during the call. */
export function forwardCapture(start: number, length: number): ForwardCapture {
  const parts: Buffer[] = [];
  let held = 0;
  let wanted = length;
  let broken = false;
  return {
    get done() {
      return broken || held >= wanted;
    },
    get broken() {
      return broken;
    },
    extend(more) {
      wanted = Math.max(wanted, more);
    },
    feed({ bytes, start: viewStart }) {
      const from = start + held - viewStart;
      if (held >= wanted || broken || from >= bytes.length) return;
      if (from < 0) {
        broken = true; // skipped over, or already past
        return;
      }
      const part = Buffer.from(bytes.subarray(from, from + wanted - held));
      parts.push(part);
      held += part.length;
    },
    bytes: () => (parts.length === 1 ? parts[0]! : Buffer.concat(parts)),
  };
}
