import { availableParallelism } from 'node:os';

const MOST_THREADS = 8;

let said: number | undefined;

/** Settles for this process how many threads read an image, the main one included: `--threads`. */
export function useThreads(count: number): void {
  said = Math.max(1, Math.min(count, MOST_THREADS));
}

/** How many threads reading may use: as settled, else as `PLIMSOLL_THREADS` says (a library's caller settles nothing), else one for each processor. */
export function threadsWanted(environment: NodeJS.ProcessEnv = process.env): number {
  if (said !== undefined) return said;
  const text = environment.PLIMSOLL_THREADS;
  const count = text !== undefined && /^\d{1,3}$/.test(text) ? Number(text) : availableParallelism();
  return Math.max(1, Math.min(count, MOST_THREADS));
}
