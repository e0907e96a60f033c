import { setTimeout as sleepFor } from 'node:timers/promises';
import { LIMITS } from '../limits.ts';

const RETRIED = new Set([429, 500, 502, 503, 504]);

/** Answers that another attempt may change. */
export const isRetried = (status: number): boolean => RETRIED.has(status);

/**
 * Milliseconds that a `Retry-After` header asks for (seconds or an HTTP date), undefined when there is none that can be read.
 * https://www.rfc-editor.org/rfc/rfc9110.html#field.retry-after
 */
export function retryAfter(header: string | undefined, now: number): number | undefined {
  const text = header?.trim();
  if (!text) return undefined;
  if (/^\d+$/.test(text)) return Number(text) * 1_000;
  const date = /[a-z]{3}/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/**
 * Milliseconds before the next attempt, where `attempt` have been made; undefined: do not try again, because the
 * attempts are used up or the server asks for more patience than `LIMITS.retryAfterMs`. Waits double, with jitter over
 * their upper half, so that many clients that failed together do not come back together.
 */
export function backOff(
  attempt: number,
  options: { after?: number | undefined; base: number; attempts: number; random: () => number },
): number | undefined {
  if (attempt >= options.attempts) return undefined;
  const wait = options.base * 2 ** (attempt - 1) * (0.5 + options.random() / 2);
  if (options.after === undefined) return wait;
  return options.after > LIMITS.retryAfterMs ? undefined : Math.max(options.after, wait);
}

/** Waits; an abort ends the wait with the signal's reason. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  await sleepFor(ms, undefined, signal ? { signal } : undefined);
}
