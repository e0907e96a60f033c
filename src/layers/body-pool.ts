import type { Analyzer } from '../analyzers/analyzer.ts';
import type { Entry } from '../model.ts';
import { type WorkClock, workClock } from '../work.ts';
import type { LayerFact } from './layer-index.ts';
import { type PassingBody, type PoolMember, startMember } from './pool-member.ts';
import { factsOfStored, storedWindow } from './stored-body.ts';

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
  /**
   * What the analyzers say of a body, some time later: threads take the largest first, and the rest waits. Before anyone waits for an
   * answer it has to `help`. Undefined where the caller has to read it: there are no threads, or nothing would be gained.
   */
  offer(job: StoredJob): Promise<readonly LayerFact[]> | undefined;
  /** The same for a body that is stored nowhere and passes by. */
  offerPassing(job: BodyJob): PassingBody | undefined;
  /** Reads on this thread, smallest first, what no other has begun, until nothing is left. */
  help(): Promise<void>;
  close(): Promise<void>;
}

/** Below this, telling a thread costs about what reading costs. */
export const POOLED_BYTES = 64 * 1024;
/** Starting a thread takes some 100 ms of a processor, as long as so much takes that has to be understood: an image with less is read before it has started. */
const WORTH_BYTES = 12 * 1024 * 1024;
/** What a byte counts of that: a plain Debian has fifty megabytes of programs to be looked through, in as many milliseconds. */
const weightOf = ({ effort }: Analyzer): number => (effort === undefined ? 1 : effort === 'scans' ? 1 / 8 : 0);
/** Bodies that pass by: behind so many others in a thread the layer would only wait. */
const AHEAD = 3;
/**
 * Threads for bodies that pass by: two for each of two large layers. A megabyte of libraries, which take longest, is read in 3 ms and comes out of zstd in 1.5,
 * out of gzip in 3; further threads would hold 20 MB each and wait.
 */
const MOST_FOLLOWING = 4;
/** Stored bodies a thread is given before it has told of the first: two at least, for this thread may be busy when it has read one. */
const AHEAD_STORED = { bodies: 32, bytes: 2 * 1024 * 1024 };
/** Bodies that wait for a thread; what comes then is read by the caller. */
const MOST_WAITING = 8_192;
/**
 * What threads hold is garbage soon, and little of it: one thread has three times as much room for it, which spares two processor seconds in a hundred; of seven each
 * would hold 5 MB more for nothing.
 */
const YOUNG_MB = 3;
const YOUNG_TOGETHER_MB = 9;
const SCRIPT = new URL('./body-thread.cjs', import.meta.url);

/** Keeps nobody waiting: for one thread, and for source text, which no thread can run. */
const NO_POOL: BodyPool = {
  offer: () => undefined,
  offerPassing: () => undefined,
  help: async () => {},
  close: async () => {},
};

/** A stored body that no thread has been given. */
interface Waiting {
  readonly job: StoredJob;
  settle(facts: readonly LayerFact[]): void;
  fail(error: unknown): void;
}

/** How a pool differs from the ordinary one. */
interface PoolOptions {
  /** What the threads run; by default what was compiled beside this file. */
  readonly script?: URL | undefined;
  /** What bodies that were offered weigh before the first thread is started, in bytes that have to be understood. */
  readonly worthBytes?: number;
  /** Of the image that is read; default: none, and each body has its own. */
  readonly clock?: WorkClock;
}

/**
 * A pool of `threads - 1` threads, each started when there is work for it. `known` are the analyzers that threads have.
 * Long because it is an object: its methods close over one state.
 */
export function bodyPool(
  threads: number,
  known: readonly Analyzer[],
  { script = scriptHere(), worthBytes = WORTH_BYTES, clock = workClock() }: PoolOptions = {},
): BodyPool {
  if (threads < 2 || script === undefined) return NO_POOL;
  const names = new Map(known.map((analyzer) => [analyzer.name, analyzer]));
  const members: PoolMember[] = [];
  const youngMb = Math.max(YOUNG_MB, Math.floor(YOUNG_TOGETHER_MB / (threads - 1)));
  /** By size: threads take from its end, this one from its beginning, so that none is left with a long one at the end. */
  const backlog: Waiting[] = [];
  let offered = 0;
  /** A thread with nothing to do, else a new one, else the one with the least that `takes` more; undefined where none does. */
  const free = (takes: (member: PoolMember) => boolean, most = threads - 1): PoolMember | undefined => {
    const alive = members.filter((member) => !member.dead && takes(member));
    const idle = alive.find(({ waiting }) => waiting === 0);
    if (idle) return idle;
    if (members.length < Math.min(most, threads - 1)) {
      const member = startMember(script, clock, youngMb);
      members.push(member);
      return member;
    }
    return alive.reduce<PoolMember | undefined>(
      (least, other) => (least && least.waiting <= other.waiting ? least : other),
      undefined,
    );
  };
  const isWorth = ({ entry, analyzers }: BodyJob): boolean => {
    // An analyzer of the caller's own exists on this side only.
    if (analyzers.some((analyzer) => names.get(analyzer.name) !== analyzer)) return false;
    offered += entry.size * Math.max(0, ...analyzers.map(weightOf));
    return offered >= worthBytes;
  };
  const named = ({ analyzers }: BodyJob): string[] => analyzers.map(({ name }) => name);
  const hand = (): void => {
    while (backlog.length > 0) {
      const member = free(takesStored);
      if (member === undefined) return;
      const { job, settle, fail } = backlog.pop() as Waiting;
      const { entry, file, offset } = job;
      void member
        .read(entry, named(job), { file, offset })
        .then((facts) => {
          if (facts !== undefined) return settle(facts);
          put(backlog, { job, settle, fail });
          // Nobody may be left to take it but this thread.
          void help();
        }, fail)
        .finally(hand);
    }
  };
  let helping: Promise<void> | undefined;
  const help = (): Promise<void> => {
    helping ??= (async () => {
      const window = storedWindow();
      for (let next = backlog.shift(); next; next = backlog.shift()) {
        await factsOfStored(next.job, next.job.analyzers, clock, window).then(next.settle, next.fail);
        // What threads have said is heard between two bodies.
        await new Promise<void>((resolve) => setImmediate(resolve));
      }
    })().finally(() => {
      helping = undefined;
    });
    return helping;
  };
  return {
    offer(job) {
      if (!isWorth(job) || backlog.length >= MOST_WAITING) return undefined;
      return new Promise((settle, fail) => {
        put(backlog, { job, settle, fail });
        hand();
      });
    },
    offerPassing(job) {
      if (!isWorth(job)) return undefined;
      const member = free(({ waiting, streaming }) => !streaming && waiting < AHEAD, MOST_FOLLOWING);
      return member?.follow(job.entry, named(job));
    },
    help,
    async close() {
      backlog.length = 0;
      await Promise.all(members.map((member) => member.end()));
    },
  };
}

const takesStored = ({ waiting, waitingBytes }: PoolMember): boolean =>
  waiting < 2 || (waiting < AHEAD_STORED.bodies && waitingBytes < AHEAD_STORED.bytes);

/** Into its place by size. */
function put(backlog: Waiting[], waiting: Waiting): void {
  let from = 0;
  for (let to = backlog.length; from < to; ) {
    const middle = (from + to) >> 1;
    if ((backlog[middle] as Waiting).job.entry.size <= waiting.job.entry.size) from = middle + 1;
    else to = middle;
  }
  backlog.splice(from, 0, waiting);
}

const scriptHere = (): URL | undefined => (import.meta.url.endsWith('.ts') ? undefined : SCRIPT);
