/**
 * A forward-only cursor over a body of any size. A format reader is a generator that takes what it needs from the
 * cursor and yields when it has to wait for more bytes; nothing before `at` is kept. Skipped ranges are handed to the
 * source as hints, so that one that can seek never reads them.
 */
export interface Cursor {
  /** Bytes at hand; the unread ones lie in [at, end). They are valid until the next `yield`. */
  bytes: Buffer;
  at: number;
  /** Index in `bytes` where the readable part ends: the end of what is at hand, or of the window. */
  end: number;
  /** Offset in the body of `bytes[0]`. */
  start: number;
  /** Offset in the body where the current window ends; `Infinity` when unknown. See `within`. */
  limit: number;
  /** No more bytes will come. */
  ended: boolean;
}

/** Yields how many bytes after those at hand are not needed; returns a result. */
export type Steps<Result> = Generator<number, Result, void>;

/** The body ended before the structure did. */
export class Truncated extends Error {
  constructor(what: string) {
    super(`${what} is cut short`);
    this.name = 'Truncated';
  }
}

/** Offset in the body of the next unread byte. */
export const position = (cursor: Cursor): number => cursor.start + cursor.at;

/** Bytes of the window that are left; `Infinity` when the end is unknown. */
export const remaining = (cursor: Cursor): number => cursor.limit - position(cursor);

/** True once `count` bytes are at hand; false when the window ends before. */
export function* fill(cursor: Cursor, count: number): Steps<boolean> {
  while (cursor.end - cursor.at < count) {
    if (cursor.ended || cursor.start + cursor.at + count > cursor.limit) return false;
    yield 0;
  }
  return true;
}

/** The next `count` bytes, valid until the next `yield`. Throws `Truncated`; `what` names the structure. */
export function* take(cursor: Cursor, count: number, what: string): Steps<Buffer> {
  if (cursor.end - cursor.at < count && !(yield* fill(cursor, count))) throw new Truncated(what);
  const bytes = cursor.bytes.subarray(cursor.at, cursor.at + count);
  cursor.at += count;
  return bytes;
}

/** Passes over `count` bytes; false when the window ends before, which is where the cursor then stands. */
export function* skip(cursor: Cursor, count: number): Steps<boolean> {
  const target = Math.min(position(cursor) + count, cursor.limit);
  const short = target < position(cursor) + count;
  for (;;) {
    const missing = target - cursor.start - cursor.end;
    if (missing <= 0) {
      cursor.at = target - cursor.start;
      return !short;
    }
    cursor.at = cursor.end;
    if (cursor.ended) return false;
    yield missing;
  }
}

/** Runs `steps` on the next `count` bytes as if they were the whole body, then stands behind them whatever was read. */
export function* within<Result>(cursor: Cursor, count: number, steps: () => Steps<Result>): Steps<Result> {
  const outer = cursor.limit;
  const target = position(cursor) + count;
  setLimit(cursor, Math.min(outer, target));
  let result: Result;
  try {
    result = yield* steps();
  } finally {
    setLimit(cursor, outer);
  }
  if (target > position(cursor)) yield* skip(cursor, target - position(cursor));
  return result;
}

/** Copies up to `count` of the next bytes without passing over them. */
export function* peek(cursor: Cursor, count: number): Steps<Buffer> {
  yield* fill(cursor, Math.min(count, remaining(cursor)));
  return Buffer.from(cursor.bytes.subarray(cursor.at, Math.min(cursor.end, cursor.at + count)));
}

function setLimit(cursor: Cursor, limit: number): void {
  cursor.limit = limit;
  cursor.end = Math.max(cursor.at, Math.min(cursor.bytes.length, limit - cursor.start));
}

/** A reader at work: bytes are pushed into it front to back. */
export interface Drive<Result> {
  /** Takes the chunk at `offset`; returns how many of the following bytes it does not need, `Infinity`: no more. */
  push(chunk: Buffer, offset: number): number;
  /** The body is over. */
  end(): Result;
}

/** Starts a reader. `size` is the body's length where it is known. What the reader throws comes out of `push` or `end`. */
export function drive<Result>(run: (cursor: Cursor) => Steps<Result>, size = Number.POSITIVE_INFINITY): Drive<Result> {
  const cursor: Cursor = { bytes: Buffer.alloc(0), at: 0, end: 0, start: 0, limit: size, ended: false };
  const steps = run(cursor);
  let step: IteratorResult<number, Result> | undefined;
  /** Offset of the next byte that is needed. */
  let next = 0;
  const resume = (): number => {
    step = steps.next();
    if (step.done) {
      cursor.bytes = Buffer.alloc(0);
      return Number.POSITIVE_INFINITY;
    }
    const reached = cursor.start + cursor.bytes.length;
    // The chunk belongs to the source: what is left of it is copied.
    cursor.bytes = Buffer.from(cursor.bytes.subarray(cursor.at));
    cursor.start += cursor.at;
    cursor.at = 0;
    cursor.end = Math.max(0, Math.min(cursor.bytes.length, cursor.limit - cursor.start));
    next = reached + step.value;
    return step.value;
  };
  return {
    push(chunk, offset) {
      if (step?.done) return Number.POSITIVE_INFINITY;
      if (step === undefined) resume();
      if (step?.done) return Number.POSITIVE_INFINITY;
      if (offset + chunk.length <= next) return next - offset - chunk.length;
      const wanted = offset < next ? chunk.subarray(next - offset) : chunk;
      accept(cursor, wanted, Math.max(offset, next));
      return resume();
    },
    end() {
      cursor.ended = true;
      // `fill` and `skip` never wait after the end, so a reader gets there in one go or two.
      for (let rounds = 0; !step?.done; rounds += 1) {
        if (rounds > 2) throw new Error('a reader waits for bytes after the end');
        resume();
      }
      return step.value;
    },
  };
}

function accept(cursor: Cursor, chunk: Buffer, offset: number): void {
  if (cursor.bytes.length > 0) cursor.bytes = Buffer.concat([cursor.bytes, chunk]);
  else {
    cursor.bytes = chunk;
    cursor.start = offset;
  }
  cursor.end = Math.max(cursor.at, Math.min(cursor.bytes.length, cursor.limit - cursor.start));
}

/** Runs a reader over a buffer that holds the whole body. */
export function readWhole<Result>(bytes: Buffer, run: (cursor: Cursor) => Steps<Result>): Result {
  const reader = drive(run, bytes.length);
  reader.push(bytes, 0);
  return reader.end();
}
