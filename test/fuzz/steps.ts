/** Counts what a piece of work does: blocks of our code that V8 ran, which is the same on every machine. */
import { Session } from 'node:inspector';

interface Taken {
  readonly result: readonly {
    readonly url: string;
    readonly functions: readonly { readonly ranges: readonly { readonly count: number }[] }[];
  }[];
}

export interface StepCounter {
  /** Steps since the last call. */
  take(): number;
  close(): void;
}

/** Begins to count in the scripts whose address holds `within`. */
export function countSteps(within: string): StepCounter {
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  return {
    take() {
      let steps = 0;
      // Answers of a session in the same thread come before `post` returns.
      session.post('Profiler.takePreciseCoverage', (_, taken) => {
        for (const { url, functions } of (taken as unknown as Taken).result)
          if (url.includes(within)) for (const { ranges } of functions) for (const { count } of ranges) steps += count;
      });
      return steps;
    },
    close: () => session.disconnect(),
  };
}
