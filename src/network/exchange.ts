import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { LIMITS } from '../limits.ts';

/** The head of an answer, and its body as it comes. */
export interface RawAnswer {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: RawBody;
}

/** The body of an answer. */
export interface RawBody {
  /** What has come since the last time, valid until it is asked again; undefined at the end. Throws what ended it too early, behind all that came before. */
  next(): Promise<Uint8Array | undefined>;
  /** Reads a rest of at most so many bytes, so that the connection can be used again; a longer one is cut off. */
  dump(limit: number): Promise<void>;
  /** Cuts it off. */
  destroy(): void;
}

/** Where so much waits for its reader, nothing more is read: what undici still holds of what it was given, 64 KiB or so, has room in the same memory. */
const AHEAD_BYTES = LIMITS.readChunkBytes / 2;

interface ExchangeOptions {
  readonly signal?: AbortSignal | undefined;
  /** Is told of each interim answer; what it throws ends the exchange. */
  readonly onInterim: () => void;
}

/**
 * Sends a request and resolves with the head of its answer. What comes of the body is copied as soon as undici shows it (`read-memory.ts` relies on that), into
 * memory that is used again: undici's own streams keep what they are shown, and the network would have to read into new memory each time.
 * Rejects with undici's and Node's own errors (`failure.ts` explains them), and with the reason of the signal.
 */
export function exchange(
  dispatcher: Dispatcher,
  request: Dispatcher.DispatchOptions,
  { signal, onInterim }: ExchangeOptions,
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | undefined;
    let body: Incoming | undefined;
    const interrupt = (): void => controller?.abort(signal?.reason);
    const fail = (error: unknown): void => {
      signal?.removeEventListener('abort', interrupt);
      if (body) body.fail(error);
      else reject(error);
      if (isStream(request.body)) request.body.on('error', () => {}).destroy();
    };
    signal?.addEventListener('abort', interrupt, { once: true });
    try {
      dispatcher.dispatch(request, {
        onRequestStart(started) {
          controller = started;
          if (signal?.aborted) interrupt();
        },
        onResponseStart(started, status, headers) {
          if (status < 200) return onInterim();
          // What a HEAD says of its length is that of another answer.
          body = incoming(started, request.method === 'HEAD' ? undefined : lengthOf(headers['content-length']));
          resolve({ status, headers: inOneLine(headers), body: body.raw });
        },
        onResponseData(_, chunk) {
          body?.take(chunk);
        },
        onResponseEnd() {
          signal?.removeEventListener('abort', interrupt);
          body?.end();
        },
        onResponseError(_, error) {
          fail(error);
        },
      });
    } catch (error) {
      fail(error);
    }
  });
}

const isStream = (body: unknown): body is Readable =>
  typeof body === 'object' && body !== null && 'destroy' in body && typeof body.destroy === 'function';

/** A header that comes several times is a list. https://www.rfc-editor.org/rfc/rfc9110#section-5.3 */
function inOneLine(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const lines: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) lines[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  }
  return lines;
}

/** What the answer says of its length; undefined where that is nothing or no number. */
function lengthOf(header: string | string[] | undefined): number | undefined {
  return typeof header === 'string' && /^\d{1,15}$/.test(header) ? Number(header) : undefined;
}

/** A body from the side of who fills it. */
interface Incoming {
  readonly raw: RawBody;
  take(chunk: Uint8Array): void;
  end(): void;
  fail(error: unknown): void;
}

/** Two memories in turn: one is filled while the other is read. Long because it is an object: its methods close over one state. */
function incoming(controller: Dispatcher.DispatchController, length: number | undefined): Incoming {
  const roomBytes = Math.min(length ?? LIMITS.readChunkBytes, LIMITS.readChunkBytes);
  let filling: Buffer | undefined;
  let filled = 0;
  let reading: Buffer | undefined;
  let isOver = false;
  let failure: { readonly error: unknown } | undefined;
  let wake: () => void = () => {};

  const over = (failed?: { readonly error: unknown }): void => {
    if (isOver) return;
    isOver = true;
    failure = failed;
    wake();
  };
  /** What is filled, and its reader's until the next call. */
  const turn = (): Uint8Array => {
    const full = filling as Buffer;
    const bytes = full.subarray(0, filled);
    filling = reading;
    reading = full;
    filled = 0;
    // Before it returns, undici may show what it held back.
    if (controller.paused) controller.resume();
    return bytes;
  };
  const next = async (): Promise<Uint8Array | undefined> => {
    for (;;) {
      if (filled > 0) return turn();
      if (failure) throw failure.error;
      if (isOver) return undefined;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  const destroy = (): void => {
    if (!isOver) controller.abort(new Error('the rest of the answer is not wanted'));
  };
  return {
    raw: {
      next,
      destroy,
      async dump(limit) {
        let left = limit;
        if ((length ?? 0) > limit) return destroy();
        for (let chunk = await next(); chunk && left >= chunk.length; chunk = await next()) left -= chunk.length;
        destroy();
      },
    },
    take(chunk) {
      filling ??= Buffer.allocUnsafe(Math.max(roomBytes, chunk.length));
      // Neither of what undici 7 shows at a time nor of a length that it lets pass: nothing is lost if that changes.
      if (filled + chunk.length > filling.length) {
        const larger = Buffer.allocUnsafe(Math.max(filled + chunk.length, 2 * filling.length));
        filling.copy(larger, 0, 0, filled);
        filling = larger;
      }
      filling.set(chunk, filled);
      filled += chunk.length;
      if (filled >= AHEAD_BYTES) controller.pause();
      wake();
    },
    end: () => over(),
    fail: (error) => over({ error }),
  };
}
