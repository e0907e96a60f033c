import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Analyzer } from '../analyzers/analyzer.ts';
import { type ErrorCode, PlimsollError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import type { Entry } from '../model.ts';
import type { WorkClock } from '../work.ts';
import type { LayerFact } from './layer-index.ts';

/** A body that can be read where it is stored, and who wants it. */
interface BodyJob {
  /** File of this machine, and where in it the body begins. */
  readonly file: string;
  readonly offset: number;
  readonly entry: Entry;
  readonly analyzers: readonly Analyzer[];
}

/** Threads that show large bodies to analyzers, while the main one goes on with the layer. */
export interface BodyPool {
  /** What the analyzers say of a body; undefined where all threads have enough to do: then the caller reads it. */
  offer(job: BodyJob): Promise<readonly LayerFact[]> | undefined;
  close(): Promise<void>;
}

/** To the thread: analyzers go by their names. */
export interface BodyRequest {
  readonly id: number;
  readonly file: string;
  readonly offset: number;
  readonly entry: Entry;
  readonly analyzers: readonly string[];
  /** Milliseconds that readers may still take for the image. */
  readonly leftMs: number;
}

/** From the thread. */
export type BodyAnswer =
  | (AnswerHead & { readonly facts: readonly LayerFact[] })
  | (AnswerHead & {
      readonly failed: { code: ErrorCode; message: string; where: string | undefined; hint: string | undefined };
    });

interface AnswerHead {
  readonly id: number;
  /** What it took, and whether something was cut for want of time. */
  readonly ms: number;
  readonly cut: boolean;
}

/** Below this, telling a thread costs about what reading costs. */
export const POOLED_BYTES = 64 * 1024;
/** Starting a thread takes some 100 ms of a processor: an image with less in large bodies is read before it has started. */
const WORTH_BYTES = 24 * 1024 * 1024;
/** Bodies a thread is given before it has told of the first. */
const AHEAD = 3;
const MOST_THREADS = 8;
/** Threads hold little: a small nursery keeps what all of them take together small. */
const YOUNG_MB = 8;
const SCRIPT = new URL('./body-thread.js', import.meta.url);

/** How many threads reading may use, the main one included: `PLIMSOLL_THREADS`, else one for each processor. */
export function threadsWanted(environment: NodeJS.ProcessEnv = process.env): number {
  const said = environment.PLIMSOLL_THREADS;
  const count = said !== undefined && /^\d{1,3}$/.test(said) ? Number(said) : availableParallelism();
  return Math.max(1, Math.min(count, MOST_THREADS));
}

/** Keeps nobody waiting: for one thread, and for source text, which no thread can run. */
const NO_POOL: BodyPool = { offer: () => undefined, close: async () => {} };

/** How a pool differs from the ordinary one. */
interface PoolOptions {
  /** What the threads run; by default what was compiled beside this file. */
  readonly script?: URL | undefined;
  /** Bytes of bodies offered before the first thread is started. */
  readonly worthBytes?: number;
  /** Of the image that is read; default: one of its own. */
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
  const members: Member[] = [];
  let ids = 0;
  let offered = 0;
  /** A thread with nothing to do, else a new one, else the one with the least; undefined where all have enough. */
  const free = (): Member | undefined => {
    const alive = members.filter(({ dead }) => !dead);
    const idle = alive.find(({ waiting }) => waiting.size === 0);
    if (idle) return idle;
    if (members.length < threads - 1) {
      const member = startMember(script, clock);
      members.push(member);
      return member;
    }
    return alive
      .filter(({ waiting }) => waiting.size < AHEAD)
      .reduce<Member | undefined>(
        (least, other) => (least && least.waiting.size <= other.waiting.size ? least : other),
        undefined,
      );
  };
  return {
    offer({ file, offset, entry, analyzers }) {
      // An analyzer of the caller's own exists on this side only.
      if (analyzers.some((analyzer) => names.get(analyzer.name) !== analyzer)) return undefined;
      offered += entry.size;
      const member = offered < worthBytes ? undefined : free();
      if (!member) return undefined;
      ids += 1;
      const leftMs = clock?.left ?? LIMITS.imageReadingMs;
      return member.ask({ id: ids, file, offset, entry, analyzers: analyzers.map(({ name }) => name), leftMs });
    },
    async close() {
      await Promise.all(members.map(({ worker }) => worker.terminate()));
    },
  };
}

const scriptHere = (): URL | undefined => (import.meta.url.endsWith('.ts') ? undefined : SCRIPT);

interface Member {
  readonly worker: Worker;
  readonly waiting: Map<
    number,
    { settle(facts: readonly LayerFact[]): void; fail(error: unknown): void; path: string }
  >;
  dead: boolean;
  ask(request: BodyRequest): Promise<readonly LayerFact[]>;
}

function startMember(script: URL, clock: WorkClock | undefined): Member {
  const worker = new Worker(script, { execArgv: [], resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB } });
  // It ends with the program, whoever forgets it.
  worker.unref();
  const member: Member = {
    worker,
    waiting: new Map(),
    dead: false,
    ask(request) {
      worker.ref();
      return new Promise((settle, fail) => {
        member.waiting.set(request.id, { settle, fail, path: request.entry.path });
        worker.postMessage(request);
      });
    },
  };
  worker.on('message', (answer: BodyAnswer) => {
    const asked = member.waiting.get(answer.id);
    member.waiting.delete(answer.id);
    if (member.waiting.size === 0) worker.unref();
    clock?.charge(answer.ms, answer.cut);
    if (!asked) return;
    if ('facts' in answer) return asked.settle(answer.facts);
    const { code, message, where, hint } = answer.failed;
    asked.fail(
      new PlimsollError(code, message, { ...(where !== undefined && { where }), ...(hint !== undefined && { hint }) }),
    );
  });
  // A thread that dies takes with it what it was reading, not the scan.
  const died = (why: string): void => {
    member.dead = true;
    for (const { settle, path } of member.waiting.values())
      settle([
        { path, analyzer: 'layers', fact: { kind: 'unknown', reason: `the thread that read it ended: ${why}` } },
      ]);
    member.waiting.clear();
  };
  worker.on('error', (error) => died(error.message));
  worker.on('exit', (code) => died(`exit ${code}`));
  return member;
}
