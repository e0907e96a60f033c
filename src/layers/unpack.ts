import type { Worker } from 'node:worker_threads';
import { asInternalError, type ErrorCode, PlimsollError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { decompressed, fileStream, metered } from './decompress.ts';
import { intoRooms } from './room.ts';

/** Stored bytes of a layer: a region of a file, or a stream of `size` bytes where its source knows that. */
export type StoredBytes =
  | { readonly kind: 'file'; readonly path: string; readonly offset: number; readonly length: number }
  | { readonly kind: 'stream'; readonly bytes: AsyncIterable<Uint8Array>; readonly size?: number };

type Algorithm = 'sha256' | 'sha512' | undefined;

/** A layer's uncompressed bytes, and what is known once they have passed by. */
export interface Unpacked {
  /** A chunk is valid until the next is asked for. */
  readonly stream: AsyncGenerator<Uint8Array>;
  /** Of the stored bytes. Known when `stream` has ended. */
  readonly stored: { readonly bytes: number; digest(): string | undefined };
  /** Digest of the uncompressed bytes. Known when `stream` has ended. */
  digest(): string | undefined;
}

/** What the thread is to do. */
export interface UnpackTask {
  /** Absent where the stored bytes come as messages. */
  readonly source?: { readonly path: string; readonly offset: number; readonly length: number };
  readonly where: string;
  readonly outer: Algorithm;
  readonly inner: Algorithm;
  readonly slots: SharedArrayBuffer;
  readonly slotBytes: number;
}

export type ToThread =
  | { readonly kind: 'chunk'; readonly bytes: Uint8Array }
  | { readonly kind: 'end' }
  | { readonly kind: 'free'; readonly slot: number };

export type FromThread =
  /** With the memory of the chunk, to be filled again. */
  | { readonly kind: 'taken'; readonly memory: ArrayBuffer }
  | { readonly kind: 'filled'; readonly slot: number; readonly bytes: number }
  | {
      readonly kind: 'done';
      readonly storedBytes: number;
      readonly outer: string | undefined;
      readonly inner: string | undefined;
    }
  | {
      readonly kind: 'failed';
      readonly code: ErrorCode;
      readonly message: string;
      readonly where: string | undefined;
      readonly hint: string | undefined;
    };

/** Below this a thread costs more than it saves: it takes some 40 ms to start. */
const THREAD_BYTES = 8 * 1024 * 1024;
const SLOTS = 4;
const SLOT_BYTES = 512 * 1024;
/** What it makes is garbage at once: a large nursery would only be filled. */
const YOUNG_MB = 4;
/** Chunks of a stream on their way to the thread. */
const AHEAD = 4;
const SCRIPT = new URL('./unpack-thread.cjs', import.meta.url);

/**
 * Decompresses and hashes a layer; a large one in a thread of its own, for on the main thread the analyzers have enough to do and
 * every buffer of zlib's would be one for its garbage collector.
 * The stream throws `corrupt` and `limit` as `decompressed` does, and whatever the stored bytes throw.
 */
export function unpacked(stored: StoredBytes, outer: Algorithm, inner: Algorithm, where: string): Unpacked {
  const size = stored.kind === 'file' ? stored.length : (stored.size ?? 0);
  // Source text is no script for a thread; only what was compiled is.
  if (size >= THREAD_BYTES && !import.meta.url.endsWith('.ts'))
    return unpackedInThread(stored, outer, inner, where, SCRIPT);
  const bytes = stored.kind === 'file' ? fileStream(stored.path, stored.offset, stored.length) : stored.bytes;
  const packed = metered(bytes, outer);
  const plain = metered(decompressed(packed.stream, where), inner);
  return { stream: plain.stream, stored: packed.meter, digest: () => plain.meter.digest() };
}

/** `unpacked` in a thread that runs this script. */
export function unpackedInThread(
  stored: StoredBytes,
  outer: Algorithm,
  inner: Algorithm,
  where: string,
  script: URL,
): Unpacked {
  let result: Extract<FromThread, { kind: 'done' }> | undefined;
  async function* stream(): AsyncGenerator<Uint8Array> {
    const slots = new SharedArrayBuffer(SLOTS * SLOT_BYTES);
    const source = stored.kind === 'file' ? stored : undefined;
    const task: UnpackTask = { ...(source ? { source } : {}), where, outer, inner, slots, slotBytes: SLOT_BYTES };
    // Flags such as --import are the main thread's own.
    const { Worker } = process.getBuiltinModule('node:worker_threads');
    const worker = new Worker(script, {
      workerData: task,
      execArgv: [],
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
    });
    const news = messages(worker);
    const tell: Tell = (message, given = []) => worker.postMessage(message, given);
    const feeding = stored.kind === 'stream' ? feeder(stored.bytes, tell, news.fail) : undefined;
    try {
      for (;;) {
        const message = await news.next();
        if (message.kind === 'taken') feeding?.taken(message.memory);
        else if (message.kind === 'filled') {
          yield new Uint8Array(slots, message.slot * SLOT_BYTES, message.bytes);
          tell({ kind: 'free', slot: message.slot });
        } else if (message.kind === 'failed') {
          const { code, where: place, hint } = message;
          throw new PlimsollError(code, message.message, {
            ...(place === undefined ? {} : { where: place }),
            ...(hint === undefined ? {} : { hint }),
          });
        } else {
          result = message;
          return;
        }
      }
    } finally {
      feeding?.stop();
      await worker.terminate();
    }
  }
  return {
    stream: stream(),
    stored: {
      get bytes() {
        return result?.storedBytes ?? 0;
      },
      digest: () => result?.outer,
    },
    digest: () => result?.inner,
  };
}

/** Why the thread came to an end of its own: memory that is not there and a part of the program that is missing are no defects. */
export function whyEnded(error: Error & { readonly code?: string }): PlimsollError {
  if (error.code === 'ERR_WORKER_OUT_OF_MEMORY')
    return new PlimsollError('limit', 'there is not enough memory to decompress a layer', {
      hint: 'give the process more',
      cause: error,
    });
  if (error.code === 'MODULE_NOT_FOUND' || error.code === 'PROGRAM_DAMAGED')
    return new PlimsollError('io', 'a part of this program is missing or damaged', {
      where: 'unpack-thread.cjs',
      hint: 'install Plimsoll again',
      cause: error,
    });
  return asInternalError(error, 'a layer');
}

/** What a thread says, one after the other; its death and `fail` come as errors. */
function messages(worker: Worker): { next(): Promise<FromThread>; fail(error: unknown): void } {
  const waiting: FromThread[] = [];
  let failure: { readonly error: unknown } | undefined;
  let wake: () => void = () => {};
  const fail = (error: unknown): void => {
    failure ??= { error };
    wake();
  };
  worker.on('message', (message: FromThread) => {
    waiting.push(message);
    wake();
  });
  worker.on('error', (error) => fail(whyEnded(error)));
  worker.on('exit', () => fail(whyEnded(new Error('the thread that decompresses ended'))));
  return {
    async next() {
      for (;;) {
        const message = waiting.shift();
        if (message) return message;
        if (failure) throw failure.error;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    fail,
  };
}

/** Sends a message; `given` is the thread's from then on, and not copied. */
type Tell = (message: ToThread, given?: readonly ArrayBuffer[]) => void;

/** Chunks come over a network as small as its packets, or as large as their source likes: gathered, so that the thread is not woken for each. */
const gathered = (bytes: AsyncIterable<Uint8Array>, spare: ArrayBuffer[]): AsyncGenerator<Uint8Array> =>
  intoRooms(bytes, () => new Uint8Array(spare.pop() ?? new ArrayBuffer(LIMITS.readChunkBytes)));

/** Hands a stream over, a few chunks ahead of what the thread has taken. */
function feeder(
  bytes: AsyncIterable<Uint8Array>,
  tell: Tell,
  fail: (error: unknown) => void,
): { taken(memory: ArrayBuffer): void; stop(): void } {
  const source = bytes[Symbol.asyncIterator]();
  /** A download would leave hundreds of megabytes to the garbage collector otherwise. */
  const spare: ArrayBuffer[] = [];
  const iterator = gathered({ [Symbol.asyncIterator]: () => source }, spare);
  let credit = AHEAD;
  let stopped = false;
  let wake: () => void = () => {};
  const pump = async (): Promise<void> => {
    while (!stopped) {
      const next = await iterator.next();
      if (stopped) return;
      if (next.done) return tell({ kind: 'end' });
      while (credit === 0 && !stopped) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      if (stopped) return;
      credit -= 1;
      tell({ kind: 'chunk', bytes: next.value }, [next.value.buffer as ArrayBuffer]);
    }
  };
  void pump().catch(fail);
  return {
    taken(memory) {
      spare.push(memory);
      credit += 1;
      wake();
    },
    stop() {
      stopped = true;
      wake();
      // Not waited for: a source that hangs would keep us.
      void Promise.resolve(source.return?.()).catch(() => {});
    },
  };
}
