import type { Analyzer } from '../analyzers/analyzer.ts';
import type { Entry } from '../model.ts';
import type { WorkClock } from '../work.ts';
import type { LayerFact } from './layer-index.ts';
import { type PassingBody, type PoolMember, startMember } from './pool-member.ts';

/** A body, and who wants it. */
interface BodyJob {
  readonly entry: Entry;
  readonly analyzers: readonly Analyzer[];
}

/** A body that can be read where it is stored: in a file of this machine, from there on. */
interface StoredJob extends BodyJob {
  readonly file: string;
  readonly offset: number;
}

/** Threads that show large bodies to analyzers, while the main one goes on with the layer. */
export interface BodyPool {
  /** What the analyzers say of a body; undefined where all threads have enough to do: then the caller reads it. */
  offer(job: StoredJob): Promise<readonly LayerFact[]> | undefined;
  /** The same for a body that is stored nowhere and passes by. */
  offerPassing(job: BodyJob): PassingBody | undefined;
  close(): Promise<void>;
}

/** Below this, telling a thread costs about what reading costs. */
export const POOLED_BYTES = 64 * 1024;
/** Starting a thread takes some 100 ms of a processor: an image with less in large bodies is read before it has started. */
const WORTH_BYTES = 24 * 1024 * 1024;
/** Bodies a thread is given before it has told of the first. */
const AHEAD = 3;
const SCRIPT = new URL('./body-thread.js', import.meta.url);

/** Keeps nobody waiting: for one thread, and for source text, which no thread can run. */
const NO_POOL: BodyPool = { offer: () => undefined, offerPassing: () => undefined, close: async () => {} };

/** How a pool differs from the ordinary one. */
interface PoolOptions {
  /** What the threads run; by default what was compiled beside this file. */
  readonly script?: URL | undefined;
  /** Bytes of bodies offered before the first thread is started. */
  readonly worthBytes?: number;
  /** Of the image that is read; default: none, and each body has its own. */
  readonly clock?: WorkClock;
}

/** A pool of `threads - 1` threads, each started when there is work for it. `known` are the analyzers that threads have. */
export function bodyPool(
  threads: number,
  known: readonly Analyzer[],
  { script = scriptHere(), worthBytes = WORTH_BYTES, clock }: PoolOptions = {},
): BodyPool {
  if (threads < 2 || script === undefined) return NO_POOL;
  const names = new Map(known.map((analyzer) => [analyzer.name, analyzer]));
  const members: PoolMember[] = [];
  let offered = 0;
  /** A thread with nothing to do, else a new one, else the one with the least; undefined where all have enough. */
  const free = (passing: boolean): PoolMember | undefined => {
    const alive = members.filter(({ dead, streaming }) => !dead && !(passing && streaming));
    const idle = alive.find(({ waiting }) => waiting === 0);
    if (idle) return idle;
    if (members.length < threads - 1) {
      const member = startMember(script, clock);
      members.push(member);
      return member;
    }
    return alive
      .filter(({ waiting }) => waiting < AHEAD)
      .reduce<PoolMember | undefined>(
        (least, other) => (least && least.waiting <= other.waiting ? least : other),
        undefined,
      );
  };
  const taker = ({ entry, analyzers }: BodyJob, passing: boolean): PoolMember | undefined => {
    // An analyzer of the caller's own exists on this side only.
    if (analyzers.some((analyzer) => names.get(analyzer.name) !== analyzer)) return undefined;
    offered += entry.size;
    return offered < worthBytes ? undefined : free(passing);
  };
  const named = ({ analyzers }: BodyJob): string[] => analyzers.map(({ name }) => name);
  return {
    offer: (job) => taker(job, false)?.read(job.entry, named(job), { file: job.file, offset: job.offset }),
    offerPassing: (job) => taker(job, true)?.follow(job.entry, named(job)),
    async close() {
      await Promise.all(members.map((member) => member.end()));
    },
  };
}

const scriptHere = (): URL | undefined => (import.meta.url.endsWith('.ts') ? undefined : SCRIPT);
