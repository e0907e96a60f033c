import type { Progress } from '../progress.ts';

/** Milliseconds between two lines on the same task. */
const JSON_INTERVAL = 1_000;

/**
 * Progress for programs: one JSON object on each line. `event` is `begin`, `progress`, `end` or `message`; a task keeps its `id`, `amount` and `total`
 * are in `unit`, `time` is ISO 8601. What is between two lines of a second is not told.
 */
export function jsonProgress(
  stream: { write(text: string): unknown },
  now: () => number = Date.now,
): Progress & { close(): void } {
  let last = 0;
  const tell = (facts: Readonly<Record<string, unknown>>): void =>
    void stream.write(`${JSON.stringify({ time: new Date(now()).toISOString(), ...facts })}\n`);
  return {
    task(label, { total, unit } = {}) {
      last += 1;
      const id = last;
      let [amount, whole, told] = [0, total, now()];
      const state = (): Readonly<Record<string, unknown>> => ({
        id,
        task: label,
        amount,
        ...(whole === undefined ? {} : { total: whole }),
        ...(unit === undefined ? {} : { unit }),
      });
      tell({ event: 'begin', ...state() });
      const changed = (): void => {
        if (now() - told < JSON_INTERVAL) return;
        told = now();
        tell({ event: 'progress', ...state() });
      };
      return {
        add(more) {
          amount += more;
          changed();
        },
        total(more) {
          whole = more;
          changed();
        },
        done: (note) => tell({ event: 'end', ...state(), ...(note === undefined ? {} : { note }) }),
      };
    },
    say: (message) => tell({ event: 'message', message }),
    close() {},
  };
}
