import type { Analyzer } from '../analyzers/analyzer.ts';
import type { Progress } from '../progress.ts';
import type { WorkClock } from '../work.ts';
import type { BodyPool } from './body-pool.ts';
import type { LayerCache } from './cache.ts';
import type { CodeSpool } from './code-spool.ts';

/** What reading an image is given. */
export interface ReadOptions {
  readonly analyzers: readonly Analyzer[];
  readonly cache: LayerCache;
  readonly progress: Progress;
  readonly signal?: AbortSignal | undefined;
  /** Threads that reading may use, this one included; by default `threadsWanted`. */
  readonly threads?: number | undefined;
  /** The command that will be asked about, in place of the image's own. */
  readonly command?: string | undefined;
  /** Where code of layers that pass by is kept, for those who will ask what can be loaded. Theirs to close. */
  readonly spool?: CodeSpool | undefined;
}

/** What is handed on while an image is read. */
export type LayerReading = ReadOptions & {
  readonly pool: BodyPool;
  readonly clock: WorkClock;
  /** Whether nothing says that the image starts what an analyzer of code concerns. */
  isRare(analyzer: Analyzer): boolean;
};
