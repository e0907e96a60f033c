import { type Progress, silent } from '../progress.ts';

/** What work gets from the world around it: settings, somebody to tell how it goes, and the word to stop. */
export interface Surroundings {
  /** `PLIMSOLL_HOME`, proxies, registries' credentials, the Engine's address: whatever a command line would find there. */
  readonly environment: NodeJS.ProcessEnv;
  readonly progress: Progress;
  /** Once aborted, work ends with `interrupted`. */
  readonly signal: AbortSignal;
}

/** Those of a library that says nothing else: this process' environment, no progress, no end before the end. */
export function surroundings(given: Partial<Surroundings> = {}): Surroundings {
  return {
    environment: given.environment ?? process.env,
    progress: given.progress ?? silent,
    signal: given.signal ?? new AbortController().signal,
  };
}
