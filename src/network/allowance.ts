import { PlimsollError } from '../errors.ts';

/** What all answers to one task may take together: a hundred servers that each stay within their bounds are too much. */
export interface Allowance {
  /** Counts bytes that came. Throws `limit` when they, or the time, are used up. */
  charge(bytes: number, where: string): void;
  /** Throws `limit` when the time is used up. */
  check(where: string): void;
  /** Milliseconds that are left of the time, at least one: who waits for an answer waits no longer. */
  left(): number;
}

/** Errors that say that an allowance is used up: whatever is asked next gets the same. */
const spent = new WeakSet<object>();

/** Whether an error says that all answers together took too long, or were too large. */
export const isSpent = (error: object): boolean => spent.has(error);

function usedUp(message: string, where: string): PlimsollError {
  const error = new PlimsollError('limit', message, { where });
  spent.add(error);
  return error;
}

/** An allowance of bytes, and of milliseconds that begin with its first use. */
export function createAllowance({ bytes, ms }: { readonly bytes: number; readonly ms: number }): Allowance {
  let leftBytes = bytes;
  let started: number | undefined;
  const check = (where: string): void => {
    started ??= performance.now();
    if (performance.now() - started > ms) throw usedUp(`all answers together took longer than ${ms / 1_000} s`, where);
  };
  return {
    check,
    left: () => Math.max(1, started === undefined ? ms : ms - (performance.now() - started)),
    charge(count, where) {
      check(where);
      leftBytes -= count;
      if (leftBytes < 0) throw usedUp(`all answers together are larger than ${bytes} bytes`, where);
    },
  };
}
