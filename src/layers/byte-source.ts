import { closeSync, openSync, readSync } from 'node:fs';
import { TAR_BLOCK } from '../formats/archives/index.ts';
import { LIMITS } from '../limits.ts';

/** A value now, or later: the seeking source answers at once, and sixty thousand needless promises are worth saving. */
export type Soon<T> = T | Promise<T>;

/** Bytes that are read once, front to back. Buffers handed out are valid until the next call. */
export interface ByteSource {
  /** Bytes taken or skipped so far. */
  readonly position: number;
  /** Exactly `count` bytes, or fewer at the end. `count` must be small: it is a header or an extension. */
  take(count: number): Soon<Buffer>;
  /** The next bytes that are at hand, at least one and at most `max`; empty at the end. */
  chunk(max: number): Soon<Buffer>;
  /**
   * `count` bytes from a place on that has been passed, without moving on; undefined where they are not all there. Only of a source that can seek:
   * others do not have it.
   */
  again?(from: number, count: number): Buffer | undefined;
  /** Passes over bytes; returns how many there were to pass over, fewer at the end. */
  skip(count: number): Soon<number>;
  close(): void;
}

const EMPTY: Buffer = Buffer.alloc(0);
/**
 * What is read at once where less is asked for: behind a jump a header and the first bytes of its file, for the next one is likely to be as far, and
 * more each time that it was too little. What was read along of a body that is asked for later is read twice.
 */
const AHEAD = 32 * 1024;
const BEHIND_JUMP = TAR_BLOCK + LIMITS.magicBytes;
/** What is asked for again is a body: the header behind it and the first bytes of the next are read along. */
const NEXT_HEADER = 2 * 1024;

/**
 * Bytes of a region of a file, by its path or as it was opened: then it is closed with the source. Skipping is seeking: bodies nobody wants are never read. `memory` is what it reads into: one that is given
 * is its own until it is closed. `stays`: who opened the file closes it.
 * Long because it is an object: its methods close over one state.
 */
export function fileSource(
  from: string | number,
  offset: number,
  length: number,
  memory: Buffer | number = AHEAD,
  stays = false,
): ByteSource {
  const file = typeof from === 'number' ? from : openSync(from, 'r');
  let window: Buffer = typeof memory === 'number' ? Buffer.allocUnsafe(memory) : memory;
  let windowStart = 0;
  let windowEnd = 0;
  let position = 0;
  // As behind a jump: nobody knows yet whether one comes.
  let ahead = BEHIND_JUMP / 2;
  const load = (count: number): void => {
    ahead = position > windowEnd ? BEHIND_JUMP : Math.min(AHEAD, ahead * 2);
    // Not as much as was once asked for: between two headers there may be a body that nobody wants.
    fill(position, Math.max(count, Math.min(window.length, ahead)));
  };
  const fill = (from: number, count: number): void => {
    // What of it is at hand already is not read again.
    const kept = from >= windowStart && from < windowEnd ? windowEnd - from : 0;
    const before = window;
    if (count > window.length) window = Buffer.allocUnsafe(count);
    if (kept > 0) before.copy(window, 0, from - windowStart, windowEnd - windowStart);
    windowStart = from;
    windowEnd = from + kept;
    const wanted = Math.min(count, length - from);
    while (windowEnd - windowStart < wanted) {
      const got = readSync(
        file,
        window,
        windowEnd - windowStart,
        wanted - (windowEnd - windowStart),
        offset + windowEnd,
      );
      if (got === 0) break;
      windowEnd += got;
    }
  };
  const slice = (count: number): Buffer => {
    const start = position - windowStart;
    const out = window.subarray(start, Math.min(start + count, windowEnd - windowStart));
    position += out.length;
    return out;
  };
  return {
    get position() {
      return position;
    },
    take(count) {
      if (position + count > windowEnd || position < windowStart) load(count);
      return slice(count);
    },
    chunk(max) {
      const isAtHand = position >= windowStart && position < windowEnd;
      // The first bytes of a file are wanted in one piece, and what is at hand of them lies in front.
      const isCut = max <= LIMITS.magicBytes && windowEnd - position < Math.min(max, length - position);
      if (!isAtHand || isCut) load(Math.min(max, LIMITS.readChunkBytes));
      return slice(max);
    },
    again(from, count) {
      if (from < windowStart || from + count > windowEnd) fill(from, count + NEXT_HEADER);
      return from + count > windowEnd ? undefined : window.subarray(from - windowStart, from - windowStart + count);
    },
    skip(count) {
      const passed = Math.min(count, length - position);
      position += passed;
      return passed;
    },
    close() {
      if (!stays) closeSync(file);
    },
  };
}

/** Bytes of a stream, whose chunks need be valid only until the next is asked for. Skipping still reads them. */
export function streamSource(bytes: AsyncIterable<Uint8Array>): ByteSource {
  const iterator = bytes[Symbol.asyncIterator]();
  let current: Buffer = EMPTY;
  let at = 0;
  let position = 0;
  let ended = false;
  const refill = async (): Promise<boolean> => {
    while (!ended) {
      const next = await iterator.next();
      if (next.done) ended = true;
      else if (next.value.length > 0) {
        current = Buffer.from(next.value.buffer, next.value.byteOffset, next.value.length);
        at = 0;
        return true;
      }
    }
    return false;
  };
  const advance = (count: number): number => {
    const passed = Math.min(count, current.length - at);
    at += passed;
    position += passed;
    return passed;
  };
  const slice = (count: number): Buffer => {
    const from = at;
    return current.subarray(from, from + advance(count));
  };
  const gather = async (count: number): Promise<Buffer> => {
    const parts: Buffer[] = [];
    let have = 0;
    while (have < count && (at < current.length || (await refill()))) {
      // A copy: the next chunk may come in the same memory.
      const part = Buffer.from(slice(count - have));
      parts.push(part);
      have += part.length;
    }
    return Buffer.concat(parts);
  };
  const pass = async (count: number): Promise<number> => {
    let passed = 0;
    while (passed < count && (at < current.length || (await refill()))) passed += advance(count - passed);
    return passed;
  };
  return {
    get position() {
      return position;
    },
    take: (count) => (current.length - at >= count ? slice(count) : gather(count)),
    chunk(max) {
      if (at < current.length) return slice(max);
      return refill().then((more) => (more ? slice(max) : EMPTY));
    },
    skip: (count) => (current.length - at >= count ? advance(count) : pass(count)),
    close() {
      void iterator.return?.().catch(() => {});
    },
  };
}
