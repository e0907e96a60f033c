/** Something that was read, or why it could not be: on a host without root or without an Engine, absence is a result. */
export type Reading<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly why: Missed; readonly reason: string };

/** `absent`: it does not exist; `denied`: no permission; `broken`: it is there and makes no sense; `not-read`: nobody asked for it to be read. */
export type Missed = 'absent' | 'denied' | 'broken' | 'not-read';

/** What was read. */
export const got = <T>(value: T): Reading<T> => ({ ok: true, value });

/** Why it was not. */
export const missed = (why: Missed, reason: string): Reading<never> => ({
  ok: false,
  why,
  reason,
});

/** The same failure, or the value changed. What `change` throws makes it `broken`. */
export function mapped<T, U>(reading: Reading<T>, change: (value: T) => U): Reading<U> {
  if (!reading.ok) return reading;
  try {
    return got(change(reading.value));
  } catch (error) {
    return missed('broken', error instanceof Error ? error.message : String(error));
  }
}
